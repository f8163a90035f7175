from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.runners.transformer.joint.heads import BIO, Group
from harness.runners.transformer.joint.tagging import (
    Logits,
    Mention,
    choose,
    log_probabilities,
    tag_flat,
    tag_mentions,
)

PAIR = [Group("gold", "GPE", BIO, 0), Group("gold", "ORG", BIO, 3)]
FLAT = Group("other", "flat", ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG"), 0)
VALUES = st.floats(-30, 30, width=32)


def tables(columns: int, most: int) -> st.SearchStrategy[Logits]:
    rows = st.lists(st.lists(VALUES, min_size=columns, max_size=columns), max_size=most)
    return rows.map(lambda found: np.array(found, np.float32).reshape(-1, columns))


def follows(tag: str, before: str) -> bool:
    return not tag.startswith("I") or before in (tag, "B" + tag[1:])


def best_by_force(scores: Logits, tags: tuple[str, ...]) -> float:
    """The highest sum of log probabilities among all well-formed sequences."""
    found = [
        sum(float(scores[word, tag]) for word, tag in enumerate(path))
        for path in product(range(len(tags)), repeat=len(scores))
        if all(follows(tags[tag], tags[before]) for before, tag in zip((0, *path), path, strict=False))
    ]
    return max(found)


def sum_of(scores: Logits, mentions: list[tuple[str, Mention]], tags: tuple[str, ...]) -> float:
    """The sum of log probabilities of the tags that mentions came from."""
    path = [0] * len(scores)
    for kind, (first, last, _) in mentions:
        path[first] = tags.index("B" + kind)
        path[first + 1 : last] = [tags.index("I" + kind)] * (last - first - 1)
    return sum(float(scores[word, tag]) for word, tag in enumerate(path))


@given(tables(6, 5))
def test_the_tags_of_each_group_are_the_best_of_all_sequences(logits: Logits) -> None:
    found = tag_mentions(logits, PAIR)
    for group in PAIR:
        scores = log_probabilities(logits, group.outputs) if len(logits) else logits
        mentions = [("", mention) for mention in found[group.name]]
        assert sum_of(scores, mentions, BIO) == pytest.approx(best_by_force(scores, BIO), abs=1e-3)
        assert all(0 <= mention.score <= 1 for _, mention in mentions)


@given(tables(5, 4))
def test_the_tags_of_a_flat_group_are_the_best_of_all_sequences(logits: Logits) -> None:
    found = tag_flat(logits, FLAT)
    scores = log_probabilities(logits, FLAT.outputs) if len(logits) else logits
    typed = [(f"-{kind}", mention) for kind, mention in found]
    assert sum_of(scores, typed, FLAT.tags) == pytest.approx(best_by_force(scores, FLAT.tags), abs=1e-3)
    assert all(0 <= mention.score <= 1 for _, mention in typed)


def test_an_inside_without_a_beginning_gives_way_to_what_is_next_best() -> None:
    # I is the most probable for both words; B I (1 + 5) beats O O (2 + 0), and I may not open.
    logits = np.array([[2, 1, 5, 9, 0, 0], [0, 0, 5, 9, 0, 0]], np.float32)
    found = tag_mentions(logits, PAIR)
    assert [mention[:2] for mention in found["GPE"]] == [(0, 2)]
    # softmax of B among (2, 1, 5): e^1 / (e^2 + e^1 + e^5) = 0.0171; of I among (0, 0, 5): 0.9867; their mean.
    assert found["GPE"][0].score == pytest.approx((0.0171 + 0.9867) / 2, abs=1e-3)
    assert found["ORG"] == []


def test_mentions_of_one_type_may_touch() -> None:
    logits = np.array([[0, 9, 0], [0, 9, 0], [0, 0, 9]], np.float32)
    assert [mention[:2] for mention in tag_mentions(logits, PAIR[:1])["GPE"]] == [(0, 1), (1, 3)]


def test_without_words_there_are_no_mentions() -> None:
    assert tag_mentions(np.zeros((0, 6), np.float32), PAIR) == {"GPE": [], "ORG": []}
    assert tag_flat(np.zeros((0, 5), np.float32), FLAT) == []


@given(tables(3, 5).filter(len))
def test_a_choice_is_sure_between_one_third_and_one(logits: Logits) -> None:
    _, probability = choose(logits, PAIR[0])
    assert 1 / 3 - 1e-6 <= probability <= 1


def test_a_choice_over_words_goes_by_their_mean() -> None:
    # Log probabilities favour O by 1 at the first word and B by 3 at the second: B by 1 in the mean, 1 / (1 + e^-1).
    logits = np.array([[1, 0, -99], [0, 3, -99]], np.float32)
    tag, probability = choose(logits, PAIR[0])
    assert tag == "B"
    assert probability == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-6)
