"""Which choice of a swept part gets which of a sweep's overrides."""

import pytest
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from harness.config.choices import Parted
from harness.config.compose import compose
from harness.config.faults import message


def composed(*overrides: str) -> Parted:
    return compose("evaluate", overrides, sweeping=True).parted


def test_a_plain_field_is_for_the_choices_that_have_it() -> None:
    made = compose("evaluate", ["runner=rules,transformer,frequent", "runner.overlap=32"], sweeping=True)
    assert made.parted.added == {"runner=transformer": ["runner.overlap=32"]}
    assert made.parted.left_out == {}
    # What Hydra composes for all jobs is without it.
    assert made.overrides == ["runner=rules,transformer,frequent"]
    [said] = made.parted.said
    assert said == "runner.overlap: goes to transformer; left out for rules, frequent, without such a field"


def test_a_field_that_some_choices_have_to_be_given_is_for_those() -> None:
    found = composed("runner=rules,transformer,llm", "runner.endpoint=http://127.0.0.1:9/v1", "runner.model=m")
    assert found.added == {"runner=llm": ["runner.endpoint=http://127.0.0.1:9/v1", "runner.model=m"]}
    assert found.said == (
        "runner.endpoint: goes to llm; left out for rules, transformer, without such a field",
        "runner.model: goes to llm; left out for rules, transformer, which can do without",
    )


def test_a_sweep_over_such_a_field_is_over_those_choices() -> None:
    found = composed("runner=transformer,llm", "runner.endpoint=http://127.0.0.1:9/v1", "runner.model=a,b")
    product = [[choice, f"runner.model={name}"] for choice in ("runner=transformer", "runner=llm") for name in "ab"]
    endpoint = "runner.endpoint=http://127.0.0.1:9/v1"
    assert found.jobs(product) == [
        ["runner=transformer"],
        ["runner=llm", "runner.model=a", endpoint],
        ["runner=llm", "runner.model=b", endpoint],
    ]


def test_a_field_that_all_choices_have_and_the_default_lacks_is_for_all() -> None:
    found = composed("runner=transformer,transformer(overlap=16)", "runner.window=128")
    [first, second] = found.added
    assert first == "runner=transformer"
    assert found.added[first] == found.added[second] == ["runner.window=128"]
    assert found.said == ()


@pytest.mark.parametrize("field", ["runner.name=mine", "runner.labels=anercorp", "+runner.own=1", "++runner.own=1"])
def test_what_every_part_has_and_what_is_added_by_force_is_left_alone(field: str) -> None:
    assert composed("runner=rules,transformer", field) == Parted()


def test_a_value_stays_as_it_was_written() -> None:
    found = composed("runner=rules,replay", "runner.path=a b, 'c' = 1")
    assert found.added == {}
    assert found.left_out == {"runner=rules": frozenset({"runner.path"})}
    assert composed("runner=rules,replay", "runner.path=ملف=1").added == {"runner=replay": ["runner.path='ملف=1'"]}
    # Text, since that is what the field of the runner that has it takes.
    assert composed("runner=rules,transformer", "runner.revision=2024").added == {
        "runner=transformer": ["runner.revision='2024'"]
    }


def test_a_field_below_a_part_of_a_part_is_found_there() -> None:
    found = composed("dataset=gold,jsonl", "dataset.path=x")
    assert found.added == {"dataset=jsonl": ["dataset.path=x"]}
    found = composed("runner=rules,frequent", "runner.dataset.version=v1")
    assert found.added == {"runner=frequent": ["runner.dataset.version=v1"]}


def test_a_model_is_for_the_runner_whose_fields_it_sets() -> None:
    found = composed("runner=rules,transformer", "model=davlan_xlmr_hrl", "runner.card.licence=mine")
    assert found.added == {"runner=transformer": ["model=davlan_xlmr_hrl", "runner.card.licence=mine"]}
    swept = composed("runner=rules,transformer", "model=davlan_xlmr_hrl,hatmimoha")
    assert swept.left_out == {"runner=rules": frozenset({"model"})}


def test_a_job_that_gains_a_field_and_lacks_another_runs_once_too() -> None:
    found = Parted({"runner=rules": ["runner.threshold=0.3"]}, {"runner=rules": frozenset({"runner.model"})})
    product = [["runner=rules", f"runner.model={name}"] for name in "ab"]
    assert found.jobs(product) == [["runner=rules", "runner.threshold=0.3"]]


def test_jobs_that_differ_in_what_is_left_out_alone_are_one() -> None:
    found = composed("runner=rules,transformer", "runner.overlap=32,64", "bootstrap.seed=1,2")
    product = [
        [f"runner={runner}", f"runner.overlap={overlap}", f"bootstrap.seed={seed}"]
        for runner in ("rules", "transformer")
        for overlap in (32, 64)
        for seed in (1, 2)
    ]
    jobs = found.jobs(product)
    assert jobs == [["runner=rules", "bootstrap.seed=1"], ["runner=rules", "bootstrap.seed=2"], *product[4:]]
    assert "runs once" in found.said[0]


def test_what_is_asked_for_twice_runs_twice() -> None:
    product = [["runner=rules", "bootstrap.seed=1"]] * 2
    assert Parted().jobs(product) == product


def test_choices_may_be_a_pattern() -> None:
    found = composed("runner=glob(*,exclude=[ensemble,l*,c*,g*,s*])", "runner.overlap=32")
    assert found.added == {"runner=transformer": ["runner.overlap=32"]}


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("runner.overlapp=32", "runner.overlapp: found an unknown key, wanted one that --cfg job shows; did you mean"),
        ("runner.qqq=32", "runner.qqq: found an unknown key, wanted one that --cfg job shows"),
    ],
)
def test_a_field_that_no_choice_has_is_refused(field: str, wanted: str) -> None:
    with pytest.raises((HydraException, OmegaConfBaseException)) as caught:
        composed("runner=frequent,transformer,rules", field)
    assert message(caught.value).startswith(wanted)
