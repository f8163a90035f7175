"""Budgets that stop, a cache that saves, and runs that go on where they ended."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.data.types import Document, InputError, Prediction
from harness.runners.llm.budget import Account, Budget
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.prices import Prices, costing
from harness.runners.llm.requests import Sampling
from harness.runners.llm.usage import Usage
from tests.runners.llm.serving import Asked, Response, Server, by_rule, completion, error, in_turn, serving
from tests.runners.llm.test_faults import answered, llm

TEXTS = [f"وصل الوزير إلى موسكو. عاد إلى القاهرة في اليوم {number}." for number in range(8)]
DOCUMENTS = [Document(f"d{number}", text) for number, text in enumerate(TEXTS)]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_LLM_KEY", "sk-test-0123456789abcdef")


def reasons(predictions: Sequence[Prediction]) -> list[str]:
    return [str(prediction.error).partition(":")[0] for prediction in predictions]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_budget_of_requests_is_never_passed_and_the_next_run_asks_only_the_rest(
    concurrency: int, tmp_path: Path
) -> None:
    fields: dict[str, Any] = {"cache": str(tmp_path), "concurrency": concurrency}
    with serving() as server:
        short = llm(server.endpoint, budget=Budget(requests=3), **fields)
        predictions = list(short.predict(DOCUMENTS))
        assert len(server.asked) == 3
        assert sorted(reasons(predictions)) == ["None"] * 3 + ["budget"] * 5
        assert short.figures["failures/budget"] == 5
        assert "found requests of 3 spent, wanted less than 3" in str(predictions[-1].error)
        assert any("5 documents not answered" in remark for remark in short.remarks)
        again = llm(server.endpoint, **fields)
        assert reasons(list(again.predict(DOCUMENTS))) == ["None"] * 8
        assert len(server.asked) == 8
        assert (again.figures["cache_hits"], again.figures["requests"]) == (3, 5)
        assert len({asked.question for asked in server.asked}) == 8


def test_attempts_that_are_tried_again_count() -> None:
    failing = in_turn(error(500), error(500))
    predictions, runner, asked = answered(failing, *DOCUMENTS[:3], budget=Budget(requests=3))
    assert reasons(predictions) == ["None", "budget", "budget"]
    assert len(asked) == 3
    assert (runner.figures["attempts"], runner.figures["retries"], runner.figures["requests"]) == (3, 2, 1)


def test_a_budget_that_ends_between_two_attempts_is_the_reason_of_the_failure() -> None:
    predictions, runner, asked = answered(lambda _: error(500), *DOCUMENTS[:2], budget=Budget(requests=2))
    assert reasons(predictions) == ["budget", "budget"]
    assert len(asked) == runner.figures["attempts"] == 2


def test_a_budget_of_tokens_is_passed_by_no_more_than_what_is_under_way() -> None:
    # 120 tokens an answer.
    predictions, runner, _ = answered(by_rule, *DOCUMENTS, budget=Budget(tokens=300))
    assert reasons(predictions) == ["None"] * 3 + ["budget"] * 5
    assert runner.figures["tokens_in"] + runner.figures["tokens_out"] == 360
    with serving(lambda asked: Response(by_rule(asked).body, delay=0.05)) as server:
        wide = llm(server.endpoint, concurrency=4, budget=Budget(tokens=300))
        list(wide.predict(DOCUMENTS))
        assert 300 <= wide.figures["tokens_in"] + wide.figures["tokens_out"] <= 300 + 4 * 120


def test_a_budget_of_cost_goes_by_the_prices() -> None:
    # 100 tokens in at 10 and 20 out at 100 US dollars for a million: 0.003 for each answer.
    prices = Prices(10, 100)
    predictions, runner, asked = answered(by_rule, *DOCUMENTS, budget=Budget(cost=0.0059), prices=prices)
    assert reasons(predictions) == ["None"] * 2 + ["budget"] * 6
    assert runner.figures["cost"] == pytest.approx(0.006)
    assert len(asked) == 2
    assert "0.0060 US dollars" in runner.remarks[0]


def test_a_budget_of_cost_without_a_price_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(InputError, match=r"budget.cost: found 1 and no price of m, wanted runner.prices.input"):
        answered(by_rule, budget=Budget(cost=1.0))
    _, runner, _ = answered(by_rule)
    assert "cost" not in runner.figures


def test_prices_are_known_by_the_address_and_not_by_the_name_alone() -> None:
    pytest.importorskip("genai_prices")
    known = costing(Prices(), "gpt-4o", "https://api.openai.com/v1")
    assert known is not None
    assert known(Usage(1_000_000, 0)) > 0
    assert known(Usage(0, 1_000_000)) > known(Usage(1_000_000, 0))
    assert costing(Prices(), "gpt-4o", "http://127.0.0.1:8080/v1") is None
    assert costing(Prices(), "no-such-model", "https://api.openai.com/v1") is None
    own = costing(Prices(1, 2), "gpt-4o", "https://api.openai.com/v1")
    assert own is not None
    assert own(Usage(500_000, 250_000)) == 1.0


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_what_is_no_limit_and_no_price_is_refused(value: float) -> None:
    for make in (lambda: Budget(cost=value), lambda: Prices(value, 1.0), lambda: Prices(1.0, value)):
        with pytest.raises(InputError):
            make()
    with pytest.raises(InputError, match="output: found null"):
        Prices(1.0)


def test_an_account_books_before_and_charges_after() -> None:
    account = Account(Budget(requests=1), lambda usage: usage.tokens / 1000)
    account.book()
    account.charge(Usage(600, 400, is_estimated=True))
    assert (account.requests, account.tokens, account.tokens_estimated, account.cost) == (1, 1000, 1000, 1.0)
    with pytest.raises(FailedRequestError, match="budget"):
        account.book()
    assert account.requests == 1


def test_answers_in_the_cache_need_neither_server_nor_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        endpoint = server.endpoint
        before = list(llm(endpoint, cache=str(tmp_path)).predict(DOCUMENTS))
    monkeypatch.delenv("TEST_LLM_KEY")
    runner = llm(endpoint, cache=str(tmp_path))
    runner.load()
    after = list(runner.predict(DOCUMENTS))
    assert [answer.annotation for answer in after] == [answer.annotation for answer in before]
    assert (runner.figures["cache_hits"], runner.figures["cache_hit_rate"], runner.figures["tokens_in"]) == (8, 1, 0)
    assert runner.figures["cached_tokens_in"] == 800
    assert "latency_p50" not in runner.figures
    with pytest.raises(InputError, match=r"runner.key: found the environment variable TEST_LLM_KEY not set"):
        list(runner.predict([Document("new", "وصل إلى غزة.")]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: "",
        lambda record: record[: len(record) // 2],
        lambda record: "[]",
        lambda record: record.replace('"version": 1', '"version": 2'),
        lambda record: record.replace('"text": "', '"text": 7, "was": "'),
        lambda record: record.replace('"request": "', '"request": "0'),
        lambda record: record.replace('"tokens_in": 100', '"tokens_in": -1'),
        lambda record: json.dumps({**json.loads(record), "reply": {**json.loads(record)["reply"], "text": "{"}}),
    ],
    ids=["empty", "cut", "a list", "another version", "no text", "another request", "no usage", "no answer"],
)
def test_an_entry_that_is_damaged_or_foreign_is_asked_anew_and_written_anew(damage: Any, tmp_path: Path) -> None:
    with serving() as server:
        list(llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1]))
        [path] = tmp_path.rglob("*.json")
        good = path.read_text(encoding="utf-8")
        damaged = damage(good)
        assert damaged != good
        path.write_text(damaged, encoding="utf-8")
        [prediction] = llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1])
        assert (prediction.error, len(server.asked)) == (None, 2)
        assert json.loads(path.read_text(encoding="utf-8"))["reply"]["text"] == json.loads(good)["reply"]["text"]
        list(llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1]))
        assert len(server.asked) == 2
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [path.name]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1}, {"temperature": 0.5}, {"max_tokens": 7}, {"schema": "json_object"}, {"extra": {"top_p": 0.5}},
        {"chunk": 30}, {"layers": ["entities", "sentences"]}, {"prompt": "ar"},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_is_asked_otherwise_is_asked_again(change: dict[str, Any], tmp_path: Path) -> None:
    with serving() as server:
        list(llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1]))
        list(llm(server.endpoint, cache=str(tmp_path), timeout=9.0, retries=0).predict(DOCUMENTS[:1]))
        assert len(server.asked) == 1
        list(llm(server.endpoint, cache=str(tmp_path), **change).predict(DOCUMENTS[:1]))
        assert len(server.asked) == (3 if "chunk" in change else 2)


def test_errors_and_answers_that_cannot_be_used_are_not_kept(tmp_path: Path) -> None:
    bad = [completion("{"), completion(None, refusal="no"), completion(""), Response({"choices": []}), error(400)]
    with serving(in_turn(*bad)) as server:
        for _ in bad:
            [prediction] = llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1])
            assert prediction.error is not None
        [prediction] = llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1])
        assert (prediction.error, len(server.asked)) == (None, 6)


def test_an_answer_that_was_cut_is_kept_and_not_paid_for_again(tmp_path: Path) -> None:
    def cut(asked: Any) -> Response:
        return by_rule(asked) if len(asked.sentences) == 1 else completion('{"entities": [', "length")

    with serving(cut) as server:
        for hits in (0, 3):
            runner = llm(server.endpoint, cache=str(tmp_path))
            [prediction] = runner.predict(DOCUMENTS[:1])
            assert (prediction.error, runner.figures["cache_hits"], runner.figures["split"]) == (None, hits, 1)
        assert len(server.asked) == 3


@pytest.mark.parametrize("concurrency", [1, 4])
def test_one_question_that_several_documents_come_to_is_put_once(concurrency: int, tmp_path: Path) -> None:
    same = [Document(str(number), TEXTS[0]) for number in range(10)]
    with serving(lambda asked: Response(by_rule(asked).body, delay=0.05)) as server:
        runner = llm(server.endpoint, cache=str(tmp_path), concurrency=concurrency)
        predictions = list(runner.predict(same))
        assert (len(server.asked), runner.figures["cache_hits"]) == (1, 9)
    assert len({prediction.annotation for prediction in predictions}) == 1


def test_a_question_that_was_answered_between_a_look_and_the_next_is_not_put_again(tmp_path: Path) -> None:
    with serving() as server:
        runner = llm(server.endpoint, cache=str(tmp_path))
        session = runner._session
        get, claim = session.cache.get, session.cache.claim
        # As if another thread were done with the question just before this one says that it puts it.
        looked: list[str] = []

        def late(name: str) -> Any:
            if not looked:
                looked.append(name)
                list(llm(server.endpoint, cache=str(tmp_path)).predict(DOCUMENTS[:1]))
            return claim(name)

        session.cache.claim = late  # type: ignore[method-assign]
        assert reasons(list(runner.predict(DOCUMENTS[:1]))) == ["None"]
        assert get(looked[0]) is not None
        assert (len(server.asked), runner.figures["cache_hits"]) == (1, 1)


def test_repetitions_differ_by_seed_and_are_not_each_others_cached_answers(tmp_path: Path) -> None:
    for seed, seeds in ((5, [5, 6, 7]), (None, [None] * 3)):
        with serving() as server:
            runner = llm(server.endpoint, cache=str(tmp_path), repeats=3, seed=seed)
            for made in (runner, *runner.repetitions):
                list(made.predict(DOCUMENTS[:1]))
            assert [asked.body.get("seed") for asked in server.asked] == seeds
            # What they take is counted together.
            assert runner.figures["requests"] == 3
            for made in (runner, *runner.repetitions):
                list(made.predict(DOCUMENTS[:1]))
            assert len(server.asked) == 3
    assert Sampling(seed=3).repeated(2).seed == 5


PROGRAM = """
import sys
from pathlib import Path
from harness.data.types import Document
from harness.runners.llm.runner import Llm
texts = sys.argv[3:]
runner = Llm(sys.argv[1], "m", key=None, layers=["entities"], cache=sys.argv[2], concurrency=2).keeping(
    Path(sys.argv[2]).parent / "run")
for prediction in runner.predict([Document(str(number), text) for number, text in enumerate(texts)]):
    print(prediction.doc_id, prediction.error, flush=True)
"""


def test_a_run_that_is_killed_asks_nothing_twice_that_was_answered(tmp_path: Path) -> None:
    def start(server: Server) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", PROGRAM, server.endpoint, str(tmp_path / "cache"), *TEXTS]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ})

    # After four answers it keeps the program waiting until that is killed.
    quick = threading.Semaphore(4)

    def answer(asked: Asked) -> Response:
        return by_rule(asked) if quick.acquire(blocking=False) else Response(delay=60.0)

    with serving(answer) as server:
        process = start(server)
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        server.answer = by_rule
        kept = {path.stem for path in (tmp_path / "cache").rglob("*.json")}
        assert 3 <= len(kept) <= 4
        first = len(server.asked)
        process = start(server)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert len(server.asked) - first == 8 - len(kept)
    assert out.split("\n")[:-1] == [f"{number} None" for number in range(8)]
    lines = (tmp_path / "run" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    asked = [record["request"] for record in records if not record["cached"]]
    assert len(asked) == len({*asked}) >= 7
    # What was killed between keeping its fourth answer and noting it has a note of the cached one alone.
    assert len({record["request"] for record in records}) == 8
