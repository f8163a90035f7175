"""A project of Label Studio: tasks to import, the configuration of its interface, and how to set it up."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_letters
from typing import Any, Final, Literal

from harness.data.types import LAYERS, Document
from harness.formats.export import Export, Format, Written, lost
from harness.formats.label_studio_config import LABEL, TEXT, config_of, guide_of
from harness.formats.marks import SPEAKER, Mark, MarkedText, Marking, marks_of

_ID_LETTERS: Final = 10
"""As many as the ids have that the editor makes."""


@dataclass(frozen=True)
class LabelStudio(Format):
    """A folder with `tasks.json`, `config.xml` and a README; `marking` labels what is no mention.

    Gold is written as annotations, the answers of a run as predictions, which people accept or change. `granularity` is
    what a selection is widened to: `symbol` (nothing) or `word`.
    """

    marking: Marking = field(default_factory=Marking)
    granularity: Literal["symbol", "word"] = "symbol"

    def write(self, export: Export, out: Path) -> Written:
        """Write the files.

        Raises:
            InputError: two things have one label, or one that the interface cannot have.
        """
        config = config_of(export.schema, self.marking, self.granularity)
        lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks_of(export, self.marking))
        contents = {"tasks.json": f"[\n{lines}\n]\n", "config.xml": config, "README.md": guide_of(export)}
        for name, content in contents.items():
            (out / name).write_text(content, encoding="utf-8", newline="\n")
        held = ("meta", *LAYERS, "attributes", "speakers", "scores")
        return Written([out / name for name in contents], lost(export.examples, held) + _absent(export))


def _absent(export: Export) -> Counter[str]:
    """How many documents lack a layer that others have: in a task it looks like one in which there is nothing."""
    absent = Counter(
        {
            f"documents in which {layer} are not annotated": sum(
                getattr(example.gold, layer) is None for example in export.examples
            )
            for layer in export.schema.layers
        }
    )
    return Counter({what: count for what, count in absent.items() if 0 < count < len(export.examples)})


def tasks_of(export: Export, marking: Marking) -> Iterator[dict[str, Any]]:
    """The tasks, in the order of the documents."""
    for example in export.examples:
        data = {"doc_id": example.document.id, "text": example.document.text, "meta": dict(example.document.meta)}
        marked = marks_of(example, marking)
        results = list(_results(marked))
        if export.system is None:
            yield {"data": data, "annotations": [{"result": results, "was_cancelled": False}]}
            continue
        scores = [mark.score for mark in marked.marks if mark.score is not None]
        score = {"score": round(sum(scores) / len(scores), 6)} if scores else {}
        yield {"data": data, "predictions": [{"model_version": export.system, **score, "result": results}]}


def _results(marked: MarkedText) -> Iterator[dict[str, Any]]:
    """The results of each region, its labels first; behind all regions the relations."""
    names = region_ids(marked)
    for mark in marked.marks:
        yield from region(names[mark.id], marked.document, mark)
    for link in marked.links:
        ends = {"from_id": names[link.head], "to_id": names[link.tail]}
        yield {**ends, "type": "relation", "direction": "right", "labels": [link.label]}


def region(name: str, document: Document, mark: Mark) -> list[dict[str, Any]]:
    """The results of a mark as the editor writes them, all under the id `name`."""
    edges = {"start": mark.start, "end": mark.end}
    quote = document.text[mark.start : mark.end]

    def result(control: str, kind: str, value: Mapping[str, object]) -> dict[str, Any]:
        return {"id": name, "from_name": control, "to_name": TEXT, "type": kind, "value": {**edges, **value}}

    labels = result(LABEL, "labels", {"text": quote, "labels": [mark.label]})
    results = [labels if mark.score is None else {**labels, "score": mark.score}]
    for attribute, value in mark.attributes.items():
        if attribute == SPEAKER:
            results.append(result(SPEAKER, "textarea", {"text": [value]}))
        else:
            results.append(result(attribute, "choices", {"text": quote, "choices": [value]}))
    return results + [result(control, "textarea", {"text": [text]}) for control, text in mark.note.items()]


def region_ids(marked: MarkedText) -> dict[str, str]:
    """The id of each mark's region, by the mark's: ten letters, from the document, the place and the label.

    The same mark has the same id in every export, so that an edited region is known again. Marks of one place and label
    are told apart by their order.
    """
    used: Counter[tuple[int, int, str]] = Counter()
    ids: dict[str, str] = {}
    for mark in marked.marks:
        key = mark.start, mark.end, mark.label
        used[key] += 1
        number = int.from_bytes(hashlib.sha256(repr((marked.document.id, *key, used[key])).encode()).digest())
        letters = []
        for _ in range(_ID_LETTERS):
            number, letter = divmod(number, len(ascii_letters))
            letters.append(ascii_letters[letter])
        ids[mark.id] = "".join(letters)
    return ids
