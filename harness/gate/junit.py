"""JUnit XML: a test case for each verdict."""

import re
from typing import Final
from xml.etree import ElementTree

from harness.gate.verdicts import Judgement, Verdict

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def junit(judgement: Judgement) -> str:
    """The judgement as a document; an inconclusive verdict is an error, or skipped where the policy lets it pass.

    JUnit knows no third verdict, and what is not green here must not be green there.
    """
    lenient = judgement.on_inconclusive == "pass"
    undecided, skipped = len(judgement.of("inconclusive")), len(judgement.of("skipped"))
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(f"gate.{judgement.policy}"),
        tests=str(len(judgement.verdicts)),
        failures=str(len(judgement.of("fail"))),
        errors=str(0 if lenient else undecided),
        skipped=str(skipped + undecided * lenient),
    )
    properties = ElementTree.SubElement(suite, "properties")
    named = {"run": judgement.run, "baseline": judgement.baseline or "", **judgement.signatures}
    for name, value in named.items():
        ElementTree.SubElement(properties, "property", name=_clean(name), value=_clean(value))
    for verdict in judgement.verdicts:
        _case(suite, judgement, verdict, lenient=lenient)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, judgement: Judgement, verdict: Verdict, *, lenient: bool) -> None:
    name = _clean(f"{verdict.rule}: {verdict.subject}")
    case = ElementTree.SubElement(suite, "testcase", classname=_clean(f"gate.{judgement.policy}"), name=name)
    kinds = {"fail": "failure", "inconclusive": "skipped" if lenient else "error", "skipped": "skipped"}
    if verdict.outcome in kinds:
        found = _clean(verdict.found)
        ElementTree.SubElement(case, kinds[verdict.outcome], message=found, type=verdict.outcome).text = found
    else:
        ElementTree.SubElement(case, "system-out").text = _clean(verdict.found)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
