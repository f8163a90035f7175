"""What a store is told about a run."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.data.types import InputError
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.tracking.fields import (
    fitting,
    headline_metrics,
    identity,
    metrics_of,
    mlflow_name,
    params_of,
    run_name,
    short_name,
    tags_of,
)


def measure(value: float | None, low: float | None = None, high: float | None = None) -> dict[str, float | None]:
    return {"value": value, "low": low, "high": high}


SCORES: dict[str, Any] = {
    "run": "r",
    "dataset": "v1#abc",
    "runner": "rules",
    "documents": 5,
    "failures": 0,
    "seconds": None,
    "words_per_second": 1500.5,
    "scorers": {
        "entities_strict": {
            "signature": "s1",
            "headlines": ["micro/f1"],
            "measures": {
                "GPE/f1": measure(0.5, 0.4, 0.6),
                "FAC/f1": measure(None),
                "micro/precision": measure(0.7, 0.6, 0.8),
                "micro/f1": measure(0.8, 0.75, 0.85),
            },
        },
        "claims": {
            "signature": "s2",
            "headlines": ["content_soft/f1"],
            "measures": {"speaker/accuracy": measure(0.25), "content_soft/f1": measure(0.9, None, None)},
        },
    },
}
PROVENANCE: dict[str, Any] = {
    "overrides": ["runner.threshold=0.4", "+extra=[a,b]", "tracker.store=x", "hydra.run.dir=y", "units=page"],
    "gold_sha256": "f" * 64,
    "versions": {"arabic-extraction-harness": "0.1.0"},
    "git": {"commit": "c0ffee", "dirty": False},
}


def run(folder: Path, config: str = "", provenance: dict[str, Any] | None = None) -> Run:
    folder.mkdir(exist_ok=True)
    (folder / "config.yaml").write_text(config)
    (folder / "scores.json").write_text(json.dumps(SCORES))
    return Run(folder, RunScores(SCORES), PROVENANCE | (provenance or {}))


def test_a_run_is_named_by_its_overrides_or_by_its_parts() -> None:
    assert run_name(["runner=rules", "tracker.store=x", "hydra.run.dir=y"], RunScores(SCORES)) == "runner=rules"
    assert run_name([], RunScores(SCORES)) == "rules on v1"


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        (
            ["dataset=newswire", "runner.threshold=0.3", "runner=rules"],
            "runner=rules runner.threshold=0.3 dataset=newswire",
        ),
        (
            ["units=page", "dataset.path=x", "dataset=jsonl", "model=m"],
            "model=m units=page dataset=jsonl dataset.path=x",
        ),
        (["tracker=none", "+hydra.x=1", "experiment=e", "verbose=true", "experiments=2"], "experiments=2"),
    ],
)
def test_a_name_begins_with_the_runner_and_leaves_out_where_the_run_is_kept(overrides: list[str], name: str) -> None:
    assert short_name(overrides) == name


def test_the_first_headline_of_each_layer_comes_before_other_views_of_it() -> None:
    scorers = {
        name: {"signature": "", "headlines": list(headlines), "measures": {}}
        for name, headlines in (
            ("entities_strict", ["micro/f1"]),
            ("entities_strict_char", ["micro/f1"]),
            ("claims", ["content_soft/f1", "relation/f1"]),
            ("checkworthy", ["macro/f1"]),
        )
    }
    assert headline_metrics(RunScores(SCORES | {"scorers": scorers})) == [
        "entities_strict/micro/f1",
        "claims/content_soft/f1",
        "claims/relation/f1",
        "checkworthy/macro/f1",
        "entities_strict_char/micro/f1",
    ]


def test_overrides_and_machine_are_tags(tmp_path: Path) -> None:
    made_on = {"cpu": "AMD EPYC", "instructions": ["AVX2"], "cores": 2, "threads": {"usable": 2}, "name": "00"}
    versions = {"arabic-extraction-harness": "0.1.0", "python": "3.11.7", "onnxruntime": "1.32.0"}
    tags = tags_of(run(tmp_path / "a", provenance={"machine": made_on, "versions": versions}))
    assert tags["overrides"] == " ".join(PROVENANCE["overrides"])
    assert tags["machine.cpu"] == "AMD EPYC"
    assert json.loads(tags["machine.instructions"]) == ["AVX2"]
    assert (tags["version.onnxruntime"], tags["version.python"]) == ("1.32.0", "3.11.7")
    assert "version.torch" not in tags


def test_a_long_name_keeps_the_ends_of_its_values() -> None:
    short = "a=" + "x" * 248
    assert fitting(short) == short
    path = f"/{'long/' * 60}sample.jsonl"
    assert (
        fitting(f"runner=replay dataset.path={path} seed=1")
        == "runner=replay dataset.path=…ng/long/sample.jsonl seed=1"
    )
    many = fitting(" ".join(f"key{number}=value" for number in range(100)))
    assert len(many) == 250
    assert many.startswith("key0=value key1=value ")
    assert many.endswith("…")


def test_headlines_come_first_with_intervals_and_single_labels_share_a_section() -> None:
    expected = {
        "entities_strict/micro/f1": 0.8,
        "entities_strict/micro/f1_low": 0.75,
        "entities_strict/micro/f1_high": 0.85,
        "claims/content_soft/f1": 0.9,
        "entities_strict/labels/GPE_f1": 0.5,
        "entities_strict/micro/precision": 0.7,
        "claims/labels/speaker_accuracy": 0.25,
        "run/documents": 5.0,
        "run/failures": 0.0,
        "run/words_per_second": 1500.5,
    }
    assert list(metrics_of(RunScores(SCORES)).items()) == list(expected.items())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("micro/f1_at_0.5", "micro/f1_at_0.5"), ("a=b[c]@d", "a_b_c__d"), ("كيان/f1", "كيان/f1")],
)
def test_names_are_those_that_mlflow_takes(name: str, expected: str) -> None:
    assert mlflow_name(name) == expected
    assert re.fullmatch(r"[\w\-./ :]+", expected)


def test_fields_of_the_runner_are_parameters_overridden_or_not(tmp_path: Path) -> None:
    config = """
runner: {_target_: a.b.C, name: rules, threshold: 0.40, window: null, fast: true, card: {licence: MIT}}
bootstrap: {_target_: a.b.B, resamples: 50}
units: page
"""
    assert params_of(run(tmp_path / "a", config)) == {
        "runner": "rules",
        "dataset": "v1",
        "units": "page",
        # As composed, so that 0.4 and 0.40 are one place on an axis.
        "runner.threshold": "0.4",
        "runner.fast": "true",
        "bootstrap.resamples": "50",
        "extra": "[a,b]",
    }


def test_without_a_configuration_overrides_are_the_parameters(tmp_path: Path) -> None:
    bare = run(tmp_path / "a")
    (bare.folder / "config.yaml").unlink()
    overridden = {"runner.threshold": "0.4", "extra": "[a,b]", "units": "page"}
    assert params_of(bare) == {"runner": "rules", "dataset": "v1"} | overridden


def test_a_configuration_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"config\.yaml: found .*, wanted YAML"):
        params_of(run(tmp_path / "a", "a: [b"))


def test_tags_tell_gold_runner_and_model(tmp_path: Path) -> None:
    made = {"model": "org/name", "revision": "a" * 40, "card": None, "files_sha256": {"model.onnx": "0f"}}
    tags = tags_of(run(tmp_path / "a", provenance={"runner": made}))
    assert tags["runner"] == "rules"
    assert (tags["gold"], tags["gold_version"], tags["gold_sha256"]) == ("v1#abc", "v1", "f" * 64)
    assert (tags["runner.model"], tags["runner.revision"]) == ("org/name", "a" * 40)
    assert json.loads(tags["runner.files_sha256"]) == {"model.onnx": "0f"}
    assert "runner.card" not in tags
    assert tags["mlflow.source.git.commit"] == "c0ffee"
    assert tags["signature.claims"] == "s2"


def test_a_scorers_name_of_any_characters_makes_a_tag_that_mlflow_takes(tmp_path: Path) -> None:
    logged = run(tmp_path / "a")
    scorers = {"claims(threshold=0.6)": SCORES["scorers"]["claims"]}
    tags = tags_of(replace(logged, scores=RunScores(SCORES | {"scorers": scorers})))
    assert tags["signature.claims_threshold_0.6_"] == "s2"


def test_a_runner_without_a_model_outside_a_checkout_has_fewer_tags(tmp_path: Path) -> None:
    tags = tags_of(run(tmp_path / "a", provenance={"git": None, "runner": None}))
    assert not [name for name in tags if name.startswith(("runner.", "mlflow.source.git"))]


def test_runs_are_known_by_their_scores_wherever_they_lie(tmp_path: Path) -> None:
    one, other = run(tmp_path / "a"), run(tmp_path / "b", config="units: page")
    assert identity(one) == identity(other)
    (other.folder / "scores.json").write_text(json.dumps(SCORES | {"seconds": 1.0}))
    assert identity(one) != identity(other)


def test_labels_of_any_text_have_names_of_their_own() -> None:
    values = {"A_strict/f1": 0.1, "A/strict_f1": 0.2, "a/b/f1": 0.3, "100%/f1": 0.4, "a:2f:b/f1": 0.5}
    scorer = {"headlines": [], "measures": {name: measure(value) for name, value in values.items()}}
    found = metrics_of(RunScores({**SCORES, "scorers": {"s": {**scorer, "signature": "", "support": {}}}}))
    own = {name: value for name, value in found.items() if name.startswith("s/")}
    assert sorted(own.values()) == sorted(values.values())
    assert own["s/labels/a:2f:b_f1"] == 0.3
