"""What `make ui` says before the server does: where the runs are. `python -m harness.tracking.welcome STORE ADDRESS`.

MLflow's own first page shows none.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from harness.show.terminal import isolate, say
from harness.tracking import views
from harness.tracking.mlflow import Mlflow


def welcome(store: Path, address: str) -> Iterator[str]:
    """Lines with the address of each experiment of a store that holds runs, that with the newest run first."""
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
