"""From opened runs to the evidence that a policy judges: all sides counted again with today's scorers."""

from collections.abc import Callable, Mapping

from harness.data.types import LAYERS, Annotation
from harness.gating.baseline import machine_of
from harness.gating.changed import Changed, changed
from harness.gating.constants import constants
from harness.gating.evidence import Against, CountedRun, Evidence
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.corpus import Corpus
from harness.scoring.scoring import Scoring
from harness.scoring.signature import sign
from harness.scoring.table import Scorer, Table


def evidence_of(run: Run, baseline: Run | None, scoring: Scoring, anchor: Run | None = None) -> Evidence:
    """`run` beside `baseline` and `anchor`, which answer to the same documents under the same label maps."""
    corpora = run.corpora(scoring.units)
    counted = None if baseline is None else _counted(baseline, scoring)
    found: dict[Against, Mapping[str, Changed]] = {}
    if baseline is not None:
        found["baseline"] = changed(baseline.corpora(scoring.units), corpora, scoring.scorers)
    anchored = None
    if anchor is not None and baseline is not None and anchor.predictions == baseline.predictions:
        # One side, counted once, under its own name.
        anchored, found["anchor"] = counted, found["baseline"]
    elif anchor is not None:
        anchored = _counted(anchor, scoring)
        found["anchor"] = changed(anchor.corpora(scoring.units), corpora, scoring.scorers)
    return Evidence(
        run=_counted(run, scoring),
        baseline=counted,
        scorers=scoring.scorers,
        bootstrap=scoring.bootstrap,
        gold=_filled({example.document.id: example.gold for example in run.gold.examples}),
        signatures={
            name: str(sign(scorer, corpora[scorer.layer], scoring.bootstrap))
            for name, scorer in scoring.scorers.items()
            if scorer.layer in corpora
        },
        anchor=anchored,
        changed=found,
        constant=_constant(corpora, scoring.scorers),
        trials=scoring.trials,
    )


def _constant(
    corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer]
) -> Callable[[str, str], Mapping[str, Table]]:
    def counted(scorer: str, measure: str) -> Mapping[str, Table]:
        kind = scorers[scorer]
        return constants(kind, corpora[kind.layer], measure)

    return counted


def _counted(run: Run, scoring: Scoring) -> CountedRun:
    answered = {name: one.annotation for name, one in run.predictions.items() if one.error is None}
    corpora = run.corpora(scoring.units)
    return CountedRun(
        name=run.name,
        tables={name: one.counts(corpora[one.layer]) for name, one in scoring.scorers.items() if one.layer in corpora},
        filled=_filled(answered),
        documents=len(run.gold.examples),
        failures=run.failures,
        words_per_second=run.scores.words_per_second,
        machine=machine_of(run),
        figures=_figures(run.scores),
    )


def _figures(scores: RunScores) -> dict[str, float]:
    """The figures of a run's runner; and, by layer, the share of its answers that have no place in the text."""
    unplaced = scores.record.get("unplaced")
    shares = {
        f"unplaced/{layer}": told["share"]
        for layer, told in (unplaced.items() if isinstance(unplaced, Mapping) else ())
        if isinstance(told, Mapping) and isinstance(told.get("share"), int | float)
    }
    return {**shares, **scores.figures}


def _filled(annotations: Mapping[str, Annotation]) -> dict[str, frozenset[str]]:
    """By layer, the documents whose annotation has anything in it."""
    return {layer: frozenset(name for name, one in annotations.items() if getattr(one, layer)) for layer in LAYERS}
