"""Example texts keep their claims and labels, and no word class, cue or sign is there that no example needs."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.runners.rules.claims import cues, frames
from harness.runners.rules.sentences import checkworthy
from harness.runners.rules.words.gazetteer import lexicon
from harness.runners.rules.words.lexicon import rows, table, word_classes
from tests.runners.rules.claims.examples import described, examples

EXAMPLES = list(examples())
RULES = Path(cues.__file__).parents[1]
# What is read from files; emptying a class means to change it and to forget whatever else was derived from it.
_FILES = (table, rows, word_classes, lexicon)
KIND, _, _, _, _, CERTAINTY, POLARITY, TAKES, PREPOSITIONS = range(9)


def _classes() -> list[str]:
    """The closed classes that a module on claims or sentences names."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for room in ("claims", "sentences") for path in (RULES / room).glob("*.py")
    )
    return [name for name in word_classes() if re.search(rf'"{name}"', source)]


def _values(name: str, column: int) -> list[str]:
    """The values in a column of a table, one of each."""
    return sorted({value for row in table(name) for value in row[column].split()} - {"-"})


def _forget() -> None:
    """Empty all caches of the rules but those of `_FILES`."""
    for name, module in list(sys.modules.items()):
        if name.startswith("harness.runners.rules."):
            for part in vars(module).values():
                if hasattr(part, "cache_clear") and part not in _FILES:
                    part.cache_clear()


def _is_changed() -> bool:
    """Whether an example no longer comes out as it is written."""
    return any(described(text) != lines for text, lines in EXAMPLES)


@pytest.fixture
def is_changed() -> Iterator[Callable[[], bool]]:
    """Asks whether an example is no longer what it was before the test's own change."""
    _forget()
    yield _is_changed
    _forget()


@pytest.mark.parametrize(("text", "lines"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_example(text: str, lines: list[str]) -> None:
    assert described(text) == lines


@pytest.mark.parametrize("name", _classes())
def test_an_empty_word_class_is_noticed(
    name: str, is_changed: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(word_classes(), name, frozenset())
    assert is_changed()


@pytest.mark.parametrize(
    ("column", "value"),
    [(column, value) for column in (KIND, TAKES, PREPOSITIONS) for value in _values("cues", column)],
)
def test_cues_without_a_kind_a_content_or_a_preposition_are_noticed(
    column: int, value: str, is_changed: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [row for row in table("cues") if column != KIND or row[KIND] != value]
    rest = [
        (*row[:column], " ".join(word for word in row[column].split() if word != value) or "-", *row[column + 1 :])
        for row in kept
    ]
    monkeypatch.setattr(cues, "table", lambda _: rest)
    assert is_changed()


@pytest.mark.parametrize(("column", "plain"), [(CERTAINTY, "asserted"), (POLARITY, "affirms")])
def test_cues_that_all_assert_or_affirm_are_noticed(
    column: int, plain: str, is_changed: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = [(*row[:column], plain, *row[column + 1 :]) for row in table("cues")]
    monkeypatch.setattr(cues, "table", lambda _: rest)
    assert is_changed()


@pytest.mark.parametrize("follows", _values("frames", 1))
def test_frames_without_a_kind_are_noticed(
    follows: str, is_changed: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "table", lambda name: [row for row in table(name) if row[1] != follows])
    assert is_changed()


@pytest.mark.parametrize("sign", _values("signs", 0))
def test_a_sign_without_weight_is_noticed(
    sign: str, is_changed: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = checkworthy.load_signs() | {sign: (0.0, 0.0, 0.0)}
    monkeypatch.setattr(checkworthy, "load_signs", lambda: weights)
    assert is_changed()
