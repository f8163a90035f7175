"""Claims against every possible pairing, against counting one by one, and by hand."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import ROLES, Annotation, Claim, Document, Span
from harness.scoring.claims import SPEAKER, Claims, side_of
from harness.scoring.corpus import Corpus
from tests.builders import claim_corpus
from tests.oracles.claims import best_pairings, claim_scores, count_document, in_order, words_of
from tests.oracles.sets import reordered, turned
from tests.schemas import GOLD_SCHEMA, QUOTES, said
from tests.strategies import tiny_claims

ATTRIBUTES = (SPEAKER, *GOLD_SCHEMA.attributes)

TEXTS = ("ا ب ت ث ج", "«ا ب» ت. ث", "ا (ب ت)\nث", "ا – ب, ت")
THRESHOLDS = (0.5, 0.5, 0.1, 0.8, 1.0)


@st.composite
def corpora(draw: st.DrawFn, most: int = 3) -> Corpus:
    chosen = draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2))
    gold = [Annotation(claims=draw(tiny_claims(text, most))) for text in chosen]
    predicted = [Annotation(claims=draw(tiny_claims(text, most))) for text in chosen]
    documents = [Document(str(number), text) for number, text in enumerate(chosen)]
    return Corpus(documents, gold, predicted, speakers={"ا": ["ب"]})


def totals_of(corpus: Corpus, threshold: float = 0.5) -> dict[str, float]:
    return {name: float(value) for name, value in Claims(threshold).counts(corpus).totals.items()}


def scores_of(corpus: Corpus, threshold: float = 0.5) -> dict[str, float]:
    scorer = Claims(threshold)
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def pairs_by_document(corpus: Corpus, threshold: float) -> list[list[tuple[int, int]]]:
    """The pairs as numbers of the sorted claims of each document."""
    gold, predicted = side_of(corpus, corpus.gold), side_of(corpus, corpus.predicted)
    found: list[list[tuple[int, int]]] = [[] for _ in corpus.documents]
    for row, column in Claims(threshold).pairs(gold, predicted).tolist():
        number = int(gold.documents[row])
        assert predicted.documents[column] == number
        first = sum(len(side.claims or ()) for side in corpus.gold[:number])
        found[number].append((row - first, column - sum(len(side.claims or ()) for side in corpus.predicted[:number])))
    return found


def pairings(corpus: Corpus, threshold: float, *, ordered: bool = True) -> list[list[list[tuple[int, int]]]]:
    """For each document the pairings that are as good as can be."""
    return [
        best_pairings(document.text, in_order(gold.claims), in_order(predicted.claims), threshold, ordered=ordered)
        for document, gold, predicted in zip(corpus.documents, corpus.gold, corpus.predicted, strict=True)
    ]


@given(corpora(), st.sampled_from(THRESHOLDS))
@settings(max_examples=60)
def test_pairs_are_the_best_of_all(corpus: Corpus, threshold: float) -> None:
    found, best = pairs_by_document(corpus, threshold), pairings(corpus, threshold)
    assert all(sorted(pairs) in possible for pairs, possible in zip(found, best, strict=True))


@given(corpora(), st.sampled_from(THRESHOLDS))
@settings(max_examples=60)
def test_counts_and_scores_are_those_of_counting_one_by_one(corpus: Corpus, threshold: float) -> None:
    expected: dict[str, float] = {}
    for number, pairs in enumerate(pairs_by_document(corpus, threshold)):
        for name, count in count_document(corpus, number, pairs).items():
            expected[name] = expected.get(name, 0) + count
    totals = totals_of(corpus, threshold)
    assert totals == pytest.approx(expected)
    assert scores_of(corpus, threshold) == pytest.approx(claim_scores(expected), nan_ok=True)


@given(corpora(4), st.sampled_from(THRESHOLDS))
@settings(max_examples=40)
def test_order_changes_nothing(corpus: Corpus, threshold: float) -> None:
    assert totals_of(corpus, threshold) == pytest.approx(totals_of(reordered(corpus), threshold))


@given(corpora(4), st.data())
@settings(max_examples=40)
def test_each_gold_claim_alone_is_right_in_every_role(corpus: Corpus, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(corpus.documents) - 1))
    gold = [one for one in corpus.gold[number].claims or () if words_of(corpus.documents[number].text, one)]
    if gold:
        alone = [Annotation(claims=()) for _ in corpus.documents]
        alone[number] = Annotation(claims=(data.draw(st.sampled_from(gold)),))
        scores = scores_of(replace(corpus, predicted=alone))
        for role in (*ROLES, "relation", "content_soft"):
            assert scores[f"{role}/precision"] == 1 or (role == "source" and math.isnan(scores["source/precision"]))
        assert all(scores[f"{name}/accuracy"] == 1 for name in ATTRIBUTES if name != "speaker")


@given(corpora(4), tiny_claims("ح خ"), st.sampled_from(THRESHOLDS))
@settings(max_examples=40)
def test_false_claims_elsewhere_raise_nothing(corpus: Corpus, false: tuple[Claim, ...], threshold: float) -> None:
    # Another line of each document, in which gold has nothing.
    documents = [replace(document, text=f"ح خ\n{document.text}") for document in corpus.documents]
    gold, predicted = ([moved(side, 4) for side in sides] for sides in (corpus.gold, corpus.predicted))
    clean = replace(corpus, documents=documents, gold=gold, predicted=predicted)
    spoilt = replace(clean, predicted=[Annotation(claims=(*(one.claims or ()), *false)) for one in predicted])
    before, after = scores_of(clean, threshold), scores_of(spoilt, threshold)
    assert all(after[name] <= before[name] or math.isnan(before[name]) for name in before)
    # What is counted in the other units stays as it was.
    one, other = (Claims(threshold).counts(corpus).rows for corpus in (clean, spoilt))
    units = clean.units
    first = np.isin(units.starts, clean.text.offsets)
    assert all((one[name][~first] == other[name][~first]).all() for name in one)


def moved(side: Annotation, by: int) -> Annotation:
    """The claims of a document that begins `by` characters later."""

    def shifted(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    return Annotation(
        claims=tuple(
            replace(
                one,
                content=shifted(one.content),
                cue=shifted(one.cue),
                source=None if one.source is None else shifted(one.source),
            )
            for one in side.claims or ()
        )
    )


@given(corpora(), st.sampled_from(THRESHOLDS))
@settings(max_examples=40)
def test_exchanging_the_sides_keeps_f1_where_one_pairing_is_best(corpus: Corpus, threshold: float) -> None:
    if any(len(possible) > 1 for possible in pairings(corpus, threshold, ordered=False)):
        return
    one, other = scores_of(corpus, threshold), scores_of(turned(corpus), threshold)
    for name in (name for name in one if name.partition("/")[0] not in ATTRIBUTES):
        swapped = name.replace("precision", "RECALL").replace("recall", "precision").replace("RECALL", "recall")
        assert other[swapped] == pytest.approx(one[name], nan_ok=True)


@given(corpora())
@settings(max_examples=40)
def test_gold_as_prediction_is_perfect(corpus: Corpus) -> None:
    # A content without a word overlaps with nothing, not even itself.
    gold = [
        Annotation(
            claims=tuple(claim for claim in side.claims or () if any(map(str.isalnum, text[slice(*claim.content)])))
        )
        for side, text in zip(corpus.gold, (document.text for document in corpus.documents), strict=True)
    ]
    scores = scores_of(Corpus(corpus.documents, gold, gold))
    assert all(value == pytest.approx(1) or math.isnan(value) for value in scores.values())


WORDS = "قال الوزير إن السفن غادرت الميناء القديم أمس بعد وصول الوفد"


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def claim(content: str, cue: str = "قال", source: str | None = "الوزير", speaker: str | None = "فلان") -> Claim:
    where = None if source is None else span(WORDS, source)
    return Claim(span(WORDS, content), span(WORDS, cue), where, speaker, said("indirect", "affirms", "asserted"))


corpus_of = partial(claim_corpus, text=WORDS)


def test_scores_by_hand() -> None:
    gold = [claim("السفن غادرت الميناء القديم"), claim("وصول الوفد", source=None, speaker=None)]
    predicted = [
        # 3 words, all of the 4 of gold: overlap 3, Dice 2 * 3 / 7.
        replace(claim("السفن غادرت الميناء"), attributes=said("direct", "affirms", "asserted")),
        # Equal in all roles; that gold has no source agrees.
        claim("وصول الوفد", source=None, speaker="غيره"),
        claim("أمس"),
    ]
    scores = scores_of(corpus_of(gold, predicted))
    # content: 1 of 3 predicted and of 2 in gold is equal. cue: 2 pairs are right.
    assert scores["content/precision"] == pytest.approx(1 / 3)
    assert scores["content/recall"] == 1 / 2
    assert scores["content/f1"] == pytest.approx(2 * 1 / (3 + 2))
    assert scores["cue/precision"] == pytest.approx(2 / 3)
    assert scores["cue/recall"] == 1
    # source: gold has 1, the prediction 2, and 1 is right.
    assert (scores["source/precision"], scores["source/recall"]) == (1 / 2, 1)
    # relation: the second pair only.
    assert scores["relation/precision"] == pytest.approx(1 / 3)
    assert scores["relation/recall"] == 1 / 2
    # soft: (3/3 + 2/2) / 3 and (3/4 + 2/2) / 2.
    assert scores["content_soft/precision"] == pytest.approx(2 / 3)
    assert scores["content_soft/recall"] == pytest.approx(7 / 8)
    assert scores["content_soft/f1"] == pytest.approx(2 * (2 / 3) * (7 / 8) / (2 / 3 + 7 / 8))
    # Over the 2 pairs.
    assert scores["speaker/accuracy"] == scores["quote/accuracy"] == 1 / 2
    assert scores["polarity/accuracy"] == scores["certainty/accuracy"] == 1
    # Over the 2 gold claims, both of which are paired.
    assert scores["speaker/recall"] == 1 / 2
    assert scores["polarity/recall"] == 1


def test_silence_has_attributes_right_of_what_is_paired_but_finds_none() -> None:
    scores = scores_of(corpus_of([claim("أمس"), claim("بعد"), claim("وصول الوفد")], [claim("أمس")]))
    assert scores["quote/accuracy"] == 1
    assert scores["quote/recall"] == pytest.approx(1 / 3)


FRAMED = "ذكرت الصحيفة أن الناطق نفى أن الميناء أغلق أمس"


def framed(content: str, cue: str, source: str) -> Claim:
    return Claim(
        span(FRAMED, content), span(FRAMED, cue), span(FRAMED, source), source, said("indirect", "affirms", "asserted")
    )


OUTER = framed("الناطق نفى أن الميناء أغلق أمس", "ذكرت", "الصحيفة")
INNER = framed("الميناء أغلق أمس", "نفى", "الناطق")


@pytest.mark.parametrize("alone", [OUTER, INNER])
def test_a_claim_inside_another_is_paired_with_the_one_that_it_equals(alone: Claim) -> None:
    # The inner content shares its three words with either; its Dice coefficients are 1 and 2/3.
    scores = scores_of(corpus_of([OUTER, INNER], [alone], text=FRAMED))
    assert {scores[f"{role}/precision"] for role in (*ROLES, "relation")} == {1}


def test_of_two_claims_with_one_content_the_one_with_the_same_cue_is_paired() -> None:
    for cue, source in (("ذكرت", "الصحيفة"), ("نفى", "الناطق")):
        gold = [framed("الميناء أغلق أمس", "ذكرت", "الصحيفة"), framed("الميناء أغلق أمس", "نفى", "الناطق")]
        scores = scores_of(corpus_of(gold, [framed("الميناء أغلق أمس", cue, source)], text=FRAMED))
        assert scores["relation/precision"] == 1


def test_overlap_comes_before_dice_and_dice_before_equal_cues() -> None:
    # All share the three words of gold: 6/6 is taken before 6/7, though that one has the cue of gold.
    gold = [framed("الميناء أغلق أمس", "نفى", "الناطق")]
    exact, longer = framed("الميناء أغلق أمس", "ذكرت", "الناطق"), framed("أن الميناء أغلق أمس", "نفى", "الناطق")
    scores = scores_of(corpus_of(gold, [exact, longer], text=FRAMED))
    assert (scores["content/recall"], scores["cue/recall"]) == (1, 0)
    # One word more is taken before a higher Dice coefficient: 8/12 before 6/7.
    gold = [framed("نفى أن الميناء أغلق أمس", "ذكرت", "الصحيفة")]
    shorter, longer = framed("أغلق أمس", "نفى", "الناطق"), framed("الناطق نفى أن الميناء أغلق", "ذكرت", "الصحيفة")
    assert scores_of(corpus_of(gold, [shorter, longer], text=FRAMED))["cue/recall"] == 1


def test_one_word_more_outweighs_any_sum_of_dice_coefficients() -> None:
    # Words 1-4 and 0-7 against 3-9 and 0-9: 1 + 7 words shared, Dice 2/9 + 14/16 = 79/72, or 3 + 4 words shared, Dice
    # 6/12 + 8/13 = 29/26, which is more.
    text = " ".join("ابتثجحخدذ")

    def words(first: int, last: int) -> Claim:
        return Claim(Span(2 * first, 2 * last - 1), Span(0, 1))

    gold, predicted = [words(1, 4), words(0, 7)], [words(3, 9), words(0, 9)]
    left, right = ([one.content for one in in_order(tuple(side))] for side in (gold, predicted))
    (pairs,) = pairs_by_document(corpus_of(gold, predicted, text=text), 0.1)
    assert {(left[row], right[column]) for row, column in pairs} == {
        (gold[0].content, predicted[0].content),
        (gold[1].content, predicted[1].content),
    }


@pytest.mark.parametrize(
    ("content", "paired"), [("السفن غادرت", 1), ("السفن", 0), ("السفن غادرت الميناء القديم أمس بعد وصول", 1)]
)
def test_the_threshold_is_inclusive(content: str, paired: int) -> None:
    # Gold has 2 words at the most of 6: Dice 2 * 2 / (2 + 6) is exactly one half.
    gold = claim("السفن غادرت الميناء القديم أمس بعد")
    assert totals_of(corpus_of([gold], [claim(content)]))["pairs"] == paired


def test_edge_punctuation_and_parts_of_words_are_no_difference() -> None:
    text = "قال: «غادرت السفن.»"
    gold = Claim(Span(6, 17), Span(0, 3))
    assert text[6:17] == "غادرت السفن"
    for content in (Span(5, 19), Span(6, 18), Span(7, 16)):
        scores = scores_of(corpus_of([gold], [Claim(content, Span(0, 4))], text=text))
        assert scores["relation/f1"] == scores["content_soft/f1"] == 1


def test_absent_sources_agree_for_the_relation_and_are_no_source_found() -> None:
    both = claim("أمس", source=None)
    scores = scores_of(corpus_of([both], [both]))
    assert scores["relation/f1"] == 1
    assert math.isnan(scores["source/f1"])
    scores = scores_of(corpus_of([both], [claim("أمس")]))
    assert scores["relation/f1"] == scores["source/precision"] == scores["source/f1"] == 0
    assert math.isnan(scores["source/recall"])


def test_nothing_to_find_is_undefined_and_one_side_alone_is_zero() -> None:
    assert all(math.isnan(value) for value in scores_of(corpus_of([], [])).values())
    for corpus in (corpus_of([claim("أمس")], []), corpus_of([], [claim("أمس")])):
        scores = scores_of(corpus)
        assert {scores[f"{label}/f1"] for label in ("content", "cue", "source", "relation", "content_soft")} == {0}
        assert all(math.isnan(scores[f"{name}/accuracy"]) for name in ATTRIBUTES)


def test_a_claim_said_twice_costs_precision() -> None:
    scores = scores_of(corpus_of([claim("أمس")], [claim("أمس")] * 2))
    assert (scores["relation/precision"], scores["relation/recall"]) == (1 / 2, 1)


@pytest.mark.parametrize(
    ("speaker", "right"), [("وزير النقل", 1), ("الوزير", 1), ("وَزير  النقل", 1), ("فلانة", 0), (None, 0)]
)
def test_a_speaker_is_right_by_any_of_his_names(speaker: str | None, right: float) -> None:
    gold, predicted = claim("أمس", speaker="سالم"), claim("أمس", speaker=speaker)
    scores = scores_of(corpus_of([gold], [predicted], سالم=["وزير النقل", "الوزير"]))
    assert scores["speaker/accuracy"] == right


def test_which_of_two_claims_on_the_same_spans_is_paired_does_not_depend_on_their_order() -> None:
    gold = [claim("أمس", speaker="ا"), claim("أمس", speaker="ب")]
    for predicted in ("ا", "ب"):
        accuracies = {
            scores_of(corpus_of(claims, [claim("أمس", speaker=predicted)]))["speaker/accuracy"]
            for claims in (gold, gold[::-1])
        }
        assert len(accuracies) == 1


def test_a_content_of_punctuation_has_no_words() -> None:
    text = "قال «نعم»"
    gold = Claim(Span(5, 8), Span(0, 3))
    totals = totals_of(corpus_of([gold], [Claim(Span(4, 5), Span(0, 3))], text=text))
    assert totals["pairs"] == totals["soft/recall"] == 0
    assert totals["content/predicted"] == 1


def test_claims_are_counted_in_the_unit_of_their_content() -> None:
    text = "قال هو\nنعم"
    claims = Annotation(claims=(Claim(Span(7, 10), Span(0, 3), Span(4, 6)),))
    table = Claims().counts(Corpus([Document("d", text)], [claims], [claims]))
    assert table.rows["source/gold"].tolist() == table.rows["cue/tp"].tolist() == [0, 1]


@given(corpora(4))
@settings(max_examples=40)
def test_no_unit_has_more_right_than_there_is(corpus: Corpus) -> None:
    # Else a replicate that draws the unit of a pair, but not that of its prediction, has a precision above 1.
    rows = Claims(0.1).counts(replace(corpus, unit_kind="sentence")).rows
    for role, right in (*((role, role) for role in ROLES), ("content", "relation")):
        assert (rows[f"{right}/tp"] <= np.minimum(rows[f"{role}/gold"], rows[f"{role}/predicted"])).all()
    assert (rows["soft/precision"] <= rows["content/predicted"] + 1e-9).all()
    assert (rows["soft/recall"] <= rows["content/gold"] + 1e-9).all()


def test_a_paired_prediction_counts_where_its_gold_claim_does() -> None:
    text = "هو نعم.\nثم عاد من السفر"
    gold, predicted, spurious = (Claim(Span(start, end), Span(8, 10)) for start, end in ((3, 23), (8, 23), (19, 23)))
    sides = Annotation(claims=(gold,)), Annotation(claims=(predicted, spurious))
    rows = Claims().counts(Corpus([Document("d", text)], [sides[0]], [sides[1]])).rows
    assert rows["cue/tp"].tolist() == rows["content/gold"].tolist() == [1, 0]
    assert rows["content/predicted"].tolist() == [1, 1]


def test_support_is_gold_claims_with_the_role() -> None:
    totals = Claims().counts(corpus_of([claim("أمس"), claim("بعد", source=None)], [claim("أمس")])).totals
    support = {label: int(count) for label, count in Claims().support(totals).items()}
    claims = dict.fromkeys(("content", "cue", "content_soft", "relation"), 2)
    by_kind = {"source": 1} | claims
    # Attributes are right or wrong in the one pair.
    assert support == by_kind | dict.fromkeys(ATTRIBUTES, 1) | {
        f"{label}_{kind}": count if kind == "indirect" else 0 for label, count in by_kind.items() for kind in QUOTES
    }
