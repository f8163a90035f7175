"""The examples that put the harness into other tools."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import harness

HOOKS = Path(__file__).parents[2] / "examples" / "hooks"
GITLAB: dict[str, Any] = yaml.safe_load((HOOKS / "gitlab-ci.yml").read_text(encoding="utf-8"))["gate"]


def program(arguments: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        arguments, cwd=folder, env=os.environ | {"PATH": paths}, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def blessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with stored predictions of the rules and their baseline."""
    folder = tmp_path_factory.mktemp("team")
    for arguments in (
        ["evaluate", "runner=rules", "tracker=none", "hydra.run.dir=first", "bootstrap.resamples=50"],
        ["gate", "first", "task=bless", "baseline=baseline/rules", "tracker=none"],
    ):
        done = program(["harness", *arguments], folder)
        assert done.returncode == 0, done.stderr
    (folder / "predictions.jsonl").write_bytes((folder / "first" / "predictions.jsonl").read_bytes())
    return folder


def test_a_test_asserts_a_verdict(blessed: Path) -> None:
    passed = program([sys.executable, "-m", "pytest", "-q", str(HOOKS / "test_extractor.py"), "-p", "no:cacheprovider",
                      "--rootdir", str(blessed)], blessed)  # fmt: skip
    assert "1 passed" in passed.stdout, passed.stdout + passed.stderr


def test_a_trainer_is_given_our_measures() -> None:
    done = program([sys.executable, str(HOOKS / "trainer.py")], HOOKS)
    assert done.returncode == 0, done.stderr
    assert "eval_f1" in done.stdout


def test_the_job_of_gitlab_gates_stored_predictions(blessed: Path) -> None:
    for line in GITLAB["script"]:
        done = program(["bash", "-ec", line], blessed)
        assert done.returncode == 0, done.stdout + done.stderr
    kept = GITLAB["artifacts"]["reports"]["junit"]
    assert (blessed / kept).is_file()
    assert GITLAB["allow_failure"]["exit_codes"] == [3]


def test_the_assertion_of_promptfoo_and_its_provider_tell_the_corpus_f1(tmp_path: Path) -> None:
    config = yaml.safe_load((HOOKS / "promptfoo" / "promptfooconfig.yaml").read_text(encoding="utf-8"))
    provider = config["providers"][0]
    extract, f1 = (module(HOOKS / "promptfoo" / name) for name in ("extract.py", "f1.py"))
    assert provider["id"] == "file://extract.py"
    assert config["tests"][0]["assert"][0]["value"] == "file://f1.py"
    corpus = harness.load("gold")
    gold = tmp_path / "gold.jsonl"
    lines = [json.dumps(record, ensure_ascii=False) for record in corpus.to_dict()["documents"]]
    gold.write_text("\n".join(lines), encoding="utf-8")
    output = extract.call_api(str(gold), provider, {})["output"]
    graded = f1.get_assert(output, {"vars": {"gold": str(gold)}})
    wanted = harness.score(corpus, harness.predict(corpus).to_dict()["documents"])["entities_strict"]["micro/f1"]
    assert wanted.value is not None
    assert graded["score"] == wanted.value
    assert graded["pass"] is (wanted.value >= 0.8)
    assert f"{wanted.low:.3f}" in graded["reason"]


def module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_all_are_python_and_stand_in_the_table() -> None:
    table = (HOOKS / "README.md").read_text(encoding="utf-8")
    for path in HOOKS.iterdir():
        if path.suffix == ".py":
            ast.parse(path.read_text(encoding="utf-8"))
        assert path.name in table or path.name in ("README.md", "__pycache__")
