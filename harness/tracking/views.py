"""Addresses of MLflow's pages, and the views of its table of runs that open there.

MLflow 3 opens on pages for conversations, where runs are not to be found, unless the address names the other workflow.
Its table shows no metric unless columns are chosen; what was chosen can be kept as a view, which is a tag of the
experiment: `mlflow.sharedViewState.KEY`, JSON as "Views" on the page writes it (MLflow 3.17; a server that knows no
views ignores it). An address that names a view and a filter as well gets the filter alone.
"""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

HEADLINES: Final = "headlines"
"""The key of the view of all runs of an experiment."""

TAG: Final = "mlflow.sharedViewState."
"""What stands before the key of a view in the tag that holds it."""

MOST_SWEEPS: Final = 20
"""Views of sweeps that an experiment keeps: each is a line in a menu, and MLflow sends all of them with every page."""

_SWEEP: Final = "sweep-"
_COLUMNS: Final = 10
_FIGURES: Final = "run/"
_MOST_FIGURES: Final = 4
_NAME, _CREATED = "attributes.`Run Name`", "runDateAndNestInfo"
_WORKFLOW: Final = ("workflowType", "machine_learning")


def runs_page(experiment: str, view: str | None = None) -> str:
    """The page of the runs of an experiment, below a server's address; with the columns of a view."""
    query = urlencode([_WORKFLOW, *([("viewStateShareKey", view)] if view else [])])
    return f"#/experiments/{experiment}/runs?{query}"


def run_page(experiment: str, run_id: str) -> str:
    """The page of a run, below a server's address."""
    return f"#/experiments/{experiment}/runs/{run_id}?{urlencode([_WORKFLOW])}"


def artifact_page(experiment: str, run_id: str, path: str) -> str:
    """The page of a file beside a run, below a server's address."""
    return f"#/experiments/{experiment}/runs/{run_id}/artifacts/{quote(path)}?{urlencode([_WORKFLOW])}"


def without_user(uri: str | None) -> str:
    """The address of a server without a name and password in it."""
    parts = urlsplit(uri or "")
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")


def sweep_key(parent: str) -> str:
    """The key of the view of a sweep."""
    return f"{_SWEEP}{parent[:8]}"


def view(name: str, metrics: Sequence[str], parent: str | None = None) -> str:
    """The tag of a view: all runs, or the children of `parent`, by the first of `metrics`, and columns for all of them.

    The best stand first. What runs cost (`run/…`) stands beside the first measure, before the others. The column of
    names is wide enough for the overrides that tell runs apart.
    """
    first, *others = widened(metrics, []) or [""]
    shown = [first, *sorted(others, key=lambda metric: not metric.startswith(_FIGURES))] if first else []
    named = [f"metrics.`{metric}`" for metric in shown]
    state = {
        "searchFilter": f"tags.`mlflow.parentRunId` = '{parent}'" if parent else "",
        "orderByKey": named[0] if named else "attributes.start_time",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": [*named, "params.`dataset`"],
        # Widths count only for columns that stand in the order.
        "columnOrder": [_NAME, _CREATED, *named],
        "columnWidths": {_NAME: 300, _CREATED: 160, **{column: 7 * len(column) for column in named}},
    }
    now = int(time.time() * 1000)
    return json.dumps({"name": name, "createdAt": now, "updatedAt": now, "state": json.dumps(state)})


def columns(tags: Mapping[str, str]) -> list[str]:
    """The metrics that the view of all runs has columns for, in an experiment with these tags; none without a view."""
    try:
        shown = json.loads(json.loads(tags[f"{TAG}{HEADLINES}"])["state"])["selectedColumns"]
        return [column[len("metrics.`") : -1] for column in shown if column.startswith("metrics.`")]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def widened(shown: Sequence[str], metrics: Sequence[str]) -> list[str]:
    """The metrics of a view with those that it lacks, as far as there is room; what runs cost last."""
    every = [*dict.fromkeys((*shown, *metrics))]
    measures, figures = ([name for name in every if name.startswith(_FIGURES) == of] for of in (False, True))
    return [*measures[:_COLUMNS], *figures[:_MOST_FIGURES]]


def outdated(tags: Mapping[str, str]) -> list[str]:
    """The tags of the oldest views of sweeps, which make room for another."""
    made = {}
    for tag, value in tags.items():
        if tag.startswith(f"{TAG}{_SWEEP}"):
            try:
                made[tag] = int(json.loads(value)["createdAt"])
            except (KeyError, TypeError, ValueError):
                continue
    newest = sorted(made, key=lambda tag: made[tag], reverse=True)
    return newest[MOST_SWEEPS - 1 :]
