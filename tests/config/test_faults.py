"""What is said of a configuration that does not compose."""

import pytest
from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException

from harness.config.compose import compose
from harness.config.faults import message
from harness.data.near import guess, near_miss


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("runer=rules", "runer: found an unknown key, wanted one that --cfg job shows; did you mean runner?"),
        ("runner.treshold=1", "runner.treshold: found an unknown key, wanted one that --cfg job shows; "),
        ("runner.treshold=1", "; did you mean runner.threshold?"),
        # Of another level.
        ("treshold=1", "; did you mean runner.threshold?"),
        ("zzzz=1", "zzzz: found an unknown key, wanted one that --cfg job shows"),
        (
            "runner=ruels",
            "runner/ruels: found no such file, wanted one of ",
        ),
        ("runner=ruels", "; did you mean rules?"),
        ("scorer=[claim]", "; did you mean claims?"),
        ("~foo", "~foo: found an unknown key, wanted one that --cfg job shows"),
        ("runner.threshold=${nix}", "runner.threshold: found ${nix}, which there is none of here, wanted a part"),
    ],
)
def test_what_was_meant_is_named_in_one_line(override: str, expected: str) -> None:
    with pytest.raises((HydraException, OmegaConfBaseException)) as caught:
        _ = compose("evaluate", [override]).config.runner.threshold
    said = message(caught.value)
    assert said.startswith(expected) or said.endswith(expected)
    assert "\n" not in said


def test_the_nearest_name_ignores_case_and_says_nothing_where_none_is_near() -> None:
    assert near_miss("Ruels", ["rules", "replay"]) == "rules"
    assert near_miss("nix", ["run", "runs"]) is None
    assert guess("nix", ["run"]) == ""
    assert guess("RULES", ["Rules"]) == "; did you mean Rules?"
