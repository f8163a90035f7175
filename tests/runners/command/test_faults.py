"""What a program does wrong costs its document, and leaves no process behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harness.data.types import Annotation, Document, Entity, InputError
from harness.runners.command import exchange
from harness.runners.command.runner import ERRORS, Command
from tests.runners.command.programs import PLAIN, asked, command, gone, written

CAIRO = "في القاهرة"
FOUND = Annotation((Entity(3, 10, "GPE", 0.5),))

FAULTY = """
for document in documents():
    if document["text"].startswith("!"):
        exec(document["text"][1:])
    else:
        say({"id": document["id"], "entities": mentions(document["text"])})
"""


def figures(**counts: int) -> dict[str, int]:
    return {"restarts": 0, "timeouts": 0, "crashes": 0, "bad_lines": 0, **counts}


@pytest.mark.parametrize("fields", [{}, {"ahead": 4}, {"ahead": 12, "processes": 2}], ids=str)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("raise ValueError('boom')", "the program ended with exit status 1: ValueError: boom"),
        ("sys.exit(0)", "the program ended with exit status 0"),
        ("os.kill(os.getpid(), 9)", "the program was killed by SIGKILL"),
        (
            "print('a' + chr(13) + 'no memory', file=sys.stderr); os.abort()",
            "the program was killed by SIGABRT: no memory",
        ),
        ("os.write(1, b'{\"id\": '); sys.exit(2)", "the program ended with exit status 2"),
    ],
    ids=lambda value: value[:20],
)
def test_a_crash_costs_its_document(tmp_path: Path, fault: str, error: str, fields: dict[str, int]) -> None:
    runner = command(tmp_path, FAULTY, **fields)
    answers = asked(runner, CAIRO, CAIRO, f"!{fault}", CAIRO, CAIRO)
    assert [answer.doc_id for answer in answers] == list("abcde")
    assert [answer.annotation for answer in answers] == [FOUND, FOUND, Annotation(), FOUND, FOUND]
    assert [answer.error for answer in answers] == [None, None, error, None, None]
    # Where two are side by side, there may be nothing left to be asked.
    assert runner.figures["crashes"] >= runner.figures["restarts"] >= 1
    assert runner.figures["timeouts"] == runner.figures["bad_lines"] == 0
    if not fields:
        assert runner.figures == figures(crashes=1, restarts=1)
        assert list(runner.remarks) == ["command: found 1 restart, 1 crash"]


@pytest.mark.parametrize("fields", [{}, {"ahead": 3}, {"mode": "batch"}], ids=str)
def test_a_time_out_costs_its_document_and_the_children_of_its_program(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    note = tmp_path / "children"
    hang = f"""!
child = subprocess.Popen(["sleep", "1000"], stdout=subprocess.DEVNULL)
print(os.getpid(), child.pid, file=open({str(note)!r}, "a"), flush=True)
print("waiting", file=sys.stderr)
child.wait()
"""
    runner = command(tmp_path, FAULTY, timeout=1, start_timeout=1, **fields)
    answers = asked(runner, CAIRO, hang, CAIRO)
    assert [answer.annotation for answer in answers] == [FOUND, Annotation(), FOUND]
    # A second more for the first document of a process.
    assert answers[1].error == f"no answer within {1 if not fields else 2} s: waiting"
    assert answers[1].seconds is not None
    assert 1 <= answers[1].seconds < 5
    assert runner.figures["timeouts"] == runner.figures["restarts"] >= 1
    numbers = [int(number) for number in note.read_text().split()]
    assert len(numbers) == 2 * runner.figures["timeouts"]
    assert gone(numbers)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ('{"id": ID, "entities": [{"start": 3, "end": 99, "type": "GPE"}]}',
         "malformed: entities[0]: found [3, 99], wanted whole numbers 0 <= start < end <= 10"),
        ('{"id": ID, "entities": [{"start": 3, "end": 10.0, "type": "GPE"}]}',
         "malformed: entities[0]: found [3, 10.0], wanted whole numbers 0 <= start < end <= 10"),
        ('{"id": ID, "entities": [{"start": 3, "end": 10, "type": 5}]}',
         "malformed: entities[0].type: found 5, wanted a name"),
        ('{"id": ID, "entities": [{"start": 3, "end": 10, "type": "GPE", "text": "x"}]}',
         'malformed: entities[0].text: found "x", wanted "القاهرة"'),
        ('{"id": ID, "entities": [{"start": 3, "end": 10, "type": "GPE", "score": 2}]}',
         "malformed: entities[0].score: found 2, wanted a number from 0 to 1 or null"),
        ('{"id": ID, "text": "x"}', 'malformed: text: found "x", wanted the text of the dataset\'s document'),
        ('{"id": ID, "seconds": "1"}', 'malformed: seconds: found "1", wanted a number from 0 to inf or null'),
        ('{"id": ID, "entitys": []}', "malformed: entitys: found \"an unknown key\""),
        ('{"id": ID, "entities": {}}', "malformed: entities: found {}, wanted a list"),
        ('{"id": ID, "score": NaN}', "malformed: found NaN, wanted one JSON object in UTF-8"),
        ('{"id": ID, "id": ID}', "malformed: found the key 'id' twice, wanted one JSON object in UTF-8"),
        ('{"id": ID, "entities": [', "malformed: found Expecting value at position 25, wanted one JSON object"),
        ('{"id": "z", "entities": []}', 'malformed: id: found "z", wanted "b"'),
        ('{"id": 1, "entities": []}', 'malformed: id: found 1, wanted "b"'),
        ('{"entities": []}', 'malformed: id: found null, wanted "b"'),
    ],
    ids=lambda value: value[:60],
)  # fmt: skip
def test_a_line_that_is_no_answer_costs_its_document_with_the_field_named(
    tmp_path: Path, answer: str, error: str
) -> None:
    line = answer.replace("ID", '"b"')
    body = FAULTY.replace('exec(document["text"][1:])', f"print({line!r}, flush=True)")
    runner = command(tmp_path, body)
    before, told, after = asked(runner, CAIRO, "!" + CAIRO[1:], CAIRO)
    assert (before.annotation, told.annotation, after.annotation) == (FOUND, Annotation(), FOUND)
    assert str(told.error).startswith(error)
    assert runner.figures == figures(bad_lines=1)
    (remark,) = runner.remarks
    assert remark.startswith("command: found 1 bad line; the first bad line is ")


def test_bytes_that_are_no_text_cost_their_document(tmp_path: Path) -> None:
    fault = '!os.write(1, b\'{"id": "b", "error": "\\xff\\xfe"}\\n\')'
    runner = command(tmp_path, FAULTY)
    before, told, after = asked(runner, CAIRO, fault, CAIRO)
    assert (before.error, after.error) == (None, None)
    assert str(told.error).startswith("malformed: found byte 0xff at position 22, wanted one JSON object in UTF-8")


def test_what_programs_tell_their_users_costs_nothing_but_a_remark(tmp_path: Path) -> None:
    body = """
    print("Loading model…", flush=True)
    print("100%|█| 3/3", flush=True)
    for document in documents():
        say(["log"])
        say({"id": document["id"], "entities": mentions(document["text"])})
        say({"id": document["id"], "entities": []})
    print("bye", flush=True)
    """
    runner = command(tmp_path, body).keeping(tmp_path)
    assert [answer.annotation for answer in asked(runner, CAIRO, CAIRO, CAIRO)] == [FOUND] * 3
    assert runner.figures == figures(bad_lines=2 + 3 + 3 + 1)
    assert list(runner.remarks) == ['command: found 9 bad lines; the first bad line is "Loading model…"']


@pytest.mark.parametrize("ahead", [1, 4])
def test_a_line_that_may_be_anybodys_answer_is_asked_for_again(tmp_path: Path, ahead: int) -> None:
    fault = "!say({'id': 'nobody'}); time.sleep(0.1)"
    runner = command(tmp_path, FAULTY, ahead=ahead)
    answers = asked(runner, CAIRO, CAIRO, fault, CAIRO)
    assert [answer.annotation for answer in answers] == [FOUND, FOUND, Annotation(), FOUND]
    assert answers[2].error == 'malformed: id: found "nobody", wanted "c"'
    assert runner.figures["restarts"] == (0 if ahead == 1 else 1)


def test_a_line_of_many_megabytes_is_read_and_an_endless_one_costs_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = command(tmp_path, FAULTY)
    long = "!say({'id': document['id'], 'error': 'x' * 50_000_000})"
    answers = asked(runner, CAIRO, long, CAIRO)
    assert [len(str(answer.error)) for answer in answers] == [4, 50_000_000, 4]
    monkeypatch.setattr("harness.runners.command.process.LONGEST", 1_000_000)
    answers = asked(runner, CAIRO, "!while True: os.write(1, b'{' * 100_000)", CAIRO)
    assert [answer.annotation for answer in answers] == [FOUND, Annotation(), FOUND]
    assert str(answers[1].error).startswith("malformed: found a line of more than")
    assert runner.figures == figures(restarts=1, bad_lines=1)


def test_a_program_that_writes_without_end_is_ended(tmp_path: Path) -> None:
    runner = command(tmp_path, FAULTY, timeout=0.5, start_timeout=5)
    fault = "!while True: os.write(1, b'y\\n' * 1000); os.write(2, b'y\\n' * 1000)"
    answers = asked(runner, CAIRO, fault, CAIRO)
    assert [answer.annotation for answer in answers] == [FOUND, Annotation(), FOUND]
    assert answers[1].error == "no answer within 0.5 s: y"


def test_a_batch_that_crashes_costs_the_document_that_crashes_it(tmp_path: Path) -> None:
    body = """
    answers = []
    for document in documents():
        if document["text"] == "!": os.abort()
        answers.append({"id": document["id"], "entities": mentions(document["text"])})
    for answer in answers: say(answer)
    """
    runner = command(tmp_path, body, mode="batch")
    answers = asked(runner, *[CAIRO] * 5, "!", CAIRO, CAIRO)
    assert [answer.error for answer in answers] == [*[None] * 5, "the program was killed by SIGABRT", None, None]
    # 8, 4, 2, 1: in halves.
    assert runner.figures == figures(crashes=4, restarts=6)


def test_a_batch_that_leaves_documents_out_costs_those(tmp_path: Path) -> None:
    body = """
    for document in [*documents()]:
        if document["text"] == "!": print('{"entities": [')
        else: say({"id": document["id"]})
    """
    runner = command(tmp_path, body, mode="batch")
    answers = asked(runner, "x", "!", "y")
    missing = "no answer among those of the program, which ended with exit status 0"
    assert [answer.error for answer in answers] == [None, missing, None]
    assert runner.figures == figures(bad_lines=1)


def test_a_program_that_answers_one_document_and_ends_is_started_for_each(tmp_path: Path) -> None:
    runner = command(tmp_path, PLAIN + "    break\n")
    assert [answer.annotation for answer in asked(runner, CAIRO, CAIRO, CAIRO)] == [FOUND] * 3
    assert runner.figures == figures(restarts=2)


def test_a_program_that_always_crashes_is_given_up_and_the_rest_is_not_asked(tmp_path: Path) -> None:
    runner = command(tmp_path, FAULTY, restarts=2)
    answers = asked(runner, CAIRO, *["!sys.exit(5)"] * 4, CAIRO)
    crashed = "the program ended with exit status 5"
    reason = f"not asked: {crashed} (3 times without an answer between)"
    assert [answer.error for answer in answers] == [None, crashed, crashed, crashed, reason, reason]
    assert runner.figures == figures(restarts=2, crashes=3)
    assert list(runner.remarks) == [
        f"command: found 2 restarts, 3 crashes; given up: {crashed} (3 times without an answer between)"
    ]
    assert asked(runner, CAIRO)[0].error == reason
    patient = command(tmp_path, FAULTY, restarts=None)
    assert [answer.error for answer in asked(patient, CAIRO, *["!sys.exit(5)"] * 11)] == [None, *[crashed] * 11]


def test_one_that_crashes_with_its_very_first_document_loses_it_alone(tmp_path: Path) -> None:
    runner = command(tmp_path, FAULTY)
    answers = asked(runner, "!sys.exit(5)", CAIRO)
    assert [answer.error for answer in answers] == ["the program ended with exit status 5", None]


@pytest.mark.parametrize("mode", ["stream", "batch"])
def test_a_program_that_ends_before_it_reads_cannot_be_started(tmp_path: Path, mode: str) -> None:
    words = written(tmp_path, "", "import nothing_of_this_name\n")
    found = (
        "found that the program ended with exit status 1: ModuleNotFoundError: No module named 'nothing_of_this_name'"
    )
    wanted = "wanted a program that reads documents and answers them"
    with pytest.raises(InputError) as raised:
        asked(Command(words, mode=mode), "x")  # type: ignore[arg-type]
    assert str(raised.value) == f"runner.command: {found} (before it read anything, 3 times), {wanted}"


def test_a_program_that_has_never_answered_when_it_is_given_up_is_refused(tmp_path: Path) -> None:
    runner = command(tmp_path, "for document in documents(): sys.exit(4)", restarts=1)
    found = r"found that the program ended with exit status 4 \(2 times without an answer between\)"
    with pytest.raises(InputError, match=rf"^runner\.command: {found}, wanted a program that reads"):
        asked(runner, "x", "y", "z")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("no-such-program", "found no-such-program, which is no program on PATH, wanted a program"),
        ("./missing", "found ./missing, which is no file that may be executed, wanted a program"),
        ("./plain.txt", "found ./plain.txt, which is no file that may be executed, wanted a program"),
    ],
)
def test_what_is_no_program_is_told(tmp_path: Path, word: str, message: str) -> None:
    (tmp_path / "plain.txt").write_text("x")
    with pytest.raises(InputError) as raised:
        Command([word], cwd=str(tmp_path)).load()
    assert str(raised.value) == f"runner.command: {message}"


def test_a_script_without_a_first_line_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(b"\x01\x02")
    path.chmod(0o755)
    with pytest.raises(
        InputError, match=r"^runner\.command: found .*mine: Exec format error, wanted a program that can"
    ):
        asked(Command([str(path)]), "x")


def test_a_program_that_keeps_its_answers_in_a_buffer_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = written(tmp_path, "for document in documents(): print(json.dumps({'id': document['id']}))")
    runner = Command(words, env={"PYTHONUNBUFFERED": ""}, timeout=0.5, start_timeout=2)
    found = r"found no answer in 2\.5 s, and one when the input had ended"
    message = rf"^runner\.command: {found}, wanted one as soon as a line is read, flushed; or runner\.mode=batch"
    with pytest.raises(InputError, match=message):
        asked(runner, "x", "y")
    assert [answer.error for answer in asked(Command(words, mode="batch"), "x", "y")] == [None, None]
    # One that is silent for another reason is asked on, and the first to fail is told of the likeliest.
    monkeypatch.setattr(exchange, "GRACE", 0.2)
    silent = Command(["sleep", "1000"], timeout=0.2, start_timeout=0, restarts=1)
    hint = r"no answer within 0\.2 s; has it flushed its line\? else it wants runner\.mode=batch"
    with pytest.raises(InputError, match=rf"^runner\.command: found that {hint} \(2 times"):
        asked(silent, "x", "y", "z")


def test_time_between_documents_is_not_the_programs(tmp_path: Path) -> None:
    runner = command(tmp_path, FAULTY, timeout=0.5, start_timeout=5, ahead=1, processes=2)
    slow = "!time.sleep(0.3); say({'id': document['id']})"
    answers = runner.predict(
        [Document(name, text) for name, text in zip("abcd", [CAIRO, slow, slow, slow], strict=True)]
    )
    errors = []
    for answer in answers:
        time.sleep(0.6)
        errors.append(answer.error)
    assert errors == [None] * 4
    assert runner.figures == figures()


NUMBERS = """
child = subprocess.Popen(["sleep", "1000"])
for document in documents():
    say({"id": document["id"], "error": f"{os.getpid()} {child.pid}"})
"""


@pytest.mark.parametrize("end", ["close", "throw"])
def test_nothing_is_left_when_a_consumer_stops(tmp_path: Path, end: str) -> None:
    runner = command(tmp_path, NUMBERS, ahead=2, processes=2)
    answers = runner.predict([Document(str(number), "x") for number in range(20)])
    numbers = [int(number) for _ in range(9) for number in str(next(answers).error).split()]
    assert len({*numbers}) == 4
    if end == "close":
        answers.close()  # type: ignore[attr-defined]
    else:
        with pytest.raises(KeyboardInterrupt):
            answers.throw(KeyboardInterrupt())  # type: ignore[attr-defined]
    assert gone(numbers)
    # And what was on its way then is nobody's answer afterwards.
    assert [answer.doc_id for answer in asked(runner, "x", "y")] == ["a", "b"]


@pytest.mark.parametrize("signalled", [False, True])
def test_nothing_is_left_at_the_end_of_python_nor_after_an_interrupt(tmp_path: Path, signalled: bool) -> None:
    words = written(
        tmp_path, NUMBERS.replace("documents():", "documents():\n    if document['id'] == 'b': time.sleep(SLEEP)")
    )
    path = Path(words[-1])
    path.write_text(path.read_text().replace("SLEEP", "1000" if signalled else "0"))
    script = f"""
from harness.data.types import Document
from harness.runners.command.runner import Command
runner = Command({words!r})
for answer in runner.predict([Document("a", "x"), Document("b", "x")]):
    print(answer.error, flush=True)
"""
    ours = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert ours.stdout is not None
    numbers = [int(number) for number in ours.stdout.readline().split()]
    assert len(numbers) == 2
    if signalled:
        ours.send_signal(signal.SIGINT)
    _, errors = ours.communicate(timeout=60)
    assert ("KeyboardInterrupt" in errors) == signalled
    assert ours.returncode == (-signal.SIGINT if signalled else 0)
    assert gone(numbers)


def test_what_is_asked_again_is_noted_in_the_log_of_the_run(tmp_path: Path) -> None:
    runner = command(tmp_path, FAULTY).keeping(tmp_path)
    asked(runner, CAIRO, "!print('بكين', file=sys.stderr); sys.exit(7)", CAIRO)
    expected = "بكين\n[harness] b: the program ended with exit status 7: بكين\n"
    assert (tmp_path / ERRORS).read_text(encoding="utf-8") == expected
    assert list(runner.remarks) == [f"command: found 1 restart, 1 crash; {ERRORS} has what the program says"]


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(3):
        runner = command(tmp_path, FAULTY).keeping(tmp_path)
        asked(runner, CAIRO, "!sys.exit(7)", CAIRO, "!sys.exit(0)")
    assert len([*Path("/proc/self/fd").iterdir()]) == before
