"""What MLflow shows first of a run: its headline scores, what exactly they are, and how far to trust them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.comparison.pages import BRIEF, brief, markdown
from harness.comparison.sheets import Page, Sheet
from harness.runs.folder import SCORES
from harness.runs.run import Run
from harness.scoring.baselines import LEGEND, lines, marked
from harness.scoring.selection import stored_headlines
from harness.scoring.signature import headed, parse

_MEASURED: Final = ("scorer", "measure", "value", "interval", "over documents", "gold")


def describe(run: Run, run_id: str) -> str:
    """The description of a run in Markdown, at most `pages.BRIEF` characters; `run_id` is its id in the store."""
    page = _page(run, run_id)
    whole = markdown(page)
    return whole if len(whole) <= BRIEF else brief(page, f"all measures and signatures: {SCORES}")


def _page(run: Run, run_id: str) -> Page:
    scorers = run.scores["scorers"]
    signatures = [str(found["signature"]) for found in scorers.values()]
    rows = [row for name, found in scorers.items() for row in _rows(name, found)]
    agreed = dict.fromkeys(found["agreement"]["note"] for found in scorers.values() if "agreement" in found)
    opening = (
        f"Errors and documents side by side: `harness report run={run_id}` makes `report.html`, beside the run and "
        "under Artifacts here; open it there, or save it and open it in a browser."
    )
    legend = [LEGEND] * any("baselines" in found for found in scorers.values())
    sheet = Sheet(f"Headlines, {_levels(signatures)}", _MEASURED, rows)
    return Page("Scores", _facts(run), [opening, *legend, *agreed], [sheet], signatures)


def _facts(run: Run) -> list[tuple[str, str]]:
    scores = run.scores
    facts = [("runner", str(scores["runner"])), ("gold", str(scores["dataset"]))]
    failed = f", {scores['failures']} failed" if scores["failures"] else ""
    facts.append(("documents", f"{scores['documents']}{failed}"))
    model = run.provenance.get("runner") or {}
    facts += [(name, str(model[name])) for name in ("model", "revision") if model.get(name) is not None]
    return facts + [("remark", str(remark)) for remark in run.provenance.get("remarks", ())]


def _rows(scorer: str, found: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row for each headline measure of a scorer, and one for each of its baselines."""
    for measure in stored_headlines(found):
        numbers = found["measures"][measure]
        value = numbers["value"]
        intervals = [_interval(numbers.get(f"{over}low"), numbers.get(f"{over}high")) for over in ("", "document_")]
        support = found["support"].get(measure.partition("/")[0], found["support"].get("micro", ""))
        shown = list(lines(found, measure))
        head = headed(scorer, found["signature"])
        yield head, marked(measure, shown), "–" if value is None else f"{value:.3f}", *intervals, str(support)
        # A baseline has no interval over documents: its difference, that one's interval, and p.
        yield from ((head, f"{line.name} {line.value:.3f}", *line.cells, "") for line in shown)


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{low:.3f}…{high:.3f}"


def _levels(signatures: list[str]) -> str:
    levels = sorted({100 * parse(one).level for one in signatures})
    return f"{' / '.join(f'{level:.4g} %' for level in levels)} intervals"
