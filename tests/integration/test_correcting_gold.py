"""The whole way of a correction: out to Label Studio, edited there, back as the next version, scored and gated."""

import json
import shutil
from pathlib import Path

from harness.data.files import resource
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness
from tests.formats.label_studio_edits import Add, Delete, Edit, Place, Relabel, Write, edited_tasks

DOCUMENT = "a0-beijing-visit"
WEST = Place(DOCUMENT, "LOC", "لغرب")
AGAIN = Place(DOCUMENT, "GPE", "لغرب")
THURSDAY = Place(DOCUMENT, "DATE", "يوم الخميس")
WHOLE = Place(DOCUMENT, "", "")
NEW = Place(DOCUMENT, "PRODUCT", "مشكلة")


def test_export_edit_import_validate_agree_score_and_regold(harness: Harness, tmp_path: Path) -> None:
    gold = Path(shutil.copytree(resource("gold"), tmp_path / "gold"))
    root = f"root={gold}"
    released = {path: path.read_bytes() for path in (gold / "v1").rglob("*") if path.is_file()}
    assert harness("curate", "export", root, "format=label_studio", "out=project").code == 0
    tasks = json.loads((tmp_path / "project" / "tasks.json").read_text(encoding="utf-8"))
    edits: list[Edit] = [
        Relabel(WEST, "GPE"),
        Write(AGAIN, "rule", "E45"),
        Write(AGAIN, "note", "للتجربة"),
        Delete(THURSDAY),
        Write(WHOLE, "document_rule", "E12"),
        Write(WHOLE, "document_note", "ليس تاريخا"),
    ]
    back = tmp_path / "back.json"
    back.write_text(json.dumps(edited_tasks(tasks, edits), ensure_ascii=False), encoding="utf-8")
    edited = ("dataset@edited=label_studio", f"edited.path={back}")
    done = harness("curate", "import", root, *edited, "reviewer=Amal", "out=changes")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].endswith("gold/v2: 2 changes of v1")
    kept = [json.loads(line) for line in (gold / "v2" / "corrections.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["rules"], line["note"], line["by"]) for line in kept] == [
        (["E12"], "ليس تاريخا", "Amal"),
        (["E45"], "للتجربة", "Amal"),
    ]
    assert {path: path.read_bytes() for path in released} == released
    before, after = (GoldStandard(version, str(gold)).read() for version in ("v1", "v2"))
    gone = set(before[0].gold.entities or ()) - set(after[0].gold.entities or ())
    come = set(after[0].gold.entities or ()) - set(before[0].gold.entities or ())
    assert {(entity.start, entity.type) for entity in gone} == {(45, "DATE"), (71, "LOC")}
    assert {(entity.start, entity.type) for entity in come} == {(71, "GPE")}
    assert before[1:] == after[1:]
    assert harness("curate", "validate", root, "version=v2").out.endswith("0 problems\n")
    assert harness("curate", "agreement", root, "version=v2").code == 0

    # The extractor as it was, on both versions: the gate shows what the change of gold alone does.
    score = ("runner=rules", "tracker=none", "analysis.enabled=false", "bootstrap.resamples=50", f"dataset.root={gold}")
    for version in ("v1", "v2"):
        ran = harness("evaluate", *score, f"dataset.version={version}", f"hydra.run.dir={version}")
        assert ran.code == 0, ran.err
    blessed = harness("gate", "task=bless", "run=v1", "baseline=baselines/rules")
    assert blessed.code == 0, blessed.err
    moved = harness("gate", "task=regold", "run=v2", "baselines=baselines")
    assert moved.code == 0, moved.err
    record = json.loads((tmp_path / "v2" / "regold.json").read_text(encoding="utf-8"))
    assert "rules" in json.dumps(record)

    # Once more: the next version of the next version.
    again = harness("curate", "import", root, "version=v2", *edited)
    assert again.out.endswith("found no change, nothing was made\n"), again.err


def test_a_mention_that_is_new_wants_its_rule(harness: Harness, tmp_path: Path) -> None:
    gold = Path(shutil.copytree(resource("gold"), tmp_path / "gold"))
    assert harness("curate", "export", f"root={gold}", "format=label_studio", "out=project").code == 0
    tasks = json.loads((tmp_path / "project" / "tasks.json").read_text(encoding="utf-8"))
    back = tmp_path / "back.json"
    back.write_text(json.dumps(edited_tasks(tasks, [Add(NEW)]), ensure_ascii=False), encoding="utf-8")
    named = (f"root={gold}", "dataset@edited=label_studio", f"edited.path={back}", "out=changes")
    done = harness("curate", "import", *named)
    assert done.code == 2
    assert "found 1 change without a rule or a note" in done.err
    assert not (gold / "v2").exists()
    assert harness("curate", "import", *named, "rule=E10", "note=a try", "into=v1.1").code == 0
    assert (gold / "v1.1" / "gold.jsonl").is_file()
