"""What a tag set costs: the best score that a perfect system can reach which answers in it.

And the other way round: what the gold's annotation scores against the labels that a corpus itself gives the same
sentences, which is as far as a system that learned from the gold can get on that corpus.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from harness.data.bridge import Bridge, relabel
from harness.data.codec import dump_example
from harness.data.dataset import PlainDataset, ReadOnce
from harness.data.files import resource, write_json
from harness.data.schema import Schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Entity, Example, InputError, Prediction
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import Gold, Score, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.show import formats
from harness.show.sheet import Column, Row, Sheet, one_line
from harness.show.terminal import isolate, show


@dataclass(frozen=True)
class Ceiling:
    """What a perfect system in one tag set reaches on the gold, scored in the gold's full scheme.

    Every gold mention whose type a label covers is found, exactly, and given that label: of several the one that
    covers fewest types. A flat tag set loses the mentions inside others, one whose labels do not nest in themselves
    those that overlap a longer one of their label, a dropped type its mentions. Each label is then answered with one
    type, the one that is right most often in this gold. The scores are micro averages over exact spans and types.
    `kept` is the share of gold mentions that are left once both sides are projected.
    """

    name: str
    mentions: int
    kept: float
    precision: float
    recall: float
    f1: float
    answers: Mapping[str, str]
    """The type that each label is answered with; labels that never occur are left out."""


def ceiling(gold: Sequence[Annotation], side: TagSet) -> Ceiling:
    """The ceiling of a tag set on gold in the types of its schema.

    Raises:
        InputError: the gold has no mention.
    """
    whole = [annotation.entities or () for annotation in gold]
    mentions = sum(map(len, whole))
    if not mentions:
        raise InputError("ceiling: found no mention in the gold, wanted at least one")
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    answered = 0
    for annotation, entities in zip(gold, _answers(gold, side), strict=True):
        answered += len(entities)
        types = _types_by_span(annotation)
        for start, end, label, _ in entities:
            right[label].update(kind for kind in types[start, end] if kind in side.labels[label])
    # The order of the types decides between equals.
    answers = {label: max(side.schema.types, key=counts.__getitem__) for label, counts in right.items()}
    tp = sum(right[label][kind] for label, kind in answers.items())
    kept = sum(len(annotation.entities or ()) for annotation in Bridge(None, side, side.schema).project_gold(gold))
    return Ceiling(
        side.label,
        mentions,
        kept / mentions,
        precision=tp / answered if answered else 0.0,
        recall=tp / mentions,
        f1=2 * tp / (answered + mentions),
        answers=answers,
    )


@dataclass(frozen=True, eq=False)
class Comparison:
    """The gold's annotation as a prediction against a corpus's own labels: its score, word view.

    `only_gold` and `only_corpus` count the documents that have no partner.
    """

    score: Score
    matched: int
    only_gold: int
    only_corpus: int

    def record(self) -> dict[str, object]:
        """Everything, as JSON has it."""
        measures = {name: value._asdict() for name, value in self.score.measures.items()}
        counts = {"matched": self.matched, "only_gold": self.only_gold, "only_corpus": self.only_corpus}
        return counts | {"signature": self.score.signature, "measures": measures, "support": self.score.support}


def compare(
    gold: Sequence[Example], corpus: PlainDataset, bootstrap: Bootstrap, schema: Schema | None = None
) -> Comparison:
    """What `gold`, in the types of `schema` if it is given, scores against `corpus` on the documents that both have.

    Documents are the same if their tokens, parted by white space, are. A text that occurs several times is paired in
    order.

    Raises:
        InputError: no document is the same.
    """
    corpus = ReadOnce(corpus)
    pairs = list(_pair(gold, corpus.read()))
    if not pairs:
        raise InputError(f"{corpus.name}: found no document with the tokens of one of the gold, wanted at least one")
    predictions = {
        theirs.document.id: Prediction(theirs.document.id, _carried(ours, theirs.document.text))
        for ours, theirs in pairs
    }
    scored = [theirs for _, theirs in pairs]
    digest = sha256("".join(f"{dump_example(example)}\n" for example in scored).encode()).hexdigest()
    whole = Gold(corpus.name, digest, scored)
    bridge = Bridge(corpus.tag_set, None, corpus.annotation_schema, schema)
    corpora = corpora_of(whole, predictions, "document", bridge)
    scores = score(whole, corpora, Scoring({"entities": EntitiesStrict()}, "document", bootstrap))
    matched = len(pairs)
    return Comparison(scores["entities"], matched, len(gold) - matched, len(corpus.read()) - matched)


def run(gold: PlainDataset, corpus: PlainDataset | None, out: Path | None) -> int:
    """Show the ceilings of all maps on `gold`, or its comparison with `corpus`; the exit code.

    The numbers go into `ceiling.json` in the folder `out` too.
    """
    gold = ReadOnce(gold)
    examples, schema = gold.read(), gold.annotation_schema
    if corpus is None:
        names = sorted(path.stem for path in (resource("conf") / "labels").glob("*.yaml"))
        sides = [side for side in map(read_tag_set, names) if {*schema.types} <= {*side.schema.types}]
        if not sides:
            raise InputError(
                f"{gold.name}: found types of {schema.label}, wanted those that a map of conf/labels leads to"
            )
        ceilings = [ceiling([example.gold for example in examples], side) for side in sides]
        show(_ceilings(gold.name, ceilings))
        content: dict[str, object] = {limit.name: asdict(limit) for limit in ceilings}
    else:
        comparison = compare(examples, corpus, Bootstrap(), schema)
        show(_compared(comparison))
        content = comparison.record()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_json(out / "ceiling.json", content)
    return 0


def _ceilings(gold: str, ceilings: Sequence[Ceiling]) -> Sheet:
    return Sheet(
        f"{isolate(one_line(gold))}, {formats.counted(ceilings[0].mentions, 'mention')}: what a perfect system with "
        "these labels reaches, scored on all types",
        [Column("labels", "name"), *map(Column, ("kept", "precision", "recall", "f1"))],
        [Row([side.name, *map(formats.value, (side.kept, side.precision, side.recall, side.f1))]) for side in ceilings],
        ["kept: the share of gold mentions that is left to score once both sides are projected to what both can say"],
    )


def _compared(comparison: Comparison) -> Sheet:
    names, score = ("precision", "recall", "f1"), comparison.score
    return Sheet(
        f"{comparison.matched} documents are the same, {comparison.only_gold} only in the gold, "
        f"{comparison.only_corpus} in the corpus\n{comparison.score.signature}",
        [Column("label", "words"), Column("gold"), *map(Column, names)],
        [
            Row(
                [
                    label,
                    str(support),
                    *(formats.value(comparison.score.measures[f"{label}/{name}"].value) for name in names),
                ]
            )
            for label, support in score.support.items()
        ],
    )


def _answers(gold: Sequence[Annotation], side: TagSet) -> Iterator[Sequence[Entity]]:
    """What a perfect system answers, in the labels of `side`."""
    widest_first = sorted(side.labels, key=lambda label: (-len(side.labels[label]), label))
    names = {kind: label for label in widest_first for kind in side.labels[label]}
    for annotation in gold:
        entities = relabel(annotation, names, flat=side.nesting == "outermost").entities or ()
        yield entities if side.nests_in_itself or side.nesting == "outermost" else _apart(entities)


def _apart(entities: Sequence[Entity]) -> Sequence[Entity]:
    """The mentions that one tag a token and label can say: of those of a label that overlap the longest."""
    kept: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in sorted(entities, key=lambda entity: (entity.start - entity.end, entity.start)):
        if all(entity.end <= longer.start or longer.end <= entity.start for longer in kept[entity.type]):
            kept[entity.type].append(entity)
    said = {entity for mentions in kept.values() for entity in mentions}
    return [entity for entity in entities if entity in said]


def _types_by_span(annotation: Annotation) -> Mapping[tuple[int, int], list[str]]:
    types: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for start, end, kind, _ in annotation.entities or ():
        types[start, end].append(kind)
    return types


def _pair(gold: Sequence[Example], corpus: Sequence[Example]) -> Iterator[tuple[Example, Example]]:
    """Documents with the same tokens, each once."""
    waiting: defaultdict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in reversed(corpus):
        waiting[tuple(example.document.text.split())].append(example)
    for example in gold:
        same = waiting[tuple(example.document.text.split())]
        if same:
            yield example, same.pop()


def _carried(example: Example, text: str) -> Annotation:
    """The entities of `example` on `text`, which differs in white space at most."""
    inked = [position for position, char in enumerate(text) if not char.isspace()]
    before = [0]
    for char in example.document.text:
        before.append(before[-1] + (not char.isspace()))
    entities = (
        Entity(inked[before[start]], inked[before[end] - 1] + 1, kind)
        for start, end, kind, _ in example.gold.entities or ()
        if before[start] < before[end]
    )
    return Annotation(entities=tuple(entities))
