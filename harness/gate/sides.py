"""From opened runs to the evidence that a policy judges: all sides counted again with today's scorers."""

from collections.abc import Callable, Mapping

from harness.data.types import LAYERS, Annotation
from harness.gate.baseline import failures, machine_of
from harness.gate.changed import Changed, changed
from harness.gate.constants import constants
from harness.gate.evidence import Against, Evidence, Side
from harness.runs.run import Scorable
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.signature import sign
from harness.scoring.table import Scorer, Table


def evidence_of(
    run: Scorable,
    baseline: Scorable | None,
    scorers: Mapping[str, Scorer],
    units: str,
    bootstrap: Bootstrap,
    anchor: Scorable | None = None,
) -> Evidence:
    """`run` beside `baseline` and `anchor`, which answer to the same documents under the same label maps."""
    corpora = run.corpora(units)
    before = None if baseline is None else baseline.corpora(units)
    side = None if baseline is None or before is None else _side(baseline, before, scorers)
    found: dict[Against, Mapping[str, Changed]] = (
        {} if before is None else {"baseline": changed(before, corpora, scorers)}
    )
    anchored = None
    if anchor is not None and baseline is not None and anchor.predictions == baseline.predictions:
        # One side, counted once, under its own name.
        anchored, found["anchor"] = side, found["baseline"]
    elif anchor is not None:
        earlier = anchor.corpora(units)
        anchored, found["anchor"] = _side(anchor, earlier, scorers), changed(earlier, corpora, scorers)
    return Evidence(
        run=_side(run, corpora, scorers),
        baseline=side,
        scorers=scorers,
        bootstrap=bootstrap,
        gold=_filled({example.document.id: example.gold for example in run.gold.examples}),
        signatures={
            name: str(sign(scorer, corpora[scorer.layer], bootstrap))
            for name, scorer in scorers.items()
            if scorer.layer in corpora
        },
        anchor=anchored,
        changed=found,
        constant=_constant(corpora, scorers),
    )


def _constant(
    corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer]
) -> Callable[[str, str], Mapping[str, Table]]:
    def counted(scorer: str, measure: str) -> Mapping[str, Table]:
        kind = scorers[scorer]
        return constants(kind, corpora[kind.layer], measure)

    return counted


def _side(run: Scorable, corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer]) -> Side:
    answered = {name: one.annotation for name, one in run.predictions.items() if one.error is None}
    return Side(
        name=run.name,
        tables={name: one.counts(corpora[one.layer]) for name, one in scorers.items() if one.layer in corpora},
        filled=_filled(answered),
        documents=len(run.gold.examples),
        failures=failures(run),
        words_per_second=run.run.scores.get("words_per_second"),
        machine=machine_of(run.run),
    )


def _filled(annotations: Mapping[str, Annotation]) -> dict[str, frozenset[str]]:
    """By layer, the documents whose annotation has anything in it."""
    return {layer: frozenset(name for name, one in annotations.items() if getattr(one, layer)) for layer in LAYERS}
