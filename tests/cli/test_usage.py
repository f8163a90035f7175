import pytest

from harness.cli.usage import commands, keys, manual, overview


def test_the_overview_has_a_line_for_each_command_and_fits_a_terminal() -> None:
    lines = overview().splitlines()
    assert [line.split()[0] for line in lines[2:]] == list(commands())
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
    assert max(map(len, told.splitlines())) <= 80


def test_only_commands_that_sweep_offer_it() -> None:
    assert {command for command in commands() if "--multirun" in manual(command)} == {"evaluate", "train"}


def test_keys_are_those_at_the_top_and_the_groups() -> None:
    assert keys("track") == ["tracker", "run", "packages"]
    assert {"dataset", "corpus", "task", "gold"} < set(keys("curate"))
