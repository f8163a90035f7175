"""What a pipeline of spaCy finds: its entities, and its groups of spans."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple

from harness.arabic.plain import Spelling, respell
from harness.arabic.segment import sentences, snap, words
from harness.data.extras import require
from harness.data.files import sha256_of_file
from harness.data.near import guess
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Span
from harness.runners.base import Runner, predict_together
from harness.runners.placing import place_mentions

# Characters read before the first answer: enough for several batches.
_GROUP: Final = 1 << 17
# Components of spaCy itself that answer with what their labels say.
_FINDERS: Final = {"ner", "beam_ner", "entity_ruler", "span_ruler", "spancat", "spancat_singlelabel"}


@dataclass(frozen=True)
class Spacy(Runner):
    """Entities from a pipeline of spaCy; conf/runner/spacy.yaml says what each field means.

    After `predict`, `remarks` says what a reader of the scores has to know.
    """

    pipeline: str
    labels: str | None = None
    ents: bool = True
    spans: Sequence[str] = ()
    window: int | None = None
    batch_size: int = 64
    normalise: Spelling = None
    clitics: bool = True
    name: str = "spacy"

    def __post_init__(self) -> None:
        for key, value in (("window", self.window), ("batch_size", self.batch_size)):
            if value is not None and value < 1:
                raise InputError(f"{key}: found {value}, wanted null or a whole number from 1")
        if not self.ents and not self.spans:
            raise InputError("spans: found none and ents=false, wanted one of the two to read answers from")

    def load(self) -> None:
        """Load the pipeline.

        Raises:
            InputError: spaCy is not installed, there is no such pipeline, it has no component, or labels that the map
                does not name.
        """
        nlp = self._reader.nlp
        if not nlp.pipe_names:
            raise InputError(f"{self.pipeline}: found a pipeline without components, wanted one that finds entities")
        if self.tag_set is None:
            return
        for component in nlp.pipe_names:
            if nlp.get_pipe_meta(component).factory in _FINDERS:
                for label in nlp.pipe_labels.get(component, ()):
                    if label not in self.tag_set.labels:
                        wanted = f"only those of {self.tag_set.label}{guess(label, self.tag_set.labels)}"
                        raise InputError(f"labels: found {label!r} in the component {component}, wanted {wanted}")

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        reader = self._reader
        reader.pieces = reader.unaligned = reader.parted = reader.broken = 0
        reader.seen.clear()
        yield from predict_together(documents, reader.read, _GROUP)

    @property
    def figures(self) -> Mapping[str, float]:
        """`unaligned`: answers that are no mention of the text, in the documents predicted last."""
        return {"unaligned": float(self._reader.unaligned)}

    @property
    def remarks(self) -> Sequence[str]:
        """What was not aligned, cut, or looked for in vain in the documents predicted last."""
        reader, said = self._reader, []
        lacking = [key for key in self.spans if key not in reader.seen]
        if lacking and reader.pieces:
            known = ", ".join(sorted(reader.seen)) or "no group of spans"
            said.append(f"{self.name}: found no spans under {', '.join(lacking)} in any document; there is {known}")
        if reader.unaligned:
            said.append(f"{self.name}: found {reader.unaligned} answers without a letter or a digit; counted as wrong")
        if reader.parted:
            done = f"read in pieces of at most {reader.limit}, cut between sentences"
            done += f", {reader.broken} times inside one" if reader.broken else ""
            said.append(
                f"{self.name}: found {reader.parted} documents of more characters than are read at once; {done}"
            )
        return said

    @property
    def provenance(self) -> Mapping[str, object]:
        """What tells one pipeline from another."""
        nlp = self._reader.nlp
        folder = None if nlp.path is None else Path(nlp.path)
        files = [] if folder is None else sorted(path for path in folder.rglob("*") if path.is_file())
        return {
            "package": f"spacy {metadata.version('spacy')}",
            "pipeline": self.pipeline,
            "meta": {key: str(nlp.meta.get(key, "")) for key in ("lang", "name", "version", "license")},
            "components": {name: nlp.get_pipe_meta(name).factory for name in nlp.pipe_names},
            "files_sha256": {str(path.relative_to(folder or "")): sha256_of_file(path) for path in files},
        }

    @cached_property
    def _reader(self) -> "_Reader":
        nlp = _load(self.pipeline)
        limit = nlp.max_length if self.window is None else min(self.window, nlp.max_length)
        return _Reader(nlp, self, limit)


def _load(pipeline: str) -> Any:
    """The pipeline in a folder, else that of an installed package.

    Raises:
        InputError: spaCy is not installed, there is neither, or it cannot be read.
    """
    spacy = require("spacy", "spacy", "runner")
    folder = Path(pipeline)
    if not folder.is_dir() and not spacy.util.is_package(pipeline):
        raise InputError(f"pipeline: found {pipeline!r}, wanted a folder or the name of an installed package")
    try:
        # Given a text, spaCy would prefer a package to the folder of the same name.
        return spacy.load(folder if folder.is_dir() else pipeline)
    except Exception as error:  # configurations and components raise whatever their authors chose
        found = " ".join(str(error).split())
        raise InputError(f"{pipeline}: found {found}, wanted a pipeline that spacy.load reads") from error


class _Piece(NamedTuple):
    """The stretch of a text that is read at once, where it begins, and whether it ends inside a sentence."""

    start: int
    text: str
    breaks: bool


@dataclass
class _Reader:
    """A pipeline as a reader of documents, and what it met on the way.

    `limit` is how many characters are read at once. `pieces` counts what was read, `unaligned` answers that are no
    mention, `parted` documents that were read in pieces, `broken` cuts inside a sentence; `seen` are the keys of groups
    of spans.
    """

    nlp: Any
    asked: Spacy
    limit: int
    pieces: int = field(default=0, init=False)
    unaligned: int = field(default=0, init=False)
    parted: int = field(default=0, init=False)
    broken: int = field(default=0, init=False)
    seen: set[str] = field(default_factory=set, init=False)

    def read(self, documents: Sequence[Document]) -> list[Annotation]:
        """The entities of documents that are read together."""
        rewrites = [respell(document.text, self.asked.normalise) for document in documents]
        pieces = [self._cut(rewrite.target) for rewrite in rewrites]
        texts = [piece.text for group in pieces for piece in group]
        # All of them before anything is counted: where one raises, the documents are read again one by one.
        read = iter([*self.nlp.pipe(texts, batch_size=self.asked.batch_size)])
        self.pieces += len(texts)
        annotations = []
        for rewrite, group in zip(rewrites, pieces, strict=True):
            answered = [mention for piece in group for mention in self._mentions(piece, next(read))]
            annotations.append(place_mentions(answered, rewrite, self.asked.clitics))
            self.unaligned += len(annotations[-1].unplaced)
            self.parted += len(group) > 1
            self.broken += sum(piece.breaks for piece in group)
        return annotations

    def _mentions(self, piece: _Piece, doc: Any) -> Iterator[Entity]:
        """What a pipeline has marked in a piece, as spans of the whole text."""
        if self.asked.ents:
            for entity in doc.ents:
                yield Entity(piece.start + entity.start_char, piece.start + entity.end_char, entity.label_)
        self.seen.update(doc.spans)
        for key in self.asked.spans:
            group = doc.spans.get(key, [])
            scores = getattr(group, "attrs", {}).get("scores")
            for number, span in enumerate(group):
                score = None if scores is None else float(scores[number])
                yield Entity(piece.start + span.start_char, piece.start + span.end_char, span.label_, score)

    def _cut(self, text: str) -> list[_Piece]:
        """`text` as it is, or where it is too long as many whole sentences at once as there is room for.

        A sentence that is too long by itself is cut between words, and a word that is too long between letters.
        """
        if len(text) <= self.limit:
            return [_Piece(0, text, False)] if text.strip() else []
        pieces: list[Span] = []
        for sentence in sentences(text):
            for part in self._parts(text, sentence):
                if pieces and part.end - pieces[-1].start <= self.limit:
                    pieces[-1] = Span(pieces[-1].start, part.end)
                else:
                    pieces.append(part)
        whole = {sentence.end for sentence in sentences(text)}
        return [_Piece(start, text[start:end], end not in whole) for start, end in pieces]

    def _parts(self, text: str, sentence: Span) -> Iterator[Span]:
        """`sentence`, or where it is too long its parts."""
        start, end = sentence
        if end - start > self.limit:
            ends = [start + word.end for word in words(text[start:end])]
            while end - start > self.limit:
                number = bisect_right(ends, start + self.limit)
                cut = ends[number - 1] if number and ends[number - 1] > start else self._inside(text, start)
                yield Span(start, cut)
                start = cut
        yield Span(start, end)

    def _inside(self, text: str, start: int) -> int:
        """The end of the most whole letters of a word from `start` on that there is room for; one letter at least."""
        cut = start + self.limit
        while cut > start + 1 and snap(text, Span(cut, cut + 1)).start < cut:
            cut -= 1
        return cut
