"""Run seqeval's own tests on `harness.seqeval`: python tests/published_seqeval.py FOLDER [options of pytest].

FOLDER is `tests` of seqeval 1.2.2, from its source distribution. Whatever these tests import of seqeval is ours here,
in the shapes that they call: tokens and sentences of a scheme are read by the tables and functions behind
`harness.seqeval`. Left out are tests of classes that only seqeval has: its reporters, and how an entity is shown and
compared. `test_statistical_tests` calls Perl 20,000 times, which takes about ten minutes.
"""

import os
import sys
from enum import Enum
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Final, NamedTuple

import pytest

import harness.seqeval
from harness.scoring.chunks import END, INSIDE, LETTERS, SCHEMES, START, Reading, detect, read, transitions

LEFT_OUT: Final = ("test_reporters.py", "test_entity_repr", "test_entity_equality")

Prefix = Enum("Prefix", {letter: letter for letter in "IOBESUL"})  # type: ignore[misc]


class Token:
    """A tag under a scheme; under none, as one of any."""

    scheme: ClassVar[str] = ""

    def __init__(self, token: str, suffix: bool = False, delimiter: str = "-") -> None:
        self.token = token
        self.reading = Reading(self.scheme or "IOB2", suffix)
        letter, self.tag = self.reading.cut(token)
        self.prefix = Prefix[letter]

    def __str__(self) -> str:
        return self.token

    def is_valid(self) -> None:
        self.reading.parse(self.token)

    def is_start(self, prev: "Token") -> bool:
        return bool(self._behind(prev) & START)

    def is_inside(self, prev: "Token") -> bool:
        return bool(self._behind(prev) & INSIDE)

    def is_end(self, prev: "Token") -> bool:
        return bool(self._behind(prev) & END)

    def _behind(self, prev: "Token") -> int:
        before, here = (LETTERS.index(token.prefix.value) for token in (prev, self))
        return int(transitions(self.scheme)[before, here, int(prev.tag == self.tag)])


BY_NAME: Final = {name: type(name, (Token,), {"scheme": name}) for name in SCHEMES}


class Entity(NamedTuple):
    sent_id: int | None
    start: int
    end: int
    tag: str

    def to_tuple(self) -> tuple[Any, ...]:
        return self.sent_id, self.tag, self.start, self.end


class Entities:
    """The mentions of sentences, by sentence."""

    def __init__(self, sequences: Any, scheme: Any, suffix: bool = False) -> None:
        self.entities = []
        for number, tags in enumerate(sequences):
            found = read([[tags]], [len(tags)], Reading(scheme.__name__, suffix))
            columns = (numbers.tolist() for numbers in found.sides[0])
            self.entities.append(
                [Entity(number, first, last + 1, found.names[kind]) for first, last, kind in zip(*columns, strict=True)]
            )

    def filter(self, name: str) -> set[Entity]:
        return {entity for entities in self.entities for entity in entities if entity.tag == name}


class Tokens:
    """The mentions of one sentence."""

    def __init__(self, tokens: list[str], scheme: Any, suffix: bool = False) -> None:
        self.given = tokens, scheme, suffix

    @property
    def entities(self) -> list[Entity]:
        tokens, scheme, suffix = self.given
        return [entity._replace(sent_id=None) for entity in Entities([tokens], scheme, suffix).entities[0]]


def unique_labels(y_true: Any, y_pred: Any, scheme: Any, suffix: bool = False) -> list[str]:
    sides = [Entities(side, scheme, suffix).entities for side in (y_true, y_pred)]
    return sorted({entity.tag for side in sides for entities in side for entity in entities})


def stand_in() -> None:
    """Put ours in the place of seqeval's modules."""
    ours = harness.seqeval
    v1 = {
        "check_consistent_length": ours._lengths,
        "classification_report": partial(ours.classification_report, mode="strict"),
        "precision_recall_fscore_support": ours.precision_recall_fscore_support,
        "unique_labels": unique_labels,
    }
    scheme = {
        "Entities": Entities, "Entity": Entity, "Prefix": Prefix, "Token": Token, "Tokens": Tokens, **BY_NAME,
        "auto_detect": lambda sequences: BY_NAME[detect(sequences)],
    }  # fmt: skip
    metrics = vars(ours)
    modules = {"": {}, ".metrics": metrics, ".metrics.sequence_labeling": metrics, ".metrics.v1": v1, ".scheme": scheme}
    for name, members in modules.items():
        module = ModuleType(f"seqeval{name}")
        vars(module).update({key: value for key, value in members.items() if not key.startswith("__")})
        sys.modules[module.__name__] = module


def main(folder: Path, options: list[str]) -> int:
    """The exit code of pytest."""
    stand_in()
    # The tests open conlleval.pl and write a file where they run.
    os.chdir(folder)
    skipped = " and ".join(f"not {name.removesuffix('.py')}" for name in LEFT_OUT)
    ignored = [f"--ignore={name}" for name in LEFT_OUT if name.endswith(".py")]
    return int(
        pytest.main(["-c", os.devnull, "--rootdir=.", "-p", "no:cacheprovider", *ignored, "-k", skipped, *options])
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
