import pytest

from tests.runners.rules.marking import marked


@pytest.mark.parametrize(
    ("text", "surface", "kind"),
    [
        ("بلغ عددهم 250 شخصا", "250", "CARDINAL"),
        ("بلغ عددهم ٢٥٠ شخصا", "٢٥٠", "CARDINAL"),
        ("بلغ عددهم ۲۵۰ شخصا", "۲۵۰", "CARDINAL"),
        ("قرابة خمسة وعشرين ألف نازح", "خمسة وعشرين ألف", "CARDINAL"),
        ("وصلت تسع سفن", "تسع", "CARDINAL"),
        ("بثلاث سفن", "ثلاث", "CARDINAL"),
        ("عشرات الآلاف من المتظاهرين", "عشرات الآلاف", "CARDINAL"),
        ("بقيمة 12 مليار يورو", "12 مليار يورو", "MONEY"),
        ("نحو ٤٫٥ ملايين دولار أمريكي", "٤٫٥ ملايين دولار أمريكي", "MONEY"),
        ("دفع $300 نقدا", "$300", "MONEY"),
        ("بنسبة 17.5%", "17.5%", "PERCENT"),
        ("نسبة ٩٪ فقط", "٩٪", "PERCENT"),
        ("ثلاثين في المئة من السكان", "ثلاثين في المئة", "PERCENT"),
        ("طوله 700 كيلومتر", "700 كيلومتر", "QUANTITY"),
        ("ضخ 5 مليارات متر مكعب", "5 مليارات متر مكعب", "QUANTITY"),
        ("استمر ثماني ساعات", "ثماني ساعات", "TIME"),
        ("استمر أربعين يوما", "أربعين يوما", "DATE"),
    ],
)
def test_amounts(text: str, surface: str, kind: str) -> None:
    assert (surface, kind) in marked(text)


def test_a_number_inside_an_amount_is_not_marked_again() -> None:
    assert marked("بقيمة 12 مليار يورو") == {("12 مليار يورو", "MONEY")}


def test_partitive_one_is_no_number() -> None:
    assert marked("هذه واحدة من السفن") == set()
    assert marked("سفينة واحدة فقط") == {("واحدة", "CARDINAL")}


def test_two_numbers_stay_apart() -> None:
    assert marked("بين 300 و400 سفينة") == {("300", "CARDINAL"), ("400", "CARDINAL")}
