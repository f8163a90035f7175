"""JUnit XML: a test case for each verdict."""

import re
from typing import Final
from xml.etree import ElementTree

from harness.gating.pages import closing
from harness.gating.verdicts import FAILED, Judgement, Verdict

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def junit(judgement: Judgement) -> str:
    """The judgement as a document; what the policy holds for a failure is one, an inconclusive verdict else skipped.

    JUnit knows no third verdict, and an error would say that the gate itself broke: exit code and gate.json tell.
    """
    elements = [_element(judgement, verdict) for verdict in judgement.verdicts]
    suite = ElementTree.Element(
        "testsuite",
        name=_clean(f"gate.{judgement.policy}"),
        tests=str(len(judgement.verdicts)),
        failures=str(elements.count("failure")),
        errors="0",
        skipped=str(elements.count("skipped")),
    )
    properties = ElementTree.SubElement(suite, "properties")
    named = {"run": judgement.run, "baseline": judgement.baseline or "", **judgement.signatures}
    for name, value in named.items():
        ElementTree.SubElement(properties, "property", name=_clean(name), value=_clean(value))
    for verdict, element in zip(judgement.verdicts, elements, strict=True):
        _case(suite, judgement, verdict, element)
    ElementTree.SubElement(suite, "system-out").text = _clean("\n".join(closing(judgement)))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, judgement: Judgement, verdict: Verdict, element: str) -> None:
    name = _clean(f"{verdict.rule}: {verdict.subject}")
    case = ElementTree.SubElement(suite, "testcase", classname=_clean(f"gate.{judgement.policy}"), name=name)
    found = _clean(verdict.found)
    if element == "system-out":
        ElementTree.SubElement(case, element).text = found
    else:
        ElementTree.SubElement(case, element, message=found, type=verdict.outcome).text = found


def _element(judgement: Judgement, verdict: Verdict) -> str:
    if judgement.code(verdict) == FAILED:
        return "failure"
    return "skipped" if verdict.outcome in ("inconclusive", "skipped") else "system-out"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
