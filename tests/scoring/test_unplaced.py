"""Answers without a place: each counts as a spurious prediction does that stands alone, in every scorer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.analysis.analysis import Analysis
from harness.data.types import Annotation, Claim, Document, Entity, Example, Prediction, Sentence, Span, Unplaced
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.claims_overlap import ClaimsOverlap
from harness.scoring.corpus import Corpus
from harness.scoring.distinct import EntitiesDistinct
from harness.scoring.entities import EntitiesStrict
from harness.scoring.nested import EntitiesNested
from harness.scoring.outcomes import itemised
from harness.scoring.overlap import EntitiesOverlap
from harness.scoring.paired import difference
from harness.scoring.partial import EntitiesPartial
from harness.scoring.score import Gold, corpora_of
from harness.scoring.scoring import Scoring
from harness.scoring.seqeval import Seqeval
from harness.scoring.table import Scorer
from harness.scoring.uncommon import EntitiesUncommon
from harness.scoring.unplaced import unplaced_shares
from tests.strategies import TINY_TYPES, claim_corpora, sentences, tiny_corpora

WORDS: Final = ("خخخ", "ززز")
"""Words of no text of the strategies, and without proclitics."""
ENTITY_SCORERS: Final[Sequence[Scorer]] = (
    *(EntitiesStrict("char"), EntitiesStrict("word"), EntitiesStrict("clitic")),
    *(EntitiesUncommon(k=0), EntitiesUncommon(k=2), EntitiesDistinct(), EntitiesPartial(), EntitiesOverlap()),
    *(EntitiesNested(), Seqeval(), Seqeval(tokens="spaces")),
)
CLAIM_SCORERS: Final[Sequence[Scorer]] = (Claims(), Claims(0.1), ClaimsOverlap())


@st.composite
def invented(draw: st.DrawFn, corpus: Corpus, labels: Sequence[str]) -> tuple[Corpus, list[tuple[int, int, str, str]]]:
    """The corpus with a line of further words behind each text, and of these the document, place, word and a label."""
    documents, places = [], []
    for number, document in enumerate(corpus.documents):
        text = f"{document.text}\n"
        for word, label in draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(labels)), max_size=3)):
            places.append((number, len(text), word, label))
            text += f"{word} "
        documents.append(replace(document, text=text))
    return replace(corpus, documents=documents), places


def with_items(corpus: Corpus, layer: str, items: Sequence[tuple[int, object]]) -> Corpus:
    """The corpus with further predicted items of a layer, each with the number of its document."""
    predicted = []
    for number, annotation in enumerate(corpus.predicted):
        own = tuple(item for place, item in items if place == number)
        predicted.append(replace(annotation, **{layer: (*(getattr(annotation, layer) or ()), *own)}))
    return replace(corpus, predicted=predicted)


def assert_alike(scorer: Scorer, unplaced: Corpus, placed: Corpus) -> None:
    """Every unit has the same counts, and every measure the same value and interval."""
    one, other = scorer.counts(unplaced), scorer.counts(placed)
    assert one.columns == other.columns
    np.testing.assert_array_equal(one.values, other.values)
    values, wanted = (scorer.scores(table.totals, table.totals) for table in (one, other))
    np.testing.assert_array_equal([*values.values()], [*wanted.values()])


@given(st.data())
def test_an_invented_mention_counts_as_one_that_stands_alone_and_matches_nothing(data: st.DataObject) -> None:
    """By every scorer of entities, in every unit."""
    corpus, places = data.draw(tiny_corpora().flatmap(lambda corpus: invented(corpus, TINY_TYPES)))
    answers = [(number, Unplaced("entities", kind, word, at)) for number, at, word, kind in places]
    mentions = [(number, Entity(at, at + len(word), kind)) for number, at, word, kind in places]
    for scorer in ENTITY_SCORERS:
        assert_alike(scorer, with_items(corpus, "unplaced", answers), with_items(corpus, "entities", mentions))


@given(st.data())
def test_an_invented_claim_counts_as_one_that_is_paired_with_nothing(data: st.DataObject) -> None:
    """With a source and without one."""
    corpus, places = data.draw(claim_corpora().flatmap(lambda corpus: invented(corpus, ("cue", "source"))))
    answers, claims = [], []
    for number, at, word, label in places:
        span = Span(at, at + len(word))
        roles = ("content", "cue", "source") if label == "source" else ("content", "cue")
        answers += [(number, Unplaced("claims", role, word, at)) for role in roles]
        claims.append((number, Claim(span, span, span if label == "source" else None)))
    for scorer in CLAIM_SCORERS:
        assert_alike(scorer, with_items(corpus, "unplaced", answers), with_items(corpus, "claims", claims))


@given(st.data())
def test_an_invented_sentence_counts_as_one_that_the_gold_has_not(data: st.DataObject) -> None:
    """Both for its label and for accuracy."""
    text = "زار الوزير لبنان. عاد أمس."
    sides = [
        Annotation(sentences=(data.draw(sentences(text)),)) if data.draw(st.booleans()) else Annotation(sentences=())
        for _ in range(2)
    ]
    plain = Corpus([Document("d", text)], sides[:1], sides[1:])
    corpus, places = data.draw(invented(plain, ("CFS", "NFS")))
    answers = [(number, Unplaced("sentences", label, word, at)) for number, at, word, label in places]
    labelled = [(number, Sentence(at, at + len(word), label)) for number, at, word, label in places]
    unplaced, placed = with_items(corpus, "unplaced", answers), with_items(corpus, "sentences", labelled)
    assert_alike(CheckWorthy(), unplaced, placed)


@given(st.data())
def test_what_explains_a_score_agrees_with_it(data: st.DataObject) -> None:
    """Categories, confusion, slices and the ledger are those of mentions that are spurious and placed."""
    corpus, places = data.draw(tiny_corpora().flatmap(lambda corpus: invented(corpus, TINY_TYPES)))
    answers = [(number, Unplaced("entities", kind, word, at)) for number, at, word, kind in places]
    mentions = [(number, Entity(at, at + len(word), kind)) for number, at, word, kind in places]
    scoring = Scoring({}, "paragraph", Bootstrap(resamples=1))
    found, wanted = (
        Analysis().run({"entities": with_items(corpus, layer, items)}, scoring)
        for layer, items in (("unplaced", answers), ("entities", mentions))
    )
    assert found == wanted


@given(st.data())
def test_outcomes_add_up_to_what_is_counted_as_wrong(data: st.DataObject) -> None:
    """Items without gold are as many as false positives, a wrong pair aside, which is one of each."""
    corpus = data.draw(tiny_corpora())
    predicted = []
    for document, annotation in zip(corpus.documents, corpus.predicted, strict=True):
        item = st.builds(
            Unplaced,
            st.just("entities"),
            st.sampled_from(TINY_TYPES),
            st.sampled_from(("", " ", "«»", *WORDS)),
            st.integers(0, len(document.text)),
        )
        predicted.append(replace(annotation, unplaced=tuple(data.draw(st.lists(item, max_size=3)))))
    corpus = replace(corpus, predicted=predicted)
    for name, scorer in itemised({"word": EntitiesStrict(), "char": EntitiesStrict("char")}).items():
        totals = EntitiesStrict("char" if name == "char" else "word").counts(corpus).totals
        wrong = sum(float(count) for column, count in totals.items() if column.endswith("/fp"))
        outcomes = scorer.outcomes(corpus).items
        assert sum(not one.right and bool(one.predicted or one.unplaced is not None) for one in outcomes) == wrong
        assert sum(one.unplaced is not None for one in outcomes) == sum(len(one.unplaced) for one in predicted)


@given(st.data())
def test_outcomes_of_claims_add_up_role_by_role(data: st.DataObject) -> None:
    corpus, places = data.draw(claim_corpora().flatmap(lambda corpus: invented(corpus, ("content", "cue", "source"))))
    answers = [(number, Unplaced("claims", role, word, at)) for number, at, word, role in places]
    corpus = with_items(corpus, "unplaced", answers)
    totals, outcomes = Claims().counts(corpus).totals, Claims().outcomes(corpus).items
    for role in ("content", "cue"):
        wrong = sum(
            bool(one.predicted) and (not one.gold or role in one.wrong)
            if one.unplaced is None
            else corpus.predicted[one.document].unplaced[one.unplaced].label == role
            for one in outcomes
        )
        assert wrong == float(totals[f"{role}/predicted"]) - float(totals[f"{role}/tp"])


TEXT: Final = "زار الوزير لبنان.\nعاد أمس."
GOLD: Final = Annotation(entities=(Entity(4, 10, "OCC"), Entity(11, 16, "GPE")))


def counted(*unplaced: Unplaced, text: str = TEXT, gold: Annotation = GOLD, predicted: Annotation = GOLD) -> Corpus:
    return Corpus([Document("d", text)], [gold], [replace(predicted, unplaced=unplaced)])


def test_an_answer_counts_in_the_unit_where_it_was_said_to_be() -> None:
    rows = EntitiesStrict().counts(counted(Unplaced("entities", "GPE", "باريس", len(TEXT)))).rows
    assert rows["GPE/fp"].tolist() == [0, 1]
    rows = EntitiesStrict().counts(counted(Unplaced("entities", "GPE", "باريس"))).rows
    assert rows["GPE/fp"].tolist() == [1, 0]


def test_the_end_of_a_text_belongs_to_its_document() -> None:
    documents = [Document(str(number), text) for number, text in enumerate(("", "لبنان", "", "بكين"))]
    answers = [
        Annotation(entities=(), unplaced=(Unplaced("entities", "GPE", "باريس", len(document.text)),) * (number + 1))
        for number, document in enumerate(documents)
    ]
    corpus = Corpus(documents, [Annotation(entities=())] * 4, answers, "document")
    assert EntitiesStrict().counts(corpus).rows["GPE/fp"].tolist() == [1, 2, 3, 4]


def test_the_same_answer_twice_counts_twice() -> None:
    twice = (Unplaced("entities", "GPE", "باريس"),) * 2
    assert float(EntitiesStrict().counts(counted(*twice)).totals["GPE/fp"]) == 2


@pytest.mark.parametrize("quote", ["", " \n", "«»", "\u200f", "لِبَاريس", "a" * 10_000])
def test_any_quote_can_be_counted(quote: str) -> None:
    corpus = counted(Unplaced("entities", "GPE", quote))
    for scorer in ENTITY_SCORERS:
        totals = scorer.counts(corpus).totals
        values = scorer.scores(totals, totals)
        precision = next(value for name, value in values.items() if name.endswith(("precision", "f1_at_0.5")))
        assert float(precision) < 1
    assert Analysis().run({"entities": corpus}, Scoring({}, "paragraph", Bootstrap(resamples=1)))


def test_a_type_of_its_own_has_a_column() -> None:
    assert float(EntitiesStrict().counts(counted(Unplaced("entities", "ANIMAL", "قط"))).totals["ANIMAL/fp"]) == 1


def test_a_name_that_has_a_place_too_is_one_name_among_distinct_ones() -> None:
    """Of the four answers of one name one is right: the name is worth a quarter, spelled as it may be."""
    quotes = ("لبنان", "لُبنان", "ولبنان")
    corpus = counted(*(Unplaced("entities", "GPE", quote) for quote in quotes))
    totals = EntitiesDistinct().counts(corpus).totals
    assert float(totals["GPE/predicted"]) == pytest.approx(1)
    assert float(totals["GPE/predicted_matched"]) == pytest.approx(1 / 4)


def test_a_frequent_name_is_left_out_of_uncommon_ones() -> None:
    text = "لبنان ولبنان وبكين"
    gold = Annotation(entities=(Entity(0, 5, "GPE"), Entity(7, 12, "GPE"), Entity(14, 18, "GPE")))
    answers = [Unplaced("entities", "GPE", quote) for quote in ("لُبنان", "باريس")]
    totals = EntitiesUncommon(k=1).counts(counted(*answers, text=text, gold=gold, predicted=gold)).totals
    assert (float(totals["GPE/tp"]), float(totals["GPE/fp"])) == (1, 1)


def test_a_part_of_a_claim_counts_for_its_role_alone() -> None:
    totals = Claims().counts(counted(Unplaced("claims", "cue", "قال"), gold=Annotation(claims=()))).totals
    assert [float(totals[f"{role}/predicted"]) for role in ("content", "cue", "source")] == [0, 1, 0]


def gold_of(*annotations: Annotation) -> Gold:
    return Gold("g", "0" * 64, [Example(Document(str(place), TEXT), one) for place, one in enumerate(annotations)])


INVENTED: Final = Unplaced("entities", "GPE", "باريس")


def test_a_layer_of_which_there_is_nothing_but_unplaced_answers_is_scored() -> None:
    for entities in (None, ()):
        answer = Annotation(entities=entities, unplaced=(INVENTED,))
        corpora = corpora_of(gold_of(GOLD), {"0": Prediction("0", answer)}, "paragraph")
        totals = EntitiesStrict().counts(corpora["entities"]).totals
        assert (float(totals["GPE/fp"]), float(totals["GPE/fn"])) == (1, 1)


def test_a_layer_that_the_gold_lacks_is_not_scored_nor_shared() -> None:
    answer = replace(GOLD, unplaced=(Unplaced("sentences", "CFS", "جملة"), Unplaced("claims", "cue", "قال")))
    corpora = corpora_of(gold_of(GOLD), {"0": Prediction("0", answer)}, "paragraph")
    assert [*corpora] == ["entities"]
    assert unplaced_shares(corpora) == {}


def test_a_failed_document_has_no_answers() -> None:
    failed = Prediction("0", replace(GOLD, unplaced=(INVENTED,)), error="out of memory")
    corpora = corpora_of(gold_of(GOLD, GOLD), {"0": failed, "1": Prediction("1", GOLD)}, "paragraph")
    assert float(EntitiesStrict().counts(corpora["entities"]).totals["GPE/fp"]) == 0
    assert unplaced_shares(corpora) == {}


def test_shares_are_of_all_answers_of_a_layer() -> None:
    claim = Claim(Span(0, 3), Span(4, 10))
    gold = Annotation(GOLD.entities, (claim,), (Sentence(0, 17, "CFS"),))
    answers = (INVENTED, INVENTED, Unplaced("claims", "content", "كذا"), Unplaced("claims", "cue", "قال"))
    corpora = corpora_of(gold_of(gold), {"0": Prediction("0", replace(gold, unplaced=answers))}, "paragraph")
    assert unplaced_shares(corpora) == {
        "entities": {"answers": 4, "unplaced": 2, "share": 0.5},
        "claims": {"answers": 4, "unplaced": 2, "share": 0.5},
    }


def test_runs_that_differ_in_what_they_invent_differ() -> None:
    """The paired test sees the units in which they do."""
    scorer = EntitiesStrict()
    text = "\n".join(["زار الوزير لبنان."] * 8)
    places = [18 * line + 11 for line in range(8)]
    gold = Annotation(entities=tuple(Entity(place, place + 5, "GPE") for place in places))
    answers = [Unplaced("entities", "GPE", "باريس", place) for place in places]
    a, b = (counted(*one, text=text, gold=gold, predicted=gold) for one in ((), answers))
    found = difference(scorer, scorer.counts(a), scorer.counts(b), Bootstrap(resamples=200))["micro/precision"]
    assert (found.a, found.b, found.differing) == (1.0, 0.5, 8)
    assert found.p is not None
    assert found.p < 0.05


@given(tiny_corpora(), st.data())
def test_nothing_unplaced_changes_nothing(corpus: Corpus, data: st.DataObject) -> None:
    """What stands in another layer neither."""
    text = corpus.documents[0].text
    other = Unplaced("sentences", "CFS", "جملة", data.draw(st.integers(0, len(text))))
    beside = replace(corpus, predicted=[replace(one, unplaced=(other,)) for one in corpus.predicted])
    for scorer in ENTITY_SCORERS:
        np.testing.assert_array_equal(scorer.counts(corpus).values, scorer.counts(beside).values)
