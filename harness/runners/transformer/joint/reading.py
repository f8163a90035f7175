"""What a joint model says about a document: entities, claims and sentence labels out of its logits."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from harness.arabic.quotations import find_quotations
from harness.arabic.segment import sentences
from harness.data.types import Annotation, Claim, Entity, Sentence, Span
from harness.runners.transformer.joint.claims import claims_in
from harness.runners.transformer.joint.entities import Line, entities_in
from harness.runners.transformer.joint.heads import GOLD, Group
from harness.runners.transformer.joint.speakers import name_speakers
from harness.runners.transformer.joint.tagging import Logits, choose, named


class Words(NamedTuple):
    """The words of one line, as spans of the document, and the logits of their first tokens."""

    spans: Sequence[Span]
    logits: Logits


def read_document(text: str, lines: Sequence[Words], groups: Sequence[Group], head: str) -> Annotation:
    """What `head` says about `text`; heads other than the gold's answer with entities only."""
    own = named(groups, head)
    entities: list[Entity] = []
    claims: list[Claim] = []
    quotations = find_quotations(text) if head == GOLD else ()
    for words in lines:
        line = Line(text, words.spans, words.logits, own)
        entities += entities_in(line)
        if head == GOLD:
            claims += claims_in(line, quotations)
    if head != GOLD:
        return Annotation(entities=tuple(entities))
    labels = _label_sentences(text, lines, own)
    return Annotation(tuple(entities), tuple(name_speakers(text, claims, entities)), tuple(labels))


def _label_sentences(text: str, lines: Sequence[Words], groups: Mapping[str, Group]) -> list[Sentence]:
    """The label of each sentence: that with the highest mean log probability over its words."""
    spans = [span for words in lines for span in words.spans]
    logits = np.concatenate([words.logits for words in lines]) if lines else np.zeros((0, 0), np.float32)
    starts = np.array([span.start for span in spans])
    found = []
    for start, end in sentences(text):
        first, last = np.searchsorted(starts, [start, end])
        if first < last:
            label, probability = choose(logits[first:last], groups["sentence"])
            found.append(Sentence(start, end, label, probability))
    return found
