"""Agreement as a person reads it."""

from collections.abc import Mapping
from typing import Any, Final

from harness.curate.gamma import ABSENT, is_installed
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet

_CLAIMS: Final = ("content", "content_soft", "cue", "source", "relation")
_COUNTS: Final = ("first", "second", "paired")


def agreement_sheet(found: Mapping[str, Any]) -> Sheet:
    """A column for each pair of passes, a row for each measure, then the caveats."""
    passes: list[Mapping[str, Any]] = list(found["pairs"].values())
    types = sorted({label for pair in passes for label in pair["entities"]} - {"micro"})
    attributes = dict.fromkeys(name for pair in passes for name in pair["claims"] if name not in (*_CLAIMS, *_COUNTS))
    empty = {"f1": None}
    rows = [
        ("entities", "exact, F1", [pair["entities"]["micro"]["f1"] for pair in passes]),
        ("entities", "spans without types, F1", [pair["spans"]["f1"] for pair in passes]),
        ("entities", "gamma", [pair["gamma"] for pair in passes]),
        *(("types, F1", label, [pair["entities"].get(label, empty)["f1"] for pair in passes]) for label in types),
        *(("claims, F1", name, [pair["claims"][name] for pair in passes]) for name in _CLAIMS),
        *(("claims, accuracy", name, [pair["claims"][name] for pair in passes]) for name in attributes),
        *((unit, name, [pair[unit][name] for pair in passes]) for unit in ("sentences", "words")
          for name in ("agreement", "kappa")),
    ]  # fmt: skip
    # What the schema does not annotate has nothing to agree on.
    heads = {head for head, _, values in rows if any(value is not None for value in values)}
    rows = [row for row in rows if row[0] in heads]
    return Sheet(
        f"Agreement over {formats.counted(found['documents'], 'document')}",
        [Column("", "words"), Column("measure", "words"), *map(Column, found["pairs"])],
        [Row([head, name, *map(formats.value, values)]) for head, name, values in rows],
        [*found["caveats"], *[ABSENT] * (not is_installed())],
        heads=1,
        key=1,
    )
