"""One gold document under validation: its text, and the faults found so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from harness.arabic import segment
from harness.curate.edges import edge_problems
from harness.curate.problems import Problem
from harness.data.jsonl import Record, shown
from harness.data.types import Span


@dataclass(frozen=True)
class Page:
    """`where` names file and line; `problems` fills as the checks go on."""

    where: str
    text: str
    record: Record
    speakers: frozenset[str]
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def words(self) -> list[Span]:
        """The words of the text."""
        return segment.words(self.text)

    @cached_property
    def sentences(self) -> list[Span]:
        """The sentences of the text."""
        return segment.sentences(self.text)

    def report(self, field: str, rule: str, message: str) -> None:
        """Keep a fault."""
        self.problems.append(Problem(f"{self.where}: {field}", rule, message))

    def items(self, layer: str, keys: Sequence[str]) -> list[tuple[str, Record]]:
        """The items of a layer that are objects, each with its field; others and wrong keys are reported."""
        values, items = self.record.get(layer), []
        if not isinstance(values, list):
            self.report(layer, "F3", f"found {shown(values)}, wanted a list")
            return []
        for index, value in enumerate(values):
            name = f"{layer}[{index}]"
            if self.has_keys(name, value, keys):
                items.append((name, value))
        return items

    def has_keys(self, field: str, value: object, keys: Sequence[str]) -> bool:
        """Whether `value` is an object with exactly `keys`; whatever else it is, is reported."""
        if isinstance(value, dict) and set(value) == set(keys):
            return True
        keys = ", ".join(sorted(map(str, value))) if isinstance(value, dict) else shown(value)
        self.report(field, "F3", f"found {keys}, wanted exactly {', '.join(keys)}")
        return False

    def choose(self, field: str, value: object, choices: Sequence[str]) -> None:
        """Report a value that is none of `choices`."""
        if value not in choices:
            self.report(field, "F3", f"found {shown(value)}, wanted one of {', '.join(choices)}")

    def span(self, field: str, record: Record) -> Span | None:
        """The span of a record; None, reported, where its offsets are no stretch of the text."""
        start, end = record.get("start"), record.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(self.text):
            self.report(field, "F2", f"found {shown([start, end])}, wanted whole numbers up to {len(self.text)}")
            return None
        if "text" in record and record["text"] != self.text[start:end]:
            self.report(field, "F2", f"found {shown(record['text'])}, wanted {shown(self.text[start:end])}")
        return Span(start, end)

    def check_edges(self, field: str, span: Span, *, cue: bool = False) -> None:
        """Report what is wrong with the edges of a span, and a span that runs past the end of its sentence."""
        for rule, message in edge_problems(self.text, span, self.words, cue=cue):
            self.report(field, rule, message)
        if not any(one.start <= span.start and span.end <= one.end for one in self.sentences):
            self.report(field, "F5", f"found {shown(self.text[span.start : span.end])}, wanted it within one sentence")
