"""`harness report`: a page about one run, or about two."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from omegaconf import DictConfig

from harness.cli.comparisons import scoring
from harness.cli.parts import build
from harness.cli.runs import find_run
from harness.data.types import InputError
from harness.report.page import Report, Settings
from harness.runs.run import Run, open_run
from harness.show.terminal import isolate, say, warn
from harness.tracking.lookup import attach, homes, logged_as
from harness.tracking.mlflow import Mlflow

PAGE: Final = "report.html"


def report(config: DictConfig) -> int:
    """Write the page with its pictures, and put them beside the runs in the tracker."""
    names, settings = _names(config), _settings(config)
    if not isinstance(config.log, bool):
        raise InputError(f"log: found {config.log!r}, wanted true or false")
    tracker = build(config, "tracker", list(config.packages))
    runs = [open_run(find_run(name, tracker)) for name in names]
    made = Report(runs, settings)
    page = made.html
    out = runs[-1].folder if config.out is None else Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(page, encoding="utf-8")
    pictures = made.draw(out)
    say(", ".join((f"written: {isolate(str(out / PAGE))}", *(path.name for path in pictures))))
    if config.log:
        _log(tracker, list(zip(names, runs, strict=True)), page, pictures)
    return 0


def _names(config: DictConfig) -> list[str]:
    """What the runs are named by."""
    if (config.run is None) == (config.runs is None):
        found = "neither" if config.run is None else "both"
        raise InputError(f"run, runs: found {found}, wanted run=RUN or runs=[A,B]")
    if config.run is not None:
        return [str(config.run)]
    names = [] if isinstance(config.runs, str) else [str(name) for name in config.runs]
    if len(names) != 2:
        raise InputError(f"runs: found {config.runs}, wanted two: [A,B]")
    return names


def _settings(config: DictConfig) -> Settings:
    trials, documents = (int(_number(config, key, whole=True)) for key in ("trials", "documents"))
    return Settings(replace(scoring(config), trials=trials), documents, _number(config, "megabytes", whole=False))


def _number(config: DictConfig, key: str, *, whole: bool) -> float:
    value = config[key]
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not value > 0:
        raise InputError(f"{key}: found {value!r}, wanted a {'whole number' if whole else 'number'} above 0")
    return float(value)


def _log(tracker: object, runs: Sequence[tuple[str, Run]], page: str, pictures: Sequence[Path]) -> None:
    """Put the page beside the runs in the tracker; a page about two in a folder of its own. A tracker may be down."""
    if not isinstance(tracker, Mlflow):
        return
    digest = hashlib.sha256("".join(run.identity for _, run in runs).encode()).hexdigest()[:8]
    folder = "" if len(runs) == 1 else f"report/{digest}"
    try:
        found = [logged_as(tracker, name, run) for name, run in runs]
        for run_id in homes(found) if len(runs) > 1 else [one.run_id for one in found[0][:1]]:
            attach(tracker, run_id, {f"{folder}/{PAGE}".lstrip("/"): page})
            for picture in pictures:
                tracker.client().log_artifact(run_id, str(picture), folder or None)
            say(f"logged: {f'{folder}/{PAGE}'.lstrip('/')} in mlflow run {run_id}")
    except Exception as error:
        warn(f"tracker: found {' '.join(str(error).split())}; the page is not logged")
