"""What a tracking store already holds of runs, and pages put beside them.

A page about several runs belongs to their sweep: to the parent run, where all of them are its children. Else every one
of the runs carries it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.comparison.leaderboard import Board
from harness.comparison.sheets import verdict
from harness.runs.folder import SCORES
from harness.runs.run import Run
from harness.show.sheet import Link
from harness.tracking.fields import metric_name, mlflow_name
from harness.tracking.mlflow import Mlflow
from harness.tracking.views import artifact_page

_RUN_ID: Final = re.compile(r"[0-9a-f]{32}")
PARENT: Final = "mlflow.parentRunId"
"""The tag by which a run of a sweep names its parent."""
# A folder that was evaluated into anew has runs that began together.
_NEWEST: Final = ["attributes.start_time DESC", "attributes.end_time DESC"]


@dataclass(frozen=True)
class Logged:
    """A run in the store, and the parent of its sweep, None for a run of its own."""

    run_id: str
    parent: str | None


def logged_as(tracker: Mlflow, name: str, run: Run) -> list[Logged]:
    """What `run` was logged as, newest first; `name` is its id in the store, or whatever else it was named by.

    Raises:
        OSError, mlflow.exceptions.MlflowException: the store cannot be reached.
    """
    if not is_there(tracker):
        return []
    client = tracker.client()
    if _RUN_ID.fullmatch(name) and not Path(name).exists():
        return [_logged(client.get_run(name))]
    experiment = client.get_experiment_by_name(str(run.provenance.get("experiment")))
    if experiment is None:
        return []
    # The folder may hold any characters, which filters have no quotes for; the hash is plain.
    same_gold = f"tags.gold_sha256 = '{run.provenance.get('gold_sha256')}'"
    runs = search(client, [experiment.experiment_id], same_gold)
    folder = run.folder.resolve()
    return [_logged(logged) for logged in runs if Path(logged.data.tags.get("run_folder", "")).resolve() == folder]


def is_there(tracker: Mlflow) -> bool:
    """Whether there may be a store; a missing file is not to be made only to look into it."""
    return tracker.uri is not None or Path(tracker.store).exists()


def homes(runs: Sequence[Sequence[Logged]]) -> list[str]:
    """Where a page about `runs` belongs: their common parent, else every run that is logged, in its newest form."""
    parents = [{logged.parent for logged in forms if logged.parent} for forms in runs]
    common = set.intersection(*parents) if parents else set()
    newest = [logged.parent for forms in runs for logged in forms if logged.parent in common]
    return [str(newest[0])] if newest else list(dict.fromkeys(forms[0].run_id for forms in runs if forms))


def attach(tracker: Mlflow, run_id: str, files: Mapping[str, str], note: str | None = None) -> None:
    """Put texts beside a run as artifacts, by their paths there; `note` becomes its description."""
    client = tracker.client()
    for path, text in files.items():
        client.log_text(run_id, text, path)
    if note is not None:
        client.set_tag(run_id, "mlflow.note.content", note)


def page_of(tracker: Mlflow, run_id: str, path: str) -> Link:
    """A link to a file beside a run, which leads to it on the pages of the same server."""
    experiment = str(tracker.client().get_run(run_id).info.experiment_id)
    return Link(path, artifact_page(experiment, run_id, path))


def log_best(tracker: Mlflow, run_id: str, boards: Sequence[Board], of: str = "") -> None:
    """Give the parent of a sweep the best value of each board as a metric; as a tag the run that has it, and how sure.

    The metrics are called as those of its runs; `of`, the data set where the sweep has several, stands before them.
    """
    values: dict[str, float] = {}
    tags: dict[str, str] = {}
    for board in boards:
        best = board.standings[0]
        if best.rank is None or best.value.value is None:
            continue
        name = f"{mlflow_name(of)}/" * bool(of) + metric_name(board.scorer, board.measure)
        values[name], tags[f"best.{name}"] = best.value.value, f"{best.entrant.name[:500]}, {verdict(board)}"[:5000]
    tracker.log_point(run_id, values, 0)
    for tag, value in tags.items():
        tracker.client().set_tag(run_id, tag, value)


def children(tracker: Mlflow, parent: str) -> list[Path]:
    """The folders of the finished runs of a sweep, as far as they are on this machine, oldest first."""
    client = tracker.client()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    wanted = f"tags.`{PARENT}` = '{parent}' and attributes.status = 'FINISHED'"
    folders = [Path(run.data.tags.get("run_folder", "")) for run in search(client, experiments, wanted)]
    return [folder for folder in reversed(folders) if (folder / SCORES).is_file()]


def search(client: Any, experiments: Sequence[str], wanted: str = "") -> Iterator[Any]:
    """The runs of the store that fit, newest first; the client and its runs are MLflow's."""
    token = None
    while True:
        page = client.search_runs(list(experiments), wanted, order_by=_NEWEST, max_results=1000, page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _logged(run: Any) -> Logged:
    return Logged(str(run.info.run_id), run.data.tags.get(PARENT))
