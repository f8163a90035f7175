"""A sweep is one parent run with a child run for each of its jobs."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, open_dict, read_write

from harness.cli.jobs import slug
from harness.cli.overrides import PARENT, unquote
from harness.cli.parts import build
from harness.data.extras import find
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.show.terminal import isolate, say, show, warn
from harness.tracking.mlflow import Mlflow

if TYPE_CHECKING:
    from harness.runs.run import Run

MOST_RANKED: Final = 12
"""Runs of a sweep that are ranked unasked: all pairs are tested, at some tenths of a second each on the gold."""


class ParentRun(Callback):
    """Opens the parent before the first job and hands its id to every job as an override.

    Hydra skips the end of a sweep when a job fails, so that whoever started the sweep must `close` it in any case.
    """

    opened: ClassVar[tuple[Mlflow, str, DictConfig] | None] = None

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Open the parent; a tracker that is down costs a warning."""
        tracker = build(config, "tracker", config.packages)
        # Without MLflow every job says so at its start; Hydra would swallow what is raised here.
        if not isinstance(tracker, Mlflow) or find("mlflow") is None:
            return
        overrides = config.hydra.overrides.task
        if _sweeps_over_trackers(overrides):
            warn("tracker: found several in one sweep, wanted one; the sweep has no parent run")
            return
        try:
            parent = tracker.start_parent(config.experiment, " ".join(map(unquote, overrides)) or "sweep")
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the sweep has no parent run")
            return
        ParentRun.opened = (tracker, parent, config)
        with read_write(config), open_dict(config):
            overrides.append(f"{PARENT}={parent}")

    @classmethod
    def rank(cls) -> None:
        """Leave a leaderboard of the finished jobs with the parent; what prevents it costs a line, never the sweep."""
        if cls.opened is None:
            return
        try:
            _rank(*cls.opened)
        except BrokenPipeError:
            raise
        except Exception as error:
            warn(f"leaderboard: {' '.join(str(error).split())}; the sweep's parent run has none")

    @classmethod
    def close(cls, *, failed: bool) -> None:
        """Close the parent, if one is open."""
        if cls.opened is None:
            return
        tracker, parent, _ = cls.opened
        cls.opened = None
        try:
            tracker.close_parent(parent, failed=failed)
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the sweep's parent run stays open")


def _rank(tracker: Mlflow, parent: str, config: DictConfig) -> None:
    """Rank the finished runs of a sweep on each of its data sets; of several, show the runs side by side at last."""
    from harness.runs.run import read_run
    from harness.tracking.lookup import children

    runs = [read_run(folder) for folder in children(tracker, parent)]
    by_gold: dict[str, list[Run]] = {}
    for run in runs:
        by_gold.setdefault(str(run.scores["dataset"]), []).append(run)
    for gold, ranked in by_gold.items():
        if len(by_gold) == 1:
            _leaderboard(tracker, parent, config, ranked, "leaderboard")
            continue
        try:
            _leaderboard(tracker, parent, config, ranked, f"leaderboard-{slug(gold)}")
        except InputError as error:
            # The other data sets are ranked all the same.
            warn(f"leaderboard: {isolate(gold)}: {error}; there is none")
    if len(by_gold) > 1:
        _side_by_side(tracker, parent, runs)


def _leaderboard(tracker: Mlflow, parent: str, config: DictConfig, runs: "Sequence[Run]", name: str) -> None:
    """Rank runs on one gold as the sweep's configuration scores them, what it sweeps over aside."""
    from harness.cli.comparisons import scoring
    from harness.comparison.leaderboard import rank
    from harness.comparison.sheets import leaderboard_page, leaderboard_sheet
    from harness.runs.run import open_run
    from harness.show.html import html
    from harness.show.markdown import brief, markdown
    from harness.tracking.lookup import attach

    if len(runs) < 2:
        return
    if len(runs) > MOST_RANKED:
        more = "harness compare runs=[RUN,RUN,…] ranks any number"
        say(f"leaderboard: found {len(runs)} runs, more than the {MOST_RANKED} that a sweep ranks unasked; {more}")
        return
    how = scoring(config)
    found = rank([open_run(run.folder) for run in runs], how)
    page = leaderboard_page(found)
    record = json.dumps(found.record(), ensure_ascii=False, indent=1, allow_nan=False)
    files = {f"{name}.json": record, f"{name}.md": markdown(page), f"{name}.html": html(page)}
    attach(tracker, parent, files, brief(page, f"{name}.html"))
    say(f"leaderboard on {isolate(str(runs[0].scores['dataset']))}:")
    show(leaderboard_sheet(found))
    say(f"leaderboard: with the sweep's mlflow run {parent}")


def _side_by_side(tracker: Mlflow, parent: str, runs: "Sequence[Run]") -> None:
    from harness.comparison.across import across
    from harness.show.html import html
    from harness.show.markdown import brief, markdown
    from harness.tracking.lookup import attach

    page = across(runs)
    files = {"datasets.md": markdown(page), "datasets.html": html(page)}
    # It is what the parent shows first: each leaderboard is of one data set.
    attach(tracker, parent, files, brief(page, "datasets.html"))
    show(page.sheets[0])
    say(f"side by side: with the sweep's mlflow run {parent}")


def _sweeps_over_trackers(overrides: Sequence[str]) -> bool:
    parsed = OverridesParser.create().parse_overrides(list(overrides))
    return any(one.is_sweep_override() and one.key_or_group.partition(".")[0] == "tracker" for one in parsed)
