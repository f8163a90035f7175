from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gating.junit import junit
from harness.gating.verdicts import Judgement, OnInconclusive, Outcome, Verdict

VERDICTS = (
    Verdict("floor", "strict micro/f1", "pass", "fine"),
    Verdict("types", "strict GPE/f1", "fail", '<worse> & "so"'),
    Verdict("types", "strict ORG/f1", "inconclusive", "12 more units"),
    Verdict("speed", "words per second", "skipped", "no times"),
)


def parsed(on_inconclusive: OnInconclusive = "report", verdicts: tuple[Verdict, ...] = VERDICTS) -> ElementTree.Element:
    judgement = Judgement("ci", "run", None, verdicts, on_inconclusive, {"strict": "strict()|gold"})
    suite = ElementTree.fromstring(junit(judgement)).find("testsuite")  # noqa: S314 -- our own text
    assert suite is not None
    return suite


def test_there_is_a_case_for_every_verdict() -> None:
    suite = parsed()
    assert [case.attrib["name"] for case in suite.iter("testcase")] == [
        "floor: strict micro/f1", "types: strict GPE/f1", "types: strict ORG/f1", "speed: words per second"
    ]  # fmt: skip
    assert [[child.tag for child in case] for case in suite.iter("testcase")] == [
        ["system-out"], ["failure"], ["skipped"], ["skipped"]
    ]  # fmt: skip
    assert {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "0", "skipped": "2"
    }  # fmt: skip
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == '<worse> & "so"'
    assert {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}["strict"] == "strict()|gold"


@pytest.mark.parametrize("on_inconclusive", get_args(OnInconclusive))
def test_it_is_red_where_the_gate_fails(on_inconclusive: OnInconclusive) -> None:
    worse = Verdict("words", "strict micro/f1", "worse", "below 0")
    for verdict in (
        *VERDICTS[:3],
        worse,
        replace(worse, on_worse="pass"),
        replace(VERDICTS[2], on_inconclusive="fail"),
    ):
        suite = parsed(on_inconclusive, (verdict,))
        code = Judgement("ci", "run", None, (verdict,), on_inconclusive).exit_code
        assert (suite.find("testcase/failure") is not None) == (code == 1)
        assert suite.find("testcase/error") is None
        assert suite.attrib["errors"] == "0"
        assert (suite.find("testcase/skipped") is not None) == (verdict.outcome == "inconclusive" and code != 1)


def test_it_closes_with_what_keeps_the_gate_from_passing() -> None:
    said = parsed().findtext("system-out")
    assert said is not None
    assert said.splitlines() == [
        'failed: types: strict GPE/f1: <worse> & "so"',
        "inconclusive: types: strict ORG/f1: 12 more units",
        "gate ci: failed (1 failed, 1 inconclusive, 1 passed, 1 skipped)",
    ]


@given(st.text(), st.sampled_from(get_args(Outcome)))
def test_any_text_makes_well_formed_xml(text: str, outcome: Outcome) -> None:
    suite = parsed(verdicts=(Verdict(text, text, outcome, text),))
    assert suite.attrib["tests"] == "1"
