import pytest

from tests.runners.rules.marking import marked


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("للمرة الأولى", "الأولى"),
        ("ثاني أكبر ميناء", "ثاني"),
        ("في الدورة الثامنة والثلاثين", "الثامنة والثلاثين"),
        ("المرتبة الثالثة عشرة", "الثالثة عشرة"),
        ("وثانيا سنعود", "ثانيا"),
    ],
)
def test_ordinals(text: str, surface: str) -> None:
    assert marked(text) == {(surface, "ORDINAL")}


def test_another_hand_is_no_ordinal() -> None:
    assert marked("من جهة ثانية عاد الوفد") == set()
