"""Links between pages: the file is there, and so is the heading."""

import re
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

ROOT: Final = Path(__file__).parents[2]
_LINK: Final = re.compile(r"\]\(<?([^()\s<>]+)>?(?: \"[^\"]*\")?\)")
_CODE: Final = re.compile(r"^( *)(`{3,}).*?^\1\2 *$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_HEADING: Final = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [ROOT / name for name in listed.stdout.splitlines()] or [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    return sorted(path for path in found if path.is_file())


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives the headings of a page."""
    text = re.sub(r"^( *)(`{3,}).*?^\1\2 *$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found: set[str] = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = next(
            number for number in range(len(found) + 1) if (name if not number else f"{name}-{number}") not in found
        )
        found.add(name if not number else f"{name}-{number}")
    return found | {*re.findall(r'<a (?:id|name)="([^"]+)"', text)}


def broken(page: Path) -> list[str]:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    faults = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists():
            faults.append(f"{target}: no such file")
        elif anchor and (path.suffix != ".md" or anchor not in anchors(path)):
            faults.append(f"{target}: no such heading")
    return faults


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_a_broken_link_or_anchor_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `thing`, two\n## Twice\n## Twice\n[a](#one-thing-two) [b](#twice-1) [c](#twice-2) [d](no.md) `[e](f)`"
    )
    assert broken(page) == ["#twice-2: no such heading", "no.md: no such file"]


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    index = (ROOT / "docs" / "README.md").resolve()
    reached, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        for target in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
            path = (page.parent / target.partition("#")[0]).resolve()
            if path.suffix == ".md" and path.is_file() and path not in reached:
                reached.add(path)
                waiting.append(path)
    assert {path.resolve() for path in (ROOT / "docs").rglob("*.md")} <= reached
