"""What to look at next: where good systems agree against the gold, where passes differed, what is worth annotating.

A suggestion is a place to read again under the guidelines, and no more: systems that learned from like data err alike.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, NamedTuple

from harness.curate.build import votes
from harness.curate.changes import excerpt
from harness.curate.decisions import INCLUDE, Decision, items_of
from harness.curate.release import Release
from harness.curate.reviews import Reviewed
from harness.data.jsonl import FieldError, dump, parse_json
from harness.data.types import Annotation, Example
from harness.show.formats import counted
from harness.show.sheet import Column, Row, Sheet

Answers = Mapping[str, Annotation]
"""What a system found, by document."""

_LEAST: Final = 2
"""Systems of which agreement says something."""


@dataclass(frozen=True)
class Suggestion:
    """An item to look at, and why; `is_gold` tells whether it is in the gold."""

    document: str
    layer: str
    item: str
    why: str
    is_gold: bool

    def line(self) -> str:
        """As a line of JSON, as the page of a review takes it."""
        record = {"document": self.document, "layer": self.layer, "item": parse_json(self.item.encode())}
        return dump({**record, "why": self.why})


class Worth(NamedTuple):
    """A text that is not annotated yet, and how much its annotation would narrow intervals."""

    document: str
    gain: float
    types: Mapping[str, int]


def against_gold(reviewed: Reviewed, systems: Mapping[str, Answers]) -> list[Suggestion]:
    """Items that all systems have and the gold has not, then items of the gold that no system has.

    Of documents that every system answered, in the order of the gold; mentions and sentences, compared exactly.
    """
    if len(systems) < _LEAST:
        return []
    said = f"all {len(systems)} systems"
    extra, missed = [], []
    for (document, layer), gold in reviewed.items.items():
        answers = [answers.get(document) for answers in systems.values()]
        if layer == "claims" or any(answer is None for answer in answers):
            continue
        found: Counter[str] = Counter()
        for answer in answers:
            try:
                items = items_of(reviewed.documents[document], answer or Annotation(), reviewed.schema)
            except FieldError:
                items = {}
            found.update(items.get(layer, ()))
        extra += [
            Suggestion(document, layer, item, f"{said} have it, the gold has not", False)
            for item, count in found.items()
            if count == len(systems) and item not in set(gold)
        ]
        missed += [
            Suggestion(document, layer, item, f"none of {len(systems)} systems has it", True)
            for item in gold
            if not found[item]
        ]
    return [*extra, *missed]


def disputed(release: Release, decisions: Sequence[Decision]) -> list[Suggestion]:
    """Items that only some passes have, with what was decided."""
    decided = {(decision.document, decision.layer, decision.item): decision for decision in decisions}
    suggestions = []
    for (document, layer), counts in votes(release).items():
        for item, count in counts.items():
            if count == len(release.passes):
                continue
            decision = decided.get((document, layer, item))
            said = "undecided" if decision is None else f"{decision.action} by {' '.join(decision.rules)}"
            why = f"{count} of the {len(release.passes)} passes: {said}"
            is_gold = decision is not None and decision.action == INCLUDE
            suggestions.append(Suggestion(document, layer, item, why, is_gold))
    return suggestions


def worth_annotating(gold: Sequence[Example], pool: Mapping[str, Annotation]) -> list[Worth]:
    """Texts of `pool` by how much their annotation would narrow the intervals of types, the most first.

    An interval is about as wide as one over the root of how many mentions of its type there are. A text gains, for each
    type, what that shrinks by if its mentions are as many as a system answers.
    """
    support = Counter(entity.type for example in gold for entity in example.gold.entities or ())
    worths = []
    for document, annotation in pool.items():
        types = Counter(entity.type for entity in annotation.entities or ())
        gain = sum(1 / sqrt(max(support[t], 1)) - 1 / sqrt(max(support[t], 1) + count) for t, count in types.items())
        worths.append(Worth(document, gain, types))
    return sorted(worths, key=lambda worth: (-worth.gain, worth.document))


def suggestions_sheet(suggestions: Sequence[Suggestion], reviewed: Reviewed, elsewhere: str) -> Sheet:
    """A row for each suggestion, the item in its context."""
    rows = [
        Row(
            [
                suggestion.document,
                suggestion.layer,
                excerpt(reviewed.documents[suggestion.document].text, suggestion.layer, suggestion.item),
                "yes" if suggestion.is_gold else "no",
                suggestion.why,
            ]
        )
        for suggestion in suggestions
    ]
    columns = [
        Column("document", "name"),
        Column("layer", "words"),
        Column("item", "name"),
        Column("gold", "words"),
        Column("why", "words"),
    ]
    return Sheet(counted(len(rows), "suggestion"), columns, rows, heads=2, key=2, elsewhere=elsewhere)


def worth_sheet(worths: Sequence[Worth]) -> Sheet:
    """A row for each text."""
    rows = []
    for worth in worths:
        types = ", ".join(f"{kind} {count}" for kind, count in sorted(worth.types.items()))
        rows.append(Row([worth.document, f"{worth.gain:.3f}", types]))
    columns = [Column("document", "name"), Column("gain"), Column("mentions that a system answers", "words")]
    return Sheet(f"{counted(len(rows), 'text')} worth annotating", columns, rows)
