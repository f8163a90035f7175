"""Documents through a model with one tag a word: entities of its own tag set."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.arabic.plain import carry_back, has_letters
from harness.data.bio import Scheme, decode
from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Document, Entity, Span
from harness.runners.tagging import Repair
from harness.runners.transformer.answers import Answer, Combination, combine
from harness.runners.transformer.network import Network
from harness.runners.transformer.page import Layout, Page, Unit, open_page


@dataclass(frozen=True)
class TagReader:
    """How tags are read: their scheme, what becomes of mentions with ill-formed tags, and how a mention is scored."""

    scheme: Scheme
    repair: Repair
    score: Combination

    def read(self, answers: Sequence[Answer], pieces: Sequence[Span], rewrite: Rewrite) -> "Mentions":
        """The entities in the answers for the pieces of one line of `rewrite.target`, as spans of its source.

        A mention without a letter or a digit is none.
        """
        decoded, faults = decode([[answer.tag] for answer in answers], self.scheme)
        mentions = Mentions(faults=Counter(fault.problem for fault in faults))
        for first, last, kind, sound in decoded:
            if sound or self.repair == "restart":
                span = carry_back(Span(pieces[first].start, pieces[last - 1].end), rewrite)
                score = combine([answer.probability for answer in answers[first:last]], self.score)
                if has_letters(rewrite.source[span.start : span.end]):
                    mentions.add(Entity(*span, kind, score))
        return mentions


@dataclass
class Mentions:
    """Entities by span and type, and how often tags were ill-formed in which way."""

    entities: dict[tuple[int, int, str], Entity] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, entity: Entity) -> None:
        """Take in `entity`; of two that became equal when widened to whole letters the surer is kept."""
        known = self.entities.get(entity[:3])
        if known is None or (known.score or 0) < (entity.score or 0):
            self.entities[entity[:3]] = entity

    def update(self, other: "Mentions") -> None:
        """Take in all that `other` has."""
        for entity in other.entities.values():
            self.add(entity)
        self.faults.update(other.faults)


@dataclass
class FlatReader:
    """A token classifier with plain tags as a reader of documents.

    `faults` counts ill-formed tags by what is wrong with them, `shortened` the words that had more tokens than a
    window, of which the first were read.
    """

    network: Network
    layout: Layout
    unit: Unit
    tags: TagReader
    budget: int
    faults: Counter[str] = field(default_factory=Counter, init=False)
    shortened: int = field(default=0, init=False)

    def read(self, documents: Sequence[Document]) -> list[Annotation]:
        """The entities of documents that are read together."""
        pages = [open_page(document.text, self.network, self.layout) for document in documents]
        sequences = [sequence for page in pages for sequence in page.sequences]
        answers = iter(self.network.classify(sequences, self.budget))
        annotations = []
        for page in pages:
            mentions = self._mentions(page, [next(answers) for _ in page.windows])
            annotations.append(Annotation(entities=tuple(sorted(mentions.entities.values()))))
            self.faults.update(mentions.faults)
            self.shortened += page.shortened
        return annotations

    def _mentions(self, page: Page, windows: Sequence[Sequence[Answer]]) -> Mentions:
        mentions = Mentions()
        for line in page.answers(windows, self.unit):
            mentions.update(self.tags.read([answer for _, answer in line], [span for span, _ in line], page.rewrite))
        return mentions
