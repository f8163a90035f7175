"""Self-consistency: of several answers to one document, what most of them say."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from harness.data.schema import Schema
from harness.data.types import Annotation, Claim, Entity, Sentence, Span
from harness.runners.joining import numbered

K = TypeVar("K")
T = TypeVar("T")


def vote(answers: Sequence[Annotation], times: int, schema: Schema) -> Annotation:
    """What more than half of `times` answers say, with the share of these that say it as score.

    Of `answers`, those that came, there may be fewer. Mentions are the same by span and type, claims by content, cue
    and source; their speaker and attributes are what most of the answers with that claim say. A sentence that more than
    half have labelled has the label of most, of several the first in the order of the schema. What has no place in the
    text is the same by label, quote and place; what an answer says twice of it, as the source of two claims, is two. A
    layer that no answer has stays without annotation.
    """
    return Annotation(
        _layer(answers, lambda answer: answer.entities, lambda found: _entities(found, times)),
        _layer(answers, lambda answer: answer.claims, lambda found: _claims(found, times, schema)),
        _layer(answers, lambda answer: answer.sentences, lambda found: _sentences(found, times, schema)),
        tuple(unplaced for unplaced, _ in _most([[*numbered(answer.unplaced)] for answer in answers], times)),
    )


def _layer(
    answers: Sequence[Annotation],
    layer: Callable[[Annotation], tuple[T, ...] | None],
    joined: Callable[[list[tuple[T, ...]]], Iterable[T]],
) -> tuple[T, ...] | None:
    found = [items for answer in answers if (items := layer(answer)) is not None]
    return tuple(joined(found)) if found else None


def _most(answers: Sequence[Iterable[K]], times: int) -> dict[K, float]:
    """What more than half of the answers hold, sorted, with its share; each holds a thing once."""
    counts = Counter(item for answer in answers for item in answer)
    return {item: counts[item] / times for item in sorted(counts, key=repr) if counts[item] * 2 > times}


def _entities(answers: Sequence[Sequence[Entity]], times: int) -> list[Entity]:
    kept = _most([{entity[:3] for entity in answer} for answer in answers], times)
    return sorted(Entity(start, end, kind, share) for (start, end, kind), share in kept.items())


def _claims(answers: Sequence[Sequence[Claim]], times: int, schema: Schema) -> list[Claim]:
    # Of two claims of one answer with the same roles the first counts.
    each = [{_roles(claim): claim for claim in reversed(answer)} for answer in answers]
    claims = []
    for roles, share in _most(each, times).items():
        same = [answer[roles] for answer in each if roles in answer]
        content, cue, source = roles
        speakers = [claim.speaker for claim in same]
        # Of several that are as frequent the one that was said first.
        speaker = max(speakers, key=speakers.count)
        attributes = {}
        for name in dict.fromkeys(name for claim in same for name in claim.attributes):
            values = [claim.attributes[name] for claim in same if name in claim.attributes]
            attributes[name] = _commonest(values, schema.attributes.get(name, ()))
        claims.append(Claim(content, cue, source, speaker, attributes, share))
    return sorted(claims, key=lambda claim: (claim.content, claim.cue, claim.source or (-1, -1)))


def _roles(claim: Claim) -> tuple[Span, Span, Span | None]:
    return claim.content, claim.cue, claim.source


def _sentences(answers: Sequence[Sequence[Sentence]], times: int, schema: Schema) -> list[Sentence]:
    labels: dict[tuple[int, int], list[str]] = {}
    for answer in answers:
        for place, label in {sentence[:2]: sentence.label for sentence in answer}.items():
            labels.setdefault(place, []).append(label)
    found = []
    for (start, end), given in sorted(labels.items()):
        if len(given) * 2 > times:
            label = _commonest(given, schema.sentence_labels)
            found.append(Sentence(start, end, label, given.count(label) / times))
    return found


def _commonest(values: Sequence[str], order: Sequence[str]) -> str:
    """The commonest of `values`; of several the first in `order`, and of those that are not in it the first by name."""
    known = {value: number for number, value in enumerate(order)}
    return min(values, key=lambda value: (-values.count(value), known.get(value, len(known)), value))
