import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.data.files import sha256_of_file
from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Sentence, Unplaced
from harness.runners.base import Runner, predict_each
from harness.runners.choice import hash_of, read_choice
from harness.runners.ensemble import Ensemble

TEXT = "زار سامي كندا"
DOCUMENTS = [Document("a", TEXT), Document("b", TEXT)]


@dataclass(frozen=True)
class Fixed(Runner):
    """A runner that knows its answer."""

    entities: tuple[Entity, ...]
    label: str = "CFS"
    fails_on: str | None = None
    known: tuple[str, ...] = ()
    name: str = "fixed"
    tag_set: TagSet | None = None
    loaded: list[str] = field(default_factory=list)

    def load(self) -> None:
        self.loaded.append(self.name)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return predict_each(documents, self.annotate)

    def annotate(self, document: Document) -> Annotation:
        if document.id == self.fails_on:
            raise ValueError("no answer")
        return Annotation(self.entities, (), (Sentence(0, len(TEXT), self.label),))

    def learned_from(self, documents: Sequence[Document]) -> list[str]:
        return [document.id for document in documents if document.id in self.known]


def answers(*members: Fixed, threshold: float = 0.42, lead: int = 0) -> list[Prediction]:
    return list(Ensemble(members, threshold, lead).predict(DOCUMENTS))


def test_a_mention_has_the_mean_of_the_scores_and_is_kept_from_the_threshold_on() -> None:
    first = Fixed((Entity(4, 8, "PERS", 0.9), Entity(9, 13, "GPE", 0.3), Entity(0, 3, "ORG", 0.8)))
    second = Fixed((Entity(9, 13, "GPE", 0.6), Entity(9, 13, "LOC")), label="NFS")
    # PERS 0.9/2 = 0.45, GPE (0.3 + 0.6)/2 = 0.45, ORG 0.8/2 = 0.40, LOC without a score 1/2 = 0.50.
    kept = answers(first, second)[0].annotation
    assert kept.entities is not None
    assert [(one.type, round(one.score or 0, 6)) for one in kept.entities] == [
        ("PERS", 0.45), ("GPE", 0.45), ("LOC", 0.5),
    ]  # fmt: skip
    assert kept.sentences == (Sentence(0, len(TEXT), "CFS"),)
    assert answers(first, second, lead=1)[0].annotation.sentences == (Sentence(0, len(TEXT), "NFS"),)


@pytest.mark.parametrize("score", [0.1, 0.42, 0.9])
def test_a_mean_at_the_threshold_is_kept_in_spite_of_rounding(score: float) -> None:
    members = [Fixed((Entity(4, 8, "PERS", score),)) for _ in range(3)]
    assert len(answers(*members, threshold=score)[0].annotation.entities or ()) == 1
    assert answers(*members, threshold=score + 1e-6)[0].annotation.entities == ()


def test_a_mention_given_twice_by_a_member_counts_once() -> None:
    twice = Fixed((Entity(4, 8, "PERS", 0.5), Entity(4, 8, "PERS", 0.5)))
    assert answers(twice, Fixed(()))[0].annotation.entities == ()


def test_a_document_that_fails_in_one_member_fails_alone() -> None:
    found = answers(Fixed((Entity(4, 8, "PERS"),)), Fixed((), fails_on="b"))
    assert [one.error is None for one in found] == [True, False]
    assert "no answer" in (found[1].error or "")
    assert [one.doc_id for one in found] == ["a", "b"]
    assert all(one.seconds is not None for one in found)


def test_the_sum_of_shares_falls_short_of_the_threshold() -> None:
    # Without it the test above would say nothing.
    assert 0.42 / 3 + 0.42 / 3 + 0.42 / 3 < 0.42


def test_members_are_loaded_and_what_they_have_seen_is_known() -> None:
    members = [Fixed((), name="one"), Fixed((), known=("b",), name="two")]
    ensemble = Ensemble(members, 0.5)
    ensemble.load()
    assert [member.loaded for member in members] == [["one"], ["two"]]
    assert ensemble.learned_from(DOCUMENTS) == ["b"]
    assert set(ensemble.provenance) == {"0:one", "1:two"}


@pytest.mark.parametrize(
    ("members", "threshold", "lead", "message"),
    [
        ([Fixed(())], 0.5, 0, "members: found 1, wanted two runners at least"),
        ([Fixed(()), Fixed(())], 0.0, 0, "threshold: found 0.0, wanted a number above 0 up to 1"),
        ([Fixed(()), Fixed(())], 0.5, 2, "lead: found 2, wanted the number of a member, from 0 to 1"),
        ([Fixed(()), Fixed((), tag_set=read_tag_set("conll4"))], 0.5, 0, "members: found fixed with another tag set"),
    ],
)
def test_what_makes_no_ensemble_is_refused(members: list[Fixed], threshold: float, lead: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Ensemble(members, threshold, lead)


def test_one_name_has_one_mention_without_edges_that_show_nothing() -> None:
    # سامي كندا as one name, and its parts: of one type the longer stays.
    first = Fixed((Entity(4, 8, "PERS", 0.9), Entity(8, 13, "GPE", 0.9), Entity(3, 4, "ORG")))
    second = Fixed((Entity(4, 13, "PERS", 0.9), Entity(9, 13, "GPE", 0.9)))
    kept = answers(first, second)[0].annotation.entities or ()
    assert [(one[:3], one.score) for one in kept] == [((4, 13, "PERS"), 0.45), ((9, 13, "GPE"), 0.9)]


PERSON, PLACE = Entity(4, 8, "PERS", 0.9), Entity(9, 13, "GPE", 0.9)


def test_members_have_names_by_which_they_lead_weigh_and_own_types() -> None:
    members = {"a": Fixed((PERSON,)), "b": Fixed((PLACE, Entity(0, 3, "PERS")), label="NFS")}
    (answer, _) = Ensemble(members, how="by_type", choice={"PERS": "a", "GPE": "b"}, lead="b").predict(DOCUMENTS)
    assert answer.annotation.entities == (PERSON, PLACE)
    assert answer.annotation.sentences == (Sentence(0, len(TEXT), "NFS"),)
    (answer, _) = Ensemble(members, how="weighted", weights={"b": 3}, threshold=0.6).predict(DOCUMENTS)
    assert [one[:3] for one in answer.annotation.entities or ()] == [(0, 3, "PERS"), (9, 13, "GPE")]
    assert set(Ensemble(members).provenance) == {"0:a", "1:b"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"how": "best"}, "how: found 'best', wanted one of mean, union, intersection, majority, weighted, by_type"),
        ({"claims": "all"}, "claims: found 'all', wanted one of lead, how"),
        ({"failures": "hide"}, "failures: found 'hide', wanted one of fail, skip"),
        ({"weights": [1, 2]}, "weights: found it beside how=mean, wanted how=weighted with it"),
        ({"how": "weighted", "weights": [1]}, "weights: found [1], wanted a number above 0 for each of 2 members"),
        ({"how": "weighted", "weights": [1, 0]}, "weights: found [1, 0], wanted a number above 0"),
        (
            {"how": "weighted", "weights": {"c": 1}},
            "weights: found 'c', which 0 members are called, wanted one of a, b",
        ),
        ({"how": "by_type"}, "choice: found nothing, wanted the file of a choice for how=by_type"),
        ({"choice": {}}, "choice: found it beside how=mean"),
        ({"how": "by_type", "choice": {"PERS": "c"}}, "choice: found 'c', which 0 members are called"),
        ({"how": "by_type", "choice": "nowhere.yaml"}, "nowhere.yaml: found No such file"),
        ({"lead": "c"}, "lead: found 'c', which 0 members are called, wanted one of a, b"),
    ],
)
def test_what_fits_no_members_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Ensemble({"a": Fixed(()), "b": Fixed(())}, **fields)


def test_two_members_of_one_name_cannot_be_told_apart_by_it() -> None:
    with pytest.raises(InputError, match="lead: found 'fixed', which 2 members are called"):
        Ensemble([Fixed(()), Fixed(())], lead="fixed")


def test_where_failures_are_skipped_the_others_answer_and_it_is_counted() -> None:
    members = {"a b": Fixed((PERSON,), fails_on="b"), "c": Fixed((PLACE,), label="NFS")}
    ensemble = Ensemble(members, how="intersection", failures="skip")
    first, second = ensemble.predict(DOCUMENTS)
    assert (first.annotation.entities, first.error) == ((), None)
    assert (second.annotation.entities, second.error) == ((PLACE,), None)
    # The lead failed.
    assert second.annotation.sentences == (Sentence(0, len(TEXT), "NFS"),)
    assert ensemble.figures == {"0_a_b/failures": 1.0}
    assert ensemble.remarks == ["ensemble: a b failed on 1 documents; the other members answered alone"]
    list(ensemble.predict(DOCUMENTS[:1]))
    assert (ensemble.figures, ensemble.remarks) == ({}, [])
    both = Ensemble([Fixed((), fails_on="b"), Fixed((), fails_on="b")], failures="skip")
    assert [one.error is None for one in both.predict(DOCUMENTS)] == [True, False]


def test_a_malformed_answer_is_a_failure_of_its_member() -> None:
    members = [Fixed((Entity(4, 99, "PERS"),)), Fixed((PLACE,))]
    (failed, _) = Ensemble(members).predict(DOCUMENTS)
    assert "malformed: entities[0]: found [4, 99]" in str(failed.error)
    (answer, _) = Ensemble(members, how="union", failures="skip").predict(DOCUMENTS)
    assert answer.annotation.entities == (PLACE,)


def test_a_member_with_a_label_for_each_type_answers_in_the_types() -> None:
    tags = TagSet("own", 1, "all", {"per": ("PERS",), "loc": ("GPE",), "other": ()})
    mapped = Fixed((Entity(4, 8, "per", 0.9), Entity(9, 13, "other")), tag_set=tags)
    ensemble = Ensemble([mapped, Fixed((PERSON, PLACE))], how="intersection")
    (answer, _) = ensemble.predict(DOCUMENTS)
    assert [one[:3] for one in answer.annotation.entities or ()] == [(4, 8, "PERS")]
    assert ensemble.annotation_schema == tags.schema
    with pytest.raises(InputError, match="fixed: found the labels PERS, wanted those of own@1"):
        list(Ensemble([Fixed((PERSON,), tag_set=tags), Fixed(())]).predict(DOCUMENTS))
    coarse = TagSet("own", 1, "all", {"place": ("GPE", "LOC")})
    with pytest.raises(InputError, match="found fixed with another tag set, in which place cover several types"):
        Ensemble([Fixed((), tag_set=coarse), Fixed(())])


def test_what_members_answered_is_kept_and_can_be_joined_again(tmp_path: Path) -> None:
    tags = TagSet("own", 1, "all", {"per": ("PERS",)})
    members = {"a/ب": Fixed((Entity(4, 8, "per", 0.5),), fails_on="b", tag_set=tags), "b": Fixed((PLACE,))}
    ensemble = Ensemble(members, how="union", failures="skip").keeping(tmp_path)
    wanted = [one.annotation for one in ensemble.predict(DOCUMENTS)]
    folders = [str(path) for path in sorted((tmp_path / "members").iterdir())]
    assert [Path(folder).name for folder in folders] == ["0-a", "1-b"]
    again = Ensemble(runs=folders, how="union", failures="skip")
    assert [one.annotation for one in again.predict(DOCUMENTS)] == wanted
    assert set(again.provenance) == {"0:a", "1:b"}
    assert again.provenance["1:b"] == {
        "run": folders[1],
        "predictions_sha256": sha256_of_file(Path(folders[1], "predictions.jsonl")),
    }
    # What was read from a file is in that file already.
    list(again.keeping(tmp_path / "second").predict(DOCUMENTS))
    assert not (tmp_path / "second").exists()


@dataclass(frozen=True)
class Inventing(Fixed):
    """A runner that answers something that is not in the text."""

    def annotate(self, document: Document) -> Annotation:
        return replace(Fixed.annotate(self, document), unplaced=(Unplaced("entities", "PERS", "غيره"),))


def test_what_has_no_place_in_the_text_is_kept_and_joined_as_a_mention_is(tmp_path: Path) -> None:
    members = [Inventing((PERSON,)), Fixed((PLACE,))]
    invented = (Unplaced("entities", "PERS", "غيره"),)
    kept: dict[str, tuple[Unplaced, ...]] = {"union": invented, "intersection": (), "mean": invented, "majority": ()}
    for how, wanted in kept.items():
        list(Ensemble(members, how=how).keeping(tmp_path).predict(DOCUMENTS))  # type: ignore[arg-type]
        runs = [str(path) for path in sorted((tmp_path / "members").iterdir())]
        for ensemble in (Ensemble(members, how=how), Ensemble(runs=runs, how=how)):  # type: ignore[arg-type]
            assert [one.annotation.unplaced for one in ensemble.predict(DOCUMENTS)] == [wanted, wanted]
    (answer, _) = Ensemble(members, threshold=0.6).predict(DOCUMENTS)
    assert answer.annotation.unplaced == ()


def test_a_choice_is_not_scored_in_silence_on_what_it_was_made_on(tmp_path: Path) -> None:
    path = tmp_path / "choice.yaml"
    path.write_text(f"types: {{PERS: b}}\nothers: a\ngold: dev\ndocuments: ['{hash_of(TEXT)}']\n")
    members = {"a": Fixed((PERSON, PLACE)), "b": Fixed((Entity(0, 3, "PERS"),))}
    ensemble = Ensemble(members, how="by_type", choice=str(path), lead="b")
    other = Document("c", "نص آخر")
    # A choice is no training: a refusal that says so would be untrue.
    assert (ensemble.learned_from([*DOCUMENTS, other]), ensemble.chosen_on([*DOCUMENTS, other])) == ([], ["a", "b"])
    assert Ensemble({"a": ensemble, "b": Fixed(())}).chosen_on([other, *DOCUMENTS]) == ["a", "b"]
    (answer, _) = ensemble.predict(DOCUMENTS)
    assert answer.annotation.entities == (Entity(0, 3, "PERS"), PLACE)
    assert ensemble.remarks == [
        f"ensemble: found 2 documents that {path} was chosen on; scores on them are better than on new text"
    ]
    assert ensemble.chosen_on([other]) == []
    list(Ensemble({"a": Fixed(()), "b": Fixed(())}, how="by_type", choice=str(path)).predict([]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "found [], wanted the key types and any of others, gold"),
        ("type: {}", "found type, wanted the key types"),
        ("types: [PERS]", "types: found ['PERS'], wanted each entity type with the name of a member"),
        ("types: {PERS: 1}", "types: found {'PERS': 1}, wanted each entity type"),
        ("types: {}\nothers: 1", "others: found 1, wanted the name of a member or null"),
        ("types: {}\ndocuments: [1234]", "documents: found [1234], wanted a list of hashes in quotation marks"),
    ],
)
def test_a_file_that_holds_no_choice_is_refused(content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "choice.yaml").write_text(content)
    with pytest.raises(InputError, match=re.escape(message)):
        read_choice(str(tmp_path / "choice.yaml"))


def test_repetitions_keep_the_names_of_members() -> None:
    twice = Repeated((PERSON,), repetitions=(Fixed((PLACE,)),))
    (again,) = Ensemble({"a": twice, "b": Fixed(())}, how="by_type", choice={"GPE": "a"}).repetitions
    (answer, _) = again.predict(DOCUMENTS)
    assert answer.annotation.entities == (PLACE,)


@dataclass(frozen=True)
class Repeated(Fixed):
    """A runner with others beside it."""

    repetitions: tuple[Runner, ...] = ()
