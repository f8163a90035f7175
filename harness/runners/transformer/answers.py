"""From the answers for the tokens of a word to one for the word, and from those for words to one for a mention."""

from collections import defaultdict
from collections.abc import Sequence
from math import prod
from typing import Literal, NamedTuple

Strategy = Literal["first", "majority", "max"]
Combination = Literal["mean", "min", "product"]


class Answer(NamedTuple):
    """A tag, the type in it (empty outside mentions), and the model's probability of the tag, in [0, 1]."""

    tag: str
    type: str
    probability: float


def answer_word(tokens: Sequence[Answer], strategy: Strategy) -> Answer:
    """The answer for a word, out of those for its tokens, one at least.

    `first` is that of the first token. `majority` takes the type that most tokens bear (of two the one with more
    probability in sum, then the earlier), `max` that of the surest token. The tag is then that of the first token of
    this type: a continuation of the word says nothing about where the mention begins. The probability is the mean
    over the tokens that decided.
    """
    if strategy == "first":
        return tokens[0]
    if strategy == "max":
        deciding = [max(tokens, key=lambda token: token.probability)]
    else:
        votes: defaultdict[str, list[Answer]] = defaultdict(list)
        for token in tokens:
            votes[token.type].append(token)
        deciding = max(votes.values(), key=lambda voted: (len(voted), sum(token.probability for token in voted)))
    tag = next(token.tag for token in tokens if token.type == deciding[0].type)
    return Answer(tag, deciding[0].type, combine([token.probability for token in deciding], "mean"))


def combine(probabilities: Sequence[float], how: Combination) -> float:
    """One probability in [0, 1] out of several; `product` takes them as independent, and so falls with their number."""
    if how == "mean":
        return sum(probabilities) / len(probabilities)
    return min(probabilities) if how == "min" else prod(probabilities)
