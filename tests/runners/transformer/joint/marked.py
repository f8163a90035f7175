"""Logits that say what a test wants them to say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from harness.data.schema import GOLD_NAME, read_schema
from harness.runners.transformer.joint.entities import Line
from harness.runners.transformer.joint.heads import GOLD, Group, read_groups, schema_groups, write_labels
from harness.runners.transformer.joint.tagging import Logits, named
from harness.runners.transformer.pieces import cut_words
from harness.training.targets import IGNORED, Targets

SCHEMA: Final = read_schema(GOLD_NAME)
LABELS: Final = write_labels({GOLD: schema_groups(SCHEMA)})
GROUPS: Final = read_groups(LABELS)
SURE: Final = 12.0


def logits_of(targets: Targets, groups: Sequence[Group] = GROUPS) -> Logits:
    """Logits that answer every decision as `targets` have it; what they ignore is open."""
    logits = np.zeros((len(targets), sum(len(group.tags) for group in groups)), np.float32)
    for number, group in enumerate(groups):
        for word, tag in enumerate(targets[:, number].tolist()):
            if tag != IGNORED:
                logits[word, group.first + tag] = SURE
    return logits


def line_of(
    text: str,
    marks: Mapping[str, Iterable[tuple[int, int]]],
    chosen: Iterable[tuple[str, int, str]] = (),
) -> Line:
    """A line in which the words `first` to `last` of each mark bear it, half open.

    `chosen` are decisions at single words: the group, the word, the tag.
    """
    words = cut_words(text)
    targets: Targets = np.zeros((len(words), len(GROUPS)), np.int16)
    columns = {group.name: number for number, group in enumerate(GROUPS)}
    for name, spans in marks.items():
        for first, last in spans:
            targets[first:last, columns[name]] = 2
            targets[first, columns[name]] = 1
    for name, word, tag in chosen:
        targets[word, columns[name]] = GROUPS[columns[name]].tags.index(tag)
    return Line(text, words, logits_of(targets), named(GROUPS, GOLD))
