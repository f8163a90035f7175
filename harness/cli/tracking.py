"""`harness track`: a finished run is logged again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.api.finding import find_run
from harness.cli.command import Command, Job, single
from harness.cli.pages import say_pages
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.runs.evaluate import Tracker
from harness.show.terminal import say
from harness.tracking.mlflow import Mlflow


@dataclass(frozen=True)
class Track(Command):
    """Log a finished run, for instance after the tracker was down."""

    run: str
    tracker: Tracker

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness track RUN`."""
        return single("run", names)

    def execute(self, _: Job, /) -> int:
        """Log the run; a tracker that is down is an error here."""
        if isinstance(self.tracker, Mlflow):
            self.tracker.check()
        folder = find_run(self.run, self.tracker)
        try:
            logged = self.tracker.log(folder)
        except InputError:
            raise
        except Exception as error:
            raise InputError(f"tracker: found {one_line(str(error))}, wanted a store that answers") from error
        if logged is None:
            raise InputError("tracker: found none, wanted one to log to")
        say(f"logged as {logged}")
        say_pages(self.tracker, logged)
        return 0
