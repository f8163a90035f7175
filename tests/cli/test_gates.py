"""`harness gate` as a user calls it: its exit codes are what scripts rely on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.data.types import Annotation
from harness.gating.baseline import bless
from tests.conftest import Harness
from tests.gating.runs import GOLD, finished, opened

BASELINE = ("baseline=خط [1]", "tracker=none", "bootstrap.resamples=400")
FLOORS = (
    "words_floor",
    "claims_floor",
    "checkworthy_floor",
    "claims_constant",
    "quotes_constant",
    "checkworthy_constant",
)
UNDECIDED = tuple(f"~policy.rules.{name}" for name in (*FLOORS, "contents", "sources"))
"""The rules that six short documents have too little gold for."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, `good` and `bad`, and the baseline of the good one."""
    folder = tmp_path_factory.mktemp("runs")
    bless(opened(folder / "good"), folder / "خط [1]")
    finished(folder / "bad", dict.fromkeys(GOLD, Annotation((), (), ())))
    return folder


def test_exit_codes(harness: Harness, runs: Path) -> None:
    def gate(*arguments: str) -> tuple[int, str]:
        done = harness("gate", *arguments, *BASELINE, cwd=runs)
        assert done.err == ""
        return done.code, done.out

    code, said = gate("run=good", *UNDECIDED)
    assert code == 0, said
    assert "gate ci: passed" in said
    assert gate("run=bad", "out=نتيجة")[0] == 1
    assert json.loads((runs / "نتيجة" / "gate.json").read_text())["exit_code"] == 1
    code, said = gate("run=good")
    assert code == 3, said
    assert "fewer than 5 units carry it" in said
    assert "too little for a verdict" in said
    assert gate("run=good", "policy.on_inconclusive=pass")[0] == 0
    assert gate("run=good", "policy.on_inconclusive=fail")[0] == 1


def test_a_baseline_is_blessed_and_then_passed(harness: Harness, runs: Path) -> None:
    done = harness("gate", "task=bless", "run=bad", "baseline=new", "tracker=none", cwd=runs)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("blessed: new, answers on samples#")
    shown = harness("gate", "task=regold", "run=bad", "baselines=.", "tracker=none", cwd=runs)
    assert (shown.code, shown.err) == (0, "")
    assert "ranks changed" in shown.out


def test_a_baseline_is_replaced_when_told_and_for_a_reason(harness: Harness, runs: Path) -> None:
    first = ("gate", "task=bless", "run=good", "baseline=أساس", "tracker=none")
    assert harness(*first, cwd=runs).code == 0
    again = ("gate", "task=bless", "run=bad", "baseline=أساس", "tracker=none")
    for more, message in (([], "wanted replace=true reason='why'"), (["replace=true"], "reason: found none")):
        done = harness(*again, *more, cwd=runs)
        assert (done.code, len(done.err.splitlines())) == (2, 1)
        assert message in done.err
        assert "what changed against the baseline that is there" in done.out
    done = harness(*again, "replace=true", "reason=أسماء (مشكوك فيها): a=b, c", cwd=runs)
    assert (done.code, done.err) == (0, "")
    record = json.loads((runs / "أساس" / "baseline.json").read_text())
    assert record["reason"] == "أسماء (مشكوك فيها): a=b, c"
    assert json.loads((runs / "أساس" / "anchor" / "baseline.json").read_text())["reason"] == "the first baseline"
    moved = harness("gate", "task=anchor", *again[2:], "reason=a new start", cwd=runs)
    assert (moved.code, moved.err) == (0, "")
    assert json.loads((runs / "أساس" / "anchor" / "baseline.json").read_text())["reason"] == "a new start"


def test_a_loss_within_the_margin_is_worse_and_fails_unless_allowed(harness: Harness, runs: Path) -> None:
    lossy = {name: replace(one, entities=(one.entities or ())[1:]) for name, one in GOLD.items()}
    finished(runs / "lossy", lossy)
    # Six of fifteen mentions are far more than the share of the gold that may be lost as items.
    others = ("emptied", "mentions", "characters", "types", "headlines", "words_since_anchor", "mentions_since_anchor")
    rules = [f"~policy.rules.{name}" for name in others]
    wide = ["policy.rules.words.margin=0.9", *rules, *UNDECIDED, *BASELINE]
    done = harness("gate", "run=lossy", *wide, cwd=runs)
    assert (done.code, "gate ci: worse (1 worse, " in done.out) == (1, True), done.out
    done = harness("gate", "run=lossy", "policy.on_worse=pass", *wide, cwd=runs)
    assert (done.code, "gate ci: worse, which the policy allows" in done.out) == (0, True), done.out
    assert harness("gate", "run=lossy", "+policy.rules.words.on_worse=pass", *wide, cwd=runs).code == 0


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (
            ["run=good"],
            ["baseline", "policy ci", "baseline=DIR", "task=bless", "(emptied, mentions, mentions_by_type and "],
        ),
        (["run=good", "baseline=nowhere"], ["nowhere/baseline.json", "harness gate RUN task=bless baseline=nowhere"]),
        (["run=good", "baseline=bad"], ["baseline.json"]),
        (["run=good", "policy=nix"], ["policy", "nix", "ci"]),
        (["run=good", "policy.rules.words.margin=wide"], ["policy.rules.words.margin", "'wide'"]),
        (["run=good", "policy.rules.words._target_=os.system"], ["policy.rules.words._target_", "os.system"]),
        ([], ["run"]),
    ],
)
def test_wrong_input_is_one_line_and_code_2(
    harness: Harness, runs: Path, arguments: list[str], parts: list[str]
) -> None:
    done = harness("gate", *arguments, "tracker=none", cwd=runs)
    assert done.code == 2, done.err
    assert len(done.err.splitlines()) == 1, done.err
    assert all(part in done.err for part in parts), done.err


def test_a_sweep_is_refused_since_a_failure_could_hide_in_it(harness: Harness, runs: Path) -> None:
    done = harness("gate", "-m", "run=bad,good", *BASELINE, cwd=runs)
    assert done.code == 2
    assert done.err == "harness gate: command line: found a sweep, wanted one gate at a time\n"


def test_the_help_says_how_to_accept_a_change_of_gold(harness: Harness) -> None:
    done = harness("gate", "--help")
    assert done.code == 0
    assert "task=regold" in done.out
    assert "runner=replay" in done.out
