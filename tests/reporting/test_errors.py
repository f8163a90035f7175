"""Errors add up to the counts of the scorers they belong to."""

from collections import Counter
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Document, Entity, Sentence, Span
from harness.reporting.errors import claim_pairs, find_errors
from harness.reporting.kinds import Error
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import SPEAKER, Claims
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict
from tests.builders import entity_corpus
from tests.schemas import GOLD_SCHEMA
from tests.strategies import claim_corpora, tiny_corpora

TEXT = "سافر الوزير سامي النجار لكندا وطوكيو ثم عاد إلى الرباط"


def mention(words: str, kind: str = "GPE") -> Entity:
    start = TEXT.index(words)
    return Entity(start, start + len(words), kind)


corpus_of = partial(entity_corpus, text=TEXT)


def every(found: dict[str, list[Error]]) -> list[Error]:
    return [error for errors in found.values() for error in errors]


def test_every_kind_by_hand() -> None:
    gold = [mention("سامي النجار", "PERS"), mention("كندا"), mention("طوكيو"), mention("الرباط")]
    predicted = [mention("النجار", "PERS"), mention("لكندا"), mention("طوكيو", "ORG"), mention("الوزير", "OCC")]
    scorers = {"word": EntitiesStrict(), "char": EntitiesStrict(boundary="char")}
    errors = find_errors({"entities": corpus_of(gold, predicted)}, scorers)["d"]
    # By position. The proclitic is an error of the char view only; no view forgives the first name.
    assert [(one.kind, one.labels, one.detail, one.scorers) for one in errors] == [
        ("spurious", ("OCC",), "", ("word", "char")),
        ("boundary", ("PERS",), "shorter head", ("word", "char")),
        ("boundary", ("GPE",), "longer proclitic ل", ("char",)),
        ("type", ("GPE", "ORG"), "", ("word", "char")),
        ("missed", ("GPE",), "", ("word", "char")),
    ]
    assert [(one.gold, one.predicted) for one in errors] == [
        ((), (3,)),
        ((0,), (0,)),
        ((1,), (1,)),
        ((2,), (2,)),
        ((3,), ()),
    ]


def test_mentions_that_a_view_makes_equal_are_one_error() -> None:
    # With the space behind it and without.
    twice = [mention("لكندا"), mention("لكندا ")]
    errors = find_errors({"entities": corpus_of([], twice)}, {"word": EntitiesStrict()})
    assert [one.predicted for one in errors["d"]] == [(0, 1)]


@given(tiny_corpora(), st.sampled_from(["char", "word", "clitic"]))
def test_errors_of_mentions_are_the_counts_of_the_scorer(corpus: Corpus, boundary: Boundary) -> None:
    scorer = EntitiesStrict(boundary=boundary)
    kinds = Counter(error.kind for error in every(find_errors({"entities": corpus}, {"s": scorer})))
    totals = scorer.counts(corpus).totals
    fn, fp = (sum(float(total) for name, total in totals.items() if name.endswith(end)) for end in ("/fn", "/fp"))
    both_sides = kinds["type"] + kinds["boundary"] + kinds["both"]
    assert fn == kinds["missed"] + both_sides
    assert fp == kinds["spurious"] + both_sides


def test_a_wrong_label_of_a_sentence_is_a_wrong_type() -> None:
    gold = Annotation(sentences=(Sentence(0, 11, "CFS"), Sentence(12, 20, "NFS")))
    predicted = Annotation(sentences=(Sentence(0, 11, "UFS"), Sentence(24, 40, "NFS")))
    corpus = Corpus([Document("d", TEXT)], [gold], [predicted])
    errors = find_errors({"sentences": corpus}, {"checkworthy": CheckWorthy()})["d"]
    assert [(one.kind, one.labels) for one in errors] == [
        ("type", ("CFS", "UFS")), ("missed", ("NFS",)), ("spurious", ("NFS",)),
    ]  # fmt: skip


def test_what_is_right_has_no_error() -> None:
    same = [mention("كندا"), mention("الرباط")]
    assert find_errors({"entities": corpus_of(same, same[::-1])}, {"s": EntitiesStrict()}) == {}


@given(claim_corpora())
def test_errors_of_claims_are_the_counts_of_the_scorer(corpus: Corpus) -> None:
    scorer = Claims()
    errors, totals = every(find_errors({"claims": corpus}, {"claims": scorer})), scorer.counts(corpus).totals
    kinds = Counter(error.kind for error in errors)
    pairs = float(totals["pairs"])
    assert pairs + kinds["missed"] == totals["content/gold"]
    assert pairs + kinds["spurious"] == totals["content/predicted"]
    wrong = Counter(label for error in errors for label in error.labels)
    for name in (SPEAKER, *GOLD_SCHEMA.attributes):
        assert pairs - wrong[name] == totals[f"{name}/right"]
    assert pairs - wrong["content"] == totals["content/tp"]
    assert sum(len(found) for found in claim_pairs(corpus, scorer.outcomes(corpus)).values()) == pairs


def test_equal_claims_of_one_document_keep_their_numbers() -> None:
    claim = Claim(Span(0, 4), Span(5, 11))
    # Equal in value, not the same object: the second is spurious, whichever of them that is.
    twice = (Claim(Span(0, 4), Span(5, 11)), Claim(Span(0, 4), Span(5, 11)))
    corpus = Corpus([Document("d", TEXT)], [Annotation(claims=(claim,))], [Annotation(claims=twice)])
    (error,) = every(find_errors({"claims": corpus}, {"claims": Claims()}))
    ((paired, gold),) = claim_pairs(corpus, Claims().outcomes(corpus))["d"].items()
    assert (error.kind, gold) == ("spurious", 0)
    assert {paired, *error.predicted} == {0, 1}
