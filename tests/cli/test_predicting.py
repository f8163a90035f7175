"""`harness predict`: answers for a text, or for a file of documents."""

import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cli.main import run
from harness.data import codec
from harness.data.types import Annotation, Document, Prediction
from harness.runners.rules.runner import Rules
from tests.samples import EXAMPLES

TEXT = "وصل الوزير إلى بكين أمس، وقال: [/b] {5}, $x=${y}"
Capture = pytest.CaptureFixture[str]


@dataclass(frozen=True)
class Failing:
    """A runner that answers nothing, and fails on the second document."""

    name: str = "failing"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for number, document in enumerate(documents):
            yield Prediction(document.id, Annotation(entities=()), error="broken" if number == 1 else None)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    codec.write_examples(tmp_path / "gold.jsonl", EXAMPLES)


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_text_is_answered_in_a_line_of_json(capsys: Capture) -> None:
    assert run(["predict", f"text={TEXT}"]) == 0
    (record,) = records(capsys.readouterr().out)
    assert record["text"] == TEXT
    (own,) = Rules().predict([Document("text", TEXT)])
    assert [mention["type"] for mention in record["entities"]] == [one.type for one in own.annotation.entities or ()]  # type: ignore[attr-defined]


def test_a_terminal_shows_tables(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(["predict", f"text={TEXT}"]) == 0
    lines = [
        line.split() for line in re.sub("[\u2068\u2069]|\x1b\\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    ]
    assert ["GPE", "بكين", "15–19", "0.95"] in lines


def test_the_answers_to_a_file_can_be_scored_and_answered_again(capsys: Capture, tmp_path: Path) -> None:
    assert run(["predict", "input=gold.jsonl", "out=خبر=1.jsonl", "html=page.html"]) == 0
    assert "خبر=1.jsonl" in capsys.readouterr().out
    out = tmp_path / "خبر=1.jsonl"
    documents = [example.document for example in EXAMPLES]
    stored = codec.read_predictions(out, documents)
    for own in Rules().predict(documents):
        assert stored[own.doc_id].annotation == own.annotation
    assert not list(tmp_path.glob("*.part"))
    page = (tmp_path / "page.html").read_text()
    assert all(example.document.id in page for example in EXAMPLES)
    # In the words of the schema that the runner answers in.
    assert "A state, country, governed region or city" in page
    assert run(["predict", f"input={out}", "out=again.jsonl"]) == 0
    assert (tmp_path / "again.jsonl").read_bytes() == out.read_bytes()
    # What was stored can be shown as well.
    assert run(["predict", "runner=replay", f"runner.path={out}", "input=gold.jsonl", "out=replayed.jsonl"]) == 0
    assert (tmp_path / "replayed.jsonl").read_bytes() == out.read_bytes()


def test_lines_of_the_standard_input(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("وصل إلى بكين.\n\nانتهى.\n".encode())))
    assert run(["predict", "input=-", "format=lines", "html=page.html"]) == 0
    captured = capsys.readouterr()
    assert [record["id"] for record in records(captured.out)] == ["stdin:1", "stdin:3"]
    assert captured.err.strip() == "written: page.html"


def test_failures_are_counted_and_cost_only_their_documents(capsys: Capture) -> None:
    words = [
        "predict",
        "runner=rules",
        "packages=[harness,tests]",
        "+runner._target_=tests.cli.test_predicting.Failing",
    ]
    words = [
        "predict",
        "packages=[harness,tests]",
        "runner._target_=tests.cli.test_predicting.Failing",
        "~runner.threshold",
    ]
    assert run([*words, "runner.name=failing", "input=gold.jsonl"]) == 0
    captured = capsys.readouterr()
    assert [record.get("error") for record in records(captured.out)] == [None, "broken", *[None] * (len(EXAMPLES) - 2)]
    second = EXAMPLES[1].document.id
    assert f"failing: 1 of {len(EXAMPLES)} documents failed and have no answer; the first is" in captured.err
    assert second in captured.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "text, input: found neither, wanted a text, or a file of documents"),
        (["text=x", "input=gold.jsonl"], "text, input: found both"),
        (["text="], "text: found '', wanted a text"),
        (["input=none.jsonl"], "none.jsonl: found No such file or directory, wanted a readable file"),
        (["input=empty"], "empty: found no document, wanted at least one"),
        (["input=gold.jsonl", "out=old"], "out: found old, which exists, wanted a new file, or replace=true"),
        (["input=gold.jsonl", "html=old"], "html: found old, which exists"),
        (["input=twice"], 'twice:2: id: found "a", wanted each document once'),
        (["input=gold.jsonl", "format=csv"], "format: found 'csv', wanted 'jsonl', 'text' or 'lines'"),
        (["runner=ruls", "text=x"], "wanted one of camel_tools, command"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_code_2(
    words: list[str], message: str, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "old").write_text("kept")
    (tmp_path / "empty").write_text("")
    (tmp_path / "twice").write_text('{"id": "a", "text": "x"}\n' * 2)
    assert run(["predict", *words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert (tmp_path / "old").read_text() == "kept"


def test_a_file_is_replaced_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("kept")
    assert run(["predict", "text=x", "out=old", "replace=true"]) == 0
    assert json.loads((tmp_path / "old").read_text())["text"] == "x"
