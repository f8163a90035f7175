"""Corpora in columns: the text that is made of tokens, documents, repairs and labels."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import codec
from harness.datasets.columns import Columns
from harness.datasets.conll import Conll, Repair
from harness.types import Entity, Example, InputError

TWO = "زار\tO\nسامي\tB-PERS\nالنجار\tI-PERS\nطوكيو\tB-GPE\n\nعاد\tO\nالنجار\tB-PERS\n.\tO\n"
BROKEN = "زار\tO\nسامي\tI-PERS\nطوكيو\tB-GPE\n\nعاد\tO\nالنجار\tB-PERS\n"


def corpus(folder: Path, content: str = TWO, **fields: object) -> Conll:
    path = folder / "small.conll"
    path.write_text(content, encoding="utf-8")
    return Conll(str(path), **fields)  # type: ignore[arg-type]


def mentions(example: Example) -> list[tuple[str, str]]:
    text = example.document.text
    return [(text[entity.start : entity.end], entity.type) for entity in example.gold.entities or ()]


def test_a_document_is_a_sentence_named_after_its_first_line(tmp_path: Path) -> None:
    first, second = corpus(tmp_path).read()
    assert first.document.text == "زار سامي النجار طوكيو"
    # زار and a space are 4 characters, سامي النجار are 11, and a space.
    assert first.gold.entities == (Entity(4, 15, "PERS"), Entity(16, 21, "GPE"))
    assert (first.document.id, second.document.id) == ("small:1", "small:6")
    assert (first.document.meta, second.document.meta) == ({"line": 1}, {"line": 6})
    assert second.gold.entities == (Entity(4, 10, "PERS"),)
    assert first.gold.claims is None
    assert first.gold.sentences is None


def test_a_document_of_several_sentences_has_a_line_each(tmp_path: Path) -> None:
    (example,) = corpus(tmp_path, sentences=2).read()
    assert example.document.text == "زار سامي النجار طوكيو\nعاد النجار ."
    assert mentions(example) == [("سامي النجار", "PERS"), ("طوكيو", "GPE"), ("النجار", "PERS")]


@pytest.mark.parametrize(
    ("sentences", "texts"),
    [
        (1, ["ا", "ب", "ت", "ث", "ج"]),
        (2, ["ا\nب", "ت", "ث\nج"]),
        (9, ["ا\nب\nت", "ث\nج"]),
        (None, ["ا\nب\nت", "ث\nج"]),
    ],
)
def test_no_document_goes_past_a_docstart_line(tmp_path: Path, sentences: int | None, texts: list[str]) -> None:
    content = "-DOCSTART- O\n\nا O\n\nب O\n\nت O\n\n-DOCSTART- O\n\nث O\n\nج O\n"
    found = corpus(tmp_path, content, sentences=sentences, columns=Columns("blanks")).read()
    assert [example.document.text for example in found] == texts


@given(st.lists(st.tuples(st.text("ابت،.7\u0651\u00a0", min_size=1, max_size=4).filter(str.strip),
                          st.sampled_from(["O", "B-PERS", "I-PERS", "B-GPE", "B-ORG\tB-GPE"])), min_size=1, max_size=8),
       st.integers(1, 3))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_offsets_give_the_tokens_back(tmp_path: Path, rows: list[tuple[str, str]], size: int) -> None:
    lines = [f"{token}\t{tags}" + ("\n" if number % 3 == 2 else "") for number, (token, tags) in enumerate(rows)]
    found = corpus(tmp_path, "\n".join(lines), sentences=size).read()
    tokens = [token for example in found for line in example.document.text.split("\n") for token in line.split(" ")]
    assert tokens == [token for token, _ in rows]
    for example in found:
        text = f" {example.document.text} "
        for start, end, _, _ in example.gold.entities or ():
            # The character before a span is at `start` here: the text is one longer at the front.
            assert text[start] in " \n"
            assert text[end + 1] in " \n"


def test_a_corpus_reads_back_from_json_lines(tmp_path: Path) -> None:
    examples = corpus(tmp_path, "جامعة\tB-ORG\nطوكيو\tI-ORG\tB-GPE\n").read()
    codec.write_examples(tmp_path / "gold.jsonl", examples)
    assert codec.read_examples(tmp_path / "gold.jsonl") == examples
    assert mentions(examples[0]) == [("جامعة طوكيو", "ORG"), ("طوكيو", "GPE")]


@pytest.mark.parametrize(
    ("repair", "found", "done"),
    [
        ("restart", [("سامي", "PERS"), ("طوكيو", "GPE")], "read as conlleval reads them"),
        ("drop", [("طوكيو", "GPE")], "their mentions left out"),
    ],
)
def test_ill_formed_tags_are_repaired_counted_and_said(
    tmp_path: Path, repair: Repair, found: list[tuple[str, str]], done: str
) -> None:
    small = corpus(tmp_path, BROKEN, repair=repair)
    first, second = small.read()
    assert mentions(first) == found
    assert first.document.meta == {"line": 1, "ill_formed_tags": 1}
    assert second.document.meta == {"line": 5}
    (remark,) = small.remarks
    assert remark == f"{small.path}: found 1 ill-formed tags under IOB2 (1 nothing to continue); {done}"


def test_the_first_ill_formed_tag_is_an_error_if_so_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"small\.conll:2: found I-PERS \(nothing to continue\), wanted .* IOB2"):
        corpus(tmp_path, BROKEN, repair="error").read()


def test_a_sound_corpus_has_no_remarks(tmp_path: Path) -> None:
    assert corpus(tmp_path, repair="error").remarks == ()


def test_labels_that_no_map_names_are_listed_with_the_first_line(tmp_path: Path) -> None:
    content = "ا\tB-PERS\nب\tB-PER\nت\tB-\nث\tI-KIND\n"
    with pytest.raises(
        InputError, match=r'small\.conll:2: found the labels "PER", "", "KIND", wanted those of the gold'
    ):
        corpus(tmp_path, content, repair="drop").read()
    with pytest.raises(InputError, match=r"small\.conll:4: .*\"GPE\".* anercorp"):
        corpus(tmp_path, labels="anercorp").read()


def test_a_map_lets_its_labels_in_as_they_are(tmp_path: Path) -> None:
    (example,) = corpus(tmp_path, "ا\tB-LOC\nب\tB-MISC\n", labels="anercorp").read()
    assert mentions(example) == [("ا", "LOC"), ("ب", "MISC")]


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no token"):
        corpus(tmp_path, "\n-DOCSTART-\n\n").read()
    with pytest.raises(InputError, match="sentences: found 0"):
        corpus(tmp_path, sentences=0)
