"""What MLflow shows first of a run: its headline scores, what exactly they are, and how far to trust them."""

from harness.runs.folder import SCORES
from harness.runs.run import Run
from harness.runs.sheet import figures_sheet, headline_measures, levels, scores_sheet
from harness.show import formats
from harness.show.markdown import BRIEF, brief, markdown
from harness.show.sheet import Code, Page


def describe(run: Run, run_id: str) -> str:
    """The description of a run in Markdown, at most `BRIEF` characters; `run_id` is its id in the store."""
    scores = run.scores
    failed = f", {scores.failures} failed" if scores.failures else ""
    model = run.provenance.get("runner") or {}
    facts = [
        ("runner", scores.runner),
        ("gold", scores.dataset),
        ("documents", f"{scores.documents}{failed}"),
        *((name, str(model[name])) for name in ("model", "revision") if model.get(name) is not None),
        *(("remark", str(remark)) for remark in run.provenance.get("remarks", ())),
        ("errors and documents side by side", Code(f"harness report {run_id}")),
    ]
    note = (
        "The report is made beside the run and under Artifacts here, as report.html; open it there, or save it and "
        "open it in a browser."
    )
    caption = f"Headlines, {formats.percents(levels(scores.scorers.values()))} intervals"
    sheet = scores_sheet(scores, headline_measures(scores), caption)
    figures = figures_sheet(scores)
    sheets = [sheet] if figures is None else [sheet, figures]
    page = Page("Scores", facts, [note], sheets, scores.signatures)
    whole = markdown(page)
    return whole if len(whole) <= BRIEF else brief(page, f"all measures and signatures: {SCORES}")
