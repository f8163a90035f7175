from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.comparison.counts import count
from harness.data.types import Annotation, Document, InputError, Prediction
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import Run, open_run
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.tracking.mlflow import Nothing
from tests.comparison.test_pair import BOOTSTRAP, SCORING, run
from tests.runs.test_evaluate import Oracle, Samples
from tests.samples import EXAMPLES

ALL: dict[str, Scorer] = {"entities": EntitiesStrict(), "claims": Claims(), "checkworthy": CheckWorthy()}


@dataclass(frozen=True)
class Layers(Oracle):
    """The oracle, with some layers only."""

    layers: tuple[str, ...] = ("entities",)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for one in super().predict(documents):
            kept = {layer: getattr(one.annotation, layer) for layer in self.layers}
            yield replace(one, annotation=Annotation(**kept))


def run_of(folder: Path, *layers: str) -> Run:
    """A finished run of an extractor that has `layers`."""
    scorers = {name: scorer for name, scorer in ALL.items() if scorer.layer in layers}
    parts = Experiment("test", Samples(), Layers(layers=layers), Scoring(scorers, "paragraph", BOOTSTRAP), Nothing())
    evaluate(parts, folder, "", {"overrides": []})
    return open_run(folder)


def test_each_scorer_counts_the_runs_that_have_its_layer(tmp_path: Path) -> None:
    layers = [("entities",), ("entities", "claims"), ("entities", "claims", "sentences")]
    runs = [run_of(tmp_path / str(number), *one) for number, one in enumerate(layers)]
    found = count(runs, replace(SCORING, scorers=ALL))
    # Sentence labels are in one run alone: with whom could it be compared?
    assert {name: list(one.tables) for name, one in found.items()} == {"entities": [0, 1, 2], "claims": [1, 2]}
    assert found["entities"].signature.startswith("entities_strict(boundary=word)|gold:samples#")


def test_runs_without_a_layer_in_common_are_refused(tmp_path: Path) -> None:
    runs = [run_of(tmp_path / "a", "entities"), run_of(tmp_path / "b", "claims")]
    with pytest.raises(InputError, match=r"found oracle \(a\) and oracle \(b\) with no scored layer in common"):
        count(runs, replace(SCORING, scorers=ALL))


def test_a_third_run_on_another_gold_is_refused_by_name(tmp_path: Path) -> None:
    runs = [open_run(run(tmp_path / name)) for name in "ab"]
    runs.append(open_run(run(tmp_path / "c", examples=EXAMPLES[:4])))
    with pytest.raises(InputError, match=r"entities_strict: found oracle \(a\) and oracle \(c\), .*\(gold: samples#"):
        count(runs, SCORING)


def test_another_choice_for_unknown_names_says_the_way_out(tmp_path: Path) -> None:
    runs = [open_run(run(tmp_path / name)) for name in "ab"]
    record = {**runs[1].bridge.record(), "unknown": "drop"}
    runs[1] = replace(runs[1], provenance={**runs[1].provenance, "labels": record})
    with pytest.raises(
        InputError,
        match=r"\(unknown: error and drop\), wanted runs alike in that: score both with the same runner.unknown$",
    ):
        count(runs, SCORING)


def test_a_run_that_counts_unknown_names_compares_with_one_that_had_none(tmp_path: Path) -> None:
    runs = [open_run(run(tmp_path / name)) for name in "ab"]
    record = {**runs[1].bridge.record(), "unknown": "count"}
    runs[1] = replace(runs[1], provenance={**runs[1].provenance, "labels": record})
    assert [*count(runs, SCORING)["entities_strict"].tables] == [0, 1]


def test_unlike_speakers_are_refused(tmp_path: Path) -> None:
    runs = [open_run(run(tmp_path / name)) for name in "ab"]
    runs[1] = replace(runs[1], beside=replace(runs[1].gold, speakers={}))
    with pytest.raises(InputError, match=r"speakers: found unlike speakers.json in oracle \(a\) and oracle \(b\)"):
        count(runs, SCORING)


def test_units_that_differ_are_refused(tmp_path: Path) -> None:
    runs = [open_run(run(tmp_path / name)) for name in "ab"]
    # What a run was cut into before is kept.
    runs[1].corpora("paragraph").update(runs[1].corpora("document"))
    with pytest.raises(InputError, match=r"units: 7 by paragraph and 6 by document"):
        count(runs, SCORING)
