"""Entities from a token classifier of the transformers library."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from harness.arabic.normalize import Normalizer
from harness.runners.together import predict_together
from harness.runners.transformer.answers import Answer, Combination, Strategy
from harness.runners.transformer.checkpoint import Checkpoint, Precision
from harness.runners.transformer.mentions import Found, Reader, Repair
from harness.runners.transformer.network import Network
from harness.runners.transformer.page import Page, open_page
from harness.tags import Scheme
from harness.tagsets import known_labels
from harness.types import Annotation, Document, InputError, Prediction

# Characters read before the first answer: enough for several batches, so that sequences of like length meet.
_GROUP: Final = 1 << 17
_LONGEST: Final = 1 << 20


@dataclass(frozen=True)
class Transformer:
    """Entities from a model that tags tokens; conf/runner/transformer.yaml says what each field means.

    Predictions do not depend on how documents are batched, but for the last digits of floating-point sums. After
    `predict`, `remarks` says what a reader of the scores has to know.
    """

    model: str
    revision: str | None = None
    labels: str | None = None
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    tokens: Strategy = "first"
    score: Combination = "mean"
    temperature: float = 1.0
    window: int | None = None
    overlap: int = 64
    token_budget: int = 4096
    dtype: Precision = "float32"
    device: str | None = None
    normalise: Normalizer | None = None
    name: str = "transformer"
    _faults: Counter[str] = field(default_factory=Counter, init=False, repr=False, compare=False)
    _shortened: Counter[str] = field(default_factory=Counter, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise InputError(f"temperature: found {self.temperature}, wanted a number above 0")
        for key, value in (("window", self.window), ("token_budget", self.token_budget)):
            if value is not None and value < 1:
                raise InputError(f"{key}: found {value}, wanted a whole number from 1")
        if self.overlap < 0 or (self.window is not None and 2 * self.overlap > self.window):
            raise InputError(f"overlap: found {self.overlap}, wanted a whole number from 0 to half the window")

    def load(self) -> None:
        """Load the model.

        Raises:
            InputError: torch or the model cannot be had, or the model does not fit `scheme`, `labels` or `window`.
        """
        self._network.check(known_labels(self.labels), self.labels or "the gold")
        if self._capacity < 1 or 2 * self.overlap > self._capacity:
            wanted = "room for a token beside those that open and close it, and half of it for the overlap"
            raise InputError(f"window: found {self._window} with an overlap of {self.overlap}, wanted {wanted}")

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        self._faults.clear()
        self._shortened.clear()
        yield from predict_together(documents, self._annotate, _GROUP)

    @property
    def remarks(self) -> Sequence[str]:
        """What was ill-formed or cut in the documents predicted last, a line each."""
        said = []
        if self._faults:
            kinds = ", ".join(f"{count} {problem}" for problem, count in self._faults.most_common())
            done = {"restart": "read as conlleval reads them", "drop": "their mentions left out"}[self.repair]
            found = f"{self._faults.total()} ill-formed tags under {self.scheme} ({kinds})"
            said.append(f"{self.name}: found {found}; {done}")
        if self._shortened:
            done = f"only the first {self._capacity} of each were read"
            said.append(f"{self.name}: found {self._shortened.total()} words of more tokens than a window has; {done}")
        return said

    @cached_property
    def _network(self) -> Network:
        loaded = Checkpoint(self.model, self.revision, self.device, self.dtype).load()
        return Network(loaded, self.scheme, self.temperature)

    @cached_property
    def _window(self) -> int:
        """Tokens in a window, those that open and close it included."""
        limit = self._network.limit
        # What transformers writes where a tokenizer names no limit is a number of 31 digits.
        if self.window is None and limit > _LONGEST:
            raise InputError("window: found null and a model that names no limit of its own, wanted a number")
        if self.window is not None and self.window > limit:
            raise InputError(f"window: found {self.window}, wanted at most the {limit} tokens that the model reads")
        return self.window or limit

    @cached_property
    def _capacity(self) -> int:
        """Tokens of the text in a window."""
        opening, closing = self._network.frame
        return self._window - len(opening) - len(closing)

    def _annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        """The entities of documents that are read together."""
        pages = [
            open_page(document.text, self._network, self.normalise, self._capacity, self.overlap)
            for document in documents
        ]
        sequences = [sequence for page in pages for sequence in page.sequences]
        answers = iter(self._network.classify(sequences, self.token_budget))
        found = [self._read(page, [next(answers) for _ in page.windows]) for page in pages]
        for document, page, entities in zip(documents, pages, found, strict=True):
            self._faults.update(entities.faults)
            self._shortened.update({document.id: page.shortened} if page.shortened else {})
        return [Annotation(entities=tuple(sorted(one.entities.values()))) for one in found]

    def _read(self, page: Page, windows: Sequence[Sequence[Answer]]) -> Found:
        reader, found = Reader(self.scheme, self.repair, self.score), Found()
        for line, pieces in zip(page.word_answers(windows, self.tokens), page.lines, strict=True):
            found.update(reader.read(line, pieces, page.rewrite))
        return found
