"""The text of an article out of the raw text of a page: site furniture is cut, what stays is not changed.

A line stays or goes as a whole, by rules that are written down: `furniture.tsv`, and those of `cut`. Every line that
went is told with its rule, so that a person can see that nothing of the article did.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from harness.arabic.normalize import Normalizer
from harness.data.types import InputError

_FURNITURE: Final = Path(__file__).parent / "furniture.tsv"
_PLAIN: Final = Normalizer()
_STOPS: Final = ".؟?!…"
_CLOSING: Final = "”“\"»')]"
_ARABIC: Final = re.compile("[\u0620-\u064a]")
# What parts the names of sections in a line of navigation.
_BETWEEN: Final = re.compile(r"[|›»•/\t]|[ \u00a0]{2,}")
_PARAGRAPH: Final = 100
_FEW: Final = 4
_NAME: Final = 3
_HEADLINE: Final = 5
"""Words that a headline has at least, and the name of an outlet or an author at most."""


class Cut(NamedTuple):
    """A line of a page that is no part of the article, counted from 1, and why."""

    line: int
    text: str
    rule: str


@dataclass(frozen=True)
class Cleaned:
    """The article: a paragraph, title, heading or caption a line, with a line feed at the end; and what was cut."""

    text: str
    cuts: Sequence[Cut]


@dataclass(frozen=True)
class Furniture:
    """What is cut: whole lines in any spelling, patterns, headings of credits, and names of sections."""

    lines: frozenset[str]
    patterns: Sequence[re.Pattern[str]]
    credits: frozenset[str]
    sections: frozenset[str]


def plain(line: str) -> str:
    """A line as furniture is compared: in one spelling, in small letters, without a stop at its end."""
    return " ".join(_PLAIN.fold(line).lower().split()).rstrip(".:؛،")


@cache
def read_furniture(path: Path = _FURNITURE) -> Furniture:
    """The furniture that a table lists; the one that ships by default.

    Raises:
        InputError: the table cannot be read, or a row is none.
    """
    kinds: dict[str, list[str]] = {"line": [], "pattern": [], "credit": [], "section": []}
    try:
        rows = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: found byte {error.start} that is no UTF-8, wanted a table in UTF-8") from error
    for number, row in enumerate(rows, 1):
        kind, tab, text = row.rstrip("\r").partition("\t")
        if not row.strip() or row.startswith("#") or (kind, text.strip()) == ("kind", "text"):
            continue
        if not tab or kind not in kinds or not text.strip():
            raise InputError(f"{path}:{number}: found {row!r}, wanted {', '.join(kinds)}, a tab, and a text")
        try:
            kinds[kind].append(re.compile(text, re.IGNORECASE).pattern)
        except re.error as error:
            raise InputError(f"{path}:{number}: found {text!r}: {error}, wanted a regular expression") from error
    return Furniture(
        frozenset(map(plain, kinds["line"])),
        [re.compile(pattern, re.IGNORECASE) for pattern in kinds["pattern"]],
        frozenset(map(plain, kinds["credit"])),
        frozenset(map(plain, kinds["section"])),
    )


def clean(page: str, outlet: str = "", furniture: Furniture | None = None) -> Cleaned:
    """The article on a page of raw text, in NFC.

    Blank lines go everywhere; before the first paragraph and behind the last one also: furniture, the name of the
    `outlet`, a credit with the name behind it, lines of section names, few words without an Arabic letter, a line that
    repeats an earlier one, and up to three words between a headline of at least five and the first paragraph, which
    name an author or the outlet. A paragraph has at least 100 characters and ends like a sentence; between two of them
    only furniture is cut.

    Raises:
        InputError: there is no paragraph.
    """
    known = furniture or read_furniture()
    lines = [unicodedata.normalize("NFC", line).strip() for line in re.split(r"\r\n|[\n\r\u2028\u2029]", page)]
    paragraphs = [number for number, line in enumerate(lines) if _is_paragraph(line)]
    if not paragraphs:
        wanted = f"a paragraph: a line of at least {_PARAGRAPH} characters that ends like a sentence"
        raise InputError(f"found none in {len(lines)} lines, wanted {wanted}")
    cuts = list(_cuts(lines, paragraphs[0], paragraphs[-1], plain(outlet), known))
    gone = {cut.line for cut in cuts}
    kept = [line for number, line in enumerate(lines, 1) if line and number not in gone]
    return Cleaned("".join(f"{line}\n" for line in kept), cuts)


def _is_paragraph(line: str) -> bool:
    return len(line) >= _PARAGRAPH and line.rstrip(_CLOSING).endswith(tuple(_STOPS))


def _cuts(lines: Sequence[str], first: int, last: int, outlet: str, known: Furniture) -> Iterator[Cut]:
    seen: set[str] = set()
    credited = headline = False
    for number, line in enumerate(lines):
        if not line:
            continue
        words, is_edge = plain(line), number < first or number > last
        rule = _rule(words, line, known)
        if rule is None and is_edge:
            if credited:
                rule = "a name behind a credit"
            elif words == outlet:
                rule = "the name of the outlet"
            elif words in seen:
                rule = "a line that stands above"
            elif _is_navigation(line, known):
                rule = "names of sections"
            elif headline and number < first and len(words.split()) <= _NAME:
                rule = "a name between the headline and the first paragraph"
            elif not _ARABIC.search(line) and len(words.split()) <= _FEW:
                rule = "few words without an Arabic letter"
        credited = rule == "a credit"
        headline = headline or (rule is None and len(words.split()) >= _HEADLINE)
        seen.add(words)
        if rule is not None:
            yield Cut(number + 1, line, rule)


def _rule(words: str, line: str, known: Furniture) -> str | None:
    """Why a line is furniture wherever it stands."""
    if words in known.lines:
        return "furniture"
    if words in known.credits:
        return "a credit"
    if any(pattern.search(words) for pattern in known.patterns) and not _is_paragraph(line):
        return "a pattern of furniture"
    return None


def _is_navigation(line: str, known: Furniture) -> bool:
    """Whether a line has nothing but names of sections."""
    parts = [plain(part) for part in _BETWEEN.split(line) if part.strip()]
    return bool(parts) and all(part in known.sections for part in parts)
