from typing import get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate.junit import junit
from harness.gate.verdicts import Judgement, OnInconclusive, Outcome, Verdict

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
        ["system-out"], ["failure"], ["error"], ["skipped"]
    ]  # fmt: skip
    assert {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "1", "errors": "1", "skipped": "1"
    }  # fmt: skip
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == '<worse> & "so"'
    assert {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}["strict"] == "strict()|gold"


@pytest.mark.parametrize("on_inconclusive", get_args(OnInconclusive))
def test_it_is_red_where_the_exit_code_is(on_inconclusive: OnInconclusive) -> None:
    for verdict in VERDICTS[:3]:
        suite = parsed(on_inconclusive, (verdict,))
        red = any(case.find(kind) is not None for case in suite.iter("testcase") for kind in ("failure", "error"))
        assert red == (Judgement("ci", "run", None, (verdict,), on_inconclusive).exit_code != 0)


@given(st.text(), st.sampled_from(get_args(Outcome)))
def test_any_text_makes_well_formed_xml(text: str, outcome: Outcome) -> None:
    suite = parsed(verdicts=(Verdict(text, text, outcome, text),))
    assert suite.attrib["tests"] == "1"
