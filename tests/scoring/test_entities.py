"""Strict entity scores against sets, against seqeval, and by hand."""

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict, labelled, macro
from harness.scoring.table import Table
from tests.oracles.sets import entity_scores, reordered, turned
from tests.strategies import TINY_TYPES, tiny_corpora

VIEWS: tuple[Boundary, ...] = ("char", "word", "clitic")
TOKEN_TYPES = ("PERS", "ORG", "GPE")


def scores_of(corpus: Corpus, boundary: Boundary = "word") -> dict[str, float]:
    scorer = EntitiesStrict(boundary)
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def corpus_of(text: str, gold: list[tuple[int, int, str]], predicted: list[tuple[int, int, str]]) -> Corpus:
    sides = [Annotation(entities=tuple(Entity(*one) for one in side)) for side in (gold, predicted)]
    return Corpus([Document("d", text)], [sides[0]], [sides[1]])


def same(one: dict[str, float], other: dict[str, float]) -> bool:
    return one.keys() == other.keys() and all(
        math.isclose(one[name], other[name], abs_tol=1e-12) or (math.isnan(one[name]) and math.isnan(other[name]))
        for name in one
    )


@given(tiny_corpora(), st.sampled_from(VIEWS))
def test_scores_are_those_of_sets(corpus: Corpus, boundary: Boundary) -> None:
    assert same(scores_of(corpus, boundary), entity_scores(corpus, boundary, corpus.types))


@settings(max_examples=40)
@given(tiny_corpora(), st.sampled_from(VIEWS))
def test_order_changes_nothing(corpus: Corpus, boundary: Boundary) -> None:
    assert same(scores_of(corpus, boundary), scores_of(reordered(corpus), boundary))


@settings(max_examples=40)
@given(tiny_corpora(), st.sampled_from(VIEWS))
def test_exchanging_the_sides_exchanges_precision_and_recall(corpus: Corpus, boundary: Boundary) -> None:
    one, other = scores_of(corpus, boundary), scores_of(turned(corpus), boundary)
    for label in ("micro", *TINY_TYPES):
        assert same({"f": one[f"{label}/f1"]}, {"f": other[f"{label}/f1"]})
        assert same({"p": one[f"{label}/precision"]}, {"p": other[f"{label}/recall"]})


@settings(max_examples=40)
@given(tiny_corpora(), st.sampled_from(VIEWS))
def test_a_corpus_twice_has_the_same_scores(corpus: Corpus, boundary: Boundary) -> None:
    twice = Corpus([*corpus.documents] * 2, [*corpus.gold] * 2, [*corpus.predicted] * 2)
    once, again = (
        {name: value for name, value in scores_of(one, boundary).items() if "macro10" not in name}
        for one in (corpus, twice)
    )
    assert same(once, again)


@settings(max_examples=40)
@given(tiny_corpora(), st.sampled_from(VIEWS), st.sampled_from(("document", "paragraph", "sentence")))
def test_units_only_divide_the_counts(
    corpus: Corpus, boundary: Boundary, kind: Literal["document", "paragraph", "sentence"]
) -> None:
    other = Corpus(corpus.documents, corpus.gold, corpus.predicted, kind)
    table = EntitiesStrict(boundary).counts(other)
    assert table.values.shape[0] == len(other.units)
    assert (table.values >= 0).all()
    assert same(scores_of(corpus, boundary), scores_of(other, boundary))


@settings(max_examples=40)
@given(tiny_corpora(), st.sampled_from(VIEWS))
def test_gold_as_prediction_is_perfect(corpus: Corpus, boundary: Boundary) -> None:
    ideal = Corpus(corpus.documents, corpus.gold, corpus.gold)
    scores = scores_of(ideal, boundary)
    assert all(value == 1 or math.isnan(value) for value in scores.values())
    assert math.isnan(scores["micro/f1"]) == (not any(side.entities for side in corpus.gold))


def tags(draw: st.DrawFn, length: int) -> list[tuple[int, int, str]]:
    """Flat mentions as (first token, last token + 1, type)."""
    found, at = [], 0
    while at < length:
        size = draw(st.integers(1, 2))
        if draw(st.booleans()) and at + size <= length:
            found.append((at, at + size, draw(st.sampled_from(TOKEN_TYPES))))
            at += size
        else:
            at += 1
    return found


def bio(mentions: list[tuple[int, int, str]], length: int) -> list[str]:
    sequence = ["O"] * length
    for first, last, kind in mentions:
        sequence[first:last] = [f"B-{kind}", *[f"I-{kind}"] * (last - first - 1)]
    return sequence


@st.composite
def flat(draw: st.DrawFn) -> tuple[list[list[tuple[int, int, str]]], list[list[tuple[int, int, str]]], list[int]]:
    """Gold and predicted mentions of sentences, and the sentences' lengths in tokens."""
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    return [tags(draw, length) for length in lengths], [tags(draw, length) for length in lengths], lengths


@settings(max_examples=60)
@given(flat(), st.sampled_from(VIEWS))
def test_flat_mentions_score_as_in_seqeval(
    drawn: tuple[list[list[tuple[int, int, str]]], list[list[tuple[int, int, str]]], list[int]], boundary: Boundary
) -> None:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    gold, predicted, lengths = drawn
    assume(any(gold) or any(predicted))
    report = classification_report(
        [bio(one, length) for one, length in zip(gold, lengths, strict=True)],
        [bio(one, length) for one, length in zip(predicted, lengths, strict=True)],
        mode="strict",
        scheme=IOB2,
        output_dict=True,
        zero_division=0,
    )

    # Token i is a letter at 2i.
    def annotation(mentions: list[tuple[int, int, str]]) -> Annotation:
        return Annotation(entities=tuple(Entity(2 * first, 2 * last - 1, kind) for first, last, kind in mentions))

    documents = [Document(str(number), " ".join("ا" * length)) for number, length in enumerate(lengths)]
    corpus = Corpus(documents, [*map(annotation, gold)], [*map(annotation, predicted)])
    scores = scores_of(corpus, boundary)
    supported = [kind for kind in TOKEN_TYPES if kind in report and report[kind]["support"]]
    for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
        for label, name in (("micro", "micro avg"), *((kind, kind) for kind in TOKEN_TYPES if kind in report)):
            value = scores[f"{label}/{ours}"]
            # seqeval shows 0 for what is undefined.
            assert (0 if math.isnan(value) else value) == pytest.approx(report[name][theirs], abs=1e-12)
        if supported:
            mean = np.mean([report[kind][theirs] for kind in supported])
            assert scores[f"macro/{ours}"] == pytest.approx(mean, abs=1e-12)


def test_scores_by_hand() -> None:
    text = "زار بوتين الصين وروسيا أمس"
    gold = [(4, 9, "PERS"), (10, 15, "GPE"), (17, 22, "GPE"), (23, 26, "DATE")]
    predicted = [(4, 9, "PERS"), (10, 15, "ORG"), (16, 22, "GPE")]
    # In word view the start 17 goes to 16, so روسيا is found with its conjunction.
    # tp: PERS 1, GPE 1. fp: ORG 1. fn: GPE 1, DATE 1.
    scores = scores_of(corpus_of(text, gold, predicted))
    assert scores["micro/precision"] == pytest.approx(2 / 3)
    assert scores["micro/recall"] == pytest.approx(2 / 4)
    assert scores["micro/f1"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 2))
    assert scores["GPE/precision"] == 1
    assert scores["GPE/recall"] == 1 / 2
    assert scores["GPE/f1"] == pytest.approx(2 / 3)
    assert scores["ORG/precision"] == 0
    assert math.isnan(scores["ORG/recall"])
    # Over PERS, GPE and DATE, which gold has; DATE is never predicted, which counts as 0.
    assert scores["macro/precision"] == pytest.approx((1 + 1 + 0) / 3)
    assert scores["macro/recall"] == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert scores["macro/f1"] == pytest.approx((1 + 2 / 3 + 0) / 3)
    # Exact offsets: 16 is not 17. tp: PERS 1; predicted 3, gold 4.
    assert scores_of(corpus_of(text, gold, predicted), "char")["micro/f1"] == pytest.approx(2 * 1 / 7)


def test_what_becomes_equal_in_a_view_counts_once() -> None:
    text = "«روسيا» و"
    gold, predicted = [(1, 6, "GPE")], [(0, 7, "GPE"), (1, 6, "GPE"), (0, 6, "GPE"), (1, 6, "ORG")]
    table = EntitiesStrict("word").counts(corpus_of(text, gold, predicted))
    assert {name: float(count) for name, count in table.totals.items() if count} == {"GPE/tp": 1, "ORG/fp": 1}
    assert EntitiesStrict().support(table.totals)["micro"] == 1


def test_support_is_counted_after_merging() -> None:
    # In word view they are one mention, with a full stop and without; in clitic view one behind the proclitic.
    cases: list[tuple[Boundary, list[tuple[int, int]], int]] = [
        ("word", [(0, 6), (0, 7)], 1),
        ("word", [(0, 6), (1, 6)], 2),
        ("clitic", [(0, 6), (1, 6)], 1),
    ]
    for boundary, mentions, support in cases:
        table = EntitiesStrict(boundary).counts(corpus_of("لروسيا.", [(*edges, "GPE") for edges in mentions], []))
        assert EntitiesStrict().support(table.totals)["GPE"] == support


@pytest.mark.parametrize(
    ("boundary", "start", "f1"), [("char", 1, 0), ("word", 1, 1), ("clitic", 1, 1), ("clitic", 2, 0), ("word", 2, 1)]
)
def test_a_proclitic_is_forgiven_and_the_article_is_not_in_clitic_view(
    boundary: Boundary, start: int, f1: float
) -> None:
    assert scores_of(corpus_of("للصين", [(0, 5, "GPE")], [(start, 5, "GPE")]), boundary)["micro/f1"] == f1


def test_nothing_to_find_is_undefined_and_not_zero() -> None:
    assert all(math.isnan(value) for value in scores_of(corpus_of("اب", [], [])).values())
    silent = scores_of(corpus_of("اب", [(0, 2, "GPE")], []))
    assert math.isnan(silent["micro/precision"])
    assert silent["micro/recall"] == silent["micro/f1"] == silent["macro/precision"] == 0
    noisy = scores_of(corpus_of("اب", [], [(0, 2, "GPE")]))
    assert noisy["micro/precision"] == noisy["micro/f1"] == 0
    assert math.isnan(noisy["macro/f1"])


@settings(max_examples=40)
@given(tiny_corpora())
def test_macro_is_over_the_same_types_for_every_run(corpus: Corpus) -> None:
    # A run that finds everything, and a spurious type beside.
    extra = [
        Annotation(entities=(*(gold.entities or ()), Entity(0, 1, "MONEY"), Entity(0, len(document.text), "TIME")))
        for gold, document in zip(corpus.gold, corpus.documents, strict=True)
    ]
    scores = scores_of(Corpus(corpus.documents, corpus.gold, extra))
    if any(gold.entities for gold in corpus.gold):
        assert scores["macro/f1"] == scores["macro/precision"] == 1
        assert scores["micro/precision"] < 1


def test_a_replicate_without_a_type_takes_its_value_from_the_whole() -> None:
    columns = ("GPE/tp", "GPE/fp", "GPE/fn", "LAW/tp", "LAW/fp", "LAW/fn")
    table = Table(columns, np.array([[3.0, 1, 0, 1, 0, 1], [2, 0, 2, 0, 0, 0]]))
    scorer, replicate = EntitiesStrict(), table.named(np.array([[6.0, 2, 0, 2, 0, 2], [4, 0, 4, 0, 0, 0]]))
    values = scorer.scores(replicate, table.totals)["macro/f1"]
    # GPE: 12 / 14 and 8 / 12. LAW: 4 / 6, and in the replicate without it 2 / 3 of the whole.
    assert values.tolist() == pytest.approx([(12 / 14 + 2 / 3) / 2, (8 / 12 + 2 / 3) / 2])


def test_scores_take_counts_of_any_shape() -> None:
    columns = ("GPE/tp", "GPE/fp", "GPE/fn")
    values = np.arange(24, dtype=np.float64).reshape(2, 4, 3)
    table = Table(columns, values[0])
    found = EntitiesStrict().scores(table.named(values), table.totals)
    assert {value.shape for value in found.values()} == {(2, 4)}
    alone = EntitiesStrict().scores(table.named(values[1, 2]), table.totals)
    assert all(found[name][1, 2] == value for name, value in alone.items())


def test_macro10_is_over_the_types_with_ten_mentions() -> None:
    text = "اب " * 10
    gold = [(3 * at, 3 * at + 2, "GPE") for at in range(10)] + [(0, 2, "PERS")]
    scores = scores_of(corpus_of(text, gold, gold[:5]))
    assert scores["macro10/recall"] == scores["GPE/recall"] == 1 / 2
    assert scores["macro/recall"] == 1 / 4
    assert math.isnan(scores_of(corpus_of(text, gold[1:], gold))["macro10/f1"])


def test_macro_without_support_is_undefined() -> None:
    counts = {"GPE/tp": np.zeros(()), "GPE/fp": np.ones(()), "GPE/fn": np.zeros(())}
    assert all(np.isnan(value) for value in macro(labelled(counts), labelled(counts)).values())
