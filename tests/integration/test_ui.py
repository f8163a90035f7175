"""`make ui` as it is written, on a store of its own."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from mlflow import MlflowClient

from tests.stores import answering, free_port

ROOT = Path(__file__).parents[2]
TABLES = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]


@pytest.mark.skipif(not (ROOT / "Makefile").is_file() or shutil.which("make") is None, reason="make: found none")
def test_the_user_interface_shows_the_embedded_store_to_this_machine_only(store: Path) -> None:
    MlflowClient(f"sqlite:///{store}").create_experiment("shown")
    port = free_port()
    # The environment that the tests run in, taken to be up to date; the folder above runs/.
    given = [f"BIN={Path(sys.executable).parent}", f"PORT={port}", f"CURDIR={store.parents[1]}"]
    command = ["make", "--no-print-directory", "-o", ".venv/.ui", "ui", *given]
    log = store.with_name("ui.log")
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
    try:
        uri = answering(f"http://127.0.0.1:{port}", process, log)
        with urllib.request.urlopen(uri, timeout=60) as page:  # noqa: S310 -- our own address
            assert b"MLflow" in page.read()
        assert MlflowClient(uri).get_experiment_by_name("shown") is not None
        # 127.0.0.1 as the kernel writes it: the bytes in reverse.
        assert listening(port) == {"0100007F"}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def listening(port: int) -> set[str]:
    """The addresses on which something listens at `port`, as the kernel writes them."""
    found = set()
    for table in filter(Path.exists, TABLES):
        for line in table.read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, number = local.partition(":")
            # 0A: listening.
            if state == "0A" and int(number, 16) == port:
                found.add(address)
    return found
