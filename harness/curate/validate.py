"""Every fault of a gold version, each with the rule of the guidelines that it breaks.

Reads the files as they are written, not through the codec, which stops at its first fault. Where a span may begin and
end is in `edges.py`.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from harness.arabic import segment
from harness.curate.edges import edge_problems
from harness.curate.release import FACTS, GOLD, SPEAKERS, read_text
from harness.data.files import read_json
from harness.data.jsonl import Record, one_line, parse_json, shown
from harness.data.schema import Schema
from harness.data.types import InputError, Span
from harness.datasets.gold import schema_of_version

_KEYS: Final = ("id", "text", "meta")
_ROLES: Final = ("content", "cue", "source")
_SPAN_KEYS: Final = ("start", "end", "text")


class Problem(NamedTuple):
    """One fault; `rule` is an id of the guidelines."""

    where: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: [{self.rule}] {self.message}"


RULES: Final[Mapping[str, str]] = {
    "F1": "the text: NFC, and byte for byte the article",
    "F2": "offsets: inside the text, the span's text equal to the slice",
    "F3": "known keys, types, labels and values, none missing",
    "F4": "each mention and each claim once",
    "F5": "no span past the end of its sentence",
    "F6": "mentions nest or stand apart",
    "F7": "every speaker stands in speakers.json",
    "B1": "proclitics stay outside",
    "B3": "whole words: nothing else is cut off a word",
    "B4": "no white space or punctuation at the edges",
    "B6": "no letter parted from its marks",
    "C1": "no claim without a speaker",
    "S1": "sentences as the segmentation cuts them, each once",
}
"""The rules that a program can check."""
UNCHECKED: Final = "unchecked"
"""The key of `release.json` that lists rules which the guidelines of a version do not have."""
_NEEDED: Final = ("F1", "F2", "F3", "F4")


def validate(folder: Path) -> list[Problem]:
    """The problems of the gold in `folder`, in the order of the file; empty where there are none.

    What `release.json` lists as `unchecked` is none; the written form itself (F1 to F4) always is checked.

    Raises:
        InputError: the gold or `speakers.json` cannot be read at all, or the gold holds no line.
    """
    speakers, schema = frozenset(read_json(folder / SPEAKERS)), schema_of_version(folder)
    unchecked = _unchecked(folder)
    problems: list[Problem] = []
    ids: dict[str, str] = {}
    for where, raw in _lines(folder / GOLD):
        try:
            record = parse_json(raw)
        except ValueError as error:
            problems.append(Problem(where, "F3", f"found {one_line(str(error))}, wanted JSON"))
            continue
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            problems.append(Problem(where, "F3", "found no object with a text, wanted a document"))
            continue
        problems += _document_problems(folder, where, record, ids, schema)
        document = CheckedDocument(where, record["text"], record, speakers, schema)
        for layer, check in _CHECKS.items():
            if layer in schema.layers:
                check(document)
        problems += document.problems
    return [problem for problem in problems if problem.rule not in unchecked]


def _unchecked(folder: Path) -> Sequence[str]:
    path = folder / FACTS
    rules = read_json(path).get(UNCHECKED, []) if path.is_file() else []
    optional = [rule for rule in RULES if rule not in _NEEDED]
    if not isinstance(rules, list) or any(rule not in optional for rule in rules):
        raise InputError(f"{path}: {UNCHECKED}: found {shown(rules)}, wanted a list of some of {', '.join(optional)}")
    return rules


def _lines(path: Path) -> list[tuple[str, bytes]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    if not lines:
        raise InputError(f"{path}: found no document, wanted at least one")
    return [(f"{path.name}:{number}", line) for number, line in enumerate(lines, 1)]


def _document_problems(
    folder: Path, where: str, record: Record, ids: dict[str, str], schema: Schema
) -> Iterator[Problem]:
    name, text = record.get("id"), str(record["text"])
    keys = {*_KEYS, *schema.layers}
    if set(record) != keys:
        yield Problem(where, "F3", f"found the keys {', '.join(record)}, wanted {', '.join(sorted(keys))}")
    if not isinstance(name, str) or not name:
        yield Problem(f"{where}: id", "F3", f"found {shown(name)}, wanted a name")
        return
    if ids.setdefault(name, where) != where:
        yield Problem(f"{where}: id", "F4", f"found {shown(name)} of {ids[name]} again, wanted each document once")
    normal = unicodedata.normalize("NFC", text)
    if normal != text:
        place = next(
            (index for index, (given, composed) in enumerate(zip(text, normal, strict=False)) if given != composed), 0
        )
        yield Problem(f"{where}: text", "F1", f"found text that is not NFC at {place}, wanted NFC")
    article = read_text(folder, name)
    if article is not None and article != text:
        yield Problem(f"{where}: text", "F1", f"found another text than texts/{one_line(name)}.txt, wanted the same")


@dataclass(frozen=True)
class CheckedDocument:
    """One gold document under validation: `where` names file and line; `problems` fills as the checks go on."""

    where: str
    text: str
    record: Record
    speakers: frozenset[str]
    schema: Schema
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
        given = ", ".join(sorted(map(str, value))) if isinstance(value, dict) else shown(value)
        self.report(field, "F3", f"found {given}, wanted exactly {', '.join(keys)}")
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
        if not any(sentence.start <= span.start and span.end <= sentence.end for sentence in self.sentences):
            self.report(field, "F5", f"found {shown(self.text[span.start : span.end])}, wanted it within one sentence")


def check_entities(document: CheckedDocument) -> None:
    """Report the faults of the mentions."""
    first: dict[tuple[Span, str], str] = {}
    for place, item in document.items("entities", (*_SPAN_KEYS, "type")):
        document.choose(f"{place}.type", item["type"], document.schema.types)
        span = document.span(place, item)
        if span is not None:
            document.check_edges(place, span)
            twin = first.setdefault((span, str(item["type"])), place)
            if twin != place:
                document.report(place, "F4", f"found the mention of {twin} again, wanted it once")
    _check_nesting(document, [(span, place) for (span, _), place in first.items()])


def _check_nesting(document: CheckedDocument, spans: list[tuple[Span, str]]) -> None:
    begun: list[tuple[Span, str]] = []
    for span, place in sorted(spans, key=lambda pair: (pair[0].start, -pair[0].end)):
        begun = [pair for pair in begun if pair[0].end > span.start]
        for outer, name in begun:
            if outer.end < span.end and outer.start < span.start:
                document.report(place, "F6", f"found it crossing {name}, wanted one inside the other or both apart")
        begun.append((span, place))


def check_claims(document: CheckedDocument) -> None:
    """Report the faults of the claims."""
    first: dict[tuple[Span | None, ...], str] = {}
    for place, item in document.items("claims", (*_ROLES, "speaker", *document.schema.attributes)):
        spans = tuple(_role(document, f"{place}.{role}", item[role], role) for role in _ROLES)
        twin = first.setdefault(spans, place)
        if twin != place and spans[0] is not None:
            document.report(place, "F4", f"found the claim of {twin} again, wanted it once")
        for key, choices in document.schema.attributes.items():
            document.choose(f"{place}.{key}", item[key], choices)
        _check_speaker(document, f"{place}.speaker", item["speaker"])


def _role(document: CheckedDocument, place: str, value: object, role: str) -> Span | None:
    if (value is None and role == "source") or not document.has_keys(place, value, _SPAN_KEYS):
        return None
    record: Record = value  # type: ignore[assignment]  # has_keys took nothing but an object
    span = document.span(place, record)
    if span is not None:
        document.check_edges(place, span, cue=role == "cue")
    return span


def _check_speaker(document: CheckedDocument, place: str, speaker: object) -> None:
    if not isinstance(speaker, str) or not speaker:
        document.report(place, "C1", f"found {shown(speaker)}, wanted a name: no identifiable speaker, no claim")
    elif speaker not in document.speakers:
        document.report(place, "F7", f"found {shown(speaker)}, wanted a canonical name of speakers.json")


def check_sentences(document: CheckedDocument) -> None:
    """Report the faults of the sentence layer."""
    labelled: dict[Span, str] = {}
    for place, item in document.items("sentences", ("start", "end", "label")):
        document.choose(f"{place}.label", item["label"], document.schema.sentence_labels)
        span = document.span(place, item)
        if span is not None:
            twin = labelled.setdefault(span, place)
            if twin != place:
                document.report(place, "S1", f"found the sentence of {twin} again, wanted one label for each")
            if span not in document.sentences:
                shown_text = shown(document.text[span.start : span.end])
                document.report(place, "S1", f"found {shown_text}, wanted a sentence as the segmentation cuts it")
    for sentence in document.sentences:
        if sentence not in labelled:
            text = shown(document.text[sentence.start : sentence.end])
            document.report("sentences", "S1", f"found no label for {text} at {sentence.start}, wanted one")


_CHECKS: Final[Mapping[str, Callable[[CheckedDocument], None]]] = {
    "entities": check_entities,
    "claims": check_claims,
    "sentences": check_sentences,
}
