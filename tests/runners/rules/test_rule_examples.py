"""The examples in the rules files: each a text with all its entities, and whether the rule above it finds one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness.runners.rules
from harness.runners.rules import notation
from harness.runners.rules.entities import entities
from harness.runners.rules.grammar import Grammar
from harness.runners.rules.notation import Example, parse, read_rules
from harness.runners.rules.words.gazetteer import lexicon

ROOM = Path(harness.runners.rules.__file__).parent
FILES = sorted(path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*.rules"))
EXAMPLES = [example for name in FILES for example in read_rules(name).examples]
ATOM = re.compile(
    r'~?"[^"\n]+"|~?@[\w-]+|~?/(?:[^/\n\\]|\\.)+/|<\.?[^<>\s]+>|%\w+|\[[^\[\]\n]+\]|\^?\b[A-Z][A-Z_]+\b(?::\([^()\n]*\))?'
)
HEAD = re.compile(r"[A-Z][A-Z_]*[ \t]*[^=]*=")
NOTHING = r"/\0/"


def identity(example: Example) -> str:
    return f"{example.file}:{example.line}"


def uses(example: Example) -> bool:
    """Whether the rule above `example` has put something on the chart; * in its name stands for a word."""
    name = re.compile(re.escape(example.rule).replace(r"\*", r"\S+"))
    return any(name.fullmatch(entity.rule) for entity in entities.fill(lexicon().read(example.text)).all())


def is_right(example: Example) -> bool:
    found = {entity[:3] for entity in entities.find_entities(example.text)}
    return found == set(example.marks) and (not example.rule or uses(example) is example.wanted)


@pytest.mark.parametrize("example", EXAMPLES, ids=identity)
def test_example(example: Example) -> None:
    found = {(example.text[start:end], kind) for start, end, kind, _ in entities.find_entities(example.text)}
    assert found == {(example.text[start:end], kind) for start, end, kind in example.marks}
    if example.rule:
        assert uses(example) is example.wanted
    assert is_right(example)


def test_every_rule_has_an_example_that_it_finds() -> None:
    shown = {(example.file, example.rule) for example in EXAMPLES if example.wanted}
    rules = [(name, rule.name) for name in FILES for rule in read_rules(name).rules]
    assert [rule for rule in rules if rule not in shown] == []


def weakened(source: str) -> Iterator[tuple[str, str]]:
    """The rules with one word, class, tag, test or piece that matches nothing, and where it stands."""
    lines = source.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if re.match(r"\s*([✓✗#-]|$)|[a-z]", line):
            continue
        head = HEAD.match(line)
        for atom in ATOM.finditer(line, head.end() if head else 0):
            changed = f"{line[: atom.start()]}{NOTHING}{line[atom.end() :]}"
            yield f"{number + 1}: {atom.group()}", "".join([*lines[:number], changed, *lines[number + 1 :]])


def text_of(name: str) -> str:
    return (ROOM / name).read_text(encoding="utf-8")


def stage_of(file: str) -> str:
    return file.removeprefix("entities/").removesuffix(".rules")


@pytest.mark.parametrize("file", FILES)
def test_an_example_fails_where_a_word_of_a_rule_matches_nothing(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    users = [other for other in FILES if f"use {file}" in text_of(other)]
    examples = [example for example in EXAMPLES if example.file in (file, *users)]
    survivors = []
    for place, source in weakened(text_of(file)):
        changed = parse(file, source)
        with monkeypatch.context() as context:
            context.setattr(notation, "read_rules", {file: changed}.__getitem__ if users else read_rules)
            for user in users:
                monkeypatch.setitem(entities.STAGES, stage_of(user), Grammar(parse(user, text_of(user))).scan)
        if changed.rules:
            monkeypatch.setitem(entities.STAGES, stage_of(file), Grammar(changed).scan)
        # The next word is likely to be missed by the same example.
        failing = next((example for example in examples if not is_right(example)), None)
        if failing is None:
            survivors.append(place)
        else:
            examples.remove(failing)
            examples.insert(0, failing)
    assert survivors == []
