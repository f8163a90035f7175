"""The run folder: refused when finished, finished in one step, and complete."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.data import codec
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Prediction, Span
from harness.runs import folder as run_folder
from harness.runs.run import read_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import Gold, Score
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from tests.builders import score_of

TEXT = "زار بوتين الصين"
GOLD = Annotation((Entity(4, 9, "PERS"), Entity(10, 15, "GPE")), (Claim(Span(4, 9), Span(0, 3)),))
EXAMPLES = [
    *(Example(Document(name, TEXT), GOLD) for name in "abcdef"),
    Example(Document("وثيقة", f"{TEXT}\nهنا"), Annotation((Entity(4, 9, "PERS"),), ())),
]
DOCUMENTS = [example.document for example in EXAMPLES]
PREDICTIONS = [Prediction(document.id, GOLD, 0.5) for document in DOCUMENTS[:-1]]
RUN_GOLD = Gold("v1", "0123456789", EXAMPLES)


def scored() -> dict[str, Score]:
    predictions = {prediction.doc_id: prediction for prediction in PREDICTIONS}
    scorers: dict[str, Scorer] = {"strict": EntitiesStrict(), "claims": Claims()}
    return score_of(RUN_GOLD, predictions, Scoring(scorers, "paragraph", Bootstrap(50)))


def summary(predictions: list[Prediction]) -> dict[str, Any]:
    return run_folder.summary("run", RUN_GOLD, "replay", predictions, scored())


def test_a_new_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "تجربة" / "one"
    run_folder.open_folder(folder)
    assert folder.is_dir()
    run_folder.open_folder(folder)  # unfinished: it may be used again


def test_a_finished_run_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    run_folder.write_scores(tmp_path, {"schema": 1})
    before = (tmp_path / "scores.json").read_bytes()
    with pytest.raises(InputError, match=r"found a finished run \(scores.json\)"):
        run_folder.open_folder(tmp_path)
    assert (tmp_path / "scores.json").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "inside"):
        with pytest.raises(InputError, match="wanted a folder to write to") as caught:
            run_folder.open_folder(folder)
        assert str(caught.value).startswith(f"{folder}: found ")


@pytest.mark.parametrize("value", [float("nan"), object()])
def test_a_run_that_dies_while_writing_is_not_finished(tmp_path: Path, value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        run_folder.write_scores(tmp_path, {"schema": 1, "broken": value})
    assert not (tmp_path / "scores.json").exists()
    run_folder.open_folder(tmp_path)
    run_folder.write_scores(tmp_path, {"schema": 1})
    assert json.loads((tmp_path / "scores.json").read_text("utf-8")) == {"schema": 1}


def test_scores_appear_whole_by_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, object]] = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        seen.append((target.exists(), json.loads(self.read_text("utf-8"))))
        assert self.parent == target.parent  # a rename is atomic inside one folder only
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    run_folder.write_scores(tmp_path, {"schema": 1, "name": "ب"})
    assert seen == [(False, {"schema": 1, "name": "ب"})]
    assert [path.name for path in tmp_path.iterdir()] == ["scores.json"]


def test_a_crash_before_the_rename_leaves_no_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(self: Path, target: Path) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        run_folder.write_scores(tmp_path, {"schema": 1})
    assert not (tmp_path / "scores.json").exists()


def test_counts_have_a_row_for_each_scorer_and_unit(tmp_path: Path) -> None:
    scores = scored()
    run_folder.write_counts(tmp_path, scores)
    table = pq.read_table(tmp_path / "counts.parquet")
    assert table.column_names[:3] == ["document", "unit", "scorer"]
    assert set(table.column_names[3:]) == {*scores["strict"].table.columns, *scores["claims"].table.columns}
    rows = table.to_pylist()
    for name, score_ in scores.items():
        mine = [row for row in rows if row["scorer"] == name]
        assert [row["document"] for row in mine] == [*"abcdef", "وثيقة", "وثيقة"]
        assert [row["unit"] for row in mine] == list(range(8))
        for column, total in score_.table.totals.items():
            assert sum(row[column] for row in mine) == total
        for column in set(table.column_names[3:]) - set(score_.table.columns):
            assert {row[column] for row in mine} == {None}


def test_what_was_scored_is_kept_byte_for_byte(tmp_path: Path) -> None:
    source = tmp_path / "source.jsonl"
    source.write_bytes(codec.dump_example(EXAMPLES[0]).replace('", "', '",   "').encode() + b"\r\n")
    run_folder.write_gold(tmp_path, [EXAMPLES[0]], {"بوتين": ["الرئيس"]}, source)
    assert (tmp_path / "gold.jsonl").read_bytes() == source.read_bytes()
    assert json.loads((tmp_path / "speakers.json").read_text("utf-8")) == {"بوتين": ["الرئيس"]}


def test_gold_without_a_file_is_written_anew(tmp_path: Path) -> None:
    # Gold claims have all attributes.
    examples = [Example(Document("d", TEXT, {"n": 1}), Annotation(entities=GOLD.entities))]
    run_folder.write_gold(tmp_path, examples, {}, None)
    assert codec.read_examples(tmp_path / "gold.jsonl") == examples
    assert not (tmp_path / "speakers.json").exists()


def test_predictions_are_kept(tmp_path: Path) -> None:
    run_folder.write_predictions(tmp_path, PREDICTIONS, DOCUMENTS)
    found = codec.read_predictions(tmp_path / "predictions.jsonl", DOCUMENTS)
    assert list(found.values()) == PREDICTIONS


def test_the_summary_is_that_of_the_contract() -> None:
    found = summary([*PREDICTIONS, Prediction("وثيقة", Annotation(), 0.25, "no")])
    assert list(found) == [
        "schema", "run", "dataset", "runner", "documents", "failures", "seconds", "words_per_second", "scorers"
    ]  # fmt: skip
    assert (found["schema"], found["dataset"], found["documents"], found["failures"]) == (1, "v1#012345", 7, 1)
    # 6 documents of 3 words and one of 4, in 6 * 0.5 + 0.25 seconds.
    assert (found["seconds"], found["words_per_second"]) == (3.25, round(22 / 3.25, 1))
    strict = found["scorers"]["strict"]
    assert list(strict) == ["signature", "units", "effective_units", "headlines", "shown", "measures", "support"]
    assert strict["headlines"] == ["micro/f1"]
    assert "GPE/f1" not in strict["shown"]
    assert strict["units"] == 8
    # The last document failed: 12 of 13 mentions.
    assert strict["measures"]["micro/recall"]["value"] == 12 / 13
    assert set(strict["measures"]["micro/recall"]) == {"value", "low", "high", "document_low", "document_high"}
    assert strict["support"]["PERS"] == 7
    # 7 units with 2, 2, 2, 2, 2, 2 and 1 mentions: 13^2 / 25.
    assert strict["effective_units"] == 6.76


def test_what_is_undefined_is_null(tmp_path: Path) -> None:
    run_folder.write_scores(tmp_path, summary(PREDICTIONS))
    measures = json.loads((tmp_path / "scores.json").read_text("utf-8"))["scorers"]["strict"]["measures"]
    assert set(measures["LAW/f1"].values()) == {None}
    assert None not in measures["GPE/f1"].values()


def test_a_document_without_a_prediction_is_a_failure() -> None:
    assert summary(PREDICTIONS)["failures"] == 1
    assert summary([])["failures"] == 7


def test_a_replay_has_no_speed() -> None:
    found = summary([Prediction(document.id, GOLD) for document in DOCUMENTS])
    assert (found["seconds"], found["words_per_second"], found["failures"]) == (None, None, 0)
    instant = summary([Prediction(document.id, GOLD, 0.0) for document in DOCUMENTS])
    assert (instant["seconds"], instant["words_per_second"]) == (0, None)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), st.floats(0, 1) | st.none()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_numbers_are_read_as_they_were_written(tmp_path: Path, values: dict[str, float | None]) -> None:
    run_folder.write_scores(tmp_path, {"schema": 1, "values": values})
    (tmp_path / "provenance.json").write_text("{}", encoding="utf-8")
    run = read_run(tmp_path)
    assert (run.folder, run.provenance) == (tmp_path, {})
    assert run.scores.record == {"schema": 1, "values": values}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scores.json", None, "scores.json: found No such file"),
        ("scores.json", "{", "scores.json: found .* wanted JSON"),
        ("scores.json", "[]", "scores.json: found no object"),
        ("scores.json", '{"schema": 2}', "scores.json: found schema 2, wanted 1"),
        ("scores.json", "{}", "scores.json: found schema None, wanted 1"),
        ("provenance.json", None, "provenance.json: found No such file"),
    ],
)
def test_what_is_no_finished_run_is_an_input_error(tmp_path: Path, name: str, content: str | None, words: str) -> None:
    for other in ("scores.json", "provenance.json"):
        (tmp_path / other).write_text('{"schema": 1}', encoding="utf-8")
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_run(tmp_path)
