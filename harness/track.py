"""MLflow: a finished run folder becomes a run in the tracking store.

Everything is read from the folder, so logging can be repeated. The client is used throughout: MLflow's fluent calls
keep global state, and let MLFLOW_RUN_ID in the environment replace the parent of a sweep.
"""

import json
import logging
import os
import re
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from harness.scoring.headline import is_headline
from harness.store import GOLD, SCORES, Run, read_run
from harness.types import InputError

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput

# Of limits that MLflow sets: characters of a parameter's value, metrics and parameters in a batch.
_PARAM_LENGTH: Final = 6000
_METRICS: Final = 1000
_PARAMS: Final = 100


@dataclass(frozen=True)
class Nothing:
    """No tracker."""

    def log(self, folder: Path) -> str | None:  # noqa: ARG002 -- the shape of Mlflow.log
        """None: nothing is logged."""
        return None

    def log_failure(self, experiment: str, name: str, error: str) -> None:
        """Nothing is logged."""


@dataclass(frozen=True)
class Mlflow:
    """An MLflow tracking store: a SQLite file with artifacts beside it, or, with `uri`, a server."""

    store: str = "runs/mlflow.db"
    uri: str | None = None
    parent: str | None = None

    def log(self, folder: Path) -> str:
        """Log the finished run in `folder`; the id of the MLflow run.

        Raises:
            InputError: there is no finished run in `folder`.
            OSError, mlflow.exceptions.MlflowException: the store cannot be reached.
        """
        run = read_run(folder)
        client, experiment = self.connect(str(run.provenance["experiment"]))
        run_id = self._start(client, experiment, run_name(run.provenance["overrides"], run.scores))
        try:
            self._fill(client, run_id, run)
        except BaseException:
            client.set_terminated(run_id, "FAILED")
            raise
        client.set_terminated(run_id, "FINISHED")
        return run_id

    def log_failure(self, experiment: str, name: str, error: str) -> None:
        """Log a run that died, with its error."""
        client, experiment_id = self.connect(experiment)
        run_id = self._start(client, experiment_id, name)
        client.set_tag(run_id, "error", error[:5000])
        client.set_terminated(run_id, "FAILED")

    def start_parent(self, experiment: str, name: str) -> str:
        """Open the run that holds a sweep together; its id."""
        client, experiment_id = self.connect(experiment)
        return self._start(client, experiment_id, name)

    def close_parent(self, run_id: str, *, failed: bool) -> None:
        """Close the run that holds a sweep together."""
        self.client().set_terminated(run_id, "FAILED" if failed else "FINISHED")

    def fetch(self, run_id: str) -> Path:
        """The folder of a logged run: where it was made, or, where that is gone, its artifacts.

        Raises:
            InputError: the store has no such run.
        """
        from mlflow.exceptions import MlflowException

        client = self.client()
        try:
            folder = Path(client.get_run(run_id).data.tags.get("run_folder", ""))
            found = folder if (folder / SCORES).is_file() else Path(client.download_artifacts(run_id, ""))
        except MlflowException as error:
            raise InputError(f"run {run_id}: found {' '.join(str(error).split())}, wanted a logged run") from error
        return found

    def connect(self, experiment: str) -> "tuple[MlflowClient, str]":
        """A client, and the id of `experiment`, which is made where it does not exist.

        Under a lock, since MLflow's first migration and its making of an experiment both race: processes that start
        together on a missing store die, or log to another experiment.
        """
        with self._lock():
            client = self.client()
            found = client.get_experiment_by_name(experiment)
            if found is not None:
                return client, str(found.experiment_id)
            return client, self._make(client, experiment)

    def client(self) -> "MlflowClient":
        """A client of the store."""
        # Of a server that is down one wants to hear within seconds; MLflow's own patience is some minutes.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
        from mlflow import MlflowClient

        # After the import, which sets its own levels.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        logging.getLogger("mlflow").setLevel(logging.ERROR)
        # SQLite gives up on a locked database after 5 seconds, which eight writers on a busy machine can exceed.
        uri = self.uri or f"sqlite:///{quote(str(self._database))}?timeout=120"
        return MlflowClient(tracking_uri=uri, registry_uri=uri)

    @property
    def _database(self) -> Path:
        return Path(self.store).absolute()

    def _lock(self) -> AbstractContextManager[object]:
        if self.uri:
            return nullcontext()
        from filelock import FileLock

        self._database.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self._database}.lock", timeout=300)

    def _make(self, client: "MlflowClient", experiment: str) -> str:
        from mlflow.exceptions import MlflowException

        # MLflow's default is relative to the working folder, not to the database.
        location = None if self.uri else (self._database.parent / "artifacts").as_uri()
        try:
            return str(client.create_experiment(experiment, artifact_location=location))
        except MlflowException:
            # On a server no lock of ours holds: another process may have made it since.
            found = client.get_experiment_by_name(experiment)
            if found is None:
                raise
            return str(found.experiment_id)

    def _start(self, client: "MlflowClient", experiment_id: str, name: str) -> str:
        tags = {"mlflow.parentRunId": self.parent} if self.parent else {}
        return str(client.create_run(experiment_id, tags=tags, run_name=name).info.run_id)

    def _fill(self, client: "MlflowClient", run_id: str, run: Run) -> None:
        from mlflow.entities import Metric, Param, RunTag

        now = int(time.time() * 1000)
        metrics = [Metric(name, value, now, 0) for name, value in metrics_of(run.scores).items()]
        params = [Param(name, value[:_PARAM_LENGTH]) for name, value in params_of(run).items()]
        tags = [RunTag(name, value) for name, value in tags_of(run).items()]
        client.log_batch(run_id, metrics[:_METRICS], params[:_PARAMS], tags)
        for start in range(_METRICS, len(metrics), _METRICS):
            client.log_batch(run_id, metrics[start : start + _METRICS])
        client.log_inputs(run_id, [_input(run)])
        client.log_artifacts(run_id, str(run.folder))


def run_name(overrides: list[str], scores: Mapping[str, Any]) -> str:
    """The overrides of a run, or, where there are none, runner and data set."""
    shown = [override for override in overrides if not override.startswith(("hydra.", "tracker"))]
    return " ".join(shown) or f"{scores['runner']} on {str(scores['dataset']).partition('#')[0]}"


def metrics_of(scores: Mapping[str, Any]) -> dict[str, float]:
    """Every defined measure as `scorer/label/measure`, headlines with `_low` and `_high`; then what the run took."""
    metrics: dict[str, float] = {}
    for scorer, found in scores["scorers"].items():
        for measure, numbers in sorted(found["measures"].items(), key=lambda named: not is_headline(named[0])):
            keys = (("", "value"), ("_low", "low"), ("_high", "high")) if is_headline(measure) else (("", "value"),)
            named = ((mlflow_name(f"{scorer}/{measure}{suffix}"), numbers[key]) for suffix, key in keys)
            metrics |= {name: float(number) for name, number in named if number is not None}
    for name in ("documents", "failures", "seconds", "words_per_second"):
        if scores[name] is not None:
            metrics[f"run/{name}"] = float(scores[name])
    return metrics


def mlflow_name(name: str) -> str:
    """`name` with an underscore for every character that MLflow refuses in the names of metrics and parameters."""
    return re.sub(r"[^\w.\-/ :]", "_", name)


def params_of(run: Run) -> dict[str, str]:
    """Runner and data set, and what differs from the defaults."""
    params = {"runner": str(run.scores["runner"]), "dataset": str(run.scores["dataset"]).partition("#")[0]}
    for override in run.provenance["overrides"]:
        key, _, value = override.lstrip("+~").partition("=")
        if not key.startswith(("hydra", "tracker")):
            params.setdefault(mlflow_name(key), value)
    return params


def tags_of(run: Run) -> dict[str, str]:
    """What identifies the run: folder, gold, code, signatures."""
    git = run.provenance.get("git") or {}
    tags = {
        "run_folder": str(run.folder),
        "gold": str(run.scores["dataset"]),
        "gold_sha256": str(run.provenance["gold_sha256"]),
        "harness": str(run.provenance["versions"].get("arabic-extraction-harness")),
        "mlflow.source.name": "harness evaluate",
        "mlflow.source.type": "LOCAL",
        "git_commit": str(git.get("commit")),
        "git_dirty": str(git.get("dirty")),
    }
    return tags | {f"signature.{name}": str(found["signature"]) for name, found in run.scores["scorers"].items()}


def _input(run: Run) -> "DatasetInput":
    """The scored documents as an MLflow data set, known by their digest."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    # MLflow keeps 36 characters of a digest.
    name, digest = str(run.scores["dataset"]).partition("#")[0], str(run.provenance["gold_sha256"])[:36]
    source = json.dumps({"uri": str(run.folder / GOLD)}, ensure_ascii=False)
    profile = json.dumps({"documents": run.scores["documents"]})
    dataset = Dataset(name=name, digest=digest, source_type="local", source=source, profile=profile)
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "evaluation")])
