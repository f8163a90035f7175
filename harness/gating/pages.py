"""Judgements, what changed and changes of rank as tables, and as a page for the summary of a step."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.comparison.disputes import Dispute
from harness.gating.changed import ALL, Changed, Count
from harness.gating.rescoring import Move
from harness.gating.verdicts import NAMES, WORST_FIRST, Judgement, Outcome, Verdict
from harness.show import formats
from harness.show.sheet import Column, Excerpt, Page, Row, Sheet, Tone, one_line

_TONES: Final[dict[Outcome, Tone]] = {
    "fail": "bad",
    "worse": "bad",
    "inconclusive": "unsure",
    "skipped": "muted",
    "pass": "plain",
}
_LINE: Final = 100
"""Characters of a closing line."""

_KINDS: Final = {"wrong": "newly wrong", "mended": "no longer wrong"}
_CHANGES: Final[dict[str, Tone]] = {"lost": "bad", "wrong": "bad", "found": "good", "mended": "good"}


def changes_sheet(changed: Mapping[str, Changed], against: str) -> Sheet:
    """By scorer and label, how many items were lost and found, and how many wrong answers are new or gone."""
    rows = [Row(cells) for cells in _counts(changed)]
    return Sheet(
        f"{'what changed' if rows else 'nothing changed'} against {against}",
        [
            Column("scorer", "words"),
            Column("what", "words"),
            Column("lost"),
            Column("found"),
            Column("net"),
            Column("new wrong"),
            Column("gone"),
        ],
        rows,
    )


def items_sheet(changed: Mapping[str, Changed]) -> Sheet | None:
    """The items that changed, in their context; None where none did."""
    rows = [
        Row(
            [
                _KINDS.get(kind, kind),
                item.type,
                item.document,
                str(item.start),
                Excerpt(item.before, item.text, item.after),
            ],
            _CHANGES[kind.split()[-1]],
        )
        for kind, item in _items(changed)
    ]
    columns = [
        Column("change", "words"),
        Column("what", "words"),
        Column("document", "name"),
        Column("at"),
        Column("text", "words"),
    ]
    return Sheet("", columns, rows, elsewhere="gate.json") if rows else None


def judgement_sheet(judgement: Judgement, *, verbose: bool = True) -> Sheet:
    """All verdicts, in the policy's order, under the outcome; not `verbose`, those alone that have not passed."""
    sides = (f"{name}: {one_line(side)}" for name, side in _sides(judgement))
    shown = [verdict for verdict in judgement.verdicts if verbose or verdict.outcome not in ("pass", "skipped")]
    left_out = len(judgement.verdicts) - len(shown)
    more = [f"{left_out} more passed or were skipped: verbose=true, or gate.json"] if left_out else []
    return _verdicts("\n".join((judgement.headline, *sides)), shown, [*judgement.notes, *more])


def judgement_page(judgement: Judgement, changed: Mapping[str, Changed] | None = None, against: str = "") -> Page:
    """What changed, then all verdicts, the worst first: what is cut off at the end has passed."""
    sheets = []
    if changed is not None:
        items = items_sheet(changed)
        sheets = [changes_sheet(changed, against), *([items] if items else [])]
    kept = [(NAMES[verdict.outcome], _told(verdict)) for verdict in _kept(judgement)]
    verdicts = [verdict for outcome in WORST_FIRST for verdict in judgement.of(outcome)]
    sheets.append(_verdicts("", verdicts))
    return Page(judgement.headline, [*_sides(judgement), *kept], judgement.notes, sheets)


def closing(judgement: Judgement) -> list[str]:
    """A line for each verdict that keeps the gate from passing, the worst first; one line where none does."""
    lines = [f"{NAMES[verdict.outcome]}: {_told(verdict)}" for verdict in _kept(judgement)]
    return [*lines, judgement.headline]


def closing_names(judgement: Judgement) -> list[str]:
    """The same in short: of each outcome the rules that have it, in lines of 100 characters or less."""
    rules: dict[str, dict[str, None]] = {}
    for verdict in _kept(judgement):
        rules.setdefault(NAMES[verdict.outcome], {})[verdict.rule] = None
    lines: list[str] = []
    for outcome, named in rules.items():
        told = f"{outcome}: {', '.join(named)}"
        lines += textwrap.wrap(told, _LINE, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return [*lines, judgement.headline]


def moves_sheet(moves: Sequence[Move], gold: str) -> Sheet:
    """Every headline measure of every baseline, before and after a change of gold."""
    return Sheet(
        f"stored predictions on {gold}: {sum(move.moved for move in moves)} of {len(moves)} ranks changed",
        [
            Column("measure", "words"),
            Column("baseline", "name"),
            Column("before"),
            Column("after"),
            Column("rank before"),
            Column("rank after"),
        ],
        [
            Row(
                [
                    f"{move.scorer} {move.measure}",
                    move.baseline,
                    formats.value(move.before),
                    formats.value(move.after),
                    formats.count(move.rank_before),
                    formats.count(move.rank_after),
                ],
                "unsure" if move.moved else "plain",
            )
            for move in moves
        ],
    )


def _verdicts(caption: str, verdicts: Sequence[Verdict], notes: Sequence[str] = ()) -> Sheet:
    rows = [
        Row(
            [NAMES[verdict.outcome], verdict.rule, f"{verdict.subject}: {verdict.found}"],
            _TONES[verdict.outcome],
        )
        for verdict in verdicts
    ]
    return Sheet(caption, [Column("verdict", "words"), Column("rule", "words"), Column("found", "words")], rows, notes)


def _kept(judgement: Judgement) -> list[Verdict]:
    """The verdicts that keep the gate from passing, the worst first."""
    return [verdict for outcome in WORST_FIRST for verdict in judgement.of(outcome) if judgement.code(verdict)]


def _told(verdict: Verdict) -> str:
    return f"{verdict.rule}: {verdict.subject}: {verdict.found}"


def _sides(judgement: Judgement) -> list[tuple[str, str]]:
    sides = [("run", judgement.run), ("baseline", judgement.baseline or "none")]
    return [*sides, ("anchor", judgement.anchor)] if judgement.anchor else sides


def _counts(changed: Mapping[str, Changed]) -> Iterator[list[str]]:
    told: list[dict[str, Count]] = []
    for scorer, found in changed.items():
        counts = {label: found.count(label) for label in (ALL, *found.labels)}
        # A view that tells the same numbers as another one tells them in one row.
        shown = {ALL: counts[ALL]} if counts in told else counts
        told.append(counts)
        for label, count in shown.items():
            if count != Count(0, 0):
                wrong = [None, None] if found.roles is not None else [count.wrong, count.mended]
                numbers = str(count.lost), str(count.found), f"{count.net:+d}"
                yield [scorer, label, *numbers, *map(formats.count, wrong)]


def _items(changed: Mapping[str, Changed]) -> Iterator[tuple[str, Dispute]]:
    """Every changed item once, though several scorers list it; the views after the first add what only they see."""
    told = set()
    for found in changed.values():
        for kind, item in found.items:
            key = (kind, item.document, item.start, item.end, item.type)
            if key not in told:
                told.add(key)
                yield kind, item
