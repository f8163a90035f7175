"""`runner=llm` through the program: what a person sees, what a run leaves, and that no key is in any of it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Done, Harness, Sample, run_program
from tests.runners.llm.serving import Asked, Response, Server, completion, error, found, serving

KEY = "sk-secret-0123456789-abcdef"
QUICK = ("runner.retries=1", "runner.backoff=0.01", "bootstrap.resamples=20")


def told(server: Server, sample: Sample, *more: str) -> Sequence[str]:
    """The arguments of an evaluation of `sample` by `server`."""
    data = ("dataset=jsonl", f"dataset.path={sample.gold}")
    return ("evaluate", *data, "runner=llm", f"runner.endpoint={server.endpoint}", "runner.model=m", *QUICK, *more)


def echoing(asked: Asked) -> Response:
    """A server that puts the header it was sent into all that it says."""
    header = asked.headers["authorization"]
    echo = {"sentence": 1, "quote": header, "type": header}
    answer = found(asked)
    answer["entities"].append(echo)
    return completion(json.dumps(answer, ensure_ascii=False))


def leaks(folder: Path, *said: Done) -> list[str]:
    """The files below `folder`, and the streams, that hold the key."""
    files = [str(path) for path in folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    return files + [text for done in said for text in (done.out, done.err) if KEY in text]


def test_no_key_is_in_run_folder_store_page_cache_or_output(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_LOG": "debug", "HARNESS_DEBUG": "1"}
    with serving(echoing) as server:
        run = tmp_path / "runs" / "e" / "one"
        done = harness(*told(server, sample, f"hydra.run.dir={run}"), **environment)
        assert done.code == 0, done.err
        page = harness("report", f"run={run}", **environment)
        assert page.code == 0, page.err
        assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    # They were there: what replaces the key is.
    assert "Bearer [key]" in (run / "answers.jsonl").read_text(encoding="utf-8")
    assert (run / "report.html").is_file()
    assert any(tmp_path.rglob("mlflow.db"))
    assert any((tmp_path / "runs" / ".cache" / "llm").rglob("*.json"))
    assert leaks(tmp_path, done, page) == []


@pytest.mark.parametrize("status", [401, 500])
def test_no_key_is_in_what_is_said_of_errors(status: int, harness: Harness, sample: Sample, tmp_path: Path) -> None:
    def angry(asked: Asked) -> Response:
        message = f"Incorrect key provided: {asked.headers['authorization']}"
        return error(status, message)

    with serving(angry) as server:
        run = tmp_path / "runs" / "e" / "one"
        every = [
            harness(*told(server, sample, f"hydra.run.dir={run}-{debug}"), OPENAI_API_KEY=KEY, HARNESS_DEBUG=debug)
            for debug in ("0", "1")
        ]
    assert leaks(tmp_path, *every) == []
    if status == 401:
        assert every[0].code == 2
        assert "Bearer [key]" in every[0].err
        assert every[0].err.count("\n") == 1
        assert every[1].code == 1
        assert "Traceback" in every[1].err
    else:
        assert [done.code for done in every] == [0, 0]
        predictions = (tmp_path / "runs" / "e" / "one-0" / "predictions.jsonl").read_text(encoding="utf-8")
        assert "Bearer [key]" in predictions


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("runner.key=NO_SUCH_KEY", "runner.key: found the environment variable NO_SUCH_KEY not set"),
        (f"runner.key={KEY}", "runner.key: found something else, which is not shown"),
        ("runner.endpoint=http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1: found no server"),
        ("runner.budget.cost=1", "budget.cost: found 1 and no price of m"),
    ],
)
def test_what_cannot_work_is_one_line_and_exit_2(
    argument: str, said: str, harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    with serving() as server:
        done = harness(*told(server, sample, "tracker=none", argument), OPENAI_API_KEY=KEY)
        assert server.asked == []
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert said in done.err
    assert leaks(tmp_path, done) == []


def test_a_sweep_notes_no_key_that_stands_in_the_place_of_its_name(
    harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    with serving() as server:
        done = harness(*told(server, sample, "-m", "runner.seed=1,2", f"runner.key={KEY}"))
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert leaks(tmp_path, done) == []


def test_a_run_shows_what_it_took_and_logs_it(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    with serving() as server:
        run = tmp_path / "runs" / "e" / "one"
        arguments = told(server, sample, f"hydra.run.dir={run}", "runner.prices.input=1", "runner.prices.output=10")
        done = harness(*arguments, OPENAI_API_KEY=KEY)
        assert done.code == 0, done.err
        asked = len(server.asked)
        again = harness(*told(server, sample, f"hydra.run.dir={run}2", "tracker=none"))
        assert again.code == 0, again.err
        assert len(server.asked) == asked
        latest = harness("report", "run=latest:llm", "out=page")
        assert latest.code == 0, latest.err
    assert f"{asked} questions (0% from the cache)" in done.err
    assert f"{asked} questions (100% from the cache); 0 requests" in again.err
    figures = json.loads((run / "scores.json").read_text(encoding="utf-8"))["figures"]
    assert (figures["requests"], figures["tokens_in"], figures["tokens_out"]) == (asked, 100 * asked, 20 * asked)
    assert figures["cost"] == pytest.approx(asked * 0.0003)
    assert {"latency_p50", "latency_p90", "latency_p99"} <= figures.keys()
    from harness.runs.run import read_run
    from harness.tracking.fields import metrics_of, tags_of

    opened = read_run(run)
    assert metrics_of(opened.scores)["run/tokens_in"] == 100 * asked
    assert len(tags_of(opened)["runner.prompt_sha256"]) == 64
    assert tags_of(opened)["runner.model"] == "m"


def test_what_a_spent_budget_leaves_is_said_and_asked_the_next_time(
    harness: Harness, sample: Sample, tmp_path: Path
) -> None:
    with serving() as server:
        short = harness(
            *told(server, sample, "tracker=none", f"hydra.run.dir={tmp_path}/1", "runner.budget.requests=1"),
            OPENAI_API_KEY=KEY,
        )
        assert (short.code, len(server.asked)) == (0, 1), short.err
        assert re.search(r"found the budget spent with \d+ documents not answered", short.err)
        scores = json.loads((tmp_path / "1" / "scores.json").read_text(encoding="utf-8"))
        assert scores["failures"] == scores["documents"] - 1 == scores["figures"]["failures/budget"]
        whole = harness(*told(server, sample, "tracker=none", f"hydra.run.dir={tmp_path}/2"), OPENAI_API_KEY=KEY)
        assert whole.code == 0
        assert len(server.asked) == scores["documents"]


def test_predict_answers_texts_in_the_golds_schema(harness: Harness, tmp_path: Path) -> None:
    with serving() as server:
        runner = ("runner=llm", f"runner.endpoint={server.endpoint}", "runner.model=m", "runner.key=null")
        done = harness("predict", *runner, "text=وصل بوتين إلى موسكو.")
    assert done.code == 0, done.err
    entities = json.loads(done.out)["entities"]
    assert [(entity["text"], entity["type"]) for entity in entities] == [("بوتين", "PERS"), ("موسكو", "GPE")]


def test_an_interrupted_program_ends_at_once(sample: Sample, tmp_path: Path) -> None:
    with serving(lambda _: Response(delay=30.0)) as server:
        program = str(Path(sys.executable).with_name("harness"))
        arguments = [program, *told(server, sample, "tracker=none", f"hydra.run.dir={tmp_path}/run")]
        environment = {**os.environ, "OPENAI_API_KEY": KEY}
        process = subprocess.Popen(arguments, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        while not server.asked:
            assert process.poll() is None
            time.sleep(0.05)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert time.monotonic() - began < 15
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.fixture
def without_openai(tmp_path: Path) -> dict[str, str]:
    """An environment in which the package cannot be imported."""
    folder = tmp_path / "hidden"
    folder.mkdir()
    (folder / "openai.py").write_text("raise ImportError('hidden')\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_a_missing_package_is_one_line_that_names_the_extra(
    without_openai: dict[str, str], sample: Sample, tmp_path: Path
) -> None:
    with serving() as server:
        done = run_program(told(server, sample, "tracker=none"), tmp_path, {**without_openai, "OPENAI_API_KEY": KEY})
        assert server.asked == []
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert "runner=llm: found no openai, wanted it installed" in done.err
