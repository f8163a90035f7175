"""Rules over tagged words: an ordered list of token patterns, matched at each word of a text from left to right.

The patterns stand in `.rules` files, whose language `docs/guides/rules.md` describes and `notation.py` reads. They are
parsing expressions: alternatives are tried in order, and what an expression has taken it keeps. No expression may hold
itself and no repetition is unbounded, so that one rule reads a bounded stretch of a text.

A match is (word behind it, characters cut from its first word, what else it marks).
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from harness.data.types import InputError
from harness.runners.rules.entities.chart import Chart, Found, adjacent, is_definite
from harness.runners.rules.notation import (
    After,
    Ahead,
    AnyWord,
    Bound,
    Choice,
    Known,
    Literal,
    Marked,
    Named,
    Node,
    Pattern,
    Repeated,
    RulesFile,
    Sequence,
    Tagged,
    Tested,
    read_rules,
)
from harness.runners.rules.words.gazetteer import lexicon
from harness.runners.rules.words.words import Word, fold

Match = tuple[int, int, tuple[Found, ...]]
Matcher = Callable[[Chart, int], Match | None]
Test = Callable[[Chart, int], bool]

# Tests that every file knows; each is of the one word at its place.
TESTS: Final[Mapping[str, Test]] = {
    "word": lambda chart, index: chart.keys[index][0].isalpha(),
    "definite": lambda chart, index: is_definite(chart.text, index),
    "touching": lambda chart, index: adjacent(chart.text, index),
}
_REMEMBERED: Final = 200_000
_BEHIND: Final = 8


class Grammar:
    """The rules of one file, ready to be matched; `TESTS` and `tests` are what a `%test` in it may name.

    Raises:
        InputError: a rule names a piece, a tag or a test that there is not, or a piece holds itself; the message says
            file, line, what was found and what was wanted.
    """

    def __init__(self, source: RulesFile, tests: Mapping[str, Test] | None = None) -> None:
        self.source = source
        self._tests = {**TESTS, **(tests or {})}
        self._pieces: dict[str, Matcher] = {}
        for name, piece in source.pieces.items():
            self._check(piece.body, piece.file, (name,))
        for rule in source.rules:
            self._check(rule.body, source.name, ())
        self._matchers = [self._compile(rule.body) for rule in source.rules]
        self._openings = [frozenset(self._opening(rule.body)[0]) for rule in source.rules]
        self._by_term: dict[str, set[int]] = {}
        self._by_entity: set[int] = set()
        for number, nodes in enumerate(self._openings):
            for node in nodes:
                if isinstance(node, Tagged) and not node.alone:
                    self._by_term.setdefault(node.tag, set()).add(number)
                elif isinstance(node, Known):
                    self._by_entity.add(number)
        self._by_word: dict[Word, tuple[int, ...]] = {}

    def scan(self, chart: Chart) -> None:
        """Put on the chart what the rules find, from left to right; what the file is `over` and lies inside goes.

        What the file is `under` and begins at a word stays alone there, unless a rule reaches further.
        """
        over, under, every, size = self.source.over, self.source.under, self.source.every, len(chart.text)
        index = 0
        while index < size:
            numbers = self._candidates(chart, index)
            found = self._find(chart, index, numbers) if numbers else []
            barred = index
            if under and chart.at[index]:
                barred = max((entity.last for entity in chart.at[index] if entity.rule in under), default=index)
            last = found[0].last if found else index
            if last > barred:
                for row in range(found[0].first, last) if over else ():
                    chart.at[row] = [entity for entity in chart.at[row] if entity.rule not in over]
                chart.add(*found)
            index = index + 1 if every else max(index + 1, last, barred)

    def find(self, chart: Chart, index: int) -> list[Found]:
        """What the first rule of each section finds at word `index`: itself, then what it holds."""
        return self._find(chart, index, self._candidates(chart, index))

    def _find(self, chart: Chart, index: int, numbers: tuple[int, ...]) -> list[Found]:
        found: list[Found] = []
        section = -1
        for number in numbers:
            rule = self.source.rules[number]
            if rule.section != section and (finds := self._apply(chart, index, number)):
                found += finds
                section = rule.section
        return found

    def matches(self, chart: Chart, index: int) -> list[Found]:
        """What each rule that matches at word `index` would find, whether or not another comes first."""
        finds = (self._apply(chart, index, number) for number in self._candidates(chart, index))
        return [entities[0] for entities in finds if entities]

    def _apply(self, chart: Chart, index: int, number: int) -> list[Found]:
        """What one rule finds at word `index`."""
        match = self._matchers[number](chart, index)
        if match is None or match[0] == index:
            return []
        rule = self.source.rules[number]
        end, cut, marks = match
        own = next((mark for mark in marks if not mark.type), None) or Found(index, end, cut, "", "")
        name = rule.name
        if "*" in name:
            stems = chart.words[own.first].stems
            name = name.replace("*", next((stem.key for stem in stems if stem.cut == own.cut), stems[0].key))
        return [own._replace(type=rule.type, rule=name), *(mark for mark in marks if mark.type)]

    def _candidates(self, chart: Chart, index: int) -> tuple[int, ...]:
        """The rules that may begin at a word: by the word (remembered), the listed terms and the entities there."""
        word = chart.words[index]
        numbers = self._by_word.get(word)
        if numbers is None:
            tags = chart.tags[index]
            numbers = tuple(
                number
                for number, nodes in enumerate(self._openings)
                if any(_may_be(node, word, tags) for node in nodes)
            )
            if len(self._by_word) < _REMEMBERED:
                self._by_word[word] = numbers
        terms = chart.terms.get(index)
        further = {number for tag in terms for number in self._by_term.get(tag, ())} if terms else set()
        if self._by_entity and chart.at[index]:
            further |= self._by_entity
        return tuple(sorted(further.union(numbers))) if further else numbers

    # Checking.

    def _check(self, node: Node, file: str, above: tuple[str, ...]) -> None:
        """Whether `node` names only what there is; `above` are the pieces it stands in."""
        if isinstance(node, Tested) and node.test not in self._tests:
            raise _refuse(file, node.line, f"the test %{node.test}", f"one of {', '.join(sorted(self._tests))}")
        if isinstance(node, Tagged) and node.tag not in known_tags():
            raise _refuse(file, node.line, f"the tag <{node.tag}>", "a tag of the word lists")
        if isinstance(node, After) and not self._variants(node.part):
            raise _refuse(file, node.line, f"after() of more than {_BEHIND} words", "fewer")
        if isinstance(node, Named):
            self._check_name(node, file, above)
        for part in _parts(node):
            self._check(part, file, above)

    def _check_name(self, node: Named, file: str, above: tuple[str, ...]) -> None:
        piece = self.source.pieces.get(node.name)
        if piece is not None:
            if node.held:
                raise _refuse(file, node.line, f"^{node.name}", "^ before a type")
            if node.name in above:
                cycle = " > ".join((*above[above.index(node.name) :], node.name))
                raise _refuse(file, node.line, f"a piece in itself: {cycle}", "a repetition such as A* or A{1,3}")
            self._check(piece.body, piece.file, (*above, node.name))
        elif not self._below(node) or above:
            wanted = "a type in a rule, not in a piece" if above else "a piece, or the type of a rule further down"
            raise _refuse(file, node.line, node.name, wanted)

    def _below(self, node: Named) -> list[int]:
        """The rules of a type that stand below the line which names it: no rule can so hold itself."""
        rules = enumerate(self.source.rules)
        return [number for number, rule in rules if rule.type == node.name and rule.line > node.line]

    # What an expression may begin with, and how wide it may be.

    def _opening(self, node: Node) -> tuple[set[Node], bool]:
        """The single words with which a match may begin, and whether it may take none."""
        if isinstance(node, Ahead | After):
            return set(), True
        if isinstance(node, Sequence):
            nodes: set[Node] = set()
            for part in node.parts:
                opening, empty = self._opening(part)
                nodes |= opening
                if not empty:
                    return nodes, False
            return nodes, True
        if isinstance(node, Choice):
            openings = [self._opening(part) for part in node.parts]
            return set().union(*(nodes for nodes, _ in openings)), any(empty for _, empty in openings)
        if isinstance(node, Repeated):
            nodes, empty = self._opening(node.part)
            return nodes, empty or node.least == 0
        if isinstance(node, Bound | Marked):
            return self._opening(node.part)
        if isinstance(node, Named):
            if node.name in self.source.pieces:
                return self._opening(self.source.pieces[node.name].body)
            return set().union(
                *(self._opening(self.source.rules[number].body)[0] for number in self._below(node))
            ), False
        return {node}, False

    def _variants(self, node: Node) -> list[tuple[int, Node]]:
        """`node` as expressions that each take one number of words, up to `_BEHIND`, so that none takes too many."""
        if isinstance(node, Ahead | After):
            return [(0, node)]
        if isinstance(node, Sequence):
            variants: list[tuple[int, Node]] = [(0, Sequence(()))]
            for part in node.parts:
                variants = _joined(variants, self._variants(part))
            return variants
        if isinstance(node, Choice):
            return [variant for part in node.parts for variant in self._variants(part)]
        if isinstance(node, Repeated):
            once = self._variants(node.part)
            variants = [(0, Sequence(()))]
            found = variants if node.least == 0 else []
            for count in range(1, min(node.most, _BEHIND) + 1):
                variants = _joined(variants, once)
                found = found + variants if count >= node.least else found
            return found
        if isinstance(node, Bound):
            return [(width, Bound(part, node.proclitics)) for width, part in self._variants(node.part)]
        if isinstance(node, Marked):
            return self._variants(node.part)
        if isinstance(node, Named) and node.name in self.source.pieces:
            return self._variants(self.source.pieces[node.name].body)
        if isinstance(node, Known | Named) or (isinstance(node, Tagged) and not node.alone):
            return [(width, node) for width in range(1, _BEHIND + 1)]
        return [(1, node)]

    # Compiling.

    def _compile(self, node: Node) -> Matcher:
        if isinstance(node, Tagged):
            return _tagged(node.tag, alone=node.alone)
        if isinstance(node, Literal):
            return _stem(node.keys.__contains__) if node.stem else _literal(node.keys)
        if isinstance(node, Pattern):
            matches = node.pattern.fullmatch
            return (
                _stem(matches) if node.stem else lambda chart, at: (at + 1, 0, ()) if matches(chart.keys[at]) else None
            )
        if isinstance(node, Tested):
            test = self._tests[node.test]
            return lambda chart, at: (at + 1, 0, ()) if at < len(chart.text) and test(chart, at) else None
        if isinstance(node, AnyWord):
            return lambda chart, at: (at + 1, 0, ()) if at < len(chart.text) else None
        if isinstance(node, Known):
            return _known(node)
        if isinstance(node, Sequence):
            return _sequence([self._compile(part) for part in node.parts])
        if isinstance(node, Choice):
            return _choice([self._compile(part) for part in node.parts])
        if isinstance(node, Repeated):
            return _repeated(self._compile(node.part), node.least, node.most)
        if isinstance(node, Bound):
            return _bound(self._compile(node.part), node.proclitics)
        if isinstance(node, Ahead):
            return _ahead(self._compile(node.part), wanted=node.wanted)
        if isinstance(node, After):
            return _after([(width, self._compile(part)) for width, part in self._variants(node.part)])
        if isinstance(node, Marked):
            return _marked(self._compile(node.part))
        if node.name not in self.source.pieces:
            return self._typed(node)
        if node.name not in self._pieces:
            self._pieces[node.name] = self._compile(self.source.pieces[node.name].body)
        return self._pieces[node.name]

    def _typed(self, node: Named) -> Matcher:
        below = frozenset(self._below(node))

        def match(chart: Chart, at: int) -> Match | None:
            if at >= len(chart.text):
                return None
            for number in self._candidates(chart, at):
                if number in below and (found := self._apply(chart, at, number)):
                    return found[0].last, found[0].cut, tuple(found) if node.held else ()
            return None

        return match


@cache
def grammar(name: str) -> Grammar:
    """The rules of the file `name`, a path below `harness/runners/rules`, read once a process.

    Raises:
        InputError: a line of it is not as it should be.
    """
    return Grammar(read_rules(name))


@cache
def known_tags() -> frozenset[str]:
    """Every tag that some word or term of the lists carries."""
    several = (tags for _, tags in lexicon().several.values())
    return frozenset().union(*set(lexicon().single.values()), *several)


def _refuse(file: str, line: int, found: str, wanted: str) -> InputError:
    return InputError(f"{file}:{line}: found {found}, wanted {wanted}")


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Sequence | Choice):
        return node.parts
    return (node.part,) if isinstance(node, Repeated | Bound | Ahead | After | Marked) else ()


def _joined(left: list[tuple[int, Node]], right: list[tuple[int, Node]]) -> list[tuple[int, Node]]:
    """Each of `left` before each of `right`."""
    return [
        (before + width, Sequence((part, following)))
        for before, part in left
        for width, following in right
        if before + width <= _BEHIND
    ]


def _may_be(node: Node, word: Word, tags: Mapping[str, int]) -> bool:
    """Whether a single word may be what `node` begins with, by the word alone."""
    if isinstance(node, Tagged):
        return node.tag in tags
    if isinstance(node, Literal | Pattern):
        accepts = node.keys.__contains__ if isinstance(node, Literal) else node.pattern.fullmatch
        return any(map(accepts, (stem.key for stem in word.stems) if node.stem else (word.key,)))
    return not isinstance(node, Known)


def _tagged(tag: str, *, alone: bool) -> Matcher:
    def single(chart: Chart, at: int) -> Match | None:
        cut = chart.tags[at].get(tag)
        return None if cut is None else (at + 1, cut, ())

    def match(chart: Chart, at: int) -> Match | None:
        if at in chart.terms and tag in chart.terms[at]:
            return (*chart.terms[at][tag], ())
        cut = chart.tags[at].get(tag)
        return None if cut is None else (at + 1, cut, ())

    return single if alone else match


def _literal(keys: frozenset[str]) -> Matcher:
    return lambda chart, at: (at + 1, 0, ()) if chart.keys[at] in keys else None


def _pattern(accepts: Callable[[str], object]) -> Matcher:
    return lambda chart, at: (at + 1, 0, ()) if accepts(chart.keys[at]) else None


def _stem(accepts: Callable[[str], object]) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        for stem in chart.words[at].stems:
            if accepts(stem.key):
                return at + 1, stem.cut, ()
        return None

    return match


def _known(node: Known) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        best = None
        for entity in chart.at[at]:
            if (
                entity.type in node.types
                and (not node.rules or entity.rule in node.rules)
                and (best is None or entity.last > best.last)
            ):
                best = entity
        return None if best is None else (best.last, best.cut, ())

    return match


def _sequence(parts: list[Matcher]) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        end, cut = at, 0
        marks: tuple[Found, ...] = ()
        for part in parts:
            found = part(chart, end)
            if found is None:
                return None
            if found[0] > end:
                if end == at:
                    cut = found[1]
                end = found[0]
            if found[2]:
                marks += found[2]
        return end, cut, marks

    return match


def _choice(parts: list[Matcher]) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        for part in parts:
            found = part(chart, at)
            if found is not None:
                return found
        return None

    return match


def _repeated(part: Matcher, least: int, most: int) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        end, cut, count = at, 0, 0
        marks: tuple[Found, ...] = ()
        while count < most and (found := part(chart, end)) is not None and found[0] > end:
            if end == at:
                cut = found[1]
            end, count = found[0], count + 1
            marks += found[2]
        return (end, cut, marks) if count >= least else None

    return match


def _bound(part: Matcher, proclitics: str) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        found = part(chart, at)
        if found is None or fold(chart.words[at].surface[: found[1]]) != proclitics:
            return None
        return found

    return match


def _ahead(part: Matcher, *, wanted: bool) -> Matcher:
    return lambda chart, at: (at, 0, ()) if (part(chart, at) is not None) is wanted else None


def _after(variants: list[tuple[int, Matcher]]) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        for width, part in variants:
            if width <= at and (found := part(chart, at - width)) is not None and found[0] == at:
                return at, 0, ()
        return None

    return match


def _marked(part: Matcher) -> Matcher:
    def match(chart: Chart, at: int) -> Match | None:
        found = part(chart, at)
        return None if found is None else (found[0], found[1], (*found[2], Found(at, found[0], found[1], "", "")))

    return match
