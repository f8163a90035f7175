"""Tokens and tags from columns, and what is no such line."""

from pathlib import Path

import pytest

from harness.datasets.columns import Columns, Sentence
from harness.types import InputError


def read(folder: Path, content: str | bytes, columns: Columns | None = None) -> list[Sentence]:
    path = folder / "c.conll"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list((columns or Columns()).read(path))


def rows(sentences: list[Sentence]) -> list[list[tuple[str, tuple[str, ...], int]]]:
    return [[(token.text, token.tags, token.line) for token in sentence.tokens] for sentence in sentences]


def test_blank_lines_end_sentences_and_lines_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "\nزار\tO\nسامي\tB-PERS\n\n \t\nعاد\tO")
    assert rows(found) == [[("زار", ("O",), 2), ("سامي", ("B-PERS",), 3)], [("عاد", ("O",), 6)]]


def test_docstart_lines_open_sections_and_are_no_tokens(tmp_path: Path) -> None:
    found = read(tmp_path, "-DOCSTART-\tO\n\nا\tO\n\nب\tO\n-DOCSTART-\nت\tO\n")
    assert [(sentence.tokens[0].text, sentence.opens) for sentence in found] == [("ا", True), ("ب", False), ("ت", True)]


def test_a_byte_order_mark_and_carriage_returns_are_no_part_of_anything(tmp_path: Path) -> None:
    assert rows(read(tmp_path, b"\xef\xbb\xbfa\tO\r\n\r\nb\tB-ORG\r\n")) == [[("a", ("O",), 1)], [("b", ("B-ORG",), 3)]]


def test_blanks_part_columns_but_a_no_break_space_stays_in_its_token(tmp_path: Path) -> None:
    found = read(tmp_path, "10\u00a0000  B-CARDINAL \t O\n", Columns("blanks"))
    assert rows(found) == [[("10\u00a0000", ("B-CARDINAL", "O"), 1)]]


def test_a_tab_leaves_spaces_in_the_token(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "10 000\tO\n")) == [[("10 000", ("O",), 1)]]


@pytest.mark.parametrize("char", ["\u2028", "\x0b", "\x85"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, char: str) -> None:
    assert rows(read(tmp_path, f"ا{char}ب\tO\n")) == [[(f"ا{char}ب", ("O",), 1)]]


def test_columns_are_picked_from_either_end(tmp_path: Path) -> None:
    line = "1\tسامي\tNNP\tB-NP\tB-PERS\n"
    assert rows(read(tmp_path, line, Columns(token=1, tags=[-1]))) == [[("سامي", ("B-PERS",), 1)]]
    assert rows(read(tmp_path, line, Columns(token=1, tags=[4, 3]))) == [[("سامي", ("B-PERS", "B-NP"), 1)]]


def test_every_column_behind_the_token_is_a_tag_by_default(tmp_path: Path) -> None:
    found = read(tmp_path, "جامعة\tB-ORG\nطوكيو\tI-ORG\tB-GPE\n")
    assert [token.tags for token in found[0].tokens] == [("B-ORG",), ("I-ORG", "B-GPE")]


def test_comments_are_passed_over_only_where_they_are_named(tmp_path: Path) -> None:
    content = "# id = 1\n#خبر\tO\n"
    assert rows(read(tmp_path, content, Columns(comment="# "))) == [[("#خبر", ("O",), 2)]]
    with pytest.raises(InputError, match=r"c\.conll:1: "):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("ا\tO\nب\n", Columns(), r":2: found \"ب\", wanted a token and its tags, parted by tab"),
        ("ا O\n", Columns(), r":1: found \"ا O\", wanted a token and its tags, parted by tab"),
        ("\tO\n", Columns(), r":1: found "),
        (" ا O\n", Columns("blanks"), r":1: found "),
        ("ا\t\tB-X\n", Columns(), r":1: found "),
        ("ا\tO\n", Columns(tags=[3]), r":1: found 2 columns, wanted at least 4"),
        ("ا\tO\n", Columns(tags=[-3]), r":1: found 2 columns, wanted at least 3"),
        ("ا\tO\n", Columns(token=2), r":1: found 2 columns, wanted at least 3"),
        (b"a\tO\n\xff\tO\n", Columns(), r":2: found byte 0xff, wanted UTF-8"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, content: str | bytes, columns: Columns, message: str) -> None:
    with pytest.raises(InputError, match=rf"c\.conll{message}"):
        read(tmp_path, content, columns)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: found No such file"):
        list(Columns().read(tmp_path / "nowhere"))
