"""What token classifiers say: entities from any of them, and from a joint model claims and sentence labels too."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final, Literal

from harness.arabic.normalize import Normalizer
from harness.arabic.plain import Spelling
from harness.data.bio import Scheme
from harness.data.files import sha256_of_file
from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Document, InputError, Prediction
from harness.runners.base import Runner, predict_together
from harness.runners.tagging import Repair, ill_formed
from harness.runners.transformer.answers import Combination
from harness.runners.transformer.canary import MOST, uniformity
from harness.runners.transformer.card import Card, learned_from, read_seen
from harness.runners.transformer.checkpoint import Precision
from harness.runners.transformer.flat import FlatReader, TagReader
from harness.runners.transformer.joint.heads import GOLD, Group, is_joint, read_groups
from harness.runners.transformer.joint.reader import JointReader
from harness.runners.transformer.network import Network
from harness.runners.transformer.opening import SHIPPED, Engine, Opened, Source
from harness.runners.transformer.page import Layout, Segmentation, Unit

# Characters read before the first answer: enough for several batches, so that sequences of like length meet.
_GROUP: Final = 1 << 17
_LONGEST: Final = 1 << 20
# What a joint model does in one way only.
_FLAT_ONLY: Final[Mapping[str, str | None]] = {
    "scheme": "IOB2", "repair": "restart", "tokens": "first", "score": "mean", "segment": None,
}  # fmt: skip
_NEAR_UNIFORM: Final = (
    "found almost equal probabilities for all tags on a plain sentence; "
    "the model has hardly been trained, or a part of it was not loaded"
)


@dataclass(frozen=True)
class Transformer(Runner):
    """Entities from a model that tags tokens; conf/runner/transformer.yaml says what each field means.

    A joint model, as `harness train` makes them, answers with its `head`. Predictions do not depend on how documents
    are batched, but for the last digits of floating-point sums. After `predict`, `remarks` says what a reader of the
    scores has to know.
    """

    model: str = SHIPPED
    revision: str | None = None
    head: str = GOLD
    engine: Engine | None = None
    threads: int | None = None
    labels: str | None = None
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    tokens: Unit = "first"
    score: Combination = "mean"
    temperature: float = 1.0
    window: int | None = None
    overlap: int = 64
    token_budget: int = 4096
    dtype: Precision = "float32"
    device: str | None = None
    normalise: Normalizer | Literal["auto", "plain"] | None = "auto"
    segment: Segmentation | None = None
    card: Card | None = None
    allow_seen: bool = False
    name: str = "transformer"

    def __post_init__(self) -> None:
        if not self.temperature > 0:
            raise InputError(f"temperature: found {self.temperature}, wanted a number above 0")
        for key, value in (("window", self.window), ("token_budget", self.token_budget), ("threads", self.threads)):
            if value is not None and value < 1:
                raise InputError(f"{key}: found {value}, wanted a whole number from 1")
        if self.overlap < 0 or (self.window is not None and 2 * self.overlap > self.window):
            raise InputError(f"overlap: found {self.overlap}, wanted a whole number from 0 to half the window")

    def load(self) -> None:
        """Load the model.

        Raises:
            InputError: the model cannot be had, does not fit `head`, `scheme`, `labels` or `window`, or answers with
                something else than finite numbers.
        """
        if self._groups:
            self._check_head(self._groups)
        else:
            if self.head != GOLD:
                raise InputError(f"head: found {self.head!r} with a model that has one head, wanted {GOLD}")
            self._network.check(None if self.tag_set is None else self.tag_set.labels, str(self.labels))
        if self._layout.capacity < 1 or 2 * self.overlap > self._layout.capacity:
            wanted = "room for a token beside those that open and close it, and half of it for the overlap"
            raise InputError(f"window: found {self._window} with an overlap of {self.overlap}, wanted {wanted}")
        # Asked for here: what a model cannot answer is to be known before the documents.
        _ = self._uniformity

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        self._reader.shortened = 0
        if isinstance(self._reader, FlatReader):
            self._reader.faults.clear()
        yield from predict_together(documents, self._reader.read, _GROUP)

    @cached_property
    def tag_set(self) -> TagSet | None:
        """The tag set of the answers: that of `labels`, else of a head that has a map's name and no schema."""
        if self.labels is None and (self.head == GOLD or self.head in self._opened.schemas):
            return None
        return read_tag_set(self.labels or self.head)

    @property
    def annotation_schema(self) -> Schema | None:
        """What the head of a joint model answers in: what was kept of its training, else the gold's; None of others."""
        if not self._groups or self.tag_set is not None:
            return None
        return self._opened.schemas.get(self.head, read_schema(GOLD_NAME))

    def learned_from(self, documents: Sequence[Document]) -> list[str]:
        """The ids of documents that the model was trained on, as far as its record tells."""
        return learned_from(documents, read_seen(self._source.folder))

    @property
    def not_for(self) -> Sequence[str]:
        """The data sets and tag sets whose scores say nothing, because the model has learned from them."""
        return self.card.not_for if self.card else ()

    @property
    def provenance(self) -> Mapping[str, object]:
        """What tells one model from another: its card, its revision, and hashes of what was loaded."""
        tags = json.dumps(self._network.outputs, ensure_ascii=False)
        return {
            "model": self.model,
            "revision": self.revision,
            "engine": "onnx" if self._source.by_onnx else "torch",
            "card": self.card and asdict(self.card),
            "id2label_sha256": hashlib.sha256(tags.encode()).hexdigest(),
            "files_sha256": {path.name: sha256_of_file(path) for path in self._source.files()},
            "canary_uniformity": round(self._uniformity, 4),
        }

    @property
    def remarks(self) -> Sequence[str]:
        """What makes the model itself doubtful, and what was ill-formed or cut in the documents predicted last."""
        said = [f"{self.name}: {_NEAR_UNIFORM}"] if self._uniformity > MOST else []
        faults = self._reader.faults if isinstance(self._reader, FlatReader) else Counter[str]()
        if faults:
            said.append(f"{self.name}: {ill_formed(faults, self.scheme, self.repair)}")
        if self._reader.shortened:
            done = f"only the first {self._layout.capacity} of each were read"
            said.append(f"{self.name}: found {self._reader.shortened} words of more tokens than a window has; {done}")
        return said

    def _check_head(self, groups: Sequence[Group]) -> None:
        heads = sorted({group.head for group in groups})
        if self.head not in heads:
            raise InputError(f"head: found {self.head!r}, wanted one of the model's: {', '.join(heads)}")
        for key, wanted in _FLAT_ONLY.items():
            if getattr(self, key) != wanted:
                found = f"{getattr(self, key)!r} with a joint model"
                raise InputError(f"{key}: found {found}, wanted {wanted or 'null'}: it has words and tags of its own")

    @cached_property
    def _source(self) -> Source:
        return Source(self.model, self.revision, self.engine, self.device, self.dtype, self.threads)

    @cached_property
    def _opened(self) -> Opened:
        return self._source.open()

    @cached_property
    def _network(self) -> Network:
        opened = self._opened
        return Network(opened.tokenizer, opened.backend, opened.outputs, opened.limit, self.scheme, self.temperature)

    @cached_property
    def _groups(self) -> list[Group]:
        """The groups of a joint model, none of another."""
        outputs = list(self._network.outputs)
        return read_groups(outputs) if is_joint(outputs) else []

    @cached_property
    def _reader(self) -> FlatReader | JointReader:
        if self._groups:
            capacity, overlap = self._layout.capacity, self._layout.overlap
            schema = self._opened.schemas.get(self.head, read_schema(GOLD_NAME))
            return JointReader(
                self._network, self._groups, self.head, capacity, overlap, self.token_budget, schema, self._spelling
            )
        tags = TagReader(self.scheme, self.repair, self.score)
        return FlatReader(self._network, self._layout, self.tokens, tags, self.token_budget)

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
    def _layout(self) -> Layout:
        """How texts are laid out; its capacity is what a window holds of the text itself."""
        opening, closing = self._network.frame
        return Layout(self._window - len(opening) - len(closing), self.overlap, self._spelling, self.segment)

    @property
    def _spelling(self) -> Spelling:
        """How texts are respelled; by itself a joint model reads plain spelling, any other what it is given."""
        if self.normalise == "auto":
            return "plain" if self._groups else None
        return self.normalise

    @cached_property
    def _uniformity(self) -> float:
        try:
            return uniformity(self._network, self._layout, [group.outputs for group in self._groups] or None)
        except ValueError as error:
            raise InputError(f"{self.model}: {error}") from error
