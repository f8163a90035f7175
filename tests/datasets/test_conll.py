"""Corpora in columns: the text that is made of tokens, documents, repairs and labels."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.data import codec
from harness.data.bio import Scheme, better_fit
from harness.data.columns import Columns
from harness.data.types import Entity, Example, InputError
from harness.datasets.conll import Conll
from harness.datasets.tokens import Repair
from tests.oracles.conlleval import chunks

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


def rows(tags: str) -> str:
    """A file of one sentence with these tags."""
    return "".join(f"ب{number}\t{tag}\n" for number, tag in enumerate(tags.split()))


BILOU = rows("U-GPE U-GPE O B-PERS I-PERS L-PERS")


@pytest.mark.parametrize("content", [BILOU, BILOU.replace("U-", "S-").replace("L-", "E-"), rows("B-PERS E-PERS O")])
def test_letters_of_another_scheme_are_refused_by_its_name(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"small\.conll:\d: found [USE]-.* under IOB2, wanted dataset.scheme=BIOES"):
        corpus(tmp_path, content).read()
    bioes = corpus(tmp_path, content, scheme="BIOES")
    assert len(bioes.read()[0].gold.entities or ()) == (1 if "GPE" not in content else 3)
    assert bioes.remarks == ()


@pytest.mark.parametrize(
    ("content", "scheme", "hint"),
    [
        (rows("I-PERS I-PERS O I-GPE B-GPE"), "IOB2", "; 0 would be under dataset.scheme=IOB1"),
        (rows("PERS PERS O GPE"), "IOB2", "; 0 would be under dataset.scheme=IO"),
        (rows("B-PERS I-PERS O B-GPE"), "BIOES", "; 0 would be under dataset.scheme=IOB2"),
        (rows("B-PERS I-PERS O I-GPE B-GPE O B-GPE"), "IOB2", "read as conlleval reads them"),
        # Nonsense under every scheme.
        (
            rows("E-PERS S-GPE I-GPE E-PERS B-GPE S-PERS I-PERS E-GPE"),
            "IOB2",
            "; E, S are prefixes of dataset.scheme=BIOES",
        ),
    ],
)
def test_a_scheme_that_fits_better_and_reads_the_same_is_remarked(
    tmp_path: Path, content: str, scheme: Scheme, hint: str
) -> None:
    (remark,) = corpus(tmp_path, content, scheme=scheme).remarks
    assert remark.endswith(hint)


def test_a_scheme_that_fits_better_is_refused_where_it_reads_otherwise(tmp_path: Path) -> None:
    content = rows("I-PERS I-PERS O I-GPE B-GPE")
    for repair in ("drop", "error"):
        with pytest.raises(InputError, match=r"found I-PERS .* 1 more tags ill formed .* dataset.scheme=IOB1, under"):
            corpus(tmp_path, content, repair=repair).read()
    assert len(corpus(tmp_path, content, repair="drop", scheme="IOB1").read()[0].gold.entities or ()) == 3


@given(st.lists(st.lists(st.sampled_from(["O", "O", *(f"{letter}-{kind}" for letter in "BIESLU"
                                                       for kind in ("PERS", "GPE"))]), min_size=1, max_size=7),
                min_size=1, max_size=3))  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_any_file_is_read_as_conlleval_reads_it_or_refused(tmp_path: Path, sentences: list[list[str]]) -> None:
    small = corpus(tmp_path, "\n".join(rows(" ".join(tags)) for tags in sentences))
    tags = [[[tag] for tag in sentence] for sentence in sentences]
    foreign = any(tag[0] in "ESLU" for sentence in sentences for tag in sentence)
    fit = better_fit(tags, "IOB2")
    if foreign and fit and fit.scheme == "BIOES":
        with pytest.raises(InputError, match=r"wanted dataset\.scheme=BIOES"):
            small.read()
        return
    for example, sentence in zip(small.read(), sentences, strict=True):
        words = [f"ب{number}" for number in range(len(sentence))]
        wanted = [(" ".join(words[first:last]), kind) for first, last, kind in chunks(sentence)]
        assert mentions(example) == wanted
    assert not foreign or "dataset.scheme=" in small.remarks[0]


def test_bare_tags_need_a_type_from_the_config(tmp_path: Path) -> None:
    content = "أحمد\tB\nحسن\tI\nوصل\tO\nبكين\tB-GPE\n"
    (example,) = corpus(tmp_path, content, type="PERS").read()
    assert mentions(example) == [("أحمد حسن", "PERS"), ("بكين", "GPE")]
    with pytest.raises(
        InputError, match=r'small\.conll:1: found the tag "B", which names no type, wanted dataset\.type='
    ):
        corpus(tmp_path, content).read()
    with pytest.raises(InputError, match=r'found the labels "KIND", wanted those of gold: PERS, OCC'):
        corpus(tmp_path, content, type="KIND", schema="gold").read()
    assert mentions(corpus(tmp_path, content, type="KIND").read()[0])[0] == ("أحمد حسن", "KIND")
    for scheme in ("IO", "IOB1", "BIOES"):
        with pytest.raises(InputError, match=r'found the tag "I", .* dataset\.type='):
            corpus(tmp_path, rows("O I"), scheme=scheme).read()
    (example,) = corpus(tmp_path, rows("I I O I"), type="PERS", scheme="IO").read()
    assert mentions(example) == [("ب0 ب1", "PERS"), ("ب3", "PERS")]
    (example,) = corpus(tmp_path, rows("B E O S"), type="PERS", scheme="BIOES").read()
    assert len(example.gold.entities or ()) == 2


def test_byte_order_marks_inside_are_remarked(tmp_path: Path) -> None:
    small = corpus(tmp_path, "وصل\tO\n\n\ufeffلندن\tB-GPE\n")
    assert mentions(small.read()[1]) == [("لندن", "GPE")]
    assert small.remarks == (f"{small.path}: found 1 byte order marks (BOM) inside the file; cut from their tokens",)


def test_columns_taken_for_tags_are_shown_as_they_are(tmp_path: Path) -> None:
    content = "وصل -X- _ O\nبكين -X- _ B-GPE\n"
    with pytest.raises(InputError, match=r'labels "-X-", "_", wanted .*; dataset\.columns\.tags=\[-1\] takes the last'):
        corpus(tmp_path, content, columns=Columns("blanks")).read()
    with pytest.raises(InputError, match=r'found the labels "S", .*columns\.tags=\[-1\]'):
        corpus(tmp_path, content.replace("-X-", "S"), columns=Columns("blanks")).read()
    (example,) = corpus(tmp_path, content, columns=Columns("blanks", tags=[-1])).read()
    assert mentions(example) == [("بكين", "GPE")]


def test_labels_that_no_map_names_are_listed_with_the_first_line(tmp_path: Path) -> None:
    content = "ا\tB-PERS\nب\tB-PER\nت\tB-\nث\tI-KIND\n"
    known = r"PERS, OCC, .*CARDINAL; did you mean PERS\?"
    with pytest.raises(
        InputError, match=rf'small\.conll:2: found the labels "PER", "", "KIND", wanted those of gold: {known}'
    ):
        corpus(tmp_path, content, repair="drop", schema="gold").read()
    with pytest.raises(InputError, match=r"small\.conll:4: .*\"GPE\".* anercorp: PERS, LOC, ORG, MISC"):
        corpus(tmp_path, labels="anercorp").read()


def test_without_a_map_and_a_schema_the_file_says_its_own_types(tmp_path: Path) -> None:
    (example,) = corpus(tmp_path, "ا\tB-مرض\nب\tB-covid-19\nت\tI-covid-19\nث\tO\n").read()
    assert mentions(example) == [("ا", "مرض"), ("ب ت", "covid-19")]
    with pytest.raises(InputError, match=r'small\.conll:2: found the label "", wanted a name that is not blank'):
        corpus(tmp_path, "ا\tB-مرض\nب\tB-\n").read()
    with pytest.raises(InputError, match=r'small\.conll:2: found the label "micro", wanted another name'):
        corpus(tmp_path, "ا\tB-مرض\nب\tB-micro\n").read()
    with pytest.raises(InputError, match=r'small\.conll:2: found the labels "NN", wanted tags of IOB2'):
        corpus(tmp_path, "ا\tB-مرض\nب\tNN\n").read()


def test_a_map_lets_its_labels_in_as_they_are(tmp_path: Path) -> None:
    (example,) = corpus(tmp_path, "ا\tB-LOC\nب\tB-MISC\n", labels="anercorp").read()
    assert mentions(example) == [("ا", "LOC"), ("ب", "MISC")]


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no token"):
        corpus(tmp_path, "\n-DOCSTART-\n\n").read()
    with pytest.raises(InputError, match="sentences: found 0"):
        corpus(tmp_path, sentences=0)


def test_lines_that_were_passed_over_are_counted_and_said(tmp_path: Path) -> None:
    content = f"{TWO}\tO\nثم\n"
    small = corpus(tmp_path, content, columns=Columns(malformed="skip"))
    assert [example.document.text for example in small.read()] == ["زار سامي النجار طوكيو", "عاد النجار ."]
    wanted = f'{small.path}:9: found "\\tO", wanted a token and its tags, parted by tab (2 such lines); passed over'
    assert small.remarks == (f"{wanted}, as columns.malformed=skip says",)


def test_tokens_with_a_malformed_tag_are_passed_over_with_them(tmp_path: Path) -> None:
    content = f"-DOCSTART-\tO\n\nكلمة\tOأخرى\n\n{TWO}في\tنايفة\nطوكيو\tB-GPE\n\nثم\tنايفة\n"
    small = corpus(tmp_path, content, columns=Columns(malformed="skip"), sentences=None)
    (example,) = small.read()
    assert example.document.text == "زار سامي النجار طوكيو\nعاد النجار . طوكيو"
    assert mentions(example)[-2:] == [("النجار", "PERS"), ("طوكيو", "GPE")]
    (remark,) = small.remarks
    assert remark.startswith(f'{small.path}:3: found "Oأخرى", wanted a tag (3 such lines); passed over')
    with pytest.raises(InputError, match=r'small\.conll:3: found the labels "Oأخرى", "نايفة", wanted tags of IOB2'):
        corpus(tmp_path, content).read()


def test_unknown_labels_and_files_of_another_kind_are_no_malformed_lines(tmp_path: Path) -> None:
    skip = Columns(malformed="skip")
    with pytest.raises(InputError, match=r'found the labels "KIND", wanted those of gold'):
        corpus(tmp_path, f"{TWO}ا\tB-KIND\n", schema="gold", columns=skip).read()
    with pytest.raises(InputError, match=r'found the labels "VB", "NN"'):
        corpus(tmp_path, "زار\tVB\nسامي\tNN\nالنجار\tNN\n", columns=skip).read()
    (example,) = corpus(tmp_path, "بكين\tGPE\nا\tO\nب\tO\n", columns=skip, scheme="IO").read()
    assert mentions(example) == [("بكين", "GPE")]


def test_the_encoding_of_a_corpus_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.conll").write_bytes(TWO.encode("windows-1256"))
    old = Conll(str(tmp_path / "old.conll"), encoding="windows-1256")
    assert mentions(old.read()[0]) == [("سامي النجار", "PERS"), ("طوكيو", "GPE")]
    with pytest.raises(InputError, match=r"wanted dataset\.encoding=windows-1256, in which it is Arabic"):
        Conll(str(tmp_path / "old.conll")).read()


def test_sentences_end_behind_tokens_that_are_named(tmp_path: Path) -> None:
    content = "زار\tO\nطوكيو\tB-GPE\n.\tO\n.\tO\nشركة\tB-ORG\n.\tI-ORG\nكوم\tI-ORG\nعادت\tO\n.\tO\n\nثم\tO\n"
    small = corpus(tmp_path, content, ends=["."])
    assert [(example.document.id, example.document.text) for example in small.read()] == [
        ("small:1", "زار طوكيو . ."), ("small:5", "شركة . كوم عادت ."), ("small:11", "ثم")
    ]  # fmt: skip
    assert mentions(small.read()[1]) == [("شركة . كوم", "ORG")]
    first = "-DOCSTART-\tO\n"
    texts = [example.document.text for example in corpus(tmp_path, first + content, ends=["."], sentences=2).read()]
    assert texts == ["زار طوكيو . .\nشركة . كوم عادت .", "ثم"]
    texts = [example.document.text for example in corpus(tmp_path, content * 2, ends=["."], sentences=None).read()]
    assert len(texts) == 1


def test_a_corpus_without_breaks_between_sentences_is_remarked(tmp_path: Path) -> None:
    content = "زار\tO\n.\tO\n" * 501
    small = corpus(tmp_path, content)
    assert len(small.read()) == 1
    (remark,) = small.remarks
    assert remark.startswith(f"{small.path}: found a sentence of 1002 tokens, wanted blank lines between sentences")
    parted = corpus(tmp_path, content, ends=["."])
    assert len(parted.read()) == 501
    assert not parted.remarks


def test_a_file_that_is_not_the_one_meant_is_refused(tmp_path: Path) -> None:
    found = sha256(TWO.encode()).hexdigest()
    assert len(corpus(tmp_path, sha256=found.upper()).read()) == 2
    other = corpus(tmp_path, sha256="0" * 64, fetch="fetch it from\nhttp://localhost/ and put it here")
    message = rf"small\.conll: found the SHA-256 {found}, wanted {'0' * 64}: fetch it from http://localhost/ and put"
    with pytest.raises(InputError, match=message):
        other.read()


def test_a_file_that_is_missing_is_said_with_where_it_is_to_be_had(tmp_path: Path) -> None:
    missing = Conll(str(tmp_path / "data" / "none.txt"), fetch="fetch it and put it there")
    with pytest.raises(InputError, match=r"none\.txt: found No such file .*, wanted it there: fetch it and put it"):
        missing.read()


@pytest.mark.parametrize("tags", ["LOC-B O PER-B PER-I", "b-loc o b-per i-per"])
def test_prefixes_behind_types_and_in_small_letters_are_told(tmp_path: Path, tags: str) -> None:
    with pytest.raises(InputError, match=r"wanted tags of IOB2, .*; prefixes are capital letters before the type$"):
        corpus(tmp_path, rows(tags)).read()
