import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.clitics import analyse
from harness.arabic.segment import words
from harness.curate.edges import edge_problems
from harness.data.types import Span

TEXTS = st.text(st.sampled_from("وبلكفا رسيمن،.()«» \u064e"), max_size=25)


def rules(text: str, words_: str, *, cue: bool = False) -> list[str]:
    start = text.index(words_)
    return [rule for rule, _ in edge_problems(text, Span(start, start + len(words_)), words(text), cue=cue)]


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("سافر للصين أمس", "لصين", []),
        ("سافر للصين أمس", "للصين", ["B1"]),
        # Only the first of the two letters is a proclitic for sure, and it is outside.
        ("سامي وبوتين", "بوتين", []),
        ("سامي وبوتين", "وبوتين", ["B1"]),
        ("مع نظيره الصيني", "نظيره", []),
        ("مع نظيره الصيني", "نظير", ["B3"]),
        ("زار (بيروت)", "(بيروت)", []),
        ("زار (بيروت)", "بيروت)", ["B4"]),
        ("بلغ 90% منها", "90%", []),
        ("نحو 1700 ق.م. كانت", "1700 ق.م.", []),
        ("زار بيروت.", "بيروت.", ["B4"]),
        ("خط الصين/روسيا", "روسيا", []),
        ("كَتب سامي", "كَتب", []),
    ],
)
def test_edges_by_example(text: str, span: str, expected: list[str]) -> None:
    assert rules(text, span) == expected


def test_a_colon_is_a_cue_and_nothing_else() -> None:
    assert rules("سامي: عاد زيد", ":", cue=True) == []
    assert rules("سامي: عاد زيد", ":") == ["B4"]
    assert rules("سامي، عاد زيد", "،", cue=True) == ["B4"]


@given(TEXTS)
def test_a_word_behind_its_sure_proclitics_has_sound_edges(text: str) -> None:
    found = words(text)
    for word in found:
        prefix = analyse(text[word.start : word.end])
        span = Span(word.start + (prefix.length if prefix.sure else 0), word.end)
        assert [rule for rule, _ in edge_problems(text, span, found) if rule in ("B1", "B3")] == []
