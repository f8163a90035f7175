"""Tags in columns as mentions of the documents whose tokens they have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.columns import Columns
from harness.data.tagged import Tagged, Tags, read_tagged
from harness.data.types import Document, Entity, InputError

DOCUMENTS = [Document("a", "وصل سامي النجار\nإلى بكين"), Document("b", "\n أمس ")]
TAGS = "وصل\tO\nسامي\tB-PERS\nالنجار\tI-PERS\n\nإلى\tO\nبكين\tB-GPE\n\nأمس\tB-DATE\n"


def tagged(folder: Path, content: str, documents: list[Document] = DOCUMENTS, **changes: object) -> Tagged:
    path = folder / "p.conll"
    path.write_text(content, encoding="utf-8")
    return read_tagged(path, Tags(**changes), documents)  # type: ignore[arg-type]


def mentions(found: Tagged) -> dict[str, list[tuple[int, int, str]]]:
    return {name: [one[:3] for one in annotation.entities or ()] for name, annotation in found.annotations.items()}


def test_mentions_stand_where_the_tokens_stand(tmp_path: Path) -> None:
    assert mentions(tagged(tmp_path, TAGS)) == {"a": [(4, 15, "PERS"), (20, 24, "GPE")], "b": [(2, 5, "DATE")]}


def test_blank_lines_need_not_be_those_of_the_documents(tmp_path: Path) -> None:
    assert mentions(tagged(tmp_path, TAGS.replace("\n\n", "\n"))) == mentions(tagged(tmp_path, TAGS))


def test_a_mention_ends_at_the_end_of_a_line_of_the_document_and_at_a_blank_line_of_the_file(tmp_path: Path) -> None:
    documents = [Document("a", "ا ب\nت ث")]
    found = tagged(tmp_path, "ا\tB-GPE\nب\tI-GPE\nت\tI-GPE\n\nث\tI-GPE\n", documents)
    assert mentions(found) == {"a": [(0, 3, "GPE"), (4, 5, "GPE"), (6, 7, "GPE")]}
    (remark,) = found.remarks
    assert "found 2 ill-formed tags under IOB2 (2 nothing to continue); read as conlleval reads them" in remark


def test_tokens_may_hold_white_space(tmp_path: Path) -> None:
    documents = [Document("a", "\u00a0س 10 000")]
    found = tagged(tmp_path, "\u00a0س\tO\n10 000\tB-CARDINAL\n", documents)
    assert mentions(found) == {"a": [(3, 9, "CARDINAL")]}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("بكين\t", "لندن\t", 'p.conll:6: found "لندن", wanted "بكين", the next token of document a'),
        ("إلى\tO\n", "", 'p.conll:5: found "بكين", wanted "إلى", the next token of document a'),
        ("أمس\tB-DATE\n", "", 'p.conll: found the end of the file, wanted "أمس", the next token of document b'),
        ("B-DATE\n", "B-DATE\nغدا\tO\n", 'p.conll:9: found "غدا", wanted the end of the file: the 2 documents have no'),
        ("B-DATE", "B", 'p.conll:8: found the tag "B", which names no type, wanted runner.type=TYPE'),
    ],
)
def test_the_first_difference_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        tagged(tmp_path, TAGS.replace(old, new))
    assert message in str(error.value)


def test_ill_formed_mentions_can_be_left_out_or_refused(tmp_path: Path) -> None:
    content = TAGS.replace("B-PERS", "O")
    assert mentions(tagged(tmp_path, content))["a"] == [(9, 15, "PERS"), (20, 24, "GPE")]
    assert mentions(tagged(tmp_path, content, repair="drop"))["a"] == [(20, 24, "GPE")]
    with pytest.raises(InputError, match=r"p\.conll:3: found I-PERS \(nothing to continue\), wanted tags well formed"):
        tagged(tmp_path, content, repair="error")


def test_another_scheme_is_named(tmp_path: Path) -> None:
    content = "وصل\tS-OCC\nسامي\tB-PERS\nالنجار\tE-PERS\n\nإلى\tO\nبكين\tS-GPE\n\nأمس\tS-DATE\n"
    with pytest.raises(InputError) as error:
        tagged(tmp_path, content)
    found = "p.conll:1: found S-OCC (unknown prefix) and 3 more tags ill formed under IOB2"
    assert f"{found}, wanted runner.scheme=BIOES" in str(error.value)
    right = {"a": [(0, 3, "OCC"), (4, 15, "PERS"), (20, 24, "GPE")], "b": [(2, 5, "DATE")]}
    assert mentions(tagged(tmp_path, content, scheme="BIOES")) == right


def test_tags_that_name_no_type_are_given_one(tmp_path: Path) -> None:
    found = tagged(tmp_path, "س\tB\nص\tI\n", [Document("a", "س ص")], type="PERS")
    assert mentions(found) == {"a": [(0, 3, "PERS")]}


WORDS = st.lists(st.sampled_from(["ا", "اب", "ب", "\u00a0ب"]), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=3), st.integers(0, 7))
def test_every_token_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], gap: int
) -> None:
    texts = [(" " * (1 + gap % 3)).join(words) for words in documents]
    content = "".join("".join(f"{word}\tB-GPE\n" for word in words) for words in documents)
    found = tagged(
        tmp_path_factory.mktemp("tagged"), content, [Document(str(number), text) for number, text in enumerate(texts)]
    )
    for number, (words, text) in enumerate(zip(documents, texts, strict=True)):
        entities = found.annotations[str(number)].entities or ()
        assert [text[one.start : one.end] for one in entities] == words
        assert all(isinstance(one, Entity) for one in entities)


def test_columns_are_those_of_the_runner(tmp_path: Path) -> None:
    content = "w,gold,pred\nس,O,B-GPE\n"
    found = tagged(tmp_path, content, [Document("a", "س")], columns=Columns("comma", header=True, tags=[2]))
    assert mentions(found) == {"a": [(0, 1, "GPE")]}


def test_lines_that_were_passed_over_are_remarked(tmp_path: Path) -> None:
    content = TAGS.replace("بكين\tB-GPE", "\tO\nبكين\tB-GPE")
    found = tagged(tmp_path, content, columns=Columns(malformed="skip"))
    assert mentions(found) == mentions(tagged(tmp_path, TAGS))
    (remark,) = found.remarks
    assert remark.startswith(f"{tmp_path / 'p.conll'}:6: found ")
    assert remark.endswith("wanted a token and its tags, parted by tab; passed over, as columns.malformed=skip says")


def test_predictions_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "p.conll"
    path.write_bytes(TAGS.encode("windows-1256"))
    assert mentions(read_tagged(path, Tags(encoding="windows-1256"), DOCUMENTS)) == mentions(tagged(tmp_path, TAGS))
    path.write_bytes(TAGS.encode("windows-1256"))
    with pytest.raises(InputError, match=r"wanted runner\.encoding=windows-1256"):
        read_tagged(path, Tags(), DOCUMENTS)
