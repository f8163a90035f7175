"""Extractors that are joined and processed by configuration alone, through the program."""

import json
from pathlib import Path

import pytest
import yaml

from harness.config.compose import compose, without_hydra
from harness.config.parts import build
from harness.data.types import InputError
from harness.runners.ensemble import Ensemble
from harness.runners.frequent import Frequent
from harness.runners.longest import Longest
from harness.runners.rules.runner import Rules
from harness.runners.threshold import Threshold
from harness.runners.transformer.runner import Transformer
from tests.conftest import Harness, Sample

FAST = ("tracker=none", "bootstrap.resamples=20", "baselines=[]", "analysis.enabled=false", "scorer=[entities_strict]")


def runner(*overrides: str) -> object:
    return build(without_hydra(compose("evaluate", overrides).config), "runner", ["harness"])


def answers(folder: Path) -> list[dict[str, object]]:
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines]


def test_members_are_parts_that_are_taken_added_and_left_out_by_name() -> None:
    shipped = runner("runner=ensemble")
    assert isinstance(shipped, Ensemble)
    assert {name: type(member) for name, member in shipped.members.items()} == {  # type: ignore[union-attr]
        "transformer": Transformer,
        "rules": Rules,
    }
    own = runner(
        "runner=ensemble", "runner@runner.members.rules=frequent", "runner.members.rules.k=7", "runner.how=union",
        "+runner@runner.members.strict=rules", "runner.members.strict.threshold=0.9", "runner.lead=strict",
        "~runner@runner.members.transformer",
    )  # fmt: skip
    assert isinstance(own, Ensemble)
    assert isinstance(own.members, dict)
    assert list(own.members) == ["rules", "strict"]
    assert isinstance(own.members["rules"], Frequent)
    assert (own.members["rules"].k, own.members["strict"]) == (7, Rules(threshold=0.9))


def test_runners_are_processed_one_around_the_other() -> None:
    made = runner(
        "runner=longest", "runner.within=any", "runner@runner.of=threshold", "runner.of.score=0.6",
        "runner.of.types={PERS: 0.7}", "runner@runner.of.of=transformer", "+model@runner.of.of=camelbert_ca",
    )  # fmt: skip
    assert isinstance(made, Longest)
    assert isinstance(made.of, Threshold)
    assert (made.of.score, made.of.types) == (0.6, {"PERS": 0.7})
    assert (made.of.of.name, made.of.of.labels) == ("camelbert_ca", "camelbert")
    assert (made.name, made.labels) == ("camelbert_ca+threshold+longest", "camelbert")


def test_what_a_command_is_told_about_the_whole_runner_is_refused_for_a_part_of_it() -> None:
    for key, value in (("unknown", "drop"), ("labels", "conll4")):
        with pytest.raises(InputError, match=f"runner.of.{key}: found an unknown key, wanted one of "):
            runner("runner=threshold", f"runner.of.{key}={value}")
    # Of a class with such a field it is that field.
    replayed = runner("runner=longest", "runner@runner.of=replay", "runner.of.path=x", "runner.of.labels=conll4")
    assert isinstance(replayed, Longest)
    assert replayed.labels == "conll4"


def test_a_file_of_ones_own_names_its_members(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "runner"
    folder.mkdir(parents=True)
    (folder / "both.yaml").write_text(
        "defaults:\n  - /runner@members.a: rules\n  - /runner@members.b: replay\n  - _self_\n"
        "_target_: harness.runners.ensemble.Ensemble\nhow: union\n"
        f"members:\n  b:\n    path: {sample.predictions}\n"
    )
    data = ("dataset=jsonl", f"dataset.path={sample.gold}")
    own = ("runner=both", "+runner.failures=skip", "+runner.claims=how")
    done = harness("evaluate", "--config-dir=mine", *FAST, *data, *own, "hydra.run.dir=أ=1")
    assert done.code == 0, done.err
    run = tmp_path / "أ=1"
    assert [path.name for path in (run / "members").iterdir()] == ["0-a"]
    # What was kept joins again to the same, members being named by folders of any name.
    members = f"runner.runs=[أ=1/members/0-a,{sample.predictions.parent / 'second =[x]'}]"
    second = tmp_path / "second =[x]"
    second.mkdir()
    (second / "predictions.jsonl").write_bytes(sample.predictions.read_bytes())
    fields = ("runner=ensemble", members, "runner.how=union", "runner.failures=skip", "runner.claims=how")
    done = harness("evaluate", *FAST, *data, *fields, "hydra.run.dir=again")
    assert done.code == 0, done.err
    assert answers(tmp_path / "again") == answers(run)
    told = json.loads((tmp_path / "again" / "provenance.json").read_text(encoding="utf-8"))
    assert list(told["runner"]) == ["0:a", "1:second =[x]"]


def test_the_best_run_of_each_type_is_chosen_and_joined(harness: Harness, tmp_path: Path) -> None:
    for threshold in ("0.4", "0.9"):
        more = (f"runner.threshold={threshold}", f"hydra.run.dir=runs/x/{threshold}")
        done = harness("evaluate", *FAST, *more)
        assert done.code == 0, done.err
    choose = ("compare", "runs/x/0.4", "runs/x/0.9", "task=choose", "tracker=none", "bootstrap.resamples=20")
    done = harness(*choose, "out=ج=1.yaml", "least=3")
    assert done.code == 0, done.err
    assert "ج=1.yaml" in done.out
    names = ["rules runner.threshold=0.4", "rules runner.threshold=0.9"]
    record = yaml.safe_load((tmp_path / "ج=1.yaml").read_text(encoding="utf-8"))
    assert {*record["runs"]} == {*names}
    assert {*record["types"].values()} <= {*names}
    assert record["figures"]["PERS"]["gold"] == 87
    joined = (
        "evaluate", *FAST, "runner=longest", "runner@runner.of=ensemble", "runner.of.how=by_type",
        "runner.of.choice=ج=1.yaml", "runner.of.runs=[latest:rules,runs/x/0.4]", "hydra.run.dir=joined",
    )  # fmt: skip
    done = harness(*joined)
    assert done.code == 2
    assert "found 5 of 5 documents" in done.err
    done = harness(*joined, "runner.allow_seen=true")
    assert done.code == 0, done.err
    assert "ج=1.yaml was chosen on; scores on them are better than on new text" in done.err
    told = json.loads((tmp_path / "joined" / "provenance.json").read_text(encoding="utf-8"))
    assert list(told["runner"]) == ["0:rules runner.threshold=0.9", "1:rules runner.threshold=0.4"]
    assert told["runner"]["0:rules runner.threshold=0.9"]["run"] == str(tmp_path / "runs" / "x" / "0.9")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", "a", "task=choose"), "b: found one run, wanted two or more"),
        (("compare", "a", "b", "task=best"), "task: found best, wanted one of compare, power, choose"),
        (("evaluate", *FAST, "runner=ensemble", "runner.runs=[nowhere,other]"), "run: found 'nowhere', wanted the"),
        (("evaluate", *FAST, "runner=ensemble", "runner.runs=[.,.]"), "twice, wanted each run once"),
        (("evaluate", *FAST, "runner=replay", "runner.path=latest:rules"), "latest:rules: found no finished run"),
    ],
)
def test_what_cannot_be_joined_is_said_in_one_line(harness: Harness, arguments: list[str], message: str) -> None:
    done = harness(*arguments)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert message in done.err
