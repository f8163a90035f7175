"""Claims by kind of quotation, by hand; the claims tests count them one by one too."""

import math
from dataclasses import replace

import pytest

from harness.data.types import Annotation, Claim, Document, Span, Unplaced
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from tests.schemas import QUOTES, said

TEXT = "قال الوزير إن السفن غادرت الميناء القديم أمس بعد وصول الوفد"


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def claim(content: str, quote: str | None) -> Claim:
    return Claim(span(content), span("قال"), span("الوزير"), None, said(quote, "affirms", "asserted"))


def scores_of(gold: list[Claim], predicted: list[Claim]) -> dict[str, float]:
    sides = Annotation(claims=tuple(gold)), Annotation(claims=tuple(predicted))
    totals = Claims().counts(Corpus([Document("d", TEXT)], [sides[0]], [sides[1]])).totals
    return {name: float(value) for name, value in Claims().scores(totals, totals).items()}


GOLD = [claim("السفن غادرت الميناء القديم", "direct"), claim("أمس", "direct"), claim("بعد", "mixed")]


def test_recall_is_by_the_kind_in_gold_and_precision_by_the_predicted_kind() -> None:
    # Three of four words, called mixed; the second as in gold, but with no source; the third right, and called direct.
    predicted = [
        claim("السفن غادرت الميناء", "mixed"),
        replace(claim("أمس", "direct"), source=None),
        claim("بعد", "direct"),
    ]
    scores = scores_of(GOLD, predicted)
    # Of the two direct claims of gold one has its exact content; of the two called direct, both have.
    assert (scores["content_direct/recall"], scores["content_direct/precision"]) == (1 / 2, 1)
    assert (scores["content_mixed/recall"], scores["content_mixed/precision"]) == (1, 0)
    assert scores["cue_direct/recall"] == scores["cue_direct/precision"] == 1
    # One of the two called direct names a source, and it is right.
    assert (scores["source_direct/recall"], scores["source_direct/precision"]) == (1 / 2, 1)
    # (3/4 + 1) / 2 of gold's direct ones, 3/3 of the one called mixed.
    assert scores["content_soft_direct/recall"] == pytest.approx(7 / 8)
    assert scores["content_soft_mixed/precision"] == 1
    assert (scores["relation_direct/recall"], scores["relation_direct/precision"]) == (0, 1 / 2)
    assert math.isnan(scores["content_indirect/recall"])
    assert "content_direct/f1" not in scores


def test_a_claim_without_a_place_lowers_the_precision_of_all_and_of_no_kind() -> None:
    invented = tuple(Unplaced("claims", role, "ليس هنا") for role in ("content", "cue"))
    sides = Annotation(claims=tuple(GOLD)), Annotation(claims=tuple(GOLD), unplaced=invented)
    totals = Claims().counts(Corpus([Document("d", TEXT)], [sides[0]], [sides[1]])).totals
    scores = {name: float(value) for name, value in Claims().scores(totals, totals).items()}
    assert (scores["content/precision"], scores["relation/precision"]) == (3 / 4, 3 / 4)
    assert (scores["content_direct/precision"], scores["relation_mixed/precision"]) == (1, 1)


def test_a_system_that_names_no_kind_has_a_recall_by_kind_and_no_precision() -> None:
    scores = scores_of(GOLD, [claim("أمس", None)])
    assert scores["relation_direct/recall"] == 1 / 2
    assert all(math.isnan(scores[f"relation_{quote}/precision"]) for quote in QUOTES)
