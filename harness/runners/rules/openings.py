"""Which rules may begin at a word, told from the word alone, so that most words cost one look-up."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from harness.runners.rules.entities.chart import Chart
from harness.runners.rules.expressions import Expression, Known, Literal, Pattern, Tagged, Term
from harness.runners.rules.words.words import Word

_REMEMBERED: Final = 200_000


class Openings:
    """The numbers of the rules that may begin at a word; `openings` are the expressions with which each may begin.

    `known` are those of the words seen so far, by the word alone. `sees_entities`: some rule may begin with what is on
    the chart.
    """

    def __init__(self, openings: Sequence[AbstractSet[Expression]]) -> None:
        self._tags: defaultdict[str, set[int]] = defaultdict(set)
        self._terms: defaultdict[str, set[int]] = defaultdict(set)
        self._keys: defaultdict[str, set[int]] = defaultdict(set)
        self._stems: defaultdict[str, set[int]] = defaultdict(set)
        self._patterns: defaultdict[Pattern, set[int]] = defaultdict(set)
        self._entities: set[int] = set()
        self._always: set[int] = set()
        for number, nodes in enumerate(openings):
            for node in nodes:
                self._add(node, number)
        self._word_pattern = _either(node for node in self._patterns if not node.stem)
        self._stem_pattern = _either(node for node in self._patterns if node.stem)
        self.known: dict[Word, tuple[int, ...]] = {}
        self.sees_entities = bool(self._entities)

    def _add(self, node: Expression, number: int) -> None:
        if isinstance(node, Tagged):
            self._tags[node.tag].add(number)
            if not node.alone:
                self._terms[node.tag].add(number)
        elif isinstance(node, Term):
            self._terms[node.tag].add(number)
        elif isinstance(node, Literal):
            for key in node.keys:
                (self._stems if node.stem else self._keys)[key].add(number)
        elif isinstance(node, Pattern):
            self._patterns[node].add(number)
        else:
            (self._entities if isinstance(node, Known) else self._always).add(number)

    def at(self, chart: Chart, index: int) -> tuple[int, ...]:
        """The rules that may begin at word `index`, in their order."""
        numbers = self.of(chart.words[index], chart.tags[index])
        if index not in chart.terms and not (self._entities and chart.at[index]):
            return numbers
        further = set(self._entities) if chart.at[index] else set()
        for tag in chart.terms.get(index, ()):
            further |= self._terms.get(tag, set())
        return tuple(sorted(further.union(numbers))) if further else numbers

    def of(self, word: Word, tags: Mapping[str, int]) -> tuple[int, ...]:
        """The rules that may begin with a word, wherever it stands."""
        numbers = self.known.get(word)
        if numbers is None:
            keys = [stem.key for stem in word.stems]
            hits = [self._tags[tag] for tag in tags if tag in self._tags]
            hits += [self._stems[key] for key in keys if key in self._stems]
            if word.key in self._keys:
                hits.append(self._keys[word.key])
            # Most words match no pattern: all are asked at once.
            if (self._word_pattern and self._word_pattern.fullmatch(word.key)) or (
                self._stem_pattern and any(map(self._stem_pattern.fullmatch, keys))
            ):
                hits += [rules for pattern, rules in self._patterns.items() if pattern.accepts(word, tags)]
            numbers = tuple(sorted(self._always.union(*hits))) if hits or self._always else ()
            if len(self.known) < _REMEMBERED:
                self.known[word] = numbers
        return numbers


def _either(patterns: Iterable[Pattern]) -> re.Pattern[str] | None:
    """What one of `patterns` matches; None where there is none."""
    either = "|".join(f"(?:{node.pattern.pattern})" for node in patterns)
    return re.compile(either) if either else None
