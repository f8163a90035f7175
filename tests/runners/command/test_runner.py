"""Programs that do what they are to do, and what they are given."""

import gc
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import pytest

from harness.data.types import Annotation, Document, Entity, InputError, Prediction
from harness.runners.command import process
from harness.runners.command.runner import ERRORS, MOST_ERRORS, Command
from tests.runners.command.programs import PLAIN, alive, asked, command, gone, written

CAIRO = "في القاهرة"
FOUND = Annotation((Entity(3, 10, "GPE", 0.5),))

# What ends lines for some readers, is no character for others, or has two units in UTF-16.
ODD = '\u0085 \u2028 \u2029 \x00 \x1f \r \r\n \ufeff 😀 \U0001ee00 \\n " \\" \\u0041 القاهرة'


def test_answers_come_in_order_with_seconds_and_without_remarks(tmp_path: Path) -> None:
    runner = command(tmp_path)
    answers = asked(runner, CAIRO, "", CAIRO)
    assert [(answer.doc_id, answer.annotation, answer.error) for answer in answers] == [
        ("a", FOUND, None), ("b", Annotation(()), None), ("c", FOUND, None)
    ]  # fmt: skip
    assert all(answer.seconds is not None and 0 <= answer.seconds < 20 for answer in answers)
    assert runner.figures == {"restarts": 0, "timeouts": 0, "crashes": 0, "bad_lines": 0}
    assert list(runner.remarks) == []


def test_a_program_gets_text_id_and_meta_as_they_are(tmp_path: Path) -> None:
    body = """
    for document in documents():
        same = document == {"id": "ا\\u2028", "text": TEXT, "meta": {"outlet": ["و", 1, None]}}
        say({"id": document["id"], "text": document["text"], "sentences": [], "error": None if same else "other"})
    """.replace("TEXT", repr(ODD))
    runner = command(tmp_path, body)
    (answer,) = runner.predict([Document("ا\u2028", ODD, {"outlet": ["و", 1, None]})])
    assert answer.error is None
    assert answer.annotation == Annotation(sentences=())


@pytest.mark.parametrize("separator", ["\u0085", "\u2028", "\u2029", "\r", "\x0b"])
def test_a_document_is_one_line_for_every_reader(tmp_path: Path, separator: str) -> None:
    body = """
    for line in sys.stdin.buffer:
        whole = len(line.decode("utf-8").splitlines()) == 1
        say({"id": json.loads(line)["id"], "error": None if whole else "several"})
    """
    (answer,) = command(tmp_path, body).predict([Document(f"a{separator}", f"x{separator}y", {separator: separator})])
    assert answer.error is None


def test_a_document_that_json_cannot_hold_fails_and_is_not_sent(tmp_path: Path) -> None:
    documents = [Document("a", "half \ud83d"), Document("b", "x", {"n": float("nan")}), Document("c", CAIRO)]
    documents.append(Document("d", "x", {"when": object()}))
    broken, number, fine, thing = command(tmp_path).predict(documents)
    assert fine == Prediction("c", FOUND, fine.seconds)
    for answer in (broken, number, thing):
        assert answer.annotation == Annotation()
        assert str(answer.error).endswith("wanted a document that JSON can hold")
    assert next(command(tmp_path).predict(documents[:1])).error == broken.error


def test_seconds_are_the_programs_own_where_it_gives_them(tmp_path: Path) -> None:
    body = """
    for document in documents():
        say({"id": document["id"], **({"seconds": 7.5} if document["id"] == "a" else {})})
    """
    own, measured = asked(command(tmp_path, body), "x", "y")
    assert own.seconds == 7.5
    assert measured.seconds is not None
    assert measured.seconds < 7


def test_an_error_of_the_program_is_a_failure_and_no_crash(tmp_path: Path) -> None:
    body = """
    for document in documents():
        say({"id": document["id"], "entities": mentions(document["text"]), "error": "too long"})
    """
    runner = command(tmp_path, body)
    (answer,) = asked(runner, CAIRO)
    assert (answer.annotation, answer.error) == (Annotation(), "too long")
    assert list(runner.remarks) == []


def test_one_process_answers_all_calls_and_is_gone_with_its_runner(tmp_path: Path) -> None:
    body = """
    for document in documents():
        say({"id": document["id"], "error": str(os.getpid())})
    """
    runner = command(tmp_path, body)
    answers = [*asked(runner, "x", "y"), *asked(runner, "z"), *asked(runner)]
    (number,) = {int(str(answer.error)) for answer in answers}
    assert alive(number)
    del runner
    gc.collect()
    assert not alive(number)


def test_two_processes_give_the_same_answers_in_the_same_order(tmp_path: Path) -> None:
    body = """
    for document in documents():
        time.sleep(0.2 if document["id"] == "a" else 0)
        say({"id": document["id"], "entities": mentions(document["text"])})
        print(os.getpid(), file=sys.stderr)
    """
    texts = [CAIRO * number for number in range(1, 9)]

    def plain(runner: Command) -> list[tuple[str, Annotation]]:
        return [(answer.doc_id, answer.annotation) for answer in asked(runner, *texts)]

    alone = command(tmp_path, body)
    kept = command(tmp_path, body, processes=2, ahead=3).keeping(tmp_path)
    assert plain(alone) == plain(kept) == plain(command(tmp_path, body, processes=3, mode="batch"))
    assert [len(annotation.entities or ()) for _, annotation in plain(alone)] == [*range(1, 9)]
    assert len({*(tmp_path / ERRORS).read_text().split()}) == 2


def test_answers_may_come_in_any_order_among_those_that_are_asked_for_together(tmp_path: Path) -> None:
    body = """
    while True:
        three = [json.loads(sys.stdin.readline()) for _ in range(3)]
        for document in reversed(three):
            say({"id": document["id"], "entities": mentions(document["text"])})
    """
    answers = asked(command(tmp_path, body, ahead=3), CAIRO, "x", CAIRO * 2, CAIRO, "x", CAIRO * 2)
    assert [answer.doc_id for answer in answers] == list("abcdef")
    assert [len(answer.annotation.entities or ()) for answer in answers] == [1, 0, 2, 1, 0, 2]


def test_long_texts_and_long_answers_pass_whatever_a_pipe_holds(tmp_path: Path) -> None:
    body = """
    for document in documents():
        sys.stderr.write("x" * 300_000)
        say({"id": document["id"], "entities": mentions(document["text"])})
        sys.stderr.write("y" * 300_000 + chr(10))
    """
    runner = command(tmp_path, body).keeping(tmp_path)
    answers = asked(runner, CAIRO * 100_000, CAIRO)
    assert [len(answer.annotation.entities or ()) for answer in answers] == [100_000, 1]
    assert (tmp_path / ERRORS).stat().st_size == 2 * 600_001


def test_a_program_that_answers_before_it_reads_and_one_that_reads_slowly_block_nobody(tmp_path: Path) -> None:
    body = """
    for name in "ab":
        print(json.dumps({"id": name, "error": "x" * 1_000_000}), flush=True)
    time.sleep(0.2)
    while os.read(0, 1000): pass
    """
    answers = asked(command(tmp_path, body, ahead=2), CAIRO * 20_000, CAIRO)
    assert [len(str(answer.error)) for answer in answers] == [1_000_000] * 2


def test_in_a_batch_all_is_read_before_anything_is_answered(tmp_path: Path) -> None:
    body = """
    sys.stdout.reconfigure(write_through=False)
    for document in [*documents()]:
        print(json.dumps({"id": document["id"], "entities": mentions(document["text"])}))
    """
    runner = command(tmp_path, body, mode="batch")
    texts = [CAIRO * number for number in range(5)]
    assert [len(answer.annotation.entities or ()) for answer in asked(runner, *texts)] == [*range(5)]
    assert len(asked(runner, *texts)) == 5
    assert asked(runner) == []
    assert runner.figures["restarts"] == 0


def test_a_last_line_without_an_end_is_an_answer(tmp_path: Path) -> None:
    body = """
    answers = [json.dumps({"id": document["id"]}) for document in documents()]
    sys.stdout.write("\\ufeff" + chr(13).join(["", *answers[:1]]) + chr(13) + chr(10) + chr(10) + answers[1])
    """
    assert [answer.error for answer in asked(command(tmp_path, body, mode="batch"), "x", "y")] == [None, None]


def test_the_environment_is_the_shells_without_what_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "HARNESS_DEBUG", "MLFLOW_TRACKING_PASSWORD", "OPENAI_API_KEY", "MINE"):
        monkeypatch.setenv(name, "secret")
    body = """
    for document in documents():
        say({"id": document["id"], "error": json.dumps(dict(os.environ))})
    """
    (answer,) = asked(command(tmp_path, body, env={"MINE": "yes", "N": 3}), "x")
    seen = json.loads(str(answer.error))
    assert not {"PYTHONPATH", "VIRTUAL_ENV", "HARNESS_DEBUG", "MLFLOW_TRACKING_PASSWORD"} & {*seen}
    assert (seen["OPENAI_API_KEY"], seen["MINE"], seen["N"]) == ("secret", "yes", "3")
    assert (seen["PYTHONUNBUFFERED"], seen["PYTHONUTF8"], seen["PATH"]) == ("1", "1", os.environ["PATH"])
    (answer,) = asked(command(tmp_path, body, inherit=["MINE"], env={"PYTHONUTF8": "0"}), "x")
    assert {*json.loads(str(answer.error))} - {"LC_CTYPE"} == {"MINE", "PYTHONUNBUFFERED", "PYTHONUTF8"}


def test_a_program_runs_in_the_folder_that_is_named(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    words = written(inner, "for document in documents(): say({'id': document['id'], 'error': os.getcwd()})")
    (inner / "mine.sh").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (inner / "mine.sh").chmod(0o755)
    (answer,) = asked(Command(["./mine.sh", Path(words[-1]).name], cwd=str(inner)), "x")
    assert answer.error == str(inner)
    with pytest.raises(InputError, match=r"^runner\.cwd: found /nowhere, wanted a folder$"):
        Command(["cat"], cwd="/nowhere").load()


def test_memory_is_limited_by_process(tmp_path: Path) -> None:
    body = """
    for document in documents():
        held = bytearray(int(document["text"]) << 20)
        say({"id": document["id"]})
    """
    runner = command(tmp_path, body, memory=300)
    small, large, again = asked(runner, "10", "1000", "10")
    assert (small.error, again.error) == (None, None)
    assert large.error == "the program ended with exit status 1: MemoryError"
    assert runner.figures == {"restarts": 1, "timeouts": 0, "crashes": 1, "bad_lines": 0}


def test_what_made_the_answers_is_recorded(tmp_path: Path) -> None:
    words = written(tmp_path)
    runner = Command([*words, 3, "absent.txt"])
    runner.load()
    script = hashlib.sha256(Path(words[-1]).read_bytes()).hexdigest()
    found = dict(runner.provenance)
    assert (found["command"], found["executable"]) == ([*words, "3", "absent.txt"], sys.executable)
    sha256 = found["sha256"]
    assert isinstance(sha256, dict)
    assert {*sha256} == {words[0], words[-1]}
    assert sha256[words[-1]] == script


def test_standard_error_is_kept_with_a_run_up_to_its_bound(tmp_path: Path) -> None:
    body = """
    for document in documents():
        for _ in range(12): sys.stderr.write("x" * 999_999 + chr(10))
        say({"id": document["id"]})
    print("the end", file=sys.stderr)
    """
    runner = command(tmp_path, body).keeping(tmp_path / "run")
    assert asked(runner, "x")[0].error is None
    kept = (tmp_path / "run" / ERRORS).read_text()
    told = f"\n[harness] more than {MOST_ERRORS} bytes: what comes later is left out\n"
    assert len(kept) == MOST_ERRORS + len(told)
    assert kept.endswith(told)


def test_a_kept_program_is_ended_with_its_run_and_its_last_words_are_read(tmp_path: Path) -> None:
    body = PLAIN + 'print("tokens: 12", file=sys.stderr)\nsys.exit(3)\n'
    runner = command(tmp_path, body).keeping(tmp_path)
    assert asked(runner, CAIRO)[0].annotation == FOUND
    expected = "tokens: 12\n[harness] the program ended with exit status 3: tokens: 12\n"
    assert (tmp_path / ERRORS).read_text() == expected
    assert runner.figures["crashes"] == 1
    assert list(runner.remarks) == [f"command: found 1 crash; {ERRORS} has what the program says"]
    assert asked(runner, CAIRO)[0].annotation == FOUND


def test_a_program_that_does_not_end_with_its_input_is_made_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_TERMINATING", 0.3)
    body = """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["sleep", "1000"])
    for document in documents():
        say({"id": document["id"], "error": f"{os.getpid()} {child.pid}"})
    while True: time.sleep(1)
    """
    runner = command(tmp_path, body)
    (answer,) = asked(runner, "x")
    began = time.monotonic()
    process.end(runner._exchange._running, grace=0.3)
    assert 0.6 <= time.monotonic() - began < 5
    own, child = map(int, str(answer.error).split())
    assert not alive(own)
    assert gone([child])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"command": []}, r"^command: found \[\], wanted a list of words, as \[python,mine\.py\]$"),
        ({"command": "cat"}, r"^command: found \"cat\", wanted a list of words"),
        ({"ahead": 0}, r"^ahead: found 0, wanted 1 or more$"),
        ({"processes": 0}, r"^processes: found 0, wanted 1 or more$"),
        ({"restarts": -1}, r"^restarts: found -1, wanted 0 or more$"),
        ({"memory": 0}, r"^memory: found 0, wanted 1 or more$"),
        ({"timeout": 0}, r"^timeout: found 0, wanted seconds$"),
    ],
)
def test_fields_that_cannot_be_meant_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Command(**{"command": ["cat"], **fields})  # type: ignore[arg-type]


def test_a_document_has_to_have_an_id_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'^runner\.command: found two documents "a", wanted each document once$'):
        list(command(tmp_path).predict([Document("a", "x"), Document("a", "y")]))


def test_calls_come_one_after_another(tmp_path: Path) -> None:
    runner = command(tmp_path)
    first = runner.predict([Document("a", CAIRO), Document("b", "x")])
    assert next(first).annotation == FOUND
    with pytest.raises(InputError, match=r"^runner\.command: found two calls at a time, wanted one after another$"):
        next(runner.predict([Document("c", CAIRO)]))
    assert [answer.doc_id for answer in first] == ["b"]
    assert [answer.annotation for answer in asked(runner, CAIRO)] == [FOUND]
