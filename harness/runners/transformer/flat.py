"""Documents through a model with one tag a word: entities of its own tag set."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.data.types import Annotation, Document
from harness.runners.transformer.answers import Answer
from harness.runners.transformer.mentions import Found, Reader
from harness.runners.transformer.network import Network
from harness.runners.transformer.page import Layout, Page, Unit, open_page


@dataclass
class FlatReader:
    """A token classifier with plain tags as a reader of documents.

    `faults` counts ill-formed tags by what is wrong with them, `shortened` the words that had more tokens than a
    window, of which the first were read.
    """

    network: Network
    layout: Layout
    unit: Unit
    tags: Reader
    budget: int
    faults: Counter[str] = field(default_factory=Counter, init=False)
    shortened: int = field(default=0, init=False)

    def read(self, documents: Sequence[Document]) -> list[Annotation]:
        """The entities of documents that are read together."""
        pages = [open_page(document.text, self.network, self.layout) for document in documents]
        sequences = [sequence for page in pages for sequence in page.sequences]
        answers = iter(self.network.classify(sequences, self.budget))
        found = [self._entities(page, [next(answers) for _ in page.windows]) for page in pages]
        for page, entities in zip(pages, found, strict=True):
            self.faults.update(entities.faults)
            self.shortened += page.shortened
        return [Annotation(entities=tuple(sorted(one.entities.values()))) for one in found]

    def _entities(self, page: Page, windows: Sequence[Sequence[Answer]]) -> Found:
        found = Found()
        for line in page.answers(windows, self.unit):
            found.update(self.tags.read([answer for _, answer in line], [span for span, _ in line], page.rewrite))
        return found
