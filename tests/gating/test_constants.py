"""Constant answers: by hand."""

import pytest

from harness.data.types import Annotation, Claim, Document, InputError, Sentence, Span
from harness.gating.constants import constants
from harness.gating.evidence import CountedRun, Evidence
from harness.gating.rules import AboveConstant
from harness.gating.verdicts import Verdict
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Scorer
from tests.schemas import said

TEXT = "قال زيد إن المطر قريب. عاد عمر."
"""Two sentences, at 0-22 and 23-31; the first holds a claim with the content 11-21."""


def sentences(number: int, *labels: str) -> Corpus:
    """`number` documents of two sentences; the gold calls three of four CFS, and `labels` are the answers."""
    gold = [("CFS", "CFS") if at % 2 else ("CFS", "NFS") for at in range(number)]

    def annotation(pair: tuple[str, ...]) -> Annotation:
        return Annotation(sentences=(Sentence(0, 22, pair[0]), Sentence(23, 31, pair[1])))

    documents = [Document(str(at), TEXT) for at in range(number)]
    return Corpus(documents, [*map(annotation, gold)], [annotation(labels)] * number, "document")


def claims(number: int, **values: str) -> Corpus:
    claim = Claim(Span(11, 21), Span(0, 3), Span(4, 7), attributes=said("direct", "affirms", "asserted"))
    denied = Claim(Span(11, 21), Span(0, 3), Span(4, 7), attributes=said("direct", "denies", "asserted"))
    gold = [Annotation(claims=(denied if at % 4 == 0 else claim,)) for at in range(number)]
    documents = [Document(str(at), TEXT) for at in range(number)]
    return Corpus(documents, gold, gold, "document", **values)  # type: ignore[arg-type]


def judged(rule: AboveConstant, scorer: Scorer, corpus: Corpus) -> Verdict:
    side = CountedRun("run", {rule.scorer: scorer.counts(corpus)}, documents=len(corpus.documents))
    found = Evidence(
        side,
        None,
        {rule.scorer: scorer},
        Bootstrap(200),
        constant=lambda _, measure: constants(scorer, corpus, measure),
    )
    (verdict,) = rule.judge("constant", found)
    return verdict


def test_sentences_of_one_label() -> None:
    found = constants(CheckWorthy(), sentences(20, "CFS", "CFS"), "micro/accuracy")
    accuracy = {
        label: float(CheckWorthy().scores(one.totals, one.totals)["micro/accuracy"]) for label, one in found.items()
    }
    assert accuracy == {"CFS": 0.75, "UFS": 0.0, "NFS": 0.25}


def test_claims_of_one_polarity_and_every_sentence_a_claim() -> None:
    found = constants(Claims(), claims(8), "polarity/accuracy")
    values = {name: float(Claims().scores(one.totals, one.totals)["polarity/accuracy"]) for name, one in found.items()}
    assert values == {"affirms": 0.75, "denies": 0.25}
    # Of 5 words of the first sentence 2 are the content: Dice 4/7. Of 16 claims 8 are paired: P = 8 (2/5) / 16, R = 1.
    (every,) = constants(Claims(), claims(8), "content_soft/f1").values()
    soft = Claims().scores(every.totals, every.totals)
    assert float(soft["content_soft/precision"]) == pytest.approx(0.2)
    assert float(soft["content_soft/recall"]) == 1
    assert constants(EntitiesStrict(), claims(8), "micro/f1") == {}


@pytest.mark.parametrize("bound", ["point", "lower"])
def test_the_constant_answer_itself_never_passes(bound: str) -> None:
    rule = AboveConstant("it", "micro/accuracy", bound=bound)  # type: ignore[arg-type]
    verdict = judged(rule, CheckWorthy(), sentences(20, "CFS", "CFS"))
    assert (verdict.outcome, verdict.value) == ("fail", 0.0)
    assert "above 0.750 of the constant answer 'CFS'" in verdict.found
    assert judged(rule, CheckWorthy(), sentences(20, "NFS", "NFS")).outcome == "fail"
    assert judged(rule, CheckWorthy(), sentences(4, "CFS", "CFS")).outcome == "inconclusive"


def test_better_than_the_constant_answer_by_so_much() -> None:
    # The second sentence is right in every second document, the first in all.
    corpus = sentences(20, "CFS", "NFS")
    rule = AboveConstant("it", "macro/f1")
    assert judged(rule, CheckWorthy(), corpus).outcome == "pass"
    assert judged(AboveConstant("it", "macro/f1", by=0.5), CheckWorthy(), corpus).outcome == "fail"
    worse = judged(AboveConstant("it", "micro/accuracy", by=-0.05), CheckWorthy(), sentences(20, "CFS", "CFS"))
    assert worse.outcome == "pass"


def test_what_no_constant_answer_has_is_refused() -> None:
    with pytest.raises(InputError, match="found it micro/f1, which no constant answer can have"):
        judged(AboveConstant("it", "micro/f1"), EntitiesStrict(), Corpus([], [], [], "document"))
