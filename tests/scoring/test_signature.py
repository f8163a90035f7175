"""Signatures: derived, read back, compared."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import __version__
from harness.data.types import Annotation, Document, InputError
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.signature import Signature, headed, parse, sign, unlike, view_of

TEXT = "entities_strict(boundary=word)|gold:v1#3fa9c1|units:paragraph:56|bs:2000:percentile|seed:13|level:0.95|v:0.1.0"
CORPUS = Corpus([Document("d", "ا\nب\nج")], [Annotation()], [Annotation()], gold_label="v1#abc123")
NAMES = st.from_regex(r"[a-z][a-z_0-9]*", fullmatch=True)
# Whatever a file may be called, and whatever parts of a signature look like.
VALUES = st.text() | st.text("|:#=,()%@ 7Ca", max_size=8)


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    mapped = draw(st.none() | st.tuples(VALUES.filter(bool), VALUES.filter(bool)).map("@".join))
    return Signature(
        scorer=draw(NAMES),
        options=tuple(draw(st.dictionaries(NAMES, VALUES, max_size=3)).items()),
        gold=draw(VALUES),
        sha256=draw(st.from_regex(r"[0-9a-f]{6}", fullmatch=True)),
        kind=draw(NAMES),
        units=draw(st.integers(0, 10**6)),
        resamples=draw(st.integers(1, 10**6)),
        method=draw(st.sampled_from(("percentile", "bca"))),
        seed=draw(st.integers(0, 2**64)),
        level=draw(st.floats(0, 1, exclude_min=True, exclude_max=True)),
        version=draw(st.from_regex(r"[0-9]\.[0-9a-z.+]+", fullmatch=True)),
        label_map=mapped,
    )


@given(signatures())
def test_what_is_written_is_read_back(signature: Signature) -> None:
    text = str(signature)
    assert parse(text) == signature
    assert str(parse(text)) == text
    assert text.isprintable() or not any(part.isascii() and not part.isprintable() for part in text)


@given(signatures(), signatures())
@settings(max_examples=40)
def test_other_signatures_have_other_texts(one: Signature, other: Signature) -> None:
    assert (str(one) == str(other)) == (one == other)


def test_a_signature_in_parts() -> None:
    found = parse(TEXT)
    assert found == Signature(
        "entities_strict",
        (("boundary", "word"),),
        gold="v1",
        sha256="3fa9c1",
        kind="paragraph",
        units=56,
        resamples=2000,
        method="percentile",
        seed=13,
        level=0.95,
        version="0.1.0",
    )
    assert str(found) == TEXT
    mapped = parse(TEXT.replace("|units", "|map:wojood21>4@3|units"))
    assert mapped == replace(found, label_map="wojood21>4@3")


def test_all_fields_of_a_scorer_are_signed() -> None:
    @dataclass(frozen=True)
    class OddOne:
        layer: ClassVar[str] = "entities"
        first: int = 1
        second: tuple[float, ...] = (0.5, 0.75)

    signed = sign(
        OddOne(first=2),
        replace(CORPUS, gold_label="أخبار#1|2#abc123", label_map="anercorp@2"),
        Bootstrap(100, 7, 0.9, "bca"),
    )
    assert str(signed) == (
        "odd_one(first=2,second=(0.5, 0.75))|gold:أخبار#1%7C2#abc123|map:anercorp@2|units:paragraph:3|"
        f"bs:100:bca|seed:7|level:0.9|v:{__version__}"
    )
    assert parse(str(signed)).options == (("first", "2"), ("second", "(0.5, 0.75)"))


def test_a_scorer_without_fields() -> None:
    @dataclass(frozen=True)
    class Plain:
        pass

    signed = sign(Plain(), CORPUS, Bootstrap())
    assert str(signed).startswith("plain()|gold:v1#abc123|units:paragraph:3|")
    assert parse(str(signed)) == signed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "entities_strict",
        TEXT + "\n",
        TEXT + "|",
        f" {TEXT}",
        TEXT.replace("gold:v1#3fa9c1|", ""),
        TEXT.replace("#3fa9c1", ""),
        TEXT.replace("#3fa9c1", "#XYZ"),
        TEXT.replace(":percentile", ""),
        TEXT.replace("boundary=word", "boundary"),
        TEXT.replace("boundary=word", "=word"),
        TEXT.replace("word", "a=b"),
        TEXT.replace("word", "%7c"),
        TEXT.replace("v1", "%41"),
        TEXT.replace("56", "056"),
        TEXT.replace("56", "٥٦"),
        TEXT.replace("seed:13", "seed:-13"),
        TEXT.replace("0.95", "0.950"),
        TEXT.replace("0.95", "1.95"),
        TEXT.replace("0.95", "nan"),
        TEXT.replace("seed:13|level:0.95", "level:0.95|seed:13"),
        TEXT.replace("|units", "|map:anercorp|units"),
    ],
)
def test_malformed_text_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match=r"signature: found .* wanted NAME\(") as caught:
        parse(text)
    assert "\n" not in str(caught.value)


def test_like_and_unlike() -> None:
    one = sign(EntitiesStrict(), replace(CORPUS, gold_label="v1#3fa9c1"), Bootstrap())
    shown = replace(one, resamples=9, method="bca", seed=1, level=0.9, version="9", gold="copy of v1")
    assert unlike(one, one) == unlike(one, shown) == []
    other = sign(EntitiesStrict("char"), replace(CORPUS, gold_label="v2#000000", unit_kind="document"), Bootstrap())
    assert unlike(one, replace(other, label_map="anercorp@2")) == [
        "entities_strict boundary: word and char",
        "gold: v1#3fa9c1 and v2#000000",
        "units: 3 by paragraph and 1 by document",
        "label map: none and anercorp@2",
    ]


@given(signatures(), signatures())
@settings(max_examples=40)
def test_unlike_needs_no_order(one: Signature, other: Signature) -> None:
    assert unlike(one, one) == []
    assert len(unlike(one, other)) == len(unlike(other, one))
    assert bool(unlike(one, other)) == (
        (one.scorer, dict(one.options), one.sha256, one.kind, one.units, one.label_map)
        != (other.scorer, dict(other.options), other.sha256, other.kind, other.units, other.label_map)
    )


@pytest.mark.parametrize("change", [{"scorer": "claims"}, {"units": 57}, {"kind": "document"}, {"label_map": "a@1"}])
def test_each_part_alone_forbids_a_comparison(change: dict[str, object]) -> None:
    one = parse(TEXT)
    assert len(unlike(one, replace(one, **change))) == 1  # type: ignore[arg-type]
    assert len(unlike(one, replace(one, options=()))) == 1


def test_the_view_of_a_signature_is_named_as_tables_have_it() -> None:
    assert view_of(TEXT) == "word view"
    assert view_of(TEXT.replace("boundary=word", "boundary=char,k=20")) == "char view"
    assert view_of("check_worthy()|gold:v1#3fa9c1") == view_of("claims(threshold=0.5)|gold:v1#3fa9c1") == "word view"
    assert view_of("my_own(share=0.5)|gold:boundary=odd#3fa9c1") == ""
    assert headed("strict", TEXT) == "strict, word view"
    assert headed("mine", "my_own()|gold:v1#3fa9c1") == headed("mine", None) == "mine"
