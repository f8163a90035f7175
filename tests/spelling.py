"""One text in many spellings: rewrites that change how a text is typed and not what it says, with the gold's way along.

Each rewrite of `RESPELLINGS` takes a text in common spelling to one of the many ways in which people and programs write
it. What is drawn at random is drawn from a seed, so that a variant is the same every time.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from random import Random
from typing import Final

from harness.arabic.segment import snap
from harness.data.offsets import Edit, Rewrite
from harness.data.types import Annotation, Document, Example, Span

Respelling = Callable[[str, Random], Iterator[Edit]]

LETTER: Final = re.compile("[\u0621-\u063a\u0641-\u064a]")
WORD: Final = re.compile("[\u0621-\u063a\u0641-\u064a][\u0621-\u063a\u0640-\u0652]*")
SHORT: Final = "\u064e\u064f\u0650\u0652"
SHADDA: Final = "\u0651"
INVISIBLE: Final = {
    "rlm": "\u200f", "lrm": "\u200e", "alm": "\u061c", "zwnj": "\u200c", "zwj": "\u200d", "zwsp": "\u200b",
    "bom": "\ufeff", "shy": "\u00ad", "word joiner": "\u2060", "grapheme joiner": "\u034f", "selector": "\ufe0e",
}  # fmt: skip
PAIRS: Final = {
    "isolates": ("\u2067", "\u2069"), "first strong": ("\u2068", "\u2069"),
    "embeddings": ("\u202b", "\u202c"), "overrides": ("\u202e", "\u202c"),
}  # fmt: skip
# Of another keyboard: the letter that Arabic has, and the one that is typed instead.
KEYBOARDS: Final = {
    "farsi yeh": {"ي": "ی"}, "farsi yeh for both": {"ي": "ی", "ى": "ی"}, "keheh": {"ك": "ک"}, "swash kaf": {"ك": "ڪ"},
    "persian": {"ي": "ی", "ى": "ی", "ك": "ک"}, "heh goal": {"ه": "ہ"}, "heh doachashmee": {"ه": "ھ"}, "ae": {"ه": "ە"},
    "urdu": {"ي": "ی", "ك": "ک", "ه": "ہ", "ة": "ۃ"}, "teh marbuta goal": {"ة": "ۃ"}, "yeh barree": {"ي": "ے"},
    "uyghur": {"ه": "ھ", "ي": "ې"}, "maghribi": {"ف": "ڢ", "ق": "ڧ"}, "noon ghunna": {"ن": "ں"},
}  # fmt: skip
MARKS: Final = {
    "guillemets": "«»", "curly": "“”", "curly closing": "””", "curly low": "„“", "pointed single": "‹›",
    "full width": "＂＂", "doubled pointed": ("<<", ">>"), "doubled single": ("''", "''"), "single": "‘’",
    "heavy": "❝❞", "backticks": ("``", "''"),
}  # fmt: skip
SPACES: Final = {"nbsp": "\u00a0", "thin": "\u2009", "narrow": "\u202f", "ideographic": "\u3000", "em": "\u2003"}


def _inserted(pattern: str, what: Callable[[Random], str]) -> Respelling:
    """`what` put behind every match of `pattern`."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        for match in re.finditer(pattern, text):
            yield Edit(match.end(), match.end(), what(random))

    return respell


def _replaced(table: dict[str, str], share: float = 1.0) -> Respelling:
    """Each character of `table` in another form, or a `share` of them."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        for at, char in enumerate(text):
            if char in table and random.random() < share:
                yield Edit(at, at + 1, table[char])

    return respell


def _vowelled(text: str, random: Random) -> Iterator[Edit]:
    """Marks on nearly every letter: short vowels, doubling, and nunation on some last letters."""
    for match in WORD.finditer(text):
        letters = [at for at in range(*match.span()) if LETTER.match(text[at])]
        for at in letters:
            # What is marked already stays as it is.
            if unicodedata.combining(text[at + 1 : at + 2] or " "):
                continue
            mark = random.choice(("", *SHORT, SHADDA + random.choice(SHORT)))
            if at == letters[-1]:
                mark = random.choice(("", *SHORT, "\u064b", "\u064c", "\u064d"))
            if mark:
                yield Edit(at + 1, at + 1, mark)


def _around(opening: str, closing: str) -> Respelling:
    """Every word of letters between two marks."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        for match in WORD.finditer(text):
            yield Edit(match.start(), match.start(), opening)
            yield Edit(match.end(), match.end(), closing)

    return respell


def _within(mark: str, share: float = 0.5) -> Respelling:
    """A mark somewhere inside of a share of the words."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        for match in WORD.finditer(text):
            if len(match.group()) > 2 and random.random() < share:
                at = random.randrange(match.start() + 1, match.end())
                yield Edit(at, at, mark)

    return respell


def _stretched(text: str, random: Random) -> Iterator[Edit]:
    """One stretching stroke or more inside of words, where a letter joins the next."""
    for match in WORD.finditer(text):
        places = [at for at in range(match.start() + 1, match.end()) if _joins(text[at - 1]) and LETTER.match(text[at])]
        if places:
            at = random.choice(places)
            yield Edit(at, at, "ـ" * random.randint(1, 4))


def _decomposed(text: str, random: Random) -> Iterator[Edit]:
    """Letters and their hamza or madda as two characters each."""
    for at, char in enumerate(text):
        apart = unicodedata.normalize("NFD", char)
        if apart != char:
            yield Edit(at, at + 1, apart)


def _curled(opening: str, closing: str) -> Respelling:
    """Straight and curled quotation marks in another form, opening and closing by turns within a line."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        for line in re.finditer("[^\n]+", text):
            found = list(re.finditer('["“”«»]', line.group()))
            if len(found) % 2 == 0:
                for number, match in enumerate(found):
                    start = line.start() + match.start()
                    yield Edit(start, start + 1, (opening, closing)[number % 2])

    return respell


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter → its presentation forms by name (isolated, initial, medial, final)."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFDFE), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or ("",)
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>"):
            plain = "".join(chr(int(letter, 16)) for letter in letters)
            # The last block has the letters of Arabic itself; it comes second, and wins.
            found.setdefault(plain, {})[kind.strip("<>")] = chr(code)
    return found


def _joins(letter: str) -> bool:
    """Whether a letter joins the one behind it."""
    return "initial" in _forms().get(letter, {})


def _shaped(*, ligatures: bool) -> Respelling:
    """Every letter in the form that it has at its place, as some programs write out of PDF files."""

    def respell(text: str, random: Random) -> Iterator[Edit]:
        forms, joined, at = _forms(), False, 0
        while at < len(text):
            size = next((size for size in (4, 2) if ligatures and _is_ligature(text, at, size)), 1)
            letter = text[at : at + size]
            behind = text[at + size : at + size + 1]
            own = forms.get(letter, {})
            before, after = joined and "final" in own, "initial" in own and "final" in forms.get(behind, {})
            shape = {(0, 0): "isolated", (0, 1): "initial", (1, 1): "medial", (1, 0): "final"}[before, after]
            if shape in own:
                yield Edit(at, at + size, own[shape])
            joined = after
            at += size

    return respell


def _is_ligature(text: str, at: int, size: int) -> bool:
    """Whether a common ligature of `size` letters begins at `at`."""
    return text[at : at + size] in {4: ("الله",), 2: ("لا", "لأ", "لإ", "لآ")}[size]


RESPELLINGS: Final[dict[str, Respelling]] = {
    "a fatha a word": _inserted(f"(?<![\u0621-\u0652]){LETTER.pattern}", lambda _: "\u064e"),
    "shadda": _inserted(f"(?<={LETTER.pattern})[بتدرسكلمن](?![\u064b-\u0652])", lambda _: SHADDA),
    "nunation": _inserted(f"{LETTER.pattern}(?![\u0621-\u0652])", lambda random: random.choice("\u064b\u064c\u064d")),
    "full marks": _vowelled,
    "tatweel": _stretched,
    "dagger alef": _inserted(f"(?<={LETTER.pattern})[هرلمذو](?={LETTER.pattern})", lambda _: "\u0670"),
    "dagger alef at every letter": _inserted(LETTER.pattern, lambda _: "\u0670"),
    "alef wasla": lambda text, _: (
        Edit(match.start(), match.end(), "ٱ") for match in re.finditer("(?<![\u0621-\u0652])ا(?=ل)", text)
    ),
    "alef wasla everywhere": _replaced({"ا": "ٱ"}),
    "quranic marks": _inserted(
        f"(?<={LETTER.pattern}){LETTER.pattern}\\b", lambda random: random.choice("\u06d6\u06da\u06e1\u08f0\u08f1")
    ),
    "presentation forms": _shaped(ligatures=False),
    "presentation forms with ligatures": _shaped(ligatures=True),
    "isolated forms": lambda text, _: (
        Edit(at, at + 1, _forms()[char]["isolated"])
        for at, char in enumerate(text)
        if LETTER.match(char) and "isolated" in _forms().get(char, {})
    ),
    "arabic-indic digits": _replaced({str(value): chr(0x660 + value) for value in range(10)}),
    "extended digits": _replaced({str(value): chr(0x6F0 + value) for value in range(10)}),
    "full-width digits": _replaced({str(value): chr(0xFF10 + value) for value in range(10)}),
    "nfd": _decomposed,
    "nfd and marks": lambda text, random: _chained(text, random, _decomposed, _vowelled),
    "crlf": _replaced({"\n": "\r\n"}),
    "two spaces": _replaced({" ": "  "}),
    **{f"keyboard: {name}": _replaced(table) for name, table in KEYBOARDS.items()},
    "keyboard: mixed": _replaced({"ي": "ی", "ك": "ک", "ه": "ہ"}, 0.5),
    **{f"quotes: {name}": _curled(*marks) for name, marks in MARKS.items()},
    **{f"space: {name}": _replaced({" ": space}) for name, space in SPACES.items()},
    **{f"{name} around words": _around(mark, mark) for name, mark in INVISIBLE.items()},
    **{f"{name} within words": _within(mark) for name, mark in INVISIBLE.items()},
    **{f"{name} around words": _around(*marks) for name, marks in PAIRS.items()},
}  # fmt: skip
"""The spellings by name."""


def _chained(text: str, random: Random, first: Respelling, second: Respelling) -> Iterator[Edit]:
    """The edits of two rewrites that touch different places of a text."""
    edits = [*first(text, random), *second(text, random)]
    replaced = [edit for edit in edits if edit.start < edit.end]
    inside = {edit.end for edit in replaced}
    return iter(sorted(edit for edit in edits if edit.start < edit.end or edit.start not in inside))


def respell(text: str, name: str, seed: int = 0) -> Rewrite:
    """`text` in the spelling `name`, with the way there and back."""
    return Rewrite(text, tuple(RESPELLINGS[name](text, Random(f"{name}:{seed}:{len(text)}"))))


def carry(span: Span, rewrite: Rewrite) -> Span:
    """`span` in the new spelling, its marks included."""
    return snap(rewrite.target, rewrite.forward(span))


def respell_example(example: Example, name: str, seed: int = 0) -> Example:
    """A document in the spelling `name`, and its gold there."""
    rewrite = respell(example.document.text, name, seed)
    gold, document = example.gold, example.document
    entities = claims = sentences = None
    if gold.entities is not None:
        entities = tuple(one._replace(**carry(Span(*one[:2]), rewrite)._asdict()) for one in gold.entities)
    if gold.claims is not None:
        claims = tuple(
            replace(
                one,
                content=carry(one.content, rewrite),
                cue=carry(one.cue, rewrite),
                source=None if one.source is None else carry(one.source, rewrite),
            )
            for one in gold.claims
        )
    if gold.sentences is not None:
        sentences = tuple(one._replace(**carry(Span(*one[:2]), rewrite)._asdict()) for one in gold.sentences)
    return Example(Document(document.id, rewrite.target, document.meta), Annotation(entities, claims, sentences))
