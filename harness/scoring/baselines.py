"""What a score is worth: the same measures of baselines, and how far the run stands above them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from harness.data.bridge import Bridge
from harness.data.types import InputError, Prediction
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus, answer, scored_layers
from harness.scoring.paired import TRIALS, Difference, difference
from harness.scoring.score import Score
from harness.scoring.scoring import Scoring
from harness.scoring.selection import stored_headlines
from harness.scoring.table import Scorer

_ALPHA: Final = 0.05
_ROUNDING: Final = 1e-12
_SWAPS: Final = 20_000_000
_FEWEST_TRIALS: Final = 1000
"""A test swaps so many units in all: 10,000 trials up to 2,000 units, a thousand from 20,000 on."""
_NUMBERS: Final = ("difference", "low", "high", "p")
_COMPARED: Final = frozenset({"micro/accuracy"})
"""Measures with lines of their baselines, besides headlines: those that a constant answer does well by."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """The defined measures of a baseline by one scorer, and the run less the baseline by headlines and accuracy."""

    measures: Mapping[str, float]
    differences: Mapping[str, Difference]


class Line(NamedTuple):
    """A baseline beside one measure: its value; and the run less the baseline, with paired interval and p.

    Those three are None where they are unknown. `reached` is whether the baseline is at least as good.
    """

    name: str
    value: float
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    reached: bool

    @property
    def mark(self) -> str:
        """`≤ NAME` where the baseline is reached by the run at most, `≈ NAME` where no test tells them apart."""
        sign = "≤" if self.reached else "≈" if self.p is not None and self.p >= _ALPHA else ""
        return f"{sign} {self.name}" if sign else ""


MARKS: Final = "≤: the run is no better than the baseline, ≈: p of their difference is .05 or more"
LEGEND: Final = f"below a measure its baselines: value, the run less the baseline with paired interval and p; {MARKS}"


def score_baselines(
    corpora: Mapping[str, Corpus],
    scores: Mapping[str, Score],
    answers: Mapping[str, Sequence[Prediction]],
    scoring: Scoring,
    bridge: Bridge,
) -> dict[str, dict[str, Baseline]]:
    """By scorer and name the baselines whose `answers`, in the gold's own labels, have the layer of the scorer.

    They are scored over the same units and in the same labels as the run, whose `corpora` and `scores` these are.
    """
    found: dict[str, dict[str, Baseline]] = {name: {} for name in scores}
    for baseline, predictions in answers.items():
        for layer, corpus in corpora.items():
            used = [name for name in scores if scoring.scorers[name].layer == layer]
            if used and layer in scored_layers(corpus.gold, predictions):
                answered = _answered(corpus, predictions, bridge)
                for name in used:
                    found[name][baseline] = _baseline(scoring.scorers[name], answered, scores[name], scoring.bootstrap)
    return {name: baselines for name, baselines in found.items() if baselines}


def _answered(corpus: Corpus, predictions: Sequence[Prediction], bridge: Bridge) -> Corpus:
    """The gold of `corpus` beside `predictions`, which are in the gold's own labels."""
    by_document = {prediction.doc_id: prediction for prediction in predictions}
    given = [answer(document, by_document) for document in corpus.documents]
    return corpus.answered_by(bridge.project_gold(given) if corpus.label_map else given)


def _baseline(scorer: Scorer, corpus: Corpus, score: Score, bootstrap: Bootstrap) -> Baseline:
    table = scorer.counts(corpus)
    measures = {name: float(value) for name, value in scorer.scores(table.totals, table.totals).items()}
    # Both are over the units of the same documents.
    trials = min(TRIALS, max(_FEWEST_TRIALS, _SWAPS // len(table.values)))
    gaps = difference(scorer, table, score.table, bootstrap, trials)
    return Baseline(
        {name: value for name, value in measures.items() if value == value},
        {name: gaps[name] for name in gaps if name in _COMPARED or name in score.headlines},
    )


def record(found: Mapping[str, Baseline]) -> dict[str, object]:
    """The baselines of one scorer, as `scores.json` has them: values by measure, and differences of headlines."""
    return {
        "baselines": {name: dict(one.measures) for name, one in found.items()},
        "to_baselines": {name: {measure: {key: getattr(gap, key) for key in _NUMBERS}
                                for measure, gap in one.differences.items()}
                         for name, one in found.items()},
    }  # fmt: skip


def lines(found: Mapping[str, Any], measure: str) -> Iterator[Line]:
    """The baselines to be shown beside `measure` of a scorer, whose part of `scores.json` is `found`."""
    if measure not in _COMPARED and measure not in stored_headlines(found):
        return
    own = found["measures"][measure]["value"]
    for name, measures in found.get("baselines", {}).items():
        if measure in measures:
            gap = found.get("to_baselines", {}).get(name, {}).get(measure, {})
            numbers = [gap.get(key) for key in _NUMBERS]
            reached = own is None or own <= measures[measure] + _ROUNDING
            yield Line(name, measures[measure], numbers[0], numbers[1], numbers[2], numbers[3], reached)


def marked(measure: str, shown: Sequence[Line]) -> str:
    """`measure`, with the marks of its baselines behind it."""
    return " ".join((measure, *filter(None, (line.mark for line in shown))))


def check_names(names: Sequence[str]) -> None:
    """Refuse two baselines of one name.

    Raises:
        InputError: there are.
    """
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(f"baselines: found {twice[0]} twice, wanted each under a name of its own")
