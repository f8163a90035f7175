"""Agreement as a person reads it in a terminal."""

from collections.abc import Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from harness.curate.gamma import ABSENT, is_installed

_ENTITIES: Final = "entities, exact, F1"
_CLAIMS: Final = ("content", "content_soft", "cue", "source", "relation")
_ATTRIBUTES: Final = ("speaker", "quote", "polarity", "certainty")


def show_agreement(found: Mapping[str, Any]) -> None:
    """A column for each pair of passes, a row for each measure, then the caveats."""
    pairs: Mapping[str, Mapping[str, Any]] = found["pairs"]
    table = Table(
        title=f"Agreement over {found['documents']} documents", title_justify="left", box=SIMPLE_HEAD, pad_edge=False
    )
    table.add_column("measure", no_wrap=True)
    for pair in pairs:
        table.add_column(pair, justify="right", no_wrap=True)
    for section in _sections(pairs):
        for name, values in section.items():
            table.add_row(name, *map(_cell, values))
        table.add_section()
    console = Console(highlight=False)
    console.print(table)
    for caveat in found["caveats"]:
        console.print(caveat, markup=False)
    if not is_installed():
        console.print(ABSENT, markup=False)


def _sections(pairs: Mapping[str, Mapping[str, Any]]) -> list[dict[str, list[Any]]]:
    found = list(pairs.values())
    types = sorted({label for pair in found for label in pair["entities"]} - {"micro"})
    empty = {"f1": None}
    return [
        {
            _ENTITIES: [pair["entities"]["micro"]["f1"] for pair in found],
            "spans without types, F1": [pair["spans"]["f1"] for pair in found],
            "gamma": [pair["gamma"] for pair in found],
        },
        {f"  {label}": [pair["entities"].get(label, empty)["f1"] for pair in found] for label in types},
        {f"claims: {name}, F1": [pair["claims"][name] for pair in found] for name in _CLAIMS},
        {f"claims: {name}, accuracy": [pair["claims"][name] for pair in found] for name in _ATTRIBUTES},
        {
            f"{unit}: {name}": [pair[unit][name] for pair in found]
            for unit in ("sentences", "words")
            for name in ("agreement", "kappa")
        },
    ]


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
