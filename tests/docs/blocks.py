"""The fenced blocks of a Markdown page, with what the comments above them say.

<!-- setup: SHELL -->       run here, not shown
<!-- file: NAME -->         the next block is the content of that file
<!-- output -->             the next block is what the block before it printed
<!-- exit: CODE -->         the next block (its last command) ends with that exit code
<!-- not run: REASON -->    the next block cannot run in a test
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

RUN: Final = ("bash", "console", "python")
SHOWN: Final = ("text", "yaml", "json", "rules", "dockerfile", "bibtex", "html")

_COMMENT: Final = re.compile(r"<!-- (setup|file|output|exit|not run)(?:: ?(.*?))?\s*-->", re.DOTALL)
_FENCE: Final = re.compile(r"^( *)(`{3,})(\w*)\n(.*?)^\1\2 *$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block, or (`setup`) the commands of a comment; `notes` are the comments above it."""

    language: str
    content: str
    line: int
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether it is executed."""
        return self.language in (*RUN, "setup") and not {"file", "output", "not run"} & {*self.notes}


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page in its order."""
    text = page.read_text(encoding="utf-8")
    notes: dict[str, str] = {}
    found = sorted([*_COMMENT.finditer(text), *_FENCE.finditer(text)], key=lambda match: match.start())
    inside = 0
    for match in found:
        if match.start() < inside:
            continue
        inside, line = match.end(), text.count("\n", 0, match.start()) + 1
        if match.re is _FENCE:
            indent = match[1]
            content = "".join(part.removeprefix(indent) for part in match[4].splitlines(keepends=True))
            yield Block(match[3], content, line, notes)
            notes = {}
        elif match[1] == "setup":
            yield Block("setup", match[2], line)
        else:
            notes = notes | {match[1]: match[2] or ""}


def calls(block: Block) -> Iterator[tuple[str, list[str]]]:
    """The commands of a `console` block, each with the lines that it prints."""
    command, printed = "", list[str]()
    for line in block.content.splitlines():
        if command.endswith("\\"):
            command = f"{command}\n{line}"
        elif line.startswith("$ "):
            if command:
                yield command, printed
            command, printed = line[2:], []
        else:
            printed.append(line)
    yield command, printed


def differs(wanted: list[str], found: str) -> str | None:
    """What does not fit, where `found` is not what `wanted` says; None where it is.

    `…` stands for any text, and alone on a line for any lines. White space is levelled, empty lines and the marks that
    isolate Arabic are left out.
    """
    lines = [line for line in map(_plain, found.splitlines()) if line]
    told = [line for line in map(_plain, wanted) if line]
    patterns = ["[^\n]*".join(re.escape(part) for part in line.split("…")) + "\n" for line in told]
    whole = "".join("(?:[^\n]*\n)*" if line == "…" else pattern for line, pattern in zip(told, patterns, strict=True))
    if re.fullmatch(whole, "".join(f"{line}\n" for line in lines)):
        return None
    alone = [
        line
        for line, pattern in zip(told, patterns, strict=True)
        if not any(re.fullmatch(pattern, f"{one}\n") for one in lines)
    ]
    return f"lines of the page that were not printed: {alone}; printed: {lines}"


def _plain(line: str) -> str:
    return " ".join(re.sub("[\u2066-\u2069\u200e\u200f]", "", line).split())
