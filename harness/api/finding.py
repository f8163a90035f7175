"""What a person names a run by: its folder, its id in MLflow, or the newest of a runner."""

import re
from pathlib import Path
from typing import Final

from harness.data.files import read_json
from harness.data.near import guess
from harness.data.types import InputError
from harness.runs.folder import SCORES
from harness.tracking.mlflow import Mlflow

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")


def find_run(name: str, tracker: object) -> Path:
    """The folder of the run `name`: a folder, an MLflow run id, or `latest:RUNNER` of the runs below `runs/`.

    Raises:
        InputError: there is no such run.
    """
    if name.startswith("latest:"):
        return _latest(name.removeprefix("latest:"), Path("runs"))
    folder = Path(name).absolute()
    if not name:
        raise InputError("run: found an empty name, wanted the folder of a run, its MLflow id, or latest:RUNNER")
    if not folder.exists() and _RUN_ID.fullmatch(name) and isinstance(tracker, Mlflow):
        return tracker.fetch(name)
    if not folder.is_dir():
        raise InputError(f"run: found {name!r}, wanted the folder of a run, its MLflow id, or latest:RUNNER")
    return folder


def runners_with_runs(root: Path, most: int) -> list[str]:
    """The runners that `latest:RUNNER` finds a run of among the `most` newest below `root`, sorted."""
    return sorted({str(runner) for path in _newest_first(root)[:most] if (runner := _runner_of(path)) is not None})


def _latest(runner: str, root: Path) -> Path:
    """The newest finished run of `runner`, reviewed baselines aside."""
    others: dict[str, None] = {}
    for path in _newest_first(root):
        ran = _runner_of(path)
        if ran == runner:
            return path.parent.absolute()
        others[f"latest:{ran}"] = None
    near = guess(f"latest:{runner}", others)
    raise InputError(f"latest:{runner}: found no finished run of it in {root.absolute()}, wanted one{near}")


def _newest_first(root: Path) -> list[Path]:
    """The scores of the finished runs below `root`."""
    finished = (path for path in root.glob(f"*/*/{SCORES}") if path.parts[-3] != "baseline")
    return sorted(finished, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _runner_of(path: Path) -> object:
    try:
        return read_json(path).get("runner")
    except InputError:
        # Of another's broken run nobody asked.
        return None
