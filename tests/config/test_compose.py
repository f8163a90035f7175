"""What a configuration makes of overrides as people write them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hydra
import pytest
from hydra import version
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf
from packaging.version import Version

from harness.config.compose import compose, with_folders, without_hydra
from harness.data.types import InputError

REPLAY = ("dataset=jsonl", "runner=replay")


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("runner.path=2024", "runner.path", "2024"),
        ("runner.path=0.10", "runner.path", "0.10"),
        ("runner.path=a,b", "runner.path", "a,b"),
        ("runner.path=[x]", "runner.path", "[x]"),
        ("runner.path=[x=1,y]", "runner.path", "[x=1,y]"),
        ("runner.path=true", "runner.path", "true"),
        ("runner.path=g${HOME}", "runner.path", "g${HOME}"),
        ("runner.path=${experiment}", "runner.path", "default"),
        ("runner.path=p\\${x}", "runner.path", "p\\${x}"),
        ("+runner.path=ب=1", "runner.path", "ب=1"),
        ("experiment=1e3", "experiment", "1e3"),
        ("bootstrap.seed=7", "bootstrap.seed", 7),
        ("bootstrap.level=0.90", "bootstrap.level", 0.9),
        ("analysis.enabled=False", "analysis.enabled", False),
        ("baselines=[]", "baselines", []),
        ("packages=[harness,mine]", "packages", ["harness", "mine"]),
        ("hydra.run.dir=1e3", "hydra.run.dir", "1e3"),
        ("hydra.run.dir=a=b [x]", "hydra.run.dir", "a=b [x]"),
        ("hydra.run.dir=runs/${experiment}", "hydra.run.dir", "runs/default"),
        ("+mine=${experiment}", "mine", "default"),
    ],
)
def test_a_value_is_what_its_field_wants(override: str, key: str, value: object) -> None:
    found = OmegaConf.select(compose("evaluate", [*REPLAY, "dataset.path=x", override]).config, key)
    assert (OmegaConf.to_container(found) if OmegaConf.is_config(found) else found) == value


def test_what_only_a_job_knows_is_no_text() -> None:
    assert compose("evaluate", ["hydra.sweep.subdir=${hydra.job.num}"]).overrides == [
        "hydra.sweep.subdir=${hydra.job.num}"
    ]


def test_a_sweep_is_composed_without_what_it_sweeps_over() -> None:
    made = compose("evaluate", [*REPLAY, "runner.path=0.10,a b", "bootstrap.seed=1,2"], sweeping=True)
    assert made.overrides == [*REPLAY, "runner.path='0.10',a b", "bootstrap.seed=1,2"]
    assert made.config.bootstrap.seed == 13
    assert OmegaConf.is_missing(made.config.runner, "path")


@pytest.mark.parametrize("command", ["evaluate", "compare", "gate", "report"])
def test_scorers_take_options_in_every_command(command: str) -> None:
    chosen = "scorer=[entities_strict(boundary=char),claims( threshold = 0.6 ),entities_uncommon(boundary=char, k=3)]"
    scorers = compose(command, [chosen]).config.scorer
    assert OmegaConf.to_container(scorers) == {
        "entities_strict(boundary=char)": {"_target_": "harness.scoring.entities.EntitiesStrict", "boundary": "char"},
        "claims(threshold=0.6)": {"_target_": "harness.scoring.claims.Claims", "threshold": 0.6},
        "entities_uncommon(boundary=char,k=3)": {
            "_target_": "harness.scoring.uncommon.EntitiesUncommon",
            "boundary": "char",
            "k": 3,
        },
    }


def test_any_part_takes_options() -> None:
    assert compose("evaluate", ["runner=rules(threshold=0.9)"]).config.runner.threshold == 0.9


@pytest.mark.parametrize(
    ("overrides", "key", "value"),
    [
        (["scorer=[claims]", "scorer.claims.threshold=0.6"], "scorer.claims.threshold", 0.6),
        (["scorer=[checkworthy]", "+scorer.checkworthy.x=1"], "scorer.checkworthy.x", 1),
        (["~scorer.claims"], "scorer.claims", None),
        (["scorer=claims"], "scorer.claims.threshold", 0.5),
    ],
)
def test_fields_of_scorers_are_set_and_scorers_left_out(overrides: list[str], key: str, value: object) -> None:
    assert OmegaConf.select(compose("evaluate", overrides).config, key) == value


def test_intervals_are_the_same_everywhere_and_the_gate_draws_more() -> None:
    said = {
        command: dict(compose(command, []).config.bootstrap) for command in ("evaluate", "compare", "report", "gate")
    }
    assert said["evaluate"] == said["compare"] == said["report"] == said["gate"] | {"resamples": 2000}
    assert said["gate"]["resamples"] == 50_000


def test_a_users_folders_are_read_as_the_shipped_one_is(tmp_path: Path) -> None:
    (tmp_path / "a [1]" / "scorer").mkdir(parents=True)
    (tmp_path / "a [1]" / "scorer" / "mine.yaml").write_text(
        "_target_: harness.scoring.entities.EntitiesStrict\nboundary: char\n"
    )
    overrides = with_folders(["scorer=[mine]", "hydra.searchpath=[file:///tmp]"], [str(tmp_path / "a [1]")])
    made = compose("evaluate", overrides).config
    assert OmegaConf.to_container(without_hydra(made).scorer) == {
        "mine": {"_target_": "harness.scoring.entities.EntitiesStrict", "boundary": "char"}
    }
    with pytest.raises(InputError, match="found no folder nowhere"):
        with_folders([], ["nowhere"])
    with pytest.raises(InputError, match="wanted a list"):
        with_folders(["hydra.searchpath=x"], [])


def test_composing_leaves_hydra_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("slug: ${slug:a b}\n")
    OmegaConf.register_new_resolver("slug", str.upper, replace=True)
    with hydra.initialize_config_dir(str(tmp_path), version_base="1.2"):
        mine = hydra.compose("app")
        assert compose("evaluate", ["runner=rules(threshold=0.9)"]).config.runner.threshold == 0.9
        assert hydra.compose("app").slug == mine.slug == "A B"
        assert version.getbase() == Version("1.2")
    OmegaConf.clear_resolver("slug")


def test_several_threads_compose_at_once() -> None:
    thresholds = [number / 10 for number in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        composed = pool.map(lambda number: compose("evaluate", [f"runner.threshold={number}"]), thresholds)
        assert [made.config.runner.threshold for made in composed] == thresholds
    assert not GlobalHydra.instance().is_initialized()


def test_other_programs_of_the_process_do_not_read_our_files(tmp_path: Path) -> None:
    (tmp_path / "evaluate.yaml").write_text("mine: true\n")
    program = f"""
from harness.config.compose import compose
import hydra
assert "mine" not in compose("evaluate", []).config
with hydra.initialize_config_dir({str(tmp_path)!r}, version_base="1.3"):
    print(hydra.compose("evaluate"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "{'mine': True}\n", done.stderr
