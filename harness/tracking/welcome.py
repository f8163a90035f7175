"""What `make ui` says before the server starts: where runs are. `python -m harness.tracking.welcome STORE ADDRESS`.

MLflow's own first page shows none.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from harness.show.sheet import one_line
from harness.show.terminal import isolate, say
from harness.tracking import views
from harness.tracking.lookup import PARENT, search
from harness.tracking.mlflow import Mlflow

_NEWEST: Final = 3


def welcome(store: Path, address: str) -> Iterator[str]:
    """Lines with the addresses of the newest sweeps and runs, then of each experiment, the one that ran last first."""
    if not store.is_file():
        yield f"no runs yet: found no {store}; make evaluate makes some"
        return
    client = Mlflow(store=str(store)).client()
    newest = {}
    for experiment in client.search_experiments():
        runs = client.search_runs([experiment.experiment_id], order_by=["attributes.start_time DESC"], max_results=1)
        if runs:
            newest[experiment] = int(runs[0].info.start_time)
    if not newest:
        yield f"no runs yet in {store}; make evaluate makes some"
    found = search(client, [experiment.experiment_id for experiment in newest]) if newest else ()
    for run in islice((run for run in found if PARENT not in run.data.tags), _NEWEST):
        begun = f"{datetime.fromtimestamp(run.info.start_time / 1000):%d %b %H:%M}"
        yield f"{begun}, {isolate(one_line(run.info.run_name))}:"
        yield f"{address}/{views.run_page(run.info.experiment_id, run.info.run_id)}"
    for experiment in sorted(newest, key=lambda experiment: -newest[experiment]):
        view = views.HEADLINES if f"{views.TAG}{views.HEADLINES}" in experiment.tags else None
        yield f"runs of experiment {isolate(experiment.name)}:"
        yield f"{address}/{views.runs_page(experiment.experiment_id, view)}"


def main() -> None:
    """Say it."""
    store, address = sys.argv[1:]
    for line in welcome(Path(store), address):
        say(line)


if __name__ == "__main__":
    main()
