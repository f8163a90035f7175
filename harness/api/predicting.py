"""`harness.predict`: what a runner finds in texts, without gold and without scores."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, overload

from harness.api.evaluating import RunnerSource, runner_of
from harness.api.shown import frame
from harness.config.settings import Settings
from harness.data.dataset import PlainDataset, as_dataset
from harness.data.jsonl import shown
from harness.data.records import layer_records
from harness.data.schema import Schema
from harness.data.types import Document, Example, InputError, Prediction
from harness.reporting.answers import answers_frame, answers_page
from harness.runners.base import PlainRunner, as_runner
from harness.runs.answering import Answered, answer, record_of
from harness.show.sheet import Column, Row, Sheet
from harness.show.terminal import drawn, isolate

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

Input: TypeAlias = str | Document | Example | Mapping[str, Any]

COLUMNS: Final = ("document", "layer", "item", "label", "start", "end", "text", "score")

_SHOWN: Final = 20
"""Documents that a notebook and `print` show."""


class Predictions(Sequence[Prediction]):
    """The answers of a runner, a `Prediction` for each document, in the order of the documents.

    One is found by its place or by the id of its document: `answers[0]`, `answers["a0"]`. `print` shows them as tables,
    a notebook as coloured text, right to left.
    """

    def __init__(self, runner: str, answered: Iterable[Answered], schema: Schema | None = None) -> None:
        self.runner = runner
        """The name of the runner."""
        self.answered = list(answered)
        """Each document with its answer."""
        self.schema = schema
        """What the answers are in; None where the runner does not say."""

    @property
    def documents(self) -> list[Document]:
        """The documents that were answered."""
        return [document for document, _ in self.answered]

    @property
    def failures(self) -> list[Prediction]:
        """The answers that are none: the runner raised, or what it returned was malformed; `error` says why."""
        return [prediction for prediction in self if prediction.error is not None]

    def __len__(self) -> int:
        return len(self.answered)

    def __iter__(self) -> Iterator[Prediction]:
        return (prediction for _, prediction in self.answered)

    @overload
    def __getitem__(self, key: int | str) -> Prediction: ...
    @overload
    def __getitem__(self, key: slice) -> "Predictions": ...
    def __getitem__(self, key: int | str | slice) -> "Prediction | Predictions":
        if isinstance(key, slice):
            return Predictions(self.runner, self.answered[key], self.schema)
        if isinstance(key, int):
            return self.answered[key][1]
        for prediction in self:
            if prediction.doc_id == key:
                return prediction
        raise KeyError(key)

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"<answers of {self.runner} to {len(self)} documents{failed}>"

    def __str__(self) -> str:
        """The first documents with what was found in them, as tables."""
        sheets = [sheet for pair in self.answered[:_SHOWN] for sheet in sheets_of(*pair)]
        more = [f"and {len(self) - _SHOWN} more documents"] if len(self) > _SHOWN else []
        return "\n".join([*(drawn(sheet).rstrip() + "\n" for sheet in sheets), *more])

    def _repr_html_(self) -> str:
        """The first documents, coloured, in a frame of their own."""
        # Plain text: Markup would escape what a program puts beside it.
        return str(answers_frame(self.runner, self.answered[:_SHOWN], self.schema))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the runner, and each document as a line of predictions has it."""
        return {"runner": self.runner, "documents": [record_of(*pair) for pair in self.answered]}

    def to_pandas(self) -> "DataFrame":
        """A row for each mention, each role of a claim and each sentence; `item` counts them in document and layer.

        Answers without a place have a layer of their own, such as `unplaced entities`, their quote for `text`, and the
        offset where they were said to be for `start` and `end`.

        Raises:
            InputError: pandas is not installed.
        """
        return frame([row for pair in self.answered for row in _rows(*pair)], COLUMNS)

    def to_html(self) -> str:
        """The documents as one self-contained page."""
        return answers_page(self.runner, self.answered, self.schema)


def predict(
    documents: Input | Iterable[Input] | PlainDataset,
    runner: RunnerSource = "rules",
    **fields: Any,
) -> Predictions:
    """What a runner finds in texts: mentions, claims and labels of sentences, as far as it knows them.

    Args:
        documents: A text, a `Document`, an `Example`, a dict with `text` and perhaps `id` and `meta`, or several of
            them, or a data set as `harness.load` gives it. Texts without an id are called by their number, from 1.
        runner: What `harness.evaluate` takes: the name of a runner, with options or not, an object with `name` and
            `predict`, or a function from a text to its mentions.
        **fields: Fields of a runner that is named, as `threshold=0.3`.

    Raises:
        InputError: there is no such runner, a field does not fit, a document is none, or two have one id.

    Examples:
        >>> answers = predict("وصل الوزير إلى بكين أمس.")
        >>> [mention[:3] for mention in answers[0].annotation.entities]
        [(15, 19, 'GPE'), (20, 23, 'DATE')]
    """
    made = _runner(runner, fields)
    return Predictions(made.name, answer(made, _documents(documents)), as_runner(made).annotation_schema)


def sheets_of(document: Document, prediction: Prediction) -> Iterator[Sheet]:
    """What was found in a document as tables: mentions, claims, sentences."""
    found, text = prediction.annotation, document.text
    caption = isolate(document.id)
    if prediction.error is not None:
        yield Sheet(caption, [Column("failed", "name")], [Row([prediction.error])])
        return
    mentions = [
        Row([entity.type, text[entity.start : entity.end], f"{entity.start}–{entity.end}", _score(entity.score)])
        for entity in found.entities or ()
    ]
    claims = [
        Row([*(text[span.start : span.end] if span else "" for span in (claim.source, claim.cue, claim.content))])
        for claim in found.claims or ()
    ]
    sentences = [
        Row([item.label, text[item.start : item.end], f"{item.start}–{item.end}"]) for item in found.sentences or ()
    ]
    unplaced = [Row([answer.layer, answer.label, answer.quote]) for answer in found.unplaced]
    tables = (
        (("type", "entity", "offsets", "score"), mentions),
        (("source", "cue", "content"), claims),
        (("label", "sentence", "offsets"), sentences),
        (("layer", "label", "no such text"), unplaced),
    )
    filled = [(headings, rows) for headings, rows in tables if rows]
    if not filled:
        yield Sheet(caption, [Column("found", "words")], [Row(["nothing"])])
    for number, (headings, rows) in enumerate(filled):
        columns = [Column(heading, "number" if heading in ("offsets", "score") else "name") for heading in headings]
        yield Sheet("" if number else caption, columns, rows)


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"


def _rows(document: Document, prediction: Prediction) -> Iterator[dict[str, Any]]:
    records: Any = layer_records(prediction.annotation, document.text)
    unplaced = records.pop("unplaced", ())
    for layer, items in records.items():
        for number, item in enumerate(items):
            row = {"document": document.id, "layer": layer, "item": number, "score": item.get("score")}
            if layer == "claims":
                for role in ("content", "cue", "source"):
                    if item.get(role):
                        yield row | {"label": role} | item[role]
            else:
                place = {"start": item["start"], "end": item["end"]}
                text = document.text[item["start"] : item["end"]]
                yield row | place | {"label": item.get("type", item.get("label")), "text": text}
    for number, item in enumerate(unplaced):
        place = {"start": item["at"], "end": item["at"]}
        answer = {"layer": f"unplaced {item['layer']}", "label": item["label"], "text": item["quote"], "score": None}
        yield {"document": document.id, "item": number} | answer | place


def _documents(given: Input | Iterable[Input] | PlainDataset) -> Iterator[Document]:
    """The documents that were given, each with an id of its own.

    Raises:
        InputError: one is none, or two have one id.
    """
    items: Iterable[object]
    if isinstance(given, str | Document | Example | Mapping):
        items = [given]
    elif isinstance(given, Iterable):
        items = given
    else:
        items = as_dataset(given).read()
    seen = set()
    for number, item in enumerate(items, 1):
        document = _document(item, number)
        if document.id in seen:
            raise InputError(f"documents: found the id {shown(document.id)} twice, wanted each document once")
        seen.add(document.id)
        yield document


def _document(item: object, number: int) -> Document:
    if isinstance(item, Example):
        return item.document
    if isinstance(item, Document):
        return item
    if isinstance(item, str):
        return Document(str(number), item)
    if isinstance(item, Mapping) and isinstance(item.get("text"), str):
        return Document(str(item.get("id", number)), item["text"], dict(item.get("meta") or {}))
    found = shown(item) if isinstance(item, Mapping) else f"an object of {type(item).__name__}"
    raise InputError(f"documents: found {found}, wanted a text, a Document, or a dict with text")


def _runner(runner: RunnerSource, fields: Mapping[str, Any]) -> PlainRunner:
    """The runner that was named, or made of what was given."""
    if fields and not isinstance(runner, str):
        raise InputError(f"{next(iter(fields))}: found a field beside an object, wanted the fields of a named runner")
    named = {"name": runner, **fields} if fields else runner
    made: PlainRunner = Settings.compose("predict", {"runner": runner_of(named)}).part("runner")
    return made
