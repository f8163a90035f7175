"""The runner as evaluations and programs use it: what it asks for, in which order it answers, what it keeps."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Document, Entity, InputError, Sentence, Unplaced
from harness.runners.llm import asking
from harness.runners.llm.asking import joined
from harness.runners.llm.chunks import Chunk
from harness.runners.llm.examples import Examples
from harness.runners.llm.keys import check_name, read_key, redacted
from harness.runners.llm.placing import Placed, place
from harness.runners.llm.runner import Llm
from harness.runners.llm.workers import Workers
from tests.runners.llm.serving import Asked, Response, by_rule, completion, serving
from tests.runners.llm.test_faults import DOCUMENT, KEY, TEXT, WANTED, answered, llm

NOT_SHOWN = "runner.key: found something else, which is not shown"
NEWS = [f"وصل بوتين إلى موسكو يوم {number}. ثم زار القاهرة. وعاد أمس." for number in range(10, 22)]
DOCUMENTS = [Document(f"d{number}", text) for number, text in enumerate(NEWS)]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_LLM_KEY", KEY)


def uneven(asked: Asked) -> Response:
    """Later questions are answered sooner."""
    number = int(re.findall(r"\d+", asked.question)[-1])
    return Response(by_rule(asked).body, delay=0.005 * (21 - number))


def test_the_result_is_the_same_whatever_is_under_way_at_once() -> None:
    results = []
    for concurrency in (1, 3, 8):
        with serving(uneven) as server:
            runner = llm(server.endpoint, concurrency=concurrency, chunk=20, layers=["entities", "sentences"])
            predictions = list(runner.predict(DOCUMENTS))
            assert server.most_at_once <= concurrency
            assert concurrency == 1 or server.most_at_once > 1
        assert [prediction.doc_id for prediction in predictions] == [document.id for document in DOCUMENTS]
        assert all(prediction.seconds is not None for prediction in predictions)
        results.append([(prediction.annotation, prediction.error) for prediction in predictions])
        assert runner.figures["chunks"] == 36
    assert results[0] == results[1] == results[2]
    assert all(annotation.entities and len(annotation.sentences or ()) == 3 for annotation, _ in results[0])


def test_only_a_few_chunks_are_asked_for_before_their_documents_are_taken() -> None:
    with serving() as server:
        answers = llm(server.endpoint, concurrency=2).predict(DOCUMENTS * 10)
        next(answers)
        time.sleep(0.3)
        assert len(server.asked) <= 9
        assert isinstance(answers, Generator)
        answers.close()
        time.sleep(0.4)
        asked = len(server.asked)
        time.sleep(0.2)
        assert len(server.asked) == asked


def test_chunks_behind_one_without_an_answer_are_not_asked_for() -> None:
    text = "\n".join(f"وصل بوتين إلى موسكو يوم {number}." for number in range(10, 30))

    def failing(asked: Asked) -> Response:
        return completion("no") if 3 in asked.sentences else Response(by_rule(asked).body, delay=0.1)

    for concurrency in (1, 4):
        predictions, runner, asked = answered(failing, Document("long", text), concurrency=concurrency, chunk=20)
        assert str(predictions[0].error).startswith("malformed: no_json")
        assert predictions[0].annotation == Annotation()
        assert 3 <= len(asked) <= 3 + 2 * concurrency
        assert runner.figures["failures/malformed"] == 1


def test_what_two_chunks_answer_without_a_place_counts_once_as_what_has_one_does() -> None:
    first, lost = Unplaced("entities", "GPE", "طوكيو", 0), Unplaced("claims", "source", "زيد", 0)
    parts = [Placed(Annotation(()), (first, lost, lost), 0), Placed(Annotation(()), (first, lost), 0)]
    assert Counter(joined(parts, ["entities"]).unplaced) == {first: 1, lost: 2}


def test_an_answer_that_breaks_what_reads_it_costs_its_document_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(chunk: Chunk, *rest: Any) -> Placed:
        if chunk.document.id == "d1":
            raise ValueError("boom")
        return place(chunk, *rest)

    monkeypatch.setattr(asking, "place", breaking)
    predictions, runner, _ = answered(by_rule, *DOCUMENTS[:3])
    assert [prediction.error is None for prediction in predictions] == [True, False, True]
    assert str(predictions[1].error).startswith("error: ValueError: boom")
    assert runner.figures["failures/error"] == 1


def test_documents_without_sentences_are_answered_without_a_request() -> None:
    predictions, runner, asked = answered(by_rule, Document("a", ""), Document("b", " \n "), layers=None)
    assert [prediction.annotation for prediction in predictions] == [Annotation((), (), ())] * 2
    assert (asked, runner.figures["requests"]) == ([], 0)


def test_predict_may_be_called_again_and_counts_go_on() -> None:
    with serving() as server:
        runner = llm(server.endpoint)
        for document in DOCUMENTS[:3]:
            [prediction] = runner.predict([document])
            assert prediction.error is None
        assert runner.figures["requests"] == len(server.asked) == 3


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ("json_schema", {"response_format"}), ("json_object", {"response_format"}), ("guided_json", {"guided_json"}),
        ("none", set()),
    ],
)  # fmt: skip
def test_the_form_of_the_answer_is_asked_for_as_told_and_recorded(schema: Any, wanted: set[str]) -> None:
    _, runner, [asked] = answered(by_rule, schema=schema, extra={"reasoning_effort": "low"})
    assert asked.body.keys() == {"model", "messages", "temperature", "seed", "max_tokens", "reasoning_effort", *wanted}
    if schema == "json_schema":
        form = asked.body["response_format"]["json_schema"]
        assert (form["strict"], [*form["schema"]["properties"]]) == (True, ["entities"])
    assert runner.provenance["schema_mode"] == schema
    assert runner.provenance["served_model"] == ["served-1"]
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.path == "/v1/chat/completions"
    json.dumps(runner.provenance)


def test_fields_that_are_null_are_not_sent() -> None:
    _, _, [asked] = answered(by_rule, schema="none", temperature=None, seed=None, max_tokens=None, key=None)
    assert asked.body.keys() == {"model", "messages"}
    assert "authorization" not in asked.headers


def test_it_asks_for_what_the_data_annotate_unless_told_otherwise() -> None:
    own = Schema("own", types=("DRUG",), layers=("entities",))
    with serving() as server:
        runner = llm(server.endpoint, layers=None)
        assert runner.annotation_schema == read_schema("gold")
        asking = runner.asking_for(own)
        assert asking.annotation_schema == own
        [prediction] = asking.predict([DOCUMENT])
        assert (prediction.annotation.claims, prediction.annotation.sentences) == (None, None)
        form = server.asked[0].body["response_format"]["json_schema"]["schema"]
        assert form["properties"]["entities"]["items"]["properties"]["type"]["enum"] == ["DRUG"]
        assert "DRUG" in server.asked[0].body["messages"][0]["content"]
        told = llm(server.endpoint, annotates="gold").asking_for(own)
        assert told.annotation_schema == read_schema("gold")


def test_labels_of_a_map_are_asked_for_with_what_they_cover() -> None:
    _, runner, [asked] = answered(by_rule, labels="anercorp")
    assert runner.tag_set is not None
    assert runner.annotation_schema is None
    types = asked.body["response_format"]["json_schema"]["schema"]["properties"]["entities"]["items"]["properties"]
    assert types["type"]["enum"] == [*runner.tag_set.labels]
    [label, covered] = next((label, kinds) for label, kinds in runner.tag_set.labels.items() if kinds)
    assert read_schema("gold").describe("types", covered[0]).en in asked.body["messages"][0]["content"]
    assert label in asked.body["messages"][0]["content"]


def test_a_run_keeps_its_prompt_and_a_line_for_each_answer(tmp_path: Path) -> None:
    with serving() as server:
        runner = llm(server.endpoint, cache=str(tmp_path / "cache")).asking_for(read_schema("gold")).keeping(tmp_path)
        list(runner.predict(DOCUMENTS[:2]))
        list(runner.predict(DOCUMENTS[:1]))
        question = server.asked[0].question
    lines = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [(record["document"], record["cached"]) for record in records] == [
        ("d0", False),
        ("d1", False),
        ("d0", True),
    ]
    first = records[0]
    assert first["prompt_sha256"] == runner.provenance["prompt_sha256"]
    assert (first["first_sentence"], first["sentences"], first["repeat"], first["schema_mode"]) == (
        1,
        3,
        0,
        "json_schema",
    )
    assert (first["finish_reason"], first["attempts"], first["error"]) == ("stop", 1, None)
    assert first["usage"] == {"tokens_in": 100, "tokens_out": 20, "is_estimated": False}
    assert json.loads(first["text"])["entities"]
    assert first["seconds"] > 0
    prompt = (tmp_path / "prompt.md").read_text(encoding="utf-8")
    assert prompt.startswith("# Prompt en@")
    assert str(runner.provenance["prompt_sha256"]) in prompt
    assert question in prompt


def test_failures_are_lines_too_and_a_line_that_was_cut_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text('{"document": "d', encoding="utf-8")
    with serving(lambda _: completion("\ud800 no")) as server:
        list(llm(server.endpoint).keeping(tmp_path).predict([DOCUMENT]))
    lines = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines[0] == '{"document": "d'
    assert json.loads(lines[1])["error"]["reason"] == "malformed"


def test_each_run_counts_and_spends_for_itself_and_repetitions_with_it(tmp_path: Path) -> None:
    with serving() as server:
        runner = llm(server.endpoint, repeats=2)
        one, two = runner.keeping(tmp_path / "1"), runner.keeping(tmp_path / "2")
        list(one.predict([DOCUMENT]))
        [repetition] = one.repetitions
        [prediction] = repetition.keeping(tmp_path / "else").predict([DOCUMENT])
        assert prediction.error is None
    assert (one.figures["requests"], two.figures["requests"], runner.figures["requests"]) == (2, 0, 0)
    lines = (tmp_path / "1" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    repeats = [json.loads(line)["repeat"] for line in lines]
    assert repeats == [0, 1]
    assert not (tmp_path / "else").exists()


def test_the_vote_is_what_most_answers_say() -> None:
    def by_seed(asked: Asked) -> Response:
        found = [{"sentence": 1, "quote": "موسكو", "type": "GPE" if asked.body["seed"] < 2 else "ORG"}]
        if asked.body["seed"] == 1:
            found.append({"sentence": 2, "quote": "القاهرة", "type": "GPE"})
        labels = [{"sentence": 1, "label": ["CFS", "UFS", "UFS"][asked.body["seed"]]}]
        return completion(json.dumps({"entities": found, "sentences": labels}))

    layers = ["entities", "sentences"]
    [prediction], runner, asked = answered(by_seed, repeats=3, vote=True, layers=layers)
    assert prediction.annotation.entities == (Entity(15, 20, "GPE", 2 / 3),)
    assert prediction.annotation.sentences == (Sentence(0, 21, "UFS", 2 / 3),)
    assert len(asked) == 3
    # Single answers are no runs of a runner that votes: their spread would mix two kinds, and each be asked for twice.
    assert list(runner.repetitions) == []


def test_a_vote_needs_answers_from_more_than_half() -> None:
    def failing(seeds: set[int]) -> Any:
        return lambda asked: completion("no") if asked.body["seed"] in seeds else by_rule(asked)

    [prediction], _, _ = answered(failing({1}), repeats=3, vote=True)
    assert [entity[:3] for entity in prediction.annotation.entities or ()] == [entity[:3] for entity in WANTED]
    assert {entity.score for entity in prediction.annotation.entities or ()} == {2 / 3}
    [prediction], runner, _ = answered(failing({0, 2}), repeats=3, vote=True)
    assert str(prediction.error).startswith("malformed")
    assert runner.figures["failures/malformed"] == 1


def test_examples_that_hold_what_is_scored_are_refused_before_anything_is_asked(tmp_path: Path) -> None:
    record = {"id": "x", "text": TEXT, "entities": [], "claims": [], "sentences": []}
    path = tmp_path / "shots.jsonl"
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    with serving() as server:
        for choice in ("seed", "nearest"):
            runner = llm(server.endpoint, examples=Examples(str(path), k=1, choice=choice))
            with pytest.raises(InputError, match=r"shots\.jsonl"):
                runner.learned_from([DOCUMENT])
            assert runner.learned_from([Document("other", "زار بوتين غزة.")]) == ()
        assert server.asked == []
        [prediction] = runner.predict([Document("other", "زار بوتين غزة.")])
        assert prediction.error is None
        assert [message["role"] for message in server.asked[0].body["messages"]][-3:] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"endpoint": "ftp://x/v1"}, "endpoint: found 'ftp://x/v1'"),
        ({"endpoint": "127.0.0.1:80"}, "endpoint: found"),
        ({"endpoint": "http://x/v1/chat/completions/"}, "endpoint: found 'http://x/v1/chat/completions/'"),
        ({"endpoint": "http://[::1/v1"}, "endpoint: found"),
        ({"endpoint": f"http://me:{KEY}@x/v1"}, "endpoint: found a name, a password"),
        ({"endpoint": f"http://x/v1?key={KEY}"}, "endpoint: found a name, a password, a query"),
        ({"key": KEY}, NOT_SHOWN),
        ({"key": "NOPE"}, f"{NOT_SHOWN}, wanted the name of an environment variable that is set, or upper-case"),
        ({"key": "gsk_0123456789abcdef"}, NOT_SHOWN),
        ({"key": "AKIA0123456789ABCDEF"}, NOT_SHOWN),
        ({"model": " "}, "model: found an empty name"),
        ({"layers": ["mentions"]}, "layers: found mentions"),
        ({"layers": []}, "layers: found none"),
        ({"chunk": 0}, "chunk: found 0"),
        ({"concurrency": 0}, "concurrency: found 0"),
        ({"retries": -1}, "retries: found -1"),
        ({"timeout": 0}, "timeout: found 0"),
        ({"vote": True}, "vote: found true with repeats=1"),
        ({"extra": {"model": "x"}}, "extra: found model"),
        ({"extra": {"stream": True}}, "extra: found stream"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_without_showing_keys(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        Llm(**{"endpoint": "http://127.0.0.1:1/v1", "model": "m", **fields})
    assert str(caught.value).startswith(said)
    assert all(secret not in str(caught.value) for secret in (KEY, "gsk_0", "AKIA0"))


def test_keys_are_read_by_name_and_taken_out_of_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("lower", f" {KEY}\n")
    check_name("lower")
    assert (read_key("lower"), read_key(None)) == (KEY, None)
    with pytest.raises(InputError, match=r"runner.key: found the environment variable NOT_SET_KEY not set"):
        read_key("NOT_SET_KEY")
    monkeypatch.setenv("ODD_KEY", "sk-\u0634 x")
    with pytest.raises(InputError, match="letters beyond ASCII"):
        read_key("ODD_KEY")
    said = {"a": [f"Bearer {KEY}", 1], KEY: None}
    assert redacted(said, KEY) == {"a": ["Bearer [key]", 1], "[key]": None}
    # A word that servers without keys take, and answers hold.
    assert redacted("EMPTY", "EMPTY") == "EMPTY"


def test_workers_answer_in_order_and_an_input_error_ends_all_that_wait() -> None:
    workers = Workers[int](2)
    assert [future.result(5) for future in [workers.submit(lambda n=n: n) for n in range(9)]] == [*range(9)]  # type: ignore[misc]
    held = threading.Event()

    def hold() -> int:
        held.wait(5)
        return 1

    def refuse() -> int:
        raise InputError("no")

    futures = [workers.submit(hold), workers.submit(refuse), workers.submit(hold)]
    for future in futures:
        with pytest.raises(InputError, match="no"):
            future.result(5)
    held.set()
    workers.close()
