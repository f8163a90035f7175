"""What was read in a rewritten text, as spans of the text that was given."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from harness.arabic.plain import carry_back, has_letters
from harness.arabic.segment import sentences
from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Claim, Entity, Sentence, Span


def carry_annotation(annotation: Annotation, rewrite: Rewrite) -> Annotation:
    """`annotation` of the target of `rewrite` as one of its source.

    No span begins or ends in white space or an invisible mark. Mentions and contents without a letter or a digit are
    left out; of two mentions that become one the surer stays. Sentences are those of the source. Speakers keep the
    spelling of the target.
    """
    entities, claims, labels = annotation.entities, annotation.claims, annotation.sentences
    return Annotation(
        None if entities is None else carry_entities(entities, rewrite),
        None if claims is None else tuple(_claims(claims, rewrite)),
        None if labels is None else tuple(_sentences(labels, rewrite)),
    )


def carry_entities(entities: Iterable[Entity], rewrite: Rewrite) -> tuple[Entity, ...]:
    """`entities` of the target of `rewrite` as those of its source, in their order."""
    carried: dict[tuple[Span, str], Entity] = {}
    for entity in entities:
        span = carry_back(Span(entity.start, entity.end), rewrite)
        known = carried.get((span, entity.type))
        surer = known is None or (known.score or 0) < (entity.score or 0)
        if surer and has_letters(rewrite.source[span.start : span.end]):
            carried[span, entity.type] = Entity(*span, entity.type, entity.score)
    return tuple(carried.values())


def _claims(claims: Iterable[Claim], rewrite: Rewrite) -> Iterator[Claim]:
    for claim in claims:
        content, cue = carry_back(claim.content, rewrite), carry_back(claim.cue, rewrite)
        source = None if claim.source is None else carry_back(claim.source, rewrite)
        if source is not None and source.start == source.end:
            source = None
        if cue.start < cue.end and has_letters(rewrite.source[content.start : content.end]):
            yield replace(claim, content=content, cue=cue, source=source)


def _sentences(labels: Sequence[Sentence], rewrite: Rewrite) -> Iterator[Sentence]:
    """Each sentence of the source with the label of the one of the target that it shares most characters with."""
    carried = [(carry_back(Span(sentence.start, sentence.end), rewrite), sentence) for sentence in labels]
    first = 0
    for start, end in sentences(rewrite.source):
        while first < len(carried) and carried[first][0].end <= start:
            first += 1
        best, most = None, 0
        for span, sentence in islice(carried, first, None):
            if span.start >= end:
                break
            shared = min(span.end, end) - max(span.start, start)
            if shared > most:
                best, most = sentence, shared
        if best is not None:
            yield Sentence(start, end, best.label, best.score)
