from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from harness.data.tagsets import TagSet, read_tag_set
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Sentence
from harness.runners.base import Runner, predict_each
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
