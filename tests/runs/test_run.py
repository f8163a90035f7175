import shutil
from pathlib import Path

import pytest

from harness.data.types import InputError
from harness.runs.evaluate import evaluate
from harness.runs.run import open_run, read_run
from harness.runs.scores import RunScores, ScorerScores
from harness.scoring.score import Measure
from tests.runs.test_evaluate import Oracle, experiment

OVERRIDES = ["runner=oracle", "hydra.run.dir=x", "+units=document", "tracker=none"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished run."""
    evaluate(experiment(Oracle()), tmp_path / "run", "", {"overrides": OVERRIDES})
    return tmp_path / "run"


def test_a_run_reads_and_cuts_once(folder: Path) -> None:
    run = read_run(folder)
    corpora = run.corpora("paragraph")
    for name in ("gold.jsonl", "predictions.jsonl"):
        (folder / name).unlink()
    assert run.corpora("paragraph") is corpora
    assert run.corpora("document")["entities"].unit_kind == "document"


def test_what_is_wrong_with_the_gold_is_told_when_the_run_is_opened(folder: Path) -> None:
    with (folder / "gold.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert read_run(folder).scores.failures == 0
    with pytest.raises(InputError, match=r"gold\.jsonl: found .* wanted .*, the gold that was scored"):
        open_run(folder)


def test_a_copy_is_the_same_run_and_another_is_not(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    assert read_run(copy).identity == read_run(folder).identity
    (copy / "provenance.json").write_text("{}", encoding="utf-8")
    assert read_run(copy).identity != read_run(folder).identity


def test_documents_without_a_prediction_are_failures(folder: Path) -> None:
    path = folder / "predictions.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[2:]))
    assert open_run(folder).failures == 2


def test_settings_are_the_overrides_that_shaped_the_scores(folder: Path) -> None:
    assert read_run(folder).settings == ["+units=document"]


def test_scores_have_names_and_types(folder: Path) -> None:
    scores = read_run(folder).scores
    strict = scores.scorers["entities_strict"]
    assert scores.dataset.startswith(f"{scores.dataset_name}#")
    assert isinstance(strict.measures["micro/f1"], Measure)
    assert (strict.measures["micro/f1"].value, list(strict.headlines)) == (1.0, ["micro/f1"])
    assert strict.gold("PERS/f1") == strict.support["PERS"]
    assert strict.gold("macro/f1") == strict.support["micro"]
    assert scores.signatures == [strict.signature]


def test_what_a_run_does_not_say_is_not_made_up() -> None:
    bare = ScorerScores({"measures": {}, "support": {}})
    assert (bare.signature, bare.agreement, bare.agreement_note, bare.has_baselines) == ("", {}, None, False)
    assert (bare.baselines("micro/f1"), bare.gold("micro/f1")) == ([], None)
    assert (RunScores({}).failures, RunScores({}).words_per_second) == (0, None)
