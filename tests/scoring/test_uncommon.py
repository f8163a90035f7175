import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Document, Entity, InputError
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.strings import named_sides, string_counts
from harness.scoring.uncommon import EntitiesUncommon
from tests.strategies import tiny_corpora


def scores_of(corpus: Corpus, k: int) -> dict[str, float]:
    scorer = EntitiesUncommon("word", k)
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def listed(words: list[tuple[str, str]]) -> tuple[str, list[Entity]]:
    """A text of the words, and a mention of each that has a type."""
    text, mentions = "", []
    for word, kind in words:
        if kind:
            mentions.append(Entity(len(text), len(text) + len(word), kind))
        text += f"{word} "
    return text, mentions


TEXT, MENTIONS = listed(
    [("كندا", "GPE")] * 3 + [("قطر", "GPE")] * 2 + [("عمان", "GPE"), ("سامي", "PERS"), ("صباح", ""), ("مساء", "")]
)


def test_frequent_strings_are_left_out_on_both_sides() -> None:
    # Of كندا one is missed, قطر is called ORG once, عمان is found, سامي is missed, صباح is no mention.
    predicted = [*MENTIONS[1:3], MENTIONS[3]._replace(type="ORG"), MENTIONS[4], MENTIONS[5]]
    start = TEXT.index("صباح")
    predicted.append(Entity(start, start + 4, "DATE"))
    corpus = Corpus(
        [Document("d", TEXT)], [Annotation(entities=tuple(MENTIONS))], [Annotation(entities=tuple(predicted))]
    )
    # k = 1 leaves out كندا: 2 of 4 gold mentions right, 2 of 4 predicted.
    assert scores_of(corpus, 1)["micro/f1"] == 1 / 2
    # k = 2 leaves out قطر too, right or wrong: عمان right, سامي missed, صباح spurious.
    assert scores_of(corpus, 2)["micro/recall"] == 1 / 2
    assert scores_of(corpus, 2)["micro/precision"] == 1 / 2
    # What occurs once is never left out.
    assert scores_of(corpus, 20) == pytest.approx(scores_of(corpus, 2), nan_ok=True)
    totals = EntitiesUncommon("word", 2).counts(corpus).totals
    assert EntitiesUncommon("word", 2).support(totals)["micro"] == 2


def test_where_every_string_is_frequent_nothing_is_left_to_score() -> None:
    side = Annotation(entities=tuple(MENTIONS[:5]))
    found = scores_of(Corpus([Document("d", TEXT)], [side], [side]), 20)
    assert math.isnan(found["micro/f1"])


def test_where_every_string_occurs_once_all_is_scored() -> None:
    side = Annotation(entities=tuple(MENTIONS[5:]))
    corpus = Corpus([Document("d", TEXT)], [side], [side])
    assert scores_of(corpus, 1)["micro/f1"] == 1


@settings(max_examples=60)
@given(tiny_corpora(), st.integers(0, 3))
def test_scores_are_those_of_the_mentions_that_are_left(corpus: Corpus, k: int) -> None:
    counts = string_counts(corpus)
    common = {
        one for one, count in counts.items() if count >= 2 and sum(other >= count for other in counts.values()) <= k
    }
    sides = []
    for side in named_sides(corpus, "word"):
        rows = zip(side.spans.starts, side.spans.ends, side.pairs, strict=True)
        sides.append({(int(start), int(end), kind) for start, end, (string, kind) in rows if string not in common})
    gold, predicted = sides
    found = scores_of(corpus, k)["micro/f1"]
    if gold or predicted:
        assert found == pytest.approx(2 * len(gold & predicted) / (len(gold) + len(predicted)))
    else:
        assert math.isnan(found)


@settings(max_examples=40)
@given(tiny_corpora())
def test_with_none_left_out_it_is_the_exact_scorer(corpus: Corpus) -> None:
    table, exact = EntitiesUncommon("word", 0).counts(corpus), EntitiesStrict("word").counts(corpus)
    assert table.columns == exact.columns
    assert table.values.tolist() == exact.values.tolist()


@settings(max_examples=40)
@given(tiny_corpora(), st.integers(0, 3))
def test_the_gold_that_is_left_is_the_same_for_every_run(corpus: Corpus, k: int) -> None:
    scorer = EntitiesUncommon("char", k)
    nothing = Corpus(corpus.documents, corpus.gold, [Annotation(entities=()) for _ in corpus.documents])
    one, other = (scorer.support(scorer.counts(side).rows) for side in (corpus, nothing))
    assert {label: counts.tolist() for label, counts in one.items()} == {
        label: counts.tolist() for label, counts in other.items()
    }


def test_it_has_intervals() -> None:
    documents, sides = [], []
    for number in range(8):
        text, mentions = listed([("كندا", "GPE"), (f"مدينة{number}", "GPE")])
        documents.append(Document(str(number), text))
        sides.append((mentions, mentions if number % 2 else mentions[:1]))
    gold, predicted = ([Annotation(entities=tuple(side[place])) for side in sides] for place in (0, 1))
    scorer = EntitiesUncommon()
    table = scorer.counts(Corpus(documents, gold, predicted))
    low, high = Bootstrap(resamples=200).intervals(scorer, table)["micro/f1"]
    value = float(scorer.scores(table.totals, table.totals)["micro/f1"])
    assert value == pytest.approx(2 / 3)
    assert low < value < high


def test_a_negative_k_is_refused() -> None:
    with pytest.raises(InputError, match="k: found -1"):
        EntitiesUncommon(k=-1)
