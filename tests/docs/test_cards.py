"""Files that other programs read: heads of data sheet and model cards, the citation, hooks, issue forms."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from harness import __version__
from harness.cli import usage

ROOT: Final = Path(__file__).parents[2]
CARDS: Final = (
    "gold/DATASHEET.md",
    "harness/runners/rules/README.md",
    "harness/runners/transformer/shipped/README.md",
)


def head(name: str) -> dict[str, Any]:
    """The YAML between the first two lines of dashes."""
    found = re.match(r"---\n(.*?\n)---\n\n# ", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, name
    return dict(yaml.safe_load(found[1]))


@pytest.mark.parametrize("name", CARDS)
def test_a_card_begins_with_language_and_licence(name: str) -> None:
    content = head(name)
    assert content["language"] == ["ar"]
    assert content["license"] in ("other", "apache-2.0", "cc-by-sa-4.0")
    assert ("license_name" in content) == (content["license"] == "other")


@pytest.mark.parametrize("runner", ["rules", "transformer"])
def test_the_score_of_a_model_card_is_that_of_the_reviewed_baseline(runner: str) -> None:
    folder = "harness/runners/rules" if runner == "rules" else "harness/runners/transformer/shipped"
    (result,) = head(f"{folder}/README.md")["model-index"][0]["results"]
    scores = json.loads((ROOT / "runs" / "baseline" / runner / "scores.json").read_text())["scorers"]
    stored = scores["entities_strict"]["measures"]["micro/f1"]["value"]
    assert result["metrics"] == [{"type": "f1", "name": "micro F1, word view", "value": round(stored, 3)}]


def test_the_files_of_the_data_card_are_there() -> None:
    configs = head("gold/DATASHEET.md")["configs"]
    assert [config["config_name"] for config in configs] == ["v1", "newswire-v1"]
    for config in configs:
        (file,) = config["data_files"]
        assert (ROOT / "gold" / file["path"]).is_file()


def test_the_citation_has_what_the_format_wants_and_the_version_of_the_code() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == __version__
    assert all("name" in author or "family-names" in author for author in citation["authors"])


def test_hooks_call_commands_that_there_are() -> None:
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        program, command = hook["entry"].split()
        assert program == "harness"
        assert command in usage.commands()


def test_issue_forms_are_well_formed() -> None:
    forms = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert [form.stem for form in forms] == ["bug", "config", "new-extractor", "wrong-number"]
    for form in forms:
        content = yaml.safe_load(form.read_text(encoding="utf-8"))
        if form.stem != "config":
            assert {"name", "description", "body"} <= set(content)
            ids = [field["id"] for field in content["body"]]
            assert len(set(ids)) == len(ids)
            assert all(field["type"] in ("textarea", "input") for field in content["body"])


def test_the_image_copies_what_the_build_reads() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    for name in names:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name
