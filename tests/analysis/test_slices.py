"""Slices by hand, and as parts that sum to the whole."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings

from harness.analysis.groups import groups, mentions
from harness.analysis.slices import count, slices
from harness.data.types import Annotation, Document, Entity
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from tests.builders import entity_corpus
from tests.oracles.sets import reordered
from tests.strategies import tiny_corpora

QUICK = Bootstrap(resamples=20)
TEXT = "زار سامي النجار كندا ووفد من جامعة طوكيو"


corpus_of = partial(entity_corpus, text=TEXT)


def mention(words: str, kind: str, text: str = TEXT) -> Entity:
    start = text.index(words)
    return Entity(start, start + len(words), kind)


def rows_of(corpus: Corpus, seen: frozenset[str] | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["group"], row["slice"]): row for row in slices(corpus, QUICK, 50, seen)}


def values(row: dict[str, Any]) -> tuple[float | None, ...]:
    return tuple(row[name]["value"] for name in ("precision", "recall", "f1"))


def test_slices_by_hand() -> None:
    gold = [
        mention("سامي النجار", "PERS"),
        mention("كندا", "GPE"),
        mention("جامعة طوكيو", "ORG"),
        mention("طوكيو", "GPE"),
    ]
    predicted = [mention("سامي", "PERS"), mention("كندا", "GPE"), mention("طوكيو", "GPE")]
    rows = rows_of(corpus_of(gold, predicted, translated="yes"), frozenset({"كندا", "سامي"}))
    # Of 3 predicted mentions 2 are right, of 4 in gold 2 are found: F1 4 / 7.
    for part in (("document", "d"), ("origin", "translated"), ("frequency", "under_10"), ("proclitic", "without")):
        assert values(rows[part]) == pytest.approx((2 / 3, 2 / 4, 4 / 7), abs=1e-6)
    # Tokyo is nested in gold, and flat in the prediction, which has no university; both are matches.
    assert values(rows["nesting", "nested"]) == (None, 1, 0)
    assert values(rows["nesting", "flat"])[:2] == pytest.approx((2 / 3, 1 / 3), abs=1e-6)
    # One word: 3 predicted, 2 right, and 2 in gold; two words: none predicted.
    assert values(rows["length", "1"])[:2] == pytest.approx((2 / 3, 1), abs=1e-6)
    assert values(rows["length", "2"]) == (None, 0, 0)
    assert values(rows["seen", "seen"])[:2] == (0.5, 1)
    assert values(rows["seen", "unseen"])[:2] == pytest.approx((1, 1 / 3), abs=1e-6)
    assert ("length", "3") not in rows
    assert ("seen", "seen") not in rows_of(corpus_of(gold, predicted))


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        *((said, "translated") for said in ("yes", True)),
        *((said, "native") for said in ("no", False)),
        *((said, "unknown") for said in ("unclear", None)),
    ],
)
def test_the_document_says_where_it_is_from(said: object, origin: str) -> None:
    rows = rows_of(corpus_of([mention("كندا", "GPE")], [], translated=said))
    assert [part for group, part in rows if group == "origin"] == [origin]


def test_a_proclitic_before_a_mention_is_there_for_both_sides() -> None:
    text = "سافر لروسيا ولبنان"
    gold = [mention("روسيا", "GPE", text), mention("لبنان", "GPE", text)]
    for predicted in ("لروسيا", "روسيا"):
        rows = rows_of(corpus_of(gold, [mention(predicted, "GPE", text)], text=text))
        assert values(rows["proclitic", "with"]) == pytest.approx((1, 1 / 2, 2 / 3), abs=1e-6)
    text = "زار بكين"
    rows = rows_of(corpus_of([mention("بكين", "GPE", text)], [mention("كين", "GPE", text)], text=text))
    # Gold knows that this ب is part of the name, whatever the system thinks.
    assert [part for group, part in rows if group == "proclitic"] == ["without"]


def test_a_seen_name_is_seen_behind_its_proclitics() -> None:
    text = "سافر للصين"
    rows = rows_of(corpus_of([Entity(6, 10, "GPE")], [Entity(5, 10, "GPE")], text=text), frozenset({"الصين"}))
    assert values(rows["seen", "seen"]) == (1, 1, 1)


def test_frequency_is_that_of_the_type() -> None:
    text = "ا " * 60
    gold = [Entity(2 * at, 2 * at + 1, "GPE" if at < 50 else "LOC") for at in range(60)]
    rows = rows_of(corpus_of(gold, [Entity(0, 1, "PERS")], text=text))
    found = {part: row["gold"] for (group, part), row in rows.items() if group == "frequency"}
    assert found == {"under_10": 0, "10_to_49": 10, "50_and_more": 50}


@pytest.mark.parametrize(("units", "each", "little"), [(5, 2, False), (4, 5, True), (9, 1, True), (10, 1, False)])
def test_too_little_has_no_interval(units: int, each: int, little: bool) -> None:
    text = "\n".join(["ا " * each] * units)
    gold = [Entity(at, at + 1, "GPE") for at, char in enumerate(text) if char == "ا"]
    row = rows_of(corpus_of(gold, gold[1:], text=text))["nesting", "flat"]
    assert (row["gold"], row["units"], row["too_little"]) == (units * each, units, little)
    assert (row["recall"]["low"] is None, row["recall"]["high"] is None) == (little, little)
    if not little:
        assert row["recall"]["low"] <= row["recall"]["value"] <= row["recall"]["high"] <= 1


def test_many_documents_have_no_slices_of_their_own() -> None:
    corpus = corpus_of([mention("كندا", "GPE")], [])
    assert not [row for row in slices(corpus, QUICK, 0, None) if row["group"] == "document"]


def test_names_of_documents_may_hold_anything() -> None:
    sides = [Annotation(entities=(Entity(0, 4, "GPE"),))] * 2
    corpus = Corpus([Document("a/b.c", "كندا"), Document("a/b", "كندا")], sides, sides)
    found = {row["slice"]: row["gold"] for row in slices(corpus, QUICK, 50, None) if row["group"] == "document"}
    assert found == {"a/b.c": 1, "a/b": 1}


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_parts_sum_to_the_whole(corpus: Corpus) -> None:
    found = mentions(corpus)
    divisions = groups(found, 50, frozenset({"لبنان"}))
    table = count(found, divisions)
    totals = EntitiesStrict().counts(corpus).totals
    tp, fp, fn = (sum(float(totals[f"{kind}/{name}"]) for kind in corpus.types) for name in ("tp", "fp", "fn"))
    wanted = {"gold": tp + fn, "gold_matched": tp, "predicted": tp + fp, "predicted_matched": tp}
    for number, division in enumerate(divisions):
        for column, whole in wanted.items():
            parts = [float(table.totals[f"{number}.{part}/{column}"]) for part in range(len(division.parts))]
            assert sum(parts) == whole, division.name


@given(tiny_corpora())
@settings(max_examples=60, deadline=None)
def test_a_mention_and_its_equal_are_in_one_part(corpus: Corpus) -> None:
    found = mentions(corpus)
    for division in groups(found, 50, frozenset({"لبنان"})):
        placed = [
            dict(zip(zip(side.starts.tolist(), side.ends.tolist(), side.labels.tolist(), strict=True), parts.tolist(),
                     strict=True))
            for side, parts in zip(found.sides, (division.gold, division.predicted), strict=True)
        ]  # fmt: skip
        if division.name != "nesting":
            assert all(placed[1].get(key, part) == part for key, part in placed[0].items())


@given(tiny_corpora(most=2))
@settings(max_examples=15, deadline=None)
def test_order_changes_no_value(corpus: Corpus) -> None:
    one, other = rows_of(corpus), rows_of(reordered(corpus))
    assert {key: values(row) for key, row in one.items()} == {key: values(row) for key, row in other.items()}


def test_the_same_seed_gives_the_same_rows() -> None:
    text = "\n".join(["كندا طوكيو"] * 12)
    gold = [Entity(11 * line, 11 * line + 4, "GPE") for line in range(12)]
    corpus = corpus_of(gold, gold[::2], text=text)
    assert slices(corpus, QUICK, 50, None) == slices(corpus, QUICK, 50, None)
