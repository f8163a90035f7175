"""What a tracking store is told about a finished run: its name, metrics, parameters and tags."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import yaml

from harness.data.files import sha256_of_file
from harness.data.types import InputError
from harness.runs.folder import SCORES
from harness.runs.overlap import overlap_metrics
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.table import parted
from harness.show.names import in_metric

# Of limits that MLflow sets: characters of a run's name, which SQLite does not hold to and PostgreSQL does, of a
# parameter's value and, on older servers, of a tag's.
_NAME_LENGTH: Final = 250
_PARAM_LENGTH: Final = 6000
_TAG_LENGTH: Final = 5000

_ORDER: Final = ("runner", "model", "", "dataset")
"""The keys by which a name begins and ends; the empty one stands for all others."""

_MACHINE: Final = ("cpu", "instructions", "cores", "threads")
_ENGINES: Final = ("python", "onnxruntime", "torch")
"""Of machine and versions, what quantised answers and speeds hang on."""

_FIGURES: Final = ("cost", "tokens_in", "tokens_out")
"""Figures of runners that a table of runs shows."""

_SECTIONS: Final = frozenset(
    {"micro", "macro", "macro10", "content", "content_soft", "cue", "source", "relation", "all", "edges", "wrong_level"}
)
"""Labels that sum a layer up, each with a section of charts of its own; all others share one."""


def identity(run: Run) -> str:
    """What tells a run from any other wherever its folder lies: the SHA-256 of its scores."""
    return sha256_of_file(run.folder / SCORES)


def run_name(overrides: Sequence[str], scores: RunScores) -> str:
    """The overrides of a run, what tells it from others first; where there are none, runner and data set."""
    return short_name(overrides) or f"{scores.runner} on {dataset_of(scores)}"


def short_name(overrides: Sequence[str]) -> str:
    """Overrides as they name a run: the runner and its fields, the rest, and the data set last.

    In a table a name is cut at its end. Where the run is kept and in which experiment is no part of it.
    """
    kept = [override for override in overrides if not re.match(r"[+~]*(hydra|tracker|experiment|verbose)\b", override)]
    return " ".join(sorted(kept, key=_place))


def _place(override: str) -> int:
    key = override.lstrip("+~").partition("=")[0]
    head = key.partition(".")[0].partition("@")[0]
    return _ORDER.index(head) * 2 + ("." in key) if head in _ORDER else 2 * _ORDER.index("")


def fitting(name: str) -> str:
    """A name of a run that every store takes: in one that is too long, only the ends of long values, which tell."""
    if len(name) <= _NAME_LENGTH:
        return name
    shorter = re.sub(r"(?<==)\S{24,}", lambda match: f"…{match[0][-20:]}", name)
    return shorter if len(shorter) <= _NAME_LENGTH else f"{shorter[: _NAME_LENGTH - 1]}…"


def dataset_of(scores: RunScores) -> str:
    """The name of the data set, without its hash."""
    return scores.dataset.partition("#")[0]


def headline_metrics(scores: RunScores) -> list[str]:
    """The names of the headline metrics of a run, the first of each layer before further views of it."""
    measured = [
        (scorer, metric_name(scorer, measure))
        for scorer, found in scores.scorers.items()
        for measure in found.headlines
    ]
    first: dict[str, str] = {}
    for scorer, _ in measured:
        first.setdefault(scorer.partition("_")[0], scorer)
    return [name for _, name in sorted(measured, key=lambda row: first[row[0].partition("_")[0]] != row[0])]


def figure_metrics(metrics: Collection[str]) -> list[str]:
    """Of the names of metrics those that stand beside headlines in a table of runs: what a runner cost, if counted."""
    shown = [f"run/{name}" for name in _FIGURES if f"run/{name}" in metrics]
    return [*shown, "run/failures"] if shown and "run/failures" in metrics else shown


def metric_name(scorer: str, measure: str) -> str:
    """The name of a measure among the metrics of a run."""
    return f"{mlflow_name(scorer)}/{_in_sections([measure])[measure]}"


def metrics_of(scores: RunScores) -> dict[str, float]:
    """Every defined measure by its name, headlines first and with `_low` and `_high`; then what the run took.

    Headlines of a runner with repetitions have `_repeat_mean` and `_repeat_sd` as well, over all runs.

    MLflow makes a section of charts of all that stands before the last slash. What sums a layer up has one for each
    label, `scorer/label/measure`; the single labels share one, `scorer/labels/label_measure`.
    """
    metrics: dict[str, float] = {}
    measured = [
        (measure in scored.headlines, f"{mlflow_name(scorer)}/{name}", scored, measure)
        for scorer, scored in scores.scorers.items()
        for measure, name in _in_sections(list(scored.measures)).items()
    ]
    for headline, name, scored, measure in sorted(measured, key=lambda row: not row[0]):
        numbers, spread = scored.measures[measure], scored.repeats.get(measure)
        told = {name: numbers.value}
        if headline:
            told |= {f"{name}_low": numbers.low, f"{name}_high": numbers.high}
        if spread is not None:
            told |= {f"{name}_repeat_mean": spread.mean, f"{name}_repeat_sd": spread.sd}
        metrics |= {key: number for key, number in told.items() if number is not None}
    for name in ("documents", "failures", "seconds", "words_per_second"):
        if scores.record.get(name) is not None:
            metrics[f"run/{name}"] = float(scores.record[name])
    metrics |= {f"run/{mlflow_name(name)}": value for name, value in scores.figures.items()}
    for layer, counted in scores.unplaced.items():
        metrics |= {
            f"run/unplaced_{layer}": float(counted["unplaced"]),
            f"run/unplaced_{layer}_share": counted["share"],
        }
    if scores.leak is not None:
        metrics |= {f"overlap/{mlflow_name(name)}": value for name, value in overlap_metrics(scores.leak).items()}
    return metrics


def mlflow_name(name: str) -> str:
    """`name` with an underscore for every character that MLflow refuses in names of metrics, parameters and tags."""
    return re.sub(r"[^\w.\-/ :]", "_", name)


def params_of(run: Run) -> dict[str, str]:
    """Runner and data set, the runner's fields, units and resampling, and whatever else was overridden.

    Fields are there whether they were overridden or not, so that runs at the default have a place beside others in a
    plot over parameters.
    """
    params = {"runner": run.scores.runner, "dataset": dataset_of(run.scores)} | _configured(run)
    for override in run.provenance["overrides"]:
        key, _, value = override.lstrip("+~").partition("=")
        if not key.startswith(("hydra", "tracker")):
            params.setdefault(mlflow_name(key), value)
    return {name: value[:_PARAM_LENGTH] for name, value in params.items()}


def tags_of(run: Run) -> dict[str, str]:
    """What identifies the run: gold, code, signatures, the runner and what it says about its model."""
    git = run.provenance.get("git") or {}
    tags = {
        "runner": run.scores.runner,
        "gold": run.scores.dataset,
        "gold_version": dataset_of(run.scores),
        "gold_sha256": str(run.provenance["gold_sha256"]),
        "harness": str(run.provenance["versions"].get("arabic-extraction-harness")),
        "mlflow.source.name": "harness evaluate",
        "mlflow.source.type": "LOCAL",
        "git_commit": str(git.get("commit")),
        "git_dirty": str(git.get("dirty")),
        "overrides": " ".join(run.provenance["overrides"]),
    }
    if git.get("commit"):
        tags["mlflow.source.git.commit"] = str(git["commit"])
    machine = run.provenance.get("machine") or {}
    tags |= {f"machine.{name}": _text(machine[name]) for name in _MACHINE if machine.get(name)}
    versions = run.provenance["versions"]
    tags |= {f"version.{name}": str(versions[name]) for name in _ENGINES if name in versions}
    made = run.provenance.get("runner") or {}
    tags |= {mlflow_name(name): _text(value) for name, value in _nested("runner", made) if value is not None}
    tags |= {mlflow_name(f"signature.{name}"): scored.signature for name, scored in run.scores.scorers.items()}
    return {name: value[:_TAG_LENGTH] for name, value in tags.items()}


def _nested(key: str, values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Each of `values` under its key, and after a mapping what it holds, as the models of an ensemble's members."""
    for name, value in values.items():
        yield f"{key}.{name}", value
        if isinstance(value, Mapping):
            yield from _nested(f"{key}.{name}", value)


def _in_sections(measures: Sequence[str]) -> dict[str, str]:
    """Each measure of a scorer with its name in MLflow, no two alike."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for measure in measures:
        label, name = parted(measure)
        section = f"{label}/{mlflow_name(name)}"
        if label not in _SECTIONS:
            section = f"labels/{in_metric(label)}_{mlflow_name(name)}"
            if section in taken:
                # A label that ends as another's measure begins: A_strict and f1, A and strict_f1.
                section = f"labels/{in_metric(label)}:_:{mlflow_name(name)}"
        taken.add(section)
        names[measure] = section
    return names


def _configured(run: Run) -> dict[str, str]:
    """The plain fields of the runner, units and resampling, by their keys in `config.yaml`; unset ones left out."""
    path = run.folder / "config.yaml"
    try:
        config = (yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}
    except yaml.YAMLError as error:
        raise InputError(f"{path}: found {' '.join(str(error).split())}, wanted YAML") from error
    fields = {"units": config.get("units")}
    for part in ("runner", "bootstrap"):
        fields |= {f"{part}.{name}": value for name, value in config.get(part, {}).items() if name != "name"}
    plain = {name: value for name, value in fields.items() if isinstance(value, str | int | float)}
    return {mlflow_name(name): _text(value) for name, value in plain.items() if not name.endswith("_target_")}


def _text(value: object) -> str:
    """A word as it is, anything else as JSON: true, 0.4, {"a": 1}."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
