"""A sweep is one parent run with a child run for each of its jobs."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from omegaconf import DictConfig

from harness.cli.pages import say_pages
from harness.config.compose import Composed
from harness.config.folders import slug
from harness.config.overrides import PARENT, is_sweep_over, key_of
from harness.config.parts import build
from harness.data.extras import find
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.show.terminal import isolate, say, show, warn
from harness.tracking.mlflow import Mlflow
from harness.tracking.views import sweep_key

if TYPE_CHECKING:
    from harness.runs.run import Run

MOST_RANKED: Final = 12
"""Runs of a sweep that are ranked unasked: all pairs are tested, at some tenths of a second each on the gold."""


@dataclass(frozen=True)
class Sweep:
    """What holds the jobs of a sweep together: their parent run in the tracking store, if there is one."""

    config: DictConfig
    """The configuration of the sweep, what it sweeps over aside."""
    tracker: Mlflow | None = None
    parent: str = ""

    @classmethod
    def open(cls, composed: Composed, overrides: Sequence[str]) -> "Sweep":
        """A sweep under the user's `overrides`; a tracker that is down costs a warning."""
        config = composed.config
        # Only runs that are scored have a leaderboard to hold.
        tracker = build(config, "tracker", config.packages) if "scorer" in config else None
        # Without MLflow every job says so at its start.
        if not isinstance(tracker, Mlflow) or find("mlflow") is None:
            return cls(config)
        swept = filter(is_sweep_over, composed.overrides)
        if any((key_of(override) or "").partition(".")[0] == "tracker" for override in swept):
            warn("tracker: found several in one sweep, wanted one; the sweep has no parent run")
            return cls(config)
        own = [override for override in overrides if not (key_of(override) or "").startswith(("hydra.", "hydra/"))]
        try:
            parent = tracker.start_parent(config.experiment, own)
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the sweep has no parent run")
            return cls(config)
        return cls(config, tracker, parent)

    @property
    def overrides(self) -> list[str]:
        """What tells the jobs their parent."""
        return [f"{PARENT}={self.parent}"] if self.parent else []

    def rank(self) -> None:
        """Leave a leaderboard of the finished jobs with the parent; what prevents it costs a line, never the sweep."""
        if self.tracker is None:
            return
        try:
            _rank(self.tracker, self.parent, self.config)
        except BrokenPipeError:
            raise
        except Exception as error:
            warn(f"leaderboard: {' '.join(str(error).split())}; the sweep's parent run has none")

    def close(self, *, failed: bool) -> None:
        """Close the parent, if one is open."""
        if self.tracker is None:
            return
        try:
            self.tracker.close_parent(self.parent, failed=failed)
        except Exception as error:
            warn(f"tracker: found {one_line(str(error))}; the sweep's parent run stays open")
            return
        say_pages(self.tracker, self.parent, sweep_key(self.parent))


def _rank(tracker: Mlflow, parent: str, config: DictConfig) -> None:
    """Rank the finished runs of a sweep on each of its data sets; of several, show the runs side by side at last."""
    from harness.runs.run import read_run
    from harness.tracking.lookup import children

    runs = [read_run(folder) for folder in children(tracker, parent)]
    by_gold: dict[str, list[Run]] = {}
    for run in runs:
        by_gold.setdefault(run.scores.dataset, []).append(run)
    best: dict[str, str] = {}
    for name, (gold, ranked) in zip(_board_names(by_gold), by_gold.items(), strict=True):
        try:
            said = _leaderboard(tracker, parent, config, ranked, name)
        except InputError as error:
            if len(by_gold) == 1:
                raise
            # The other data sets are ranked all the same.
            warn(f"leaderboard: {isolate(gold)}: {error}; there is none")
            continue
        best |= {gold: said} if said else {}
    if len(by_gold) > 1:
        _side_by_side(tracker, parent, runs, best)


def _board_names(golds: Collection[str]) -> list[str]:
    """What the files of a leaderboard are called on each data set, given by name and hash.

    The name of the data set comes first, since a list of files cuts names at their end.
    """
    if len(golds) == 1:
        return ["leaderboard"]
    parted = [gold.rpartition("#")[::2] for gold in golds]
    names = [f"{slug(name)}-leaderboard" for name, _ in parted]
    return [
        f"{name}-{digest[:8]}" if names.count(name) > 1 else name
        for name, (_, digest) in zip(names, parted, strict=True)
    ]


def _leaderboard(tracker: Mlflow, parent: str, config: DictConfig, runs: "Sequence[Run]", name: str) -> str:
    """Rank runs on one gold as the sweep's configuration scores them, what it sweeps over aside.

    The sentence that says which is the best; empty where none are ranked.
    """
    from harness.comparison.leaderboard import rank
    from harness.comparison.sheets import best_of, leaderboard_page, leaderboard_sheet
    from harness.runs.run import open_run
    from harness.scoring.scoring import Scoring
    from harness.show.html import html
    from harness.show.markdown import brief, markdown
    from harness.tracking.lookup import attach, log_best, page_of

    if len(runs) < 2:
        return ""
    if len(runs) > MOST_RANKED:
        more = "harness compare RUN RUN RUN ... ranks any number"
        say(f"leaderboard: found {len(runs)} runs, more than the {MOST_RANKED} that a sweep ranks unasked; {more}")
        return ""
    scorers, bootstrap = (build(config, key, config.packages) for key in ("scorer", "bootstrap"))
    leaderboard = rank([open_run(run.folder) for run in runs], Scoring(scorers, str(config.units), bootstrap))
    page = leaderboard_page(leaderboard)
    record = json.dumps(leaderboard.record(), ensure_ascii=False, indent=1, allow_nan=False)
    files = {f"{name}.json": record, f"{name}.md": markdown(page), f"{name}.html": html(page)}
    attach(tracker, parent, files, brief(page, page_of(tracker, parent, f"{name}.html")))
    log_best(tracker, parent, leaderboard.boards, "" if name == "leaderboard" else runs[0].scores.dataset_name)
    say(f"leaderboard on {isolate(runs[0].scores.dataset)}:")
    show(leaderboard_sheet(leaderboard))
    say(f"saved with mlflow run {parent}: {name}.html")
    return best_of(leaderboard.boards[0]) if leaderboard.boards else ""


def _side_by_side(tracker: Mlflow, parent: str, runs: "Sequence[Run]", best: Mapping[str, str]) -> None:
    from harness.comparison.across import across
    from harness.show.html import html
    from harness.show.markdown import brief, markdown
    from harness.tracking.lookup import attach, page_of

    page = across(runs, best)
    files = {"datasets.md": markdown(page), "datasets.html": html(page)}
    # It is what the parent shows first: each leaderboard is of one data set.
    attach(tracker, parent, files, brief(page, page_of(tracker, parent, "datasets.html")))
    show(page.sheets[0])
    say(f"saved with mlflow run {parent}: datasets.html")
