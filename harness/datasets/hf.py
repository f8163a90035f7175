"""Data sets in the formats of the package `datasets`: of the Hugging Face hub, or as files and folders.

A row is a document with spans, a sentence of tokens with tags, or a token with its tag.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from harness.data.bio import OUTSIDE, Scheme
from harness.data.columns import Malformed, Sentence, Token
from harness.data.dataset import Dataset
from harness.data.jsonl import shown
from harness.data.near import listed
from harness.data.schema import INFER, Schema
from harness.data.tagsets import TagSet
from harness.data.types import Document, Example, InputError
from harness.data.units import AnyUnit, Place
from harness.datasets.marked import MarkedDataset, Units
from harness.datasets.rows import Rows, RowSource, class_names, listed_cell
from harness.datasets.tokens import Repair, Skipped, TokenDataset
from harness.formats.marks import Mark, MarkedText, Marking

Row = Mapping[str, Any]
Shape = Literal["tokens", "words", "text"]

_WORD_SPAN: Final = 3
"""Of a span of words: the first, the last, the label."""


@dataclass(frozen=True)
class RowColumns:
    """The names of columns, and of what structs in them hold.

    `tokens` and `tags`: a list of each in a row, or one of each, where a row is a token; `sentence` then has what
    tells the rows of a sentence from those of the next. `names` are those of numbered tags or labels that the source
    does not name. `words` and `word_spans`: tokens, and triples of the first and last of them with a label. `text` and
    `spans`: structs with `start`, `end`, `label` and, where there is one, `quote`, the text that stands there; with
    `spans` None these are columns, each a list. `id` has the id of a document; None: it is named after its row.

    `malformed`: `error` refuses tokens and tags that are empty, `skip` passes over them. `shape` says what a row is,
    where it has several of the pairs: None is the first that it has, in the order of the above.
    """

    tokens: str = "tokens"
    tags: str = "ner_tags"
    sentence: str | None = None
    names: Sequence[str] | None = None
    words: str = "tokenized_text"
    word_spans: str = "ner"
    text: str = "text"
    spans: str | None = "entities"
    start: str = "start"
    end: str = "end"
    label: str = "label"
    quote: str = "text"
    id: str | None = None
    malformed: Malformed = "error"
    shape: Shape | None = None

    @property
    def names_of_columns(self) -> Sequence[str]:
        """Those that any of the shapes has, and the id."""
        names = (self.tokens, self.tags, self.sentence, self.words, self.word_spans, self.text, self.spans, self.id)
        spans = (self.start, self.end, self.label) if self.spans is None else ()
        return [name for name in (*names, *spans) if name is not None]

    def shape_of(self, row: Collection[str], where: str) -> Shape:
        """What a row of these columns is.

        Raises:
            InputError: it has none of the pairs of columns, or not that of `shape`.
        """
        spans = (self.spans,) if self.spans is not None else (self.start, self.end, self.label)
        columns: Mapping[Shape, Sequence[str]] = {
            "tokens": (self.tokens, self.tags),
            "words": (self.words, self.word_spans),
            "text": (self.text, *spans),
        }
        if self.shape is not None and not {*columns[self.shape]} <= {*row}:
            raise InputError(f"{where}: found the columns {listed(row)}, wanted {listed(columns[self.shape])}")
        fitting = next((shape for shape, names in columns.items() if {*names} <= {*row}), None)
        if fitting is not None:
            return self.shape or fitting
        settings = "dataset.columns.tokens and tags, or text and spans"
        raise InputError(f"{where}: found the columns {listed(row)}, wanted {settings} to name two of them")

    def name(self, row: Row, number: int, default: str) -> str:
        """The id of the document that a row is, or begins."""
        if self.id is None:
            return f"{default}:{number}"
        if row.get(self.id) is None:
            raise InputError(f"{default}:{number}: found no {self.id}, wanted the column of dataset.columns.id")
        return str(row[self.id])


@dataclass(frozen=True)
class HuggingFace(Dataset):
    """A split of a data set on the hub at a commit, or of a file or folder; entities only.

    `path`, `revision`, `config`, `data_dir`, `split`, `limit`, `sha256` and `fetch` are as in `rows.RowSource`. Tokens
    are read as `tokens.TokenDataset` reads them, spans as `marked.MarkedDataset` does.
    """

    path: str
    revision: str | None = None
    config: str | None = None
    data_dir: str | None = None
    split: str | None = None
    limit: int | None = None
    columns: RowColumns = field(default_factory=RowColumns)
    labels: str | None = None
    schema: str = INFER
    scheme: Scheme = "IOB2"
    repair: Repair = "restart"
    type: str | None = None
    sentences: int | None = 1
    ends: Sequence[str] | None = None
    unit: AnyUnit = "auto"
    sha256: str | None = None
    fetch: str | None = None

    def __post_init__(self) -> None:
        # Both check what they are given.
        _ = self._source, self._empty

    @property
    def name(self) -> str:
        """The name of the data set without its owner, or of the file, and which part of it is read."""
        parts = (Path(self.path).stem, self.config, self.data_dir, self.split)
        return "-".join(part.strip("/").replace("/", "-") for part in parts if part)

    def read(self) -> Sequence[Example]:
        """The documents, in the order of the rows.

        Raises:
            InputError: the rows cannot be read, are malformed, or two documents have one id; the message names the row.
        """
        examples = self._read.read()
        seen: set[str] = set()
        for example in examples:
            if example.document.id in seen:
                wanted = "ids that differ in dataset.columns.id"
                raise InputError(f"{self.name}: found two documents {example.document.id!r}, wanted {wanted}")
            seen.add(example.document.id)
        return examples

    @property
    def tag_set(self) -> TagSet | None:
        """The map that `labels` names."""
        return self._empty.tag_set

    @property
    def annotation_schema(self) -> Schema | None:
        """What `schema` names, with the labels of the map for types; None: what the rows use."""
        return self._empty.annotation_schema

    @property
    def remarks(self) -> Sequence[str]:
        """As of `TokenDataset` and `MarkedDataset`; and that rows were left out."""
        limited = f"{self.name}: read no more than {self.limit} rows, as dataset.limit says"
        return (*self._read.remarks, *([limited] if self.limit is not None else []))

    @cached_property
    def _source(self) -> RowSource:
        """Where the rows are from."""
        return RowSource(
            self.path, self.revision, self.config, self.data_dir, self.split, self.limit, self.sha256, self.fetch
        )

    @cached_property
    def _empty(self) -> "_Tokens":
        """What reads tokens, before there are any: it has the map and the schema."""
        return _Tokens(
            self.name, self.labels, self.scheme, self.repair, self.sentences, self.type, self.schema, self.ends
        )

    @cached_property
    def _read(self) -> Dataset:
        """What reads the rows, by their shape."""
        rows = self._source.read(self.columns.names_of_columns)
        shape = self.columns.shape_of(rows.features, self.path) if rows.features else None
        if not rows.rows:
            raise InputError(f"{self.path}: found no row, wanted at least one")
        if shape == "tokens":
            return replace(self._empty, columns=self.columns, rows=rows)
        # Every label is a type of mentions, whatever it is called.
        marking = Marking(content="", cue="", source="", sentences=())
        return _Spans(
            self.name, self.labels, self.schema, unit=self.unit, marking=marking, layers=("entities",),
            columns=self.columns, rows=rows, of_words=shape == "words",
        )  # fmt: skip


@dataclass(frozen=True)
class _Tokens(TokenDataset):
    """Rows with tokens and tags; `path` is what messages call them."""

    columns: RowColumns = field(default_factory=RowColumns)
    rows: Rows = field(default_factory=lambda: Rows([], {}))

    @property
    def name(self) -> str:
        """What the data set is called."""
        return self.path

    def identity(self, block: Sequence[Sentence]) -> tuple[str, Mapping[str, object]]:
        """The id in its row, or the row's number behind the name."""
        number = block[0].tokens[0].line
        return self.columns.name(self.rows.rows[number - 1], number, self.path), {"row": number}

    def sentences_and_skipped(self) -> tuple[Sequence[Sentence], Sequence[Skipped]]:
        """A sentence a row; where a row is a token, those of `columns.sentence`, or all of them one."""
        names = self.columns.names or class_names(self.rows.features.get(self.columns.tags))
        first = listed_cell(self.rows.rows[0][self.columns.tokens])
        if isinstance(first, list):
            if self.ends:
                raise InputError(f"dataset.ends: found {list(self.ends)}, wanted null: each row is a sentence already")
            groups: Iterable[Iterable[tuple[int, Row]]] = ([item] for item in enumerate(self.rows.rows, 1))
        else:
            groups = (list(group) for _, group in groupby(enumerate(self.rows.rows, 1), self._sentence_of))
        sentences, skipped = [], []
        for group in groups:
            tokens = []
            for number, row in group:
                for token, tags, fault in self._pairs(row, number, names, isinstance(first, list)):
                    if fault is None:
                        tokens.append(Token(token, tags, number))
                    elif self.columns.malformed == "skip":
                        skipped.append((number, fault))
                    else:
                        raise InputError(
                            f"{self.path}:{number}: {fault}; dataset.columns.malformed=skip passes over it"
                        )
            if tokens:
                sentences.append(Sentence(tuple(tokens), opens=False))
        return sentences, skipped

    def _sentence_of(self, item: tuple[int, Row]) -> object:
        column = self.columns.sentence
        if column is not None and column not in item[1]:
            raise InputError(f"{self.path}:{item[0]}: found no {column}, wanted the column of dataset.columns.sentence")
        return None if column is None else item[1][column]

    def _pairs(
        self, row: Row, number: int, names: Sequence[str] | None, are_lists: bool
    ) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
        """The tokens of a row with their tags, and what is wrong with each."""
        cells = [listed_cell(row[column]) for column in (self.columns.tokens, self.columns.tags)]
        if not are_lists:
            cells = [[cell] for cell in cells]
        tokens, tags = cells
        where = f"{self.path}:{number}"
        if not isinstance(tokens, list) or not isinstance(tags, list):
            raise InputError(f"{where}: found {shown(cells)}, wanted a list of tokens and a list of tags")
        if len(tokens) != len(tags):
            raise InputError(f"{where}: found {len(tokens)} tokens and {len(tags)} tags, wanted as many")
        for place, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
            several = tag if isinstance(tag, list) else [tag]
            named = tuple(_named(item, names, f"{where}: {self.columns.tags}[{place}]") for item in several)
            fault = None
            if not isinstance(token, str) or not token.strip():
                fault = f"found {shown(token)} in {self.columns.tokens}, wanted a token"
            elif not all(named):
                fault = f"found {shown(tag)} in {self.columns.tags}, wanted a tag"
            yield str(token), named or (OUTSIDE,), fault


@dataclass(frozen=True)
class _Spans(MarkedDataset):
    """Rows with a text, or with words, and spans; `path` is what messages call them."""

    columns: RowColumns = field(default_factory=RowColumns)
    rows: Rows = field(default_factory=lambda: Rows([], {}))
    of_words: bool = False

    @property
    def name(self) -> str:
        """What the data set is called."""
        return self.path

    def marked(self, units: Units) -> Iterator[MarkedText]:
        """A document a row."""
        read: Callable[[Row, str], tuple[str, list[tuple[Place, str]]]] = (
            self._of_words if self.of_words else self._of_text
        )
        for number, row in enumerate(self.rows.rows, 1):
            where = f"{self.path}:{number}"
            text, labelled = read(row, where)
            spans = units.prove(text, [place for place, _ in labelled], where).spans
            marks = [
                Mark(place.item, span.start, span.end, label)
                for (place, label), span in zip(labelled, spans, strict=True)
            ]
            document = Document(self.columns.name(row, number, self.path), text, {"row": number})
            yield MarkedText(document, marks, where=where)

    def _of_text(self, row: Row, where: str) -> tuple[str, list[tuple[Place, str]]]:
        """The text of a row, and its spans with their labels."""
        columns = self.columns
        text = row[columns.text]
        if not isinstance(text, str):
            raise InputError(f"{where}: {columns.text}: found {shown(text)}, wanted a text")
        names = columns.names or class_names(
            self.rows.features, *(() if columns.spans is None else (columns.spans,)), columns.label
        )
        labelled = []
        for item, span in self._structs(row, where):
            label = _named(span.get(columns.label), names, f"{where}: {item}.{columns.label}")
            start, end = span.get(columns.start), span.get(columns.end)
            if not label or not isinstance(start, int) or not isinstance(end, int):
                keys = ", ".join((columns.start, columns.end, columns.label))
                raise InputError(f"{where}: {item}: found {shown(span)}, wanted {keys}: two whole numbers and a label")
            quote = span.get(columns.quote)
            labelled.append((Place(item, start, end, quote if isinstance(quote, str) else None), label))
        return text, labelled

    def _structs(self, row: Row, where: str) -> Iterator[tuple[str, Row]]:
        """The spans of a row, each with what messages call it: a list of structs, or lists side by side."""
        columns = self.columns
        spans = row if columns.spans is None else listed_cell(row[columns.spans])
        if isinstance(spans, list):
            for place, span in enumerate(spans):
                if not isinstance(span, Mapping):
                    raise InputError(f"{where}: {columns.spans}[{place}]: found {shown(span)}, wanted a struct")
                yield f"{columns.spans}[{place}]", span
            return
        keys = [columns.start, columns.end, columns.label]
        if isinstance(spans, Mapping) and columns.spans is not None and columns.quote in spans:
            keys.append(columns.quote)
        lists = [listed_cell(spans.get(key)) for key in keys] if isinstance(spans, Mapping) else []
        lengths = {len(cell) for cell in lists if isinstance(cell, list)}
        if not lists or not all(isinstance(cell, list) for cell in lists) or len(lengths) > 1:
            found = shown(spans) if columns.spans is not None else shown(lists)
            raise InputError(f"{where}: found {found}, wanted lists of one length: {', '.join(keys)}")
        of = columns.spans or "spans"
        for place, values in enumerate(zip(*lists, strict=True)):
            yield f"{of}[{place}]", dict(zip(keys, values, strict=True))

    def _of_words(self, row: Row, where: str) -> tuple[str, list[tuple[Place, str]]]:
        """The words of a row with a space between them, and its spans with their labels."""
        columns = self.columns
        words: Any = listed_cell(row[columns.words])
        spans: Any = listed_cell(row[columns.word_spans])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise InputError(f"{where}: {columns.words}: found {shown(words)}, wanted a list of words")
        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word) + 1)
        text = " ".join(words)
        labelled = []
        for place, span in enumerate(spans or ()):
            item = f"{columns.word_spans}[{place}]"
            if not isinstance(span, list | tuple) or len(span) != _WORD_SPAN:
                raise InputError(f"{where}: {item}: found {shown(span)}, wanted the first word, the last and a label")
            # Types of one column are one: a list of numbers and text comes as text.
            first, last = (int(edge) if str(edge).isdecimal() else -1 for edge in span[:2])
            if not 0 <= first <= last < len(words):
                found = f"{where}: {item}: found {shown(list(span))}"
                raise InputError(f"{found}, wanted words from 0 to {len(words) - 1}, the first before the last")
            start, end = starts[first], starts[last + 1] - 1
            labelled.append((Place(item, start, end, text[start:end]), str(span[2])))
        return text, labelled


def _named(value: object, names: Sequence[str] | None, where: str) -> str:
    """The name of a tag or label, which may be the number of one."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value if isinstance(value, str) else ""
    if names is None:
        raise InputError(f"{where}: found {value}, wanted a name; dataset.columns.names=[O,B-PER,…] names the numbers")
    if not 0 <= value < len(names):
        raise InputError(f"{where}: found {value}, wanted a number from 0 to {len(names) - 1}: {listed(names)}")
    return names[value]
