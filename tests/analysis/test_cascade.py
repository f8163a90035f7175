"""Where claims are lost, by hand, and against the claims scorer."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

from hypothesis import given, settings

from harness.analysis.cascade import cascade as cascade_of
from harness.data.types import Claim, Span
from harness.scoring.claims import Claims
from harness.scoring.corpus import Corpus
from tests.builders import claim_corpus
from tests.oracles.sets import reordered
from tests.schemas import QUOTES, said
from tests.strategies import claim_corpora

TEXT: Final = "قال الوزير إن السفن غادرت الميناء القديم أمس بعد وصول الوفد الكبير"


def cascade(corpus: Corpus, claims: Claims) -> dict[str, dict[str, Any]]:
    return cascade_of(corpus, claims.outcomes(corpus))


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def claim(content: str, quote: str = "indirect") -> Claim:
    return Claim(span(content), span("قال"), span("الوزير"), None, said(quote, "affirms", "asserted"))


corpus_of = partial(claim_corpus, text=TEXT)


def test_the_cascade_by_hand() -> None:
    gold = [
        claim("السفن غادرت الميناء القديم", "direct"),
        claim("أمس"),
        claim("بعد"),
        claim("وصول الوفد", "mixed"),
        claim("الكبير", "mixed"),
    ]
    predicted = [
        # Three of four words: paired, with the rest right.
        claim("السفن غادرت الميناء"),
        # A wrong cue and a wrong source: lost at the cue.
        replace(claim("أمس"), cue=span("إن"), source=None),
        # A wrong source alone.
        replace(claim("بعد"), source=span("الوفد")),
        claim("وصول الوفد"),
    ]
    found = cascade(corpus_of(gold, predicted), Claims())
    assert found["all"] == {"gold": 5, "lost": {"content": 1, "cue": 1, "source": 1}, "survived": 2, "exact": 1}
    assert found["direct"] == {"gold": 1, "lost": {"content": 0, "cue": 0, "source": 0}, "survived": 1, "exact": 0}
    assert found["mixed"] == {"gold": 2, "lost": {"content": 1, "cue": 0, "source": 0}, "survived": 1, "exact": 1}
    assert found["indirect"]["lost"] == {"content": 0, "cue": 1, "source": 1}


def test_an_absent_source_is_right_where_gold_has_none() -> None:
    anonymous = replace(claim("أمس"), source=None)
    assert cascade(corpus_of([anonymous], [anonymous]), Claims())["all"]["exact"] == 1
    assert cascade(corpus_of([anonymous], [claim("أمس")]), Claims())["all"]["lost"]["source"] == 1


def test_the_threshold_of_the_scorer_decides() -> None:
    corpus = corpus_of([claim("السفن غادرت الميناء القديم")], [claim("السفن غادرت الميناء")])
    assert cascade(corpus, Claims(0.9))["all"]["lost"]["content"] == 1


def test_no_claims_lose_nothing() -> None:
    assert cascade(corpus_of([], []), Claims())["all"]["gold"] == 0


@given(claim_corpora())
@settings(max_examples=60, deadline=None)
def test_stages_sum_to_gold_and_kinds_to_all(corpus: Corpus) -> None:
    found, totals = cascade(corpus, Claims()), Claims().counts(corpus).totals
    for part in found.values():
        assert sum(part["lost"].values()) + part["survived"] == part["gold"]
        assert part["exact"] <= part["survived"]
    for name in ("gold", "survived", "exact"):
        assert sum(found[quote][name] for quote in QUOTES) == found["all"][name]
    assert found["all"]["gold"] == totals["content/gold"]
    assert found["all"]["gold"] - found["all"]["lost"]["content"] == totals["pairs"]
    assert found["all"]["exact"] == totals["relation/tp"]
    assert cascade(reordered(corpus), Claims()) == found
