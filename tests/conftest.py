"""What tests share: no hub, a clean environment, a sample data set, and the program as a user calls it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from harness.data import codec
from harness.tracking.mlflow import Mlflow
from tests.forking import PROGRAM, Servers
from tests.samples import EXAMPLES, PREDICTIONS
from tests.stores import Place, cluster, server, without_postgresql

os.environ["HF_HUB_OFFLINE"] = "1"
# Derandomised: what fails on one machine fails on all. No deadline: it would measure how busy the machine is.
settings.register_profile("harness", deadline=None, derandomize=True)
settings.load_profile("harness")


@dataclass(frozen=True)
class Sample:
    """A small gold file with predictions for it."""

    gold: Path
    predictions: Path

    @property
    def overrides(self) -> list[str]:
        """The overrides that score the predictions."""
        return [
            "dataset=jsonl",
            f"dataset.path={self.gold}",
            "runner=replay",
            f"runner.path={self.predictions}",
            "bootstrap.resamples=50",
        ]


@dataclass(frozen=True)
class Done:
    """What a call of the program left behind."""

    code: int
    out: str
    err: str


Harness = Callable[..., Done]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        # COLUMNS: pytest-xdist sets it in its workers, and tables take it for the width of the terminal.
        if name.startswith(("MLFLOW_", "HARNESS_", "GITHUB_")) or name == "COLUMNS":
            monkeypatch.delenv(name)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """The sample data set as files."""
    return write_sample(tmp_path)


def write_sample(folder: Path) -> Sample:
    """The sample data set as files in `folder`."""
    gold, predictions = folder / "sample.jsonl", folder / "predicted.jsonl"
    codec.write_examples(gold, EXAMPLES)
    codec.write_predictions(predictions, PREDICTIONS, [example.document for example in EXAMPLES])
    return Sample(gold, predictions)


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    """The program, called in a process of its own in `tmp_path`."""

    def call(*arguments: str, cwd: Path = tmp_path, **environment: str) -> Done:
        return run_program(arguments, cwd, environment)

    return call


_SERVERS: list[Servers] = []


def run_program(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> Done:
    """Call the program in a process of its own: a copy of one that has imported it, where that makes no difference."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "GITHUB_"))}
    whole = kept | dict(environment)
    if not _SERVERS:
        _SERVERS.append(Servers(kept))
    (servers,) = _SERVERS
    if servers.fit(arguments, whole):
        done = servers.run(arguments, cwd, whole)
    else:
        done = subprocess.run([PROGRAM, *arguments], cwd=cwd, env=whole, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated MLflow store without runs or a default experiment: making one takes seconds, copying it none."""
    store = tmp_path_factory.mktemp("template") / "mlflow.db"
    Mlflow(store=str(store)).connect("template")
    return store


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Path:
    """A migrated store of one's own."""
    path = tmp_path / "runs" / "mlflow.db"
    path.parent.mkdir(exist_ok=True)
    return Path(shutil.copyfile(template, path))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an MLflow server over PostgreSQL, one for all tests."""
    reason = without_postgresql()
    if reason is not None:
        if os.environ.get("CI", "") not in ("", "0", "false"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with cluster() as database, server(tmp_path_factory.mktemp("server"), database) as uri:
        yield uri


# Of one group, so that the processes of pytest-xdist do not start a server each: --dist loadgroup.
@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """The embedded store, and after it a server over PostgreSQL: what holds of one holds of the other."""
    if request.param == "sqlite":
        return Place(Mlflow(store=str(request.getfixturevalue("store"))))
    return Place(Mlflow(uri=str(request.getfixturevalue("postgresql"))), experiment=tmp_path.name)
