"""Every scorer a second time, slow and plain, from the written definitions alone.

Counts are integers, quotients are fractions, matchings are searched in full. Nothing comes from the program but the
types of documents and, in the clitic view, the word analyser. Where the definitions leave a choice, this is what was
read first and what is taken now:

- `f1_auc` was read as the mean over the thresholds. It is the area by trapezoids over their width.
- A level of nesting was read as a set of its own on either side. Recall is over the gold mentions at a level that any
  prediction equals, precision over the predicted ones at a level that any gold mention equals.
- Depth was read as the longest chain of enclosing mentions. It is one more than the number of spans that enclose,
  and the last level holds all that are deeper.
- The alignment of the partial measures was left open but for exact boundaries. It is one that is best by equal
  boundaries, then equal boundaries and types, then equal types, then pairs; any of these is right. (Pairs before
  types was read first.)
- Contents, cues and sources of claims that become equal by widening stay as they are: they are no mentions of one type.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from functools import cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from harness.data.types import Annotation, Claim, Document, Span
from tests.oracles.boundaries import Mention, trimmed, view, widened, words
from tests.schemas import ENTITY_TYPES, QUOTES, SENTENCE_LABELS

Value = Fraction | None


class Case(NamedTuple):
    """A document, its gold annotation, and what was predicted for it: None where there is no prediction."""

    document: Document
    gold: Annotation
    predicted: Annotation | None


class Tally(NamedTuple):
    """What is counted for a label: right predictions, predictions, gold that was found, gold."""

    hits: Fraction | int = 0
    predicted: int = 0
    found: Fraction | int = 0
    gold: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """The sum of two."""
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))  # type: ignore[arg-type]

    def precision(self) -> Value:
        """Right predictions over predictions."""
        return ratio(self.hits, self.predicted)

    def recall(self) -> Value:
        """Gold that was found over gold."""
        return ratio(self.found, self.gold)

    def f1(self) -> Value:
        """The harmonic mean: undefined where both are, 0 where one is 0 or undefined."""
        p, r = self.precision(), self.recall()
        if p is None and r is None:
            return None
        return 2 * p * r / (p + r) if p and r else Fraction(0)


Tallies = Mapping[str, Tally]


def ratio(part: Fraction | int, whole: Fraction | int) -> Value:
    """A quotient, undefined over nothing."""
    return Fraction(part) / whole if whole else None


def mean(values: Sequence[Value]) -> Value:
    """The unweighted mean, undefined values as 0; undefined of nothing."""
    return ratio(sum((v or Fraction(0) for v in values), Fraction(0)), len(values))


def summed(tallies: Sequence[Tallies]) -> dict[str, Tally]:
    """The sum of each label over cases."""
    found: dict[str, Tally] = {}
    for one in tallies:
        for label, tally in one.items():
            found[label] = found.get(label, Tally()).plus(tally)
    return found


def same(gold: set[Mention], predicted: set[Mention]) -> Tally:
    """The tally of two sets."""
    return Tally(len(gold & predicted), len(predicted), len(gold & predicted), len(gold))


def three(label: str, tally: Tally, prefix: str = "") -> dict[str, Value]:
    """Precision, recall and f1 of a label."""
    return {
        f"{label}/{prefix}precision": tally.precision(),
        f"{label}/{prefix}recall": tally.recall(),
        f"{label}/{prefix}f1": tally.f1(),
    }


def by_type(tallies: Tallies, prefix: str = "") -> dict[str, Value]:
    """micro, macro over the types with gold support of 1, macro10 over those with 10, and each type."""
    found = three("micro", summed([{"": t} for t in tallies.values()]).get("", Tally()), prefix)
    for name, least in (("macro", 1), ("macro10", 10)):
        counted = [t for t in tallies.values() if t.gold >= least]
        for measure, of in (("precision", Tally.precision), ("recall", Tally.recall), ("f1", Tally.f1)):
            found[f"{name}/{prefix}{measure}"] = mean([of(t) for t in counted])
    for label in ENTITY_TYPES:
        found |= three(label, tallies.get(label, Tally()), prefix)
    return found


def by_label(tallies: Tallies) -> dict[str, Value]:
    """Precision, recall and f1 of each label."""
    return {key: value for label, tally in tallies.items() for key, value in three(label, tally).items()}


def sides(case: Case, boundary: str) -> tuple[set[Mention], set[Mention]]:
    """Gold and predicted mentions in a boundary view."""
    answer = case.predicted.entities if case.predicted else None
    given = [[(e.start, e.end, e.type) for e in side or ()] for side in (case.gold.entities, answer)]
    gold, predicted = view(case.document.text, boundary, given)
    return gold, predicted


def of_type(side: set[Mention], label: str) -> set[Mention]:
    """The mentions of one type."""
    return {m for m in side if m[2] == label}


def tally_strict(case: Case, boundary: str) -> Tallies:
    """Exact start, end and type, by type."""
    gold, predicted = sides(case, boundary)
    return {label: same(of_type(gold, label), of_type(predicted, label)) for label in ENTITY_TYPES}


Label = tuple[str, str, bool]


def best_pairings(
    table: Sequence[Sequence[tuple[int, ...] | None]], labels: Sequence[Sequence[Label]]
) -> tuple[tuple[int, ...], Set[tuple[Label, ...]]]:
    """The largest summed worth of a one-to-one pairing, and the labels of the pairs of each pairing that reaches it.

    All pairings are gone through. `table` holds what a pair is worth, None where it is not allowed.
    """

    @cache
    def search(row: int, used: int) -> tuple[tuple[int, ...], frozenset[tuple[Label, ...]]]:
        if row == len(table):
            return (), frozenset({()})
        best, found = search(row + 1, used)
        for column, worth in enumerate(table[row]):
            if worth is not None and not used >> column & 1:
                rest, pairs = search(row + 1, used | 1 << column)
                together = tuple(a + b for a, b in zip_longest(worth, rest, fillvalue=0))
                added = frozenset(tuple(sorted((*one, labels[row][column]))) for one in pairs)
                if together >= best:
                    best, found = together, added | (found if together == best else frozenset())
        return best, found

    return search(0, 0)


PARTIAL = ("strict", "exact", "partial", "type")


def tally_partial(case: Case) -> list[Tallies]:
    """The four measures of SemEval-2013, task 9.1, over one alignment of mentions that share a character.

    Every alignment that is best counts: they differ by the types whose mentions are paired.
    """
    gold, predicted = (sorted(side) for side in sides(case, "word"))

    def worth(g: Mention, p: Mention) -> tuple[int, ...] | None:
        if max(g[0], p[0]) >= min(g[1], p[1]):
            return None
        return (g[:2] == p[:2], g == p, g[2] == p[2], 1)

    labels = [[(g[2], p[2], g[:2] == p[:2]) for p in predicted] for g in gold]

    support = [{f"{name} {m[2]}": Tally(gold=1)} for name in PARTIAL for m in gold]
    support += [{f"{name} {m[2]}": Tally(predicted=1)} for name in PARTIAL for m in predicted]
    _, alignments = best_pairings([[worth(g, p) for p in predicted] for g in gold], labels)
    found: list[Tallies] = []
    for alignment in alignments:
        counted = list(support)
        for g, p, exact in alignment:
            credit_of: tuple[Fraction | int, ...] = (exact and g == p, exact, Fraction(1 + exact, 2), g == p)
            for name, credit in zip(PARTIAL, credit_of, strict=True):
                counted += [{f"{name} {g}": Tally(found=credit)}, {f"{name} {p}": Tally(hits=credit)}]
        found.append(summed(counted))
    return found


def partial_measures(tallies: Tallies) -> dict[str, Value]:
    """The four measures as if each were a scorer."""
    found: dict[str, Value] = {}
    for name in PARTIAL:
        of_name = {key.removeprefix(f"{name} "): t for key, t in tallies.items() if key.startswith(f"{name} ")}
        found |= by_type(of_name, f"{name}_")
    return found


THRESHOLDS = tuple(Fraction(k, 10) for k in range(1, 11))


def tally_overlap(case: Case) -> Tallies:
    """As many pairs as possible whose intersection over union within a type reaches a threshold."""
    gold, predicted = sides(case, "word")
    found: dict[str, Tally] = {}
    for label in {m[2] for m in gold | predicted}:
        left, right = ([set(range(*m[:2])) for m in sorted(of_type(side, label))] for side in (gold, predicted))
        for t in THRESHOLDS:
            table = [[(1,) if Fraction(len(g & p), len(g | p)) >= t else None for p in right] for g in left]
            (pairs,) = best_pairings(table, [[(label, label, True)] * len(right)] * len(left))[0] or (0,)
            found[f"{t} {label}"] = Tally(pairs, len(right), pairs, len(left))
    return found


def overlap_measures(tallies: Tallies) -> dict[str, Value]:
    """F1 at each threshold and the area under them."""
    found: dict[str, Value] = {}
    for label in ("micro", *ENTITY_TYPES):
        curve = []
        for t in THRESHOLDS:
            chosen = [
                c for key, c in tallies.items() if key.split()[0] == str(t) and label in ("micro", key.split()[1])
            ]
            curve.append(summed([{"": c} for c in chosen]).get("", Tally()).f1())
            found[f"{label}/f1_at_{float(t)}"] = curve[-1]
        defined = [f1 for f1 in curve if f1 is not None]
        area = sum((a + b) / 2 for a, b in pairwise(defined))
        found[f"{label}/f1_auc"] = ratio(area, len(curve) - 1) if defined else None
    return found


DEEPEST = 5


def levels(side: set[Mention]) -> dict[str, set[Mention]]:
    """The mentions of one side at each level of nesting."""
    spans = {m[:2] for m in side}

    def encloses(outer: tuple[int, int], inner: tuple[int, int]) -> bool:
        return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]

    found = {
        "all": set(side),
        "outermost": {m for m in side if not any(encloses(o, m[:2]) for o in spans)},
        "innermost": {m for m in side if not any(encloses(m[:2], o) for o in spans)},
        "same_type": {m for m in side if any(encloses(o[:2], m[:2]) and o[2] == m[2] for o in side)},
    }
    depth = {m: min(DEEPEST, 1 + sum(encloses(o, m[:2]) for o in spans)) for m in side}
    return found | {f"depth_{k}": {m for m in side if depth[m] == k} for k in range(1, DEEPEST + 1)}


def tally_nested(case: Case) -> Tallies:
    """Each level of each side against the whole other side."""
    gold, predicted = sides(case, "word")
    of_gold, of_predicted = levels(gold), levels(predicted)
    return {
        label: Tally(
            hits=len(of_predicted[label] & gold),
            predicted=len(of_predicted[label]),
            found=len(of_gold[label] & predicted),
            gold=len(of_gold[label]),
        )
        for label in of_gold
    }


class Reading(NamedTuple):
    """A claim in word view with the words of its content."""

    claim: Claim
    content: tuple[int, int]
    cue: tuple[int, int]
    source: tuple[int, int] | None
    words: frozenset[tuple[int, int]]

    def relation(self) -> tuple[object, ...]:
        """The three spans."""
        return self.content, self.cue, self.source


def read(text: str, claim: Claim) -> Reading:
    """A claim as the scorer sees it."""

    def seen(span: Span) -> tuple[int, int]:
        return widened(text, trimmed(text, *span))

    content = seen(claim.content)
    inside = frozenset(w for w in words(text) if max(w[0], content[0]) < min(w[1], content[1]))
    return Reading(claim, content, seen(claim.cue), seen(claim.source) if claim.source else None, inside)


def rank(claim: Claim) -> tuple[object, ...]:
    """What claims are sorted by."""
    attributes = (claim.speaker, *(claim.attributes.get(name) for name in ATTRIBUTES[1:]))
    return (claim.content, claim.cue, claim.source or (-1, -1), *((a is not None, a or "") for a in attributes))


def dice(g: Reading, p: Reading) -> Fraction:
    """Dice's coefficient of two contents, in words."""
    return Fraction(2 * len(g.words & p.words), len(g.words) + len(p.words))


def pairings(gold: Sequence[Reading], predicted: Sequence[Reading], least: Fraction) -> Iterator[list[int]]:
    """Every one-to-one pairing, as each gold claim's prediction; unpaired: the number of predictions."""

    def walk(i: int, used: frozenset[int]) -> Iterator[list[int]]:
        if i == len(gold):
            yield []
            return
        for j, p in enumerate(predicted):
            if j not in used and gold[i].words & p.words and dice(gold[i], p) >= least:
                yield from ([j, *rest] for rest in walk(i + 1, used | {j}))
        yield from ([len(predicted), *rest] for rest in walk(i + 1, used))

    return walk(0, frozenset())


def pair_claims(case: Case, least: Fraction) -> tuple[list[Reading], list[Reading], list[tuple[Reading, Reading]]]:
    """Both sides, and the pairs of the best pairing."""
    answer = case.predicted.claims if case.predicted else None
    left, right = ([read(case.document.text, c) for c in sorted(s or (), key=rank)] for s in (case.gold.claims, answer))

    def order(choice: list[int]) -> tuple[object, ...]:
        pairs = [(left[i], right[j]) for i, j in enumerate(choice) if j < len(right)]
        return (
            -sum(len(g.words & p.words) for g, p in pairs),
            -sum((dice(g, p) for g, p in pairs), Fraction(0)),
            -sum(g.content == p.content for g, p in pairs),
            -sum(g.cue == p.cue for g, p in pairs),
            -sum(g.source == p.source for g, p in pairs),
            choice,
        )

    best = min(pairings(left, right, least), key=order)
    return left, right, [(left[i], right[j]) for i, j in enumerate(best) if j < len(right)]


ATTRIBUTES = ("speaker", "quote", "polarity", "certainty")
KINDS = ("", *(f"_{quote}" for quote in QUOTES))


def role_credit(role: str, g: Reading, p: Reading) -> tuple[Fraction | int, Fraction | int]:
    """What a pair adds to the right predictions and to the gold found in a role."""
    if role == "content_soft":
        shared = len(g.words & p.words)
        return Fraction(shared, len(p.words)), Fraction(shared, len(g.words))
    equal = {
        "content": g.content == p.content,
        "cue": g.cue == p.cue,
        "source": g.source is not None and g.source == p.source,
        "relation": g.relation() == p.relation(),
    }[role]
    return int(equal), int(equal)


def tally_claims(case: Case) -> Tallies:
    """Spans of claims, over all and by kind of quotation, and their attributes."""
    left, right, pairs = pair_claims(case, Fraction(1, 2))
    counted: list[Tallies] = []
    for role in ("content", "cue", "source", "content_soft", "relation"):
        for kind in KINDS:

            def counts(r: Reading, role: str = role, kind: str = kind) -> bool:
                return kind in ("", f"_{r.claim.attributes.get('quote')}") and (
                    role != "source" or r.source is not None
                )

            counted += [{f"{role}{kind}": Tally()}]
            counted += [{f"{role}{kind}": Tally(gold=1)} for r in left if counts(r)]
            counted += [{f"{role}{kind}": Tally(predicted=1)} for r in right if counts(r)]
            for g, p in pairs:
                by_predicted, by_gold = role_credit(role, g, p)
                counted += [{f"{role}{kind}": Tally(hits=by_predicted)}] if counts(p) else []
                counted += [{f"{role}{kind}": Tally(found=by_gold)}] if counts(g) else []
    for name in ATTRIBUTES:
        equal = sum(_said(g.claim, name) == _said(p.claim, name) for g, p in pairs)
        counted += [{name: Tally(equal, len(pairs), equal, len(left))}]
    return summed(counted)


def _said(claim: Claim, name: str) -> str | None:
    return claim.speaker if name == "speaker" else claim.attributes.get(name)


def claim_measures(tallies: Tallies) -> dict[str, Value]:
    """The measures of roles, and of attributes over pairs and over gold."""
    found: dict[str, Value] = {}
    for label, tally in tallies.items():
        if label in ATTRIBUTES:
            found |= {f"{label}/accuracy": tally.precision(), f"{label}/recall": tally.recall()}
            continue
        found |= three(label, tally)
        if label.endswith(KINDS[1:]):
            del found[f"{label}/f1"]
    return found


def tally_sentences(case: Case) -> Tallies:
    """Labels of sentences that are equal in word view."""
    answer = case.predicted.sentences if case.predicted else None
    gold, predicted = (
        {(*widened(case.document.text, trimmed(case.document.text, s.start, s.end)), s.label) for s in side or ()}
        for side in (case.gold.sentences, answer)
    )
    found = {label: same(of_type(gold, label), of_type(predicted, label)) for label in SENTENCE_LABELS}
    alone = {m[:2] for m in predicted} - {m[:2] for m in gold}
    return found | {"accuracy": Tally(hits=len(gold & predicted), predicted=len(gold) + len(alone))}


def sentence_measures(tallies: Tallies) -> dict[str, Value]:
    """Each label, their mean, and the accuracy."""
    labels = {label: tallies.get(label, Tally()) for label in SENTENCE_LABELS}
    return by_label(labels) | {
        "macro/f1": mean([t.f1() for t in labels.values() if t.gold]),
        "micro/accuracy": tallies.get("accuracy", Tally()).precision(),
    }


class Scorer(NamedTuple):
    """One scorer: the layer that it reads, its counts in one document, and its measures of summed counts.

    Where the definitions leave a choice there are several counts, each of them right.
    """

    layer: str
    tallies: Callable[[Case], Sequence[Tallies]]
    measures: Callable[[Tallies], dict[str, Value]]


SCORERS: Mapping[str, Scorer] = {
    "entities_strict": Scorer("entities", lambda case: [tally_strict(case, "word")], by_type),
    "entities_strict_char": Scorer("entities", lambda case: [tally_strict(case, "char")], by_type),
    "entities_strict_clitic": Scorer("entities", lambda case: [tally_strict(case, "clitic")], by_type),
    "entities_partial": Scorer("entities", tally_partial, partial_measures),
    "entities_overlap": Scorer("entities", lambda case: [tally_overlap(case)], overlap_measures),
    "entities_nested": Scorer("entities", lambda case: [tally_nested(case)], by_label),
    "claims": Scorer("claims", lambda case: [tally_claims(case)], claim_measures),
    "checkworthy": Scorer("sentences", lambda case: [tally_sentences(case)], sentence_measures),
}
