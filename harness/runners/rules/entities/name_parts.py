"""Which words may belong to a person's name, and where a name ends."""

import re
from collections.abc import Mapping
from typing import Final

from harness.runners.rules.entities.chart import Chart, adjacent, has, is_word
from harness.runners.rules.words.lexicon import Text, word_class

_REGNAL: Final = word_class("regnal")
_SERVANT: Final = word_class("servant")
_HOLY: Final = word_class("holy")

# What else a word may be listed as without being barred from a name.
_HARMLESS: Final = frozenset({"CLUB", "MEDIANAME", "BODYNAME", "PRODUCT", "NORP?", "LANGUAGE?", "hijri"})
NAMED: Final = frozenset({"given", "family", "link", "syllable"})
_ALLOWED: Final = NAMED | _HARMLESS
_MAXIMUM: Final = 6
FOREIGN: Final = re.compile(
    "(?:وف|يف|وفا|سكي|نكو|شفيلي|فيتش|بيرغ|بيرج|شتاين|ستون|مان|سون|نغ|نج|ينيو|يلو|برغ|برج|بورغ|يز|ويتز|تشي|وغلو)$"
)
# Verbs by their shape: سيزور, تتمحور, تهدف.
_VERB: Final = re.compile("س[يت].{3,}|[تين]ت...+|[تين]...$|و")


def is_ordinary(tags: Mapping[str, int]) -> bool:
    """Whether a word with `tags` is listed as something that no name contains."""
    return not _ALLOWED.issuperset(tags)


def may_be_name(text: Text, index: int, *, first: bool) -> bool:
    """Whether word `index` may be part of a person's name; `first`: it would be the first part."""
    if not is_word(text, index):
        return False
    tags, key = text.tags[index], text.keys[index]
    before = text.tags[index - 1] if not first else {}
    if not first and text.keys[index - 1] in _SERVANT:
        return text.words[index].definite
    if "syllable" in tags and (_is_syllable(text, index + 1) or (not first and _is_syllable(text, index - 1))):
        return True
    if "given" in before and _follows_given(text, index):
        return True
    if key == "علي" and not _is_ali(text, index, before):
        return False
    if not NAMED.isdisjoint(tags) and "function" not in tags and "say" not in tags:
        return first or all(tags.get(tag, 0) == 0 for tag in NAMED)
    if is_ordinary(tags):
        return False
    if text.words[index].definite:
        return not first and _is_surname(key)
    return _is_unknown_name(key, given_before="given" in before)


def _follows_given(text: Text, index: int) -> bool:
    """What only a given name before it makes part of a name: الثاني, فان X, a surname that is also an adjective."""
    key, tags = text.keys[index], text.tags[index]
    # فان is also فإن, written without its hamza; a listed word after it tells.
    particle = key == "فان" and index + 1 < len(text) and not text.tags[index + 1]
    return key in _REGNAL or particle or ("common" in tags and key.endswith("ي"))


def _is_ali(text: Text, index: int, before: Mapping[str, int]) -> bool:
    """Whether علي is the name and not the preposition, which some write with the same letters."""
    if before:
        return "given" in before or "family" in before
    return has(text, index + 1, "given") or has(text, index + 1, "family")


def _is_surname(key: str) -> bool:
    """Whether a definite word that is in no list may be a surname: no participle, no feminine, no plural."""
    participle = key.startswith("الم") and not key.endswith("ي")
    return not participle and not key.endswith(("ه", "ات", "ون"))


def _is_unknown_name(key: str, *, given_before: bool) -> bool:
    """Whether an indefinite word that is in no list looks like a name rather than a noun or a verb."""
    if len(key) < 2 or key.startswith(("وال", "بال", "فال", "كال", "لل")):
        return False
    if given_before and (key.endswith("ه") or key[0] in "يتن"):
        return True
    if key.endswith(("ه", "ات", "تها", "هم", "ها")) or (key[0] == "ي" and len(key) < 6):
        return False
    return _VERB.match(key) is None or FOREIGN.search(key) is not None


def name_end(chart: Chart, index: int) -> int:
    """The word behind the name that begins at `index`."""
    text, end = chart.text, index
    while end < len(text) and end - index < _MAXIMUM:
        if end > index and text.keys[end] in "-ـ–" and _is_hyphen(text, end):
            end += 2
            continue
        if end > index and text.keys[end][0] == "و" and not has(text, end, "given") and not has(text, end, "family"):
            break
        if end > index and text.tags[end].get("given") == 1:
            break
        if not may_be_name(text, end, first=end == index) and not (
            end > index and has(text, end - 1, "link") and is_word(text, end) and text.tags[end].get("function") != 0
        ):
            break
        end += 1
    while end > index and has(text, end - 1, "link") and text.keys[end - 1] not in _HOLY:
        end -= 1
    return end


def _is_hyphen(text: Text, index: int) -> bool:
    """Whether the dash at `index` joins two parts of one name."""
    if not is_word(text, index + 1):
        return False
    return has(text, index + 1, "syllable") or (adjacent(text, index) and adjacent(text, index + 1))


def _is_syllable(text: Text, index: int) -> bool:
    """Whether word `index` is a syllable of an East Asian name, and no particle."""
    return has(text, index, "syllable") and not has(text, index, "function")
