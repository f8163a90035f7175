"""Every yaml composes and builds."""

from pathlib import Path

import hydra
import pytest
from omegaconf import DictConfig

from harness.cli.command import Command
from harness.cli.usage import commands, target
from harness.config.compose import initialized
from harness.config.parts import build, class_at
from harness.data.files import resource

CONF = resource("conf")
GROUPS = {"bootstrap", "dataset", "encoder", "model", "policy", "runner", "tracker"}
NAMED = {"labels", "schema"}
"""The folders of label maps and schemas: read by name, no groups of Hydra's; tests/data reads each."""
PATHS = {
    "dataset.conll": "dataset.path=x",
    "dataset.jsonl": "dataset.path=x",
    "encoder.hub": "encoder.model=x",
    "runner.replay": "runner.path=x",
}


def composed(command: str, *overrides: str) -> DictConfig:
    with initialized():
        return hydra.compose(command, list(overrides))


def test_every_primary_file_is_a_command() -> None:
    for path in CONF.glob("*.yaml"):
        assert issubclass(class_at(target(path.stem), ["harness"]), Command)


def test_every_group_is_tested_here() -> None:
    assert {path.name for path in CONF.iterdir() if path.is_dir()} == GROUPS | NAMED | {"scorer"}


@pytest.mark.parametrize(
    "path",
    sorted(path for path in CONF.glob("*/*.yaml") if path.parent.name not in NAMED),
    ids=lambda path: f"{path.parent.name}.{path.stem}",
)
def test_every_yaml_composes_and_builds(path: Path) -> None:
    group, name = path.parent.name, path.stem
    needed = [PATHS[f"{group}.{name}"]] if f"{group}.{name}" in PATHS else []
    if group == "scorer":
        config = composed("evaluate", f"scorer=[{name}]")
        assert list(config.scorer) == [name], "a scorer's key is the name of its file"
        assert build(config.scorer, name, ["harness"])
    elif group == "model":
        # A model sets fields of the runner.
        assert build(composed("evaluate", "runner=transformer", f"model={name}"), "runner", ["harness"])
    else:
        command = {"policy": "gate", "encoder": "train"}.get(group, "evaluate")
        config = composed(command, f"{group}={name}", *needed)
        assert build(config, group, ["harness"])


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_composes(command: str) -> None:
    assert composed(command).packages == ["harness"]
