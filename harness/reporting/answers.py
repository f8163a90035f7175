"""Answers without gold as a page: texts with what was found in them, coloured, right to left."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from harness import __version__
from harness.data.records import layer_records
from harness.data.schema import Schema
from harness.data.types import LAYERS, Document, Prediction
from harness.reporting.marks import Mark, clip, lines, mark_up
from harness.reporting.rendering import style, template

ROLES: Final = ("content", "source", "cue")
"""Of a claim, in the order in which they are marked."""

_TITLES: Final = {"entities": "mention", "sentences": "sentence", "claims": "claim"}


@dataclass(frozen=True)
class Legend:
    """What the labels of a layer stand for: each with its number, and what the schema says of it."""

    name: str
    """One item of the layer, in words."""
    layer: str
    number: int
    """Items in all."""
    rows: Sequence[tuple[str, int, str]]
    values: Sequence[tuple[str, int, str]] = ()
    """The same of what is not marked in the text: the attributes of claims."""


@dataclass(frozen=True, eq=False)
class Text:
    """A document with its answer as a page shows it: by layer its lines, each with its marks."""

    document: Document
    prediction: Prediction
    layers: Mapping[str, Sequence[Markup]]
    claims: Sequence[Mapping[str, Any]]
    """As JSON has them."""


def answers_page(
    title: str,
    answered: Sequence[tuple[Document, Prediction]],
    schema: Schema | None = None,
    more: int = 0,
) -> str:
    """The whole page: one file that needs nothing else, without scripts, every text escaped.

    Args:
        title: What the page is called.
        answered: Each document with its answer.
        schema: What the answers are in, where that is known: it says what types, labels and values stand for.
        more: How many documents were answered beside those.
    """
    return str(
        template(
            "answers.html",
            title=title,
            texts=[_text(number, *pair) for number, pair in enumerate(answered)],
            legends=_legends(answered, schema),
            more=more,
            version=__version__,
            style=style(entity.type for _, prediction in answered for entity in prediction.annotation.entities or ()),
        )
    )


def answers_frame(title: str, answered: Sequence[tuple[Document, Prediction]], schema: Schema | None = None) -> str:
    """The page in a frame of its own, for notebooks: no style of either reaches the other."""
    rows = sum(len(lines(document.text)) for document, _ in answered)
    return Markup(
        '<iframe title="{}" srcdoc="{}" style="width: 100%; height: {}px; border: 0; resize: vertical"></iframe>'
    ).format(title, answers_page(title, answered, schema), min(640, 320 + 60 * rows))


def _text(number: int, document: Document, prediction: Prediction) -> Text:
    found = prediction.annotation
    shown = lines(document.text)
    layers = {}
    for layer in LAYERS:
        if getattr(found, layer) is not None:
            clipped = [clip(mark, shown) for mark in _marks(f"t{number}", layer, prediction)]
            marks = [mark for mark in clipped if mark is not None]
            layers[layer] = [mark_up(document.text, line, marks) for line in shown]
    if not layers:
        layers["text"] = [Markup.escape(document.text[line.start : line.end]) for line in shown]
    claims: Any = layer_records(found, document.text).get("claims", [])
    return Text(document, prediction, layers, claims)


def _marks(name: str, layer: str, prediction: Prediction) -> Iterator[Mark]:
    found = prediction.annotation
    for number, entity in enumerate(found.entities or () if layer == "entities" else ()):
        yield Mark(entity.start, entity.end, entity.type, f"{name}e{number}")
    for number, sentence in enumerate(found.sentences or () if layer == "sentences" else ()):
        yield Mark(sentence.start, sentence.end, sentence.label, f"{name}s{number}")
    for number, claim in enumerate(found.claims or () if layer == "claims" else ()):
        for role in ROLES:
            span = getattr(claim, role)
            if span is not None:
                yield Mark(span.start, span.end, f"{role} {number + 1}", f"{name}c{number}-{role}")


def _legends(answered: Sequence[tuple[Document, Prediction]], schema: Schema | None) -> list[Legend]:
    """What occurs, most first; of claims their roles, as the page marks them, and below them the values."""
    annotations = [prediction.annotation for _, prediction in answered]
    described = schema or Schema("")
    labels = {
        ("entities", "types"): Counter(entity.type for found in annotations for entity in found.entities or ()),
        ("sentences", "sentence_labels"): Counter(
            sentence.label for found in annotations for sentence in found.sentences or ()
        ),
    }
    legends = [
        Legend(
            _TITLES[layer],
            layer,
            count.total(),
            [(label, number, described.describe(place, label).en) for label, number in count.most_common()],
        )
        for (layer, place), count in labels.items()
        if count
    ]
    claims = [claim for found in annotations for claim in found.claims or ()]
    if claims:
        roles = [(role, sum(getattr(claim, role) is not None for claim in claims), "") for role in ROLES]
        values = Counter(pair for claim in claims for pair in claim.attributes.items())
        legends.append(
            Legend(
                _TITLES["claims"],
                "claims",
                len(claims),
                roles,
                [
                    (f"{name}: {value}", number, described.describe("attributes", name, str(value)).en)
                    for (name, value), number in values.most_common()
                ],
            )
        )
    return legends
