"""Annotations as marks and links, and back."""

import re

import pytest

from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Sentence
from harness.formats.marks import Link, Mark, MarkedText, Marking, marks_of, read_marks, with_layers
from tests.formats.sample import CLAIM, TEXT, WHOLE, span
from tests.samples import EXAMPLES

GOLD = read_schema("gold")


def ordered(annotation: Annotation) -> tuple[list[Entity], list[Claim], list[Sentence]]:
    return (
        sorted(annotation.entities or ()),
        sorted(annotation.claims or (), key=repr),
        sorted(annotation.sentences or ()),
    )


@pytest.mark.parametrize("schema", [GOLD, None])
@pytest.mark.parametrize("example", [WHOLE, *EXAMPLES])
def test_there_and_back(example: Example, schema: Schema | None) -> None:
    read = read_marks(marks_of(example, Marking()), Marking(), schema)
    assert ordered(read.annotation) == ordered(example.gold)


def test_claims_share_a_cue_and_a_source_but_no_content() -> None:
    twice = Annotation(claims=(CLAIM, CLAIM))
    marked = marks_of(Example(WHOLE.document, twice), Marking())
    assert [mark.label for mark in marked.marks] == ["Content", "Cue", "Source", "Content"]
    assert read_marks(marked, Marking(), GOLD).annotation.claims == (CLAIM, CLAIM)


def test_a_mention_can_be_the_source_and_a_link_drawn_from_either_end() -> None:
    marks = [
        Mark("a", *span("وزيرُ الصينِ"), "OCC"),
        Mark("b", *span("قالَ"), "Cue"),
        Mark("c", *span("بكين ولندن بعيدتان"), "Content", {**CLAIM.attributes, "speaker": "وزير الصين"}),
    ]
    links = [Link("source", "a", "c"), Link("cue", "c", "b"), Link("near", "a", "b")]
    read = read_marks(MarkedText(Document("d", TEXT), marks, links), Marking(), GOLD)
    assert read.annotation.claims == (CLAIM,)
    assert read.annotation.entities == (Entity(*span("وزيرُ الصينِ"), "OCC"),)
    assert read.passed_over == {"near": 1}
    assert read.layers == {"entities", "claims"}


def test_one_mark_made_twice_is_one_mention() -> None:
    marks = [Mark("a", 2, 6, "GPE"), Mark("b", 2, 6, "GPE"), Mark("c", 2, 6, "ORG"), Mark("d", 2, 6, "CFS")]
    read = read_marks(MarkedText(Document("d", TEXT), marks), Marking(), GOLD).annotation
    assert read.entities == (Entity(2, 6, "GPE"), Entity(2, 6, "ORG"))
    assert read.sentences == (Sentence(2, 6, "CFS"),)


CONTENT = Mark("c", 2, 6, "Content", CLAIM.attributes)
CUE = Mark("q", 7, 9, "Cue")


@pytest.mark.parametrize(
    ("marks", "links", "message"),
    [
        ([CONTENT], [], "F:3: c: found no link cue, wanted the cue of this Content"),
        ([CUE], [], "F:3: q: found a Cue of no claim, wanted a link to it: cue or source"),
        ([CONTENT], [Link("cue", "c", "x")], 'F:3: link cue: found "x", wanted the name of a mark'),
        (
            [CONTENT, CUE, Mark("r", 8, 9, "Cue")],
            [Link("cue", "c", "q"), Link("cue", "c", "r")],
            "c: found two links cue",
        ),
        ([CUE, Mark("s", 1, 2, "Source")], [Link("source", "q", "s")], "found no Content at either end"),
        ([CUE, CUE], [], "q: found a Cue of no claim"),
        ([CUE, Mark("q", 1, 2, "GPE")], [], "F:3: q: found two marks of this name"),
        ([Mark("c", 2, 6, "Content", {"mood": "x"}), CUE], [Link("cue", "c", "q")], 'c: found the attribute "mood"'),
        (
            [Mark("c", 2, 6, "Content", {"quote": "x"}), CUE],
            [Link("cue", "c", "q")],
            'c: quote: found "x", wanted one of',
        ),
        ([Mark("c", 2, 6, "Content"), CUE], [Link("cue", "c", "q")], "c: quote: found nothing, wanted one of direct"),
    ],
)
def test_what_is_no_claim_is_named(marks: list[Mark], links: list[Link], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read_marks(MarkedText(Document("d", TEXT), marks, links, "F:3"), Marking(), GOLD)


def test_labels_must_differ() -> None:
    Marking().check(GOLD)
    with pytest.raises(InputError, match=r"format\.marking: found the label \"GPE\" for two things"):
        Marking(content="GPE").check(GOLD)


def test_layers_that_were_not_annotated_are_absent() -> None:
    read = with_layers([WHOLE], ["entities"])[0].gold
    assert (read.entities, read.claims, read.sentences) == (WHOLE.gold.entities, None, None)
