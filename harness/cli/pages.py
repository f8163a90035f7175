"""Where a browser shows what was logged."""

from harness.show.terminal import say
from harness.tracking.mlflow import Mlflow
from harness.tracking.views import HEADLINES


def say_pages(tracker: object, run_id: str, view: str = HEADLINES) -> None:
    """Say how to see a logged run, and the runs beside it in the columns of `view`; nothing where no store answers.

    An address stands on a line of its own, where a terminal makes a link of it.
    """
    if not isinstance(tracker, Mlflow):
        return
    try:
        addresses = {"page": tracker.address(run_id), "runs": tracker.address(run_id, view)}
    except Exception:
        # It was logged, and said so; only the page is missing.
        return
    port = " (with PORT=5001: 5001 in place of 5000)" if tracker.starting == "make ui" else ""
    say(f"in MLflow{f', after: {tracker.starting}{port}' if tracker.starting else ''}")
    for name, address in addresses.items():
        say(f"{name}: {address}")
