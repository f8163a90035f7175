"""From the logits of a joint model to mentions: the best well-formed tags of every group."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.data.bio import OUTSIDE
from harness.runners.transformer.joint.heads import BIO, Group

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
    found: dict[str, list[Mention]] = {group.name: [] for group in marking}
    if not marking or not len(logits):
        return found
    outputs = np.array([[group.first, group.first + 1, group.first + 2] for group in marking])
    chosen = logits[:, outputs].astype(np.float32)
    # Where O is the best tag of every word, the best sequence is O throughout: most groups of most lines.
    (marked,) = np.nonzero((chosen.argmax(axis=2) != 0).any(axis=0))
    shifted = chosen[:, marked] - chosen[:, marked].max(axis=2, keepdims=True)
    scores: Logits = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    tags, probabilities = _best_tags(scores), np.exp(scores)
    for number, group in enumerate(marked):
        found[marking[group].name] = _mentions(tags[:, number], probabilities[:, number])
    return found


def _best_tags(scores: Logits) -> NDArray[np.int8]:
    """The best tags out of log probabilities of shape (words, groups, 3): shape (words, groups)."""
    words, groups, _ = scores.shape
    outside, begin, inside = (np.ascontiguousarray(scores[:, :, tag]) for tag in range(3))
    # Which tag comes before an O or a B, and before an I, at each word: O and B may follow anything, I only B and I.
    before_any, before_inside = np.zeros((words, groups), np.int8), np.zeros((words, groups), np.int8)
    best_o, best_b, best_i = outside[0], begin[0], np.full(groups, -np.inf, np.float32)
    for word in range(1, words):
        within = np.maximum(best_b, best_i)
        before_inside[word] = np.where(best_b >= best_i, 1, 2)
        before_any[word] = np.where(best_o >= within, 0, before_inside[word])
        top = np.maximum(best_o, within)
        best_o, best_b, best_i = outside[word] + top, begin[word] + top, inside[word] + within
    tags = np.zeros((words, groups), np.int8)
    tags[-1] = np.stack([best_o, best_b, best_i]).argmax(axis=0)
    for word in range(words - 1, 0, -1):
        tags[word - 1] = np.where(tags[word] == 2, before_inside[word], before_any[word])
    return tags


def _mentions(tags: NDArray[np.int8], probabilities: Logits) -> list[Mention]:
    """The mentions in the tags of one group."""
    mentions = []
    begins = np.flatnonzero(tags == 1)
    for first in begins:
        last = int(first) + 1
        while last < len(tags) and tags[last] == 2:
            last += 1
        score = float(probabilities[np.arange(first, last), tags[first:last]].mean())
        mentions.append(Mention(int(first), last, min(score, 1.0)))
    return mentions


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
    mentions: list[tuple[str, Mention]] = []
    first = 0
    for word in range(1, len(path) + 1):
        if word == len(path) or not tags[path[word]].startswith("I-"):
            if tags[path[first]] != OUTSIDE:
                sure = float(np.mean([probabilities[place, path[place]] for place in range(first, word)]))
                mentions.append((tags[path[first]][2:], Mention(first, word, min(sure, 1.0))))
            first = word
    return mentions


def choose(logits: Logits, group: Group) -> tuple[str, float]:
    """The tag of a group that has the highest mean log probability over some words, and its probability."""
    scores = log_probabilities(logits, group.outputs).mean(axis=0)
    powers = np.exp(scores - scores.max())
    best = int(scores.argmax())
    return group.tags[best], float(powers[best] / powers.sum())


def named(groups: Sequence[Group], head: str) -> Mapping[str, Group]:
    """The groups of one head by name."""
    return {group.name: group for group in groups if group.head == head}
