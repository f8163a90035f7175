import re

import pytest

from harness.cli.usage import commands, comment, keys, manual, overview


def test_the_overview_has_a_line_for_each_command_and_fits_a_terminal() -> None:
    lines = overview().splitlines()
    assert [line.split()[0] for line in lines[2 : 2 + len(commands())]] == list(commands())
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("command", list(commands()))
def test_a_manual_tells_the_call_all_parts_and_all_keys(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = manual(command)
    assert told.startswith(f"harness {command}: {commands()[command]}\n")
    assert f"\n  harness {command}" in told
    for key in keys(command):
        assert f"\n  {key}:" in told or f"@{key}:" in told or f"{key}@" in told, key
    assert "_target_: harness.cli" not in told
    assert "\n  defaults:\n" not in told
    # Nothing is cut off.
    assert not re.search(r"(?<!,) …$", told, re.MULTILINE)
    assert max(map(len, told.splitlines())) <= 80


def test_only_commands_that_sweep_offer_it() -> None:
    assert {command for command in commands() if "--multirun" in manual(command)} == {"evaluate", "train"}


def test_keys_are_those_at_the_top_and_the_groups() -> None:
    assert keys("track") == ["tracker", "run", "packages"]
    assert {"dataset", "corpus", "task", "gold"} < set(keys("curate"))


def test_a_part_that_is_chosen_shows_its_fields_with_their_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = manual("evaluate", (), ["runner=transformer"])
    assert "runner=transformer, its fields: runner.FIELD=VALUE" in told
    assert "\n  temperature: 1.0\n" in told
    assert "# Threads that compute; null: the engine's own choice." in told
    assert "temperature" not in manual("evaluate")
    assert max(map(len, told.splitlines())) <= 80
    # What a file says to Hydra is not for people.
    assert "@package" not in told


def test_a_key_without_a_value_is_explained_by_its_comment() -> None:
    assert comment("curate", "task") == (
        "one of new, ingest, build, validate, agreement, export, import, review, suggest, texts and ceiling"
    )
    assert comment("gate", "run").startswith("a finished run: its folder")
    assert comment("gate", "units") != comment("gate", "run")
    assert comment("gate", "nix") == ""
