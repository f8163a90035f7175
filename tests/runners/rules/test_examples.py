"""The examples in the rules files: each a text with all its entities, and whether the rule above it finds one."""

import re
from pathlib import Path

import pytest

import harness.runners.rules
from harness.runners.rules.entities.entities import fill, find_entities
from harness.runners.rules.notation import Example, read_rules
from harness.runners.rules.words.gazetteer import lexicon

ROOM = Path(harness.runners.rules.__file__).parent
FILES = sorted(path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*.rules"))
EXAMPLES = [example for name in FILES for example in read_rules(name).examples]


def identity(example: Example) -> str:
    return f"{example.file}:{example.line}"


def uses(example: Example) -> bool:
    """Whether the rule above `example` has put something on the chart; * in its name stands for a word."""
    name = re.compile(re.escape(example.rule).replace(r"\*", r"\S+"))
    return any(name.fullmatch(entity.rule) for entity in fill(lexicon().read(example.text)).all())


@pytest.mark.parametrize("example", EXAMPLES, ids=identity)
def test_example(example: Example) -> None:
    found = {(example.text[start:end], kind) for start, end, kind, _ in find_entities(example.text)}
    assert found == {(example.text[start:end], kind) for start, end, kind in example.marks}
    if example.rule:
        assert uses(example) is example.wanted


def test_every_rule_has_an_example_that_it_finds() -> None:
    shown = {(example.file, example.rule) for example in EXAMPLES if example.wanted}
    rules = [(name, rule.name) for name in FILES for rule in read_rules(name).rules]
    assert [rule for rule in rules if rule not in shown] == []
