"""The results of an annotation of Label Studio, as marks and links.

A region is a stretch of the text with labels, choices and text areas, all results of one `id`; a relation is a result
of its own. Today's editor counts code points; exports of old versions count UTF-16.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from harness.data.jsonl import one_line, shown
from harness.data.near import listed
from harness.data.types import Document, InputError, Span
from harness.data.units import Place, Prove
from harness.formats.label_studio_tasks import LABELS, Task, name_of, objects
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking

RULE: Final = "rule"
NOTE: Final = "note"
"""The text areas of a region that say why it was changed."""
WHOLE: Final = "document_"
"""What the names of such text areas for a whole task begin with: a region that was deleted has none."""

_BLANKS: Final = re.compile(r"\s+")


@dataclass
class _Region:
    """The results of one id; `start` is None until one of them gives its labels."""

    start: int | None = None
    end: int = 0
    quote: str | None = None
    labels: list[str] = field(default_factory=list)
    score: float | None = None
    choices: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    placed: bool = False


def marked_text(
    task: Task, document: Document, annotation: Mapping[str, Any], marking: Marking, prove: Prove, counts: Counter[str]
) -> MarkedText:
    """The regions and relations of an annotation; `counts` gets what is passed over, by what it is.

    A region of several labels is a mark for each; its id is that of the content of a claim, else of a part of one, else
    of the first, and the others' has the label behind it.

    Raises:
        InputError: a result is malformed, or an offset is not proved.
    """
    where = f"{task.where} ({one_line(document.id)})"
    regions: dict[str, _Region] = {}
    links: list[Link] = []
    results = objects(annotation.get("result"), f"{where}: result")
    for number, result in enumerate(results):
        if result.get("type") == "relation":
            links += _links(result, f"{where}: result {number}")
        else:
            name = name_of(result.get("id"), f"{where}: result {number}: id") or f"#{number}"
            _add(regions.setdefault(name, _Region()), result, f"{where}: {name}", counts)
    labelled = {name: region for name, region in regions.items() if region.labels}
    whole: dict[str, str] = {}
    for region in regions.values():
        if region.placed and not region.labels:
            counts["regions without a label"] += 1
        elif not region.labels:
            whole |= {control.removeprefix(WHOLE): "\n".join(texts) for control, texts in region.texts.items()}
            counts["choices for a whole task"] += len(region.choices)
    places = [
        Place(name, region.start or 0, region.end, _quote(document.text, region)) for name, region in labelled.items()
    ]
    if any(place.quote is None for place in places) and _is_html(results) and re.search("[<&]", document.text):
        raise InputError(f"{where}: found HTML and regions without text, wanted their text, which proves their offsets")
    spans = prove(document.text, places, where).spans
    marks: list[Mark] = []
    for (name, region), span in zip(labelled.items(), spans, strict=True):
        if annotation.get("minimal") and not {*marking.roles}.isdisjoint(region.labels):
            wanted = "the JSON export: JSON_MIN has no relations, which claims are made of"
            raise InputError(f"{where}: {name}: found the labels {listed(region.labels)}, wanted {wanted}")
        marks += _marks(name, region, span, marking, where)
        if marking.content not in region.labels:
            counts["choices for regions that are no content of a claim"] += len(region.choices)
    return MarkedText(document, marks, links, where, whole)


def _marks(name: str, region: _Region, span: Span, marking: Marking, where: str) -> Iterator[Mark]:
    """A mark for each label of a region; what is said of the region is said of the first of them."""
    attributes: dict[str, str] = {}
    note: dict[str, str] = {}
    is_content = marking.content in region.labels
    for control, texts in region.texts.items():
        if is_content and control == SPEAKER:
            attributes[SPEAKER] = _only(texts, f"{where}: {name}: {control}")
        else:
            note[control] = "\n".join(texts)
    if is_content:
        for control, values in region.choices.items():
            attributes[control] = _only(values, f"{where}: {name}: {control}")
    roles = [label for label in marking.roles if label in region.labels]
    first, *others = dict.fromkeys([*roles, *region.labels])
    yield Mark(name, span.start, span.end, first, attributes, region.score, note)
    for label in others:
        yield Mark(f"{name}+{label}", span.start, span.end, label, score=region.score)


def _add(region: _Region, result: Mapping[str, Any], where: str, counts: Counter[str]) -> None:
    """Put a result to its region."""
    value = result.get("value")
    if not isinstance(value, dict):
        raise InputError(f"{where}: value: found {shown(value)}, wanted an object")
    kind = result.get("type") or next((key for key in (*LABELS, "choices") if key in value), None)
    control = result.get("from_name", kind)
    if not isinstance(control, str) or not isinstance(kind, str):
        raise InputError(f"{where}: from_name: found {shown(result.get('from_name'))}, wanted the name of a control")
    region.placed |= "start" in value
    if kind == "paragraphlabels":
        raise InputError(f"{where}: found labels of a dialogue, wanted those of a Text or HyperText")
    if kind in LABELS:
        start, end, quote = _edges(value, where)
        if region.start is not None and (region.start, region.end) != (start, end):
            raise InputError(
                f"{where}: found two places, [{region.start}, {region.end}] and [{start}, {end}], wanted one"
            )
        region.start, region.end, region.quote = start, end, quote
        region.labels += _texts(value.get(kind), f"{where}: {kind}")
        score = result.get("score")
        if score is not None and not (type(score) in (int, float) and 0 <= score <= 1):
            raise InputError(f"{where}: score: found {shown(score)}, wanted a number from 0 to 1")
        region.score = region.score if score is None else float(score)
    elif kind == "choices":
        region.choices.setdefault(control, []).extend(_texts(value.get("choices"), f"{where}: choices"))
    elif kind == "textarea":
        region.texts.setdefault(control, []).extend(_texts(value.get("text"), f"{where}: text"))
    else:
        counts[f"results of the type {kind}"] += 1
    meta = result.get("meta")
    if isinstance(meta, dict) and meta.get("text"):
        notes = _texts(meta["text"], f"{where}: meta.text")
        # Every result of a region repeats its meta.
        own = region.texts.setdefault(NOTE, [])
        own += [text for text in notes if text not in own]


def _edges(value: Mapping[str, Any], where: str) -> tuple[int, int, str | None]:
    """Start and end of a region, and its text."""
    offsets = value.get("globalOffsets", value)
    if not isinstance(offsets, dict):
        raise InputError(f"{where}: globalOffsets: found {shown(offsets)}, wanted an object with start and end")
    start, end = offsets.get("start"), offsets.get("end")
    for name, edge in (("start", start), ("end", end)):
        if isinstance(edge, str) and edge.startswith("/"):
            wanted = "globalOffsets: open the task in a newer Label Studio and save it, or label a Text"
            raise InputError(f"{where}: {name}: found the XPath {shown(edge)} of an HTML page, wanted {wanted}")
        if type(edge) is not int:
            raise InputError(f"{where}: {name}: found {shown(edge)}, wanted a whole number")
    quote = value.get("text")
    if quote is not None and not isinstance(quote, str):
        raise InputError(f"{where}: text: found {shown(quote)}, wanted the text of the region")
    return start, end, quote  # type: ignore[return-value]


def _quote(text: str, region: _Region) -> str | None:
    """The quote of a region as the text has it where they differ by white space alone.

    The editor takes it from the page, which shows any run of white space as one space unless the configuration says
    otherwise, while offsets count all of it.
    """
    quote, start, end = region.quote, region.start or 0, region.end
    if not quote or not 0 <= start < end or text[start:end] == quote:
        return quote or None
    wanted = _BLANKS.sub(" ", quote)
    wide = text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le", "replace")
    return next((piece for piece in (text[start:end], wide) if _BLANKS.sub(" ", piece) == wanted), quote)


def _is_html(results: Sequence[Mapping[str, Any]]) -> bool:
    return any(result.get("type") == "hypertextlabels" for result in results)


def _links(result: Mapping[str, Any], where: str) -> list[Link]:
    """A relation as a link for each of its labels, drawn as its arrow is."""
    ends = []
    for key in ("from_id", "to_id"):
        end = name_of(result.get(key), f"{where}: {key}")
        if end is None:
            raise InputError(f"{where}: {key}: found nothing, wanted the id of a region")
        ends.append(end)
    direction = result.get("direction") or "right"
    if direction not in ("left", "right", "bi"):
        raise InputError(f"{where}: direction: found {shown(direction)}, wanted left, right or bi")
    head, tail = ends if direction != "left" else reversed(ends)
    labels = _texts(result.get("labels") or [], f"{where}: labels")
    return [Link(label, head, tail) for label in labels or ["relation"]]


def _texts(value: object, where: str) -> list[str]:
    """`value` as a list of texts, of which one alone may stand by itself."""
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(item, str) for item in several):
        raise InputError(f"{where}: found {shown(value)}, wanted a list of texts")
    return several


def _only(values: Sequence[str], where: str) -> str:
    if len(values) != 1:
        raise InputError(f"{where}: found {shown(list(values))}, wanted one")
    return values[0]
