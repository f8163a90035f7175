"""What a run's documents share with training text, as tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.runs.scores import RunScores
from harness.scoring.signature import headed
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet, one_line
from harness.show.terminal import isolate

_KINDS: Final = ("overlapping", "contained")


def overlap_sheets(scores: RunScores, name: str = "") -> list[Sheet]:
    """The headlines of documents without and with shared text, and the documents that share most.

    Empty where no training text was given; `name` is what the run is called, if it is not the only one.
    """
    leak = scores.leak
    if leak is None:
        return []
    training = isolate(one_line(Path(leak["path"]).name))
    of = f" of {isolate(one_line(name))}" if name else ""
    with_shared = leak["overlapping"]["documents"]
    # Layers may lack some of the documents.
    heads = {"without": leak["documents"] - with_shared, "with": with_shared}
    columns = [Column("scorer", "words"), Column("measure", "words")]
    for kind, count in heads.items():
        columns += [Column(f"{kind} ({count})"), Column(f"interval {kind}", short="interval")]
    rows = []
    for scorer, measures in leak["scores"].items():
        head = headed(scorer, scores.scorers[scorer].signature or None)
        rows += [
            Row([head, measure, *_cells(sides["without"]), *_cells(sides["with"])])
            for measure, sides in measures.items()
        ]
    shares = {kind: f"{leak[kind]['documents']} ({formats.value(leak[kind]['share'])})" for kind in _KINDS}
    notes = [
        f"with: {shares['overlapping']} documents share {leak['words']} words in a row with it, or if they are "
        "shorter all of their sentences",
        f"of {shares['contained']} documents nine words in ten stand in sentences that it has too",
    ]
    caption = f"Overlap{of} with {training}, documents: {leak['documents']}"
    apart = Sheet(caption, columns, rows, notes, heads=1, key=1)
    if not leak["worst"]:
        return [apart]
    listed = []
    for row in leak["worst"]:
        shared, copied = f"{row['shared']} of {row['runs']}", f"{row['copied']} of {row['sentences']}"
        listed.append(Row([isolate(one_line(row["document"])), shared, copied, "yes" if row["contained"] else ""]))
    heading = f"runs of {leak['words']} words"
    columns = [Column("document", "name"), Column(heading), Column("sentences"), Column("contained", "words")]
    return [apart, Sheet(f"Documents{of} that share most with {training}", columns, listed)]


def overlap_metrics(leak: Mapping[str, Any]) -> dict[str, float]:
    """Shares of documents, and the defined headlines without and with shared text, by `SCORER/MEASURE/KIND`."""
    found = {f"{name}_documents": float(leak[name]["documents"]) for name in _KINDS}
    found |= {f"{name}_share": leak[name]["share"] for name in _KINDS}
    found |= {
        f"{scorer}/{measure}/{kind}": side["value"]
        for scorer, measures in leak["scores"].items()
        for measure, sides in measures.items()
        for kind, side in sides.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _cells(side: Mapping[str, Any]) -> list[str]:
    low, high = side["low"], side["high"]
    if side["value"] is None:
        return ["", "no documents" if not side["documents"] else ""]
    return [
        formats.value(side["value"]),
        "too few units" if low is None or high is None else formats.interval(low, high),
    ]
