"""Errors of claims add up to the counts of their scorer."""

from collections import Counter

from hypothesis import given

from harness.data.types import Annotation, Claim, Document, Span
from harness.report.claim_errors import claim_errors, claim_pairs
from harness.scoring.claims import ATTRIBUTES, Claims
from harness.scoring.corpus import Corpus
from tests.analysis.test_cascade import corpora as claim_corpora

TEXT = "سافر الوزير سامي النجار لكندا وطوكيو ثم عاد إلى الرباط"


@given(claim_corpora())
def test_errors_of_claims_are_the_counts_of_the_scorer(corpus: Corpus) -> None:
    scorer = Claims()
    errors, totals = list(claim_errors(corpus, scorer)), scorer.counts(corpus).totals
    kinds = Counter(error.kind for error in errors)
    pairs = float(totals["pairs"])
    assert pairs + kinds["missed"] == totals["content/gold"]
    assert pairs + kinds["spurious"] == totals["content/predicted"]
    wrong = Counter(label for error in errors for label in error.labels)
    for name in ATTRIBUTES:
        assert pairs - wrong[name] == totals[f"{name}/right"]
    assert pairs - wrong["content"] == totals["content/tp"]
    assert sum(len(found) for found in claim_pairs(corpus, scorer).values()) == pairs


def test_equal_claims_of_one_document_keep_their_numbers() -> None:
    claim = Claim(Span(0, 4), Span(5, 11))
    # Equal in value, not the same object: the second is spurious, whichever of them that is.
    twice = (Claim(Span(0, 4), Span(5, 11)), Claim(Span(0, 4), Span(5, 11)))
    corpus = Corpus([Document("d", TEXT)], [Annotation(claims=(claim,))], [Annotation(claims=twice)])
    (error,) = claim_errors(corpus, Claims())
    ((paired, gold),) = claim_pairs(corpus, Claims())["d"].items()
    assert (error.kind, gold) == ("spurious", 0)
    assert {paired, *error.predicted} == {0, 1}
