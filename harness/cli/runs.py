"""What a person names a run by: its folder, its id in MLflow, or the newest of a runner."""

import re
from pathlib import Path
from typing import Final

from harness.files import read_json
from harness.store import SCORES
from harness.track import Mlflow
from harness.types import InputError

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")


def find_run(name: str, tracker: object) -> Path:
    """The folder of the run `name`: a folder, an MLflow run id, or `latest:RUNNER` of the runs below `runs/`.

    Raises:
        InputError: there is no such run.
    """
    if name.startswith("latest:"):
        return _latest(name.removeprefix("latest:"), Path("runs"))
    folder = Path(name).absolute()
    if not folder.exists() and _RUN_ID.fullmatch(name) and isinstance(tracker, Mlflow):
        return tracker.fetch(name)
    return folder


def _latest(runner: str, root: Path) -> Path:
    """The newest finished run of `runner`: folder names begin with the time."""
    finished = sorted(root.glob(f"*/*/{SCORES}"), key=lambda path: path.parent.name, reverse=True)
    for path in finished:
        if read_json(path).get("runner") == runner:
            return path.parent.absolute()
    raise InputError(f"latest:{runner}: found no finished run of it in {root.absolute()}, wanted one")
