"""From the logits of a joint model to mentions: the best well-formed tags of every group."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.runners.transformer.joint.heads import BIO, Group
from harness.tags import OUTSIDE

Logits = NDArray[np.float32]


class Mention(NamedTuple):
    """The words `first` to `last`, half open, and the mean probability of their tags, in [0, 1]."""

    first: int
    last: int
    score: float


def log_probabilities(logits: Logits, outputs: slice) -> Logits:
    """The log-softmax over the outputs of one group: shape (words, tags)."""
    chosen = logits[:, outputs].astype(np.float32)
    shifted = chosen - chosen.max(axis=1, keepdims=True)
    found: Logits = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return found


def tag_mentions(logits: Logits, groups: Sequence[Group]) -> dict[str, list[Mention]]:
    """The mentions of every group with the tags O, B and I, by its name, in order.

    The tags of a group are the most probable sequence in which no I follows an O or opens the text (Viterbi 1967 over
    a chain with forbidden steps); all groups are searched at once.
    """
    marking = [group for group in groups if group.tags == BIO]
    if not marking or not len(logits):
        return {group.name: [] for group in marking}
    scores = np.stack([log_probabilities(logits, group.outputs) for group in marking], axis=1)
    tags = _best_tags(scores)
    return {group.name: _mentions(tags[:, number], np.exp(scores[:, number])) for number, group in enumerate(marking)}


def _best_tags(scores: Logits) -> NDArray[np.int8]:
    """The best tags out of log probabilities of shape (words, groups, 3): shape (words, groups)."""
    words, groups, _ = scores.shape
    came = np.zeros((words, groups, 3), np.int8)
    best = scores[0].copy()
    best[:, 2] = -np.inf
    rows = np.arange(groups)
    for word in range(1, words):
        # O and B may follow anything, I may follow B and I.
        origin = best.argmax(axis=1)
        inside = np.where(best[:, 1] >= best[:, 2], 1, 2)
        came[word, :, 0] = came[word, :, 1] = origin
        came[word, :, 2] = inside
        top = best[rows, origin]
        best = scores[word] + np.stack([top, top, best[rows, inside]], axis=1)
    tags = np.zeros((words, groups), np.int8)
    tags[-1] = best.argmax(axis=1)
    for word in range(words - 1, 0, -1):
        tags[word - 1] = came[word, rows, tags[word]]
    return tags


def _mentions(tags: NDArray[np.int8], probabilities: Logits) -> list[Mention]:
    """The mentions in the tags of one group."""
    found = []
    begins = np.flatnonzero(tags == 1)
    for first in begins:
        last = int(first) + 1
        while last < len(tags) and tags[last] == 2:
            last += 1
        score = float(probabilities[np.arange(first, last), tags[first:last]].mean())
        found.append(Mention(int(first), last, min(score, 1.0)))
    return found


def tag_flat(logits: Logits, group: Group) -> list[tuple[str, Mention]]:
    """The typed mentions of a group whose tags are O, B-TYPE and I-TYPE: no I but after its own type."""
    scores = log_probabilities(logits, group.outputs)
    if not len(scores):
        return []
    allowed = np.array([[_may_follow(tag, before) for before in group.tags] for tag in group.tags])
    barrier = np.where(allowed, 0.0, -np.inf).astype(np.float32)
    best = np.where([tag.startswith("I-") for tag in group.tags], -np.inf, scores[0])
    came = []
    for row in scores[1:]:
        steps = best[None, :] + barrier
        came.append(steps.argmax(axis=1))
        best = row + steps.max(axis=1)
    path = [int(best.argmax())]
    for origins in reversed(came):
        path.append(int(origins[path[-1]]))
    path.reverse()
    return _typed(path, np.exp(scores), group.tags)


def _may_follow(tag: str, before: str) -> bool:
    return not tag.startswith("I-") or before in (tag, "B-" + tag[2:])


def _typed(path: Sequence[int], probabilities: Logits, tags: Sequence[str]) -> list[tuple[str, Mention]]:
    found: list[tuple[str, Mention]] = []
    first = 0
    for word in range(1, len(path) + 1):
        if word == len(path) or not tags[path[word]].startswith("I-"):
            if tags[path[first]] != OUTSIDE:
                sure = float(np.mean([probabilities[at, path[at]] for at in range(first, word)]))
                found.append((tags[path[first]][2:], Mention(first, word, min(sure, 1.0))))
            first = word
    return found


def choose(logits: Logits, group: Group) -> tuple[str, float]:
    """The tag of a group that has the highest mean log probability over some words, and its probability."""
    scores = log_probabilities(logits, group.outputs).mean(axis=0)
    powers = np.exp(scores - scores.max())
    best = int(scores.argmax())
    return group.tags[best], float(powers[best] / powers.sum())


def named(groups: Sequence[Group], head: str) -> Mapping[str, Group]:
    """The groups of one head by name."""
    return {group.name: group for group in groups if group.head == head}
