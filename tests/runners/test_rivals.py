"""A name that several extractors give differently is answered once."""

from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Entity
from harness.runners.rivals import settle

UN = "وصل وفد للأمم المتحدة"  # للأمم from 8, لأمم from 9
Answers = list[set[tuple[int, int, str]]]


def settled(text: str, *members: list[Entity]) -> list[tuple[int, int, str]]:
    found = {one[:3]: one for member in members for one in member}.values()
    return [one[:3] for one in settle(text, found, [{one[:3] for one in member} for member in members])]


def test_of_two_beginnings_in_one_word_the_one_behind_the_proclitic_stays() -> None:
    assert UN[9:] == "لأمم المتحدة"
    whole, stem = Entity(8, 21, "ORG", 0.9), Entity(9, 21, "ORG", 0.5)
    assert settled(UN, [whole], [stem]) == [(9, 21, "ORG")]
    # Even where one extractor gives both.
    assert settled(UN, [whole, stem], []) == [(9, 21, "ORG")]


def test_where_no_proclitic_is_sure_the_surer_stays() -> None:
    text = "زار لبنان"
    for sure, unsure in ((0.9, 0.5), (0.5, 0.9)):
        kept = settled(text, [Entity(4, 9, "GPE", sure)], [Entity(5, 9, "GPE", unsure)])
        assert kept == [(4, 9, "GPE")]  # the analyser knows the name
    text = "زار كايزر"
    assert settled(text, [Entity(4, 9, "PERS", 0.5)], [Entity(5, 9, "PERS", 0.9)]) == [(5, 9, "PERS")]
    assert settled(text, [Entity(4, 9, "PERS", 0.9)], [Entity(5, 9, "PERS", 0.5)]) == [(4, 9, "PERS")]


def test_of_two_that_overlap_the_longer_stays_unless_one_extractor_gives_both() -> None:
    text = "وزارة خارجية روسيا البيضاء"
    short, long = Entity(13, 18, "GPE", 0.9), Entity(13, 26, "GPE", 0.5)
    assert settled(text, [short], [long]) == [(13, 26, "GPE")]
    assert settled(text, [short, long], []) == [(13, 18, "GPE"), (13, 26, "GPE")]
    # Mentions of unlike types nest.
    assert len(settled(text, [Entity(0, 26, "ORG", 0.5)], [short])) == 2


def test_of_two_types_on_one_span_the_surer_stays_unless_one_extractor_gives_both() -> None:
    place, team = Entity(4, 8, "GPE", 0.6), Entity(4, 8, "ORG", 0.5)
    assert settled("فاز لندن", [place], [team]) == [(4, 8, "GPE")]
    assert settled("فاز لندن", [place, team], [team]) == [(4, 8, "GPE"), (4, 8, "ORG")]


SPANS = st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["GPE", "ORG"])).filter(
    lambda one: one[0] < one[1]
)
MEMBERS = st.lists(st.lists(SPANS, max_size=4), min_size=2, max_size=3)


@given(MEMBERS, st.data())
def test_no_two_answers_for_one_name_are_left_and_something_is(
    members: list[list[tuple[int, int, str]]], data: st.DataObject
) -> None:
    text = "بعد لوبوان"
    found = [
        Entity(*one, data.draw(st.sampled_from([0.3, 0.6])))
        for one in sorted({one for member in members for one in member})
    ]
    answers = [set(member) for member in members]
    kept = settle(text, found, answers)
    assert kept == sorted(kept)
    assert set(kept) <= set(found)
    assert bool(kept) == bool(found)
    for number, one in enumerate(kept):
        for other in kept[number + 1 :]:
            overlap = other.start < one.end
            together = any({one[:3], other[:3]} <= answer for answer in answers)
            assert not (one.type == other.type and overlap and not together)
            assert not (one[:2] == other[:2] and not together)
