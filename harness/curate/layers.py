"""The checks of the three layers, none of which stops at its first fault."""

from collections.abc import Mapping, Sequence
from typing import Final

from harness.curate.page import Page
from harness.data.jsonl import Record, shown
from harness.data.types import CERTAINTIES, ENTITY_TYPES, POLARITIES, QUOTES, SENTENCE_LABELS, Span

_ROLES: Final = ("content", "cue", "source")
_ATTRIBUTES: Final[Mapping[str, Sequence[str]]] = {
    "quote": QUOTES,
    "polarity": POLARITIES,
    "certainty": CERTAINTIES,
}
_SPAN_KEYS: Final = ("start", "end", "text")


def check_entities(page: Page) -> None:
    """Report the faults of the mentions."""
    first: dict[tuple[Span, str], str] = {}
    for field, item in page.items("entities", (*_SPAN_KEYS, "type")):
        page.choose(f"{field}.type", item["type"], ENTITY_TYPES)
        span = page.span(field, item)
        if span is not None:
            page.check_edges(field, span)
            twin = first.setdefault((span, str(item["type"])), field)
            if twin != field:
                page.report(field, "F4", f"found the mention of {twin} again, wanted it once")
    _check_nesting(page, [(span, field) for (span, _), field in first.items()])


def _check_nesting(page: Page, spans: list[tuple[Span, str]]) -> None:
    begun: list[tuple[Span, str]] = []
    for span, field in sorted(spans, key=lambda pair: (pair[0].start, -pair[0].end)):
        begun = [pair for pair in begun if pair[0].end > span.start]
        for outer, name in begun:
            if outer.end < span.end and outer.start < span.start:
                page.report(field, "F6", f"found it crossing {name}, wanted one inside the other or both apart")
        begun.append((span, field))


def check_claims(page: Page) -> None:
    """Report the faults of the claims."""
    first: dict[tuple[Span | None, ...], str] = {}
    for field, item in page.items("claims", (*_ROLES, "speaker", *_ATTRIBUTES)):
        spans = tuple(_role(page, f"{field}.{role}", item[role], role) for role in _ROLES)
        twin = first.setdefault(spans, field)
        if twin != field and spans[0] is not None:
            page.report(field, "F4", f"found the claim of {twin} again, wanted it once")
        for key, choices in _ATTRIBUTES.items():
            page.choose(f"{field}.{key}", item[key], choices)
        _check_speaker(page, f"{field}.speaker", item["speaker"])


def _role(page: Page, field: str, value: object, role: str) -> Span | None:
    if (value is None and role == "source") or not page.has_keys(field, value, _SPAN_KEYS):
        return None
    record: Record = value  # type: ignore[assignment]  # has_keys took nothing but an object
    span = page.span(field, record)
    if span is not None:
        page.check_edges(field, span, cue=role == "cue")
    return span


def _check_speaker(page: Page, field: str, speaker: object) -> None:
    if not isinstance(speaker, str) or not speaker:
        page.report(field, "C1", f"found {shown(speaker)}, wanted a name: no identifiable speaker, no claim")
    elif speaker not in page.speakers:
        page.report(field, "F7", f"found {shown(speaker)}, wanted a canonical name of speakers.json")


def check_sentences(page: Page) -> None:
    """Report the faults of the sentence layer."""
    labelled: dict[Span, str] = {}
    for field, item in page.items("sentences", ("start", "end", "label")):
        page.choose(f"{field}.label", item["label"], SENTENCE_LABELS)
        span = page.span(field, item)
        if span is not None:
            twin = labelled.setdefault(span, field)
            if twin != field:
                page.report(field, "S1", f"found the sentence of {twin} again, wanted one label for each")
            if span not in page.sentences:
                shown_text = shown(page.text[span.start : span.end])
                page.report(field, "S1", f"found {shown_text}, wanted a sentence as the segmentation cuts it")
    for sentence in page.sentences:
        if sentence not in labelled:
            text = shown(page.text[sentence.start : sentence.end])
            page.report("sentences", "S1", f"found no label for {text} at {sentence.start}, wanted one")
