import pytest

from tests.runners.rules.marking import marked, of_type


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("انتهت الحرب في اليمن", "الحرب في اليمن"),
        ("الصراع المستمر بين الهند وباكستان", "الصراع المستمر بين الهند وباكستان"),
        ("بعد الهجوم الإريتري على السودان", "الهجوم الإريتري على السودان"),
        ("منذ هجمات 7 يوليو", "هجمات 7 يوليو"),
        ("في كأس العالم 2018", "كأس العالم 2018"),
    ],
)
def test_events(text: str, event: str) -> None:
    assert event in of_type(text, "EVENT")


@pytest.mark.parametrize("text", ["انتهت الحرب", "في القمة", "هجومها المفاجئ"])
def test_a_head_alone_is_no_event(text: str) -> None:
    assert of_type(text, "EVENT") == []


def test_a_resolution_holds_its_number() -> None:
    assert marked("نص القرار رقم 425 على ذلك") == {("القرار رقم 425", "LAW"), ("425", "CARDINAL")}
    assert ("قرار مجلس الأمن رقم 425", "LAW") in marked("بموجب قرار مجلس الأمن رقم 425")
