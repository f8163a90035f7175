"""Marks and links: what annotation tools know of a text, and how documents' annotations are written in them.

A tool marks stretches of a text, each with a label, may give a mark attributes, and may link two marks. Mentions are
marks labelled with their type, sentences marks labelled with their sentence label. A claim is a mark for its content,
which bears its attributes and the speaker, with a link to the mark of its cue, and one to that of its source.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from harness.data.jsonl import shown
from harness.data.near import guess, listed
from harness.data.schema import Schema, shipped_schemas
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Sentence, Span

SPEAKER: Final = "speaker"
"""The attribute of a content mark that names who speaks."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled stretch of a text, in code points; `id` is the tool's own name for it, as messages show it.

    `note` is what people wrote beside a mark that is no annotation, by the name of the field: `rule` and `note` for the
    rule and the reason of a change. `layer` is `entities` or `sentences` where the file itself says what a mark is,
    None where only its label does.
    """

    id: str
    start: int
    end: int
    label: str
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    score: float | None = None
    note: Mapping[str, str] = field(default_factory=dict, hash=False)
    layer: str | None = None

    @property
    def role(self) -> str | None:
        """Its label, if it can be one of a part of a claim."""
        return self.label if self.layer is None else None

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of the mark `head` to the mark `tail`, both by id."""

    label: str
    head: str
    tail: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A document as a tool has it; `where` is what messages call it, such as `FILE:LINE`.

    `note` is what people wrote of the whole, by the name of the field, as in marks.
    """

    document: Document
    marks: Sequence[Mark] = ()
    links: Sequence[Link] = ()
    where: str = ""
    note: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Marking:
    """How marks and links that are no mentions are labelled.

    `content`, `cue` and `source` label the marks of claims, `cue_link` and `source_link` the links from a content.
    Reading goes by the links: what one leads to is the cue or the source whatever it is labelled, so that the mark of a
    mention can be the source of a claim; a link may be drawn from either end. `sentences` are the labels of sentences:
    None is those of the schema, and where that is inferred those of a schema that ships.
    """

    content: str = "Content"
    cue: str = "Cue"
    source: str = "Source"
    cue_link: str = "cue"
    source_link: str = "source"
    sentences: Sequence[str] | None = None

    @property
    def roles(self) -> tuple[str, str, str]:
        """The labels of marks that are no mentions but parts of claims."""
        return self.content, self.cue, self.source

    def sentence_labels(self, schema: Schema | None) -> frozenset[str]:
        """The labels of marks that are sentences."""
        if self.sentences is not None:
            return frozenset(self.sentences)
        if schema is not None:
            return frozenset(schema.sentence_labels)
        return frozenset(label for shipped in shipped_schemas() for label in shipped.sentence_labels)

    def check(self, schema: Schema, owner: str = "format.marking") -> None:
        """See that no two things have one label.

        Raises:
            InputError: a type or a sentence label of `schema` is also another label.
        """
        labels = Counter([*schema.types, *schema.sentence_labels, *(self.roles if "claims" in schema.layers else ())])
        twice = next((label for label, count in labels.items() if count > 1), None)
        if twice is not None:
            raise InputError(
                f"{owner}: found the label {shown(twice)} for two things, wanted labels that differ: "
                f"content, cue and source can be renamed"
            )


@dataclass(frozen=True)
class Read:
    """The annotation of a marked text; `layers` are those of which it has marks, `passed_over` counts other links."""

    annotation: Annotation
    layers: frozenset[str]
    passed_over: Counter[str]


def read_marks(marked: MarkedText, marking: Marking, schema: Schema | None) -> Read:
    """The annotation that the marks and links of a text stand for, all three layers.

    Items come in the order of the text. Two marks of one span and label are one mention, or one sentence.

    Raises:
        InputError: a link leads to no mark, a content has no cue or several, a cue or source is no claim's, or a
            content has an attribute that the schema does not know; the message begins with `where`.
    """
    where = f"{marked.where}: " if marked.where else ""
    marks: dict[str, Mark] = {}
    for mark in marked.marks:
        if marks.setdefault(mark.id, mark) is not mark:
            raise InputError(f"{where}{mark.id}: found two marks of this name, wanted names that differ")
    claims, used, passed_over = _claims(marked, marks, marking, schema, where)
    sentence_labels = marking.sentence_labels(schema)
    entities: dict[tuple[int, int, str], Entity] = {}
    sentences: dict[tuple[int, int, str], Sentence] = {}
    for mark in marked.marks:
        key = mark.start, mark.end, mark.label
        if mark.layer == "sentences" or (mark.layer is None and mark.label in sentence_labels):
            sentences.setdefault(key, Sentence(*key, mark.score))
        elif mark.role not in marking.roles:
            entities.setdefault(key, Entity(*key, mark.score))
        elif mark.id not in used:
            links = f"{marking.cue_link} or {marking.source_link}"
            raise InputError(f"{where}{mark.id}: found a {mark.label} of no claim, wanted a link to it: {links}")
    layers = {"entities": entities, "claims": claims, "sentences": sentences}
    annotation = Annotation(
        entities=tuple(sorted(entities.values(), key=lambda entity: (entity.start, -entity.end, entity.type))),
        claims=tuple(claims),
        sentences=tuple(
            sorted(sentences.values(), key=lambda sentence: (sentence.start, -sentence.end, sentence.label))
        ),
    )
    return Read(annotation, frozenset(name for name, found in layers.items() if found), passed_over)


def _claims(
    marked: MarkedText, marks: Mapping[str, Mark], marking: Marking, schema: Schema | None, where: str
) -> tuple[list[Claim], set[str], Counter[str]]:
    """The claims in the order of their contents, the marks that they use, and how many links of a label are others."""
    roles: dict[str, dict[str, Mark]] = {}
    passed_over: Counter[str] = Counter()
    for link in marked.links:
        for end in (link.head, link.tail):
            if end not in marks:
                raise InputError(f"{where}link {link.label}: found {shown(end)}, wanted the name of a mark")
        if link.label not in (marking.cue_link, marking.source_link):
            passed_over[link.label] += 1
            continue
        ends = sorted((marks[link.head], marks[link.tail]), key=lambda mark: mark.role != marking.content)
        if ends[0].role != marking.content:
            found = (
                f"{where}link {link.label} from {link.head} to {link.tail}: found no {marking.content} at either end"
            )
            raise InputError(f"{found}, wanted one: marks so labelled are what claims say")
        content, part = ends
        given = roles.setdefault(content.id, {}).setdefault(link.label, part)
        if given.span != part.span:
            raise InputError(
                f"{where}{content.id}: found two links {link.label}, wanted one for each {marking.content}"
            )
    claims, used = [], set()
    for mark in marked.marks:
        if mark.role != marking.content:
            continue
        parts = roles.get(mark.id, {})
        if marking.cue_link not in parts:
            raise InputError(f"{where}{mark.id}: found no link {marking.cue_link}, wanted the cue of this {mark.label}")
        source = parts.get(marking.source_link)
        used |= {mark.id, *(part.id for part in parts.values())}
        attributes = {name: value for name, value in mark.attributes.items() if name != SPEAKER}
        if schema is not None:
            _check_attributes(f"{where}{mark.id}", attributes, schema)
            # In the schema's order, which is that of the written form.
            attributes = {name: attributes[name] for name in schema.attributes if name in attributes}
        claims.append(
            Claim(
                mark.span,
                parts[marking.cue_link].span,
                None if source is None else source.span,
                mark.attributes.get(SPEAKER),
                attributes,
                mark.score,
            )
        )
    claims.sort(key=lambda claim: (claim.content.start, -claim.content.end, claim.cue.start, -claim.cue.end))
    # Marks that duplicate one that a claim uses: two contents can share a cue, each linked to a mark of its own.
    spans = {(marks[name].span, marks[name].label) for name in used}
    used |= {mark.id for mark in marked.marks if (mark.span, mark.label) in spans and mark.role != marking.content}
    return claims, used, passed_over


def _check_attributes(where: str, attributes: Mapping[str, str], schema: Schema) -> None:
    for name in attributes:
        if name not in schema.attributes:
            wanted = f"an attribute of {schema.label}: {listed(schema.attributes)}{guess(name, schema.attributes)}"
            raise InputError(f"{where}: found the attribute {shown(name)}, wanted {wanted}")
    for name, values in schema.attributes.items():
        value = attributes.get(name)
        if value not in values:
            found = "nothing" if value is None else shown(value)
            hint = "" if value is None else guess(value, values)
            raise InputError(f"{where}: {name}: found {found}, wanted one of {listed(values)}{hint}")


def marks_of(example: Example, marking: Marking) -> MarkedText:
    """The annotation of an example as marks and links, in the order of the text; the inverse of `read_marks`.

    Marks are named T1, T2, … as they come. Claims share the mark of a cue, or of a source, that stands on one span.
    """
    marks: list[Mark] = []
    links: list[Link] = []
    shared: dict[tuple[int, int, str], str] = {}

    def add(item: Entity | Sentence, attributes: Mapping[str, str] | None = None) -> str:
        start, end, label, score = item
        marks.append(Mark(f"T{len(marks) + 1}", start, end, label, attributes or {}, score))
        return marks[-1].id

    for entity in example.gold.entities or ():
        add(entity)
    for claim in example.gold.claims or ():
        said = {} if claim.speaker is None else {SPEAKER: claim.speaker}
        content = add(Entity(*claim.content, marking.content, claim.score), {**claim.attributes, **said})
        for span, label, link in (
            (claim.cue, marking.cue, marking.cue_link),
            (claim.source, marking.source, marking.source_link),
        ):
            if span is not None:
                key = span.start, span.end, label
                if key not in shared:
                    shared[key] = add(Entity(*key))
                links.append(Link(link, content, shared[key]))
    for sentence in example.gold.sentences or ():
        add(sentence)
    return MarkedText(example.document, tuple(marks), tuple(links))


def with_layers(examples: Iterable[Example], layers: Iterable[str]) -> list[Example]:
    """Examples with the layers that were annotated; the others become None."""
    kept = frozenset(layers)
    dropped: dict[str, None] = dict.fromkeys({"entities", "claims", "sentences"} - kept)
    return [replace(example, gold=replace(example.gold, **dropped)) for example in examples]  # type: ignore[arg-type]
