"""All entities of a text: the rules in their order, and what becomes of their finds."""

from collections.abc import Callable, Iterable
from typing import Final

from harness.arabic.segment import snap
from harness.data.types import Entity, Span
from harness.runners.rules.entities.chart import Chart, Found
from harness.runners.rules.entities.names import find_names
from harness.runners.rules.entities.persons import find_persons
from harness.runners.rules.entities.scores import score_of
from harness.runners.rules.grammar import grammar
from harness.runners.rules.words.gazetteer import lexicon
from harness.runners.rules.words.lexicon import Text

_NUMBERS: Final = frozenset({"CARDINAL", "ORDINAL"})
# Of several that begin at one word the longest stays.
_LONGEST: Final = frozenset({"FAC", "EVENT", "LAW"})
# Numbers are marked inside laws and events only.
_NUMBERLESS: Final = frozenset({"ORG", "PRODUCT", "FAC", "GPE", "LOC", "PERS", "OCC"})

# What is put on the chart, in this order, each by what stands there already.
STAGES: Final[dict[str, Callable[[Chart], None]]] = {
    "names": find_names,
    "numbers": lambda chart: grammar("entities/numbers.rules").scan(chart),
    "ordinals": lambda chart: grammar("entities/ordinals.rules").scan(chart),
    "dates": lambda chart: grammar("entities/dates.rules").scan(chart),
    "titles": lambda chart: grammar("entities/titles.rules").scan(chart),
    "persons": find_persons,
    "heads": lambda chart: grammar("entities/heads.rules").scan(chart),
    "places": lambda chart: grammar("entities/places.rules").scan(chart),
}


def find_entities(text: str, threshold: float = 0.0) -> tuple[Entity, ...]:
    """The entities of `text`, nested, in order of their start, each with the confidence of the rule that found it."""
    return entities_of(lexicon().read(text), threshold)


def entities_of(words: Text, threshold: float = 0.0) -> tuple[Entity, ...]:
    """The same for a text that is read already."""
    best: dict[tuple[int, int, str], float] = {}
    for one in find(words):
        score = score_of(one.rule)
        if score >= threshold:
            # A mark may stand on a digit, which the words of the look-up do not expect.
            start, end = snap(words.source, Span(words.begins[one.first] + one.cut, words.ends[one.last - 1]))
            best[start, end, one.type] = max(score, best.get((start, end, one.type), 0.0))
    ordered = sorted(best.items(), key=lambda item: (item[0][0], -item[0][1], item[0][2]))
    return tuple(Entity(start, end, kind, score) for (start, end, kind), score in ordered if start < end)


def find(text: Text) -> list[Found]:
    """Everything the rules find, as stretches of words."""
    return settle(fill(text)) if len(text) else []


def fill(text: Text) -> Chart:
    """The chart of a text after all rules, before `settle` judges what is on it."""
    chart = Chart(text)
    for stage in STAGES.values():
        stage(chart)
    return chart


def settle(chart: Chart) -> list[Found]:
    """What stays of the chart, in the order of the text."""
    found = chart.all()
    named = _positions(one for one in found if one.type in _NUMBERLESS and one.last > one.first + 1)
    persons = {one.first for one in found if one.type == "PERS"}
    behind = {one.last for one in found if one.type == "PERS"}
    # Of شمال شرق أوروبا only the continent is a place of its own.
    directions = _positions(
        one._replace(first=one.first + 1, last=one.last - 1) for one in found if one.rule == "direction and continent"
    )
    kept = []
    for one in found:
        if one.rule.endswith("?") and one.type == "OCC":
            # A title such as الدكتور counts only beside a name.
            if one.last not in persons and one.first not in behind:
                continue
            kept.append(one._replace(rule=one.rule.rstrip("?") + " beside name"))
        elif (one.type == "LOC" and one.first in directions) or (
            one.type in _NUMBERS and named.issuperset(range(one.first, one.last))
        ):
            continue
        elif one.type not in _LONGEST or chart.longest(one.first, (one.type,)) == one:
            kept.append(one)
    return kept


def _positions(found: Iterable[Found]) -> set[int]:
    """The words that `found` cover."""
    return {index for one in found for index in range(one.first, one.last)}
