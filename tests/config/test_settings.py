"""Calls in Python as configurations: names, fields, objects, and what is told of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.config.settings import Settings, description, names_of, plain
from harness.data.files import resource
from harness.data.types import InputError
from harness.datasets.jsonl import JsonLines
from harness.runners.frequent import Frequent
from harness.runners.rules.runner import Rules
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict


@dataclass(frozen=True)
class Data:
    """A data set that only a program has."""

    name: str = "data"
    secret: object = object()

    def read(self) -> Any:
        return ()


def test_a_part_is_named_or_made_of_fields() -> None:
    def runner(part: object) -> object:
        return Settings.compose("evaluate", {"runner": part}).part("runner")

    assert runner("rules(threshold=0.9)") == Rules(threshold=0.9)
    assert runner({"name": "rules", "threshold": 0.9}) == Rules(threshold=0.9)
    assert runner({"_target_": "harness.runners.rules.runner.Rules", "threshold": 0.9}) == Rules(threshold=0.9)
    assert runner(None) == Rules()
    mine = Rules(threshold=0.8)
    assert runner(mine) is mine


def test_several_scorers_are_named_at_once() -> None:
    chosen = ["entities_strict(boundary=char)", "claims"]
    made = Settings.compose("compare", {"scorer": chosen}).part("scorer")
    assert made == {"entities_strict(boundary=char)": EntitiesStrict("char"), "claims": Claims()}


def test_fields_are_values_and_not_text() -> None:
    for path in ("2024", "a=b, [x] ${HOME}", "a b", "\\${x}", "${dataset.labels}"):
        settings = Settings.compose("evaluate", {"dataset": {"name": "jsonl", "path": Path(path)}})
        assert settings.part("dataset") == JsonLines(path)
        assert settings.overrides == ["dataset=jsonl", f"dataset.path={path}"]
        again = settings.yaml(), Settings.compose("evaluate", {"dataset": Data(path)}).yaml()
        assert [
            yaml.safe_load(text)["dataset"].get(key) for text, key in zip(again, ("path", "name"), strict=True)
        ] == [path] * 2


def test_an_object_stands_wherever_the_configuration_refers_to_it() -> None:
    data = Data()
    settings = Settings.compose("evaluate", {"dataset": data, "runner": "frequent"})
    runner = settings.part("runner")
    assert isinstance(runner, Frequent)
    assert runner.dataset is data
    assert settings.part("baselines")[0].dataset is data
    told = yaml.safe_load(settings.yaml())
    assert told["dataset"] == {"_target_": f"{__name__}.Data", "name": "data"}
    assert told["baselines"][0]["dataset"] == told["dataset"]
    assert yaml.safe_load(settings.yaml(dataset={"name": "other"}))["runner"]["dataset"] == {"name": "other"}


def test_other_keys_are_set_as_on_the_command_line() -> None:
    settings = Settings.compose("evaluate", {"units": "document"}, ["bootstrap.resamples=7", "experiment=a b"])
    assert (settings.config.units, settings.config.experiment) == ("document", "a b")
    assert settings.part("bootstrap").resamples == 7
    assert settings.overrides == ["units=document", "bootstrap.resamples=7", "experiment=a b"]


def test_a_list_takes_the_place_of_a_mapping_and_a_mapping_adds_to_it() -> None:
    strict = {"_target_": "harness.runners.rules.runner.Rules", "threshold": 0.9}
    named = {"name": "ensemble", "members": [strict, strict]}
    made = Settings.compose("evaluate", {"runner": named}).part("runner")
    assert made.members == [Rules(threshold=0.9)] * 2
    added = Settings.compose("evaluate", {"runner": {"name": "ensemble", "members": {"strict": strict}}}).part("runner")
    assert [*added.members] == ["transformer", "rules", "strict"]


@pytest.mark.parametrize(
    ("parts", "overrides", "message"),
    [
        ({"runner": "ruls"}, (), "runner/ruls: found no such file, wanted one of camel_tools"),
        ({"runner": {"name": "rules", "x": 1}}, (), "runner.x: found an unknown key, wanted one of name, threshold"),
        ({"runner": "replay"}, (), "runner.path: found nothing, wanted a value"),
        ({}, ["nothing=1"], "nothing: found an unknown key"),
        ({}, ["hydra.run.dir=x"], "overrides: found hydra.run.dir=x, wanted keys of evaluate; out= names the folder"),
        ({}, ["hydra/launcher=joblib"], "overrides: found hydra/launcher=joblib"),
    ],
)
def test_what_does_not_fit_is_said_in_a_line(parts: dict[str, object], overrides: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings.compose("evaluate", parts, overrides).part("runner")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_can_be_told_of_an_object_is_told() -> None:
    @dataclass(frozen=True)
    class Holder:
        path: Path
        function: object
        thing: object

    told = description({"a": Holder(Path("x"), names_of, object())})["a"]
    assert told.pop("_target_").endswith(".Holder")
    assert told == {"path": "x", "function": "harness.config.settings.names_of"}
    assert plain({1: (Path("x"), [None])}) == {"1": ["x", [None]]}


def test_the_names_of_a_group_are_those_of_its_files() -> None:
    found = names_of("dataset")
    assert found == sorted(path.stem for path in (resource("conf") / "dataset").iterdir())
    assert {"conll", "gold", "jsonl", "newswire"} <= {*found}
