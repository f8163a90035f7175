"""MLflow: a finished run folder becomes a run in the tracking store.

Everything is read from the folder, so logging can be repeated. The client is used throughout: MLflow's fluent calls
keep global state, and let MLFLOW_RUN_ID in the environment replace the parent of a sweep.
"""

import json
import logging
import os
import shlex
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from harness.data.extras import require
from harness.data.types import InputError
from harness.runs.folder import GOLD, SCORES
from harness.runs.run import Run, read_run
from harness.tracking import views
from harness.tracking.description import describe
from harness.tracking.fields import (
    dataset_of,
    figure_metrics,
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

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput
    from mlflow.entities import Run as LoggedRun

# Of limits that MLflow sets: metrics, and parameters or tags, in a batch.
_METRICS: Final = 1000
_PARAMS: Final = 100
_ATTEMPTS: Final = 4

LOCAL: Final = "http://127.0.0.1:5000"
"""Where `make ui` and `mlflow server` serve the embedded store."""

# Without it, MLflow opens the pages that it has for conversations, and not the table of runs.
_KIND: Final = {"mlflow.experimentKind": "custom_model_development"}
_NOTE: Final = "mlflow.note.content"
_HEADLINES: Final = "headlines"
"""The tag that lists the headline metrics of a run."""


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

    def check(self) -> None:
        """Refuse to begin what could not be logged; whether the store answers is not asked.

        Raises:
            InputError: MLflow is not installed, or what its embedded store needs.
        """
        for package in ("mlflow",) if self.uri else ("mlflow", "sqlalchemy", "alembic"):
            require(package, "mlflow", "tracker", "tracker=none")

    def log(self, folder: Path) -> str:
        """Log the finished run in `folder`; the id of the MLflow run.

        A run that the store has already, whole or half, is completed and not logged twice. Its name, parameters and
        description stay as they are: somebody may have edited them.

        Raises:
            InputError: there is no finished run in `folder`.
            OSError, mlflow.exceptions.MlflowException: the store cannot be reached.
        """
        run = read_run(folder.absolute())
        client, logged = self._open(run)
        run_id = str(logged.info.run_id)
        try:
            _fill(client, logged, run)
        except BaseException:
            # A store that is gone by now must not hide what happened.
            with suppress(Exception):
                client.set_terminated(run_id, "FAILED")
            raise
        client.set_terminated(run_id, "FINISHED", logged.info.end_time or _written(run.folder / SCORES))
        return run_id

    def log_failure(self, experiment: str, name: str, error: str) -> None:
        """Log a run that died, with its error."""
        client, experiment_id = self.connect(experiment)
        run_id = self._start(client, experiment_id, name)
        client.set_tag(run_id, "error", error[:5000])
        client.set_terminated(run_id, "FAILED")

    def start_parent(self, experiment: str, overrides: Sequence[str]) -> str:
        """Open the run that holds a sweep together, named by its overrides, with each as a parameter; its id."""
        from mlflow.entities import Param

        client, experiment_id = self.connect(experiment)
        run_id = self._start(client, experiment_id, short_name(overrides) or "sweep", {"sweep": " ".join(overrides)})
        values = dict(override.lstrip("+~").partition("=")[::2] for override in overrides)
        params = [Param(mlflow_name(key), value[:500]) for key, value in values.items()]
        client.log_batch(run_id, params=params[:_PARAMS])
        return run_id

    def close_parent(self, run_id: str, *, failed: bool) -> None:
        """Close the run that holds a sweep together, and keep a view of the runs that it holds."""
        client = self.client()
        client.set_terminated(run_id, "FAILED" if failed else "FINISHED")
        logged = client.get_run(run_id)
        experiment, name = client.get_experiment(logged.info.experiment_id), logged.info.run_name or run_id
        children = client.search_runs(
            [experiment.experiment_id], f"tags.`mlflow.parentRunId` = '{run_id}' and attributes.status = 'FINISHED'"
        )
        metrics: list[str] = next((json.loads(child.data.tags.get(_HEADLINES, "[]")) for child in children), [])
        metrics += figure_metrics({metric for child in children for metric in child.data.metrics})
        tag = f"{views.TAG}{views.sweep_key(run_id)}"
        client.set_experiment_tag(experiment.experiment_id, tag, views.view(name, metrics, run_id))
        for old in views.outdated({key: value for key, value in experiment.tags.items() if key != tag}):
            client.delete_experiment_tag(experiment.experiment_id, old)

    def address(self, run_id: str, view: str | None = None) -> str:
        """The address at which a browser shows a run, or, in the columns of `view`, the runs of its experiment.

        Of an embedded store it is that of a server that is yet to be started.
        """
        experiment = str(self.client().get_run(run_id).info.experiment_id)
        page = views.run_page(experiment, run_id) if view is None else views.runs_page(experiment, view)
        return f"{views.without_user(self.uri) if self._has_server else LOCAL}/{page}"

    @property
    def starting(self) -> str:
        """The command that starts a server on the store; empty where one is running."""
        if self._has_server:
            return ""
        if self.store == "runs/mlflow.db" and self.uri is None and Path("Makefile").is_file():
            return "make ui"
        return f"mlflow server --backend-store-uri {shlex.quote(self.uri or f'sqlite:///{self._database}')}"

    @property
    def _has_server(self) -> bool:
        return self.uri is not None and self.uri.startswith(("http://", "https://"))

    def start_training(self, experiment: str, name: str, recipe: object) -> str:
        """Open the run of a training, with the fields of its recipe as parameters; its id."""
        from mlflow.entities import Param

        client, experiment_id = self.connect(experiment)
        run_id = self._start(client, experiment_id, name)
        client.log_batch(run_id, params=[Param(key, str(value)) for key, value in vars(recipe).items()])
        return run_id

    def log_point(self, run_id: str, values: Mapping[str, float], step: int) -> None:
        """Log a point of each of several curves."""
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client().log_batch(run_id, [Metric(name, value, now, step) for name, value in values.items()])

    def end_training(self, run_id: str, record: Path | None, *, failed: bool) -> None:
        """Close the run of a training, with the record of its checkpoint."""
        client = self.client()
        if record is not None:
            client.log_artifact(run_id, str(record))
        client.set_terminated(run_id, "FAILED" if failed else "FINISHED")

    def fetch(self, run_id: str) -> Path:
        """The folder of a logged run: where it was made, or, where that is gone, its artifacts.

        Raises:
            InputError: MLflow is not installed, or the store has no such run.
        """
        self.check()
        from mlflow.exceptions import MlflowException

        client = self.client()
        try:
            folder = Path(client.get_run(run_id).data.tags.get("run_folder", ""))
            source = folder if (folder / SCORES).is_file() else Path(client.download_artifacts(run_id, ""))
        except MlflowException as error:
            raise InputError(f"run {run_id}: found {' '.join(str(error).split())}, wanted a logged run") from error
        return source

    def connect(self, experiment: str) -> "tuple[MlflowClient, str]":
        """A client, and the id of `experiment`, which is made where it does not exist.

        Under a lock, since MLflow's first migration and its making of an experiment both race: processes that start
        together on a missing store die, or log to another experiment.
        """
        with self._lock():
            return self._connect(experiment)

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
        return FileLock(f"{self._database}.lock", timeout=900)

    def _connect(self, experiment: str) -> "tuple[MlflowClient, str]":
        client = self.client()
        known = client.get_experiment_by_name(experiment)
        return client, self._make(client, experiment) if known is None else str(known.experiment_id)

    def _make(self, client: "MlflowClient", experiment: str) -> str:
        from mlflow.exceptions import MlflowException

        # MLflow's default is relative to the working folder, not to the database.
        location = None if self.uri else (self._database.parent / "artifacts").as_uri()
        try:
            return str(client.create_experiment(experiment, location, tags=_KIND))
        except MlflowException:
            # On a server no lock of ours holds: another process may have made it since.
            known = client.get_experiment_by_name(experiment)
            if known is None:
                raise
            return str(known.experiment_id)

    def _open(self, run: Run) -> "tuple[MlflowClient, LoggedRun]":
        """A client, and the MLflow run of `run`: that which it was logged as before, else a new one."""
        digest = identity(run)
        # Under the lock as well: two that log one folder at a time must not both find nothing.
        with self._lock():
            client, experiment = self._connect(str(run.provenance["experiment"]))
            shown = [*headline_metrics(run.scores), *figure_metrics(metrics_of(run.scores))]
            _keep_view(client, experiment, shown)
            forms = client.search_runs([experiment], f"tags.run_sha256 = '{digest}'")
            same = [logged for logged in forms if _is_of(logged, run.folder)]
            if same:
                return client, same[0]
            tags = {"run_sha256": digest, "run_folder": str(run.folder)}
            name, started = run_name(run.provenance["overrides"], run.scores), _written(run.folder / "config.yaml")
            run_id = self._start(client, experiment, name, tags, started)
        return client, client.get_run(run_id)

    def _start(
        self,
        client: "MlflowClient",
        experiment_id: str,
        name: str,
        tags: Mapping[str, str] | None = None,
        started: int | None = None,
    ) -> str:
        known = dict(tags or {}) | ({"mlflow.parentRunId": self.parent} if self.parent else {})
        return str(client.create_run(experiment_id, started, known, fitting(name)).info.run_id)


def _keep_view(client: "MlflowClient", experiment: str, metrics: Sequence[str]) -> None:
    """Give an experiment its view of all runs, or that one the columns that it lacks."""
    from mlflow.exceptions import MlflowException

    shown = views.columns(client.get_experiment(experiment).tags)
    wanted = views.widened(shown, metrics)
    if wanted != shown:
        # Of two that write a tag at once over PostgreSQL one may fail; the other one wrote the same.
        with suppress(MlflowException):
            client.set_experiment_tag(experiment, f"{views.TAG}{views.HEADLINES}", views.view("headlines", wanted))


def _is_of(logged: "LoggedRun", folder: Path) -> bool:
    """Whether a run of the same content was logged from `folder`, or from where there is none any more.

    Of two folders of one content, as a copy leaves them, each is a run of its own.
    """
    before = Path(logged.data.tags.get("run_folder", ""))
    return before.resolve() == folder.resolve() or not (before / SCORES).is_file()


def _fill(client: "MlflowClient", logged: "LoggedRun", run: Run) -> None:
    """Log everything of `run` that `logged` lacks; what it has is logged again as it is."""
    from mlflow.entities import Metric, Param, RunTag

    run_id, known = str(logged.info.run_id), logged.data
    # The same time whenever it is logged: else a curve would get a point more with each repetition.
    when = int(logged.info.start_time)
    metrics = [Metric(name, value, when, 0) for name, value in metrics_of(run.scores).items()]
    params = [Param(name, value) for name, value in params_of(run).items() if name not in known.params]
    own = {"run_folder": str(run.folder), _HEADLINES: json.dumps(headline_metrics(run.scores), ensure_ascii=False)}
    tags = [RunTag(name, value) for name, value in (tags_of(run) | own).items()]
    if _NOTE not in known.tags:
        tags.append(RunTag(_NOTE, describe(run, run_id)))
    for start in range(0, max(len(metrics), _METRICS), _METRICS):
        client.log_batch(run_id, metrics[start : start + _METRICS])
    for start in range(0, max(len(params), len(tags)), _PARAMS):
        client.log_batch(run_id, (), params[start : start + _PARAMS], tags[start : start + _PARAMS])
    _log_input(client, run_id, _input(run))
    if not _is_local(str(logged.info.artifact_uri), run.folder):
        client.log_artifacts(run_id, str(run.folder))


def _log_input(client: "MlflowClient", run_id: str, given: "DatasetInput") -> None:
    """Note what a run was scored on.

    MLflow 3.17 looks whether it knows a data set and then writes it, so that of two jobs of a sweep that end together
    the second finds it there and fails: once it is there, all goes well.
    """
    from mlflow.exceptions import MlflowException

    for attempt in range(_ATTEMPTS):
        try:
            client.log_inputs(run_id, [given])
        except MlflowException:
            if attempt + 1 == _ATTEMPTS:
                raise
            time.sleep(0.2 * (attempt + 1))
        else:
            return


def _is_local(uri: str, folder: Path) -> bool:
    """Whether artifacts at `uri` lie in `folder` itself, as when a run is fetched from its store and logged again."""
    parts = urlsplit(uri)
    return parts.scheme in ("", "file") and Path(unquote(parts.path)).resolve() == folder.resolve()


def _written(path: Path) -> int | None:
    """When a file was written, in milliseconds since 1970; None where there is none."""
    return int(path.stat().st_mtime * 1000) if path.is_file() else None


def _input(run: Run) -> "DatasetInput":
    """The scored documents as an MLflow data set, known by their digest."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    # MLflow keeps 36 characters of a digest.
    name, digest = dataset_of(run.scores), str(run.provenance["gold_sha256"])[:36]
    source = json.dumps({"uri": str(run.folder / GOLD)}, ensure_ascii=False)
    profile = json.dumps({"documents": run.scores.documents})
    dataset = Dataset(name=name, digest=digest, source_type="local", source=source, profile=profile)
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "evaluation")])
