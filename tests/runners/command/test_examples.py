"""The programs in examples/command: one is scored, the others run on stand-ins for their libraries."""

import ast
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from harness.data.types import Document, Entity
from harness.runners.command.runner import Command
from tests.conftest import Harness

EXAMPLES: Final = Path(__file__).parents[3] / "examples" / "command"
PLACES: Final = EXAMPLES / "places.sh"


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def mentions(runner: Command, text: str) -> list[tuple[str, str]]:
    """What is found in a text, and its types; all of it has to be an answer."""
    runner.load()
    (answer,) = runner.predict([Document('a"\\ \u2028', text, {"text": 'x", "meta": {'})])
    assert answer.error is None
    assert list(runner.remarks) == []
    return [(text[entity.start : entity.end], entity.type) for entity in answer.annotation.entities or ()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("زار وبكين، والصينية ثم الصين.", ["الصين", "بكين"]),
        ('😀\U0001ee00 «مصر» \\ " \\" \\u0041 \n\t\r\x00\x1f\u0085\u2028 مصر\u2029مصر', ["مصر"] * 3),
        ('{"id": "x", "text": "مصر", "meta": {}}', ["مصر"]),
        ("\\\\\\مصر\\", ["مصر"]),
        ("", []),
    ],
)
def test_a_program_in_awk_counts_code_points(text: str, found: list[str]) -> None:
    assert mentions(Command([str(PLACES)], mode="batch"), text) == [(place, "GPE") for place in found]


@pytest.mark.parametrize("awk", [*filter(shutil.which, ("mawk", "gawk", "original-awk"))])
def test_it_does_so_with_every_awk_that_is_installed(awk: str, tmp_path: Path) -> None:
    (tmp_path / "awk").symlink_to(str(shutil.which(awk)))
    runner = Command([str(PLACES)], mode="batch", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert mentions(runner, "😀 وبكين\n«مصر»") == [("بكين", "GPE"), ("مصر", "GPE")]


@pytest.mark.parametrize("dataset", ["gold", "newswire"])
def test_it_is_scored_on_both_data_sets(dataset: str, harness: Harness, tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = harness(
        "evaluate", f"dataset={dataset}", "runner=command", f"runner.command=[{PLACES}]", "runner.mode=batch",
        "runner.processes=2",
        "scorer=[entities_strict]", "tracker=none", "bootstrap.resamples=50", f"hydra.run.dir={out}",
    )  # fmt: skip
    assert done.code == 0, done.err
    scores: dict[str, Any] = json.loads((out / "scores.json").read_text())
    assert scores["failures"] == 0
    assert scores["figures"] == {"restarts": 0, "timeouts": 0, "crashes": 0, "bad_lines": 0}
    measures = scores["scorers"]["entities_strict"]["measures"]
    # Names of states are hardly ever anything else.
    assert measures["GPE/precision"]["value"] > 0.9
    assert measures["GPE/recall"]["value"] > 0.2
    recorded = json.loads((out / "provenance.json").read_text())["runner"]
    assert recorded["executable"] == str(PLACES)
    assert not (out / "stderr.log").exists()


def test_what_goes_wrong_is_said_in_one_line_and_by_exit_code(harness: Harness, tmp_path: Path) -> None:
    failed = harness("evaluate", "runner=command", "runner.command=[sh,-c,'echo no model >&2; exit 1']", "tracker=none")
    assert failed.code == 2
    (line,) = [line for line in failed.err.splitlines() if "runner.command" in line]
    assert line.endswith(
        "runner.command: found that the program ended with exit status 1: no model (before it read anything, 3 times), "
        "wanted a program that reads documents and answers them"
    )
    answers = tmp_path / "answers.jsonl"
    done = harness(
        "predict", "runner=command", f"runner.command=[{PLACES}]", "runner.mode=batch", "text=في مصر", f"out={answers}"
    )
    assert done.code == 0, done.err
    assert json.loads(answers.read_text())["entities"][0]["text"] == "مصر"


GLINER: Final = """
import re
print("Loading weights")

class GLiNER:
    class config: max_len = 5
    @classmethod
    def from_pretrained(cls, name): return cls()
    def eval(self): pass
    def inference(self, texts, labels, flat_ner, threshold):
        assert not flat_ner and labels[0] == "person" and len(labels) == 20, labels
        for text in texts:
            assert len(re.findall(r"\\\\w+(?:[-_]\\\\w+)*|\\\\S", text)) <= self.config.max_len, text
        print("batch", len(texts))
        return [[{"start": m.start(), "end": m.end(), "text": m[0], "label": "city", "score": 1.0000001}
                 for m in re.finditer("بكين", text)] for text in texts]
"""

FLAIR: Final = """
import re

class Label: value, score = "LOC", 0.5

class Span:
    def __init__(self, start, end): self.start_position, self.end_position = start, end
    def get_label(self, name): return Label

class Sentence:
    def __init__(self, text):
        for char in "\\\\u200c\\\\u200b\\\\ufe0f\\\\ufeff\\\\u2028\\\\u2029": text = text.replace(char, "")
        def letter(match):
            try: return bytes([ord(match[0])]).decode("windows-1252")
            except UnicodeDecodeError: return ""
        self.text = re.sub("[\\\\u0080-\\\\u0099]", letter, text)
    def __len__(self): return len(self.text.split())
    def get_spans(self, name): return [Span(*match.span()) for match in re.finditer("بكين", self.text)]

class SequenceTagger:
    @classmethod
    def load(cls, name): print("2026 SequenceTagger predicts"); return cls()
    def predict(self, sentences, label_name): assert all(len(sentence) for sentence in sentences)
"""

SINATOOLS: Final = """
def extract(text, method):
    print("warning")
    words = text.split()
    assert 0 < len(words) <= 3, words
    tags = {"جامعة": "B-ORG", "بكين": "B-GPE I-ORG", "وبكين": "B-GPE"}
    return [{"token": word, "tags": tags.get(word, "O")} for word in words if word != "UNK"]
"""


def stand_in(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """The environment of a program that finds `files` in the place of a library."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.replace("\\\\", "\\"), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def test_gliner_is_given_parts_that_it_reads_to_their_ends(tmp_path: Path) -> None:
    env = stand_in(tmp_path, {"gliner/__init__.py": GLINER})
    runner = Command([sys.executable, str(EXAMPLES / "with_gliner.py"), "--model", "x"], env=env)
    text = "😀 زار بكين. ثم بكين\nوعاد من بكين إلى بَكين بكين"
    assert mentions(runner, text) == [("بكين", "city")] * 4
    assert mentions(runner, " \n") == []


@pytest.mark.parametrize("text", ["", " \n", "ا", "ا ب. ج د\nه و ز ح", "بَكِّين " * 9, "ا" * 50, "ا. ب. ج. د. ه. و"])
@pytest.mark.parametrize("most", [1, 2, 4, 384])
def test_parts_hold_every_word_once(text: str, most: int) -> None:
    parts = list(module("with_gliner").pieces(text, most))
    assert all(text[start : start + len(part)] == part for start, part in parts)
    assert "".join("".join(part.split()) for _, part in parts) == "".join(text.split())
    ends = [start + len(part) for start, part in parts]
    assert all(end <= start for end, (start, _) in zip(ends, parts[1:], strict=False))


def test_a_part_ends_with_a_line_or_a_sentence_where_there_is_one() -> None:
    parts = [part for _, part in module("with_gliner").pieces("ا ب ج. د ه و ز\nح ط", 5)]
    assert parts == ["ا ب ج.", "د ه و ز", "ح ط"]


def test_flair_counts_without_what_it_takes_out(tmp_path: Path) -> None:
    env = stand_in(tmp_path, {"flair/data.py": FLAIR, "flair/models.py": FLAIR, "flair/__init__.py": ""})
    runner = Command([sys.executable, str(EXAMPLES / "with_flair.py")], env=env)
    text = "\ufeffفي\u200c بكين\u2028 و\x81\u0085 ❤\ufe0f بكين\n\u200b\n😀بك\u200cين"
    assert mentions(runner, text) == [("بكين", "LOC"), ("بكين", "LOC"), ("بك\u200cين", "LOC")]
    assert mentions(runner, "") == []


def test_sinatools_words_are_found_again_in_the_text(tmp_path: Path) -> None:
    env = stand_in(tmp_path, {"sinatools/ner/entity_extractor.py": SINATOOLS})
    runner = Command([sys.executable, str(EXAMPLES / "with_sinatools.py"), "--words", "3"], env=env)
    text = "😀 في  جامعة\u00a0بكين UNK وبكين\nجامعة"
    # A part of three words ends behind the first word of the name: what goes on there begins anew.
    found = [("جامعة", "ORG"), ("بكين", "GPE"), ("بكين", "ORG"), ("وبكين", "GPE"), ("جامعة", "ORG")]
    assert mentions(runner, text) == found


def test_sinatools_tags_go_on_type_by_type() -> None:
    words = [(0, "رئيس"), (5, "جامعة"), (11, "بكين"), (16, "UNK"), (20, "بكين")]
    tagged = [
        {"token": "رئيس", "tags": "B-OCC"},
        {"token": "جامعة", "tags": "B-ORG I-OCC"},
        {"token": "بكين", "tags": "B-GPE I-ORG I-OCC"},
        {"token": "بكين", "tags": "I-OCC B-GPE"},
    ]
    found = [
        Entity(item["start"], item["end"], item["type"]) for item in module("with_sinatools").entities(words, tagged)
    ]
    assert found == [
        Entity(0, 15, "OCC"), Entity(5, 15, "ORG"), Entity(11, 15, "GPE"), Entity(20, 24, "OCC"), Entity(20, 24, "GPE")
    ]  # fmt: skip


def test_every_program_can_be_copied_alone_and_says_whether_it_was_run() -> None:
    programs = sorted(EXAMPLES.glob("*.py"))
    assert [path.stem for path in programs] == ["with_flair", "with_gliner", "with_sinatools"]
    standard = {"argparse", "json", "re", "sys", "time"}
    for path in programs:
        source = path.read_text(encoding="utf-8")
        assert "\nNot run here: " in source
        assert "pip install " in source
        imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert {name.name for node in imports for name in node.names} <= standard
