"""With llama.cpp's own server and a model of random weights: what it says means nothing, how it says it is real."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.data.schema import read_schema
from harness.data.types import LAYERS, Document, Prediction
from harness.runners.llm.answers import answer_format
from harness.runners.llm.runner import Llm
from tests.conftest import Harness, Sample

pytest.importorskip("xllamacpp")
pytest.importorskip("gguf")

from tests.runners.llm.tiny_llama import MODEL, llama_server, write_model

TEXT = "وصل الوزير إلى موسكو. عاد إلى القاهرة أمس. وقال إن الصين بعيدة."
DOCUMENTS = [Document(str(number), f"{TEXT} {'كلمة ' * number}") for number in range(3)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("llama") / "tiny.gguf")


@pytest.fixture(scope="module")
def endpoint(model: Path) -> Iterator[str]:
    with llama_server(model) as url:
        yield url


def llm(endpoint: str, **fields: Any) -> Llm:
    settings: dict[str, Any] = {
        "key": None,
        "cache": None,
        "temperature": 1.0,
        "max_tokens": 700,
        "retries": 0,
        **fields,
    }
    return Llm(endpoint, MODEL, **settings)


def run(runner: Llm) -> list[Prediction]:
    runner.load()
    return list(runner.predict(DOCUMENTS))


def test_answers_have_the_form_that_was_asked_for_and_find_their_way(endpoint: str, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    runner = llm(endpoint).keeping(tmp_path)
    predictions = run(runner)
    records = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    whole = [record for record in records if record["finish_reason"] == "stop"]
    assert whole
    form = answer_format(read_schema("gold"), LAYERS)
    for record in whole:
        jsonschema.validate(json.loads(record["text"]), form)
    answered = [prediction for prediction in predictions if prediction.error is None]
    assert {str(prediction.error).partition(":")[0] for prediction in predictions} <= {"None", "length"}
    # The letters are random, so that hardly a quote is in the text: each is counted, and none is lost.
    found = [prediction.annotation for prediction in answered]
    assert any((*made.unplaced, *(made.entities or ()), *(made.sentences or ())) for made in found)
    assert runner.figures["tokens_in"] > 3 * 1000
    assert runner.figures["tokens_estimated"] == 0
    assert runner.provenance["served_model"] == [MODEL]


def test_a_seed_decides_the_answers(endpoint: str) -> None:
    first, again, other = (run(llm(endpoint, seed=seed, concurrency=1, layers=["entities"])) for seed in (0, 0, 1))
    assert [prediction.annotation for prediction in first] == [prediction.annotation for prediction in again]
    assert [prediction.annotation for prediction in first] != [prediction.annotation for prediction in other]


def test_four_requests_at_once_are_all_answered(endpoint: str) -> None:
    runner = llm(endpoint, concurrency=4, layers=["entities"])
    predictions = run(runner)
    assert [prediction.doc_id for prediction in predictions] == [document.id for document in DOCUMENTS]
    assert runner.figures["requests"] == 3 + 2 * runner.figures["split"]
    assert {str(prediction.error).partition(":")[0] for prediction in predictions} <= {"None", "length"}


def test_an_answer_that_is_cut_is_a_failure_with_that_reason(endpoint: str) -> None:
    runner = llm(endpoint, max_tokens=5, layers=["entities"])
    predictions = run(runner)
    assert {str(prediction.error).partition(":")[0] for prediction in predictions} == {"length"}
    assert (runner.figures["failures/length"], runner.figures["split"]) == (3, 3)


def test_a_question_longer_than_the_context_is_halved_and_then_a_failure(model: Path) -> None:
    with llama_server(model, parallel=1, context=1024) as url:
        runner = llm(url, layers=["entities"])
        [prediction] = runner.predict(DOCUMENTS[:1])
    assert str(prediction.error).startswith("context: found status 400")
    assert runner.figures["split"] >= 1


def test_a_model_that_asks_for_plain_json_and_gets_none_is_told_so(endpoint: str) -> None:
    predictions = run(llm(endpoint, schema="none", max_tokens=50, layers=["entities"]))
    assert {str(prediction.error).partition(":")[0] for prediction in predictions} <= {"length", "malformed", "empty"}


def test_the_program_scores_a_model_on_a_real_server(
    endpoint: str, harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    told = [f"runner.endpoint={endpoint}", f"runner.model={MODEL}", "runner.key=null", "runner.temperature=1.0"]
    run_folder = tmp_path / "run"
    done = harness(
        "evaluate", "dataset=jsonl", f"dataset.path={sample.gold}", "runner=llm", *told, "runner.max_tokens=300",
        "runner.retries=0", "bootstrap.resamples=20", "tracker=none", f"hydra.run.dir={run_folder}",
    )  # fmt: skip
    assert done.code == 0, done.err
    scores = json.loads((run_folder / "scores.json").read_text(encoding="utf-8"))
    assert scores["runner"] == "llm"
    assert scores["figures"]["requests"] >= scores["documents"] > 0
    assert (run_folder / "prompt.md").is_file()
    provenance = json.loads((run_folder / "provenance.json").read_text(encoding="utf-8"))["runner"]
    assert (provenance["model"], provenance["served_model"], provenance["schema_mode"]) == (
        MODEL,
        [MODEL],
        "json_schema",
    )
