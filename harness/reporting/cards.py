"""Claims as cards: source, cue and content of one claim held together, gold beside what each run made of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.data.types import Claim
from harness.reporting.documents import View
from harness.reporting.marks import Note
from harness.scoring.claims import SPEAKER

ROLES = ("source", "cue", "content")
"""In the order in which a claim is read: who says what."""


@dataclass(frozen=True, slots=True)
class Part:
    """A role or attribute of a claim; `link` is where a role stands in the text."""

    name: str
    text: str | None
    link: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One claim."""

    id: str
    name: str
    group: str
    roles: Sequence[Part]
    attributes: Sequence[Part]
    notes: Sequence[Note]


def claim_rows(view: View) -> list[list[Card | None]]:
    """A row for each claim of the gold, then for each that only a run has; None where a side has no such claim."""
    rows = []
    for number in range(len(view.side("claims", None).claims or ())):
        found = (_paired(view, place, number) for place in range(len(view.runs)))
        predicted = [_card(view, place, other) for place, other in enumerate(found)]
        rows.append([_card(view, None, number), *predicted])
    for place, run in enumerate(view.runs):
        pairs = run.pairs.get(view.document.id, {})
        for number in range(len(view.side("claims", place).claims or ())):
            if number not in pairs:
                row: list[Card | None] = [None] * (1 + len(view.runs))
                row[1 + place] = _card(view, place, number)
                rows.append(row)
    return rows


def _paired(view: View, place: int, number: int) -> int | None:
    """The claim of run `place` that is paired with a gold one."""
    pairs = view.runs[place].pairs.get(view.document.id, {})
    return next((predicted for predicted, gold in pairs.items() if gold == number), None)


def _card(view: View, place: int | None, number: int | None) -> Card | None:
    if number is None:
        return None
    claim, item = (view.side("claims", place).claims or ())[number], view.item("claims", place, number)
    wrong = set() if place is None else _wrong(view, place, number)
    return Card(
        id=item,
        name=view.claim_name(place, number),
        group=view.group(place, number),
        roles=[Part(role, _text(view, claim, role), f"{item}-{role}", role in wrong) for role in ROLES],
        attributes=[
            Part(name, claim.speaker if name == SPEAKER else claim.attributes.get(name), "", name in wrong)
            for name in (SPEAKER, *view.attributes)
        ],
        notes=view.notes("claims", place, number),
    )


def _text(view: View, claim: Claim, role: str) -> str | None:
    span = getattr(claim, role)
    return None if span is None else view.document.text[span.start : span.end]


def _wrong(view: View, place: int, number: int) -> set[str]:
    """The parts in which a claim of run `place` differs from its gold one."""
    linked = {note.error for note in view.notes("claims", place, number)}
    return {label for shown in view.errors if shown.id in linked for label in shown.error.labels}
