"""What a pipeline of Stanza finds, as mentions of the raw text.

Stanza tags tokens. A token may be several words (وبكين is و and بكين), and where these are not just its letters, as in
للصين, which is ل and الصين, they have no offsets. A mention that begins with such a token begins behind the proclitics
among its words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, Literal

from harness.arabic.clitics import CONJUNCTIONS, PREPOSITIONS
from harness.arabic.normalize import Normalizer
from harness.arabic.plain import respell
from harness.data.extras import require
from harness.data.files import sha256_of_file
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Span, Unplaced
from harness.runners.aligned import Unaligned, align
from harness.runners.base import Runner, predict_each
from harness.runners.placing import place_mentions
from harness.runners.tagging import check_labels

_LETTERS: Final = Normalizer()
_DEFAULT: Final[Mapping[str, str]] = {"tokenize": "default", "ner": "default"}


@dataclass(frozen=True)
class Stanza(Runner):
    """Entities from Stanza's tokenizer and tagger in a folder; conf/runner/stanza.yaml says what each field means.

    Nothing is fetched. After `predict`, `remarks` and `figures` say what could not be aligned with the text.
    """

    model: str
    lang: str = "ar"
    processors: Mapping[str, str] = field(default_factory=lambda: dict(_DEFAULT))
    labels: str | None = None
    clitics: bool = True
    normalise: Normalizer | Literal["plain"] | None = None
    device: str | None = None
    name: str = "stanza"
    _unaligned: Unaligned = field(default_factory=Unaligned, init=False, repr=False, compare=False)

    def load(self) -> None:
        """Load the models.

        Raises:
            InputError: stanza is not installed, the folder lacks a model, or a model has a label that the map lacks.
        """
        found = {label for trainer in self._pipeline.processors["ner"].trainers for label in trainer.get_known_tags()}
        check_labels(found, None if self.tag_set is None else self.tag_set.labels, str(self.labels))

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        # Not several documents at once: behind the first 1,000 characters Stanza's tokenizer reads the padding of the
        # shorter paragraphs too, so that what it makes of a text could depend on those beside it.
        self._unaligned.clear()
        yield from predict_each(documents, self._annotate)

    @property
    def provenance(self) -> Mapping[str, object]:
        """The version of stanza, the models by processor, and hashes of the files that were loaded."""
        folder = Path(self.model)
        return {
            "model": self.model,
            "stanza": require("stanza", "stanza", "runner").__version__,
            "processors": {name: [spec.package for spec in specs] for name, specs in self._pipeline.load_list},
            "files_sha256": {
                str(path.relative_to(folder) if path.is_relative_to(folder) else path): sha256_of_file(path)
                for path in self._files()
            },
        }

    @property
    def figures(self) -> Mapping[str, float]:
        """`unaligned`: the answers without a place in the documents predicted last; `unaligned_words`: the words."""
        return self._unaligned.figures

    @property
    def remarks(self) -> Sequence[str]:
        """What has no place in the documents predicted last."""
        return [f"{self.name}: {remark}" for remark in self._unaligned.remarks]

    @cached_property
    def _pipeline(self) -> Any:
        stanza = require("stanza", "stanza", "runner")
        wanted = f"wanted a folder with Stanza's models: stanza.download({self.lang!r}, model_dir={self.model!r})"
        if not Path(self.model).is_dir():
            raise InputError(f"model: found no folder {self.model}, {wanted}")
        try:
            pipeline = stanza.Pipeline(
                self.lang, dir=self.model, package=None, processors=dict(self.processors), download_method=None,
                logging_level="FATAL", device=self.device,
            )  # fmt: skip
        except Exception as error:  # what a missing or foreign file raises derives from nothing narrower
            found = " ".join(str(error).split())
            raise InputError(f"model: found {found} in {self.model}, {wanted}") from error
        lacking = {"tokenize", "ner"} - {*pipeline.processors}
        if lacking:
            raise InputError(f"processors: found none for {' and '.join(sorted(lacking))} in {self.model}, {wanted}")
        return pipeline

    def _files(self) -> Iterator[Path]:
        """The files of models that the pipeline names in its configuration."""
        named = [value for key, value in sorted(self._pipeline.config.items()) if key.endswith("_path")]
        paths = [part for value in named for part in ([value] if isinstance(value, str) else value or ())]
        yield from (Path(part) for path in paths for part in str(path).split(";") if Path(part).is_file())

    def _annotate(self, document: Document) -> Annotation:
        rewrite = respell(document.text, self.normalise)
        if not rewrite.target.strip():
            return Annotation(entities=())
        read = read_entities(self._pipeline(rewrite.target), rewrite.target, self.clitics)
        placed = place_mentions(read.entities, rewrite, clitics=False)
        lost = (item._replace(at=rewrite.back(Span(item.at, item.at)).start) for item in read.unplaced)
        unplaced = (*placed.unplaced, *lost)
        self._unaligned.add(len(unplaced), read.unaligned)
        return Annotation(entities=placed.entities, unplaced=unplaced)


@dataclass(frozen=True)
class Read:
    """The entities of a document of Stanza's with a place in its text, those without, and the words without."""

    entities: Sequence[Entity]
    unplaced: Sequence[Unplaced]
    unaligned: int


def read_entities(document: Any, text: str, clitics: bool) -> Read:
    """The entities of `document`, a `stanza.Document` whose text is `text`.

    With `clitics` a mention begins behind the proclitics of its first token. Where one of them does not align with the
    token, the mention keeps the whole token. A mention whose first or last token has no place is unplaced.
    """
    tokens = [token for sentence in document.sentences for token in sentence.tokens]
    spans = [None if token.start_char is None else Span(token.start_char, token.end_char) for token in tokens]
    if None in spans:
        aligned = align([token.text for token in tokens], text)
        spans = [span or found for span, found in zip(spans, aligned, strict=True)]
    places = {id(token): span for token, span in zip(tokens, spans, strict=True)}
    entities, unplaced, unaligned = [], [], 0
    for found in document.ents:
        first, last = places[id(found.tokens[0])], places[id(found.tokens[-1])]
        unaligned += sum(places[id(token)] is None for token in found.tokens)
        if first is None or last is None:
            quote = " ".join(token.text for token in found.tokens)
            unplaced.append(Unplaced("entities", found.type, quote, (first or last or Span(0, 0)).start))
            continue
        cut = _cut(found.tokens[0], text[slice(*first)]) if clitics else 0
        unaligned += cut is None
        entities.append(Entity(first.start + (cut or 0), last.end, found.type))
    return Read(entities, unplaced, unaligned)


def _cut(token: Any, text: str) -> int | None:
    """The letters of the proclitics at the head of a token, whose text is `text`; None: they do not align with it.

    A token that is nothing but proclitics is not cut.
    """
    words = [word.text for word in token.words]
    heads = [*takewhile(_is_proclitic, words)]
    if not heads or len(heads) == len(words):
        return 0
    last = align(heads, text)[-1]
    if last is None:
        return None
    # Vowel marks and strokes on the last proclitic are its own.
    return next((place for place in range(last.end, len(text)) if _LETTERS.fold(text[place])), None)


def _is_proclitic(word: str) -> bool:
    letter = _LETTERS.fold(word)
    return len(letter) == 1 and letter in CONJUNCTIONS + PREPOSITIONS
