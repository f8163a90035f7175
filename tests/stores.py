"""Real stores for tests: the embedded one, and MLflow servers over SQLite and PostgreSQL."""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Run as LoggedRun

from harness.tracking.mlflow import Mlflow


@dataclass(frozen=True)
class Place:
    """Where a test logs to: a store, and an experiment that no other test knows."""

    tracker: Mlflow
    experiment: str = "default"

    @property
    def overrides(self) -> list[str]:
        """The overrides that make the program log there."""
        store = f"tracker.store={self.tracker.store}" if self.tracker.uri is None else f"tracker.uri={self.tracker.uri}"
        return [store, f"experiment={self.experiment}"]

    @property
    def client(self) -> MlflowClient:
        """A client that knows nothing of the harness."""
        return MlflowClient(self.tracker.uri or f"sqlite:///{self.tracker.store}")

    def runs(self) -> list[LoggedRun]:
        """The runs of the experiment."""
        found = self.client.get_experiment_by_name(self.experiment)
        return list(self.client.search_runs([found.experiment_id])) if found else []

    def artifacts(self, run_id: str) -> set[str]:
        """The paths of a run's artifacts, as far as they lie at the top."""
        return {file.path for file in self.client.list_artifacts(run_id)}


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def server(folder: Path, backend: str) -> Iterator[str]:
    """A real MLflow server on the loopback interface over the database `backend`; its address."""
    port = str(free_port())
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    stores = ["--backend-store-uri", backend, "--artifacts-destination", str(folder / "files")]
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen([*command, *stores], env=environment, stdout=log, stderr=log)
        try:
            yield answering(f"http://127.0.0.1:{port}", process, folder / "server.log")
        finally:
            process.terminate()
            process.wait(timeout=60)


def answering(uri: str, process: "subprocess.Popen[bytes]", log: Path) -> str:
    """`uri`, as soon as the server there answers; patience for a busy machine."""
    for _ in range(3000):
        try:
            with urllib.request.urlopen(f"{uri}/health", timeout=5):  # noqa: S310 -- our own address
                return uri
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise TimeoutError(log.read_text())


def without_postgresql() -> str | None:
    """Why no test can use PostgreSQL, None where it can."""
    if _binaries() is None:
        return "postgresql: found no initdb, wanted Debian's package postgresql (apt-get install postgresql)"
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg: found none, wanted it installed (the extra test)"
    return None


@contextmanager
def cluster() -> Iterator[str]:
    """A temporary PostgreSQL cluster that listens on a Unix socket only; its address for SQLAlchemy.

    As another user where we are root, whom initdb refuses.
    """
    binaries, owner = _binaries(), _owner()
    assert binaries is not None
    # Not below pytest's folders, which another user may not enter; nor may the path of a socket be long.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    identity = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    made = [binaries / "initdb", "-D", folder / "data", "-U", "harness", "-A", "trust", "-E", "UTF8", "--no-sync"]
    quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    serving = [binaries / "postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", *quick]
    try:
        with (folder / "log").open("w") as log:
            subprocess.run([*made, "--locale=C"], check=True, cwd="/", stdout=log, stderr=log, **identity)  # type: ignore[call-overload]
            process = subprocess.Popen(serving, cwd="/", stdout=log, stderr=log, **identity)  # type: ignore[call-overload]
            try:
                _wait(folder, process)
                yield f"postgresql+psycopg://harness@/postgres?host={folder}"
            finally:
                # A fast shutdown, which waits for no client.
                process.send_signal(signal.SIGINT)
                process.wait(timeout=60)
    finally:
        shutil.rmtree(folder)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    import psycopg

    for _ in range(3000):
        assert process.poll() is None, (folder / "log").read_text()
        with suppress(psycopg.OperationalError), psycopg.connect(f"host={folder} user=harness dbname=postgres"):
            return
        time.sleep(0.1)
    raise TimeoutError((folder / "log").read_text())


def _binaries() -> Path | None:
    """The folder of PostgreSQL's programs: Debian keeps initdb and postgres off the path."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).resolve().parent if found else kept[-1].parent if kept else None


def _owner() -> pwd.struct_passwd | None:
    """Who is to own a cluster: ourselves (None), unless we are root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
