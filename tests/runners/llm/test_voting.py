"""What most of several answers say."""

from collections import Counter
from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from harness.data.schema import Schema
from harness.data.types import Annotation, Claim, Entity, Sentence, Span, Unplaced
from harness.runners.llm.voting import vote

SCHEMA = Schema("s", types=("A", "B"), sentence_labels=("second", "first"), attributes={"polarity": ("yes", "no")})
CONTENT, CUE, SOURCE = Span(0, 4), Span(5, 7), Span(8, 9)


def claim(polarity: str, speaker: str | None = None, source: Span | None = SOURCE) -> Claim:
    return Claim(CONTENT, CUE, source, speaker, {"polarity": polarity})


def test_claims_are_the_same_by_their_roles_and_their_attributes_are_those_of_most() -> None:
    answers = [
        Annotation((), (claim("no", "x"), claim("yes", "y", None)), None),
        Annotation((), (claim("yes", "z"),), None),
        Annotation((), (claim("yes", "z"), claim("yes", "z")), None),
    ]
    assert vote(answers, 3, SCHEMA) == Annotation((), (replace(claim("yes", "z"), score=1.0),), None)
    [kept] = vote(answers, 3, SCHEMA).claims or ()
    assert kept.source == SOURCE
    [kept] = vote(answers[:2], 3, SCHEMA).claims or ()
    # One of each: the first value of the schema, and what was said first.
    assert (kept.attributes, kept.speaker, kept.score) == ({"polarity": "yes"}, "x", 2 / 3)


def test_labels_that_are_as_frequent_go_by_the_schema() -> None:
    answers = [Annotation(None, None, (Sentence(0, 3, label),)) for label in ("first", "second")]
    assert vote(answers, 2, SCHEMA).sentences == (Sentence(0, 3, "second", 0.5),)
    assert vote([*answers, Annotation(None, None, ())], 4, SCHEMA).sentences == ()


def test_layers_that_nobody_annotated_stay_so_and_what_has_no_place_is_voted_on() -> None:
    twice, once = Unplaced("entities", "A", "x", 0), Unplaced("claims", "cue", "y", 0)
    answers = [Annotation((), None, None, (twice, twice, once)), Annotation((), None, None, (twice,)), Annotation(())]
    assert vote(answers, 3, SCHEMA) == Annotation((), None, None, (twice,))


def test_roles_of_two_claims_without_a_place_are_two_in_the_vote_as_well() -> None:
    source, cues = Unplaced("claims", "source", "زيد", 0), [Unplaced("claims", "cue", word, 0) for word in ("x", "y")]
    answer = Annotation((), None, None, (source, cues[0], source, cues[1]))
    assert Counter(vote([answer, answer, Annotation(())], 3, SCHEMA).unplaced) == {source: 2, cues[0]: 1, cues[1]: 1}


ENTITIES = st.lists(
    st.builds(lambda start, kind: Entity(start, start + 1, kind), st.integers(0, 2), st.sampled_from("AB"))
)


@given(st.lists(ENTITIES, min_size=1, max_size=4), st.integers(0, 2))
def test_mentions_of_more_than_half_are_kept_in_any_order(answers: list[list[Entity]], missing: int) -> None:
    times = len(answers) + missing
    counts = Counter(entity[:3] for answer in answers for entity in {*answer})
    wanted = tuple(sorted(Entity(*key, count / times) for key, count in counts.items() if count * 2 > times))
    for order in permutations(answers):
        assert vote([Annotation(tuple(answer)) for answer in order], times, SCHEMA).entities == wanted
