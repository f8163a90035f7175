"""Every yaml composes and builds."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import DictConfig, OmegaConf

from harness.cli.commands import COMMANDS
from harness.cli.jobs import run_folder, slug
from harness.cli.parts import build
from harness.data.files import resource

CONF = resource("conf")
GROUPS = {"dataset", "encoder", "model", "policy", "runner", "tracker"}
MAPS = "labels"
"""The folder of label maps: read by name, no group of Hydra's; tests/test_tagsets.py reads each."""
PATHS = {
    "dataset.conll": "dataset.path=x",
    "dataset.jsonl": "dataset.path=x",
    "encoder.hub": "encoder.model=x",
    "runner.replay": "runner.path=x",
}


def composed(command: str, *overrides: str) -> DictConfig:
    OmegaConf.register_new_resolver("run_folder", run_folder, replace=True)
    OmegaConf.register_new_resolver("slug", slug, replace=True)
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(command, list(overrides))


def test_every_primary_file_is_a_command() -> None:
    assert {path.stem for path in CONF.glob("*.yaml")} == set(COMMANDS)


def test_every_group_is_tested_here() -> None:
    assert {path.name for path in CONF.iterdir() if path.is_dir()} == GROUPS | {"scorer", MAPS}


@pytest.mark.parametrize(
    "path",
    sorted(set(CONF.glob("*/*.yaml")) - set(CONF.glob(f"{MAPS}/*"))),
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


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_composes(command: str) -> None:
    assert composed(command).packages == ["harness"]
