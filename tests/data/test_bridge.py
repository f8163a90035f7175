"""The bridge between tag sets: projection of both sides, by hand, by properties, and through a whole run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data import codec
from harness.data.bridge import NO_BRIDGE, Bridge, outermost, stored_bridge
from harness.data.files import resource
from harness.data.schema import Nesting, Schema, read_schema
from harness.data.tagsets import TagSet, own_types, read_tag_set
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction, Sentence
from harness.datasets.conll import Conll
from harness.runners.replay import Replay
from harness.runs import folder as run_folder
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import read_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import Gold, Score
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.tracking.mlflow import Nothing
from tests.builders import score_of
from tests.schemas import ENTITY_TYPES

FOUR = TagSet("four", 1, "outermost", {"PER": ("PERS",), "LOC": ("GPE", "LOC", "FAC"), "ORG": ("ORG",), "MISC": ()})
KINDS = ("PERS", "ORG", "GPE", "LOC")


def annotation(*entities: tuple[int, int, str]) -> Annotation:
    return Annotation(entities=tuple(Entity(*entity) for entity in entities))


def spans(annotations: Sequence[Annotation]) -> list[set[tuple[int, int, str]]]:
    return [{entity[:3] for entity in one.entities or ()} for one in annotations]


@st.composite
def tag_sets(draw: st.DrawFn, name: str) -> TagSet:
    """A map of a few labels over four types; some labels are dropped, some types not covered."""
    covered = st.lists(st.sampled_from(KINDS), unique=True, max_size=3).map(tuple)
    labels = draw(st.dictionaries(st.sampled_from("abcde"), covered, min_size=1, max_size=5))
    return TagSet(name, 1, draw(st.sampled_from(["all", "outermost"])), labels)


def bridged(one: TagSet, other: TagSet) -> Bridge | None:
    """The bridge of two maps, None where they have nothing in common that both can say."""
    try:
        return Bridge(one, other)
    except InputError:
        return None


def sayable(one: TagSet, other: TagSet) -> set[str]:
    """Brute force: no type of a label that covers a type which is already out, until nothing changes."""
    shared = set(one.types & other.types)
    while lost := {
        kind
        for side in (one, other)
        for covered in side.labels.values()
        if not shared.issuperset(covered)
        for kind in covered
        if kind in shared
    }:
        shared -= lost
    return shared


def layers(labels: Sequence[str]) -> st.SearchStrategy[Annotation]:
    """A few mentions on a tiny text, nested, crossing and repeated."""
    mention = st.tuples(st.integers(0, 4), st.integers(1, 3), st.sampled_from(sorted(labels)))
    return st.lists(mention.map(lambda one: Entity(one[0], one[0] + one[1], one[2])), max_size=7).map(
        lambda found: Annotation(entities=tuple(found))
    )


BOTH = st.tuples(tag_sets("one"), tag_sets("two"))


def test_both_sides_meet_in_the_coarser_scheme() -> None:
    bridge = Bridge(None, FOUR)
    assert bridge.scheme == {"PERS": ("PERS",), "ORG": ("ORG",), "GPE-LOC-FAC": ("GPE", "LOC", "FAC")}
    # OCC and NORP have no counterpart and go first, so that the GPE inside the OCC is outermost then. The GPE inside
    # the ORG is lost: a flat scheme cannot mark it.
    gold = annotation(
        (0, 14, "OCC"), (5, 9, "NORP"), (10, 14, "GPE"), (20, 30, "ORG"), (26, 30, "GPE"), (40, 44, "FAC")
    )
    assert spans(bridge.project_gold([gold])) == [
        {(10, 14, "GPE-LOC-FAC"), (20, 30, "ORG"), (40, 44, "GPE-LOC-FAC")},
    ]
    answered = annotation((10, 14, "LOC"), (20, 30, "ORG"), (26, 30, "LOC"), (31, 35, "MISC"))
    assert spans(bridge.project_predicted([answered])) == [{(10, 14, "GPE-LOC-FAC"), (20, 30, "ORG")}]


PARTLY = TagSet("partly", 1, "all", {"M": ("NORP", "EVENT"), "P": ("PERS",)})
EVENTS = TagSet("events", 1, "all", {"cup": ("EVENT",), "vote": ("EVENT",), "person": ("PERS",)})


def test_a_label_of_shared_and_unshared_types_is_left_out_on_both_sides() -> None:
    for bridge in (Bridge(PARTLY, EVENTS), Bridge(EVENTS, PARTLY)):
        assert bridge.scheme == {"PERS": ("PERS",)}
        # Nationalities are M to one side and nothing to the other, and of an M nobody knows which it is.
        partly, events = (
            annotation((0, 4, "M"), (5, 9, "M"), (10, 14, "P")),
            annotation((5, 9, "cup"), (10, 14, "person")),
        )
        if bridge.gold == PARTLY:
            projected = bridge.project_gold([partly]) + bridge.project_predicted([events])
        else:
            projected = bridge.project_predicted([partly]) + bridge.project_gold([events])
        assert spans(projected) == [{(10, 14, "PERS")}] * 2
        (remark,) = bridge.remarks
        assert "M of partly@1" in remark
        assert "cup, vote of events@1" in remark
        assert remark.endswith("tied to NORP, which only one side covers; left out on both")


def test_what_is_left_out_takes_along_what_shares_a_type_with_it() -> None:
    one = TagSet("one", 1, "all", {"A": ("GPE", "LOC"), "B": ("LOC", "FAC"), "D": ("DATE",)})
    other = TagSet("two", 1, "all", {"C": ("GPE",), "E": ("FAC", "ORG"), "F": ("ORG",), "D": ("DATE",)})
    # LOC is not shared, so A and B go, and with B the FAC that E has; what was one with ORG is not shared at all.
    assert list(Bridge(one, other).scheme) == ["DATE"]
    assert list(Bridge(one, None).scheme) == ["GPE-LOC-FAC", "DATE"]
    # A label for a part of it alone does not save the part: some of its mentions bear the other label.
    places = TagSet("places", 1, "all", {"city": ("GPE",), "place": ("GPE", "LOC"), "D": ("DATE",)})
    assert list(Bridge(places, other).scheme) == ["DATE"]


def test_where_nothing_is_left_both_can_say_it_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"both sides of a@1 and b@1 can express \(found M of a@1 and E of b@1 tied to LAW"
    ):
        Bridge(TagSet("a", 1, "all", {"M": ("EVENT", "LAW")}), TagSet("b", 1, "all", {"E": ("EVENT",)}))


def test_of_the_maps_that_come_along_few_are_tied_in_part() -> None:
    names = sorted(path.stem for path in (resource("conf") / "labels").glob("*.yaml"))
    maps = [None, *map(read_tag_set, names)]
    tied = {bridge.label for one in maps for other in maps if (bridge := Bridge(one, other)).remarks}
    # MISC of CoNLL takes more than any label of the others, TIMEX of mafat dates and times.
    pairs = [("conll4", "hatmimoha"), ("conll4", "mafat"), ("davlan_hrl", "mafat"), ("hatmimoha", "mafat")]
    assert tied == {f"{one}@1+{other}@1" for pair in pairs for one, other in (pair, pair[::-1])}
    assert list(Bridge(read_tag_set("conll4"), read_tag_set("hatmimoha")).scheme) == ["PERS", "ORG", "GPE-LOC-FAC"]


def test_what_becomes_equal_counts_once_with_the_highest_score() -> None:
    entities = (Entity(0, 4, "GPE", 0.5), Entity(0, 4, "FAC", 0.75), Entity(0, 4, "LOC"), Entity(0, 4, "PERS", 0.25))
    (found,) = Bridge(FOUR, None).project_predicted([Annotation(entities=entities)])
    assert found.entities == (Entity(0, 4, "GPE-LOC-FAC", 0.75), Entity(0, 4, "PERS", 0.25))


def test_outermost_keeps_equal_and_crossing_spans() -> None:
    entities = [Entity(*one) for one in ((0, 5, "A"), (0, 5, "B"), (3, 8, "A"), (1, 5, "A"), (0, 2, "B"), (4, 8, "C"))]
    assert [entity[:3] for entity in outermost(entities)] == [(0, 5, "A"), (0, 5, "B"), (3, 8, "A")]


def test_one_map_on_both_sides_is_no_projection() -> None:
    bridge = Bridge(FOUR, replace(FOUR))
    gold = annotation((0, 9, "ORG"), (0, 4, "MISC"))
    assert bridge.project_gold([gold]) == bridge.project_predicted([gold]) == [gold]
    assert list(bridge.scheme) == ["PER", "LOC", "ORG", "MISC"]
    assert bridge.label == "four@1+four@1"


def test_the_label_names_the_maps() -> None:
    assert NO_BRIDGE.label is None
    assert Bridge(FOUR, None).label == Bridge(None, FOUR).label == "four@1"
    assert Bridge(read_tag_set("anercorp"), read_tag_set("conll4")).label == "anercorp@1+conll4@1"


def test_labels_that_no_map_names_are_listed() -> None:
    gold = [annotation((0, 1, "PERS"), (1, 2, "LOC")), annotation((0, 1, "KIND"))]
    with pytest.raises(InputError, match="predictions: found the labels KIND, PERS, wanted those of four@1"):
        Bridge(None, FOUR).project_predicted(gold)
    with pytest.raises(InputError, match="gold: found the labels KIND, wanted those of gold@1"):
        Bridge(None, FOUR).project_gold(gold)


def test_sides_without_a_common_type_are_refused() -> None:
    with pytest.raises(InputError, match="no type that both sides of four@1 and dates@1 can express"):
        Bridge(FOUR, TagSet("dates", 1, "all", {"D": ("DATE",)}))


def test_unlike_maps_of_one_name_and_version_are_refused() -> None:
    with pytest.raises(InputError, match="two unlike maps four@1"):
        Bridge(FOUR, replace(FOUR, nesting="all"))


def test_other_layers_and_their_absence_stay() -> None:
    sentences = (Sentence(0, 4, "CFS"),)
    gold = [Annotation(None, (), sentences), Annotation((), None, None)]
    assert Bridge(None, FOUR).project_gold(gold) == gold


@given(st.lists(layers([*ENTITY_TYPES, "other"]), max_size=2))
def test_without_maps_nothing_changes(found: list[Annotation]) -> None:
    assert NO_BRIDGE.project_gold(found) == NO_BRIDGE.project_predicted(found) == found
    assert NO_BRIDGE.scheme == own_types(read_schema("gold")).labels


@settings(deadline=None)
@given(BOTH, st.data())
def test_projection_is_the_same_from_either_side(both: tuple[TagSet, TagSet], data: st.DataObject) -> None:
    one, other = both
    bridge, back = bridged(one, other), bridged(other, one)
    if bridge and back:
        found = [data.draw(layers(list(one.labels)))]
        assert bridge.scheme == back.scheme
        assert bridge.project_gold(found) == back.project_predicted(found)


@settings(deadline=None)
@given(BOTH, st.data())
def test_projection_adds_no_spans_and_names_only_the_scheme(both: tuple[TagSet, TagSet], data: st.DataObject) -> None:
    bridge = bridged(*both)
    if bridge:
        found = data.draw(layers(list(both[0].labels)))
        (projected,) = spans(bridge.project_gold([found]))
        assert {span[:2] for span in projected} <= {entity[:2] for entity in found.entities or ()}
        assert len(projected) <= len(found.entities or ())
        assert {span[2] for span in projected} <= bridge.scheme.keys()


@settings(deadline=None)
@given(BOTH, st.data())
def test_projection_is_idempotent(both: tuple[TagSet, TagSet], data: st.DataObject) -> None:
    bridge = bridged(*both)
    if bridge:
        nesting: Nesting = "outermost" if "outermost" in {side.nesting for side in both} else "all"
        common = TagSet("common", 1, nesting, bridge.scheme)
        projected = bridge.project_gold([data.draw(layers(list(both[0].labels)))])
        again = Bridge(common, replace(common, name="again"))
        assert again.scheme == bridge.scheme
        assert again.project_gold(projected) == again.project_predicted(projected) == projected


@settings(deadline=None)
@given(BOTH)
def test_types_share_a_label_where_labels_tie_them(both: tuple[TagSet, TagSet]) -> None:
    """Brute force: join any two groups that a label touches, until nothing changes."""
    bridge, shared = bridged(*both), sayable(*both)
    assert bool(bridge) == bool(shared) or both[0] == both[1]
    if bridge and both[0] != both[1]:
        groups = [{kind} for kind in shared]
        ties = [set(covered) & shared for side in both for covered in side.labels.values()]
        for tie in ties * len(KINDS):
            touched = [group for group in groups if group & tie]
            groups = [group for group in groups if not group & tie] + ([set().union(*touched)] if touched else [])
        assert {frozenset(types) for types in bridge.scheme.values()} == {frozenset(group) for group in groups}


@settings(deadline=None)
@given(BOTH, st.data())
def test_a_perfect_answer_is_right_whatever_the_maps(both: tuple[TagSet, TagSet], data: st.DataObject) -> None:
    """One truth in types, said by both sides in labels of their own choice: nothing is missed and nothing added."""
    bridge = bridged(*both)
    if bridge and both[0] != both[1]:
        truth = data.draw(st.lists(st.sampled_from(KINDS), max_size=5))
        said = [
            annotation(
                *(
                    (10 * place, 10 * place + 5, data.draw(st.sampled_from(labels)))
                    for place, kind in enumerate(truth)
                    if (labels := [label for label, covered in side.labels.items() if kind in covered])
                )
            )
            for side in both
        ]
        assert spans(bridge.project_gold(said[:1])) == spans(bridge.project_predicted(said[1:]))


@given(layers("ab"))
def test_outermost_is_what_nothing_longer_covers(found: Annotation) -> None:
    entities = found.entities or ()
    wanted = [
        one
        for one in entities
        if not any(o.start <= one.start and one.end <= o.end and o[:2] != one[:2] for o in entities)
    ]
    assert list(outermost(entities)) == wanted


def test_a_bridge_reads_back_from_provenance() -> None:
    for bridge in (NO_BRIDGE, Bridge(FOUR, None), Bridge(read_tag_set("wojood21"), FOUR)):
        assert stored_bridge(bridge.record(), "here") == bridge
    assert stored_bridge(None, "here") == NO_BRIDGE
    with pytest.raises(InputError, match="here: gold: found "):
        stored_bridge({"gold": {"name": "x"}, "predicted": None}, "here")


TEXT = "زار سامي النجار جامعة طوكيو"


def scored(bridge: Bridge, gold: Annotation, predicted: Annotation) -> Mapping[str, Score]:
    """Scores of one document under a bridge."""
    examples = [Example(Document("a", TEXT), gold)]
    scorers: dict[str, Scorer] = {"strict": EntitiesStrict(), "labels": CheckWorthy()}
    scoring = Scoring(scorers, "document", Bootstrap(10))
    return score_of(Gold("g", "00", examples), {"a": Prediction("a", predicted)}, scoring, bridge)


def test_a_score_says_the_map_and_counts_what_is_projected() -> None:
    sentences = (Sentence(0, len(TEXT), "NFS"),)
    gold = replace(annotation((4, 15, "PERS"), (16, 27, "ORG"), (22, 27, "GPE")), sentences=sentences)
    answered = replace(annotation((4, 15, "PER"), (16, 27, "LOC"), (0, 3, "MISC")), sentences=sentences)
    found = scored(Bridge(None, FOUR), gold, answered)
    # Gold: PERS, ORG; the GPE lies inside the ORG. Answered: PERS and a place: tp 1, fp 1, fn 1.
    strict = found["strict"]
    assert strict.measures["micro/f1"].value == 2 * 1 / (2 * 1 + 1 + 1)
    assert strict.support == {"micro": 2, "PERS": 1, "ORG": 1, "GPE-LOC-FAC": 0}
    assert "|map:four@1|" in strict.signature
    assert "map:" not in found["labels"].signature
    # A label that neither side has is counted too: the columns of two systems have to be the same.
    assert scored(Bridge(None, FOUR), gold, replace(answered, entities=()))["strict"].support.keys() == (
        strict.support.keys()
    )
    assert "map:" not in scored(NO_BRIDGE, gold, gold)["strict"].signature


@dataclass(frozen=True)
class Files:
    """A corpus in four labels and predictions in the gold's types."""

    corpus: Path
    predictions: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    corpus, predictions = tmp_path / "c.conll", tmp_path / "p.jsonl"
    corpus.write_text("زار\tO\nسامي\tI-PERS\n\nجامعة\tB-ORG\nطوكيو\tI-ORG\nكندا\tB-LOC\n", encoding="utf-8")
    answered = {"c:1": [(4, 8, "PERS")], "c:4": [(0, 11, "ORG"), (6, 11, "GPE"), (12, 16, "GPE"), (6, 11, "OCC")]}
    documents = [Document("c:1", "زار سامي"), Document("c:4", "جامعة طوكيو كندا")]
    codec.write_predictions(
        predictions, [Prediction(name, annotation(*found)) for name, found in answered.items()], documents
    )
    return Files(corpus, predictions)


def experiment(files: Files, labels: str | None) -> Experiment:
    corpus = Conll(str(files.corpus), labels="anercorp")
    runner = Replay(str(files.predictions), labels=labels)
    return Experiment("t", corpus, runner, Scoring({"strict": EntitiesStrict()}, "document", Bootstrap(10)), Nothing())


def test_a_run_is_scored_again_from_its_folder_alone(
    files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "run"
    summary = evaluate(experiment(files, None), folder, "", {})
    measures = summary["scorers"]["strict"]["measures"]
    # Gold PERS, ORG, LOC; predicted the same once the GPE inside the ORG and the OCC are gone.
    assert measures["micro/f1"]["value"] == 1
    assert "1 ill-formed tags under IOB2" in caplog.text
    files.corpus.unlink()
    run = read_run(folder)
    assert run.provenance["remarks"][0].endswith("read as conlleval reads them")
    assert (run.bridge.gold, run.bridge.predicted) == (read_tag_set("anercorp"), None)
    examples = codec.read_examples(folder / run_folder.GOLD, run.schema)
    assert {entity.type for example in examples for entity in example.gold.entities or ()} == {"PERS", "ORG", "LOC"}
    documents = [example.document for example in examples]
    predictions = codec.read_predictions(folder / run_folder.PREDICTIONS, documents)
    gold = Gold("c", run.provenance["gold_sha256"], examples)
    scoring = Scoring({"strict": EntitiesStrict()}, "document", Bootstrap(10))
    again = score_of(gold, predictions, scoring, run.bridge)["strict"]
    assert again.signature == summary["scorers"]["strict"]["signature"]
    assert {name: value._asdict() for name, value in again.measures.items()} == measures


def test_a_wrong_map_is_found_before_anything_is_read(files: Files, tmp_path: Path) -> None:
    files.corpus.unlink()
    with pytest.raises(InputError, match="labels: found 'anercrop'"):
        evaluate(experiment(files, "anercrop"), tmp_path / "run", "", {})
    assert not (tmp_path / "run").exists()


def test_predictions_in_labels_of_another_map_are_refused(files: Files, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"replay: found the unknown types? .*GPE.*, wanted those of .*LOC"):
        evaluate(experiment(files, "anercorp"), tmp_path / "run", "", {})


@pytest.mark.parametrize(
    ("types", "name"),
    [
        (("GPE", "LOC"), "GPE-LOC"),
        (("covid-19", "flu"), "covid-19+flu"),
        (("a-b", "c+d", "e|f"), '"a-b" & "c+d" & "e|f"'),
    ],
)
def test_joined_types_have_a_name_that_no_type_has(types: tuple[str, ...], name: str) -> None:
    schema = Schema("own", 1, (*types, "other"))
    coarse = TagSet("coarse", 1, "all", {"X": types, "Y": ("other",)}, schema=schema)
    bridge = Bridge(None, coarse, schema)
    assert bridge.scheme == {name: types, "other": ("other",)}
    gold = annotation((0, 1, types[0]), (2, 3, "other"))
    assert spans(bridge.project_gold([gold])) == [{(0, 1, name), (2, 3, "other")}]


def test_maps_lead_to_one_schema() -> None:
    one = TagSet("one", 1, "all", {"X": ("a",)}, schema=Schema("first", 1, ("a", "b")))
    other = TagSet("other", 1, "all", {"X": ("PERS",)})
    with pytest.raises(InputError, match="found the map one@1 to types of first@1, and other@1 to gold@1"):
        Bridge(one, other)
    with pytest.raises(
        InputError, match=r"the map other@1 to types of gold@1, and gold in those of first@1, wanted a map"
    ):
        Bridge(None, other, Schema("first", 1, ("a", "b")))
    with pytest.raises(InputError, match="the map one@1 to types of first@1, and predictions in those of gold@1"):
        Bridge(one, None, Schema("first", 1, ("X",)), read_schema("gold"))


def test_a_bridge_is_read_back_with_its_policy_and_other_schemas() -> None:
    schema = Schema("first", 1, ("a", "b"))
    bridge = Bridge(None, TagSet("one", 1, "all", {"X": ("a",)}, schema=schema), schema, unknown="count")
    assert stored_bridge(bridge.record(), "record", schema) == bridge
    assert NO_BRIDGE.record() == {"gold": None, "predicted": None}
    with pytest.raises(InputError, match="record: unknown: found 'keep', wanted one of error, drop, count"):
        stored_bridge({"unknown": "keep"}, "record")


def test_labels_to_count_stay_beside_the_scheme() -> None:
    bridge = Bridge(FOUR, FOUR, unknown="count")
    assert spans(bridge.project_predicted([annotation((0, 1, "PER"), (2, 3, "DISEASE"))])) == [
        {(0, 1, "PER"), (2, 3, "DISEASE")}
    ]
    with pytest.raises(InputError, match="found the unknown labels PERS to count, wanted a map that names them"):
        Bridge(None, FOUR, unknown="count").project_predicted([annotation((0, 1, "PERS"))])
