import pytest

from tests.runners.rules.marking import of_type


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("قال الرئيس الكيني جوليوس موانغي إن", "جوليوس موانغي"),
        ("وأضاف محمد عبد الكريم الخالدي أن", "محمد عبد الكريم الخالدي"),
        ("التقى لأحمد بن سالم العامري", "أحمد بن سالم العامري"),
        ("كتب سامر حداد مقالا", "سامر حداد"),
        ("رحب الملك كارل الثالث بضيوفه", "كارل الثالث"),
        ("قال كيم سونغ-هو إن", "كيم سونغ-هو"),
        ("وأوضح زلاتانسكي أن الأمر صعب", "زلاتانسكي"),
        ("قال عبد الرحيم الطيب", "عبد الرحيم الطيب"),
        ("حضر السفير النرويجي ينس هانسن", "ينس هانسن"),
    ],
)
def test_names_of_persons(text: str, name: str) -> None:
    assert name in of_type(text, "PERS")


def test_a_bare_surname_is_known_once_the_name_is_named_in_full() -> None:
    text = "عاد نهاد الزركوش. ثم تكلم الزركوش طويلا، وللزركوش مؤيدون."
    assert of_type(text, "PERS") == ["نهاد الزركوش", "الزركوش", "لزركوش"]
    assert of_type("ثم تكلم الزركوش طويلا", "PERS") == []


def test_spelling_of_a_foreign_g_does_not_matter_for_a_second_mention() -> None:
    assert of_type("وصل هانز برغدال. وغادر برجدال لاحقا.", "PERS") == ["هانز برغدال", "برجدال"]


def test_prepositions_and_ordinary_words_are_no_persons() -> None:
    assert of_type("اتفقوا على ذلك وقال مسؤول إن الأمر انتهى وأكد مصدر أن", "PERS") == []


def test_a_person_swallows_what_is_inside() -> None:
    assert of_type("قال سامر المصري إن", "NORP") == []
