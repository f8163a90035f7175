"""`harness compare`: two runs, several runs, or what a gold standard can tell apart."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from omegaconf import DictConfig, OmegaConf

from harness.cli.parts import build
from harness.cli.runs import find_run
from harness.comparison.leaderboard import rank
from harness.comparison.pair import compare as compare_two
from harness.comparison.pair import power
from harness.comparison.sheets import (
    comparison_page,
    comparison_sheet,
    leaderboard_page,
    leaderboard_sheet,
    power_sheet,
)
from harness.data.files import write_json
from harness.data.types import InputError
from harness.runs.run import Run, open_run
from harness.scoring.scoring import Scoring
from harness.show.html import html
from harness.show.markdown import markdown
from harness.show.sheet import Page
from harness.show.terminal import isolate, say, show, warn
from harness.tracking.lookup import attach, homes, logged_as
from harness.tracking.mlflow import Mlflow

if TYPE_CHECKING:
    from harness.scoring.bootstrap import Bootstrap
    from harness.scoring.table import Scorer


def scoring(config: DictConfig) -> Scoring:
    """The scorers, units and resampling of a configuration."""
    packages = list(config.packages)
    scorers = {str(name): cast("Scorer", build(config.scorer, str(name), packages)) for name in config.scorer}
    return Scoring(scorers, str(config.units), cast("Bootstrap", build(config, "bootstrap", packages)))


def compare(config: DictConfig) -> int:
    """Compare two runs, rank several, or tell what their gold can tell apart."""
    if config.task not in ("compare", "power"):
        raise InputError(f"task: found {config.task}, wanted compare or power")
    tracker, how = build(config, "tracker", list(config.packages)), scoring(config)
    names = _names(config)
    runs = [open_run(find_run(name, tracker)) for name in names]
    if config.task == "power":
        return _power(config, runs, how)
    how = replace(how, trials=int(_number(config, "trials", 1)))
    if config.runs is None:
        comparison = compare_two(runs[0], runs[1], how)
        show(comparison_sheet(comparison))
        record, page = comparison.record(), comparison_page(comparison)
    else:
        leaderboard = rank(runs, how)
        show(leaderboard_sheet(leaderboard))
        record, page = leaderboard.record(), leaderboard_page(leaderboard)
    out = _out(config, runs)
    files = _written(out, record, page)
    say(f"written: {isolate(str(out / 'compare.json'))}, compare.md, compare.html")
    _log(tracker, names, runs, files)
    return 0


def _names(config: DictConfig) -> list[str]:
    """What the runs are named by, in the order in which they were named."""
    if config.runs is not None:
        if config.task == "power":
            raise InputError("runs: found runs, wanted a and b for task=power")
        if config.b is not None or not OmegaConf.is_missing(config, "a"):
            raise InputError("runs: found a or b beside them, wanted either a and b or runs")
        if isinstance(config.runs, str):
            raise InputError(f"runs: found {config.runs!r}, wanted a list [RUN,RUN,…]")
        return [str(name) for name in config.runs]
    names = [str(config.a)] + ([] if config.b is None else [str(config.b)])
    if config.task == "compare" and len(names) < 2:
        raise InputError("b: found nothing, wanted the run to judge against a")
    return names


def _out(config: DictConfig, runs: Sequence[Run]) -> Path:
    """The folder to write to, made where there is none: that of the run that was named last, if none is named."""
    out = runs[-1].folder if config.out is None else Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    return out


def _written(out: Path, record: dict[str, Any], page: Page) -> dict[str, str]:
    """Write the three forms of a page into `out`; their texts by name."""
    write_json(out / "compare.json", record)
    texts = {"compare.md": markdown(page), "compare.html": html(page)}
    for name, text in texts.items():
        (out / name).write_text(text, encoding="utf-8")
    return {"compare.json": (out / "compare.json").read_text(encoding="utf-8"), **texts}


def _log(tracker: object, names: Sequence[str], runs: Sequence[Run], files: Mapping[str, str]) -> None:
    """Put the page beside the runs in the tracker, each comparison in a folder of its own; a tracker may be down."""
    if not isinstance(tracker, Mlflow):
        return
    digest = hashlib.sha256(json.dumps([run.identity for run in runs]).encode()).hexdigest()[:8]
    try:
        found = [logged_as(tracker, name, run) for name, run in zip(names, runs, strict=True)]
        for run_id in homes(found):
            attach(tracker, run_id, {f"compare/{digest}/{name}": text for name, text in files.items()})
            say(f"logged: compare/{digest} in mlflow run {run_id}")
    except Exception as error:
        warn(f"tracker: found {' '.join(str(error).split())}; the page is not logged")


def _power(config: DictConfig, runs: Sequence[Run], how: Scoring) -> int:
    b = runs[1] if len(runs) > 1 else None
    found = power(runs[0], b, _number(config, "agreement", 0), how)
    assumed = None if b is not None else float(config.agreement)
    show(power_sheet(found, _number(config, "difference", 0), how.bootstrap.level, assumed))
    out = _out(config, runs)
    record = {
        name: {measure: one and asdict(one) for measure, one in measures.items()} for name, measures in found.items()
    }
    write_json(out / "power.json", record)
    say(f"written: {isolate(str(out / 'power.json'))}")
    return 0


def _number(config: DictConfig, key: str, least: float) -> float:
    """The number at `key`; raises InputError where it is none, or below `least`."""
    value = config[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
        raise InputError(f"{key}: found {value!r}, wanted a number of {least:g} or more")
    return value
