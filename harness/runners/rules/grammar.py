"""Rules over tagged words: an ordered list of patterns, matched at each word of a text from left to right.

The patterns stand in `.rules` files, whose language `docs/guides/rules.md` describes. No expression may hold itself and
no repetition is unbounded: one rule reads a bounded stretch of a text, and all rules together take linear time.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from harness.data.types import InputError
from harness.runners.rules.entities.chart import Chart, Found, adjacent, is_definite, is_word
from harness.runners.rules.expressions import (
    BEHIND,
    After,
    Expression,
    Known,
    Match,
    Matcher,
    Named,
    OfType,
    Tagged,
    Term,
    Test,
    Tested,
)
from harness.runners.rules.notation import RulesFile, read_rules
from harness.runners.rules.openings import Openings
from harness.runners.rules.words.gazetteer import lexicon

# Tests that every file knows; each is of the one word at its place.
TESTS: Final[Mapping[str, Test]] = {
    "word": lambda chart, index: is_word(chart.text, index),
    "definite": lambda chart, index: is_definite(chart.text, index),
    "touching": lambda chart, index: adjacent(chart.text, index),
    "listed": lambda chart, index: bool(chart.tags[index]),
    "proclitic": lambda chart, index: any(chart.tags[index].values()),
}
# What is told of a scan: a word, what is found there, and whether it is put on the chart.
Watch = Callable[[int, list[Found], bool], None]
# Pieces of so many expressions are matched once at each word; for shorter ones remembering costs more than matching.
_LONG: Final = 6


class Grammar:
    """The rules of one file, ready to be matched; `TESTS` and `tests` are what a `%test` in it may name.

    Raises:
        InputError: a rule names a piece, a tag, a test or a rule that there is not, or a piece holds itself; the
            message says file, line, what was found and what was wanted.
    """

    def __init__(self, source: RulesFile, tests: Mapping[str, Test] | None = None) -> None:
        self.source = source
        self._tests = {**TESTS, **(tests or {})}
        for name, piece in source.pieces.items():
            self._check(piece.body, piece.file, (name,))
        for rule in source.rules:
            self._check(rule.body, source.name, ())
        self._pieces: dict[str, Matcher] = {}
        self._matchers = [rule.body.matcher(self) for rule in source.rules]
        self._openings = Openings([rule.body.openings(self)[0] for rule in source.rules])

    def scan(self, chart: Chart, watch: Watch | None = None) -> None:
        """Put on the chart what the rules find, from left to right; what the file is `over` and lies inside goes.

        What the file is `under` and begins at a word stays alone there, unless a rule reaches further. `watch` is told
        of every word where a rule matches, before the chart changes: the word, the finds, and whether they stay.
        """
        over, under, rows, terms, openings = self.source.over, self.source.under, chart.at, chart.terms, self._openings
        known, sees_entities, behind = openings.known, bool(under) or openings.sees_entities, 0
        for index, word in enumerate(chart.text.words):
            # Most words open nothing: one look-up, and on.
            numbers = known.get(word)
            if numbers is None:
                numbers = openings.of(word, chart.tags[index])
            if not (numbers or index in terms or (sees_entities and rows[index])):
                continue
            if index < behind:
                continue
            found = self.find_all(chart, index)
            barred = index
            if under and rows[index]:
                barred = max((entity.last for entity in rows[index] if entity.rule in under), default=index)
            last = found[0].last if found else index
            if watch and found:
                watch(index, found, last > barred)
            if last > barred:
                for row in range(found[0].first, last) if over else ():
                    rows[row] = [entity for entity in rows[row] if entity.rule not in over]
                chart.add(*found)
            behind = 0 if self.source.every else max(last, barred)

    def find_all(self, chart: Chart, index: int) -> list[Found]:
        """What the first rule of each section finds at word `index`: itself, then what it holds."""
        found: list[Found] = []
        section = -1
        for number in self._openings.at(chart, index):
            rule = self.source.rules[number]
            if rule.section != section and (finds := self._apply(chart, index, number)):
                found += finds
                section = rule.section
        return found

    def find(self, chart: Chart, index: int, rules: Mapping[int, Expression]) -> list[Found]:
        """What the first of these rules that matches at word `index` finds: itself, then what it holds."""
        for number in self._openings.at(chart, index):
            if number in rules and (found := self._apply(chart, index, number)):
                return found
        return []

    def matches(self, chart: Chart, index: int) -> list[Found]:
        """What each rule that matches at word `index` would find, whether or not another comes first."""
        finds = (self._apply(chart, index, number) for number in self._openings.at(chart, index))
        return [found[0] for found in finds if found]

    def _apply(self, chart: Chart, index: int, number: int) -> list[Found]:
        """What one rule finds at word `index`."""
        match = self._matchers[number](chart, index)
        if match is None or match[0] == index:
            return []
        rule = self.source.rules[number]
        end, cut, marks = match
        own = next((mark for mark in marks if not mark.type), None) if marks else None
        first, last, cut = own[:3] if own else (index, end, cut)
        name = rule.name
        if "*" in name:
            stems = chart.words[first].stems
            name = name.replace("*", next((stem.key for stem in stems if stem.cut == cut), stems[0].key))
        return [Found(first, last, cut, rule.type, name), *(mark for mark in marks if mark.type)]

    def test(self, name: str) -> Test:
        """The test %name."""
        return self._tests[name]

    def piece(self, name: str) -> Expression:
        """What a piece is made of."""
        return self.source.pieces[name].body

    def piece_matcher(self, name: str) -> Matcher:
        """How a piece matches; of long ones it is remembered, unless they look at what may change."""
        if name not in self._pieces:
            made_of = list(self._inside(self.piece(name)))
            matcher = self.piece(name).matcher(self)
            changes = any(isinstance(part, Tested | Known) for part in made_of)
            self._pieces[name] = matcher if changes or len(made_of) < _LONG else _remembered(matcher)
        return self._pieces[name]

    def below(self, named: OfType) -> Mapping[int, Expression]:
        """The rules of a type that stand below the line which names it: no rule can so hold itself."""
        rules = enumerate(self.source.rules)
        return {number: rule.body for number, rule in rules if rule.type == named.type and rule.line > named.line}

    def _inside(self, node: Expression) -> Iterable[Expression]:
        """`node` and everything it is made of."""
        yield node
        for part in (self.piece(node.name),) if isinstance(node, Named) else node.parts:
            yield from self._inside(part)

    def _check(self, node: Expression, file: str, above: tuple[str, ...]) -> None:
        """Whether `node` names only what there is; `above` are the pieces it stands in."""
        for part in node.parts:
            self._check(part, file, above)
        if isinstance(node, Tested) and node.name not in self._tests:
            raise _refuse(file, node.line, f"the test %{node.name}", f"one of {', '.join(sorted(self._tests))}")
        if isinstance(node, Tagged | Term) and node.tag not in known_tags():
            raise _refuse(file, node.line, f"the tag <{node.tag}>", "a tag of the word lists")
        if isinstance(node, After) and not node.part.variants(self):
            raise _refuse(file, node.line, f"after() of more than {BEHIND} words", "fewer")
        if isinstance(node, OfType):
            if above:
                raise _refuse(file, node.line, f"the type {node.type} in a piece", "it in a rule")
            below = {self.source.rules[number].name for number in self.below(node)}
            for name in sorted(node.rules - below) if below else [node.type]:
                raise _refuse(file, node.line, name, f"a rule of the type {node.type} further down")
        if isinstance(node, Named):
            if node.name not in self.source.pieces:
                raise _refuse(file, node.line, node.name, "a piece")
            if node.name in above:
                cycle = " > ".join((*above[above.index(node.name) :], node.name))
                raise _refuse(file, node.line, f"a piece in itself: {cycle}", "a repetition such as A* or A{1,3}")
            self._check(self.piece(node.name), self.source.pieces[node.name].file, (*above, node.name))


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


def _remembered(matcher: Matcher) -> Matcher:
    """`matcher`, asked once at each word of a text."""

    def match(chart: Chart, index: int) -> Match | None:
        key = (matcher, index)
        if key not in chart.memory:
            chart.memory[key] = matcher(chart, index)
        return chart.memory[key]

    return match
