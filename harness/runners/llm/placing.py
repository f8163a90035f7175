"""From what a model answered to spans of the text: each quote in its sentence, and what has no place counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from harness.arabic.segment import sentences
from harness.data.schema import Schema
from harness.data.types import LAYERS, Annotation, Claim, Entity, Span, Unplaced
from harness.data.types import Sentence as LabelledSentence
from harness.runners.llm.answers import ClaimItem, LabelItem, MentionItem, ParsedAnswer, Quote
from harness.runners.llm.chunks import Chunk
from harness.runners.llm.places import Sentence, fold


@dataclass(frozen=True)
class Placed:
    """What an answer says about its chunk, in offsets of the document.

    `annotation` has the layers that were asked for, each in the order of the text, and no unplaced items; `unplaced`
    are the answers without a place in the text, `malformed` counts those that were none. Spans may lie outside the
    chunk, where the answer names another sentence of the document.
    """

    annotation: Annotation
    unplaced: tuple[Unplaced, ...]
    malformed: int


def place(chunk: Chunk, parsed: ParsedAnswer, schema: Schema, layers: Sequence[str] | None = None) -> Placed:
    """The spans of an answer; `layers` are those that were asked for, by default all of the schema.

    A quote is placed in the sentence that it names: as it is written, else without white space and punctuation at its
    edges, else in another spelling (`places.Folded`). It begins at the start of a word or behind one-letter words
    written onto it, and ends at the end of a word: the `صين` of `الصين` has no place, as the article is part of its
    word. A mention that is answered n times with the same sentence, type and quote stands at the first n places, of
    which those come last that are inside a longer mention of its type (`روسيا` in `روسيا البيضاء`); more answers than
    places are repetitions, as are all of what has no place but the first. A part of a claim stands at the first
    place; a claim of which a part has no place has none. The first label of a sentence counts. The order of an answer
    makes no other difference.
    """
    asked = [layer for layer in LAYERS if layer in (schema.layers if layers is None else layers)]
    text = _Text(chunk)
    entities = _mentions(text, parsed.entities) if "entities" in asked else None
    claims = _claims(text, parsed.claims, schema) if "claims" in asked else None
    labels = _labels(text, parsed.sentences) if "sentences" in asked else None
    unplaced = tuple(sorted(text.unplaced, key=lambda item: (LAYERS.index(item.layer), item.at, item)))
    return Placed(Annotation(entities, claims, labels), unplaced, parsed.malformed)


@dataclass
class _Text:
    """The sentences of a document by their numbers, and what was found to have no place in them."""

    chunk: Chunk
    unplaced: list[Unplaced] = field(default_factory=list)
    _known: dict[int, Sentence | None] = field(default_factory=dict)

    def sentence(self, number: int) -> Sentence | None:
        """The sentence of that number; None where the document has none."""
        if number not in self._known:
            self._known[number] = self._sentence(number)
        return self._known[number]

    def _sentence(self, number: int) -> Sentence | None:
        chunk = self.chunk
        spans, first = chunk.sentences, chunk.first
        if not first <= number < first + len(spans):
            spans, first = tuple(sentences(chunk.document.text)), 1
        index = number - first
        return Sentence(chunk.document.text, spans[index]) if 0 <= index < len(spans) else None

    def refuse(self, layer: str, label: str, quote: str, number: int) -> None:
        """Note an answer that has no place."""
        sentence = self.sentence(number)
        at = self.chunk.sentences[0].start if sentence is None else sentence.span.start
        self.unplaced.append(Unplaced(layer, label, quote, at))

    def places(self, item: Quote) -> list[Span]:
        """Where a quote may stand, the likeliest first."""
        sentence = self.sentence(item.sentence)
        return [] if sentence is None else sentence.exact(item.quote) or sentence.folded(item.quote)


def _mentions(text: _Text, items: Iterable[MentionItem]) -> tuple[Entity, ...]:
    groups: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    for item in items:
        groups[fold(item.quote), item.sentence, item.type][item.quote.strip()] += 1
    found: dict[tuple[int, str], set[Span]] = defaultdict(set)
    # Longest first: what is left over by a longer name of the type is where a shorter one stands by itself.
    for (_, number, kind), quotes in sorted(groups.items(), key=lambda group: -len(group[0][0])):
        sentence, longer = text.sentence(number), tuple(found[number, kind])
        exact, folded = (
            {quote: _outside_first(look_up(quote), longer) for quote in quotes}
            for look_up in ((sentence.exact, sentence.folded) if sentence else (_nowhere, _nowhere))
        )
        taken = {span for quote, times in quotes.items() for span in exact[quote][:times]}
        for quote, times in quotes.items():
            if not exact[quote] and not folded[quote]:
                text.refuse("entities", kind, quote, number)
            for _ in range(times - len(exact[quote][:times])):
                free = (span for span in folded[quote] if not any(_overlap(span, other) for other in taken))
                taken.update(islice(free, 1))
        found[number, kind] |= taken
    entities = (Entity(*span, kind) for (_, kind), spans in found.items() for span in spans)
    return tuple(sorted(entities, key=lambda entity: (entity.start, -entity.end, entity.type)))


def _outside_first(spans: Sequence[Span], longer: Sequence[Span]) -> list[Span]:
    """`spans` in their order, those inside one of `longer` last."""
    return sorted(spans, key=lambda span: any(start <= span.start and span.end <= end for start, end in longer))


def _overlap(span: Span, other: Span) -> bool:
    return span.start < other.end and other.start < span.end


def _nowhere(quote: str) -> list[Span]:
    del quote
    return []


def _claims(text: _Text, items: Iterable[ClaimItem], schema: Schema) -> tuple[Claim, ...]:
    found: dict[tuple[Span, Span, Span | None], Claim] = {}
    refused: set[tuple[tuple[str, int, str], ...]] = set()
    for item in items:
        roles = {"content": item.content, "cue": item.cue, **({"source": item.source} if item.source else {})}
        places = {role: text.places(quote) for role, quote in roles.items()}
        if not all(places.values()):
            answered = tuple((role, quote.sentence, quote.quote) for role, quote in roles.items())
            if answered not in refused:
                refused.add(answered)
                for role, number, words in answered:
                    text.refuse("claims", role, words, number)
            continue
        content, cue = places["content"][0], places["cue"][0]
        source = places["source"][0] if item.source else None
        attributes = {name: item.attributes[name] for name in schema.attributes if name in item.attributes}
        found.setdefault((content, cue, source), Claim(content, cue, source, item.speaker, attributes))
    return tuple(sorted(found.values(), key=lambda claim: (claim.content, claim.cue, claim.source or Span(-1, -1))))


def _labels(text: _Text, items: Iterable[LabelItem]) -> tuple[LabelledSentence, ...]:
    found: dict[Span, str] = {}
    # A repetition of an answer without a place says nothing new either.
    for item in dict.fromkeys(items):
        sentence = text.sentence(item.sentence)
        if sentence is None:
            text.refuse("sentences", item.label, f"[{item.sentence}]", item.sentence)
        else:
            found.setdefault(sentence.span, item.label)
    return tuple(LabelledSentence(*span, label) for span, label in sorted(found.items()))
