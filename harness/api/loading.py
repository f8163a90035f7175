"""`harness.load`: documents with their gold annotation, from a name, a file, dicts or a data set of one's own."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from harness.api.scores import unknown
from harness.api.shown import Shown, frame, notebook
from harness.api.spans import annotation_of
from harness.config.settings import Settings, description, names_of, plain
from harness.data.codec import dump_example
from harness.data.dataset import PlainDataset, ReadOnce
from harness.data.jsonl import one_line, parse_json, write_lines
from harness.data.types import LAYERS, Annotation, Document, Example, InputError, Span
from harness.datasets.subset import Subset
from harness.show.sheet import Cell, Column, Excerpt, Row, Sheet
from harness.show.terminal import isolate, isolate_right_to_left

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

Source: TypeAlias = str | Path | PlainDataset | Sequence[Mapping[str, Any] | Example]

COLUMNS: Final = ("document", "layer", "item", "label", "start", "end", "text")

_SHOWN: Final = 5
"""Documents that a notebook shows the beginning of."""
_AROUND: Final = 60
"""Characters before and after a mention."""


@dataclass(frozen=True, eq=False)
class Corpus(ReadOnce, Shown):
    """Documents with their gold annotation; `harness.load` makes it, and every function takes it.

    It has a length, gives its `Example`s in their order, and one by its id or its place: `corpus["a0"]`, `corpus[0]`.
    `print` shows how much of what there is; in a notebook the first documents stand below that.
    """

    configured: Mapping[str, Any] | None = field(default=None, repr=False)
    """Its part of a configuration, as `conf/` and the command line have it; None for an object."""
    chosen: Sequence[str] = field(default=(), repr=False)
    """What was chosen for it, in the words of a command line."""

    def __len__(self) -> int:
        return len(self.read())

    def __iter__(self) -> Iterator[Example]:
        return iter(self.read())

    def __getitem__(self, key: str | int) -> Example:
        if isinstance(key, int):
            return self.read()[key]
        if key not in self._by_id:
            raise unknown(self.name, key, list(self._by_id))
        return self._by_id[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is a document of this id, or this example."""
        return key in self._by_id if isinstance(key, str) else key in self.read()

    def __repr__(self) -> str:
        return f"<corpus {self.name}: {len(self)} documents>"

    @property
    def documents(self) -> list[Document]:
        """The texts without their annotation, as a runner sees them."""
        return [example.document for example in self]

    @property
    def sheets(self) -> Sequence[Sheet]:
        """How many items there are, by layer and label."""
        counts = [Row([layer, label, str(count)]) for (layer, label), count in _counts(self).items()]
        words = sum(len(document.text.split()) for document in self.documents)
        caption = f"{isolate(one_line(self.name))}, documents: {len(self)}, words: {words}"
        columns = [Column("layer", "words"), Column("label", "name"), Column("items")]
        return [Sheet(caption, columns, counts, heads=1, key=1)]

    def _repr_html_(self) -> str:
        """How much there is of what, and how the first documents begin."""
        rows = [Row([document.id, str(len(document.text.split())), _beginning(example)]) for example, document in
                zip(self.read()[:_SHOWN], self.documents, strict=False)]  # fmt: skip
        columns = [Column("document", "name"), Column("words"), Column("text", "words")]
        caption = "" if len(self) <= _SHOWN else f"the first {_SHOWN} of {len(self)} documents"
        return notebook([*self.sheets, Sheet(caption, columns, rows)])

    def to_pandas(self) -> "DataFrame":
        """Every span, a row each; the columns are `COLUMNS`.

        `item` counts within the document and the layer: the spans of a claim share it, and its roles are their labels.

        Raises:
            InputError: pandas is not installed.
        """
        rows = []
        for document, gold in ((example.document, example.gold) for example in self):
            for layer, item, label, start, end in _spans(gold):
                cells = (document.id, layer, item, label, start, end, document.text[start:end])
                rows.append(dict(zip(COLUMNS, cells, strict=True)))
        return frame(rows, COLUMNS)

    def to_dict(self) -> dict[str, Any]:
        """Name and documents as plain values, each document as a line of its JSON Lines; `load` takes them back."""
        return {"name": self.name, "documents": [parse_json(dump_example(example).encode()) for example in self]}

    def subset(
        self,
        *,
        ids: Sequence[str] | str | None = None,
        meta: Mapping[str, Any] | None = None,
        slice: str | None = None,  # noqa: A002 -- the key of the command line
        documents: int | None = None,
        seed: int = 13,
    ) -> "Corpus":
        """Part of the documents, as `harness evaluate subset.…` picks them; its name says which.

        Args:
            ids: Patterns of ids as in a shell, or one; one has to match the whole id.
            meta: Values that a document has to have, one or a list for each field.
            slice: Places, as `0:100`.
            documents: How many are drawn by lot.
            seed: The same draws the same documents.

        Raises:
            InputError: no document is picked, or an argument cannot be used.

        Examples:
            >>> load("gold").subset(ids="a[03]-*")
            <corpus v1[ids:a[03]-*]: 2 documents>
        """
        chosen = Subset(ids, meta, slice, documents, seed)
        picked = chosen.of(self)
        if picked is self:
            return self
        part = plain({name: value for name, value in vars(chosen).items() if value is not None})
        configured = {
            **description(picked),
            "plain": dict(self.configured or description(self.plain)),
            "subset": {**description(chosen), **part},
        }
        told = [f"subset.{name}={one_line(str(value))}" for name, value in part.items() if name != "seed"]
        return _whole(Corpus(picked, configured, [*self.chosen, *told, *([f"subset.seed={seed}"] * bool(documents))]))

    @cached_property
    def _by_id(self) -> Mapping[str, Example]:
        return {example.document.id: example for example in self.read()}


def load(source: Source = "gold", /, **fields: Any) -> Corpus:
    """Documents with their gold annotation.

    Args:
        source: One of

            - the name of a data set: `gold`, the gold that comes with the harness, `newswire`, `jsonl`, `conll`, each
              with the fields that its file `conf/dataset/NAME.yaml` explains;
            - the path of a file in JSON Lines, whatever its extension: CoNLL columns are read by
              `load("conll", path=…)`;
            - a list of dicts, each as a line of JSON Lines. Mentions may be tuples (start, end, type), and what the
              text says (`text` of a span) may be left out; so may `id`, which is then the number of the document, from
              1, as `harness.predict` counts;
            - any object with `name` and `read`, as `harness.data.dataset.Dataset` has them.
        **fields: Fields of the data set, for instance `labels`, the map of its tag set. For a list of dicts `name` is
            what signatures and tables call it.

    Raises:
        InputError: there is no such source, or it is malformed.

    Examples:
        >>> corpus = load([{"text": "وصل الوزير إلى بكين.", "entities": [(4, 10, "OCC"), (15, 19, "GPE")]}])
        >>> len(corpus), corpus["1"].gold.entities[1]
        (1, Entity(start=15, end=19, type='GPE', score=None))
    """
    if isinstance(source, str) and source.partition("(")[0] in names_of("dataset"):
        return _configured(source, fields)
    if isinstance(source, str | Path):
        if not Path(source).exists():
            known = ", ".join(names_of("dataset"))
            raise InputError(f"load: found no file {source}, wanted one in JSON Lines, or one of {known}")
        return _read_file(Path(source), fields)
    if isinstance(source, Sequence):
        return _of_records(source, **fields)
    if fields:
        raise InputError(f"load: found {', '.join(fields)} beside a data set, wanted it alone")
    return _whole(source if isinstance(source, Corpus) else Corpus(source))


def _whole(corpus: Corpus) -> Corpus:
    """`corpus`, read: what is wrong with it is said where it is loaded."""
    corpus.read()
    return corpus


def _configured(name: str, fields: Mapping[str, Any]) -> Corpus:
    settings = Settings.compose("evaluate", {"dataset": {"name": name, **fields}})
    return _whole(Corpus(settings.part("dataset"), settings.node("dataset"), settings.overrides))


def _read_file(path: Path, fields: Mapping[str, Any]) -> Corpus:
    try:
        return _configured("jsonl", {"path": path} | dict(fields))
    except InputError as error:
        if path.is_file() and path.read_bytes()[:512].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b""):
            hint = f"load('conll', path={str(path)!r}) reads CoNLL columns"
            raise InputError(f"{error}; {hint}") from error
        raise


@dataclass(frozen=True, eq=False)
class _Records(ReadOnce):
    """A data set that came from no file that stays, and has a name of its own."""

    own: str

    @property
    def name(self) -> str:
        """The name."""
        return self.own

    @property
    def source(self) -> None:
        """There is none."""
        return


def _of_records(records: Sequence[object], name: str = "documents", **fields: Any) -> Corpus:
    examples = [_example(record, number) for number, record in enumerate(records)]
    with tempfile.TemporaryDirectory() as folder:
        # Through a file: one reader checks whatever is scored, whichever way it came.
        path = Path(folder, "documents.jsonl")
        write_lines(path, map(dump_example, examples))
        try:
            settings = Settings.compose("evaluate", {"dataset": {"name": "jsonl", "path": str(path), **fields}})
            corpus = _whole(Corpus(_Records(settings.part("dataset"), name), {"name": name, "python": "list"}))
            # What else there is to read of the file is read now.
            _ = corpus.tag_set
        except InputError as error:
            raise InputError(_without(path, str(error))) from error.__cause__
    return corpus


def _without(path: Path, message: str) -> str:
    """`message` with the number of a document in the place of a line of the file `path`."""
    before, found, after = message.partition(f"{path}:")
    number, colon, rest = after.partition(":")
    if not found or not number.isdecimal():
        return message.replace(str(path), "documents")
    return f"{before}documents[{int(number) - 1}]{colon}{rest}"


def _example(record: object, number: int) -> Example:
    if isinstance(record, Example):
        return record
    where = f"documents[{number}]"
    if not isinstance(record, Mapping):
        raise InputError(f"{where}: found {one_line(repr(record))}, wanted a dict with text and entities")
    text, name, meta = record.get("text"), record.get("id", str(number + 1)), record.get("meta", {})
    if not isinstance(text, str):
        raise InputError(f"{where}: text: found {one_line(repr(text))}, wanted the document's text")
    if not isinstance(name, str) or not name:
        raise InputError(f"{where}: id: found {one_line(repr(name))}, wanted a name")
    if not isinstance(meta, Mapping):
        raise InputError(f"{where}: meta: found {one_line(repr(meta))}, wanted a dict")
    layers = {key: value for key, value in record.items() if key not in ("id", "text", "meta")}
    return Example(Document(name, text, plain(meta)), annotation_of(layers, text, where))


def _counts(corpus: Corpus) -> Counter[tuple[str, str]]:
    """Items by layer and label, the commonest of a layer first; claims by their layer alone."""
    found: Counter[tuple[str, str]] = Counter()
    for example in corpus:
        gold = example.gold
        found.update(("entities", entity.type) for entity in gold.entities or ())
        found.update(("claims", "claims") for _ in gold.claims or ())
        found.update(("sentences", sentence.label) for sentence in gold.sentences or ())
    annotated = [layer for layer in LAYERS if any(getattr(example.gold, layer) is not None for example in corpus)]
    ordered = Counter({key: count for layer in annotated for key, count in found.most_common() if key[0] == layer})
    for layer in annotated:
        if not any(key[0] == layer for key in ordered):
            ordered[layer, "none"] = 0
    return ordered


def _beginning(example: Example) -> Cell:
    """The first mention of a document in its context, or how its text begins."""
    text = example.document.text
    first = min(example.gold.entities or (), default=Span(0, 0))
    before, mention, after = text[: first[0]], text[first[0] : first[1]], text[first[1] :]
    if len(before) > _AROUND:
        before = f"… {before[-_AROUND:].partition(' ')[2]}"
    if len(after) > _AROUND:
        after = f"{after[:_AROUND].rpartition(' ')[0]} …"
    shown = f"{before}{mention}{after}"
    # An excerpt is set from right to left.
    return Excerpt(before, mention, after) if mention and isolate_right_to_left(shown) != shown else shown


def _spans(gold: Annotation) -> Iterator[tuple[str, int, str, int, int]]:
    for item, entity in enumerate(gold.entities or ()):
        yield "entities", item, entity.type, entity.start, entity.end
    for item, claim in enumerate(gold.claims or ()):
        for role in ("content", "cue", "source"):
            if (span := getattr(claim, role)) is not None:
                yield "claims", item, role, span.start, span.end
    for item, sentence in enumerate(gold.sentences or ()):
        yield "sentences", item, sentence.label, sentence.start, sentence.end
