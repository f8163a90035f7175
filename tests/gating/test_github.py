from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gating.github import ANNOTATIONS, SUMMARY_BYTES, annotations, append_summary, command, on_github, shortened
from harness.gating.verdicts import Judgement, OnInconclusive, Outcome, Verdict


def judgement(outcome: Outcome, number: int, on_inconclusive: OnInconclusive = "report") -> Judgement:
    verdicts = tuple(Verdict(f"rule{at}", "x", outcome, f"found {at}") for at in range(number))
    return Judgement("ci", "run", None, verdicts, on_inconclusive, notes=("blessed anew", "second"))


def kinds(lines: list[str]) -> list[str]:
    return [line.partition(" ")[0].strip(":") for line in lines]


def test_a_message_stays_on_its_line() -> None:
    # As the toolkit of GitHub escapes them: % first, then line ends; in properties : and , too.
    found = command("error", "gate: a, b", "100 %\r\nsecond: line, here")
    assert found == "::error title=gate%3A a%2C b::100 %25%0D%0Asecond: line, here"


@given(st.text(), st.text())
def test_no_text_ends_a_command_or_begins_another(title: str, message: str) -> None:
    found = command("error", title, message)
    assert not {"\n", "\r"} & set(found)
    head, _, said = found.removeprefix("::").partition("::")
    assert said.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == message
    assert head.count(":") == head.count(",") == 0


@pytest.mark.parametrize("number", [0, 1, 9, 10, 11, 500])
def test_at_most_ten_of_a_kind_are_said(number: int) -> None:
    outcomes: tuple[Outcome, ...] = ("fail", "inconclusive")
    for outcome in outcomes:
        for on_inconclusive in get_args(OnInconclusive):
            found = kinds(annotations(judgement(outcome, number, on_inconclusive)))
            assert all(found.count(kind) <= ANNOTATIONS for kind in found)


def test_what_is_too_much_is_told_together() -> None:
    found = annotations(judgement("fail", 500))
    errors = [line for line in found if line.startswith("::error")]
    assert len(errors) == 9
    assert errors[0].endswith("::rule0: x: failed: found 0")
    assert errors[-1].endswith("::492 more, in the summary and in gate.json; the first: rule8: x: failed: found 8")
    assert [line for line in found if line.startswith("::warning")] == ["::warning title=gate ci::blessed anew"]


def test_an_undecided_rule_is_what_the_policy_holds_it_for() -> None:
    expected: dict[OnInconclusive, str] = {"report": "warning", "fail": "error", "pass": "notice"}
    for on_inconclusive, kind in expected.items():
        assert kinds(annotations(judgement("inconclusive", 1, on_inconclusive)))[0] == kind
    assert kinds(annotations(judgement("pass", 3))) == ["warning"]
    assert kinds(annotations(judgement("worse", 1)))[0] == "error"
    allowed = Judgement("ci", "run", None, (Verdict("a", "x", "worse", "found", on_worse="pass"),))
    assert kinds(annotations(allowed)) == ["notice"]


@given(st.text(), st.integers(0, 200))
def test_a_summary_fits_its_room_and_stays_utf_8(text: str, room: int) -> None:
    found = shortened(text, room)
    assert len(found) <= room
    found.decode()
    if len(f"{text}\n".encode()) <= room:
        assert found == f"{text}\n".encode()


def test_a_long_summary_is_cut_at_the_limit_of_a_step(tmp_path: Path) -> None:
    path, line = tmp_path / "summary", "| قاعدة | " + "x" * 90 + " |"
    path.write_bytes(b"earlier\n" * 1000)
    append_summary(path, "\n".join([line] * 20_000))
    assert SUMMARY_BYTES - 200 < path.stat().st_size <= SUMMARY_BYTES
    lines = path.read_text().splitlines()
    assert lines[0] == "earlier"
    assert set(lines[1000:-3]) == {line}
    assert lines[-1].startswith("The rest is left out")
    append_summary(path, "more")
    assert path.stat().st_size <= SUMMARY_BYTES


def test_it_runs_on_github_where_github_says_so() -> None:
    assert on_github({"GITHUB_ACTIONS": "true"})
    assert not on_github({"GITHUB_ACTIONS": ""})
    assert not on_github({})
