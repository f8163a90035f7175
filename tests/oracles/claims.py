"""Claims paired by trying everything, and counted one by one."""

from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

from harness.arabic import segment
from harness.data.types import Claim, Span
from harness.scoring.corpus import Corpus
from tests.oracles.sets import divide
from tests.oracles.views import word_view
from tests.schemas import QUOTES

Pairs = list[tuple[int, int]]

NAMES = ("quote", "polarity", "certainty")


def in_order(claims: tuple[Claim, ...] | None) -> list[Claim]:
    """Claims sorted by their spans, then by what is said of them."""
    return sorted(
        claims or (),
        key=lambda claim: (
            claim.content,
            claim.cue,
            claim.source or Span(-1, -1),
            claim.speaker or "",
            *(claim.attributes.get(name, "") for name in NAMES),
        ),
    )


def words_of(text: str, claim: Claim) -> set[Span]:
    """The words that the content touches."""
    start, end = word_view(text, claim.content)
    return {word for word in segment.words(text) if word.start < end and start < word.end}


def best_pairings(
    text: str, gold: list[Claim], predicted: list[Claim], threshold: float, *, ordered: bool = True
) -> list[Pairs]:
    """The pairing that the definition names, in a list; without `ordered` all that only its last clause tells apart.

    The greatest summed overlap, then summed Dice coefficient, then equal contents, cues and sources, then the first in
    which gold claims take predicted ones in order.
    """
    left, right = [[words_of(text, claim) for claim in side] for side in (gold, predicted)]
    overlaps = {
        (row, column): len(one & other)
        for row, one in enumerate(left)
        for column, other in enumerate(right)
        if one & other and 2 * len(one & other) / (len(one) + len(other)) >= threshold
    }
    possible = [
        list(zip(rows, columns, strict=True))
        for size in range(min(len(left), len(right)) + 1)
        for rows in combinations(range(len(left)), size)
        for columns in permutations(range(len(right)), size)
        if all(pair in overlaps for pair in zip(rows, columns, strict=True))
    ]

    def worth(pairs: Pairs) -> tuple[Any, ...]:
        dice = sum(Fraction(2 * overlaps[row, column], len(left[row]) + len(right[column])) for row, column in pairs)
        equal = [
            sum(role(text, gold[row], name) == role(text, predicted[column], name) for row, column in pairs)
            for name in ("content", "cue", "source")
        ]
        taken = dict(pairs)
        order = [-taken.get(row, len(predicted)) for row in range(len(gold))]
        return sum(overlaps[pair] for pair in pairs), dice, *equal, *([order] if ordered else [])

    best = max(map(worth, possible))
    return [pairs for pairs in possible if worth(pairs) == best]


def role(text: str, claim: Claim, name: str) -> Span | None:
    """A role in word view."""
    span: Span | None = getattr(claim, name)
    return None if span is None else word_view(text, span)


def count_document(corpus: Corpus, number: int, pairs: Pairs, *, kinds: bool = True) -> dict[str, float]:
    """The counts of one document for given pairs of its sorted claims."""
    text = corpus.documents[number].text
    gold, predicted = in_order(corpus.gold[number].claims), in_order(corpus.predicted[number].claims)
    counts: dict[str, float] = {"pairs": len(pairs)}
    for name in ("content", "cue", "source"):
        counts[f"{name}/gold"] = sum(getattr(claim, name) is not None for claim in gold)
        counts[f"{name}/predicted"] = sum(getattr(claim, name) is not None for claim in predicted)
        roles = [(role(text, gold[row], name), role(text, predicted[column], name)) for row, column in pairs]
        counts[f"{name}/tp"] = sum(one == other and one is not None for one, other in roles)
    counts["relation/tp"] = sum(
        all(role(text, gold[row], name) == role(text, predicted[column], name) for name in ("content", "cue", "source"))
        for row, column in pairs
    )
    shares = [(words_of(text, gold[row]), words_of(text, predicted[column])) for row, column in pairs]
    counts["soft/precision"] = sum(len(one & other) / len(other) for one, other in shares)
    counts["soft/recall"] = sum(len(one & other) / len(one) for one, other in shares)
    for name in NAMES:
        counts[f"{name}/right"] = sum(
            gold[row].attributes.get(name) == predicted[column].attributes.get(name) for row, column in pairs
        )
    counts["speaker/right"] = sum(
        corpus.same_speaker(gold[row].speaker, predicted[column].speaker) for row, column in pairs
    )
    for quote in QUOTES if kinds else ():
        rows, columns = (
            {at for at, one in enumerate(side) if one.attributes.get("quote") == quote} for side in (gold, predicted)
        )
        counts |= count_kind(corpus, number, pairs, quote, (rows, columns))
    return counts


def count_kind(
    corpus: Corpus, number: int, pairs: Pairs, quote: str, kind: tuple[set[int], set[int]]
) -> dict[str, float]:
    """The counts of one kind of quotation: of pairs whose gold claim, or whose prediction, is of the kind."""
    counts: dict[str, float] = {}
    for place, side in enumerate(("gold", "predicted")):
        of_kind = [pair for pair in pairs if pair[place] in kind[place]]
        claims = in_order((corpus.gold, corpus.predicted)[place][number].claims)
        for name in ("content", "cue", "source"):
            counts[f"{name}_{quote}/{side}"] = sum(getattr(claims[at], name) is not None for at in kind[place])
        plain = count_document(corpus, number, of_kind, kinds=False)
        for name in ("content", "cue", "source", "relation"):
            counts[f"{name}_{quote}/{side}_right"] = plain[f"{name}/tp"]
        counts[f"content_soft_{quote}/{side}_right"] = plain[f"soft/{('recall', 'precision')[place]}"]
    return counts


def claim_scores(totals: dict[str, float]) -> dict[str, float]:
    """The measures of summed counts."""
    scores = {}
    for label, found, of in (
        *((name, name, name) for name in ("content", "cue", "source")),
        ("relation",) * 2 + ("content",),
    ):
        tp, predicted, gold = totals[f"{found}/tp"], totals[f"{of}/predicted"], totals[f"{of}/gold"]
        scores[f"{label}/precision"] = divide(tp, predicted)
        scores[f"{label}/recall"] = divide(tp, gold)
        scores[f"{label}/f1"] = divide(2 * tp, predicted + gold)
    precision = divide(totals["soft/precision"], totals["content/predicted"])
    recall = divide(totals["soft/recall"], totals["content/gold"])
    scores |= {"content_soft/precision": precision, "content_soft/recall": recall}
    if totals["content/predicted"] and totals["content/gold"]:
        scores["content_soft/f1"] = 2 * precision * recall / (precision + recall) if precision + recall else 0
    else:
        scores["content_soft/f1"] = 0 if totals["content/predicted"] + totals["content/gold"] else float("nan")
    for name in ("speaker", "quote", "polarity", "certainty"):
        scores[f"{name}/accuracy"] = divide(totals[f"{name}/right"], totals["pairs"])
        scores[f"{name}/recall"] = divide(totals[f"{name}/right"], totals["content/gold"])
    for label, of in (
        *((name, name) for name in ("content", "cue", "source")),
        ("content_soft", "content"),
        ("relation", "content"),
    ):
        for quote in QUOTES:
            for name, side in (("precision", "predicted"), ("recall", "gold")):
                right = totals[f"{label}_{quote}/{side}_right"]
                scores[f"{label}_{quote}/{name}"] = divide(right, totals[f"{of}_{quote}/{side}"])
    return scores
