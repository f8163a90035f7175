"""What the rules do on long and odd texts grows as the texts do, and no place where a text ends breaks them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from harness.data.types import Document
from harness.runners.rules.claims import claims
from harness.runners.rules.runner import Rules

PLACES = ("runners/rules", "harness/arabic")
NEWS = (
    "قال وزير الخارجية الروسي سيرغي لافروف يوم الاثنين 5 يناير 2004 إن الأمم المتحدة «لن تتراجع» في القرن العشرين. "
    "وفقا لما ذكرته وكالة رويترز بلغت الخسائر نحو ثلاثة ملايين دولار أميركي، أي 5,5%، في الربع الثاني من عام 2006. "
    "يصل الساعة العاشرة مساء بتوقيت غرينتش إلى مطار القاهرة في شمال شرق أفريقيا بعد حرب أكتوبر 1973 نائب رئيس الوزراء"
)


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many lines of the rules are run inside."""
    steps = [0]

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if not any(place in frame.f_code.co_filename for place in PLACES):
            return None
        steps[0] += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield steps
    finally:
        sys.settrace(before)


def steps(text: str) -> int:
    with counted() as found:
        Rules().annotate(Document("d", text))
    return found[0]


@pytest.mark.parametrize(
    "part",
    ['قال " ', 'قال "\n', "قال: ", "قال الوزير إن ", 'قال "كذا" ', "وقال «إن ", "«قال ", "حمل مسؤولية ", "كما قال ",
     "وفقا ل ", "ونقلت عن قوله ", "قال محمد علي إن كذا. ", "( ", '" ', "وزير خارجية روسيا بوتين ",
     "خمسة وعشرين ألف ", "ألف ", "نهاية العام الماضي من ", "الساعة 5 مساء ", "يناير الأول ",
     "الحكومة المركزية الروسية ", "نائب وزير ", "قرار ( ", "شمال "],
)  # fmt: skip
def test_twice_the_text_is_twice_the_work(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_LONGEST", 20)
    Rules().annotate(Document("d", part * 2))
    # 40 and 160 parts are so short that what is done once a text would show; quadratic work is 16 times as much.
    assert steps(part * 160) < 5 * steps(part * 40)


def test_a_content_ends_where_no_sentence_is_so_long() -> None:
    found = Rules().annotate(Document("d", "قال الوزير إن " + "الاتفاق " * 2000)).claims
    assert found is not None
    assert [(claim.content.end - claim.content.start + 1) // len("الاتفاق ") for claim in found] == [500]


def test_a_text_may_end_behind_any_word() -> None:
    words = NEWS.split()
    texts = [
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, min(first + 9, len(words)) + 1)
    ]
    answers = Rules().predict([Document(str(number), text) for number, text in enumerate(texts)])
    assert {answer.error for answer in answers} == {None}


@pytest.mark.parametrize("text", ["الساعة 5 بتوقيت", "الساعة 5 بتوقيت.", "الساعة العاشرة بتوقيت \n"])
def test_a_time_of_day_ends_with_the_text(text: str) -> None:
    found = Rules().annotate(Document("d", text)).entities or ()
    assert [text[one.start : one.end] for one in found if one.type == "TIME"] == [text.partition(" بتوقيت")[0]]
