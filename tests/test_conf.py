"""Every yaml composes and builds."""

from pathlib import Path

import pytest
import yaml
from omegaconf import DictConfig

from harness.cli.command import Command
from harness.cli.usage import commands, target
from harness.config.compose import compose, without_hydra
from harness.config.parts import build, class_at
from harness.data.files import resource
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from harness.scoring.paired import TRIALS

CONF = resource("conf")
GROUPS = {"bootstrap", "dataset", "encoder", "format", "model", "policy", "runner", "tracker"}
NAMED = {"labels", "prompt", "schema"}
"""The folders of label maps, prompts and schemas: read by name, no groups of Hydra's; other tests read each."""
PATHS = {
    "dataset.brat": "dataset.path=x",
    "dataset.cas": "dataset.path=x",
    "dataset.conll": "dataset.path=x",
    "dataset.hf": "dataset.path=x",
    "dataset.conllu": "dataset.path=x",
    "dataset.doccano": "dataset.path=x",
    "dataset.prodigy": "dataset.path=x",
    "dataset.jsonl": "dataset.path=x",
    "dataset.label_studio": "dataset.path=x",
    "encoder.hub": "encoder.model=x",
    "runner.camel_tools": "runner.model=x",
    "runner.command": "runner.command=[cat]",
    "runner.gliner2": "runner.model=x",
    "runner.llm": "runner.endpoint=http://127.0.0.1:9/v1 runner.model=x",
    "runner.replay": "runner.path=x",
    "runner.spacy": "runner.pipeline=x",
    "runner.stanza": "runner.model=x",
    "runner.types": "runner.keep=[PERS]",
}


def composed(command: str, *overrides: str) -> DictConfig:
    return without_hydra(compose(command, overrides).config)


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
    needed = PATHS.get(f"{group}.{name}", "").split()
    if group == "scorer":
        config = composed("evaluate", f"scorer=[{name}]")
        assert list(config.scorer) == [name], "a scorer's key is the name of its file"
        assert build(config.scorer, name, ["harness"])
    elif group == "model":
        # A model sets fields of the runner.
        assert build(composed("evaluate", "runner=transformer", f"model={name}"), "runner", ["harness"])
    else:
        command = {"policy": "gate", "encoder": "train", "format": "curate"}.get(group, "evaluate")
        config = composed(command, f"{group}={name}", *needed)
        assert build(config, group, ["harness"])


@pytest.mark.parametrize("name", sorted(path.stem for path in CONF.glob("runner/*.yaml")))
def test_a_runner_inside_another_is_what_it_is_alone(name: str) -> None:
    needed = PATHS.get(f"runner.{name}", "").split()
    alone = build(composed("evaluate", f"runner={name}", *needed), "runner", ["harness"])
    inside = [override.replace("runner.", "runner.of.", 1) for override in needed]
    made = composed("evaluate", "runner=threshold", f"runner@runner.of={name}", *inside)
    assert build(made, "runner", ["harness"]).of == alone
    inside = [override.replace("runner.", "runner.members.it.", 1) for override in needed]
    made = composed("evaluate", "runner=ensemble", f"+runner@runner.members.it={name}", *inside)
    assert build(made, "runner", ["harness"]).members["it"] == alone


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_composes(command: str) -> None:
    assert composed(command).packages == ["harness"]


def test_columns_of_predictions_are_those_of_the_gold_unless_given() -> None:
    corpus = ("dataset=conll", "dataset.path=x", "dataset.scheme=BIOES", "dataset.columns.header=true")
    read = ("dataset.columns.separator=comma", "runner=replay", "runner.path=x", "runner.format=conll")
    runner = build(composed("evaluate", *corpus, *read, "runner.columns.tags=[2]"), "runner", ["harness"])
    assert (runner.scheme, runner.columns.separator, runner.columns.header) == ("BIOES", "comma", True)
    assert (runner.columns.tags, runner.columns.comment, runner.type) == ([2], None, None)
    own = build(composed("evaluate", *corpus, *read, "runner.columns.separator=blanks"), "runner", ["harness"])
    assert own.columns.separator == "blanks"
    plain = build(composed("evaluate", *read[1:]), "runner", ["harness"])
    assert (plain.scheme, plain.columns.separator, plain.columns.header) == ("IOB2", "tab", False)


def numbers() -> list[tuple[str, str, object]]:
    """Every number that a file in `conf/` sets: the command to compose, its key, and a value outside its range."""
    found: list[tuple[str, str, object]] = []
    for path in sorted(
        set(CONF.glob("*/*.yaml"))
        - {path for group in NAMED for path in CONF.glob(f"{group}/*")}
        - set(CONF.glob("policy/*"))
    ):
        group, name = path.parent.name, path.stem
        command = {"encoder": "train", "format": "curate"}.get(group, "evaluate")
        for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                part = f"scorer=['{name}({key}=" if group == "scorer" else f"{group}={name} {group}.{key}="
                found.append((command, part, -7))
                if key in ("threshold", "level"):
                    found.append((command, part, 7))
    for section in ("recipe", "noise"):
        content = yaml.safe_load((CONF / "train.yaml").read_text(encoding="utf-8"))[section]
        found += [
            ("train", f"{section}.{key}=", -7) for key, value in content.items() if isinstance(value, int | float)
        ]
    return found


@pytest.mark.parametrize(("command", "part", "value"), numbers(), ids=str)
def test_a_number_outside_its_range_is_refused(command: str, part: str, value: object) -> None:
    overrides = f"{part}{value})']".split() if part.startswith("scorer") else f"{part}{value}".split()
    needed = PATHS.get(overrides[0].replace("=", "."), "").split()
    config = composed(command, *overrides, *needed)
    key = overrides[-1].partition("=")[0].partition(".")[0]
    with pytest.raises(InputError, match=f"found {value}"):
        build(config, key, ["harness"])


@pytest.mark.parametrize("policy", ["ci", "entities"])
def test_shares_of_the_gold_that_may_be_lost_are_the_numbers_beside_them_on_the_gold_standard(policy: str) -> None:
    golden = [example.gold for example in GoldStandard().read()]
    layers = {"entities_strict": "entities", "claims": "claims", "checkworthy": "sentences"}
    sizes = {scorer: sum(len(getattr(gold, layer)) for gold in golden) for scorer, layer in layers.items()}
    config = composed("gate", "run=x", f"policy={policy}")
    rules = {name: rule for name, rule in config.policy.rules.items() if "most_share" in rule}
    assert {*rules} >= {"mentions", "mentions_since_anchor"}
    for name, rule in rules.items():
        share = round(rule.most_share * sizes[rule.scorer])
        assert {abs(rule[limit]) for limit in ("net", "wrong") if limit in rule} == {share}, name


def test_the_gate_and_a_comparison_have_the_settings_that_the_page_of_the_gate_names() -> None:
    gate, comparison = composed("gate", "run=x"), composed("compare")
    assert (gate.bootstrap.resamples, comparison.bootstrap.resamples) == (50_000, 2_000)
    assert gate.bootstrap.seed == comparison.bootstrap.seed
    assert (comparison.bootstrap.level, comparison.trials) == (2 * gate.policy.level - 1, TRIALS)


def test_the_newest_run_that_make_evaluate_leaves_of_a_runner_is_on_the_gold() -> None:
    recipe = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    assert "harness evaluate -m dataset=newswire,gold runner=rules,transformer\n" in recipe
