"""Exports of Label Studio, of today's and older versions, as data sets."""

import copy
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError
from harness.data.units import in_unit
from harness.datasets.label_studio import LabelStudio
from harness.formats.export import Export
from harness.formats.label_studio import tasks_of
from harness.formats.marks import Marking
from tests.conftest import Harness
from tests.formats.label_studio_edits import (
    AMAL,
    BASIM,
    Add,
    Choose,
    Delete,
    Edit,
    Move,
    Note,
    Place,
    Relabel,
    Task,
    Write,
    edited_tasks,
)
from tests.formats.sample import CLAIM, ENTITIES, SENTENCES, TEXT, WHOLE, span
from tests.schemas import GOLD_SCHEMA, said

TASKS: Final = list(tasks_of(Export([WHOLE], GOLD_SCHEMA, "sample"), Marking()))
PLAIN: Final = {"start": 24, "end": 28, "text": "بكين", "labels": ["GPE"]}


def data_set(value: object, folder: Path, **keys: Any) -> LabelStudio:
    path = folder / "export.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return LabelStudio(str(path), **{"schema": "gold", **keys})


def task(*results: Mapping[str, object], **annotation: object) -> Task:
    """A task with an annotation of these results."""
    return {"id": 5, "data": {"text": TEXT}, "annotations": [{"result": list(results), **annotation}]}


def region(value: Mapping[str, object] = PLAIN, name: str = "aBcDeFgHiJ", **more: object) -> dict[str, object]:
    return {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": dict(value), **more}


def test_an_export_of_a_server_is_read(tmp_path: Path) -> None:
    dataset = data_set(edited_tasks(TASKS), tmp_path)
    assert list(dataset.read()) == [WHOLE]
    assert (dataset.remarks, dataset.notes, dataset.source, dataset.name) == ((), (), None, "export")


def test_what_a_person_did_is_read(tmp_path: Path) -> None:
    content, cue = Place("wide", "Content", "بكين ولندن بعيدتان"), Place("wide", "Cue", "قالَ")
    london = Place("wide", "GPE", "لندن")
    edits: list[Edit] = [
        Move(london, "ولندن"),
        Note(london._replace(text="ولندن"), "الواو من الاسم"),
        Write(london._replace(text="ولندن"), "rule", "B4"),
        Delete(Place("wide", "GPE", "بكين")),
        Write(Place("wide", "", ""), "document_rule", "E2"),
        Relabel(Place("wide", "OCC", "وزيرُ الصينِ"), "PERS"),
        Choose(content, "polarity", "denies"),
        Write(content, "speaker", "وزير"),
        Add(Place("wide", "Content", "بعيدتان"), {"cue": cue}),
        Write(Place("wide", "Content", "بعيدتان"), "note", "سبب"),
        *(
            Choose(Place("wide", "Content", "بعيدتان"), name, values[0])
            for name, values in GOLD_SCHEMA.attributes.items()
        ),
    ]
    dataset = data_set(edited_tasks(TASKS, edits), tmp_path)
    (example,) = dataset.read()
    new = Claim(span("بعيدتان"), CLAIM.cue, None, None, said("direct", "affirms", "asserted"))
    changed = Claim(CLAIM.content, CLAIM.cue, CLAIM.source, "وزير", said("indirect", "denies", "asserted"))
    assert example.gold == Annotation(
        (Entity(*span("وزيرُ الصينِ"), "PERS"), ENTITIES[1], Entity(*span("ولندن"), "GPE")), (changed, new), SENTENCES
    )
    assert dataset.remarks == ()
    (noted,) = dataset.notes
    assert (noted.document.id, noted.note) == ("wide", {"rule": "E2"})
    assert [(mark.label, mark.span, mark.note) for mark in noted.marks] == [
        ("GPE", span("ولندن"), {"note": "الواو من الاسم", "rule": "B4"}),
        ("Content", span("بعيدتان"), {"note": "سبب"}),
    ]


def test_a_deleted_cue_leaves_a_claim_that_is_named(tmp_path: Path) -> None:
    edited = edited_tasks(TASKS, [Delete(Place("wide", "Cue", "قالَ"))])
    with pytest.raises(InputError, match=r"export\.json: task 1 \(wide\): \w{10}: found no link cue, wanted the cue"):
        data_set(edited, tmp_path).read()


def test_accepted_predictions_are_annotations(tmp_path: Path) -> None:
    suggested = list(tasks_of(Export([WHOLE], GOLD_SCHEMA, "sample", "rules"), Marking()))
    deleted = [Delete(Place("wide", "GPE", "بكين"))]
    for snapshot in (True, False):
        edited = edited_tasks(suggested, deleted, snapshot=snapshot)
        (example,) = data_set(edited, tmp_path).read()
        assert example.gold.entities == (ENTITIES[0], ENTITIES[1], ENTITIES[3])
    with pytest.raises(InputError, match="predictions: found 201, wanted an object: a snapshot"):
        data_set(edited, tmp_path, results="predictions").read()
    edited = edited_tasks(suggested, deleted, snapshot=True)
    (example,) = data_set(edited, tmp_path, results="predictions").read()
    assert example == WHOLE


@pytest.mark.parametrize("unit", ["code_points", "utf16"])
@pytest.mark.parametrize("given_unit", ["auto", None])
def test_offsets_are_proved(unit: Any, given_unit: str | None, tmp_path: Path) -> None:
    tasks = copy.deepcopy(TASKS)
    for result in tasks[0]["annotations"][0]["result"]:
        if "value" in result:
            place = result["value"]
            ((place["start"], place["end"]),) = in_unit(TEXT, [span(TEXT[place["start"] : place["end"]])], unit)
    dataset = data_set(tasks, tmp_path, unit=given_unit or unit)
    assert list(dataset.read()) == [WHOLE]
    assert [("utf16" in remark) for remark in dataset.remarks] == [True] * (unit == "utf16" and given_unit == "auto")


def test_an_unproved_offset_names_the_region(tmp_path: Path) -> None:
    message = 'export.json: task 1 (5): aBcDeFgHiJ: found "ين و" at [26, 30], wanted the text it is said to be: "بكين"'
    with pytest.raises(InputError, match=re.escape(message)):
        data_set([task(region({**PLAIN, "start": 26, "end": 30}))], tmp_path).read()


@pytest.mark.parametrize("quote", ["قال  أحمد\r\nإن", "قال أحمد إن", "قال أحمد\n\nإن"])
def test_white_space_that_the_page_shows_as_a_space_proves_nothing_wrong(quote: str, tmp_path: Path) -> None:
    text = "😊 قال  أحمد\r\nإن"
    for start in (2, 3):
        value = {"start": start, "end": start + 13, "text": quote, "labels": ["QUOTE"]}
        tasks = [{"id": 1, "data": {"text": text}, "annotations": [{"result": [region(value)]}]}]
        (example,) = data_set(tasks, tmp_path, schema="infer").read()
        assert example.gold.entities == (Entity(2, 15, "QUOTE"),)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_line_ends_change_no_offset_and_part_no_record(end: str, tmp_path: Path) -> None:
    text = f"قال{end}{end}بكين"
    value = {"start": 3 + 2 * len(end), "end": 7 + 2 * len(end), "text": "بكين", "labels": ["GPE"]}
    tasks = [{"id": number, "data": {"text": text}, "annotations": [{"result": [region(value)]}]} for number in (1, 2)]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in tasks)
    for content in (tasks, lines):
        examples = data_set(content, tmp_path).read()
        assert [(item.document.text, item.gold.entities) for item in examples] == [
            (text, (Entity(value["start"], value["end"], "GPE"),))  # type: ignore[arg-type]
        ] * 2


HYPER: Final = {
    "start": "/div[1]/text()[1]",
    "end": "/div[1]/text()[1]",
    "startOffset": 24,
    "endOffset": 28,
    "globalOffsets": {"start": 24, "end": 28},
    "text": "بكين",
    "hypertextlabels": ["GPE"],
}


def test_hypertext_has_global_offsets(tmp_path: Path) -> None:
    (example,) = data_set([task(region(HYPER, type="hypertextlabels"))], tmp_path).read()
    assert example.gold.entities == (Entity(24, 28, "GPE"),)


def test_a_region_of_several_labels_is_a_mark_for_each(tmp_path: Path) -> None:
    results: list[dict[str, Any]] = [
        region({**PLAIN, "labels": ["GPE", "Content", "ORG"]}),
        region({"start": 2, "end": 6, "text": "قالَ", "labels": ["Cue"]}, "q"),
        *(
            {"id": "aBcDeFgHiJ", "from_name": name, "type": "choices", "value": {"choices": [values[0]]}}
            for name, values in GOLD_SCHEMA.attributes.items()
        ),
        {"type": "relation", "from_id": "q", "to_id": "aBcDeFgHiJ", "direction": "left", "labels": ["cue"]},
    ]
    (example,) = data_set([task(*results)], tmp_path).read()
    assert example.gold.entities == (Entity(24, 28, "GPE"), Entity(24, 28, "ORG"))
    attributes = said("direct", "affirms", "asserted")
    assert example.gold.claims == (Claim(span("بكين"), span("قالَ"), None, None, attributes),)


def test_labels_from_two_controls_are_one_region(tmp_path: Path) -> None:
    both = [region(), region({**PLAIN, "labels": ["UFS"]}, from_name="sentences")]
    (example,) = data_set([task(*both)], tmp_path).read()
    assert example.gold.entities == (Entity(24, 28, "GPE"),)
    assert [item.label for item in example.gold.sentences or ()] == ["UFS"]


def test_other_relations_and_results_are_counted(tmp_path: Path) -> None:
    other = {"from_name": "x", "to_name": "text"}
    results: list[dict[str, Any]] = [
        region(),
        region({"start": 28, "end": 29, "labels": []}, "b"),
        {"id": "aBcDeFgHiJ", "type": "choices", "value": {**PLAIN, "choices": ["y"]}, **other},
        {"id": "aBcDeFgHiJ", "type": "rating", "value": {**PLAIN, "rating": 3}, **other},
        {"id": "c", "type": "choices", "value": {"choices": ["z"]}, **other},
        {"type": "relation", "from_id": "aBcDeFgHiJ", "to_id": "aBcDeFgHiJ", "direction": "bi"},
    ]
    dataset = data_set([task(*results)], tmp_path)
    assert [item.gold.entities for item in dataset.read()] == [(Entity(24, 28, "GPE"),)]
    (links, rest) = dataset.remarks
    assert links.endswith("found links that are no part of claims (1 relation); passed over")
    for what in (
        "1 results of the type rating",
        "1 regions without a label",
        "1 choices for a whole task",
        "1 choices for regions that are no content of a claim",
    ):
        assert what in rest


MINIMAL: Final = {
    "text": TEXT,
    "outlet": "sample",
    "id": 5,
    "label": [PLAIN, {**PLAIN, "labels": ["ORG", "GPE"]}],
    "annotator": 7,
    "annotation_id": 1,
    "created_at": "2026-11-02T08:30:00Z",
    "updated_at": "2026-11-02T08:30:00Z",
    "lead_time": 3.5,
}


def test_json_min_is_read(tmp_path: Path) -> None:
    empty = {key: value for key, value in MINIMAL.items() if key != "label"} | {"id": 6, "doc_id": "six"}
    first, second = data_set([MINIMAL, empty], tmp_path).read()
    assert first.document == Document("5", TEXT, {"outlet": "sample"})
    assert first.gold.entities == (Entity(24, 28, "GPE"), Entity(24, 28, "ORG"))
    assert (second.document.id, second.gold.entities) == ("six", ())


def test_json_min_has_a_record_for_each_annotator(tmp_path: Path) -> None:
    records = [MINIMAL, {**MINIMAL, "annotator": 12, "label": [PLAIN]}]
    with pytest.raises(InputError, match="found 2 annotations, by 7, 12, wanted one"):
        data_set(records, tmp_path).read()
    (example,) = data_set(records, tmp_path, annotator=12).read()
    assert example.gold.entities == (Entity(24, 28, "GPE"),)


def test_json_min_cannot_hold_claims(tmp_path: Path) -> None:
    record = {**MINIMAL, "label": [{**PLAIN, "labels": ["Cue"]}]}
    with pytest.raises(InputError, match=r"label\[0\]: found the labels Cue, wanted the JSON export"):
        data_set([record], tmp_path).read()


def test_the_form_before_version_1_is_read(tmp_path: Path) -> None:
    old = {"id": 1, "data": {"text": TEXT}, "completions": [{"id": 1001, "result": [region()], "lead_time": 2.0}]}
    skipped = {**old, "completions": [{"skipped": True, "result": []}, *old["completions"]]}  # type: ignore[misc]
    for record in (old, skipped):
        (example,) = data_set(record, tmp_path).read()
        assert example.gold.entities == (Entity(24, 28, "GPE"),)


def test_folders_of_tasks_and_of_annotations_are_read(tmp_path: Path) -> None:
    for number in (10, 9):
        name = {"text": TEXT, "doc_id": f"d{number}"}
        (tmp_path / f"{number}.json").write_text(json.dumps({**task(region()), "id": number, "data": name}, indent=1))
    assert [item.document.id for item in LabelStudio(str(tmp_path)).read()] == ["d9", "d10"]
    synced = tmp_path / "synced"
    synced.mkdir()
    for number, person in enumerate((AMAL, BASIM)):
        annotation = {"id": number, "result": [region()] * number, "completed_by": person}
        whole = {
            **annotation,
            "task": {"id": 5, "data": {"text": TEXT}},
            "created_at": f"2026-11-0{number + 1}T00:00:00Z",
        }
        (synced / str(number)).write_text(json.dumps(whole))
    (synced / ".hidden").write_text("x")
    (synced / "README.md").write_text("x")
    for annotator, count in (("first", 0), ("basim@example.org", 1)):
        (example,) = LabelStudio(str(synced), annotator=annotator).read()
        assert len(example.gold.entities or ()) == count


def several() -> list[Task]:
    """A task that three people annotated, one of them twice and one in vain; and one that only one of them did."""
    people = [(AMAL, 1, 3, False), (BASIM, 2, 1, False), (AMAL, 3, 2, False), ({"id": 9}, 0, 9, True)]
    annotations = [
        {
            "completed_by": person,
            "result": [region(name=str(number)) for number in range(1)] * bool(count)
            + [region({"start": 7, "end": 11 + number, "labels": ["OCC"]}, f"x{number}") for number in range(count)],
            "created_at": f"2026-11-0{day}T10:00:00.5Z",
            "was_cancelled": cancelled,
        }
        for person, count, day, cancelled in people
    ]
    shared = {"id": 1, "data": {"text": TEXT}, "annotations": annotations}
    return [shared, {"id": 2, "data": {"text": TEXT}, "annotations": [{"completed_by": BASIM, "result": [region()]}]}]


@pytest.mark.parametrize(
    ("annotator", "count"), [("first", 3), ("last", 2), ("basim@example.org", 3), ("12", 3), (12, 3), ("7", 2)]
)
def test_one_of_several_annotations_is_picked(annotator: Any, count: int, tmp_path: Path) -> None:
    dataset = data_set(several(), tmp_path, annotator=annotator, unannotated="skip")
    examples = dataset.read()
    assert len(examples[0].gold.entities or ()) == count
    assert "1 cancelled annotations" in dataset.remarks[-1]
    assert len(examples) == (1 if annotator == "7" else 2)
    assert ("1 earlier annotations by the same" in dataset.remarks[-1]) == (annotator == "7")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "task 1: found 3 annotations, by amal@example.org, basim@example.org, wanted one: dataset.annotator=NAME"),
        (
            {"annotator": "amal@example.og"},
            'dataset.annotator: found "amal@example.og", wanted first, last or one of amal@example.org, '
            "basim@example.org; did you mean amal@example.org?",
        ),
        ({"annotator": 7}, "task 2: found none of its annotations by 7, wanted one; dataset.unannotated=skip"),
    ],
)
def test_without_a_choice_the_annotators_are_listed(keys: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        data_set(several(), tmp_path, **keys).read()


def test_tasks_without_annotation(tmp_path: Path) -> None:
    tasks = [task(region()), {"id": 6, "data": {"text": TEXT}, "annotations": []}, {"id": 7, "text": TEXT}]
    with pytest.raises(InputError, match="task 2: found none of its annotations, wanted one"):
        data_set(tasks, tmp_path).read()
    skipping = data_set(tasks, tmp_path, unannotated="skip")
    assert [item.document.id for item in skipping.read()] == ["5"]
    assert skipping.remarks == (f"{skipping.path}: found 2 tasks without annotation; passed over",)
    emptied = data_set(tasks, tmp_path, unannotated="empty")
    assert [item.gold.entities for item in emptied.read()] == [(Entity(24, 28, "GPE"),), (), ()]
    assert "2 tasks without annotation, read as texts in which there is nothing" in emptied.remarks[0]


def test_predictions_are_picked_by_their_model(tmp_path: Path) -> None:
    predictions = [
        {"model_version": "a", "result": [region()], "score": 0.5},
        {"model_version": "b", "result": [region(score=0.25)]},
    ]
    tasks = [{**task(), "predictions": predictions}]
    with pytest.raises(InputError, match="found 2 predictions, by a, b, wanted one"):
        data_set(tasks, tmp_path, results="predictions").read()
    (example,) = data_set(tasks, tmp_path, results="predictions", annotator="b").read()
    assert example.gold.entities == (Entity(24, 28, "GPE", 0.25),)


def test_texts_and_ids_stand_where_keys_say(tmp_path: Path) -> None:
    record = {"id": 5, "data": {"body": TEXT, "key": 3, "url": "x"}, "annotations": [{"result": [region()]}]}
    with pytest.raises(InputError, match=r"data\.text: found no text, wanted the text; .*, of: body, url"):
        data_set([record], tmp_path).read()
    (example,) = data_set([record], tmp_path, text_key="body").read()
    assert example.document == Document("5", TEXT, {"key": 3, "url": "x"})
    (example,) = data_set([record], tmp_path, text_key="body", id_key="key").read()
    assert example.document == Document("3", TEXT, {"url": "x"})


def test_an_encoding_is_read_and_suggested(tmp_path: Path) -> None:
    content = json.dumps([{**task(), "data": {"text": "قال بكين"}}], ensure_ascii=False)
    path = tmp_path / "old.json"
    path.write_bytes(content.encode("windows-1256"))
    with pytest.raises(InputError, match=r"dataset\.encoding=windows-1256, in which it is Arabic"):
        LabelStudio(str(path)).read()
    (example,) = LabelStudio(str(path), encoding="windows-1256").read()
    assert example.document.text == "قال بكين"
    path.write_bytes(content.encode("utf-16"))
    assert LabelStudio(str(path)).read()[0].document.text == "قال بكين"


RELATION: Final = {"type": "relation", "from_id": "aBcDeFgHiJ", "to_id": "zz", "labels": ["cue"]}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "found nothing, wanted tasks"),
        ("[]", "found an empty list, wanted tasks"),
        ("[1", "wanted tasks of Label Studio, as JSON"),
        ("[" * 100_000, "found too deep a nesting, wanted tasks of Label Studio, as JSON"),
        ("3", "task 1: found 3, wanted an object"),
        ('{"id": 1}\n3', "export.json:2: found 3, wanted a JSON object"),
        ([[]], "task 1: found [], wanted an object"),
        ([{"data": []}], "task 1: data: found [], wanted an object with the text"),
        ([{"data": {"text": 3}}], "task 1: data.text: found 3, wanted the text"),
        ([{"data": {"text": "x"}}], "task 1: found no id, wanted data.doc_id, data.document_id, data.id or the id"),
        ([{"data": {"text": "x", "id": True}}], "task 1: data.id: found true, wanted a text or a whole number"),
        ([{"id": 1.5, "data": {"text": "x"}}], "task 1: id: found 1.5, wanted a text or a whole number"),
        ([task(), task()], "found '5', wanted each document once"),
        ([{**task(), "annotations": {}}], "annotations: found {}, wanted a list of objects"),
        ([{**task(), "annotations": [12]}], "annotations: found 12, wanted an object: a snapshot of"),
        ([task(completed_by=[])], "completed_by: found [], wanted a text or a whole number"),
        ([task(region({**PLAIN, "start": True}))], "aBcDeFgHiJ: start: found true, wanted a whole number"),
        ([task(region({**PLAIN, "end": 28.0}))], "aBcDeFgHiJ: end: found 28.0, wanted a whole number"),
        ([task(region({**PLAIN, "end": 10**30}))], f"aBcDeFgHiJ: found [24, {10**30}], wanted edges of characters"),
        ([task(region({**PLAIN, "end": 24}))], "aBcDeFgHiJ: found [24, 24], wanted a start before its end"),
        ([task(region({**PLAIN, "text": ["x"]}))], 'aBcDeFgHiJ: text: found ["x"], wanted the text of the region'),
        ([task(region({**PLAIN, "labels": [3]}))], "labels: found [3], wanted a list of texts"),
        ([task(region({**PLAIN, "labels": ["PLACE"]}))], "aBcDeFgHiJ: found the label 'PLACE', wanted one of gold"),
        ([task(region(score=2))], "aBcDeFgHiJ: score: found 2, wanted a number from 0 to 1"),
        ([task(region(), region({**PLAIN, "start": 22}))], "two places, [24, 28] and [22, 28], wanted one"),
        ([task(region({"start": 0, "end": 1, "paragraphlabels": ["x"]}, type="paragraphlabels"))], "of a dialogue"),
        ([task({**region(), "value": None})], "aBcDeFgHiJ: value: found null, wanted an object"),
        ([task({**region(), "from_name": 3})], "aBcDeFgHiJ: from_name: found 3, wanted the name of a control"),
        ([task({**region(), "id": {}})], "result 0: id: found {}, wanted a text or a whole number"),
        ([task(region(), RELATION)], 'task 1 (5): link cue: found "zz", wanted the name of a mark'),
        ([task(region(), {**RELATION, "to_id": None})], "result 1: to_id: found nothing, wanted the id of a region"),
        ([task(region(), {**RELATION, "direction": "up"})], 'direction: found "up", wanted left, right or bi'),
        ([task(region({k: v for k, v in HYPER.items() if k != "globalOffsets"}, type="hypertextlabels"))],
         'start: found the XPath "/div[1]/text()[1]" of an HTML page, wanted globalOffsets'),
        ([{**task(region({k: v for k, v in HYPER.items() if k != "text"}, type="hypertextlabels")),
           "data": {"text": f"<p>{TEXT}</p>"}}], "found HTML and regions without text"),
    ],
)  # fmt: skip
def test_what_is_malformed_is_named(value: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        data_set(value, tmp_path).read()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"results": "x"}, "dataset.results: found 'x', wanted one of annotations, predictions"),
        ({"unannotated": "x"}, "dataset.unannotated: found 'x', wanted one of error, skip, empty"),
        ({"layers": ["x"]}, "dataset.layers: found x"),
    ],
)
def test_keys_are_checked(keys: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        LabelStudio("x", **keys)


def test_the_program_exports_and_reads_and_names_what_is_wrong(harness: Harness, tmp_path: Path) -> None:
    done = harness("curate", "export", "format=label_studio", "version=v1", f"out={tmp_path}/project")
    assert (done.code, done.err) == (0, "")
    run = ("evaluate", "dataset=label_studio", "runner=longest", "tracker=none", "scorer=[entities_strict]")
    path = tmp_path / "export.json"
    path.write_text(json.dumps(several()), encoding="utf-8")
    named = (f"dataset.path={path}", "dataset.unannotated=skip", f"hydra.run.dir={tmp_path}/run")
    done = harness(*run, *named)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "wanted one: dataset.annotator=NAME" in done.err
    assert harness(*run, *named, "dataset.annotator=7").code == 0


def test_a_file_that_is_not_there_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json: found No such file or directory"):
        LabelStudio(str(tmp_path / "none.json")).read()
    with pytest.raises(InputError, match=r"found no file \.json or \.jsonl"):
        LabelStudio(str(tmp_path)).read()


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a JSON value."""
    items: list[tuple[Any, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


SOUND: Final = [*edited_tasks(TASKS, [Note(Place("wide", "GPE", "بكين"), "x")]), MINIMAL]
ODD: Final[tuple[Any, ...]] = (None, True, -1, 1.5, 10**20, "", "x", "/div", [], {}, [None], ["x"], [[]], {"start": 0})


@given(
    st.lists(st.tuples(st.sampled_from(places(SOUND)[1:]), st.sampled_from(ODD), st.booleans()), min_size=1, max_size=3)
)
def test_no_mutation_of_a_file_ends_in_anything_but_an_input_error(changes: list[tuple[Any, ...]]) -> None:
    value = copy.deepcopy(SOUND)
    for path, odd, drop in changes:
        parent: Any = value
        try:
            for key in path[:-1]:
                parent = parent[key]
            if drop:
                del parent[path[-1]]
            else:
                parent[path[-1]] = copy.deepcopy(odd)
        except (KeyError, IndexError, TypeError):
            continue
    with tempfile.TemporaryDirectory() as folder:
        dataset = data_set(value, Path(folder))
        message = ""
        try:
            assert all(isinstance(example, Example) for example in dataset.read())
            assert all(isinstance(remark, str) for remark in dataset.remarks)
        except InputError as error:
            message = str(error)
    assert not message or (message.startswith(folder) and ", wanted " in message)
    assert "\n" not in message
