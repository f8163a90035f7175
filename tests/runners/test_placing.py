"""Spans of a respelled text as mentions of the raw text, behind proclitics, and what is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.plain import respell
from harness.arabic.segment import words
from harness.data.offsets import Rewrite
from harness.data.types import Entity, Unplaced
from harness.runners.placing import behind_proclitics, place_mentions
from harness.scoring.text import Text
from tests.runners.contract import NEWS, ODD


def start_of(text: str, mention: str) -> str:
    """What is left of `mention` in `text` behind its proclitics."""
    start = text.index(mention)
    (moved,) = behind_proclitics(text, [Entity(start, start + len(mention), "GPE")])
    assert (moved.end, moved.type) == (start + len(mention), "GPE")
    return text[moved.start : moved.end]


@pytest.mark.parametrize(
    ("mention", "rest"),
    [
        ("وروسيا", "روسيا"),
        ("لروسيا", "روسيا"),
        ("ولروسيا الاتحادية", "روسيا الاتحادية"),
        ("وَلِرُوسيا", "رُوسيا"),
        ("للصين", "لصين"),
        ("والقاهرة", "القاهرة"),
        ("لـ«رويترز»", "رويترز»"),
        ("بـ(الناتو)", "الناتو)"),
        # Names, and what may be one.
        ("لبنان", "لبنان"),
        ("بكين", "بكين"),
        ("القاهرة", "القاهرة"),
        # Never more than the whole mention.
        ("و", "و"),
    ],
)
def test_a_mention_begins_behind_the_sure_proclitics_of_its_word(mention: str, rest: str) -> None:
    assert start_of(f"قال {mention} أمس", mention) == rest


def test_only_a_start_within_proclitics_moves() -> None:
    assert start_of("وصل إلى وروسيا", "روسيا") == "روسيا"
    assert start_of("ولروسيا", "لروسيا") == "روسيا"
    assert start_of("موسكو-ولروسيا", "ولروسيا") == "روسيا"
    assert start_of("قال «وروسيا", "«وروسيا") == "«وروسيا"


def one_side(text: str) -> tuple[list[int], list[int]]:
    """Where mentions from each word to the end of `text` begin behind proclitics, and where in the clitic view."""
    mentions = [Entity(start, len(text), "GPE") for start, _ in words(text)]
    starts = np.array([mention.start for mention in mentions], np.int64)
    wanted = Text([text]).unclitic(starts, np.array([], np.int64)).tolist()
    return [mention.start for mention in behind_proclitics(text, mentions)], wanted


PARTED = 'وبكين ولبنان وللصين لـ«رويترز» و"بكين" بـ«و«لروسيا»» ب-لروسيا وال«صين» ك“(موسكو'


@pytest.mark.parametrize("text", [NEWS, *ODD.values(), PARTED])
def test_it_is_the_clitic_view_of_one_side_by_itself(text: str) -> None:
    moved, wanted = one_side(text)
    assert moved == wanted


@given(st.text("ولبرسيا «»-ـ َ", max_size=12))
def test_it_is_the_clitic_view_of_any_words(text: str) -> None:
    moved, wanted = one_side(text)
    assert moved == wanted


def test_of_two_mentions_that_become_one_the_surer_stays() -> None:
    text = "ولروسيا"
    answered = [Entity(0, 7, "GPE", 0.5), Entity(1, 7, "GPE", 0.7), Entity(2, 7, "GPE", 0.6), Entity(0, 7, "ORG")]
    assert place_mentions(answered, Rewrite(text), clitics=True).entities == (
        Entity(2, 7, "GPE", 0.7),
        Entity(2, 7, "ORG"),
    )
    assert place_mentions(answered, Rewrite(text), clitics=False).entities == (
        Entity(0, 7, "GPE", 0.5),
        Entity(0, 7, "ORG"),
        Entity(1, 7, "GPE", 0.7),
        Entity(2, 7, "GPE", 0.6),
    )


def test_spans_of_a_respelled_text_have_the_offsets_of_the_raw_one() -> None:
    text = "قالَ \u200fبـــوتينُ، أمس"
    rewrite = respell(text, "plain")
    start = rewrite.target.index("بوتين")
    annotation = place_mentions([Entity(start - 1, start + 5, "PERS", 0.9)], rewrite, clitics=True)
    assert annotation.entities is not None
    assert [text[entity.start : entity.end] for entity in annotation.entities] == ["بـــوتينُ"]


def test_an_answer_without_letters_is_unplaced() -> None:
    text = "قال: ،بوتين"
    answered = [Entity(5, 6, "PERS", 0.9), Entity(5, 11, "PERS"), Entity(5, 6, "PERS")]
    annotation = place_mentions(answered, Rewrite(text), clitics=True)
    assert annotation.unplaced == (Unplaced("entities", "PERS", "،", 5),)
    assert annotation.entities == (Entity(5, 11, "PERS"),)
