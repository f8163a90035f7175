from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.arguments import Line, parse
from harness.data.types import InputError

KEYS = ("scorer", "tracker", "a", "b", "run", "out", "packages")


def names_of(*arguments: str) -> list[str]:
    return list(parse("compare", KEYS, arguments).names)


def overrides_of(*arguments: str) -> list[str]:
    return list(parse("compare", KEYS, arguments).overrides)


@pytest.mark.parametrize(
    "arguments",
    [
        ["A", "out=x", "--cfg", "job", "-cd", "mine"],
        ["--cfg", "job", "A", "-cd", "mine", "out=x"],
        ["-cd", "mine", "--out", "x", "--cfg=job", "A"],
        ["--config-dir=mine", "A", "--out=x", "-c", "job"],
    ],
)
def test_flags_overrides_and_names_stand_in_any_order(arguments: list[str]) -> None:
    assert parse("compare", KEYS, arguments) == Line(("out=x",), ("A",), shown="job", folders=("mine",))


@pytest.mark.parametrize("flag", ["-m", "--multirun", "--multi", "--mu", "hydra.mode=MULTIRUN"])
def test_every_way_to_ask_for_a_sweep_is_known(flag: str) -> None:
    assert parse("evaluate", KEYS, ["out=x", flag]).sweeping
    assert not parse("evaluate", KEYS, ["out=x", "--resolve"]).sweeping


def test_every_key_is_an_option() -> None:
    for key in KEYS:
        assert overrides_of(f"--{key}", "a b=[c]") == [f"{key}=a b=[c]"]


@pytest.mark.parametrize(
    "word",
    [
        "a=x",
        "+a=x",
        "++scorer.claims.threshold=1",
        "~scorer.claims",
        "scorer@x=y",
        "hydra.run.dir=x",
        "hydra/launcher=x",
    ],
)
def test_what_has_a_key_of_the_command_is_an_override(
    word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert overrides_of(word) == [word]
    if "/" not in word:
        Path(word).mkdir()
        assert overrides_of(word) == [word]
        assert names_of(f"./{word}") == [f"./{word}"]


@pytest.mark.parametrize(
    "name",
    [
        "run of today",
        "latest:rules",
        "x=1",
        "[/b]c",
        "نتيجة=1",
        "a b=c",
        "'q'",
        '"q"',
        "a,b",
        "${HOME}",
        "(x)",
        "~x",
        "back\\slash",
    ],
)
def test_a_folder_is_a_name_whatever_it_is_called(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "/" not in name:
        Path(name).mkdir()
    assert names_of(name) == [name]


def test_a_key_that_nobody_has_is_an_override_where_no_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert overrides_of("trails=100") == ["trails=100"]
    Path("trails=100").mkdir()
    assert names_of("trails=100") == ["trails=100"]


@given(st.lists(st.text(min_size=1).filter(lambda text: "\0" not in text)))
def test_all_that_follows_two_dashes_is_a_name(names: list[str]) -> None:
    assert names_of("out=x", "--", *names) == names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--nix"],
            "command line: found the unknown flag --nix, wanted KEY=VALUE or a flag that harness compare --help lists",
        ),
        (["--out"], "command line: found argument --out: expected one argument"),
        (["--cfg", "nix"], "command line: found argument -c/--cfg: invalid choice: 'nix'"),
    ],
)
def test_a_wrong_flag_is_named(arguments: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse("compare", KEYS, arguments)
    assert str(caught.value).startswith(message)
    assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("flag", "ending"),
    [
        ("--tracer", "; did you mean --tracker?"),
        ("--config-dirs", "; did you mean --config-dir?"),
        ("--tracker.store", "wanted tracker.store=VALUE"),
    ],
)
def test_the_nearest_flag_is_named(flag: str, ending: str) -> None:
    with pytest.raises(InputError) as caught:
        parse("compare", KEYS, [flag])
    assert str(caught.value).endswith(ending)
