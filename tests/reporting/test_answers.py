"""A page of answers: whole, escaped, with what was found in each text."""

import re

import pytest

from harness.data.schema import Description, Schema
from harness.data.types import Annotation, Claim, Document, Entity, Prediction, Sentence, Span
from harness.reporting.answers import answers_frame, answers_page
from tests.show.hostile import TEXTS
from tests.show.test_html import Read

TEXT = "قال وزير الخارجية الروسي إن بلاده ترحب.\nانتهى."
ANSWERED = [
    (
        Document("خبر-1", TEXT),
        Prediction(
            "خبر-1",
            Annotation(
                (Entity(4, 24, "OCC", 0.9), Entity(18, 24, "NORP", 0.8)),
                (Claim(Span(28, 38), Span(0, 3), Span(4, 24), speaker="وزير", attributes={"quote": "indirect"}),),
                (Sentence(0, 39, "CFS"), Sentence(40, 46, "NFS")),
            ),
        ),
    ),
    (Document("خبر-2", "x < y"), Prediction("خبر-2", Annotation(), error="no <answer>")),
]
SCHEMA = Schema(
    "own",
    types=("OCC",),
    attributes={"quote": ("indirect",)},
    descriptions={
        ("types", "OCC"): Description("An office"),
        ("attributes", "quote", "indirect"): Description("None"),
    },
)


def test_every_find_is_marked_and_named() -> None:
    read = Read(answers_page("rules", ANSWERED, SCHEMA))
    labels = [one["data-label"] for one in read.all("mark") if "id" in one]
    assert sorted(filter(None, labels)) == sorted(
        ["OCC", "NORP", "source 1", "cue 1", "content 1", "CFS", "NFS"]
    )  # fmt: skip
    shown = re.sub(r"\s+", "", " ".join(read.texts["main"]))
    # The legend, the card of the claim, and what failed.
    for text in (
        "2 mentions",
        "OCC 1 · An office",
        "2 sentences",
        "1 claim",
        "content 1",
        "quote: indirect 1 · None",
        "speaker وزير",
        "quote indirect",
        "source وزير الخارجية الروسي",
        "no <answer>",
    ):
        assert text.replace(" ", "") in shown
    assert all(one["lang"] == "ar" for one in read.all("p") if one.get("dir") == "rtl")
    assert len([one for one in read.all("p") if one.get("dir") == "rtl"]) == 3 * 2 + 1


def test_a_page_needs_nothing_from_elsewhere_and_has_no_script() -> None:
    page = answers_page("rules", ANSWERED)
    read = Read(page)
    assert not {"script", "link", "img", "iframe", "base", "form"} & {tag for tag, _ in read.found}
    assert not [attributes for _, attributes in read.found if {"src", "href"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?://", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


def test_what_is_not_shown_is_counted() -> None:
    assert "2 of 12 documents are shown: the first ones." in answers_page("rules", ANSWERED, more=10)
    assert "1 of 2 documents is shown: the first one." in answers_page("rules", ANSWERED[:1], more=1)
    assert "are shown" not in answers_page("rules", ANSWERED)


@pytest.mark.parametrize("text", [text for text in TEXTS if "\udcff" not in text and "\n" not in text])
def test_no_text_is_a_tag_wherever_it_stands(text: str) -> None:
    if not text.strip():
        return
    found = Annotation((Entity(0, 1, text),), (Claim(Span(0, 1), Span(0, 1), speaker=text),), None)
    answered = [(Document(text, text), Prediction(text, found, error=text))]
    plain = {tag for tag, _ in Read(answers_page("t", [*ANSWERED])).found}
    read = Read(answers_page(text, answered, Schema("own", descriptions={("types", text): Description(text)})))
    assert {tag for tag, _ in read.found} <= plain
    assert read.texts["h1"] == [text]


def test_a_notebook_has_the_page_in_a_frame() -> None:
    (frame,) = Read(answers_frame("rules", ANSWERED)).all("iframe")
    assert frame["srcdoc"] == answers_page("rules", ANSWERED)
