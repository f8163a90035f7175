"""Documents through a GLiNER2 model: windows over long texts, and what it answers as mentions of the raw text."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import groupby
from typing import Any, Literal, NamedTuple

from harness.arabic.plain import Spelling, respell
from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Document, Entity, InputError, Span
from harness.runners.placing import place_mentions
from harness.runners.transformer.checkpoint import Loaded
from harness.runners.transformer.windows import Window, cut_windows, home_windows

Overlaps = Literal["flat", "nested", "longest", "allow"]


@dataclass(frozen=True)
class Layout:
    """How texts are laid out: respelled, in windows of `words` words that share `overlap`, of which `batch` at once."""

    words: int
    overlap: int
    batch: int
    spelling: Spelling


class Page(NamedTuple):
    """A text as the model reads it: its words, the windows over them with their texts, and the window of each word.

    `shortened` counts the words of which the beginning is read.
    """

    rewrite: Rewrite
    words: Sequence[Span]
    windows: Sequence[Window]
    texts: Sequence[str]
    homes: Sequence[int]
    shortened: int


@dataclass
class Reader:
    """A GLiNER2 model as a reader of documents.

    `asked` has the labels that it is asked for, each with a description or an empty text. `threshold` is the least
    confidence, `overlaps` what the mentions of one label may do. `unaligned` counts answers that are no mention of the
    text, `shortened` words that had more tokens than a window, of which the beginning was read, `parted` documents that
    were read in several windows.
    """

    model: Any
    asked: Mapping[str, str]
    threshold: float
    overlaps: Overlaps
    layout: Layout
    clitics: bool
    unaligned: int = field(default=0, init=False)
    shortened: int = field(default=0, init=False)
    parted: int = field(default=0, init=False)

    def read(self, documents: Sequence[Document]) -> list[Annotation]:
        """The entities of documents that are read together."""
        pages = [self._open(document.text) for document in documents]
        answers = iter(self._ask([text for page in pages for text in page.texts]))
        annotations = []
        for page in pages:
            answered = self._mentions(page, [next(answers) for _ in page.texts])
            annotations.append(place_mentions(answered, page.rewrite, self.clitics))
            self.unaligned += len(annotations[-1].unplaced)
            self.parted += len(page.windows) > 1
            self.shortened += page.shortened
        return annotations

    @cached_property
    def room(self) -> int | None:
        """The most tokens of a text that the model reads beside what it is asked; None: as many as there are.

        Encoders with a table of positions read no more than it has. Others count distances.

        Raises:
            InputError: nothing is left beside what it is asked.
        """
        encoder, processor = self.model.encoder, self.model.processor
        if getattr(getattr(encoder, "embeddings", None), "position_embeddings", None) is None:
            return None
        limit = Loaded(processor.tokenizer, encoder).limit
        # The package reads a full stop in the place of an empty text, as behind every text that ends in none.
        used = len(processor.transform_record("", self._schema).input_ids)
        if used >= limit:
            found = f"{len(self.asked)} labels, which with their descriptions are {used} tokens"
            raise InputError(f"model: found {found}, wanted fewer than the {limit} that it reads: descriptions=null")
        return limit - used

    @cached_property
    def _schema(self) -> Any:
        package: Any = import_module("gliner2")
        return package.Schema().entities(
            {label: {"description": text} if text else {} for label, text in self.asked.items()}
        )

    def _open(self, text: str) -> Page:
        rewrite = respell(text, self.layout.spelling)
        target, room = rewrite.target, self.room
        words = [Span(start, end) for _, start, end in self.model.processor.word_splitter(target, lower=False)]
        lengths, capacity, overlap = [1] * len(words), self.layout.words, self.layout.overlap
        shortened = 0
        if room is not None:
            tokens = self._tokens(target, words)
            shortened = sum(length > room for length in tokens)
            # A word weighs what it takes of the words or of the tokens of a window, whichever is more: of the weight
            # that a window holds there are then neither too many words nor too many tokens.
            lengths = [min(max(room, length * capacity), room * capacity) for length in tokens]
            capacity, overlap = room * capacity, room * overlap
        windows = cut_windows(lengths, capacity, overlap)
        texts = [self._cut(target, words[first].start, words[last - 1].end, last - first) for first, last in windows]
        return Page(rewrite, words, windows, texts, home_windows(windows, lengths), shortened)

    def _tokens(self, text: str, words: Iterable[Span]) -> list[int]:
        """How many tokens each of `words` has."""
        written = [text[start:end].lower() for start, end in words]
        counts = {word: len(self.model.processor.tokenizer.tokenize(word)) for word in set(written)}
        return [counts[word] for word in written]

    def _cut(self, text: str, start: int, end: int, words: int) -> str:
        """The text of a window; where a single word has more tokens than there is room, its beginning."""
        while words == 1 and self.room is not None and self._tokens(text, [Span(start, end)])[0] > self.room:
            end = start + (end - start) // 2
        return text[start:end]

    def _ask(self, texts: Sequence[str]) -> list[Mapping[str, Sequence[Mapping[str, Any]]]]:
        """The spans that the model answers for each text, by label."""
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        answered = self.model.batch_extract(
            [texts[number] for number in order],
            self._schema,
            batch_size=self.layout.batch,
            threshold=self.threshold,
            include_confidence=True,
            include_spans=True,
            overlap_policy=self.overlaps,
        )
        by_text = dict(zip(order, answered, strict=True))
        return [by_text[number].get("entities") or {} for number in range(len(texts))]

    def _mentions(self, page: Page, answers: Sequence[Mapping[str, Sequence[Mapping[str, Any]]]]) -> list[Entity]:
        """The answers for the windows of a page as spans of its text.

        Each is taken from the window in which its first word is farthest from an edge.
        """
        starts = [word.start for word in page.words]
        mentions = []
        for number, (window, text, answer) in enumerate(zip(page.windows, page.texts, answers, strict=True)):
            offset = starts[window.first]
            for label, spans in answer.items():
                for span in spans:
                    # Behind the text is the full stop that the package adds.
                    start, end = offset + span["start"], offset + min(span["end"], len(text))
                    if start < end and page.homes[bisect_right(starts, start) - 1] == number:
                        mentions.append(Entity(start, end, label, float(span["confidence"])))
        return mentions if len(page.windows) < 2 else self._agreed(mentions)

    def _agreed(self, mentions: Iterable[Entity]) -> list[Entity]:
        """`mentions` without those that overlap as those of one window may not."""
        from gliner2.inference.overlap import resolve_overlaps

        agreed: list[Entity] = []
        by_label = sorted(mentions, key=lambda mention: (mention.type, mention.start, mention.end))
        for _, alike in groupby(by_label, key=lambda mention: mention.type):
            cluster: list[Entity] = []
            last = 0
            for mention in alike:
                if cluster and mention.start >= last:
                    agreed += self._resolve(resolve_overlaps, cluster)
                    cluster = []
                cluster.append(mention)
                last = max(last, mention.end)
            agreed += self._resolve(resolve_overlaps, cluster)
        return agreed

    def _resolve(self, resolve: Any, cluster: list[Entity]) -> list[Entity]:
        """Overlapping mentions of one label as the package has them overlap."""
        kept: list[Entity] = resolve(
            cluster,
            self.overlaps,
            score=lambda mention: mention.score,
            start=lambda mention: mention.start,
            end=lambda mention: mention.end,
        )
        return kept
