"""A person at work in Label Studio: tasks as they were imported, and as a server exports them afterwards."""

import copy
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

Task = dict[str, Any]

AMAL: Final = {"id": 7, "email": "amal@example.org", "first_name": "أمل", "last_name": ""}
BASIM: Final = {"id": 12, "email": "basim@example.org", "first_name": "باسم", "last_name": ""}

_ID_LETTERS: Final = "ModuleSymbhasOwnPr-0123456789ABCDEFGHNRVfgctiUvz_KqYTJkLxpZXIjQW"
_MORNING: Final = datetime(2026, 11, 2, 8, 30)


class Place(NamedTuple):
    """A region, by its document, its label and its text; `number` counts from 0 those that are alike."""

    document: str
    label: str
    text: str
    number: int = 0


class Move(NamedTuple):
    """The edges of a region are dragged so that it covers other words, the first such."""

    place: Place
    text: str


class Relabel(NamedTuple):
    """A region gets another label in the place of its own."""

    place: Place
    label: str


class Delete(NamedTuple):
    """A region goes, and its relations with it."""

    place: Place


class Choose(NamedTuple):
    """A choice is made for a region."""

    place: Place
    control: str
    value: str


class Write(NamedTuple):
    """A text is written for a region, or for the whole document where there is no label; an empty one is taken out."""

    place: Place
    control: str
    text: str


class Note(NamedTuple):
    """The note of a region, under its details."""

    place: Place
    text: str


class Add(NamedTuple):
    """The first stretch of these words is marked; `links` are relations to regions, by their label."""

    place: Place
    links: Mapping[str, Place] = {}


Edit = Move | Relabel | Delete | Choose | Write | Note | Add


def edited_tasks(
    tasks: Sequence[Task],
    edits: Iterable[Edit] = (),
    person: Mapping[str, object] = AMAL,
    seed: int = 1,
    snapshot: bool = False,
) -> list[Task]:
    """`tasks`, as written to be imported, as the server exports them when `person` has made `edits` and saved.

    A region keeps its id, whatever is done to it; new ones come last, with random ids. An annotation that was imported
    is changed in place; from predictions the first one is made, whose regions say what became of them. The shape is
    that of an export of 1.23; a `snapshot` has people and predictions in full, where others have their ids alone.
    """
    chance = random.Random(seed)
    server = [_imported(copy.deepcopy(task), number, chance, person) for number, task in enumerate(tasks, 1)]
    for task in server:
        for annotation in task["annotations"]:
            annotation["completed_by"] = dict(person) if snapshot else person["id"]
        if not snapshot:
            task["predictions"] = [prediction["id"] for prediction in task["predictions"]]
    by_document = {task["data"]["doc_id"]: task for task in server}
    for edit in edits:
        task = by_document[edit.place.document]
        _make(edit, task["annotations"][-1]["result"], task["data"]["text"], chance)
    for task in server:
        for annotation in task["annotations"]:
            annotation["result_count"] = len(annotation["result"])
            # Relations come behind all regions.
            annotation["result"].sort(key=lambda result: result["type"] == "relation")
    return server


def _imported(task: Task, number: int, chance: random.Random, person: Mapping[str, object]) -> Task:
    made = _MORNING + timedelta(minutes=3 * number, seconds=chance.random() * 60)
    times = {"created_at": f"{made.isoformat()}Z", "updated_at": f"{(made + timedelta(seconds=90)).isoformat()}Z"}
    annotations = task.get("annotations", [])
    origin = "manual" if annotations else "prediction"
    if not annotations:
        suggested = task.get("predictions") or [{"result": []}]
        annotations = [{"result": copy.deepcopy(suggested[0]["result"])}]
    own = {
        "was_cancelled": False,
        "ground_truth": False,
        **times,
        "draft_created_at": times["created_at"],
        "lead_time": round(chance.uniform(5, 300), 3),
        "prediction": {},
        "import_id": None,
        "last_action": None,
        "task": number,
        "project": 3,
        "updated_by": person["id"],
        "parent_prediction": None if task.get("annotations") else 200 + number,
        "parent_annotation": None,
        "last_created_by": None,
        "bulk_created": False,
    }
    for annotation in annotations:
        annotation |= {"id": 100 + number, "unique_id": str(uuid.UUID(int=chance.getrandbits(128))), **own}
        for result in annotation["result"]:
            if result["type"] != "relation":
                result["origin"] = origin
    counts = {"total_annotations": len(annotations), "cancelled_annotations": 0}
    return {
        "id": number,
        "annotations": annotations,
        "file_upload": "5f0c1a2b-tasks.json",
        "drafts": [],
        "predictions": [
            {**item, "id": 200 + number, "created_ago": "1 hour", "task": number}
            for item in task.get("predictions", [])
        ],
        "data": task["data"],
        "meta": {},
        **times,
        "allow_skip": True,
        "inner_id": number,
        **counts,
        "total_predictions": len(task.get("predictions", [])),
        "comment_count": 0,
        "unresolved_comment_count": 0,
        "last_comment_updated_at": None,
        "project": 3,
        "updated_by": person["id"],
        "comment_authors": [],
    }


def _make(edit: Edit, results: list[dict[str, Any]], text: str, chance: random.Random) -> None:
    if isinstance(edit, Add):
        name = _new_id(chance)
        covered = {**_edges(edit.place.text, text), "text": edit.place.text, "labels": [edit.place.label]}
        results.append(_result(name, "label", "labels", covered))
        for label, end in edit.links.items():
            ends = {"from_id": name, "to_id": _find(end, results)}
            results.append({**ends, "type": "relation", "direction": "right", "labels": [label]})
        return
    if isinstance(edit, Write) and not edit.place.label:
        results.append(_result(_new_id(chance), edit.control, "textarea", {"text": [edit.text]}))
        return
    name = _find(edit.place, results)
    own = [result for result in results if result.get("id") == name]
    for part in own:
        if part["origin"] == "prediction":
            part["origin"] = "prediction-changed"
    edges = {key: own[0]["value"][key] for key in ("start", "end")}
    match edit:
        case Move():
            for part in own:
                part["value"] |= _edges(edit.text, text)
                if part["type"] != "textarea":
                    part["value"]["text"] = edit.text
        case Relabel():
            own[0]["value"]["labels"] = [edit.label]
        case Delete():
            gone = {"id", "from_id", "to_id"}
            results[:] = [result for result in results if name not in {result.get(key) for key in gone}]
        case Note():
            for part in own:
                part["meta"] = {"text": [edit.text]}
        case Choose() | Write():
            kind, value = ("choices", edit.value) if isinstance(edit, Choose) else ("textarea", edit.text)
            key = "choices" if isinstance(edit, Choose) else "text"
            results[:] = [result for result in results if result not in own or result["from_name"] != edit.control]
            if value:
                results.append(
                    _result(name, edit.control, kind, {**edges, key: [value]}) | {"origin": own[0]["origin"]}
                )


def _result(name: str, control: str, kind: str, value: Mapping[str, object]) -> dict[str, Any]:
    return {"value": dict(value), "id": name, "from_name": control, "to_name": "text", "type": kind, "origin": "manual"}


def _find(place: Place, results: Sequence[Mapping[str, Any]]) -> str:
    found = [
        result["id"]
        for result in results
        if result["type"] == "labels"
        and result["value"]["labels"] == [place.label]
        and result["value"]["text"] == place.text
    ]
    return str(found[place.number])


def _edges(words: str, text: str) -> dict[str, int]:
    start = text.index(words)
    return {"start": start, "end": start + len(words)}


def _new_id(chance: random.Random) -> str:
    return "".join(chance.choice(_ID_LETTERS) for _ in range(10))
