"""Tasks of Label Studio, read: its JSON export, JSON_MIN, JSON Lines of tasks, and folders that its storages sync to.

Which of a task's annotations counts is said by `Picking`; what stands in it is read in `label_studio_regions`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from harness.data.jsonl import Record, shown
from harness.data.near import guess, listed
from harness.data.types import Document, InputError
from harness.formats.records import read_objects

Results = Literal["annotations", "predictions"]
Unannotated = Literal["error", "skip", "empty"]
LABELS: Final = ("labels", "hypertextlabels")
"""The types of results that label a stretch of a text, and the keys of their labels."""
_IDS: Final = ("doc_id", "document_id", "id")
"""Keys of a task's data that name its document, the first that it has."""
_EXPORTED: Final = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
"""What JSON_MIN writes among the keys of the data."""
_SUFFIXES: Final = frozenset({".json", ".jsonl", ""})


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
        for where, record in read_objects(file, encoding, "tasks of Label Studio", "task"):
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


def _task(record: Record, where: str) -> tuple[Task, bool]:
    """The task in a record, and whether the record is the whole of it."""
    parent = record.get("task")
    if "result" in record and isinstance(parent, dict):
        task, _ = _task(parent, where)
        return task._replace(annotations=[record]), False
    name = name_of(record.get("id"), f"{where}: id")
    if "data" in record:
        data = record["data"]
        if not isinstance(data, dict):
            raise InputError(f"{where}: data: found {shown(data)}, wanted an object with the text")
        # Before version 1.0.
        key = "annotations" if "annotations" in record else "completions"
        annotations = objects(record.get(key), f"{where}: {key}")
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
    return next((key for key in LABELS if key in value), None)


def objects(value: object, where: str) -> list[Mapping[str, Any]]:
    """`value` as a list of objects, empty where there is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"{where}: found {shown(value)}, wanted a list of objects")
    for item in value:
        if not isinstance(item, dict):
            raise InputError(
                f"{where}: found {shown(item)}, wanted an object: a snapshot of the project has it whole, not its id"
            )
    return value


def name_of(value: object, where: str) -> str | None:
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
            every = objects(list(task.predictions), f"{task.where}: predictions")
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
            # Of those of one time the last.
            return max(reversed(own), key=lambda item: _time(item, task.where), default=None)
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
            return (name_of(annotation.get("model_version"), f"{where}: model_version") or "no model_version",)
        by = annotation.get("completed_by")
        several = (by.get("email"), by.get("username"), by.get("id")) if isinstance(by, dict) else (by,)
        names = tuple(name_of(name, f"{where}: completed_by") for name in several)
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
    key = id_key if id_key is not None else next((key for key in _IDS if task.data.get(key) is not None), None)
    name = task.id if key is None else name_of(task.data.get(key), f"{task.where}: data.{key}")
    if not name:
        wanted = f"data.{id_key}" if id_key else f"{', '.join(f'data.{key}' for key in _IDS)} or the id of the task"
        raise InputError(f"{task.where}: found no id, wanted {wanted}")
    meta = {name: value for name, value in task.data.items() if name not in (text_key, key)}
    own = meta.get("meta")
    if isinstance(own, dict):
        del meta["meta"]
        meta.update(own)
    return Document(name, text, meta)
