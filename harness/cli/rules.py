"""`harness rules`: what the rules make of a text, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from harness.cli.command import Command, Job, single
from harness.data.types import InputError
from harness.runners.rules.explain import Explanation, Finding, explain
from harness.show.sheet import Column, Row, Sheet
from harness.show.terminal import say, show


@dataclass(frozen=True)
class Rules(Command):
    """Show every find of the rules in a text and what became of it, then claims and the labels of sentences."""

    task: str
    text: str
    threshold: Annotated[float, Field(ge=0, le=1, description="a number from 0 to 1")]

    @classmethod
    def named(cls, names: Sequence[str]) -> Mapping[str, str | list[str]]:
        """`harness rules explain`."""
        return single("task", names)

    def execute(self, _: Job, /) -> int:
        """Explain the text."""
        if self.task != "explain":
            raise InputError(f"task: found {self.task}, wanted explain")
        if not self.text.strip():
            raise InputError(f"text: found {self.text!r}, wanted a text")
        explained = explain(self.text, self.threshold)
        if not explained.findings:
            say("entities: none")
        for sheet in _sheets(explained, self.threshold):
            if sheet.rows:
                show(sheet)
        return 0


def _sheets(explained: Explanation, threshold: float) -> Iterator[Sheet]:
    """Finds, claims and sentences."""
    finds = [
        Row(
            (
                explained.surface(find),
                find.type,
                find.rule,
                find.place.rpartition("/")[2] or find.stage,
                _outcome(find, threshold),
            )
        )
        for find in explained.findings
    ]
    claims = [Row((claim.cue, claim.source or "-", claim.content, f"{claim.score:.2f}")) for claim in explained.claims]
    sentences = [Row((label, explained.text[start:end])) for start, end, label, _ in explained.sentences]
    yield _sheet(("entity", "type", "rule", "where", "outcome"), finds)
    yield _sheet(("cue", "source", "content", "score"), claims)
    yield _sheet(("label", "sentence"), sentences)


def _sheet(headings: Sequence[str], rows: Sequence[Row]) -> Sheet:
    return Sheet("", [Column(heading, "name") for heading in headings], rows)


def _outcome(find: Finding, threshold: float) -> str:
    if find.fate == "overruled":
        return f"overruled by {find.by.partition(':')[0]}" if find.by else "overruled"
    if find.fate == "unsure":
        return f"{find.score:.2f} is below {threshold:g}"
    return f"kept, {find.score:.2f}" if find.fate == "kept" else "left out: no name beside it"
