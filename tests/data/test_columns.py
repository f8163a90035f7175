"""Tokens and tags from columns, and what is no such line."""

from pathlib import Path

import pytest

from harness.data.columns import Columns, Sentence
from harness.data.types import InputError


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


def test_byte_order_marks_inside_a_file_are_cut_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "ا\tO\n\n\ufeffب\tO\n\ufeffت\tO\n\ufeff\n\ufeff-DOCSTART-\tO\nث\ufeff\tO\n")
    assert rows(found) == [[("ا", ("O",), 1)], [("ب", ("O",), 3), ("ت", ("O",), 4)], [("ث\ufeff", ("O",), 7)]]
    assert [sentence.marks for sentence in found] == [0, 2, 2]


def test_nested_tags_make_ragged_files_which_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, "جامعة B-ORG\nطوكيو I-ORG B-GPE B-LOC\nعاد O\n", Columns("blanks"))
    assert [len(token.tags) for token in found[0].tokens] == [1, 3, 1]


def test_a_space_in_a_token_shifts_columns_and_is_refused(tmp_path: Path) -> None:
    content = "وصل _ O O\n\nسان خوسيه _ O B-LOC\nسان مارينو _ O B-LOC\nأمس _ O O\nثم _ O O\n"
    message = r"c\.conll:3: found 5 columns \(2 such lines\), wanted 4 as in 3 others.*dataset\.columns\.ragged=true"
    for tags in ([-1], [3], [2, -1]):
        with pytest.raises(InputError, match=message):
            read(tmp_path, content, Columns("blanks", tags=tags))
    # The odd one may be the first, and one short of a column.
    with pytest.raises(InputError, match=r"c\.conll:1: found 3 columns, wanted 2 as in 2 others"):
        read(tmp_path, "ا\tO\tFIX\nب\tO\nت\tO\n", Columns(tags=[1]))
    with pytest.raises(InputError, match=r"c\.conll:2: found 2 columns, wanted 3 as in 2 others"):
        read(tmp_path, "ا\tN\tO\nب\tO\nت\tN\tO\n", Columns(tags=[-1]))


def test_ragged_lines_are_read_if_so_wanted(tmp_path: Path) -> None:
    found = read(tmp_path, "ا\tO\tFIX\nب\tB-LOC\n", Columns(tags=[1], ragged=True))
    assert [token.tags for token in found[0].tokens] == [("O",), ("B-LOC",)]
    with pytest.raises(InputError, match=r':2: found "ب", wanted a token and its tags'):
        read(tmp_path, "ا\tO\nب\n", Columns(tags=[-1], ragged=True))


def test_comments_count_for_no_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "# id = 1\nا _ O\n# ا b c d\nب _ O\n", Columns("blanks", tags=[-1], comment="# "))
    assert rows(found) == [[("ا", ("O",), 2), ("ب", ("O",), 4)]]


def test_language_codes_before_tokens_are_refused_and_can_be_taken_off(tmp_path: Path) -> None:
    content = "ar:بكين\tB-LOC\nar::\tO\n\nar:الصين\tB-LOC\n"
    with pytest.raises(
        InputError, match=r"c\.conll:1: found 3 of 3 tokens that begin with ar:, .*columns\.prefix='ar:'"
    ):
        read(tmp_path, content)
    found = read(tmp_path, content, Columns(prefix="ar:"))
    assert [token.text for sentence in found for token in sentence.tokens] == ["بكين", ":", "الصين"]
    with pytest.raises(InputError, match=r':2: found "لندن", wanted a token that begins with columns.prefix, "ar:"'):
        read(tmp_path, "ar:بكين\tO\nلندن\tO\n", Columns(prefix="ar:"))
    with pytest.raises(InputError, match=r':1: found "ar:", wanted a token behind columns.prefix'):
        read(tmp_path, "ar:\tO\n", Columns(prefix="ar:"))

    with pytest.raises(InputError, match=r":1: found 2 of 2 tokens that begin with ar:, fa:, wanted tokens alone$"):
        read(tmp_path, "ar:بكين\tO\nfa:پکن\tO\n")


def test_an_empty_column_at_the_end_of_a_line_is_a_column_where_they_are_numbered(tmp_path: Path) -> None:
    found = read(tmp_path, "ا\tO\tx\nب\tB-LOC\t\nت\tO\t \r\n", Columns(tags=[1]))
    assert [token.tags for token in found[0].tokens] == [("O",), ("B-LOC",), ("O",)]
    with pytest.raises(InputError, match=r":2: found .*wanted a token and its tags"):
        read(tmp_path, "ا\tN\tO\nب\tN\t\n", Columns(tags=[-1]))
    assert rows(read(tmp_path, "ا\tO\t\n")) == [[("ا", ("O",), 1)]]


def test_a_few_tokens_that_look_like_language_codes_are_tokens(tmp_path: Path) -> None:
    found = read(tmp_path, "tv:بكين\tO\nلندن\tO\nar:\tO\nباريس\tO\n")
    assert [token.text for token in found[0].tokens] == ["tv:بكين", "لندن", "ar:", "باريس"]


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        ("ا\tO\n\tO\n\u00a0\tO\nب\tO\n\tO\n", Columns(), r":2: found .* parted by tab \(3 such lines\)"),
        ("ا O\nب O\n", Columns(), r":1: .*\(2 such lines\); dataset.columns.separator=blanks parts columns"),
        ("# id\nب\tO\n", Columns(), r":1: .*; 'dataset.columns.comment=\"# \"' passes over such lines"),
        ("ا O\nب\tO\n", Columns(), r":1: found \"ا O\", wanted a token and its tags, parted by tab$"),
        (b"\xd8\xa7\tO\r\xd8\xa8\tO\r", Columns(), r": found carriage returns alone, wanted line feeds"),
        ("ا\tO\nب\n", Columns(), r":2: found \"ب\", wanted a token and its tags, parted by tab"),
        ("ا O\n", Columns(), r":1: found \"ا O\", wanted a token and its tags, parted by tab"),
        ("\tO\n", Columns(), r":1: found "),
        (" ا O\n", Columns("blanks"), r":1: found "),
        ("ا\t\tB-X\n", Columns(), r":1: found "),
        ("ا\tO\n", Columns(tags=[3]), r":1: found 2 columns, wanted at least 4"),
        ("ا\tO\n", Columns(tags=[-3]), r":1: found 2 columns, wanted at least 3"),
        ("ا\tO\n", Columns(token=2), r":1: found 2 columns, wanted at least 3"),
        (b"a\tO\n\xff\tO\n", Columns(), r":2: found byte 0xff that is no utf-8, wanted UTF-8"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, content: str | bytes, columns: Columns, message: str) -> None:
    with pytest.raises(InputError, match=rf"c\.conll{message}"):
        read(tmp_path, content, columns)


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: found No such file"):
        list(Columns().read(tmp_path / "nowhere"))


def test_a_first_line_that_names_the_columns_is_passed_over(tmp_path: Path) -> None:
    found = read(tmp_path, "# x\n\nToken\tTag\nزار\tO\n", Columns(header=True, comment="# "))
    assert rows(found) == [[("زار", ("O",), 4)]]


def test_commas_part_columns_and_may_be_tokens_in_quotation_marks(tmp_path: Path) -> None:
    found = read(tmp_path, 'Word,Actual\r\nبكين,LOC\r\n",",O\r\n"قال ""نعم""",O\r\n', Columns("comma", header=True))
    assert rows(found) == [[("بكين", ("LOC",), 2), (",", ("O",), 3), ('قال "نعم"', ("O",), 4)]]


def test_several_tags_in_a_cell(tmp_path: Path) -> None:
    content = "جامعة\tO|B-ORG\nطوكيو\tB-GPE|I-ORG\n"
    assert rows(read(tmp_path, content, Columns(split="|"))) == [
        [("جامعة", ("O", "B-ORG"), 1), ("طوكيو", ("B-GPE", "I-ORG"), 2)]
    ]
    message = r"c\.conll:1: found \"O\|B-ORG\", as in every line, wanted one tag in a cell; 'dataset\.columns\.split="
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


def test_the_tag_is_the_value_of_a_key_in_a_cell(tmp_path: Path) -> None:
    content = "1\tسامي\tLang=x|ner=B-PERS\n2\tزار\t_\n3\tبكين\tner=B-LOC\n"
    assert rows(read(tmp_path, content, Columns(token=1, tags=[-1], key="ner"))) == [
        [("سامي", ("B-PERS",), 1), ("زار", ("O",), 2), ("بكين", ("B-LOC",), 3)]
    ]
    with pytest.raises(
        InputError, match=r'c\.conll:1: found "Lang=x\|ner=B-PERS", wanted a tag alone; dataset\..*key=ner'
    ):
        read(tmp_path, content, Columns(token=1, tags=[-1]))
    with pytest.raises(InputError, match=r'c\.conll:1: found "1\\tسامي\\tner=", wanted a token and its tags'):
        read(tmp_path, "1\tسامي\tner=\n", Columns(token=1, tags=[-1], key="ner"))


def test_the_separator_that_fits_is_named_as_its_owner_calls_it(tmp_path: Path) -> None:
    for content, separator in (("زار O\n", "blanks"), ("زار,O\n", "comma")):
        (tmp_path / "c.conll").write_text(content)
        with pytest.raises(InputError, match=rf"; runner\.columns\.separator={separator} parts columns at"):
            list(Columns().read(tmp_path / "c.conll", "runner"))


def test_malformed_lines_are_passed_over_if_so_wanted(tmp_path: Path) -> None:
    content = "\tO\nزار\tO\n\u00a0\tO\nسامي\tB-PERS\n\nطوكيو\n\nعاد\tO\nمن\tO\nهناك\tO\nالآن\tO\n\n \tO\n"
    found = read(tmp_path, content, Columns(malformed="skip"))
    assert rows(found) == [
        [("زار", ("O",), 2), ("سامي", ("B-PERS",), 4)],
        [("عاد", ("O",), 8), ("من", ("O",), 9), ("هناك", ("O",), 10), ("الآن", ("O",), 11)],
    ]
    assert [[line for line, _ in sentence.skipped] for sentence in found] == [[1, 3], [6, 13]]
    assert found[1].skipped[0][1] == 'found "طوكيو", wanted a token and its tags, parted by tab'
    with pytest.raises(InputError, match=r"c\.conll:1: .* \(4 such lines\); dataset\.columns\.malformed=skip passes"):
        read(tmp_path, content)


def test_lines_of_another_width_are_passed_over_too(tmp_path: Path) -> None:
    content = "وصل _ O\nسان خوسيه _ B-LOC\nأمس _ O\n"
    found = read(tmp_path, content, Columns("blanks", tags=[-1], malformed="skip"))
    assert rows(found) == [[("وصل", ("O",), 1), ("أمس", ("O",), 3)]]
    assert found[0].skipped == ((2, "found 4 columns, wanted 3"),)


def test_a_setting_that_fits_few_lines_is_refused_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"c\.conll:1: .* \(2 such lines\); dataset.columns.separator=blanks"):
        read(tmp_path, "ا O\nب O\n", Columns(malformed="skip"))
    with pytest.raises(InputError, match=r"c\.conll:1: found \"ا\", wanted a token and its tags, parted by tab$"):
        read(tmp_path, "ا\nب\tO\n", Columns(malformed="skip"))


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-16-le", "iso-8859-6"])
def test_a_file_in_another_encoding_is_read_by_its_name(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "c.conll"
    path.write_bytes("زار\tO\r\nسامي\tB-PERS\r\n".encode(encoding))
    found = list(Columns().read(path, encoding=encoding))
    assert rows(found) == [[("زار", ("O",), 1), ("سامي", ("B-PERS",), 2)]]
    if encoding == "windows-1256":
        with pytest.raises(InputError, match=r"c\.conll:1: found byte 0x.*wanted runner\.encoding=windows-1256"):
            list(Columns().read(path, "runner"))


def test_utf16_with_a_mark_needs_no_name(tmp_path: Path) -> None:
    content = "زار\tO\n\nسامي\u2028\u0085\tB-PERS\n".encode("utf-16")
    assert rows(read(tmp_path, content)) == [[("زار", ("O",), 1)], [("سامي\u2028\u0085", ("B-PERS",), 3)]]


def test_lines_of_conllu_that_are_no_tokens_are_passed_over(tmp_path: Path) -> None:
    content = "# text = 7\n1\tزار\tner=O\n2-3\tوبكين\t_\n2\tو\tner=O\n3\tبكين\tner=B-LOC\n3.1\tكان\t_\n"
    conllu = Columns(token=1, tags=[-1], key="ner", comment="# ")
    assert rows(read(tmp_path, content, conllu)) == [[("زار", ("O",), 2), ("و", ("O",), 4), ("بكين", ("B-LOC",), 5)]]
    # Where the first column is anything else, "2-3" in it says nothing.
    found = read(tmp_path, content.replace("1\tزار", "x\tزار"), conllu)
    assert [token.text for token in found[0].tokens] == ["زار", "وبكين", "و", "بكين", "كان"]
