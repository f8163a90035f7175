"""Tasks of Label Studio, read: its JSON export, JSON_MIN, JSON Lines of tasks, and folders that its storages sync to.

A region is a stretch of the text with labels, choices and text areas, all results of one `id`; a relation is a result
of its own. Today's editor counts code points; exports of old versions count UTF-16.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.data.encodings import read_text
from harness.data.jsonl import Record, one_line, parse_json, read_records, shown
from harness.data.near import guess, listed
from harness.data.types import Document, InputError
from harness.data.units import Place, Proved
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking

Results = Literal["annotations", "predictions"]
Unannotated = Literal["error", "skip", "empty"]
Prove = Callable[[str, Sequence[Place], str], Proved]
"""Texts, places in them, and what messages call them, to spans in code points."""

RULE: Final = "rule"
NOTE: Final = "note"
"""The text areas of a region that say why it was changed."""
WHOLE: Final = "document_"
"""What the names of such text areas for a whole task begin with: a region that was deleted has none."""

_LABELS: Final = ("labels", "hypertextlabels")
_IDS: Final = ("doc_id", "document_id", "id")
"""Keys of a task's data that name its document, the first that it has."""
_EXPORTED: Final = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
"""What JSON_MIN writes among the keys of the data."""
_SUFFIXES: Final = frozenset({".json", ".jsonl", ""})
_BLANKS: Final = re.compile(r"\s+")


class Task(NamedTuple):
    """A text with all that was annotated, and predicted, for it; `where` is what messages call it."""

    where: str
    id: str | None
    data: Mapping[str, Any]
    annotations: Sequence[Mapping[str, Any]]
    predictions: Sequence[object]


def read_tasks(path: Path, encoding: str | None = None) -> list[Task]:
    """The tasks in a file, or in the files of a folder in the order of their numbers or names.

    A file holds a list of tasks, one task, a task a line, or an annotation with its task, as storages are synced; tasks
    are those of the export, of JSON_MIN, or data alone. Annotations that come apart are put together by their task.

    Raises:
        InputError: a file cannot be read, or holds no tasks.
    """
    files = [path]
    if path.is_dir():
        found = (file for file in path.iterdir() if file.suffix in _SUFFIXES and not file.name.startswith("."))
        files = sorted((file for file in found if file.is_file()), key=_in_order)
        if not files:
            raise InputError(f"{path}: found no file .json or .jsonl, wanted tasks of Label Studio")
    tasks: list[Task] = []
    apart: dict[str, int] = {}
    for file in files:
        for where, record in _records(file, encoding):
            task, is_whole = _task(record, where)
            if task.id is None or is_whole:
                tasks.append(task)
            elif task.id in apart:
                known = tasks[apart[task.id]]
                tasks[apart[task.id]] = known._replace(annotations=[*known.annotations, *task.annotations])
            else:
                apart[task.id] = len(tasks)
                tasks.append(task)
    return tasks


def _in_order(file: Path) -> tuple[bool, int, str]:
    is_number = file.stem.isdecimal()
    return not is_number, int(file.stem) if is_number else 0, file.name


def _records(file: Path, encoding: str | None) -> Iterator[tuple[str, Record]]:
    """The objects in a file, each behind its place."""
    text = read_text(file, encoding)
    head = text.lstrip()
    if not head:
        raise InputError(f"{file}: found nothing, wanted tasks of Label Studio")
    if head[0] == "{" and _is_object(head.partition("\n")[0]):
        yield from read_records((line.encode() for line in text.split("\n")), str(file))
        return
    try:
        value = parse_json(text.encode())
    except ValueError as error:
        raise InputError(f"{file}: found {error}, wanted the JSON of Label Studio") from error
    records = value if isinstance(value, list) else [value]
    if not records:
        raise InputError(f"{file}: found an empty list, wanted tasks of Label Studio")
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            raise InputError(
                f"{file}: task {number}: found {shown(record)}, wanted an object with data and annotations"
            )
        yield f"{file}: task {number}", record


def _is_object(line: str) -> bool:
    try:
        return isinstance(parse_json(line.encode()), dict)
    except ValueError:
        return False


def _task(record: Record, where: str) -> tuple[Task, bool]:
    """The task in a record, and whether the record is the whole of it."""
    parent = record.get("task")
    if "result" in record and isinstance(parent, dict):
        task, _ = _task(parent, where)
        return task._replace(annotations=[record]), False
    name = _name(record.get("id"), f"{where}: id")
    if "data" in record:
        data = record["data"]
        if not isinstance(data, dict):
            raise InputError(f"{where}: data: found {shown(data)}, wanted an object with the text")
        # Before version 1.0.
        key = "annotations" if "annotations" in record else "completions"
        annotations = _objects(record.get(key), f"{where}: {key}")
        predictions = record.get("predictions") or ()
        if not isinstance(predictions, list | tuple):
            raise InputError(f"{where}: predictions: found {shown(predictions)}, wanted a list")
        return Task(where, name, data, annotations, predictions), True
    regions: dict[str, Any] = {key: value for key, value in record.items() if _is_regions(value)}
    data = {key: value for key, value in record.items() if key not in _EXPORTED and key not in regions}
    if not regions and "annotation_id" not in record:
        return Task(where, None, {**data, **({} if name is None else {"id": name})}, (), ()), True
    result = [
        {"id": f"{key}[{number}]", "from_name": key, "value": value, "type": _labels_of(value)}
        for key, several in regions.items()
        for number, value in enumerate(several)
    ]
    annotation = {
        "completed_by": record.get("annotator"),
        "created_at": record.get("created_at"),
        "result": result,
        "minimal": True,
    }
    return Task(where, name, data, [annotation], ()), False


def _is_regions(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, dict) and "start" in item and _labels_of(item) for item in value)
    )


def _labels_of(value: Mapping[str, object]) -> str | None:
    return next((key for key in _LABELS if key in value), None)


def _objects(value: object, where: str) -> list[Mapping[str, Any]]:
    """`value` as a list of objects, empty where there is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{where}: found {shown(value)}, wanted a list of objects")
    for item in value:
        if not isinstance(item, dict):
            raise InputError(f"{where}: found {shown(item)}, wanted an object: export the whole of it, not its id")
    return value


def _name(value: object, where: str) -> str | None:
    """An id as text."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is not int:
        raise InputError(f"{where}: found {shown(value)}, wanted a text or a whole number")
    return str(value)


@dataclass(frozen=True)
class Picking:
    """Which of the annotations, or predictions, of a task are read; see `conf/dataset/label_studio.yaml`.

    `passed_over` counts what was not read, by what it is; `people` has what each annotator goes by.
    """

    results: Results = "annotations"
    annotator: str | None = None
    passed_over: Counter[str] = field(default_factory=Counter, compare=False)
    people: set[tuple[str, ...]] = field(default_factory=set, compare=False)

    def pick(self, task: Task) -> Mapping[str, Any] | None:
        """The annotation that counts, None where there is none.

        Raises:
            InputError: there are several and nothing says which.
        """
        if self.results == "predictions":
            every = _objects(list(task.predictions), f"{task.where}: predictions")
        else:
            every = [item for item in task.annotations if not (item.get("was_cancelled") or item.get("skipped"))]
            self.passed_over["cancelled annotations"] += len(task.annotations) - len(every)
        names = [self._names(item, task.where) for item in every]
        self.people.update(names)
        if self.annotator in ("first", "last"):
            ordered = sorted(every, key=lambda item: _time(item, task.where))
            return ordered[0 if self.annotator == "first" else -1] if ordered else None
        if self.annotator is not None:
            own = [item for item, several in zip(every, names, strict=True) if self.annotator in several]
            self.passed_over["annotations by others"] += len(every) - len(own)
            self.passed_over[f"earlier {self.results} by the same"] += max(len(own) - 1, 0)
            return max(own, key=lambda item: _time(item, task.where), default=None)
        if len(every) > 1:
            by = listed(dict.fromkeys(several[0] for several in names))
            found = f"{task.where}: found {len(every)} {self.results}, by {by}"
            raise InputError(f"{found}, wanted one: dataset.annotator=NAME of those, or first or last by created_at")
        return every[0] if every else None

    def check(self, path: str) -> None:
        """See that the annotator is someone, after all tasks were picked from.

        Raises:
            InputError: nobody of that name annotated anything.
        """
        known = {name for several in self.people for name in several}
        if self.annotator in (None, "first", "last", *known) or not known:
            return
        clearest = sorted(several[0] for several in self.people)
        wanted = f"first, last or one of {listed(clearest)}{guess(str(self.annotator), known)}"
        raise InputError(f"{path}: dataset.annotator: found {shown(self.annotator)}, wanted {wanted}")

    def _names(self, annotation: Mapping[str, Any], where: str) -> tuple[str, ...]:
        """What an annotator goes by, the clearest first."""
        if self.results == "predictions":
            return (_name(annotation.get("model_version"), f"{where}: model_version") or "no model_version",)
        by = annotation.get("completed_by")
        several = (by.get("email"), by.get("username"), by.get("id")) if isinstance(by, dict) else (by,)
        names = tuple(_name(name, f"{where}: completed_by") for name in several)
        return tuple(name for name in names if name) or ("nobody",)


def _time(annotation: Mapping[str, Any], where: str) -> datetime:
    """When an annotation was made; the oldest time of all where it does not say."""
    written = annotation.get("created_at")
    if written is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        time = datetime.fromisoformat(written)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{where}: created_at: found {shown(written)}, wanted a time such as 2026-11-01T09:30:00Z"
        ) from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def document_of(task: Task, text_key: str, id_key: str | None) -> Document:
    """The document of a task: its meta is what else stands in the data, and what stands in `meta` there.

    Raises:
        InputError: it has no text, or no id.
    """
    text = task.data.get(text_key)
    if not isinstance(text, str):
        found = "no text" if text_key not in task.data else shown(text)
        keys = listed(key for key, value in task.data.items() if isinstance(value, str)) or "none"
        raise InputError(
            f"{task.where}: data.{text_key}: found {found}, wanted the text; dataset.text_key names its key, of: {keys}"
        )
    key = id_key if id_key is not None else next((key for key in _IDS if key in task.data), None)
    name = task.id if key is None else _name(task.data.get(key), f"{task.where}: data.{key}")
    if not name:
        wanted = f"data.{id_key}" if id_key else f"{', '.join(f'data.{key}' for key in _IDS)} or the id of the task"
        raise InputError(f"{task.where}: found no id, wanted {wanted}")
    meta = {name: value for name, value in task.data.items() if name not in (text_key, key)}
    own = meta.get("meta")
    if isinstance(own, dict):
        del meta["meta"]
        meta.update(own)
    return Document(name, text, meta)


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
    results = _objects(annotation.get("result"), f"{where}: result")
    for number, result in enumerate(results):
        if result.get("type") == "relation":
            links += _links(result, f"{where}: result {number}")
        else:
            name = _name(result.get("id"), f"{where}: result {number}: id") or f"#{number}"
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
        is_content = marking.content in region.labels
        main = next((label for label in (*marking.roles, *region.labels) if label in region.labels), "")
        if annotation.get("minimal") and main in marking.roles:
            wanted = "the JSON export: JSON_MIN has no relations, which claims are made of"
            raise InputError(f"{where}: {name}: found the label {shown(main)}, wanted {wanted}")
        attributes: dict[str, str] = {}
        note: dict[str, str] = {}
        for control, texts in region.texts.items():
            if is_content and control == SPEAKER:
                attributes[SPEAKER] = _only(texts, f"{where}: {name}: {control}")
            else:
                note[control] = "\n".join(texts)
        for control, values in region.choices.items():
            if is_content:
                attributes[control] = _only(values, f"{where}: {name}: {control}")
            else:
                counts["choices for regions that are no content of a claim"] += 1
        for label in dict.fromkeys(region.labels):
            is_main = label == main
            marks.append(
                Mark(
                    name if is_main else f"{name}+{label}",
                    span.start,
                    span.end,
                    label,
                    attributes if is_main else {},
                    region.score,
                    note if is_main else {},
                )
            )
    return MarkedText(document, marks, links, where, whole)


def _add(region: _Region, result: Mapping[str, Any], where: str, counts: Counter[str]) -> None:
    """Put a result to its region."""
    value = result.get("value")
    if not isinstance(value, dict):
        raise InputError(f"{where}: value: found {shown(value)}, wanted an object")
    kind = result.get("type") or next((key for key in (*_LABELS, "choices") if key in value), None)
    control = result.get("from_name", kind)
    if not isinstance(control, str) or not isinstance(kind, str):
        raise InputError(f"{where}: from_name: found {shown(result.get('from_name'))}, wanted the name of a control")
    region.placed |= "start" in value
    if kind == "paragraphlabels":
        raise InputError(f"{where}: found labels of a dialogue, wanted those of a Text or HyperText")
    if kind in _LABELS:
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
        end = _name(result.get(key), f"{where}: {key}")
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
