"""What the rules hand to one another: typed stretches of words, and what they ask of single ones."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from harness.runners.rules.words.lexicon import Text
from harness.runners.rules.words.words import make_word

# What stands behind the last word: a word without letters or stems.
_BEHIND: Final = replace(make_word("-"), surface="", key="", stems=())


class Found(NamedTuple):
    """An entity as words `first` to `last` (exclusive), the first `cut` characters left out, found by `rule`."""

    first: int
    last: int
    cut: int
    type: str
    rule: str


class Chart:
    """The entities found so far in one text, by the word where they begin, and the text as the patterns see it.

    `keys`, `tags` and `words` are those of the text with one more at the end, which nothing matches; `terms` are the
    listed terms of several words: first word → tag → (word behind, characters cut).
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.at: list[list[Found]] = [[] for _ in range(len(text) + 1)]
        self.keys = [*text.keys, ""]
        self.tags: list[Mapping[str, int]] = [*text.tags, {}]
        self.words = [*text.words, _BEHIND]
        self.memory: dict[object, tuple[int, int, tuple[Found, ...]] | None] = {}
        self.terms: dict[int, dict[str, tuple[int, int]]] = {}
        for (first, tag), term in text.phrases.items():
            self.terms.setdefault(first, {})[tag] = term

    def add(self, *found: Found) -> None:
        """Put entities on the chart."""
        for one in found:
            self.at[one.first].append(one)

    def longest(self, index: int, types: Iterable[str]) -> Found | None:
        """The longest entity of one of `types` that begins at word `index`."""
        best = None
        for one in self.at[index]:
            if one.type in types and (best is None or one.last > best.last):
                best = one
        return best

    def all(self) -> list[Found]:
        """Everything on the chart, in the order of the text."""
        return [one for row in self.at for one in row]


def has(text: Text, index: int, tag: str) -> bool:
    """Whether word `index` exists and carries `tag`."""
    return 0 <= index < len(text.tags) and tag in text.tags[index]


def is_word(text: Text, index: int) -> bool:
    """Whether word `index` exists and is made of letters."""
    return 0 <= index < len(text.keys) and text.keys[index][:1].isalpha()


def is_definite(text: Text, index: int) -> bool:
    """Whether word `index` begins with the article, no proclitic before it."""
    return 0 <= index < len(text.words) and text.words[index].definite and text.tags[index].get("given") != 0


def stem_cut(text: Text, index: int, wanted: Collection[str]) -> int:
    """The characters cut from word `index` where what is left is one of the folded `wanted`; 0 where none is."""
    return next((stem.cut for stem in text.words[index].stems if stem.key in wanted), 0)


def adjacent(text: Text, index: int) -> bool:
    """Whether nothing stands between word `index` - 1 and word `index`."""
    return index > 0 and text.ends[index - 1] == text.begins[index]
