"""What tag sets cost, with the arithmetic written out."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings

from harness.curate.ceiling import ceiling, compare, run
from harness.data.schema import read_schema
from harness.data.tagsets import TagSet, own_types, read_tag_set
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.conll import Conll
from harness.datasets.gold import GoldStandard
from harness.datasets.jsonl import JsonLines
from harness.scoring.bootstrap import Bootstrap
from tests.conftest import Harness, Sample
from tests.strategies import tiny_entities

FOUR = TagSet("four", 1, "outermost", {"PER": ("PERS",), "LOC": ("GPE", "LOC"), "ORG": ("ORG",), "MISC": ()})


def gold(*entities: tuple[int, int, str]) -> list[Annotation]:
    return [Annotation(entities=tuple(Entity(*entity) for entity in entities))]


def test_a_coarse_flat_tag_set_loses_types_and_inner_mentions() -> None:
    found = ceiling(
        gold((0, 9, "ORG"), (5, 9, "GPE"), (10, 14, "GPE"), (15, 19, "GPE"), (20, 24, "LOC"), (30, 34, "DATE")), FOUR
    )
    # Of 6 mentions the DATE is dropped and the GPE inside the ORG lost: 4 are answered. LOC is answered with GPE, which
    # is right 2 times of 3; ORG once of once. tp 3, answered 4, gold 6.
    assert found.answers == {"ORG": "ORG", "LOC": "GPE"}
    assert (found.mentions, found.kept) == (6, 4 / 6)
    assert (found.precision, found.recall, found.f1) == (3 / 4, 3 / 6, 2 * 3 / (4 + 6))


def test_a_nested_tag_set_keeps_inner_mentions() -> None:
    nested = TagSet("nested", 1, "all", FOUR.labels)
    found = ceiling(gold((0, 9, "ORG"), (5, 9, "GPE")), nested)
    assert (found.kept, found.f1) == (1, 1)


def test_one_tag_a_token_and_label_loses_mentions_inside_others_of_the_label() -> None:
    apart = TagSet("apart", 1, "all", FOUR.labels, nests_in_itself=False)
    found = ceiling(
        gold(
            (0, 9, "ORG"),
            (0, 4, "ORG"),
            (5, 9, "ORG"),
            (5, 9, "GPE"),
            (20, 30, "LOC"),
            (20, 25, "GPE"),
            (28, 33, "LOC"),
        ),
        apart,
    )
    # The ORG inside the ORG are lost. LOC is a label for GPE too, so the GPE inside the LOC is, and the LOC that
    # overlaps a longer one. Answered are ORG, GPE and LOC; the label LOC means each of two types once: GPE is taken.
    assert (found.mentions, found.kept) == (7, 1)
    assert (found.precision, found.recall, found.f1) == (2 / 3, 2 / 7, 2 * 2 / (3 + 7))


def test_the_ceiling_of_wojood_knows_that_labels_do_not_nest_in_themselves() -> None:
    annotations = [example.gold for example in GoldStandard().read()]
    inner = sum(
        any(
            other.type == one.type and other != one and other.start <= one.start and one.end <= other.end
            for other in found
        )
        for annotation in annotations
        for found in [annotation.entities or ()]
        for one in found
    )
    mentions = sum(len(annotation.entities or ()) for annotation in annotations)
    for name in ("wojood21", "wojoodfine"):
        found = ceiling(annotations, read_tag_set(name))
        assert (found.precision, found.recall) == (1, (mentions - inner) / mentions)
    assert ceiling(annotations, read_tag_set("gliner")).f1 == 1
    assert inner > 0


def test_the_golds_own_types_cost_nothing() -> None:
    assert (
        ceiling(
            gold((0, 9, "ORG"), (5, 9, "GPE"), (5, 9, "FAC")),
            TagSet("same", 1, "all", own_types(read_schema("gold")).labels),
        ).f1
        == 1
    )


def test_two_labels_of_one_type_cost_nothing() -> None:
    places = TagSet("places", 1, "all", {"city": ("GPE",), "country": ("GPE",), "place": ("GPE", "LOC")})
    # A GPE is given the label that covers fewest types, so `place` is left with the LOC.
    assert ceiling(gold((0, 2, "GPE"), (3, 5, "LOC")), places).answers == {"country": "GPE", "place": "LOC"}


def test_one_span_of_two_types_under_one_label_is_one_answer() -> None:
    found = ceiling(gold((0, 4, "GPE"), (0, 4, "LOC"), (5, 9, "LOC")), FOUR)
    # Two answers, LOC, both right; the GPE is lost.
    assert (found.kept, found.precision, found.recall) == (2 / 3, 1, 2 / 3)


def test_a_tag_set_that_covers_nothing_that_occurs_reaches_zero() -> None:
    found = ceiling(gold((0, 4, "DATE")), FOUR)
    assert (found.kept, found.precision, found.recall, found.f1, found.answers) == (0, 0, 0, 0, {})


def test_gold_without_mentions_has_no_ceiling() -> None:
    with pytest.raises(InputError, match="no mention"):
        ceiling([Annotation(entities=())], FOUR)


@settings(deadline=None)
@given(tiny_entities("ابتثجح").filter(bool))
def test_no_choice_of_answers_is_better(entities: tuple[Entity, ...]) -> None:
    places = TagSet("places", 1, "outermost", {"place": ("GPE", "PERS")})
    once = tuple({entity[:3]: entity for entity in entities}.values())
    found = ceiling([Annotation(entities=once)], places)
    spans = {entity[:2] for entity in once}
    outer = {one for one in spans if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in spans)}
    best = max(sum((*span, kind) in {entity[:3] for entity in once} for span in outer) for kind in ("GPE", "PERS"))
    assert found.f1 == 2 * best / (len(outer) + len(once))


@dataclass(frozen=True)
class Documents:
    """Examples as a data set without a file."""

    examples: list[Example]
    name: str = "corpus"
    source: None = None
    labels: str | None = None
    variants: dict[str, list[str]] = field(default_factory=dict)

    def read(self) -> list[Example]:
        return self.examples

    def speakers(self) -> dict[str, list[str]]:
        return self.variants


def example(name: str, text: str, *entities: tuple[str, str]) -> Example:
    found = ((text.index(mention), len(mention), kind) for mention, kind in entities)
    return Example(
        Document(name, text), Annotation(entities=tuple(Entity(at, at + size, kind) for at, size, kind in found))
    )


OURS = [
    example("1", "عاد سامي", ("سامي", "PERS")),
    example("2", "زار  جامعة طوكيو\nأمس", ("جامعة طوكيو", "ORG"), ("طوكيو", "GPE"), ("أمس", "DATE")),
    example("3", "في طوكيو", ("طوكيو", "GPE")),
    example("4", "ليس هناك"),
]


def test_documents_meet_by_their_tokens_and_are_scored_in_what_both_can_say() -> None:
    theirs = [
        example("b", "زار جامعة طوكيو أمس", ("جامعة طوكيو", "ORG")),
        example("c", "في طوكيو", ("طوكيو", "ORG")),
        example("a", "عاد سامي", ("سامي", "PERS"), ("عاد", "MISC")),
        example("d", "لا أحد"),
    ]
    found = compare(OURS, Documents(theirs, labels="anercorp"), Bootstrap(10))
    assert (found.matched, found.only_gold, found.only_corpus) == (3, 1, 1)
    # Corpus PERS, ORG, ORG (MISC is dropped); ours PERS, ORG, GPE (GPE inside ORG and DATE are gone): tp 2, fp 1, fn 1.
    assert found.score.measures["micro/f1"].value == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert "|map:anercorp@1|" in found.score.signature


def test_a_text_that_occurs_twice_is_paired_in_order() -> None:
    ours = [example("1", "في طوكيو", ("طوكيو", "GPE")), example("2", "في طوكيو")]
    theirs = [example("a", "في طوكيو", ("طوكيو", "GPE")), example("b", "في طوكيو")]
    assert compare(ours, Documents(theirs), Bootstrap(10)).score.measures["micro/f1"].value == 1
    assert compare(ours[:1], Documents(theirs), Bootstrap(10)).only_corpus == 1


def test_nothing_in_common_is_an_error() -> None:
    with pytest.raises(InputError, match="corpus: found no document with the tokens"):
        compare(OURS[:1], Documents([example("a", "لا أحد")]), Bootstrap(10))


def test_the_numbers_are_written_where_a_folder_is_named(sample: Sample, tmp_path: Path) -> None:
    assert run(JsonLines(str(sample.gold)), None, tmp_path / "out") == 0
    found = json.loads((tmp_path / "out" / "ceiling.json").read_text("utf-8"))
    assert found["wojood21@1"]["f1"] == 1
    # 15 mentions: the OCC has no label, the GPE inside the university is lost; the other 13 are answered rightly.
    assert found["anercorp@1"]["f1"] == pytest.approx(2 * 13 / (13 + 15))


def test_the_command_compares_with_a_corpus(harness: Harness, sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "c.conll").write_text("قالت\tO\nكندا\tB-LOC\nإنها\tO\nتدرس\tO\nالطلب.\tO\n", encoding="utf-8")
    done = harness(
        "curate", "task=ceiling", f"gold.path={sample.gold}", "dataset@corpus=conll", "corpus.path=c.conll",
        "corpus.labels=anercorp", "out=out",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    found = json.loads((tmp_path / "out" / "ceiling.json").read_text("utf-8"))
    assert (found["matched"], found["only_gold"], found["only_corpus"]) == (1, 5, 0)
    assert found["measures"]["micro/f1"]["value"] == 1
    assert Conll(str(tmp_path / "c.conll"), "anercorp").name in found["signature"]
