"""The command line and Python are two doors to one thing: the same input gives the same files."""

import json
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.cli.main import run
from tests.conftest import Sample, write_sample
from tests.samples import EXAMPLES

SCORERS = ["entities_strict", "claims", "checkworthy"]
SCORER = f"scorer=[{','.join(SCORERS)}]"
FAST = ("bootstrap.resamples=50", "analysis.enabled=false")


def read(path: Path, *apart: str) -> dict[str, Any]:
    """The object in a file, without what every run has of its own."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in record.items() if key not in apart}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs through each door, in the folders `cli/…` and `python/…`; their last names are the same."""
    folder = tmp_path_factory.mktemp("doors")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        sample = write_sample(folder)
        less = folder / "less.jsonl"
        less.write_text("\n".join(sample.predictions.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
        for name, path in (("one", sample.predictions), ("two", less)):
            words = ["dataset=jsonl", f"dataset.path={sample.gold}", "runner=replay", f"runner.path={path}", SCORER]
            assert run(["evaluate", *words, *FAST, "tracker=none", f"hydra.run.dir=cli/{name}"]) == 0
            harness.evaluate(
                sample.gold, {"name": "replay", "path": path}, scorers=SCORERS, out=f"python/{name}", overrides=FAST
            )
    return folder


@pytest.mark.parametrize("name", ["one", "two"])
def test_runs_are_the_same(place: Path, name: str) -> None:
    for file in ("scores.json", "gold.jsonl", "predictions.jsonl", "counts.parquet", "config.yaml"):
        cli, python = (place / door / name / file for door in ("cli", "python"))
        assert cli.read_bytes() == python.read_bytes(), file
    cli, python = (place / door / name / "provenance.json" for door in ("cli", "python"))
    told = ("overrides", "called_from", "git")
    assert read(cli, *told) == read(python, *told)
    # What was chosen reads as on the command line; what else was said there is not the run's but the caller's.
    said = [set(read(path)["overrides"]) for path in (cli, python)]
    assert said[1] == {word for word in said[0] if not word.startswith("hydra.")}


def test_comparisons_are_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    words = (SCORER, "bootstrap.resamples=50", "trials=200", "tracker=none", "out=compared")
    assert run(["compare", "cli/one", "cli/two", *words]) == 0
    overrides = ("bootstrap.resamples=50", "trials=200")
    harness.compare("python/one", "python/two", scorers=SCORERS, overrides=overrides, out="compared too")
    for file in ("compare.json", "compare.md", "compare.html"):
        assert (place / "compared" / file).read_bytes() == (place / "compared too" / file).read_bytes(), file


def test_leaderboards_are_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    overrides = ("bootstrap.resamples=50", "trials=2000")
    names = ("cli/one", "cli/two", "python/two")
    assert run(["compare", *names, SCORER, *overrides, "tracker=none", "out=ranked"]) == 0
    harness.compare(*names, scorers=SCORERS, overrides=overrides, out="ranked too")
    for file in ("compare.json", "compare.md", "compare.html"):
        assert (place / "ranked" / file).read_bytes() == (place / "ranked too" / file).read_bytes(), file


def test_verdicts_are_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    words = ("policy=entities", "tracker=none", "bootstrap.resamples=50", "baseline=base")
    blessing = ("task=bless", "baseline=base", "reason=first", "tracker=none")
    assert run(["gate", "cli/one", *blessing, SCORER]) == 0
    scorers = ["entities_strict", "entities_strict_char"]
    code = run(["gate", "cli/two", *words, f"scorer=[{','.join(scorers)}]", "out=judged"])
    verdict = harness.gate(
        "python/two", "entities", "base", scorers=scorers, overrides=["bootstrap.resamples=50"], out="judged too"
    )
    assert verdict.exit_code == code
    for file in ("gate.json", "junit.xml"):
        assert (place / "judged" / file).read_bytes() == (place / "judged too" / file).read_bytes(), file


def test_reports_are_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    assert run(["report", "cli/one", "cli/two", SCORER, "tracker=none", "trials=200", "out=page"]) == 0
    page = harness.report("python/one", "python/two", scorers=SCORERS, overrides=["trials=200"], out="page too")
    for file in ("report.html", *(path.name for path in page.pictures)):
        assert (place / "page" / file).read_bytes() == (place / "page too" / file).read_bytes(), file


def test_a_slip_is_said_in_the_same_words(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "runner=ruls", "tracker=none"]) == 2
    said = capsys.readouterr().err.removeprefix("harness evaluate: ").strip()
    with pytest.raises(harness.InputError) as caught:
        harness.evaluate(EXAMPLES, "ruls")
    assert str(caught.value) == said
