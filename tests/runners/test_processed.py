"""Runners around other runners: what they do to an answer, and that they are like the runner in all else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.dataset import ReadOnce
from harness.data.schema import Schema, read_schema
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Claim, Document, Entity, InputError, Prediction, Sentence, Span, Unplaced
from harness.datasets.gold import GoldStandard
from harness.runners.base import Runner
from harness.runners.longest import Longest
from harness.runners.processed import Processed
from harness.runners.threshold import Threshold
from harness.runners.types import Types
from tests.strategies import entities

TEXT = "زار سامي كندا"
DOCUMENTS = [Document("a", TEXT), Document("b", TEXT)]
PROCESSED: list[type[Processed]] = [Threshold, Longest, Types]


@dataclass(frozen=True)
class Full(Runner):
    """A runner that has something to say to each question."""

    annotation: Annotation = field(default_factory=Annotation)
    name: str = "full"
    done: tuple[str, ...] = ()
    labels: str | None = "conll4"
    annotation_schema: Schema | None = read_schema("gold")  # noqa: RUF009 -- it is frozen
    not_for: Sequence[str] = ("anercorp",)
    allow_seen: bool = True
    checked: bool = False
    remarks: Sequence[str] = ("cut",)
    calls: list[str] = field(default_factory=list)

    @property
    def provenance(self) -> Mapping[str, object]:
        return {"model": "x"}

    @property
    def figures(self) -> Mapping[str, float]:
        return {"tokens": 1.0}

    def load(self) -> None:
        self.calls.append("load")

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        for document in documents:
            yield Prediction(document.id, self.annotation, 1.5, None if document.id == "a" else "broken")

    def learned_from(self, documents: Sequence[Document]) -> Sequence[str]:
        return [document.id for document in documents[:1]]

    def chosen_on(self, documents: Sequence[Document]) -> Sequence[str]:
        return [document.id for document in documents[1:]]

    @property
    def repetitions(self) -> Sequence[Runner]:
        return [replace(self, done=("again",))]

    def reading(self, dataset: ReadOnce) -> Runner:
        return replace(self, done=("reading", dataset.name))

    def asking_for(self, schema: Schema) -> Runner:
        return replace(self, done=("asking", schema.name))

    def keeping(self, folder: Path) -> Runner:
        return replace(self, done=("keeping", folder.name))


def around(kind: type[Processed], runner: Runner) -> Any:
    return Types(runner, keep=["PERS"]) if kind is Types else kind(runner)


@pytest.mark.parametrize("kind", PROCESSED)
def test_a_runner_around_another_answers_for_it_in_all_of_the_interface(kind: type[Processed]) -> None:
    members = {name for name in vars(Runner) if not name.startswith("_")}
    # Of `name` and `allow_seen` it has its own.
    assert members - vars(Processed).keys() == set()
    inner = Full()
    made = around(kind, inner)
    assert (made.name, made.tag_set) == (f"full+{kind.done}", read_tag_set("conll4"))
    same = ("labels", "annotation_schema", "not_for", "allow_seen", "checked", "remarks", "provenance", "figures")
    for name in same:
        assert getattr(made, name) == getattr(inner, name), name
    assert (made.learned_from(DOCUMENTS), made.chosen_on(DOCUMENTS)) == (["a"], ["b"])
    assert made.of.calls == []
    Processed.load(made)
    assert made.of.calls == ["load"]
    for changed, done in (
        (made.repetitions[0], ("again",)),
        (made.reading(ReadOnce(GoldStandard())), ("reading", "v1")),
        (made.asking_for(read_schema("gold")), ("asking", "gold")),
        (made.keeping(Path("x/run")), ("keeping", "run")),
    ):
        assert type(changed) is kind
        assert (changed.name, changed.of.done) == (made.name, done)
    first, second = made.predict(DOCUMENTS)
    assert (first.doc_id, first.seconds, first.error) == ("a", 1.5, None)
    assert (second.doc_id, second.error) == ("b", "broken")


def test_seen_documents_are_allowed_by_the_runner_or_by_what_is_around_it() -> None:
    refusing = Full(allow_seen=False)
    assert not Threshold(refusing).allow_seen
    assert Threshold(refusing, allow_seen=True).allow_seen
    assert Longest(Threshold(Full())).allow_seen


def test_a_plain_class_can_be_processed() -> None:
    class Plain:
        name = "plain"

        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            return (Prediction(one.id, Annotation((Entity(4, 8, "PERS", 0.4),))) for one in documents)

    (first, _) = Threshold(Plain(), name="own").predict(DOCUMENTS)
    assert (first.annotation.entities, Threshold(Plain(), name="own").name) == ((), "own")


def test_what_is_malformed_is_left_for_the_evaluation_to_refuse() -> None:
    malformed = Annotation(entities=(("PERS",),))  # type: ignore[arg-type]
    (first, _) = Longest(Full(malformed)).predict(DOCUMENTS)
    assert (first.annotation, first.error) == (malformed, None)


def test_a_step_that_fails_costs_its_own_document() -> None:
    class Odd(Threshold):
        def process(self, text: str, annotation: Annotation) -> Annotation:
            raise ValueError(text[:3])

    (first, _) = Odd(Full()).predict(DOCUMENTS)
    assert first.error is not None
    assert first.error.startswith("ValueError: زار")


SURE = Annotation(
    (Entity(0, 3, "ORG", 0.4), Entity(4, 8, "PERS", 0.5), Entity(9, 13, "GPE"), Entity(4, 13, "PERS", 0.3)),
    (Claim(Span(0, 3), Span(4, 8), score=0.2), Claim(Span(4, 8), Span(0, 3))),
    (Sentence(0, 13, "CFS", 0.1),),
    (Unplaced("entities", "ORG", "x"), Unplaced("claims", "cue", "x")),
)


def processed(runner: Processed) -> Annotation:
    return next(runner.predict(DOCUMENTS)).annotation


def test_a_threshold_keeps_what_has_its_score_or_none() -> None:
    kept = processed(Threshold(Full(SURE), score=0.5))
    assert kept == replace(SURE, entities=SURE.entities[1:3])  # type: ignore[index]
    kept = processed(Threshold(Full(SURE), score=0.5, types={"ORG": 0.4, "PERS": 0.6}, claims=0.3, sentences=0.2))
    assert kept.entities == (Entity(0, 3, "ORG", 0.4), Entity(9, 13, "GPE"))
    assert (kept.claims, kept.sentences) == (SURE.claims[1:], ())  # type: ignore[index]
    assert processed(Threshold(Full(Annotation()))) == Annotation()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"score": 1.5}, "score: found 1.5, wanted a number from 0 to 1"),
        ({"types": {"PERS": -1.0}}, "types.PERS: found -1.0"),
        ({"claims": 2.0}, "claims: found 2.0"),
        ({"sentences": 2.0}, "sentences: found 2.0"),
    ],
)
def test_a_threshold_is_a_share(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Threshold(Full(), **fields)


def test_types_keeps_some_and_knows_what_there_is() -> None:
    kept = processed(Types(Full(SURE), keep=["PERS", "GPE"]))
    assert kept == replace(SURE, entities=SURE.entities[1:], unplaced=SURE.unplaced[1:])  # type: ignore[index]
    assert processed(Types(Full(Annotation()), keep=["PERS"])) == Annotation()
    with pytest.raises(InputError, match="keep: found nothing"):
        Types(Full())
    for labels, wrong, known in (("conll4", "PERS", "PER"), (None, "PER", "PERS")):
        with pytest.raises(InputError, match=f"keep: found {wrong}, wanted some of .*{known}"):
            Types(Full(labels=labels), keep=[wrong]).load()
        Types(Full(labels=labels), keep=[known]).load()
    Types(Full(labels=None, annotation_schema=None), keep=["whatever"]).load()


def test_longest_settles_ties_by_score_then_place_then_name() -> None:
    def kept(*mentions: Entity, **fields: Any) -> tuple[Entity, ...] | None:
        return processed(Longest(Full(Annotation(mentions)), **fields)).entities

    long, short, other = Entity(4, 13, "PERS", 0.1), Entity(4, 8, "PERS", 0.9), Entity(9, 13, "GPE", 0.9)
    assert kept(short, other, long) == (other, long)
    assert kept(short, other, long, within="any") == (long,)
    # Edges that touch do not overlap.
    assert kept(Entity(0, 4, "PERS"), Entity(4, 8, "PERS")) == (Entity(0, 4, "PERS"), Entity(4, 8, "PERS"))
    assert kept(Entity(0, 4, "PERS", 0.5), Entity(2, 6, "PERS", 0.6)) == (Entity(2, 6, "PERS", 0.6),)
    assert kept(Entity(0, 4, "PERS", 0.5), Entity(2, 6, "PERS")) == (Entity(2, 6, "PERS"),)
    assert kept(Entity(2, 6, "PERS"), Entity(0, 4, "PERS")) == (Entity(0, 4, "PERS"),)
    assert kept(Entity(0, 4, "PERS"), Entity(0, 4, "GPE"), within="any") == (Entity(0, 4, "GPE"),)
    # What goes takes nothing with it: 0–5 beats 4–8, so 7–10, which that overlaps, stays.
    assert kept(Entity(0, 5, "A"), Entity(4, 8, "A"), Entity(7, 10, "A")) == (Entity(0, 5, "A"), Entity(7, 10, "A"))
    assert processed(Longest(Full(Annotation()))).entities is None
    with pytest.raises(InputError, match="within: found 'all', wanted type or any"):
        Longest(Full(), within="all")  # type: ignore[arg-type]


@given(st.lists(entities(TEXT, ("PERS", "GPE")), max_size=6), st.sampled_from(("type", "any")))
def test_longest_leaves_none_that_overlap_and_drops_none_for_a_shorter(given_: list[Entity], within: Any) -> None:
    kept = processed(Longest(Full(Annotation(tuple(given_))), within=within)).entities or ()

    def rivals(one: Entity, other: Entity) -> bool:
        alike = within == "any" or one.type == other.type
        return alike and one.start < other.end and other.start < one.end

    assert not any(rivals(one, other) for one in kept for other in kept if one is not other and one != other)
    for gone in set(given_) - set(kept):
        assert any(rivals(gone, one) and one.end - one.start >= gone.end - gone.start for one in kept)
    assert [one for one in given_ if one in kept] == [*kept]


def test_a_tag_set_is_that_of_the_runner_even_where_it_has_no_name() -> None:
    @dataclass(frozen=True)
    class Mapped(Full):
        labels: str | None = None
        tag_set: TagSet | None = read_tag_set("gliner")  # noqa: RUF009 -- it is frozen

    assert Longest(Mapped()).tag_set == read_tag_set("gliner")
