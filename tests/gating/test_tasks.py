"""Runs judged, blessed and scored again, from their folders to the files and the exit code."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from harness.data.types import Annotation, InputError
from harness.gating.limits import Changes, Failures, LostDocuments
from harness.gating.policy import Policy
from harness.gating.rules import Floor, NonInferiority, Rule
from harness.gating.tasks import Request, gate
from harness.gating.verdicts import OnInconclusive
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.scoring import Scoring
from tests.gating.runs import GOLD, SCORERS, Documents, finished
from tests.samples import EXAMPLES

FIRST = EXAMPLES[0].document.id
EMPTY = Annotation((), (), ())


def policy(on_inconclusive: OnInconclusive = "report", margin: float = 0.3) -> Policy:
    words = NonInferiority("entities_strict", "micro/f1", margin)
    return Policy("small", {"failures": Failures(), "emptied": LostDocuments(), "words": words}, on_inconclusive)


def request(run: Path, **values: object) -> Request:
    known: dict[str, object] = {"policy": policy(), "scoring": Scoring(SCORERS, "paragraph", Bootstrap(200))}
    return Request(run, **(known | values))  # type: ignore[arg-type]


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    """The blessed baseline of a run without mistakes."""
    folder = tmp_path / "baselines" / "oracle"
    assert gate("bless", request(finished(tmp_path / "oracle"), baseline=folder)) == 0
    return folder


def less(*numbers: int) -> dict[str, Annotation]:
    """The gold without the first two mentions of some documents."""
    return lossy({EXAMPLES[at].document.id: 2 for at in numbers})


def lossy(shares: Mapping[str, int]) -> dict[str, Annotation]:
    """The gold without the first mentions of some documents."""
    return GOLD | {
        name: replace(GOLD[name], entities=(GOLD[name].entities or ())[number:]) for name, number in shares.items()
    }


def test_the_same_predictions_pass_and_leave_their_files(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run")
    assert gate("judge", request(run, baseline=baseline)) == 0
    record = json.loads((run / "gate.json").read_text())
    assert (record["outcome"], record["exit_code"]) == ("pass", 0)
    assert record["signatures"].keys() == SCORERS.keys()
    suite = ElementTree.parse(run / "junit.xml").find("testsuite")  # noqa: S314 -- our own file
    assert suite is not None
    assert int(suite.attrib["tests"]) == len(record["verdicts"]) == 5
    said = capsys.readouterr().out
    assert "gate small: passed (5 passed)" in said
    assert "::" not in said


def test_a_lost_document_fails(tmp_path: Path, baseline: Path) -> None:
    run = finished(tmp_path / "run", GOLD | {FIRST: EMPTY})
    assert gate("judge", request(run, baseline=baseline, out=tmp_path / "out")) == 1
    assert not (run / "gate.json").exists()
    record = json.loads((tmp_path / "out" / "gate.json").read_text())
    failed = {(one["rule"], one["subject"]) for one in record["verdicts"] if one["outcome"] == "fail"}
    assert failed >= {("emptied", "entities"), ("emptied", "claims"), ("emptied", "sentences")}


@pytest.mark.parametrize(("on_inconclusive", "code"), [("report", 3), ("fail", 1), ("pass", 0)])
def test_what_cannot_be_decided_is_what_the_policy_says(
    tmp_path: Path, baseline: Path, on_inconclusive: OnInconclusive, code: int
) -> None:
    # As many found as lost: the baseline lacks the first two mentions of two documents, the run those of two others.
    assert gate("bless", request(finished(tmp_path / "less", less(0, 1)), baseline=tmp_path / "less-baseline")) == 0
    run = finished(tmp_path / "run", less(0, 3))
    judged = request(run, baseline=tmp_path / "less-baseline", policy=policy(on_inconclusive, 0.2))
    assert gate("judge", judged) == code
    record = json.loads((run / "gate.json").read_text())
    (words,) = [one for one in record["verdicts"] if one["rule"] == "words"]
    assert (record["outcome"], words["outcome"]) == ("inconclusive", "inconclusive")
    assert words["further_units"] > 0


def test_a_runner_that_failed_never_passes(tmp_path: Path, baseline: Path) -> None:
    partial = {name: answer for name, answer in GOLD.items() if name != FIRST}
    assert gate("judge", request(finished(tmp_path / "one", partial), baseline=baseline)) == 1
    assert gate("judge", request(finished(tmp_path / "all", {}), baseline=baseline)) == 1
    generous = Policy("generous", {"failures": Failures(100)})
    assert gate("judge", request(tmp_path / "all", policy=generous)) == 1


def test_a_layer_that_is_no_longer_answered_never_passes(tmp_path: Path, baseline: Path) -> None:
    run = finished(tmp_path / "run", {name: replace(one, claims=None) for name, one in GOLD.items()})
    floor = Policy("small", {"claims": Floor("claims", "content_soft/f1", 0.0)})
    assert gate("judge", request(run, policy=floor)) == 1
    assert gate("judge", request(run, baseline=baseline)) == 1


def test_an_earlier_verdict_does_not_outlive_a_refusal(tmp_path: Path, baseline: Path) -> None:
    run = finished(tmp_path / "run")
    assert gate("judge", request(run, baseline=baseline)) == 0
    (baseline / "baseline.json").unlink()
    with pytest.raises(InputError, match=r"baseline.json: found No such file"):
        gate("judge", request(run, baseline=baseline))
    assert not {"gate.json", "junit.xml"} & {path.name for path in run.iterdir()}


def test_other_gold_and_a_stale_schema_are_refused(tmp_path: Path, baseline: Path) -> None:
    other = finished(tmp_path / "other", dataset=Documents(EXAMPLES[:-1]))
    with pytest.raises(InputError, match="documents: found 1 that differ"):
        gate("judge", request(other, baseline=baseline))
    run = finished(tmp_path / "run")
    scores = json.loads((run / "scores.json").read_text())
    (run / "scores.json").write_text(json.dumps(scores | {"schema": 0}))
    with pytest.raises(InputError, match="found schema 0, wanted 1"):
        gate("judge", request(run, baseline=baseline))


def test_scores_that_were_written_are_not_believed(tmp_path: Path, baseline: Path) -> None:
    """Both sides are scored again from their predictions: whatever scores.json says changes no verdict."""
    run = finished(tmp_path / "run", GOLD | {FIRST: EMPTY})
    (run / "scores.json").write_bytes((tmp_path / "oracle" / "scores.json").read_bytes())
    assert gate("judge", request(run, baseline=baseline)) == 1


def test_a_task_that_does_not_exist_and_what_one_lacks(tmp_path: Path) -> None:
    run = finished(tmp_path / "run")
    with pytest.raises(InputError, match="task: found 'judgement', wanted one of judge, bless, anchor, regold"):
        gate("judgement", request(run))
    with pytest.raises(InputError, match="baseline: found none, wanted the folder to bless"):
        gate("bless", request(run))
    with pytest.raises(InputError, match="baseline: found none, wanted the baseline whose anchor"):
        gate("anchor", request(run))
    with pytest.raises(InputError, match="baseline: found none, wanted the one that stands in the place of previous"):
        gate("judge", request(run, previous=run))


def test_on_github_it_annotates_and_summarises(
    tmp_path: Path, baseline: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run = finished(tmp_path / "run", GOLD | {FIRST: EMPTY})
    assert gate("judge", request(run, baseline=baseline, previous=baseline)) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    failed = [one for one in json.loads((run / "gate.json").read_text())["verdicts"] if one["outcome"] == "fail"]
    assert len([line for line in lines if line.startswith("::error title=gate small::")]) == len(failed)
    assert "## gate small: failed" in summary.read_text()
    assert gate("regold", request(run, baselines=baseline.parent)) == 0
    assert "ranks changed" in summary.read_text()
    capsys.readouterr()
    with pytest.raises(InputError):
        gate("judge", request(tmp_path / "nowhere", baseline=baseline))
    assert capsys.readouterr().out.startswith("::error title=gate small::")


def test_a_summary_that_cannot_be_written_changes_no_verdict(
    tmp_path: Path, baseline: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert gate("judge", request(finished(tmp_path / "run"), baseline=baseline)) == 0
    assert "the summary is left out" in capsys.readouterr().err


def test_what_changed_comes_first_and_what_failed_last(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run", lossy(dict.fromkeys(GOLD, 1)))
    assert gate("judge", request(run, baseline=baseline, policy=policy(margin=0.9))) == 1
    said = capsys.readouterr().out
    assert said.index("what changed against the baseline") < said.index("gate small: ") < said.index("written: ")
    assert said.rstrip().splitlines()[-1] == "gate small: failed (1 failed, 1 worse, 3 passed)"
    assert said.rstrip().splitlines()[-2] == "worse: words"
    record = json.loads((run / "gate.json").read_text())
    found = record["changed"]["baseline"]["entities_strict"]
    assert found["counts"]["all"] == {"lost": 6, "found": 0, "net": -6, "wrong": 0, "mended": 0}
    assert [(one["change"], one["type"], one["document"]) for one in found["items"]] == [
        ("lost", (EXAMPLES[at].gold.entities or ())[0].type, EXAMPLES[at].document.id) for at in range(6)
    ]
    # The anchor is the baseline still.
    assert record["changed"]["anchor"] == {}


def test_many_blessed_losses_are_judged_together(tmp_path: Path, baseline: Path) -> None:
    """One mention is lost with every change, blessed each time; against the anchor it is one too many at the third."""
    rules: dict[str, Rule] = {
        "once": Changes("entities_strict", lost=1),
        "since": Changes("entities_strict", lost=2, against="anchor"),
    }
    codes, lost = [], {}
    for number in range(3):
        lost[EXAMPLES[(0, 1, 3)[number]].document.id] = 1
        run = finished(tmp_path / f"run{number}", lossy(lost))
        codes.append(gate("judge", request(run, baseline=baseline, policy=Policy("chain", rules))))
        replacing = request(run, baseline=baseline, reason=f"change {number}", replace=True)
        assert gate("bless", replacing) == 0
    assert codes == [0, 0, 1]
    reasons = [one["reason"] for one in json.loads((baseline / "baseline.json").read_text())["history"]]
    assert reasons == ["the first baseline", "change 0", "change 1"]
    # Who moves the anchor, and says why, starts anew.
    assert gate("anchor", request(tmp_path / "run2", baseline=baseline, reason="three names were doubtful")) == 0
    assert gate("judge", request(tmp_path / "run2", baseline=baseline, policy=Policy("chain", rules))) == 0


def test_blessing_shows_what_it_accepts_and_replaces_only_when_told(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run", less(0))
    before = (baseline / "baseline.json").read_bytes()
    for wrong, message in (({}, "wanted replace=true"), ({"replace": True}, "reason: found none")):
        capsys.readouterr()
        with pytest.raises(InputError, match=message):
            gate("bless", request(run, baseline=baseline, **wrong))
        assert "what changed against the baseline that is there" in capsys.readouterr().out
    assert (baseline / "baseline.json").read_bytes() == before
    assert gate("bless", request(run, baseline=baseline, replace=True, reason="titles  are\nno names")) == 0
    record = json.loads((baseline / "baseline.json").read_text())
    assert record["reason"] == "titles are no names"
    assert record["accepted"]["entities_strict"] == {"lost": 2, "found": 0, "net": -2, "wrong": 0, "mended": 0}


def test_a_baseline_of_other_documents_can_be_blessed_anew(
    tmp_path: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = finished(tmp_path / "run", dataset=Documents(EXAMPLES[1:]))
    assert gate("bless", request(run, baseline=baseline, replace=True, reason="a document left")) == 0
    assert "what changed cannot be shown" in capsys.readouterr().out


@pytest.mark.parametrize("dirty", [True, False])
def test_a_run_of_a_tree_with_changes_is_blessed_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dirty: bool
) -> None:
    run = finished(tmp_path / "run")
    record = json.loads((run / "provenance.json").read_text())
    (run / "provenance.json").write_text(json.dumps(record | {"git": {"commit": "abc123", "dirty": dirty}}))
    assert gate("bless", request(run, baseline=tmp_path / "new")) == 0
    assert gate("anchor", request(run, baseline=tmp_path / "new", reason="the same")) == 0
    assert capsys.readouterr().out.count("made from commit abc123 with changes that were not committed") == 2 * dirty
