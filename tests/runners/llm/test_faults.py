"""What each misbehaviour of a server comes to: an answer after all, a failure with its reason, or the run's end."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from harness.data.types import Document, Entity, InputError, Prediction, Unplaced
from harness.runners.llm.runner import Llm
from tests.runners.llm.serving import (
    NAMES,
    Answer,
    Asked,
    Response,
    by_rule,
    completion,
    error,
    found,
    in_turn,
    serving,
)

TEXT = "وصل الوزير إلى موسكو. عاد إلى القاهرة أمس."
DOCUMENT = Document("d", TEXT)
WANTED = (Entity(15, 20, "GPE"), Entity(30, 37, "GPE"), Entity(38, 41, "DATE"))
KEY = "sk-test-0123456789abcdef"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_LLM_KEY", KEY)


def llm(endpoint: str, **fields: Any) -> Llm:
    """A runner that waits for nothing long."""
    settings: dict[str, Any] = {
        "key": "TEST_LLM_KEY", "layers": ["entities"], "cache": None, "timeout": 5.0, "retries": 2, "backoff": 0.01,
        "concurrency": 1, **fields,
    }  # fmt: skip
    return Llm(endpoint, "m", **settings)


def answered(answer: Answer, *documents: Document, **fields: Any) -> tuple[list[Prediction], Llm, list[Asked]]:
    """What the runner makes of a server that answers so."""
    with serving(answer) as server:
        runner = llm(server.endpoint, **fields)
        runner.load()
        predictions = list(runner.predict(documents or [DOCUMENT]))
        return predictions, runner, list(server.asked)


def rule(asked: Asked) -> str:
    return json.dumps(found(asked), ensure_ascii=False)


def wrapped(before: str, behind: str = "") -> Answer:
    return lambda asked: completion(before + rule(asked) + behind)


NOTHING = completion('{"entities": []}')
FAST = {"retry-after": "0.01"}


@dataclass(frozen=True)
class Fault:
    """A misbehaviour: what a server answers, and what is to come of it."""

    answer: Callable[[], Answer]
    error: str | None
    """How the failure of the document begins; None: it is answered as by a server without faults."""
    attempts: int
    figures: dict[str, float] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


def always(response: Response) -> Callable[[], Answer]:
    return lambda: lambda _: response


def first(*responses: Response) -> Callable[[], Answer]:
    return lambda: in_turn(*responses)


def split_answer(asked: Asked) -> Response:
    """One that does not end for more than one sentence."""
    return by_rule(asked) if len(asked.sentences) == 1 else completion(rule(asked)[:40], "length")


def narrow(asked: Asked) -> Response:
    """A model whose context holds one sentence."""
    if len(asked.sentences) == 1:
        return by_rule(asked)
    problem = {"code": 400, "message": "the request exceeds the available context size", "n_ctx": 512}
    return Response({"error": {**problem, "type": "exceed_context_size_error"}}, 400)


FAULTS = {
    "429 with seconds": Fault(first(error(429, headers=FAST)), None, 2, {"retries": 1, "requests": 1}),
    "429 with a date": Fault(
        first(error(429, headers={"retry-after": formatdate(time.time() - 5, usegmt=True)})), None, 2, {"retries": 1}
    ),
    "429 for ever": Fault(always(error(429, headers=FAST)), "status 429: ", 3, {"failures/status_429": 1}),
    "429 with a long wait": Fault(always(error(429, headers={"retry-after": "3600"})), "status 429: ", 1),
    "500 twice": Fault(first(error(500), error(500)), None, 3, {"retries": 2, "requests": 1, "attempts": 3}),
    "500 for ever": Fault(always(error(500)), "status 500: ", 3, {"failures/status_500": 1, "retries": 2}),
    "503 without JSON": Fault(always(Response(b"<html>busy", 503)), "status 503: ", 3),
    "dropped once": Fault(first(Response(drop=True)), None, 2, {"retries": 1}),
    "dropped for ever": Fault(always(Response(drop=True)), "connection: ", 3, {"failures/connection": 1}),
    "slow once": Fault(first(Response(delay=2.5)), None, 2, {"retries": 1}, {"timeout": 1.5}),
    "slow for ever": Fault(
        always(Response(delay=0.6)), "timeout: ", 2, {"failures/timeout": 1}, {"timeout": 0.2, "retries": 1}
    ),
    "a byte now and then": Fault(
        always(Response(b" " * 99, pause=0.05)), "timeout: ", 1, {"failures/timeout": 1}, {"timeout": 0.4, "retries": 0}
    ),
    "400": Fault(always(error(400, "bad words")), "status 400: found status 400 (bad words)", 1),
    "context": Fault(lambda: narrow, None, 3, {"split": 1, "chunks": 1, "requests": 3}),
    "context of one sentence": Fault(
        always(error(400, "This model's maximum context length is 9")), "context: ", 2, {"failures/context": 1}
    ),
    "content filter": Fault(always(completion("", "content_filter")), "content_filter: ", 1),
    "content filter before": Fault(always(error(400, code="content_filter")), "content_filter: ", 1),
    "length, then whole halves": Fault(lambda: split_answer, None, 3, {"split": 1, "requests": 3}),
    "length for ever": Fault(
        lambda: lambda asked: completion(rule(asked)[:30], "length"), "length: ", 2, {"failures/length": 1, "split": 1}
    ),
    "cut JSON": Fault(
        lambda: lambda asked: completion(rule(asked)[:40]), "malformed: cut: ", 1, {"failures/malformed": 1}
    ),
    "prompt echo": Fault(lambda: lambda asked: completion(asked.question), "malformed: ", 1),
    "prose": Fault(always(completion("لا أستطيع ذلك")), "malformed: no_json: ", 1),
    "refusal": Fault(always(completion(None, refusal="I cannot")), "refusal: I cannot", 1, {"failures/refusal": 1}),
    "empty": Fault(always(completion("")), "empty: ", 1, {"failures/empty": 1}),
    "no content": Fault(always(completion(None)), "empty: ", 1),
    "null choices": Fault(always(Response({"choices": None})), "protocol: ", 1, {"failures/protocol": 1}),
    "no choice": Fault(always(Response({"choices": []})), "protocol: ", 1),
    "error with 200": Fault(
        always(Response({"error": {"code": 502, "message": "upstream"}})), "status 502: found status 502 (upstream)", 3
    ),
    "byte order mark": Fault(
        lambda: lambda asked: Response("\ufeff".encode() + json.dumps(completion(rule(asked)).body).encode()), None, 1
    ),
    "thoughts": Fault(lambda: wrapped("<think>أفكر {في الأمر}</think>\n"), None, 1),
    "code fence": Fault(lambda: wrapped("Here you are:\n```json\n", "\n```\n"), None, 1),
    "missing usage": Fault(
        lambda: lambda asked: completion(rule(asked), usage=None), None, 1, {"cache_hit_rate": 0.0}
    ),
    "parts of content": Fault(
        lambda: lambda asked: Response(
            {"choices": [{"finish_reason": "stop", "message": {"content": [{"type": "text", "text": rule(asked)}]}}]}
        ),
        None,
        1,
    ),
}  # fmt: skip


def test_the_page_says_of_each_fault_what_it_comes_to() -> None:
    page = (Path(__file__).parents[3] / "docs" / "llm.md").read_text(encoding="utf-8")
    table = page.partition("| server | document | attempts | retries | split |\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]
    assert sorted(name for name, *_ in rows) == sorted(FAULTS)
    for name, document, attempts, *_ in rows:
        fault = FAULTS[name]
        assert int(attempts) == fault.attempts, name
        reason = document.removeprefix("failure ").strip("`")
        if fault.error is None:
            assert reason == "answered", name
        else:
            assert fault.error.replace(" ", "_").startswith(reason), name


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_comes_to_what_it_should(name: str) -> None:
    fault = FAULTS[name]
    [prediction], runner, asked = answered(fault.answer(), **fault.fields)
    if fault.error is None:
        assert (prediction.error, prediction.annotation.entities) == (None, WANTED)
        assert prediction.annotation.claims is None
    else:
        assert str(prediction.error).startswith(fault.error), prediction.error
        assert prediction.annotation.entities is None
        assert sum(value for key, value in runner.figures.items() if key.startswith("failures/")) == 1
    assert len(asked) == fault.attempts == runner.figures["attempts"]
    assert fault.figures.items() <= runner.figures.items(), runner.figures


def test_every_response_is_read_as_the_table_of_faults_expects_from_a_server_without_faults() -> None:
    [prediction], runner, asked = answered(by_rule)
    assert prediction.annotation.entities == WANTED
    assert (len(asked), runner.figures["tokens_in"], runner.figures["tokens_out"]) == (1, 100, 20)
    assert runner.figures["tokens_estimated"] == 0
    assert {TEXT[start:end] for start, end, *_ in WANTED} <= {*NAMES}


def test_tokens_that_nobody_counted_are_estimated_and_said_to_be() -> None:
    _, runner, _ = answered(lambda asked: completion(rule(asked), usage=None))
    assert runner.figures["tokens_estimated"] == runner.figures["tokens_in"] + runner.figures["tokens_out"] > 100
    assert "of them estimated" in runner.remarks[0]


def test_an_answer_that_cannot_be_read_was_paid_for_all_the_same() -> None:
    _, runner, _ = answered(always(Response({"choices": []}))(), retries=0)
    assert runner.figures["tokens_in"] == runner.figures["tokens_estimated"] > 100


def test_an_answer_ends_in_time_however_slowly_it_comes_and_wherever_it_is_sent_from() -> None:
    slowly = Response(b" " * 999, pause=0.05)
    sent_on = [Response(b"", 307, {"location": f"/v1/chat/completions?{step}"}, delay=0.3) for step in range(3)]
    for answer in (always(slowly)(), in_turn(*sent_on, then=lambda _: slowly)):
        began = time.monotonic()
        [prediction], _, _ = answered(answer, timeout=1.0, retries=0)
        assert str(prediction.error).startswith("timeout: ")
        assert time.monotonic() - began < 1.6


def test_a_time_out_is_counted_as_tokens_that_may_have_been_read() -> None:
    _, runner, _ = answered(lambda _: Response(delay=0.5), timeout=0.1, retries=0)
    assert runner.figures["tokens_in"] == runner.figures["tokens_estimated"] > 100
    assert runner.figures["tokens_out"] == 0


def test_invented_quotes_and_wrong_types_cost_themselves_alone() -> None:
    answer = {
        "entities": [
            {"sentence": 1, "quote": "موسكو", "type": "GPE"},
            {"sentence": 1, "quote": "باريس", "type": "GPE"},
            {"sentence": 9, "quote": "القاهرة", "type": "GPE"},
            {"sentence": 2, "quote": "القاهرة", "type": "PLANET"},
            {"sentence": "two", "quote": "القاهرة", "type": "GPE"},
            {"sentence": 2, "quote": 7, "type": "GPE"},
            {"sentence": 2, "type": "GPE"},
            "القاهرة",
        ]
    }
    [prediction], runner, _ = answered(lambda _: completion(json.dumps(answer)))
    assert prediction.error is None
    assert prediction.annotation.entities == (Entity(15, 20, "GPE"), Entity(30, 37, "PLANET"))
    assert set(prediction.annotation.unplaced) == {
        Unplaced("entities", "GPE", "باريس", 0), Unplaced("entities", "GPE", "القاهرة", 0)
    }  # fmt: skip
    assert runner.figures["malformed_items"] == 4


CONFIGURATION = {
    "401": (error(401, "Incorrect API key"), "found status 401 (Incorrect API key), wanted a key"),
    "403": (error(403), "found status 403 (no), wanted a key"),
    "404 for the model": (
        error(404, "The model `m` does not exist"),
        "found status 404 (The model `m` does not exist)",
    ),
    "404 in HTML": (Response(b"<html>not here", 404), "found status 404 (<html>not here)"),
    "405": (Response(b"", 405), "found status 405 (nothing)"),
    "402": (error(402, "Payment required"), "wanted an account that can pay"),
    "no quota": (error(429, code="insufficient_quota"), "wanted an account that can pay"),
    "a refused setting": (
        error(400, "Unsupported parameter", param="max_tokens", code="unsupported_parameter"),
        "wanted settings that the server takes",
    ),
    "a refused form": (error(400, "no json_schema here", param="response_format"), "wanted settings"),
    "HTML with 200": (Response(b"<html><title>Welcome"), "found status 200 with '<html><title>Welcome', wanted chat"),
    "other JSON with 200": (Response({"hello": 1}), "found status 200 with '{\"hello\": 1}', wanted chat completions"),
    "text with 200": (Response(b"ok"), "found status 200 with 'ok'"),
}


@pytest.mark.parametrize("name", CONFIGURATION)
def test_what_no_request_can_get_past_ends_the_run_with_one_request(name: str) -> None:
    response, said = CONFIGURATION[name]
    with serving(lambda _: response) as server:
        runner = llm(server.endpoint, concurrency=4)
        runner.load()
        with pytest.raises(InputError) as caught:
            list(runner.predict([Document(str(number), TEXT) for number in range(20)]))
        assert said in str(caught.value)
        assert str(caught.value).startswith(server.endpoint)
        assert "\n" not in str(caught.value)
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://127.0.0.1:9/v1", "Connection refused"),
        ("http://no-such-host.invalid/v1", ""),
    ],
)
def test_a_server_that_is_not_there_ends_the_run_at_once(endpoint: str, said: str) -> None:
    runner = llm(endpoint, retries=50, backoff=60.0, timeout=1.0)
    with pytest.raises(InputError, match="found no server") as caught:
        list(runner.predict([DOCUMENT]))
    assert said in str(caught.value)


@pytest.mark.parametrize("status", [401, 404])
def test_a_key_that_is_refused_in_the_middle_ends_the_run_and_keeps_what_was_answered(
    status: int, tmp_path: Path
) -> None:
    documents = [Document(str(number), f"{TEXT} {number}.") for number in range(6)]
    with serving() as server:
        server.answer = in_turn(*[NOTHING] * 3, then=lambda _: error(status, "gone"))
        runner = llm(server.endpoint, cache=str(tmp_path))
        answers = runner.predict(documents)
        got = [next(answers) for _ in range(3)]
        with pytest.raises(InputError, match=f"found status {status}"):
            list(answers)
        assert [prediction.error for prediction in got] == [None] * 3
        before = len(server.asked)
        server.answer = by_rule
        again = list(llm(server.endpoint, cache=str(tmp_path)).predict(documents))
        assert [prediction.error for prediction in again] == [None] * 6
        assert len(server.asked) - before == 3


def test_after_a_first_answer_html_and_refused_connections_cost_only_their_documents() -> None:
    documents = [Document(str(number), f"{TEXT} {number}.") for number in range(3)]
    with serving(in_turn(NOTHING, then=lambda _: Response(b"<html>maintenance"))) as server:
        predictions = list(llm(server.endpoint, retries=1).predict(documents))
        assert len(server.asked) == 5
    assert [str(prediction.error).partition(":")[0] for prediction in predictions] == ["None", "protocol", "protocol"]


def test_a_server_that_goes_away_in_the_middle_costs_the_rest() -> None:
    with serving(lambda asked: replace(by_rule(asked), headers={"connection": "close"})) as server:
        runner = llm(server.endpoint, retries=1)
        [first_answer] = runner.predict([DOCUMENT])
    rest = list(runner.predict([DOCUMENT] * 2))
    assert first_answer.error is None
    assert [str(prediction.error).partition(":")[0] for prediction in rest] == ["connection"] * 2
    assert runner.figures["failures/connection"] == 2


def test_what_a_server_asks_to_wait_goes_before_the_backoff_and_dates_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.runners.llm.budget import Account, Budget
    from harness.runners.llm.client import Client, Retrying

    now = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    waits: list[float] = []

    def sleep(seconds: float) -> bool:
        waits.append(seconds)
        return False

    plan = in_turn(
        error(429, headers={"retry-after": "7"}),
        error(503, headers={"retry-after": formatdate(now + 30, usegmt=True)}),
        error(500),
        error(500),
        error(500, headers={"retry-after": "soon"}),
    )
    with serving(plan) as server:
        account = Account(Budget(), None)
        client = Client(server.endpoint, None, 5.0, Retrying(9, 2.0), account, threading.Event(), sleep)
        reply = client.complete({"model": "m", "messages": [{"role": "user", "content": "[1] موسكو"}]})
        assert (reply.attempts, account.requests, len(server.asked)) == (6, 6, 6)
        assert "authorization" not in server.asked[0].headers
    assert waits[:2] == [7.0, 30.0]
    for wait, base in zip(waits[2:], (8.0, 16.0, 30.0), strict=True):
        assert 0.75 * base <= wait <= 1.25 * base
