import pytest
from omegaconf import OmegaConf

from harness.config.parts import build, class_at
from harness.data.types import InputError
from harness.datasets.jsonl import JsonLines
from harness.gating.limits import Failures
from harness.gating.policy import Policy

BOOTSTRAP = {"_target_": "harness.scoring.bootstrap.Bootstrap", "resamples": 10, "seed": 1, "level": 0.9}


def test_a_part_is_built_from_its_yaml() -> None:
    config = OmegaConf.create({"dataset": {"_target_": "harness.datasets.jsonl.JsonLines", "path": "x.jsonl"}})
    assert build(config, "dataset", ["harness"]) == JsonLines("x.jsonl")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"_target_": "os.system"}, "part._target_: found os.system, wanted a class of harness"),
        ({"_target_": "harness.nowhere.Thing"}, "part._target_: found harness.nowhere.Thing"),
        ({"_target_": "harness.scoring.bootstrap.effective_units"}, "wanted a class"),
        ({"resample": 3}, "part.resample: found an unknown key, wanted one of resamples, seed, level"),
        ({"resamples": "many"}, "part.resamples: found 'many', wanted a valid integer"),
        ({"level": [1]}, "part.level: found [1], wanted a valid number"),
        ({"resamples": 0}, "part: resamples: found 0, wanted 1 or more"),
        ({"level": 1.5}, "part: level: found 1.5, wanted a number between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_named_by_its_full_key(change: dict[str, object], message: str) -> None:
    config = OmegaConf.create({"part": BOOTSTRAP | change})
    with pytest.raises(InputError) as caught:
        build(config, "part", ["harness"])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "command",
            "python logs.py",
            "part.command: found 'python logs.py', wanted a list, as part.command=[python,logs.py]",
        ),
        ("command", "./mine", "part.command: found './mine', wanted a list, as part.command=[./mine]"),
        # In brackets as it is, this would be something else.
        ("command", "sort | {}", "part.command: found 'sort | {}', wanted a list"),
        ("command", 3, "part.command: found 3, wanted a list"),
        ("inherit", "PATH", "part.inherit: found 'PATH', wanted a list, as part.inherit=[PATH]"),
    ],
)
def test_one_value_in_the_place_of_a_list_is_refused_with_the_list(field: str, value: object, message: str) -> None:
    part = {"_target_": "harness.runners.command.runner.Command", "command": ["./mine"], field: value}
    with pytest.raises(InputError) as caught:
        build(OmegaConf.create({"part": part}), "part", ["harness"])
    assert str(caught.value) == message


def test_parts_inside_parts_are_guarded_too() -> None:
    config = OmegaConf.create({"part": {"members": [{"_target_": "subprocess.Popen", "args": "true"}]}})
    with pytest.raises(InputError, match=r"part\.members\[0\]\._target_"):
        build(config, "part", ["harness"])


def test_a_mapping_of_parts_is_built_part_by_part() -> None:
    rule = {"_target_": "harness.gating.limits.Failures", "most": 1}
    config = OmegaConf.create(
        {"part": {"_target_": "harness.gating.policy.Policy", "name": "x", "rules": {"one": rule}}}
    )
    assert build(config, "part", ["harness"]) == Policy("x", {"one": Failures(1)})
    config.part.rules.one.most = "many"
    with pytest.raises(InputError, match=r"part\.rules\.one\.most: found 'many', wanted a valid integer"):
        build(config, "part", ["harness"])


def test_packages_of_the_user_are_admitted_by_name() -> None:
    config = OmegaConf.create({"part": {"_target_": "fractions.Fraction", "numerator": 1, "denominator": 2}})
    with pytest.raises(InputError, match="wanted a class of harness"):
        build(config, "part", ["harness"])
    assert str(build(config, "part", ["harness", "fractions"])) == "1/2"


def test_classes_are_found_by_their_former_place() -> None:
    from harness.data.columns import Columns
    from harness.gating.limits import Changes

    assert class_at("harness.gate.limits.Changes", ["harness"]) is Changes
    assert class_at("harness.datasets.columns.Columns", ["harness"]) is Columns
