"""Runs from Python: every way to name a runner, what a slip says, where the run lies, and what it remembers."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hydra
import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra

import harness
from harness.api.evaluating import evaluate
from harness.api.loading import Corpus, load
from harness.api.runs import Run
from harness.data.types import Annotation, Document, Entity, InputError, Prediction
from harness.runners.majority import Majority
from harness.runners.rules.runner import Rules
from harness.scoring.entities import EntitiesStrict
from harness.tracking.mlflow import Mlflow
from tests.samples import EXAMPLES

FAST = ("bootstrap.resamples=50", "analysis.enabled=false")
PLAIN: dict[str, Any] = {"scorers": "entities_strict", "baselines": [], "overrides": FAST}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load(EXAMPLES, name="sample")


def gazetteer(text: str) -> list[tuple[int, int, str]]:
    """The countries of the samples that it knows."""
    found = ((text.find(name), name) for name in ("كندا", "المغرب", "لبنان"))
    return [(start, start + len(name), "GPE") for start, name in found if start >= 0]


class Gazetteer:
    """The same as a runner of the least kind, as an object that is called, and with our own types."""

    name = "gazetteer"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for document in documents:
            yield Prediction(document.id, self(document.text))

    def __call__(self, text: str) -> Annotation:
        return Annotation(tuple(Entity(*mention) for mention in gazetteer(text)))


def dicts(text: str) -> Iterator[dict[str, object]]:
    for start, end, kind in gazetteer(text):
        yield {"start": start, "end": end, "entity_group": kind, "score": 0.5, "word": text[start:end]}


def layered(text: str) -> dict[str, object]:
    return {"entities": gazetteer(text)}


def test_every_kind_of_runner_gives_the_same_scores(corpus: Corpus, tmp_path: Path) -> None:
    called = type("Called", (), {"__call__": lambda _, text: gazetteer(text)})()
    runners: list[Any] = [gazetteer, lambda text: gazetteer(text), Gazetteer(), called, dicts, layered]
    runs = [evaluate(corpus, runner, out=tmp_path / str(place), **PLAIN) for place, runner in enumerate(runners)]
    first = runs[0].scores["entities_strict"]
    assert first["micro/precision"].value == 1
    assert 0 < (first["micro/recall"].value or 0) < 1
    assert all(run.scores["entities_strict"].to_dict() == first.to_dict() for run in runs)
    names = [run.to_dict()["runner"] for run in runs]
    assert names == ["gazetteer", "lambda", "gazetteer", "Called", "dicts", "layered"]


def test_a_runner_of_ours_is_named_or_made_with_fields(corpus: Corpus, tmp_path: Path) -> None:
    runners: list[Any] = ["rules(threshold=0.9)", {"name": "rules", "threshold": 0.9}, Rules(threshold=0.9)]
    target = {"_target_": "harness.runners.rules.runner.Rules", "name": "rules", "threshold": 0.9}
    runs = [
        evaluate(corpus, runner, out=tmp_path / str(place), **PLAIN) for place, runner in enumerate([*runners, target])
    ]
    answers = [(run.folder / "counts.parquet").read_bytes() for run in runs]
    assert len({*answers}) == 1
    for run in runs:
        config = yaml.safe_load((run.folder / "config.yaml").read_text())
        assert config["runner"].items() >= target.items()
        assert "_given_" not in (run.folder / "config.yaml").read_text()
    assert [run.provenance["overrides"][:2] for run in runs] == [
        ["runner=rules(threshold=0.9)", "scorer=[entities_strict]"],
        ["runner=rules", "scorer=[entities_strict]"],
        ["runner=rules", "scorer=[entities_strict]"],
        ["scorer=[entities_strict]", "tracker=none"],
    ]
    assert "runner.threshold=0.9" in runs[1].provenance["overrides"]


class Slipping:
    name = "slipping"

    def predict(self, documents: Sequence[Document]) -> Iterator[Any]:
        yield from [(0, 6)] * len(documents)


class Broken:
    name = "broken"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        raise RuntimeError("no model")


class Nothing:
    name = "nothing"

    def predict(self, documents: Sequence[Document]) -> Any:
        return None


class Unloaded(Gazetteer):
    def load(self) -> None:
        raise OSError("no model")


class Nameless:
    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        yield from ()


SLIPS: list[tuple[Any, str]] = [
    (
        lambda text: [(0, 6)],
        r"the callable lambda at document وثيقة-0: mentions\[0\]: found \(0, 6\), wanted \(start, end",
    ),
    (lambda text: None, "the callable lambda at document وثيقة-0: found None, wanted a list of mentions"),
    (
        lambda text: 1 / 0,
        r"the callable lambda: found ZeroDivisionError: division by zero \(test_evaluating.py:\d+\) at every doc",
    ),
    (Slipping(), r"test_evaluating.Slipping.predict: document وثيقة-0: found \(0, 6\), wanted a Prediction"),
    (Nothing(), "test_evaluating.Nothing.predict: found None, wanted predictions, one for each document"),
    (Unloaded(), r"Unloaded.load: found OSError: no model \(test_evaluating.py:\d+\), wanted a runner that loads"),
    ("answers.jsonl", r"runner: found the file answers.jsonl, wanted a runner; harness.score\(gold, 'answers.jsonl'\)"),
    (Path(__file__), "runner: found the file .*, wanted a runner; harness.score"),
    (Nameless(), "runner: found Nameless without name, wanted a runner"),
    (3, "runner: found an object of int, wanted a name"),
    (Rules, "runner: found the class Rules, wanted an object of it"),
    ("ruls", "runner/ruls: found no such file, wanted one of camel_tools, command"),
    ("rules(threshhold=1)", "runner.threshhold: found an unknown key, wanted one of name, threshold"),
    ({"name": "rules", "threshold": "high"}, "runner.threshold: found 'high', wanted a valid number"),
    ({"_target_": "os.path.join"}, "runner._target_: found os.path.join, wanted a class of harness"),
]


@pytest.mark.parametrize(("runner", "message"), SLIPS)
def test_a_slip_names_the_runner_and_what_it_did(corpus: Corpus, tmp_path: Path, runner: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        evaluate(corpus, runner, out=tmp_path / "run", **PLAIN)
    assert "\n" not in str(caught.value)


def test_what_a_function_raises_costs_its_own_document(
    corpus: Corpus, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fragile(text: str) -> list[tuple[int, int, str]]:
        if "كندا" in text:
            raise KeyError("كندا")
        return []

    run = evaluate(corpus, fragile, out=tmp_path / "run", **PLAIN)
    assert run.to_dict()["failures"] == sum("كندا" in document.text for document in corpus.documents) > 0
    assert "fragile: 3 of 6 documents failed" in caplog.text
    line = fragile.__code__.co_firstlineno + 2
    assert run.predictions["وثيقة-1"].error == f"KeyError: 'كندا' (test_evaluating.py:{line})"


def test_a_run_lies_where_the_command_line_puts_it(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = [evaluate(corpus, gazetteer, experiment="my tests", **PLAIN) for _ in range(2)]
    assert [run.folder.parent for run in runs] == [tmp_path / "runs" / "my-tests"] * 2
    assert all("-gazetteer-sample-" in run.folder.name for run in runs)
    assert {path.name for path in tmp_path.iterdir()} == {"runs"}, "no tracking store unless it is asked for"
    assert runs[0].provenance["called_from"] == "python"
    assert runs[0].provenance["experiment"] == "my tests"
    with pytest.raises(InputError, match="found a finished run"):
        evaluate(corpus, gazetteer, out=runs[0].folder, **PLAIN)
    with pytest.raises(InputError, match=r"overrides: found hydra\.run\.dir=x, wanted keys of evaluate; out= names"):
        evaluate(corpus, gazetteer, overrides=["hydra.run.dir=x"])


def test_scorers_units_and_baselines_are_chosen(corpus: Corpus, tmp_path: Path) -> None:
    run = evaluate(
        corpus,
        "rules",
        scorers={"mine": EntitiesStrict(boundary="char")},
        units="document",
        baselines=["frequent(k=1)", gazetteer],
        out=tmp_path / "run",
        overrides=FAST,
    )
    assert list(run.scores) == ["mine"]
    assert "units:document" in run.scores["mine"].signature
    assert set(run.to_dict()["scorers"]["mine"]["baselines"]) == {"frequent", "gazetteer"}
    config = yaml.safe_load((run.folder / "config.yaml").read_text())
    assert [baseline["name"] for baseline in config["baselines"]] == ["frequent", "gazetteer"]
    assert config["baselines"][0]["k"] == 1
    assert config["dataset"] == {"name": "sample", "python": "list"}
    assert config["scorer"] == {"mine": {"_target_": "harness.scoring.entities.EntitiesStrict", "boundary": "char"}}
    names = evaluate(corpus, "rules", scorers=["checkworthy"], out=tmp_path / "names", overrides=FAST)
    assert list(names.scores) == ["checkworthy"]
    # Unasked the baselines of the command line, which count in this corpus.
    assert set(names.to_dict()["scorers"]["checkworthy"]["baselines"]) == {"majority"}
    given = evaluate(corpus, Majority(corpus), scorers=["checkworthy"], out=tmp_path / "given", overrides=FAST)
    found = names.to_dict()["scorers"]["checkworthy"]["baselines"]["majority"]
    assert given.scores["checkworthy"]["micro/accuracy"].value == found["micro/accuracy"]


def test_a_run_is_logged_when_it_is_asked_for(corpus: Corpus, store: Path, tmp_path: Path) -> None:
    tracker = {"name": "mlflow", "store": str(store)}
    run = evaluate(corpus, gazetteer, tracker=tracker, out=tmp_path / "run", **PLAIN)
    assert run.mlflow_id is not None
    assert Mlflow(store=str(store)).fetch(run.mlflow_id) == run.folder
    assert harness.open_run(run.mlflow_id, tracker=tracker).folder == run.folder
    with pytest.raises(InputError, match=r"Broken.predict: found RuntimeError: no model"):
        evaluate(corpus, Broken(), tracker=Mlflow(store=str(store)), out=tmp_path / "bad", **PLAIN)
    client, experiment = Mlflow(store=str(store)).connect("default")
    (failed,) = client.search_runs([experiment], "attributes.status = 'FAILED'")
    assert failed.data.tags["error"].startswith("RuntimeError: no model")


def test_programs_of_hydra_and_threads_may_evaluate(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("mine: 1\n")
    with hydra.initialize_config_dir(str(tmp_path), version_base="1.2"):
        evaluate(corpus, gazetteer, out=tmp_path / "inside", **PLAIN)
        assert hydra.compose("app").mine == 1
    assert not GlobalHydra.instance().is_initialized()
    with ThreadPoolExecutor(3) as pool:
        folders = [tmp_path / f"thread {number}" for number in range(3)]
        runs = list(pool.map(lambda folder: evaluate(corpus, gazetteer, out=folder, **PLAIN), folders))
    assert len({json.dumps(run.scores["entities_strict"].signature) for run in runs}) == 1


def test_a_run_is_shown_as_the_command_line_shows_it(corpus: Corpus, tmp_path: Path) -> None:
    run = evaluate(corpus, gazetteer, out=tmp_path / "run", **PLAIN)
    assert str(run).splitlines()[0] == f"gazetteer on {run.to_dict()['dataset']}, documents: 6"
    assert "\x1b" not in str(run)
    assert "<table>" in run._repr_html_()
    assert repr(run) == f"<run of gazetteer on {run.to_dict()['dataset']} in {run.folder}>"
    assert run.to_dict() == json.loads((run.folder / "scores.json").read_text())
    assert len(run.to_pandas()) == len(run.scores["entities_strict"])
    again = harness.open_run(run.folder)
    assert isinstance(again, Run)
    assert again.to_dict() == run.to_dict()
    assert tuple(again.gold) == EXAMPLES
    with pytest.raises(InputError, match="run: found 'nowhere', wanted the folder of a run"):
        harness.open_run("nowhere")


def test_a_run_has_plots_with_arabic_in_them(tmp_path: Path) -> None:
    run = evaluate(load(EXAMPLES), "rules", out=tmp_path / "run", overrides=FAST)
    scores = run.plot()
    (axes,) = scores.axes
    headlines = sum(len(measures.headlines) for measures in run.scores.values())
    assert len(axes.get_yticklabels()) == headlines
    assert scores._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]
    confusion = run.plot("confusion")
    labels = [label.get_text() for label in confusion.axes[0].get_yticklabels()]
    assert labels[-1] == "spurious"
    assert {"PERS", "GPE"} <= {*labels}
    with pytest.raises(InputError, match="plot: found 'roc', wanted scores or confusion"):
        run.plot("roc")  # type: ignore[arg-type]


def test_no_plot_is_drawn_on_a_display(corpus: Corpus, tmp_path: Path) -> None:
    run = evaluate(corpus, gazetteer, out=tmp_path / "run", **PLAIN)
    program = (
        f"import sys, harness; harness.open_run({str(run.folder)!r}).plot('confusion')._repr_png_(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def sick(text: str) -> list[tuple[int, int, str]]:
    """The disease by its name, and a drug by another."""
    return [(16, 22, "DISEASE"), (31, 40, "DRG")]


def test_types_are_those_of_the_corpus(tmp_path: Path) -> None:
    text = "يعاني المريض من السكري ويتناول الإنسولين."
    own = load([{"text": text, "entities": [(16, 22, "DISEASE"), (31, 40, "DRUG")]}])
    options: dict[str, Any] = {"scorers": "entities_strict", "overrides": FAST}
    with pytest.raises(InputError, match=r"sick: found the unknown type DRG .*DRUG.*, wanted those of .*unknown"):
        evaluate(own, sick, out=tmp_path / "error", **options)
    counted = evaluate(own, sick, unknown="count", out=tmp_path / "count", **options)
    dropped = evaluate(own, sick, unknown="drop", out=tmp_path / "drop", **options)
    assert [run.scores["entities_strict"]["micro/precision"].value for run in (counted, dropped)] == [0.5, 1]
    assert [run.scores["entities_strict"]["DRUG/recall"].value for run in (counted, dropped)] == [0, 0]
    assert "DRG" in counted.remarks[0]
    assert "unknown=drop" in dropped.provenance["overrides"]
    with pytest.raises(InputError, match="unknown: found 'no', wanted one of error, drop, count"):
        evaluate(own, sick, unknown="no", out=tmp_path / "no", **options)  # type: ignore[arg-type]


def test_a_map_takes_the_labels_of_a_function_to_those_of_the_corpus(tmp_path: Path) -> None:
    options: dict[str, Any] = {"scorers": "entities_strict", "baselines": [], "overrides": FAST}

    def mapped(text: str) -> list[tuple[int, int, str]]:
        return [(start, end, "LOC") for start, end, _ in gazetteer(text)]

    run = evaluate(load(EXAMPLES), mapped, labels="anercorp", out=tmp_path / "run", **options)
    assert run.scores["entities_strict"]["micro/precision"].value == 1
    assert "anercorp" in run.scores["entities_strict"].signature
    named = evaluate(
        load(EXAMPLES), {"name": "replay", "path": run.folder}, labels="anercorp", out=tmp_path / "named", **options
    )
    assert named.scores["entities_strict"].to_dict() == run.scores["entities_strict"].to_dict()
    assert "runner.labels=anercorp" in named.provenance["overrides"]


def test_what_is_unknown_is_said_in_words_of_python(corpus: Corpus, tmp_path: Path) -> None:
    def strange(text: str) -> list[tuple[int, int, str]]:
        return [(0, 2, "STRANGE")]

    with pytest.raises(InputError, match="STRANGE") as caught:
        evaluate(corpus, strange, out=tmp_path / "a", **PLAIN)
    message = str(caught.value)
    assert "first in document \u2068وثيقة-0\u2069" in message
    assert 'labels="MAP"' in message
    assert 'unknown="drop" or "count"' in message
    assert 'harness.load(…, schema="FILE")' in message
    assert "runner." not in message
    # The key of the command line means the same beside an object.
    options = {**PLAIN, "overrides": [*PLAIN["overrides"], "runner.unknown=drop"]}
    dropped = evaluate(corpus, strange, out=tmp_path / "b", **options)
    assert not any(answer.annotation.entities for answer in dropped.predictions.values())


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("runner=rules", "overrides: found runner=rules beside the argument runner"),
        ("units=document", "overrides: found units=document beside the argument units"),
        ("dataset.sentences=2", "dataset"),
        ("verbose=true", "overrides: found verbose=true, which harness.evaluate does not use"),
    ],
)
def test_an_override_without_effect_is_refused(corpus: Corpus, tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(corpus, gazetteer, units="sentence", out=tmp_path / "run", overrides=[override])
    assert not (tmp_path / "run").exists()
