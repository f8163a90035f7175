from collections.abc import Iterable, Mapping

import pytest

from harness.arabic.quotations import find_quotations
from harness.data.types import Claim, Span
from harness.runners.transformer.joint.claims import claims_in
from tests.runners.transformer.joint.marked import SCHEMA, line_of

Marks = Mapping[str, Iterable[tuple[int, int]]]


def claims_of(text: str, marks: Marks, chosen: Iterable[tuple[str, int, str]] = ()) -> list[Claim]:
    return claims_in(line_of(text, marks, chosen), find_quotations(text), SCHEMA)


def links(text: str, marks: Marks) -> list[tuple[str, str, str | None]]:
    """Content, cue and source of each claim."""

    def words(span: Span) -> str:
        return text[span.start : span.end]

    return [(words(one.content), words(one.cue), one.source and words(one.source)) for one in claims_of(text, marks)]


def test_two_contents_may_share_a_cue_and_its_source() -> None:
    text = "قال الوزير إن السوق مفتوح وإن البنك مغلق"
    marks = {"content": [(3, 5), (6, 8)], "cue": [(0, 1)], "source": [(1, 2)]}
    assert links(text, marks) == [("السوق مفتوح", "قال", "الوزير"), ("البنك مغلق", "قال", "الوزير")]


def test_a_content_inside_a_content_has_the_cue_inside_it() -> None:
    text = "أعلن سامي أن ليلى قالت إن المطر قريب"
    marks = {
        "content": [(3, 8)], "content.inner": [(6, 8)], "cue": [(0, 1), (4, 5)], "source": [(1, 2), (3, 4)],
    }  # fmt: skip
    assert links(text, marks) == [("ليلى قالت إن المطر قريب", "أعلن", "سامي"), ("المطر قريب", "قالت", "ليلى")]


def test_a_content_behind_another_passes_over_the_cue_inside_that() -> None:
    text = "أعلن سامي أن ليلى قالت إن المطر قريب وأن البنك مغلق"
    # The nearer cue, قالت, stands inside the first content, and belongs to what is said there.
    marks = {"content": [(3, 8), (9, 11)], "content.inner": [(6, 8)], "cue": [(0, 1), (4, 5)]}
    assert ("البنك مغلق", "أعلن", None) in links(text, marks)


def test_an_inner_content_without_a_cue_of_its_own_takes_one_from_outside() -> None:
    text = "أعلن سامي أن ليلى فرحة وأن المطر قريب"
    marks = {"content": [(3, 8)], "content.inner": [(6, 8)], "cue": [(0, 1)]}
    assert links(text, marks) == [
        ("ليلى فرحة وأن المطر قريب", "أعلن", None),
        ("المطر قريب", "أعلن", None),
    ]


def test_a_cue_may_follow_its_content() -> None:
    text = "المطر قريب كما قالت ليلى"
    marks = {"content": [(0, 2)], "cue": [(3, 4)], "source": [(4, 5)]}
    assert links(text, marks) == [("المطر قريب", "قالت", "ليلى")]


@pytest.mark.parametrize(("words", "cue"), [(7, "قال"), (9, "أكدت")])
def test_a_cue_behind_a_content_counts_as_eight_words_farther(words: int, cue: str) -> None:
    # The first cue stands `words` words before the content, the second right behind it: 0 + 8.
    text = " ".join(["قال", *["باب"] * words, "السوق", "مفتوح", "أكدت"])
    marks = {"content": [(words + 1, words + 3)], "cue": [(0, 1), (words + 3, words + 4)]}
    assert links(text, marks) == [("السوق مفتوح", cue, None)]


def test_a_source_may_stand_before_its_cue() -> None:
    text = "ليلى قالت إن المطر قريب"
    assert links(text, {"content": [(3, 5)], "cue": [(1, 2)], "source": [(0, 1)]}) == [("المطر قريب", "قالت", "ليلى")]


def test_of_two_sources_at_a_cue_the_nearer_is_taken_and_before_counts_two_words_more() -> None:
    # ليلى stands 0 words before the cue, which counts 2; سمر stands 1 word behind it.
    text = "ليلى قالت أمس سمر إن المطر قريب"
    marks = {"content": [(5, 7)], "cue": [(1, 2)], "source": [(0, 1), (3, 4)]}
    assert links(text, marks) == [("المطر قريب", "قالت", "سمر")]


def test_of_two_equally_near_sources_the_earlier_is_taken() -> None:
    # ليلى stands 0 words before the cue, which counts 2; سمر stands 2 words behind it.
    text = "ليلى قالت أمس ظهرا سمر إن المطر قريب"
    marks = {"content": [(6, 8)], "cue": [(1, 2)], "source": [(0, 1), (4, 5)]}
    assert links(text, marks) == [("المطر قريب", "قالت", "ليلى")]


def test_each_source_stays_with_its_own_cue() -> None:
    text = "قال سامي إن السوق مفتوح وأضاف أن البنك مغلق"
    marks = {"content": [(3, 5), (7, 9)], "cue": [(0, 1), (5, 6)], "source": [(1, 2)]}
    assert links(text, marks) == [("السوق مفتوح", "قال", "سامي"), ("البنك مغلق", "وأضاف", None)]


def test_without_a_cue_outside_it_a_content_is_no_claim() -> None:
    text = "أكدت ليلى أن المطر قريب"
    assert claims_of(text, {"content": [(0, 5)]}) == []
    assert claims_of(text, {"content": [(0, 5)], "cue": [(0, 1)]}) == []
    assert claims_of(text, {"cue": [(0, 1)], "source": [(1, 2)]}) == []
    assert claims_of("", {}) == []


def test_a_content_that_both_groups_mark_is_one_claim() -> None:
    marks = {"content": [(2, 4)], "content.inner": [(2, 4)], "cue": [(0, 1)]}
    assert links("قالت إن المطر قريب", marks) == [("المطر قريب", "قالت", None)]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("قالت ليلى «المطر قريب»", "direct"),
        ("قالت ليلى المطر «قريب»", "mixed"),
        ("قالت ليلى المطر قريب", "indirect"),
    ],
)
def test_the_form_of_a_quotation_is_read_off_its_marks(text: str, quote: str) -> None:
    words = [
        number
        for number, word in enumerate(text.replace("«", "« ").replace("»", " »").split())
        if word in ("المطر", "قريب")
    ]
    (claim,) = claims_of(text, {"content": [(words[0], words[-1] + 1)], "cue": [(0, 1)]})
    assert claim.attributes.get("quote") == quote


def test_polarity_and_certainty_are_what_the_model_says_at_the_cue() -> None:
    text = "نفت ليلى أن المطر قريب"
    marks = {"content": [(3, 5)], "cue": [(0, 1)]}
    (claim,) = claims_of(text, marks, [("polarity", 0, "denies"), ("certainty", 0, "hedged")])
    assert (claim.attributes.get("polarity"), claim.attributes.get("certainty")) == ("denies", "hedged")
    (claim,) = claims_of(text, marks, [("polarity", 3, "denies"), ("certainty", 3, "hedged")])
    assert (claim.attributes.get("polarity"), claim.attributes.get("certainty")) == ("affirms", "asserted")
    assert claim.score is not None
    assert 0.99 < claim.score <= 1


def test_proclitics_are_cut_off_roles() -> None:
    text = "وقالت ليلى المطر قريب"
    (claim,) = claims_of(text, {"content": [(2, 4)], "cue": [(0, 1)]}, [("role-cut", 0, "1")])
    assert text[claim.cue.start : claim.cue.end] == "قالت"
