"""Words of the calendar: terms, eras, years, months with their second names."""

from typing import Final

from harness.runners.rules.entities.chart import adjacent, bare, has
from harness.runners.rules.words.lexicon import Text, keys

_ERAS: Final = keys("era")


def term_end(text: Text, index: int, tag: str) -> int:
    """The word behind a term with `tag` at `index`, one word or several; `index` where there is none."""
    if (index, tag) in text.phrases:
        return text.phrases[index, tag][0]
    return index + 1 if has(text, index, tag) else index


def term_cut(text: Text, index: int, tag: str) -> int:
    """The characters cut from the term with `tag` at `index`."""
    return text.phrases[index, tag][1] if (index, tag) in text.phrases else text.tags[index].get(tag, 0)


def which_end(text: Text, end: int) -> int:
    """The word behind adjectives such as الماضي."""
    while bare(text, end, "which") and text.keys[end] != "الان":
        end += 1
    return end


def era_end(text: Text, end: int) -> int:
    """The word behind م, هـ, ق.م. or a word that names the era."""
    if text.keys[end : end + 3] == ["ق", ".", "م"]:
        return end + 4 if text.keys[end + 3 : end + 4] == ["."] and adjacent(text, end + 3) else end + 3
    if end < len(text) and text.keys[end] in _ERAS and text.keys[end] != "ق":
        return end + 1
    return end


def is_year(text: Text, index: int) -> bool:
    """Whether word `index` can be a year, in three or four digits."""
    key = text.keys[index] if index < len(text) else ""
    return key.isdigit() and len(key) in (3, 4) and int(key) < 2200


def month_end(text: Text, index: int) -> int:
    """The word behind a month, its second name, and its year."""
    end = index
    for tag in ("month", "hijri"):
        if end == index:
            end = term_end(text, index, tag)
    if end == index:
        return index
    if end < len(text) and text.keys[end] in ("/", "(", "-") and (after := term_end(text, end + 1, "month")) > end + 1:
        end = after
        if end < len(text) and text.keys[end] == ")":
            end += 1
    end = which_end(text, end)
    if end < len(text) and has(text, end, "year") and is_year(text, end + 1):
        return era_end(text, end + 2)
    return era_end(text, end + 1) if is_year(text, end) else end
