import json
import re
from pathlib import Path

import pytest

from harness.cli.main import run
from tests.conftest import Sample


def test_sound_files_are_counted(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(sample.gold)]) == 0
    assert capsys.readouterr().out.strip().endswith("sample.jsonl: 6 documents, 15 entities, 3 claims, 8 sentences")
    assert run(["validate", str(sample.predictions), f"gold={sample.gold}"]) == 0
    assert "6 documents, 9 entities" in capsys.readouterr().out


def test_each_faulty_file_is_told_with_its_line_and_the_others_are_read_all_the_same(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = sample.gold.read_text(encoding="utf-8").splitlines(keepends=True)
    late, broken = tmp_path / "late.jsonl", tmp_path / "broken.jsonl"
    late.write_text("".join([*lines[:3], lines[3].replace('"start": ', '"start": 9', 1), *lines[4:]]), encoding="utf-8")
    broken.write_text("{}\n", encoding="utf-8")
    assert run(["validate", str(late), str(broken), str(sample.gold)]) == 2
    shown = capsys.readouterr()
    first, second = shown.err.splitlines()
    assert first.startswith(f"harness validate: {late}:4: entities[0]")
    assert second.startswith(f"harness validate: {broken}:1: id: found null")
    assert "6 documents" in shown.out


def test_predictions_without_a_document_of_the_gold_are_refused(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "x", "entities": []}\n', encoding="utf-8")
    assert run(["validate", str(other), "--gold", str(sample.gold)]) == 2
    assert f'{other}:1: id: found "x", wanted the id of a document' in capsys.readouterr().err


def test_no_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("harness validate: paths: found nothing, wanted ")


def test_a_schema_holds_gold_to_its_types(sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strange = tmp_path / "strange.jsonl"
    strange.write_text(sample.gold.read_text(encoding="utf-8").replace('"GPE"', '"CITY"', 1), encoding="utf-8")
    assert run(["validate", str(strange)]) == 0
    assert run(["validate", str(strange), "dataset.schema=gold"]) == 2
    assert f'{strange}:1: entities[2].type: found "CITY"' in capsys.readouterr().err


def test_columns_are_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = tmp_path / "columns.conll"
    columns.write_text("زار\tO\nسامي\tB-PERS\n", encoding="utf-8")
    assert run(["validate", "dataset=conll", str(columns)]) == 0
    assert "1 documents, 1 entities" in capsys.readouterr().out
    columns.write_text("زار O\n", encoding="utf-8")
    assert run(["validate", "dataset=conll", str(columns)]) == 2
    assert f"{columns}:1: found " in capsys.readouterr().err


def test_predictions_are_held_to_the_names_of_the_gold(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    misspelt = tmp_path / "misspelt.jsonl"
    misspelt.write_text(sample.predictions.read_text(encoding="utf-8").replace('"PERS"', '"PERRS"'), encoding="utf-8")
    for schema in ("infer", "gold"):
        assert run(["validate", str(misspelt), f"gold={sample.gold}", f"dataset.schema={schema}"]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith(f"harness validate: {misspelt}: found the unknown type PERRS (")
        assert re.search(r"; did you mean PERS\?\), first in document \S+, wanted those of ", shown.err)
        assert "keys of harness evaluate" in shown.err


def test_predicted_labels_and_attributes_are_held_to_those_of_the_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    span = '{"start": 0, "end": 3, "text": "قال"}'
    said = f'"claims": [{{"content": {span}, "cue": {span}, "source": null, "speaker": null, "tone": "TONE"}}]'
    record = '{"id": "x", "text": "قال", "sentences": [{"start": 0, "end": 3, "label": "LABEL"}], ' + said + "}"
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    gold.write_text(record.replace("TONE", "calm").replace("LABEL", "NEWS"), encoding="utf-8")
    predicted.write_text(record.replace("TONE", "clam").replace("LABEL", "NEWWS"), encoding="utf-8")
    assert run(["validate", str(gold), f"gold={gold}"]) == 0, capsys.readouterr().err
    assert run(["validate", str(predicted), f"gold={gold}"]) == 2
    told = capsys.readouterr().err
    assert "sentence label NEWWS (1; did you mean NEWS?)" in told
    assert "tone value clam (1; did you mean calm?)" in told


def test_answers_without_a_place_are_counted(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "predictions.jsonl"
    first, *others = sample.predictions.read_text(encoding="utf-8").splitlines()
    record = json.loads(first)
    record["unplaced"] = [{"layer": "claims", "label": "cue", "quote": "زعم"}]
    path.write_text("\n".join([json.dumps(record), *others]), encoding="utf-8")
    assert run(["validate", str(path), f"gold={sample.gold}"]) == 0
    assert capsys.readouterr().out.rstrip().endswith(", 1 without a place")
