"""Word lists as data: reading them, and looking a whole text up in them at once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Final, NamedTuple

from harness.arabic import quotations, segment
from harness.data.types import Span
from harness.runners.rules.words.words import Word, fold, make_word, tokens, width

_REMEMBERED: Final = 200_000
_ORDINARY: Final = frozenset({"common", "noun", "verb", "say"})
_NONE: Final[Mapping[str, int]] = {}


class Range(NamedTuple):
    """Words `first` to `last` of a text, half open."""

    first: int
    last: int


class Hit(NamedTuple):
    """A listed name in a text: words `first` to `last` (exclusive), without the first `cut` characters."""

    first: int
    last: int
    cut: int
    tag: str


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of `lexicon/<name>.tsv`, split at tabs; lines that begin with # are comments."""
    text = (files("harness.runners.rules") / "lexicon" / f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def rows(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The rows of a word list as (tag, terms)."""
    return tuple((tag, tuple(filter(None, map(str.strip, terms.split(","))))) for tag, terms in table(name))


@cache
def word_classes() -> dict[str, frozenset[str]]:
    """Name → folded words of every closed class in `lexicon/closed.tsv`."""
    return {name: frozenset(map(fold, terms)) for name, terms in rows("closed")}


@cache
def word_class(name: str) -> frozenset[str]:
    """The folded words of the closed class `name`; `KeyError` where no class has that name."""
    return word_classes()[name]


@dataclass(frozen=True)
class Text:
    """A document as words: what all rules read, made once.

    `begins[i]` and `ends[i]` are the offsets of word `i`, `keys[i]` its folded form, `tags[i]` its tags → the
    characters cut before it.
    `phrases` are the listed terms of several words, the longest: (first word, tag) → (word behind, characters cut).
    """

    source: str
    words: list[Word]
    begins: list[int]
    ends: list[int]
    tags: list[Mapping[str, int]]
    keys: list[str]
    hits: list[Hit]
    phrases: dict[tuple[int, str], tuple[int, int]]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, as the segmenter cuts them."""
        return tuple(segment.sentences(self.source))

    @cached_property
    def sentence_words(self) -> tuple[Range, ...]:
        """The words of each sentence."""
        return tuple(Range(self.word_from(start), self.word_from(end)) for start, end in self.sentences)

    @cached_property
    def quotations(self) -> tuple[quotations.Stretch, ...]:
        """The stretches in quotation marks, in order; none crosses the end of its line."""
        return quotations.find_quotations(self.source)

    def word_at(self, position: int) -> int:
        """The word that `position` lies in, or the last before it."""
        return max(0, bisect_right(self.begins, position) - 1)

    def word_from(self, position: int) -> int:
        """The first word that begins at or after `position`."""
        return bisect_left(self.begins, position)

    def behind_letters(self, index: int, count: int) -> int:
        """The offset behind the first `count` letters of word `index`, their marks included."""
        return self.begins[index] + width(self.words[index].surface, count)


@dataclass(frozen=True)
class Lexicon:
    """All lists together: single words by their folded form, names of several words in one automaton."""

    single: Mapping[str, frozenset[str]]
    several: Any
    _known: dict[str, tuple[Word, Mapping[str, int]]] = field(default_factory=dict, compare=False, repr=False)

    def read(self, source: str) -> Text:
        """`source` as words with their tags."""
        text = Text(source, [], [], [], [], [], [], {})
        for match in tokens(source):
            surface = match.group()
            known = self._known.get(surface)
            if known is None:
                word = make_word(surface)
                known = (word, self._tags(word))
                if len(self._known) < _REMEMBERED:
                    self._known[surface] = known
            text.words.append(known[0])
            text.tags.append(known[1])
            text.keys.append(known[0].key)
            text.begins.append(match.start())
            text.ends.append(match.end())
        for hit in self._hits(text):
            text.hits.append(hit)
            if text.phrases.get((hit.first, hit.tag), (0, 0))[0] < hit.last:
                text.phrases[hit.first, hit.tag] = (hit.last, hit.cut)
        return text

    def _tags(self, word: Word) -> Mapping[str, int]:
        """The tags of the longest stem that is listed, else the tag of the ordinary word behind it."""
        for stem in word.stems:
            tags = self.single.get(stem.key)
            if tags:
                # The preposition على and the name علي fold alike.
                if "function" in tags and "given" in tags:
                    tags -= {"function" if word.surface in ("علي", "آنا") else "given"}
                return dict.fromkeys(sorted(tags), stem.cut)
        return self._derived(word)

    def _derived(self, word: Word) -> Mapping[str, int]:
        """The tag of an ordinary word that is listed without its article, pronoun or ending."""
        endings = word_class("ending")
        longest = max(map(len, endings), default=0)
        for stem in word.stems:
            base = stem.key.removeprefix("ال")
            for length in range(min(longest, len(base) - 2), -1, -1):
                rest, ending = base[: len(base) - length], base[len(base) - length :]
                if not ending or ending in endings:
                    tag = self._ordinary(rest) or self._ordinary(f"{rest}ه")
                    if tag:
                        return {"common" if tag == "noun" else tag: stem.cut}
        return _NONE

    def _ordinary(self, key: str) -> str:
        """The tag that lists `key` as an ordinary word, empty where none does."""
        return min(_ORDINARY & self.single.get(key, frozenset()), default="")

    def _hits(self, text: Text) -> list[Hit]:
        """Every listed name of several words, in the order of its end."""
        starts: dict[int, tuple[int, int]] = {}
        stops: dict[int, int] = {}
        position = 0
        for index, word in enumerate(text.words):
            stops[position + len(word.run)] = index + 1
            for offset, cut in word.starts:
                starts[position + offset] = (index, cut)
            position += len(word.run) + 1
        hits = []
        for end, (length, tags) in self.several.iter(" ".join([word.run for word in text.words]) + " "):
            start = starts.get(end - length + 1)
            if start is not None and end in stops:
                hits += [Hit(start[0], stops[end], start[1], tag) for tag in tags]
        return hits


def build(entries: Iterable[tuple[str, str]]) -> Lexicon:
    """A lexicon out of (term, tag) pairs."""
    from ahocorasick import Automaton

    single: defaultdict[str, set[str]] = defaultdict(set)
    several: defaultdict[str, set[str]] = defaultdict(set)
    for term, tag in entries:
        words = [make_word(match.group()) for match in tokens(term)]
        if len(words) == 1:
            single[words[0].key].add(tag)
        else:
            # The first word is the text's own look-up form: its لل may be ل + ال of the text.
            several[" ".join([words[0].key, *(word.run for word in words[1:])])].add(tag)
    automaton = Automaton()
    # No text holds this; an automaton without words cannot be asked.
    automaton.add_word("\0 ", (2, ()))
    for phrase, tags in sorted(several.items()):
        automaton.add_word(f"{phrase} ", (len(phrase) + 1, tuple(sorted(tags))))
    automaton.make_automaton()
    return Lexicon({key: frozenset(tags) for key, tags in single.items()}, automaton)
