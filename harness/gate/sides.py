"""From opened runs to the evidence that a policy judges: both sides counted again with today's scorers."""

from collections.abc import Mapping

from harness.gate.baseline import failures, machine_of
from harness.gate.evidence import Evidence, Side
from harness.rescoring import Scorable
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.signature import sign
from harness.scoring.table import Scorer
from harness.types import LAYERS, Annotation


def evidence_of(
    run: Scorable, baseline: Scorable | None, scorers: Mapping[str, Scorer], units: str, bootstrap: Bootstrap
) -> Evidence:
    """`run` beside `baseline`, which answers to the same gold under the same label maps."""
    corpora = run.corpora(units)
    return Evidence(
        run=_side(run, corpora, scorers),
        baseline=None if baseline is None else _side(baseline, baseline.corpora(units), scorers),
        scorers=scorers,
        bootstrap=bootstrap,
        gold=_filled({example.document.id: example.gold for example in run.gold.examples}),
        signatures=_signatures(run, corpora, scorers, bootstrap),
    )


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


def _signatures(
    run: Scorable, corpora: Mapping[str, Corpus], scorers: Mapping[str, Scorer], bootstrap: Bootstrap
) -> dict[str, str]:
    signed = {}
    for name, scorer in scorers.items():
        if scorer.layer in corpora:
            # Labels are of entities: the signatures of the other layers name no map.
            label_map = run.bridge.label if scorer.layer == "entities" else None
            signed[name] = str(sign(scorer, run.gold.label, corpora[scorer.layer].units, bootstrap, label_map))
    return signed
