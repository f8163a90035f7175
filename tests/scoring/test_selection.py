"""What stands for a scorer: as it says itself, as a run keeps it, and as older runs are read."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from omegaconf import OmegaConf

from harness.config.parts import build
from harness.data.files import resource
from harness.scoring.corpus import Corpus
from harness.scoring.selection import headlines, shown, stored_headlines, stored_shown
from harness.scoring.table import Counts, Scorer, Table, Totals
from tests.samples import EXAMPLES

SUMS: Final = [f"{label}/{name}" for label in ("micro", "macro", "macro10") for name in ("precision", "recall", "f1")]
WANTED: Final[dict[str, tuple[list[str], list[str]]]] = {
    "checkworthy": (["macro/f1"], ["macro/f1", "micro/accuracy"]),
    "claims": (
        ["content_soft/f1", "relation/f1"],
        [
            *("content/precision", "content/recall", "content/f1", "cue/precision", "cue/recall", "cue/f1"),
            *("source/precision", "source/recall", "source/f1"),
            *("content_soft/precision", "content_soft/recall", "content_soft/f1"),
            *("relation/precision", "relation/recall", "relation/f1", "speaker/accuracy", "speaker/recall"),
            *("quote/accuracy", "quote/recall", "polarity/accuracy", "polarity/recall"),
            *("certainty/accuracy", "certainty/recall"),
        ],
    ),
    "claims_overlap": (
        ["content_soft/f1_auc", "relation/f1_auc"],
        ["content_soft/f1_at_0.5", "content_soft/f1_auc", "relation/f1_at_0.5", "relation/f1_auc"],
    ),
    "entities_distinct": (["micro/f1"], SUMS),
    "entities_nested": (
        ["all/f1"],
        ["all/precision", "all/recall", "all/f1", "edges/precision", "edges/recall", "edges/f1", "wrong_level/rate"],
    ),
    "entities_overlap": (["micro/f1_auc"], ["micro/f1_at_0.5", "micro/f1_auc"]),
    "entities_partial": (
        ["micro/partial_f1"],
        [
            *("micro/strict_f1", "macro/strict_f1", "macro10/strict_f1"),
            *("micro/exact_f1", "macro/exact_f1", "macro10/exact_f1"),
            *("micro/partial_f1", "macro/partial_f1", "macro10/partial_f1"),
            *("micro/type_f1", "macro/type_f1", "macro10/type_f1"),
        ],
    ),
    "entities_strict": (["micro/f1"], SUMS),
    "entities_strict_char": (["micro/f1"], SUMS),
    "entities_strict_clitic": (["micro/f1"], SUMS),
    "entities_uncommon": (["micro/f1"], SUMS),
    "seqeval": (
        ["micro/f1"],
        [
            *(f"{label}/{name}" for label in ("micro", "macro", "weighted") for name in ("precision", "recall", "f1")),
            *("flat/gold_share", "flat/predicted_share"),
        ],
    ),
}
"""By scorer the headlines and all that is shown, in the order of its measures; everything else is a detail."""


def measures_of(scorer: Scorer) -> list[str]:
    gold = [example.gold for example in EXAMPLES]
    totals = scorer.counts(Corpus([example.document for example in EXAMPLES], gold, gold)).totals
    return list(scorer.scores(totals, totals))


@pytest.mark.parametrize("path", sorted((resource("conf") / "scorer").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scorers_say_what_stands_for_them(path: Path) -> None:
    scorer: Any = build(OmegaConf.create({path.stem: OmegaConf.load(path)}), path.stem, ["harness"])
    measures = measures_of(scorer)
    assert (headlines(scorer, measures), shown(scorer, measures)) == WANTED[path.stem]
    # A misspelt one would be missing without a word.
    assert {*scorer.headlines} <= set(measures)
    assert callable(scorer.shown) or {*scorer.shown} <= set(measures)


class Silent:
    """A scorer that names nothing."""

    layer = "entities"

    def counts(self, corpus: Corpus) -> Table:
        return Table(("any/found",), np.ones((len(corpus.units), 1)))

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        return {"any/coverage": totals["any/found"], "any/الشمول": totals["any/found"]}

    def support(self, totals: Totals) -> dict[str, Counts]:
        return {"any": totals["any/found"]}


def test_a_scorer_that_names_nothing_is_shown_whole_with_its_first_measure_as_headline() -> None:
    measures = measures_of(Silent())
    assert shown(Silent(), measures) == measures == ["any/coverage", "any/الشمول"]
    assert headlines(Silent(), measures) == ["any/coverage"]


def test_a_scorer_may_name_headlines_alone_or_what_is_shown_alone() -> None:
    measures = ["a/x", "b/x", "c/x"]

    class Decisive(Silent):
        headlines = ("b/x", "of another option/x")

    class Short(Silent):
        shown = ("b/x", "c/x")

    assert (headlines(Decisive(), measures), shown(Decisive(), measures)) == (["b/x"], measures)
    assert (headlines(Short(), measures), shown(Short(), measures)) == (["b/x"], ["b/x", "c/x"])


def test_what_a_run_keeps_goes_before_what_its_scorer_would_say() -> None:
    kept = {"signature": "entities_strict(boundary=word)|…", "headlines": ["GPE/f1"], "shown": ["GPE/f1", "micro/f1"]}
    scored = kept | {"measures": dict.fromkeys(("micro/f1", "macro/f1", "GPE/f1"))}
    assert (stored_headlines(scored), stored_shown(scored)) == (kept["headlines"], kept["shown"])


@pytest.mark.parametrize("name", ["rules", "transformer"])
def test_runs_that_keep_no_lists_are_read_by_the_scorers_that_they_name(name: str) -> None:
    stored = json.loads((Path(__file__).parents[2] / "runs" / "baseline" / name / "scores.json").read_text("utf-8"))
    assert stored["scorers"]
    for scorer, kept in stored["scorers"].items():
        scored = {key: value for key, value in kept.items() if key not in ("headlines", "shown")}
        assert (stored_headlines(scored), stored_shown(scored)) == WANTED[scorer]


def test_older_runs_of_an_unknown_scorer_show_everything() -> None:
    measures = {"any/coverage": None, "any/الشمول": None}
    scored = {"signature": "touched(share=0.5)|…", "measures": measures}
    assert (stored_headlines(scored), stored_shown(scored)) == (["any/coverage"], list(measures))
