"""What a person names a run by: its folder, its id in MLflow, or the newest of a runner."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from harness.comparison.leaderboard import names
from harness.data.files import read_json
from harness.data.near import guess
from harness.data.types import InputError
from harness.runners.ensemble import Ensemble, name_of_run
from harness.runners.processed import Processed
from harness.runners.replay import Replay
from harness.runs.folder import SCORES
from harness.runs.run import read_run
from harness.tracking.mlflow import Mlflow

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
_LATEST: Final = "latest:"


def find_run(name: str, tracker: object) -> Path:
    """The folder of the run `name`: a folder, an MLflow run id, or `latest:RUNNER` of the runs below `runs/`.

    Raises:
        InputError: there is no such run.
    """
    if name.startswith(_LATEST):
        return _latest(name.removeprefix(_LATEST), Path("runs"))
    folder = Path(name).absolute()
    if not name:
        raise InputError("run: found an empty name, wanted the folder of a run, its MLflow id, or latest:RUNNER")
    if not folder.exists() and _RUN_ID.fullmatch(name) and isinstance(tracker, Mlflow):
        return tracker.fetch(name)
    if not folder.is_dir():
        raise InputError(f"run: found {name!r}, wanted the folder of a run, its MLflow id, or latest:RUNNER")
    return folder


def with_found_runs(runner: Any, tracker: object) -> Any:
    """`runner` with the folders of the runs that it, or a runner inside it, names; any other runner as it is.

    Runs that take the place of an ensemble's members are its members by the names that a leaderboard of them has.

    Raises:
        InputError: there is no such run, or one is named twice.
    """
    if isinstance(runner, Processed):
        return replace(runner, of=with_found_runs(runner.of, tracker))
    if isinstance(runner, Replay) and runner.path.startswith(_LATEST):
        return replace(runner, path=str(find_run(runner.path, tracker)))
    if not isinstance(runner, Ensemble):
        return runner
    if runner.runs:
        folders = [find_run(name, tracker) for name in runner.runs]
        members = {name: Replay(str(folder), name) for name, folder in zip(_names(folders), folders, strict=True)}
        return replace(runner, members=members, runs=None)
    if isinstance(runner.members, Sequence):
        return replace(runner, members=[with_found_runs(member, tracker) for member in runner.members])
    found = {name: with_found_runs(member, tracker) for name, member in runner.members.items()}
    return replace(runner, members=found)


def _names(folders: Sequence[Path]) -> list[str]:
    """What the runs in `folders` are called, each otherwise: as in a leaderboard, and members of ensembles by theirs.

    Raises:
        InputError: a folder is named twice.
    """
    twice = next((folder for folder in folders if folders.count(folder) > 1), None)
    if twice is not None:
        raise InputError(f"runner.runs: found {twice} twice, wanted each run once")
    finished = [folder for folder in folders if (folder / SCORES).is_file()]
    known = dict(zip(finished, names([read_run(folder) for folder in finished]) if finished else [], strict=True))
    labels = [known.get(folder) or name_of_run(str(folder)) for folder in folders]
    return [
        f"{label} ({folder})" if labels.count(label) > 1 else label
        for label, folder in zip(labels, folders, strict=True)
    ]


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
