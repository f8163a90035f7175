"""A sweep is one parent run with a child run for each of its jobs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, open_dict, read_write

from harness.cli.overrides import PARENT, unquote
from harness.terminal import warn
from harness.track import Mlflow
from harness.wire import build


class ParentRun(Callback):
    """Opens the parent before the first job and hands its id to every job as an override.

    Hydra skips the end of a sweep when a job fails, so that whoever started the sweep must `close` it in any case.
    """

    opened: ClassVar[tuple[Mlflow, str] | None] = None

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Open the parent; a tracker that is down costs a warning."""
        tracker = build(config, "tracker", config.packages)
        if not isinstance(tracker, Mlflow):
            return
        overrides = config.hydra.overrides.task
        if _sweeps_over_trackers(overrides):
            warn("tracker: found several in one sweep, wanted one; the sweep has no parent run")
            return
        try:
            parent = tracker.start_parent(config.experiment, " ".join(map(unquote, overrides)) or "sweep")
        except Exception as error:
            warn(f"tracker: found {error}; the sweep has no parent run")
            return
        ParentRun.opened = (tracker, parent)
        with read_write(config), open_dict(config):
            overrides.append(f"{PARENT}={parent}")

    @classmethod
    def close(cls, *, failed: bool) -> None:
        """Close the parent, if one is open."""
        if cls.opened is None:
            return
        tracker, parent = cls.opened
        cls.opened = None
        try:
            tracker.close_parent(parent, failed=failed)
        except Exception as error:
            warn(f"tracker: found {error}; the sweep's parent run stays open")


def _sweeps_over_trackers(overrides: Sequence[str]) -> bool:
    parsed = OverridesParser.create().parse_overrides(list(overrides))
    return any(one.is_sweep_override() and one.key_or_group.partition(".")[0] == "tracker" for one in parsed)
