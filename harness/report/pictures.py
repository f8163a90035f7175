"""The pictures that stand beside a page, for viewers that show no HTML."""

from pathlib import Path

from harness.data.extras import find
from harness.report import tables
from harness.report.charts import LEDGER, TYPES, draw_ledger, draw_types
from harness.report.page import Report
from harness.show.terminal import warn


def draw(report: Report, folder: Path) -> list[Path]:
    """F1 by type, and for one run what its boundary errors cost; the files written, none for what a run lacks.

    Without Matplotlib nothing is written, and a line says so.
    """
    if find("matplotlib") is None:
        warn("report: found no matplotlib; no picture is drawn (pip install 'arabic-extraction-harness[plots]')")
        return []
    found = []
    _, rows = tables.types(report.runs)
    if rows:
        draw_types(rows, report.names, folder / TYPES)
        found.append(folder / TYPES)
    analysis = report.analyses[0]
    if len(report.runs) == 1 and analysis is not None and analysis["ledger"] and analysis["ledger"]["classes"]:
        draw_ledger(analysis["ledger"], folder / LEDGER)
        found.append(folder / LEDGER)
    return found
