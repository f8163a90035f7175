import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from harness.cli.overrides import is_sweep, quote, shown, unquote

# What may stand in a path: no NUL; a value that begins with a quote is taken as quoted already; no line feeds, which
# Hydra's grammar has no way to write.
PATHS = st.text(min_size=1).filter(lambda text: not set(text) & set("\0\n\r") and text[0] not in "'\"")


def parsed(override: str) -> object:
    value = OverridesParser.create().parse_override(override).value()
    return OmegaConf.to_container(OmegaConf.create({"value": value}), resolve=True)["value"]  # type: ignore[index, call-overload]


@given(
    PATHS
    | st.lists(st.sampled_from(["\\", "${", "$", "{", "}", "'", '"', "x", "ب", " "]), min_size=1)
    .map("".join)
    .filter(lambda path: path[0] not in "'\"")
)
def test_any_path_reaches_the_configuration_as_it_was_written(path: str) -> None:
    assert parsed(quote(f"dataset.path={path}", sweeping=False)) == path


@given(PATHS)
def test_an_override_is_shown_as_it_was_written(path: str) -> None:
    override = f"dataset.path={path}"
    assert unquote(quote(override, sweeping=False)) == override


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("runner=rules", "runner=rules"),
        ("bootstrap.seed=1,2", "bootstrap.seed=1,2"),
        ("runner.path='a b'", "runner.path='a b'"),
        ("--config-dir=x", "--config-dir=x"),
        ("run=a=b[1]", "run='a=b[1]'"),
        ("tracker.store=مخزن.db", "tracker.store='مخزن.db'"),
        ("runs=[a b, c=d]", "runs=['a b','c=d']"),
        ("baselines=[]", "baselines=[]"),
        ("baselines=a=b", "baselines='a=b'"),
    ],
)
def test_only_path_like_keys_are_quoted(override: str, expected: str) -> None:
    assert quote(override, sweeping=False) == expected


def test_commas_part_the_values_of_a_sweep_only() -> None:
    assert quote("runner.path=a,b", sweeping=True) == "runner.path='a','b'"
    assert quote("runner.path=a,b", sweeping=False) == "runner.path='a,b'"


def test_null_stays_null() -> None:
    assert quote("out=null", sweeping=False) == "out=null"


@pytest.mark.parametrize("flag", ["-m", "--multirun", "--multi", "--mu", "hydra.mode=MULTIRUN"])
def test_every_way_to_ask_for_a_sweep_is_known(flag: str) -> None:
    assert is_sweep(["runner=rules", flag])
    assert not is_sweep(["runner=rules", "--cfg"])


def test_what_a_sweep_adds_is_not_shown() -> None:
    assert shown(["runner.path='a b'", "tracker.parent=abc"]) == ["runner.path=a b"]
