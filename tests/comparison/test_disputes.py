"""What only one of two runs got right: by hand, and against the counts of the scorers."""

from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from harness.comparison.disputes import CONTEXT, Dispute, disputes, summary
from harness.data.types import Annotation, Claim, Document, Entity, Span
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Scorer
from tests.strategies import rival_claims, rivals

TEXT: Final = "زار الوزير لبنان ثم عاد إلى الرباط."
"""In it: the minister at 4-10, Lebanon at 11-16, Rabat at 28-34."""

MENTIONS: Final = (Entity(4, 10, "OCC"), Entity(11, 16, "GPE"), Entity(28, 34, "GPE"))


def corpus(*predicted: Entity, text: str = TEXT, gold: tuple[Entity, ...] = MENTIONS) -> Corpus:
    return Corpus([Document("خبر", text)], [Annotation(entities=gold)], [Annotation(entities=predicted)])


def between(a: Corpus, b: Corpus, scorer: Scorer) -> list[Dispute]:
    return disputes(({scorer.layer: a}, {scorer.layer: b}), {"it": scorer})["it"]


def test_mentions_that_one_run_got_right_by_hand() -> None:
    # Both have the minister; a has Lebanon, which b calls a person; b has Rabat, and a spurious mention is no matter.
    a = corpus(MENTIONS[0], MENTIONS[1])
    b = corpus(MENTIONS[0], Entity(11, 16, "PERS"), MENTIONS[2], Entity(0, 3, "PERS"))
    lebanon, rabat = between(a, b, EntitiesStrict("char"))
    assert lebanon == Dispute("خبر", "GPE", 11, 16, "زار الوزير ", "لبنان", " ثم عاد إلى الرباط.", "a", {})
    assert (rabat.start, rabat.end, rabat.text, rabat.right) == (28, 34, "الرباط", "b")
    assert summary([lebanon, rabat]) == {
        "count": 2,
        "only_a": 1,
        "only_b": 1,
        "items": [lebanon.record(), rabat.record()],
    }


def test_right_is_what_the_boundary_view_says() -> None:
    # b's mention takes the full stop along: another span by characters, the same words.
    a, b = corpus(MENTIONS[2]), corpus(Entity(28, 35, "GPE"))
    assert [one.right for one in between(a, b, EntitiesStrict("char"))] == ["a"]
    assert between(a, b, EntitiesStrict("word")) == []


def test_a_claim_is_right_with_all_its_roles() -> None:
    text = "قال زيد إن المطر قريب"
    claim = Claim(Span(11, 21), Span(0, 3), Span(4, 7))
    documents, gold = [Document("d", text)], [Annotation(claims=(claim,))]
    a, b = (Corpus(documents, gold, [Annotation(claims=(one,))]) for one in (replace(claim, source=None), claim))
    (found,) = between(a, b, Claims())
    assert found.record() == {
        "document": "d",
        "type": "claim",
        "start": 11,
        "end": 21,
        "before": "قال زيد إن ",
        "text": "المطر قريب",
        "after": "",
        "right": "b",
        "cue": {"start": 0, "end": 3},
        "source": {"start": 4, "end": 7},
    }


def test_context_ends_with_words() -> None:
    text = "كلمة " * 20 + "بكين" + " كلمة" * 20
    a, b = (corpus(*found, text=text, gold=(Entity(100, 104, "GPE"),)) for found in ((Entity(100, 104, "GPE"),), ()))
    (found,) = between(a, b, EntitiesStrict())
    # 40 characters hold 8 words of 5 each; the one at the far edge is left out, whole or not.
    assert found.before == "كلمة " * 7
    assert found.after == " كلمة" * 7


def test_scorers_without_right_and_wrong_mentions_have_no_list() -> None:
    assert disputes(({"entities": corpus()}, {"entities": corpus()}), {"c": CheckWorthy(), "claims": Claims()}) == {}


@given(rivals(), st.sampled_from(("char", "word")))
def test_the_lists_add_up_to_the_difference_in_right_mentions(sides: tuple[Corpus, Corpus], view: Boundary) -> None:
    scorer = EntitiesStrict(view)
    found = between(*sides, scorer)
    right_a, right_b = (
        sum(float(count) for name, count in scorer.counts(side).totals.items() if name.endswith("/tp"))
        for side in sides
    )
    counted = summary(found)
    assert counted["only_a"] - counted["only_b"] == right_a - right_b
    _check_texts(sides[0], found)


@given(rivals(), st.sampled_from(("char", "word", "clitic")))
def test_exchanging_the_runs_exchanges_who_was_right(sides: tuple[Corpus, Corpus], view: Boundary) -> None:
    found, turned = between(*sides, EntitiesStrict(view)), between(*sides[::-1], EntitiesStrict(view))
    assert turned == [replace(one, right="b" if one.right == "a" else "a") for one in found]


@given(rival_claims())
def test_the_lists_add_up_to_the_difference_in_right_claims(sides: tuple[Corpus, Corpus]) -> None:
    found = between(*sides, Claims())
    right_a, right_b = (float(Claims().counts(side).totals["relation/tp"]) for side in sides)
    counted = summary(found)
    assert counted["only_a"] - counted["only_b"] == right_a - right_b
    _check_texts(sides[0], found)


def _check_texts(side: Corpus, found: list[Dispute]) -> None:
    texts = {document.id: document.text for document in side.documents}
    for one in found:
        text = texts[one.document]
        assert text[one.start : one.end] == one.text
        assert text[: one.start].endswith(one.before)
        assert text[one.end :].startswith(one.after)
        assert max(len(one.before), len(one.after)) <= CONTEXT
