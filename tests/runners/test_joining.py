"""How answers become one, held against sets on tiny domains, where members agree and differ all the time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Entity, Sentence, Span, Unplaced
from harness.runners.joining import How, Joiner

TEXT = "زار سامي كندا. عاد."
WORDS = (Span(0, 3), Span(4, 8), Span(4, 13), Span(9, 13), Span(15, 18))
FIRST, SECOND = Span(0, 14), Span(15, 19)

mentions = st.builds(
    lambda span, kind, score: Entity(span.start, span.end, kind, score),
    st.sampled_from(WORDS),
    st.sampled_from(("PERS", "GPE")),
    st.sampled_from((None, 0.25, 0.5, 1.0)),
)
claims = st.builds(
    lambda content, cue, source, value: Claim(content, cue, source, None, {"quote": value}),
    st.sampled_from(WORDS[:3]),
    st.sampled_from(WORDS),
    st.sampled_from((None, *WORDS[:2])),
    st.sampled_from(("direct", "indirect")),
)
items = st.builds(
    Unplaced, st.sampled_from(("entities", "claims")), st.sampled_from(("PERS", "GPE")), st.sampled_from("ab")
)
labels = st.tuples(st.sampled_from(("CFS", "UFS", "NFS")), st.sampled_from(("CFS", "UFS", "NFS"))).map(
    lambda pair: (Sentence(*FIRST, pair[0]), Sentence(*SECOND, pair[1]))
)
annotations = st.builds(
    Annotation,
    st.lists(mentions, max_size=4, unique_by=lambda entity: entity[:3]).map(tuple),
    st.lists(claims, max_size=3).map(tuple),
    labels,
    st.lists(items, max_size=3).map(tuple),
)
members = st.lists(annotations, min_size=2, max_size=4)


def join(answers: Sequence[Annotation], how: How, **fields: object) -> Annotation:
    joiner = Joiner(how, 0.5, [1.0] * len(answers), claims="how", sentences="how")
    return replace(joiner, **fields).join(TEXT, dict(enumerate(answers)))  # type: ignore[arg-type]


def spans(annotation: Annotation) -> set[tuple[int, int, str]]:
    return {entity[:3] for entity in annotation.entities or ()}


def contents(annotation: Annotation) -> list[Span]:
    return sorted(claim.content for claim in annotation.claims or ())


@given(members)
def test_union_intersection_and_majority_are_those_of_sets(answers: list[Annotation]) -> None:
    given_ = [spans(answer) for answer in answers]
    every = set[tuple[int, int, str]]().union(*given_)
    assert spans(join(answers, "union")) == every
    assert spans(join(answers, "intersection")) == every.intersection(*given_)
    more = {span for span in every if sum(span in own for own in given_) > len(given_) / 2}
    assert spans(join(answers, "majority")) == more


@given(members)
def test_claims_and_what_has_no_place_are_joined_as_multisets(answers: list[Annotation]) -> None:
    for how, wanted in (("union", max), ("intersection", min)):
        joined = join(answers, how)  # type: ignore[arg-type]
        for span in WORDS:
            numbers = [contents(answer).count(span) for answer in answers]
            assert contents(joined).count(span) == wanted(numbers)
        for item in {item for answer in answers for item in answer.unplaced}:
            assert joined.unplaced.count(item) == wanted(answer.unplaced.count(item) for answer in answers)


@pytest.mark.parametrize("how", ["intersection", "majority"])
def test_members_that_do_not_answer_a_layer_have_no_vote_on_what_has_no_place_in_it(how: How) -> None:
    lost = Unplaced("entities", "PERS", "غيره")
    finds, others = Annotation((Entity(0, 3, "PERS"),), unplaced=(lost,)), Annotation(claims=())
    joined = join([finds, others, others], how)
    # As the mention: a member would else have its wrong answers left out, and its right ones kept.
    assert (spans(joined), joined.unplaced) == ({(0, 3, "PERS")}, (lost,))


@given(members, st.data())
def test_the_order_of_members_changes_nothing_in_what_is_kept(answers: list[Annotation], data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([*permutations(answers)]))
    how: How
    for how in ("union", "intersection", "majority", "mean"):
        one, turned = join(answers, how), join(other, how)
        assert spans(one) == spans(turned)
        assert contents(one) == contents(turned)
        assert sorted(one.unplaced) == sorted(turned.unplaced)
        scores = {entity[:3]: entity.score or 0 for entity in turned.entities or ()}
        for entity in one.entities or ():
            assert entity.score == pytest.approx(scores[entity[:3]])


@given(annotations, st.integers(2, 4))
def test_a_member_with_itself_is_itself(answer: Annotation, times: int) -> None:
    how: How
    for how in ("union", "intersection", "majority"):
        joined = join([answer] * times, how)
        wanted = {entity[:3]: 1.0 if entity.score is None else entity.score for entity in answer.entities or ()}
        assert spans(joined) == {*wanted}
        assert all(entity.score == pytest.approx(wanted[entity[:3]]) for entity in joined.entities or ())
        told = [(one.content, one.cue, one.source, one.attributes) for one in joined.claims or ()]
        own = [(one.content, one.cue, one.source, one.attributes) for one in answer.claims or ()]
        assert sorted(told, key=repr) == sorted(own, key=repr)
        assert [one[:3] for one in joined.sentences or ()] == [one[:3] for one in answer.sentences or ()]
        assert sorted(joined.unplaced) == sorted(answer.unplaced)


@given(members, st.data())
def test_each_type_is_that_of_its_member(answers: list[Annotation], data: st.DataObject) -> None:
    numbers = st.integers(0, len(answers) - 1)
    owner, lead = data.draw(numbers), data.draw(numbers)
    joined = join(answers, "by_type", owners={"PERS": owner}, lead=lead)
    for kind, number in (("PERS", owner), ("GPE", lead)):
        own = {entity for entity in answers[number].entities or () if entity.type == kind}
        assert {entity for entity in joined.entities or () if entity.type == kind} == own
        told = [item for item in answers[number].unplaced if item.layer == "entities" and item.label == kind]
        assert [item for item in joined.unplaced if item.layer == "entities" and item.label == kind] == told
    assert (joined.claims, joined.sentences) == (answers[lead].claims, answers[lead].sentences)


@given(members)
def test_equal_weights_are_a_mean(answers: list[Annotation]) -> None:
    assert join(answers, "weighted", weights=[2.0] * len(answers)) == join(answers, "mean")


@given(st.lists(labels, min_size=2, max_size=4), st.data())
def test_a_sentence_has_the_label_with_most_votes_and_the_leads_where_they_tie(
    given_: list[tuple[Sentence, ...]], data: st.DataObject
) -> None:
    lead = data.draw(st.integers(0, len(given_) - 1))
    joined = join([Annotation(sentences=own) for own in given_], "majority", lead=lead).sentences or ()
    assert [Span(*sentence[:2]) for sentence in joined] == [FIRST, SECOND]
    for place, sentence in enumerate(joined):
        votes = [own[place].label for own in given_]
        most = max(votes.count(label) for label in votes)
        best = [label for label in votes if votes.count(label) == most]
        assert sentence.label == (votes[lead] if votes[lead] in best else best[0])
        assert sentence.score == pytest.approx(votes.count(sentence.label) / len(votes))


def test_weights_decide_labels_and_mentions() -> None:
    strong = Annotation((Entity(4, 8, "PERS"),), sentences=(Sentence(*FIRST, "CFS"),))
    weak = Annotation((Entity(9, 13, "GPE"),), sentences=(Sentence(*FIRST, "NFS"),))
    joined = join([weak, weak, strong], "weighted", weights=[1.0, 1.0, 3.0])
    assert joined.entities == (Entity(4, 8, "PERS", 0.6),)
    assert joined.sentences == (Sentence(*FIRST, "CFS", 0.6),)


def test_a_claim_has_the_parts_that_most_members_give_else_the_earliest() -> None:
    def claim(cue: Span, source: Span | None, **attributes: str) -> Annotation:
        return Annotation(claims=(Claim(Span(4, 14), cue, source, None, attributes),))

    answers = [
        claim(Span(0, 3), None, quote="direct", polarity="affirms"),
        claim(Span(0, 3), Span(15, 18), quote="indirect"),
        # The full stop and the space at its edges make no other content.
        Annotation(claims=(Claim(Span(3, 13), Span(15, 18), Span(15, 18), "سامي", {"quote": "indirect"}),)),
    ]
    (found,) = join(answers, "intersection").claims or ()
    assert (found.content, found.cue, found.source) == (Span(4, 14), Span(0, 3), Span(15, 18))
    assert (found.speaker, found.attributes) == (None, {"quote": "indirect", "polarity": "affirms"})


def test_members_that_do_not_answer_a_layer_have_no_vote_in_it() -> None:
    mention, silent = Annotation((Entity(4, 8, "PERS"),)), Annotation(sentences=())
    assert spans(join([mention, silent], "intersection")) == {(4, 8, "PERS")}
    assert join([silent, silent], "union").entities is None
    assert join([mention, silent], "union").claims is None
    # On a mean of scores they give 0, as an ensemble always had it.
    assert join([mention, silent, silent], "mean").entities == ()


def test_claims_and_labels_are_the_leads_unless_told_otherwise() -> None:
    def said(label: str) -> Annotation:
        content = Claim(Span(4, 13), Span(0, 3), None, None, {"quote": label})
        return Annotation((), (content,), (Sentence(*FIRST, label),), (Unplaced("claims", "cue", label),))

    answers = [said("a"), said("b"), said("b")]
    joined = join(answers, "union", claims="lead", sentences="lead")
    assert (joined.claims, joined.sentences, joined.unplaced) == (
        answers[0].claims, answers[0].sentences, answers[0].unplaced,
    )  # fmt: skip
    joined = join(answers, "union", claims="lead")
    assert (joined.claims, [one.label for one in joined.sentences or ()]) == (answers[0].claims, ["b"])


def test_in_the_place_of_a_member_that_did_not_answer_the_lead_does_and_for_that_the_first() -> None:
    answers: Mapping[int, Annotation] = {
        1: Annotation((Entity(4, 8, "PERS"),), sentences=()),
        2: Annotation((Entity(9, 13, "GPE"),)),
    }
    joiner = Joiner("by_type", 0.5, [1.0] * 3, lead=2, owners={"PERS": 0, "GPE": 0})
    assert joiner.join(TEXT, answers).entities == answers[2].entities
    joined = replace(joiner, lead=0).join(TEXT, answers)
    assert (joined.entities, joined.sentences) == (answers[1].entities, ())
