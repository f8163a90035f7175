from pathlib import Path
from typing import Any

import pytest
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from harness.config.overrides import is_plain, key_of, quote, quote_text, shown, unquote

# What may stand in a path: no NUL; a value in quotes is taken as quoted already; no line feeds, which Hydra's grammar
# has no way to write; null is none.
PATHS = st.text(min_size=1).filter(
    lambda text: not set(text) & set("\0\n\r") and text[0] not in "'\"" and text.lower() != "null"
)
TRICKY = (
    st.lists(
        st.sampled_from(["\\", "${", "$", "{", "}", "'", '"', "x", "ب", " ", ",", "[", "]", "=", "(", "1"]), min_size=1
    )
    .map("".join)
    .filter(lambda path: path[0] not in "'\"")
)


def text(_: str) -> bool:
    """No value refers to a variable."""
    return False


def resolved(value: object) -> object:
    return OmegaConf.to_container(OmegaConf.create({"value": value}), resolve=True)["value"]  # type: ignore[index, call-overload]


def parsed(override: str) -> object:
    return resolved(OverridesParser.create().parse_override(override).value())


def swept(override: str) -> list[object]:
    read = OverridesParser.create().parse_override(override)
    if not read.is_sweep_override():
        return [resolved(read.value())]
    return [
        resolved(OverridesParser.create().parse_override(f"x={item}").value()) for item in read.sweep_string_iterator()
    ]


@pytest.mark.parametrize("hint", [str, str | None, Path, Path | None])
@given(path=PATHS | TRICKY)
def test_any_path_reaches_the_configuration_as_it_was_written(hint: Any, path: str) -> None:
    assert parsed(quote(f"dataset.path={path}", hint, sweeping=False, resolves=text)) == path


@given(PATHS | TRICKY)
def test_quoted_text_is_exactly_that_text(path: str) -> None:
    assert parsed(f"dataset.path={quote_text(path)}") == path


@given(PATHS | TRICKY)
def test_an_override_is_shown_as_it_was_written(path: str) -> None:
    override = f"dataset.path={path}"
    assert unquote(quote(override, str, sweeping=False, resolves=text)) == override


@given(st.lists(PATHS.filter(lambda path: not set(path) & set(",()[]{}'\"") and path.strip() == path), min_size=1))
def test_any_paths_are_swept_over(paths: list[str]) -> None:
    assert swept(quote(f"dataset.path={','.join(paths)}", str, sweeping=True, resolves=text)) == paths


@given(st.lists(PATHS.filter(lambda path: not set(path) & set(",()[]{}'\"") and path.strip() == path), min_size=1))
def test_any_paths_make_a_list(paths: list[str]) -> None:
    assert parsed(quote(f"runs=[{','.join(paths)}]", list[str] | None, sweeping=False, resolves=text)) == paths


@given(
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none()
    | st.lists(st.integers())
)
def test_what_is_no_text_stays_what_it_is(value: object) -> None:
    override = f"x={'null' if value is None else value}".replace(" ", "")
    assert quote(override, int | float | bool | list[int] | None, sweeping=False) == override
    assert quote(override, sweeping=False) == override
    assert parsed(override) == value


@pytest.mark.parametrize(
    ("override", "hint", "expected"),
    [
        ("runner=rules", Any, "runner=rules"),
        ("bootstrap.seed=1,2", int, "bootstrap.seed=1,2"),
        ("runner.path='a b'", str, "runner.path='a b'"),
        ("--config-dir=x", Any, "--config-dir=x"),
        ("run=a=b[1]", str, "run='a=b[1]'"),
        ("tracker.store=مخزن.db", str, "tracker.store='مخزن.db'"),
        ("runs=[a b, c=d]", list[str], "runs=['a b','c=d']"),
        ("runs=[0.4,1e3]", list[str] | str | None, "runs=['0.4','1e3']"),
        ("baselines=[]", list[str], "baselines=[]"),
        ("baselines=a=b", str, "baselines='a=b'"),
        ("runner.path=a,b", str, "runner.path='a,b'"),
        ("runner.corpus_file=2024", str, "runner.corpus_file='2024'"),
        ("runner.corpus_file=1e3", Path, "runner.corpus_file='1e3'"),
        ("runner.corpus_file=true", str | None, "runner.corpus_file='true'"),
        ("runner.corpus_file=[x]", str, "runner.corpus_file='[x]'"),
        ("runner.rate=1e-3", float, "runner.rate=1e-3"),
        ("runner.rate=many", float, "runner.rate=many"),
        ("runner.flag=True", bool, "runner.flag=True"),
        ("runner.parts={a:1}", dict[str, int], "runner.parts={a:1}"),
        ("out=null", str, "out=null"),
        ("out=", str, "out="),
        ("~scorer.claims", Any, "~scorer.claims"),
        ("scorer=claims(threshold=0.6)", Any, "scorer='claims(threshold=0.6)'"),
        ("scorer=[a(x=1,y=2),b]", Any, "scorer=['a(x=1,y=2)','b']"),
    ],
)
def test_a_value_is_quoted_where_the_field_wants_it(override: str, hint: Any, expected: str) -> None:
    assert quote(override, hint, sweeping=False) == expected


@pytest.mark.parametrize(
    ("override", "hint", "expected"),
    [
        ("runner.path=a,b", str, ["a", "b"]),
        ("runner.path=0.10,a b", str, ["0.10", "a b"]),
        ("runner.path='a,b',c", str, ["a,b", "c"]),
        ("bootstrap.seed=1,2", int, [1, 2]),
        ("bootstrap.seed=range(1,4)", int, [1, 2, 3]),
        ("bootstrap.seed=choice(1,2)", int, [1, 2]),
        ("runner=rules,transformer", Any, ["rules", "transformer"]),
        ("scorer=[a,b],[c]", Any, [["a", "b"], ["c"]]),
        ("scorer=claims(threshold=0.5),claims(threshold=0.7)", Any, ["claims(threshold=0.5)", "claims(threshold=0.7)"]),
        ("runner.path=a[,b", str, ["a[", "b"]),
    ],
)
def test_commas_part_the_values_of_a_sweep(override: str, hint: Any, expected: list[object]) -> None:
    assert swept(quote(override, hint, sweeping=True)) == expected


def test_a_variable_stays_one_where_it_refers_to_something() -> None:
    assert quote("dataset.path=${root}/x", str, sweeping=False, resolves=bool) == "dataset.path=${root}/x"
    assert quote("dataset.path=${HOME}/x", str, sweeping=False, resolves=text) == "dataset.path='\\${HOME}/x'"
    assert (
        quote("runner.dataset=${dataset}", dict[str, Any], sweeping=False, resolves=text) == "runner.dataset=${dataset}"
    )


@pytest.mark.parametrize("override", ["runner=rules", "out=null", "x='1'", "x=", "~x", "-m", "a b=c", "x=${y}"])
def test_what_needs_no_look_at_its_field(override: str) -> None:
    assert is_plain(override) == ("$" not in override)


@pytest.mark.parametrize("override", ["x=1", "x=1,2", "x=[a]", "x=a=b", "x=true", "x=a ", "x=ب"])
def test_what_needs_a_look_at_its_field(override: str) -> None:
    assert not is_plain(override)


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("a.b=1", "a.b"),
        ("+a.b=1", "a.b"),
        ("++a=1", "a"),
        ("~a.b", "a.b"),
        ("dataset@corpus=x", "dataset"),
        ("hydra/launcher=x", "hydra/launcher"),
        ("a", None),
        ("ب=1", None),
        ("/a/b=1", None),
        ("a b=1", None),
    ],
)
def test_a_key_is_what_hydra_takes_for_one(word: str, key: str | None) -> None:
    assert key_of(word) == key


def test_what_a_sweep_adds_is_not_shown() -> None:
    assert shown(["runner.path='a b'", "tracker.parent=abc"]) == ["runner.path=a b"]


def test_the_items_of_a_list_are_shown_as_they_were_written() -> None:
    assert shown(["scorer=['claims(threshold=0.6)',checkworthy]"]) == ["scorer=[claims(threshold=0.6),checkworthy]"]


def test_what_hydras_sweeper_escapes_is_recorded_as_it_was_written() -> None:
    for text in ("runner.endpoint=http://127.0.0.1:80/v1", "runner.path=a b"):
        [job] = BasicSweeper.split_arguments(
            [OverridesParser.create().parse_override(quote(text, str, sweeping=False))], None
        )
        assert shown(job[0]) == [text]
