"""What a recogniser of names of CAMeL Tools finds, as mentions of the raw text.

CAMeL Tools takes words and gives tags back. Here its own tokenizer cuts the words, sentence by sentence, and these are
aligned with the text. It pads what it is given to 256 word pieces, gives longer sentences to the model in parts that
know nothing of each other, fails on a word of more pieces, and gives a word of none no tag, which would shift all tags
behind it. So it is given windows that it has not to cut, and words that have a piece.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

from harness.arabic.normalize import Normalizer
from harness.arabic.plain import respell
from harness.arabic.segment import sentences
from harness.data.bio import OUTSIDE, Scheme, decode
from harness.data.extras import require
from harness.data.files import read_json, sha256_of_file
from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Span, Unplaced
from harness.runners.aligned import Unaligned, align
from harness.runners.base import Runner, predict_together
from harness.runners.placing import place_mentions
from harness.runners.tagging import Repair, check_tags, ill_formed
from harness.runners.transformer.tokenizer import quiet
from harness.runners.transformer.windows import Window, cut_windows, home_windows

# What camel_tools.ner gives a model at once; two of them open and close it.
_PADDED: Final = 256
_CAPACITY: Final = _PADDED - 2
# Characters read before the first answer.
_GROUP: Final = 1 << 16
_DATA: Final = "CAMELTOOLS_DATA"
_CATALOGUE: Final = "catalogue.json"
_FILES: Final = (".safetensors", ".bin", ".txt", ".json")
_WANTED: Final = "wanted a folder with a BERT token classifier of transformers and its tokenizer"


@dataclass(frozen=True)
class CamelTools(Runner):
    """Entities from `NERecognizer` of CAMeL Tools; conf/runner/camel_tools.yaml says what each field means.

    Nothing is fetched. After `predict`, `remarks` and `figures` say what was ill-formed, cut or not aligned.
    """

    model: str
    labels: str | None = None
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    clitics: bool = True
    normalise: Normalizer | Literal["plain"] | None = None
    overlap: int = 64
    batch_size: int = 32
    device: Literal["cpu", "cuda"] | None = None
    name: str = "camel_tools"
    _counted: "_Counted" = field(default_factory=lambda: _Counted(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 <= 2 * self.overlap <= _CAPACITY:
            raise InputError(f"overlap: found {self.overlap}, wanted a whole number from 0 to {_CAPACITY // 2}")
        if self.batch_size < 1:
            raise InputError(f"batch_size: found {self.batch_size}, wanted a whole number from 1")

    def load(self) -> None:
        """Load the model.

        Raises:
            InputError: camel_tools is not installed, the folder holds no model for it, or the model has tags that
                `scheme` or `labels` does not know.
        """
        outputs = [*self._recognizer.labels_map.values()]
        if OUTSIDE not in outputs:
            raise InputError(f"model: found the tags {', '.join(outputs)}, wanted {OUTSIDE} among them")
        check_tags(outputs, self.scheme, None if self.tag_set is None else self.tag_set.labels, str(self.labels))

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; a document that fails yields a prediction with `error`."""
        self._counted.clear()
        yield from predict_together(documents, self._annotate, _GROUP)

    @property
    def provenance(self) -> Mapping[str, object]:
        """The version of camel_tools, and hashes of the files of the model."""
        files = [path for path in sorted(Path(self.model).iterdir()) if path.suffix in _FILES]
        return {
            "model": self.model,
            "camel_tools": require("camel_tools", "camel", "runner").__version__,
            "files_sha256": {path.name: sha256_of_file(path) for path in files},
        }

    @property
    def figures(self) -> Mapping[str, float]:
        """`unaligned`: the answers without a place in the documents predicted last; `unaligned_words`: the words."""
        return self._counted.unaligned.figures

    @property
    def remarks(self) -> Sequence[str]:
        """What was ill-formed, cut or not aligned in the documents predicted last."""
        said, counted = [], self._counted
        if counted.faults:
            said.append(ill_formed(counted.faults, self.scheme, self.repair))
        if counted.shortened:
            done = "only the beginning of each was read"
            said.append(f"found {counted.shortened} words of more than {_CAPACITY} word pieces; {done}")
        return [f"{self.name}: {remark}" for remark in (*said, *counted.unaligned.remarks)]

    @cached_property
    def _recognizer(self) -> Any:
        require("camel_tools", "camel", "runner")
        folder = Path(self.model)
        if not folder.is_dir():
            raise InputError(f"model: found no folder {self.model}, {_WANTED}")
        config = read_json(folder / "config.json")
        if config.get("model_type") != "bert":
            raise InputError(f"model: found a model of type {config.get('model_type')} in {self.model}, {_WANTED}")
        positions = config.get("max_position_embeddings", _PADDED)
        if positions < _PADDED:
            found = f"a model that reads {positions} word pieces"
            raise InputError(f"model: found {found} in {self.model}, wanted one that reads {_PADDED}")
        if self.device == "cuda" and not import_module("torch").cuda.is_available():
            raise InputError("device: found no GPU, wanted cpu or null")
        with quiet(), _without_download():
            try:
                recognizer = import_module("camel_tools.ner").NERecognizer(self.model, use_gpu=self.device != "cpu")
                lacking = _made_up(type(recognizer.model), self.model)
            except Exception as error:  # tokenizers and safetensors raise what derives from nothing narrower
                found = " ".join(str(error).split())
                raise InputError(f"model: found {found} in {self.model}, {_WANTED}") from error
        if lacking:
            found = ", ".join(lacking[:3])
            raise InputError(f"model: found no weights for {found} in {self.model}, wanted a trained token classifier")
        return recognizer

    @cached_property
    def _cutter(self) -> "_Cutter":
        return _Cutter(self._recognizer.tokenizer.tokenize, self.overlap)

    def _annotate(self, documents: Sequence[Document]) -> list[Annotation]:
        rewrites = [respell(document.text, self.normalise) for document in documents]
        pages = [self._cutter.cut(rewrite.target) for rewrite in rewrites]
        given = [window for page in pages for sentence in page for window in sentence.given]
        answered = iter(self._recognizer.predict(given, self.batch_size))
        counted = _Counted()
        annotations = []
        for rewrite, page in zip(rewrites, pages, strict=True):
            tags = [sentence.tags([next(answered) for _ in sentence.windows]) for sentence in page]
            annotations.append(self._mentions(page, tags, rewrite, counted))
        self._counted.add(counted)
        return annotations

    def _mentions(
        self, page: "Sequence[_Sentence]", tags: Sequence[Sequence[str]], rewrite: Rewrite, counted: "_Counted"
    ) -> Annotation:
        entities, unplaced, lost = [], [], 0
        for sentence, said in zip(page, tags, strict=True):
            mentions, faults = decode([[tag] for tag in said], self.scheme)
            counted.faults.update(fault.problem for fault in faults)
            counted.shortened += sentence.shortened
            for first, last, kind, sound in mentions:
                if not sound and self.repair == "drop":
                    continue
                start, end = sentence.spans[first], sentence.spans[last - 1]
                lost += sentence.spans[first:last].count(None)
                if start is None or end is None:
                    place = rewrite.back(Span(sentence.start, sentence.start)).start
                    unplaced.append(Unplaced("entities", kind, " ".join(sentence.words[first:last]), place))
                else:
                    entities.append(Entity(start.start, end.end, kind))
        placed = place_mentions(entities, rewrite, self.clitics)
        annotation = Annotation(entities=placed.entities, unplaced=(*placed.unplaced, *unplaced))
        counted.unaligned.add(len(annotation.unplaced), lost)
        return annotation


@dataclass
class _Counted:
    """What happened to words and tags."""

    unaligned: Unaligned = field(default_factory=Unaligned)
    shortened: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        self.unaligned.clear()
        self.shortened = 0
        self.faults.clear()

    def add(self, other: "_Counted") -> None:
        self.unaligned.add(other.unaligned.answers, other.unaligned.words)
        self.shortened += other.shortened
        self.faults.update(other.faults)


@dataclass(frozen=True)
class _Sentence:
    """The words of a sentence that begins at `start`, with their spans, their word pieces, and the windows over them.

    `words` are as the model is given them; of `shortened` words it is the beginning.
    """

    start: int
    words: Sequence[str]
    spans: Sequence[Span | None]
    pieces: Sequence[int]
    windows: Sequence[Window]
    shortened: int

    @property
    def given(self) -> list[Sequence[str]]:
        """The words of each window."""
        return [self.words[first:last] for first, last in self.windows]

    def tags(self, windows: Sequence[Sequence[str]]) -> list[str]:
        """The tag of each word, out of those for each window: from the one in which it is farthest from an edge."""
        homes = home_windows(self.windows, self.pieces)
        tags = [OUTSIDE] * len(self.words)
        for number, ((first, last), said) in enumerate(zip(self.windows, windows, strict=True)):
            for word, tag in zip(range(first, last), said, strict=True):
                tags[word] = tag if homes[word] == number else tags[word]
        return tags


@dataclass(frozen=True)
class _Cutter:
    """Texts as sentences of words; `pieces` is the tokenizer of the model, from a word to its word pieces."""

    pieces: Any
    overlap: int

    def cut(self, text: str) -> list[_Sentence]:
        """The sentences of `text` that have words, in order."""
        cut = (self._sentence(text[start:end], start) for start, end in sentences(text))
        return [sentence for sentence in cut if sentence.words]

    def _sentence(self, text: str, start: int) -> _Sentence:
        from camel_tools.tokenizers.word import simple_word_tokenize

        whole = simple_word_tokenize(text)
        spans = [span and Span(start + span.start, start + span.end) for span in align(whole, text)]
        words, places, counts, shortened = [], [], [], 0
        for word, span in zip(whole, spans, strict=True):
            count = len(self.pieces(word))
            shortened += count > _CAPACITY
            while count > _CAPACITY:
                word = word[: len(word) // 2]
                count = len(self.pieces(word))
            if count:
                words.append(word)
                places.append(span)
                counts.append(count)
        return _Sentence(start, words, places, counts, cut_windows(counts, _CAPACITY, self.overlap), shortened)


@contextmanager
def _without_download() -> Iterator[None]:
    """With a catalogue of data packages, which `import camel_tools.ner` fetches where there is none.

    One of the user's own stays. Else it is an empty one, for as long as this lasts: a model in a folder needs no more.
    """
    given = os.environ.get(_DATA)
    own = Path.home() / ".camel_tools" if given is None else Path(given).expanduser()
    if (own / _CATALOGUE).is_file():
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        empty = json.dumps({"version": "1.6", "packages": {}, "components": {}})
        (Path(folder) / _CATALOGUE).write_text(empty, encoding="utf-8")
        os.environ[_DATA] = folder
        try:
            yield
        finally:
            if given is None:
                del os.environ[_DATA]
            else:
                os.environ[_DATA] = given


def _made_up(kind: Any, folder: str) -> list[str]:
    """The weights that a model's files lack: transformers makes them up at random, and NERecognizer says nothing."""
    _, report = kind.from_pretrained(folder, output_loading_info=True, local_files_only=True)
    return sorted(report["missing_keys"])
