"""The rules of a version's guidelines: the rows of their tables, each under the headings that it stands below."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

GUIDELINES: Final = "guidelines.md"

_HEADING: Final = re.compile(r"(#{2,})\s+(.*?)\s*")
_RULE: Final = re.compile(r"\|\s*([A-Z]+[0-9]+)\b[^|]*\|(.*)\|\s*")


class Rule(NamedTuple):
    """What a rule says, as plain text; `heading` has the headings above it, the outermost first."""

    heading: str
    text: str


def read_rules(folder: Path) -> Mapping[str, Rule]:
    """The rules, by id, of the guidelines in the folder of a version or in the one above; none where there are none."""
    path = next((path for path in (folder / GUIDELINES, folder.parent / GUIDELINES) if path.is_file()), None)
    rules: dict[str, Rule] = {}
    headings: dict[int, str] = {}
    for line in [] if path is None else path.read_text(encoding="utf-8").splitlines():
        heading, rule = _HEADING.fullmatch(line), _RULE.fullmatch(line)
        if heading is not None:
            depth = len(heading[1])
            headings = {level: name for level, name in headings.items() if level < depth} | {depth: heading[2]}
        elif rule is not None:
            # A bar that is part of an example is written \| in a table.
            cells = [re.sub(r"[*`]", "", cell).strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", rule[2])]
            rules.setdefault(rule[1], Rule(" · ".join(headings.values()), " · ".join(filter(None, cells))))
    return rules
