# ruff: noqa: ARG002  One interface: not every expression needs all it is given.
"""Expressions of the pattern language: how each matches, with which words it may begin, how many it takes.

They are parsing expressions: alternatives are tried in order, and what an expression has taken it keeps. What an
expression looks like in a `.rules` file is in `docs/guides/rules.md`; `notation.py` reads it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from harness.runners.rules.entities.chart import Chart, Found
from harness.runners.rules.words.words import Word, fold

# The word behind a match, the characters cut from its first word, and what else is marked in it.
Match = tuple[int, int, tuple[Found, ...]]
Matcher = Callable[[Chart, int], Match | None]
# Whether the one word at its place is as wanted.
Test = Callable[[Chart, int], bool]

# How far after() looks back.
BEHIND: Final = 8


class Scope(Protocol):
    """What the names in an expression stand for."""

    def test(self, name: str) -> Test:
        """The test %name."""

    def piece(self, name: str) -> "Expression":
        """What a piece is made of."""

    def piece_matcher(self, name: str) -> Matcher:
        """How a piece matches."""

    def below(self, named: "OfType") -> "Mapping[int, Expression]":
        """The rules of a type further down, by their number."""

    def find(self, chart: Chart, index: int, rules: "Mapping[int, Expression]") -> list[Found]:
        """What the first of some rules that matches at a word finds: itself, then what it holds."""


@dataclass(frozen=True)
class Expression(ABC):
    """What may stand at a place of a text."""

    @property
    def parts(self) -> tuple["Expression", ...]:
        """The expressions that this is made of."""
        return ()

    @abstractmethod
    def matcher(self, scope: Scope) -> Matcher:
        """A function of a chart and a word: what is matched there, None for nothing."""

    def openings(self, scope: Scope) -> tuple[frozenset["Expression"], bool]:
        """The expressions of one word (or entity) with which a match may begin, and whether it may take no word."""
        return frozenset((self,)), False

    @property
    def longest(self) -> int:
        """How many words what is made of no other expressions may take."""
        return 1

    def variants(self, scope: Scope) -> list[tuple[int, "Expression"]]:
        """The same as expressions that each take one number of words, up to `BEHIND`: (words, expression)."""
        return [(width, self) for width in range(1, self.longest + 1)]


class OneWord(Expression):
    """A word."""

    def accepts(self, word: Word, tags: Mapping[str, int]) -> bool:
        """Whether it may be this word, wherever it stands."""
        return True


@dataclass(frozen=True)
class Tagged(OneWord):
    """A word that the lists give a tag, or (unless `alone`) the longest listed term of several words that has it."""

    tag: str
    alone: bool
    line: int

    def accepts(self, word: Word, tags: Mapping[str, int]) -> bool:
        """Whether the word has the tag."""
        return self.tag in tags

    def matcher(self, scope: Scope) -> Matcher:
        """The term or the word, cut where the lists cut it."""
        tag = self.tag

        def match_word(chart: Chart, index: int) -> Match | None:
            cut = chart.tags[index].get(tag)
            return None if cut is None else (index + 1, cut, ())

        def match(chart: Chart, index: int) -> Match | None:
            if index in chart.terms and tag in chart.terms[index]:
                return (*chart.terms[index][tag], ())
            return match_word(chart, index)

        return match_word if self.alone else match

    @property
    def longest(self) -> int:
        """A term may have any number of words."""
        return 1 if self.alone else BEHIND


@dataclass(frozen=True)
class Term(Expression):
    """The longest listed term of several words that has a tag."""

    tag: str
    line: int

    def matcher(self, scope: Scope) -> Matcher:
        """The term, cut where the lists cut it."""
        tag = self.tag

        def match(chart: Chart, index: int) -> Match | None:
            term = chart.terms[index].get(tag) if index in chart.terms else None
            return term and (*term, ())

        return match

    @property
    def longest(self) -> int:
        """It may have any number of words."""
        return BEHIND


@dataclass(frozen=True)
class Literal(OneWord):
    """A word whose folded form, or one of whose stems (`stem`), is one of `keys`."""

    keys: frozenset[str]
    stem: bool

    def accepts(self, word: Word, tags: Mapping[str, int]) -> bool:
        """Whether the word, or what is left behind a proclitic, is one of `keys`."""
        return any(stem.key in self.keys for stem in word.stems) if self.stem else word.key in self.keys

    def matcher(self, scope: Scope) -> Matcher:
        """The word, cut before the stem."""
        keys = self.keys
        return _stem(keys.__contains__) if self.stem else _word(keys.__contains__)


@dataclass(frozen=True)
class Pattern(OneWord):
    """A word whose folded form, or one of whose stems (`stem`), `pattern` matches from end to end."""

    pattern: re.Pattern[str]
    stem: bool

    def accepts(self, word: Word, tags: Mapping[str, int]) -> bool:
        """Whether the pattern matches the word, or what is left behind a proclitic."""
        matches = self.pattern.fullmatch
        return any(matches(stem.key) for stem in word.stems) if self.stem else matches(word.key) is not None

    def matcher(self, scope: Scope) -> Matcher:
        """The word, cut before the stem."""
        return _stem(self.pattern.fullmatch) if self.stem else _word(self.pattern.fullmatch)


def _word(accepts: Callable[[str], object]) -> Matcher:
    return lambda chart, index: (index + 1, 0, ()) if accepts(chart.keys[index]) else None


def _stem(accepts: Callable[[str], object]) -> Matcher:
    def match(chart: Chart, index: int) -> Match | None:
        for stem in chart.words[index].stems:
            if accepts(stem.key):
                return index + 1, stem.cut, ()
        return None

    return match


@dataclass(frozen=True)
class AnyWord(OneWord):
    """Any word, sign or figure."""

    def matcher(self, scope: Scope) -> Matcher:
        """One word, unless the text ends."""
        return lambda chart, index: (index + 1, 0, ()) if index < len(chart.text) else None


@dataclass(frozen=True)
class Tested(OneWord):
    """A word that a test written in Python accepts, by what it is and where it stands."""

    name: str
    line: int

    def matcher(self, scope: Scope) -> Matcher:
        """One word, if the test accepts it."""
        test = scope.test(self.name)
        return lambda chart, index: (index + 1, 0, ()) if index < len(chart.text) and test(chart, index) else None


@dataclass(frozen=True)
class Known(Expression):
    """The longest entity on the chart that begins here: of these types and, if any are named, by these rules."""

    types: frozenset[str]
    rules: frozenset[str]

    def matcher(self, scope: Scope) -> Matcher:
        """The words of the entity, cut where it is cut."""
        types, rules = self.types, self.rules

        def match(chart: Chart, index: int) -> Match | None:
            best = None
            for entity in chart.at[index]:
                if entity.type in types and (not rules or entity.rule in rules) and (not best or entity.last > best[0]):
                    best = (entity.last, entity.cut, ())
            return best

        return match

    @property
    def longest(self) -> int:
        """An entity may have any number of words."""
        return BEHIND


@dataclass(frozen=True)
class Named(Expression):
    """A piece."""

    name: str
    line: int

    def matcher(self, scope: Scope) -> Matcher:
        """What the piece matches."""
        return scope.piece_matcher(self.name)

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of the piece."""
        return scope.piece(self.name).openings(scope)

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Those of the piece."""
        return scope.piece(self.name).variants(scope)


@dataclass(frozen=True)
class OfType(Expression):
    """What the first rule of a type further down finds, if it is one of `rules` where any are named.

    `held`: it is found in its own right too, inside of what holds it.
    """

    type: str
    rules: frozenset[str]
    held: bool
    line: int

    def matcher(self, scope: Scope) -> Matcher:
        """The words of what is found."""
        below, rules, held = scope.below(self), self.rules, self.held

        def match(chart: Chart, index: int) -> Match | None:
            found = scope.find(chart, index, below) if index < len(chart.text) else []
            if not found or (rules and found[0].rule not in rules):
                return None
            return found[0].last, found[0].cut, tuple(found) if held else ()

        return match

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of all the rules."""
        return frozenset().union(*(body.openings(scope)[0] for body in scope.below(self).values())), False

    @property
    def longest(self) -> int:
        """What is found may have any number of words."""
        return BEHIND


@dataclass(frozen=True)
class Sequence(Expression):
    """One after the other."""

    items: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The expressions in their order."""
        return self.items

    def matcher(self, scope: Scope) -> Matcher:
        """All of them, cut where the first that takes a word is cut."""
        matchers = [part.matcher(scope) for part in self.items]

        def match(chart: Chart, index: int) -> Match | None:
            end, cut = index, 0
            marks: tuple[Found, ...] = ()
            for matcher in matchers:
                part = matcher(chart, end)
                if part is None:
                    return None
                if part[0] > end:
                    if end == index:
                        cut = part[1]
                    end = part[0]
                if part[2]:
                    marks += part[2]
            return end, cut, marks

        return match

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of all parts, up to the first that takes a word."""
        openings: frozenset[Expression] = frozenset()
        for part in self.items:
            further, empty = part.openings(scope)
            openings |= further
            if not empty:
                return openings, False
        return openings, True

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Each of each part with each of the next."""
        variants: list[tuple[int, Expression]] = [(0, Sequence(()))]
        for part in self.items:
            variants = _joined(variants, part.variants(scope))
        return variants


def _joined(left: list[tuple[int, Expression]], right: list[tuple[int, Expression]]) -> list[tuple[int, Expression]]:
    return [
        (before + width, Sequence((first, second)))
        for before, first in left
        for width, second in right
        if before + width <= BEHIND
    ]


@dataclass(frozen=True)
class Choice(Expression):
    """The first that matches."""

    items: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The alternatives in their order."""
        return self.items

    def matcher(self, scope: Scope) -> Matcher:
        """The first that matches."""
        matchers = [part.matcher(scope) for part in self.items]

        def match(chart: Chart, index: int) -> Match | None:
            for matcher in matchers:
                part = matcher(chart, index)
                if part is not None:
                    return part
            return None

        return match

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of all alternatives."""
        openings = [part.openings(scope) for part in self.items]
        return frozenset().union(*(opening for opening, _ in openings)), any(empty for _, empty in openings)

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Those of all alternatives."""
        return [variant for part in self.items for variant in part.variants(scope)]


@dataclass(frozen=True)
class OfOne(Expression):
    """An expression that is made of one other."""

    part: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The one."""
        return (self.part,)

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of the part."""
        return self.part.openings(scope)

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Those of the part."""
        return self.part.variants(scope)


@dataclass(frozen=True)
class Repeated(OfOne):
    """As often as possible, `least` to `most` times."""

    least: int
    most: int

    def matcher(self, scope: Scope) -> Matcher:
        """All in a row, cut where the first is cut."""
        matcher, least, most = self.part.matcher(scope), self.least, self.most

        def match(chart: Chart, index: int) -> Match | None:
            end, cut, count = index, 0, 0
            marks: tuple[Found, ...] = ()
            while count < most and (part := matcher(chart, end)) is not None and part[0] > end:
                if end == index:
                    cut = part[1]
                end, count = part[0], count + 1
                marks += part[2]
            return (end, cut, marks) if count >= least else None

        return match

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """Those of the part."""
        openings, empty = self.part.openings(scope)
        return openings, empty or self.least == 0

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Each number of times."""
        once = self.part.variants(scope)
        row: list[tuple[int, Expression]] = [(0, Sequence(()))]
        variants = row if self.least == 0 else []
        for count in range(1, min(self.most, BEHIND) + 1):
            row = _joined(row, once)
            variants = variants + row if count >= self.least else variants
        return variants


@dataclass(frozen=True)
class Bound(OfOne):
    """What begins with just these proclitics (none: with no proclitic)."""

    proclitics: str

    def matcher(self, scope: Scope) -> Matcher:
        """The part, where what is cut from its first word are the proclitics."""
        matcher, proclitics = self.part.matcher(scope), self.proclitics

        def match(chart: Chart, index: int) -> Match | None:
            part = matcher(chart, index)
            if part is None or fold(chart.words[index].surface[: part[1]]) != proclitics:
                return None
            return part

        return match

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Each of the part, bound."""
        return [(width, Bound(part, self.proclitics)) for width, part in self.part.variants(scope)]


@dataclass(frozen=True)
class Marked(OfOne):
    """The part of a rule that is the entity."""

    def matcher(self, scope: Scope) -> Matcher:
        """The part, with a mark of no type on it."""
        matcher = self.part.matcher(scope)

        def match(chart: Chart, index: int) -> Match | None:
            part = matcher(chart, index)
            return part and (part[0], part[1], (*part[2], Found(index, part[0], part[1], "", "")))

        return match


@dataclass(frozen=True)
class Holding(OfOne):
    """The part, if `inner` matches somewhere within it."""

    inner: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """Both."""
        return self.part, self.inner

    def matcher(self, scope: Scope) -> Matcher:
        """The words of the part."""
        matcher, inner = self.part.matcher(scope), self.inner.matcher(scope)

        def match(chart: Chart, index: int) -> Match | None:
            part = matcher(chart, index)
            if part is None:
                return None
            within = (inner(chart, word) for word in range(index, part[0]))
            return part if any(held is not None and held[0] <= part[0] for held in within) else None

        return match

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Each of the part, with the same inside."""
        return [(width, Holding(part, self.inner)) for width, part in self.part.variants(scope)]


class Condition(OfOne):
    """What takes no word."""

    def openings(self, scope: Scope) -> tuple[frozenset[Expression], bool]:
        """None: it says nothing of what is taken."""
        return frozenset(), True

    def variants(self, scope: Scope) -> list[tuple[int, Expression]]:
        """Itself."""
        return [(0, self)]


@dataclass(frozen=True)
class Ahead(Condition):
    """Whether the part follows, or (not `wanted`) does not."""

    wanted: bool

    def matcher(self, scope: Scope) -> Matcher:
        """Nothing, where it is as wanted."""
        matcher, wanted = self.part.matcher(scope), self.wanted
        return lambda chart, index: (index, 0, ()) if (matcher(chart, index) is not None) is wanted else None


@dataclass(frozen=True)
class After(Condition):
    """Whether the part stands before."""

    line: int

    def matcher(self, scope: Scope) -> Matcher:
        """Nothing, where a variant of the part ends."""
        matchers = [(width, part.matcher(scope)) for width, part in self.part.variants(scope)]

        def match(chart: Chart, index: int) -> Match | None:
            for width, matcher in matchers:
                if width <= index and (part := matcher(chart, index - width)) is not None and part[0] == index:
                    return index, 0, ()
            return None

        return match
