"""`harness curate`, and the function behind it."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harness.curate.tasks import curate
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, with_entity, write_release


def small(folder: Path) -> GoldStandard:
    write_release(folder / "v9", {"a": AGREED, "b": AGREED})
    return GoldStandard("v9", str(folder))


def test_build_writes_beside_its_inputs_or_elsewhere(tmp_path: Path) -> None:
    gold, elsewhere = small(tmp_path), tmp_path / "خارج"
    assert curate("build", gold, None) == 0
    assert curate("build", gold, elsewhere) == 0
    for name in ("gold.jsonl", "manifest.json"):
        assert (gold.folder / name).read_bytes() == (elsewhere / name).read_bytes()


def test_agreement_is_shown_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert curate("agreement", small(tmp_path), tmp_path / "kept") == 0
    assert "one language model" in " ".join(capsys.readouterr().out.split())
    kept = json.loads((tmp_path / "kept" / "agreement.json").read_text())
    assert kept["pairs"]["a-b"]["entities"]["micro"]["f1"] == 1
    assert "one language model" in kept["caveats"][0]


def test_export_writes_parquet_where_it_is_told(harness: Harness, tmp_path: Path) -> None:
    curate("build", small(tmp_path), None)
    named = ("curate", "export", f"root={tmp_path}", "version=v9")
    done = harness(*named, "out=kept")
    assert (done.code, done.out, done.err) == (0, "wrote kept/v9.parquet\n", "")
    assert len(pq.read_table(tmp_path / "kept" / "v9.parquet")) == 2
    assert "out: found null, wanted the folder" in harness(*named).err


def test_the_answers_of_a_run_are_exported_with_their_own_labels(harness: Harness, tmp_path: Path) -> None:
    gold = small(tmp_path)
    curate("build", gold, None)
    answers = [
        {"id": document.id, "entities": [{"start": 0, "end": 3, "type": "GPE", "score": 0.5}], "claims": []}
        for document in DOCUMENTS
    ]
    (tmp_path / "answers.jsonl").write_text("".join(f"{json.dumps(answer)}\n" for answer in answers))
    run = ("dataset=gold", f"dataset.root={tmp_path}", "dataset.version=v9", "runner=replay", "tracker=none")
    ran = harness("evaluate", *run, "runner.path=answers.jsonl", "hydra.run.dir=RUN", "analysis.enabled=false")
    assert ran.code == 0, ran.err
    done = harness("curate", "export", "run=RUN", "out=kept")
    assert done.out == "wrote kept/RUN.parquet\nnot in these files, which cannot hold it: 2 scores\n"
    rows = pq.read_table(tmp_path / "kept" / "RUN.parquet").to_pylist()
    assert [row["entities"][0]["type"] for row in rows] == ["GPE", "GPE"]
    assert [row["sentences"] for row in rows] == [None, None]


def test_a_wrong_task_or_version_is_refused(harness: Harness, tmp_path: Path) -> None:
    small(tmp_path)
    assert (
        "found 'exprot', wanted one of build, validate, agreement, new, ingest, export"
        in harness("curate", "exprot").err
    )
    for task in ("build", "export", "texts", "ceiling"):
        done = harness("curate", task, f"root={tmp_path}", "version=v8", "out=x")
        assert done.code == 2, task
        assert "v8: found no folder, wanted a version of the gold standard" in done.err


SCHEMA = """
name: own
version: 3
layers: [entities, sentences]
types: [شخص, مكان]
sentence_labels: [yes-label, no-label]
"""


def test_a_version_with_a_schema_of_its_own(harness: Harness, tmp_path: Path) -> None:
    folder = write_release(tmp_path / "v9", {"a": AGREED, "b": AGREED})
    (folder / "schema.yaml").write_text(SCHEMA, encoding="utf-8")
    layers = {"entities": [{"start": 0, "end": 3, "type": "مكان"}], "sentences": []}
    lines = "".join(f"{json.dumps({'id': document.id, **layers})}\n" for document in DOCUMENTS)
    for name in ("a", "b"):
        (folder / "annotators" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    named = (f"root={tmp_path}", "version=v9")
    built = harness("curate", "build", *named)
    assert built.out == f"{folder}: 2 entities, 0 sentences\n", built.err
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["layers"]["entities"]["types"] == {"شخص": 0, "مكان": 2}
    assert "schema.yaml" in manifest["sha256"]
    problems = harness("curate", "validate", *named).out
    assert "[S1]" in problems
    assert "[F3]" not in problems
    facts = json.loads((folder / "release.json").read_text())
    (folder / "release.json").write_text(json.dumps(facts | {"unchecked": ["S1", "B3"]}))
    assert harness("curate", "validate", *named).out == f"{folder}/gold.jsonl: 0 problems\n"
    (folder / "release.json").write_text(json.dumps(facts | {"unchecked": ["F2"]}))
    assert (
        'release.json: unchecked: found ["F2"], wanted a list of some of F5'
        in harness("curate", "validate", *named).err
    )
    assert harness("curate", "export", *named, "out=kept").code == 0
    decision = {"document": DOCUMENTS[0].id, "layer": "entities", "action": "exclude", "rules": ["E1"], "note": "-"}
    item = {"start": 0, "end": 3, "text": DOCUMENTS[0].text[:3], "type": "مكان"}
    (folder / "adjudication.jsonl").write_text(json.dumps(decision | {"item": item}), encoding="utf-8")
    assert harness("curate", "build", *named).out == f"{folder}: 1 entities, 0 sentences\n"


def test_problems_are_a_line_each_and_code_2(harness: Harness, tmp_path: Path) -> None:
    gold = small(tmp_path)
    curate("build", gold, None)
    gold.source.write_text(gold.source.read_text().replace('"CFS"', '"XFS"'))
    done = harness("curate", "task=validate", "version=v9", f"root={tmp_path}", "out=kept")
    assert done.code == 2
    lines = done.out.splitlines()
    assert sum("[F3]" in line and "XFS" in line for line in lines) == 2
    assert (tmp_path / "kept" / "problems.txt").read_text().splitlines() == lines
    assert done.err == ""
    # No run folder, no .hydra.
    assert {path.name for path in tmp_path.iterdir()} == {"v9", "kept"}


def test_an_undecided_disagreement_is_one_line_and_code_2(harness: Harness, tmp_path: Path) -> None:
    write_release(tmp_path / "v9", {"a": with_entity(EXTRA), "b": AGREED})
    done = harness("curate", "task=build", "version=v9", f"root={tmp_path}")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert "found 1 item that only some passes have" in done.err
    (line,) = (tmp_path / "v9" / "undecided.jsonl").read_text(encoding="utf-8").splitlines()
    assert (tmp_path / "v9" / "gold.jsonl").exists() is False
    filled = json.loads(line) | {"action": "exclude", "rules": ["E2"], "note": "-"}
    (tmp_path / "v9" / "adjudication.jsonl").write_text(json.dumps(filled), encoding="utf-8")
    assert harness("curate", "build", "version=v9", f"root={tmp_path}").code == 0
    assert not (tmp_path / "v9" / "undecided.jsonl").exists()
