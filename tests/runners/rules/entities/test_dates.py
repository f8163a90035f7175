import pytest

from tests.runners.rules.marking import marked

ONE_DATE = [
    "يوم الخميس",
    "الأربعاء الماضي",
    "أمس الثلاثاء",
    "17 أيار 2021",
    "١٧ مايو ٢٠٢١",
    "17 أيار/مايو 2021",
    "الحادي عشر من نوفمبر",
    "غشت 2019",
    "شهر فبراير الماضي",
    "عام 1998",
    "عامي 1998 و1999",
    "سنة 622 م",
    "هذا الشهر",
    "الأسبوع المقبل",
    "السنوات الأخيرة",
    "نهاية العام الحالي",
    "مطلع الأسبوع المقبل",
    "الربع الثالث من عام 2011",
    "القرن التاسع عشر",
    "ثمانينيات القرن الماضي",
    "يومين",
    "عدة أشهر",
    "أول أمس",
    "رأس السنة الجديدة",
    "12/3/2006",
]


@pytest.mark.parametrize("date", ONE_DATE)
def test_one_date_and_nothing_inside_it(date: str) -> None:
    assert marked(f"وصل الوفد في {date} إلى هناك") == {(date, "DATE")}


@pytest.mark.parametrize("text", ["سنعود في المستقبل", "فعل ذلك سابقا", "يجتمعون سنويا", "منذ فترة طويلة"])
def test_vague_times_are_no_dates(text: str) -> None:
    assert marked(text) == set()


def test_a_preposition_stays_outside() -> None:
    assert marked("بيوم الجمعة ولعام 2005") == {("يوم الجمعة", "DATE"), ("عام 2005", "DATE")}


def test_a_time_of_day_holds_its_date() -> None:
    assert marked("وصل مساء أمس") == {("مساء أمس", "TIME"), ("أمس", "DATE")}


def test_the_clock() -> None:
    assert marked("في الساعة الخامسة صباحا") == {("الساعة الخامسة صباحا", "TIME")}


def test_a_singular_unit_needs_an_opener() -> None:
    assert ("شهر", "DATE") in marked("توقف العمل منذ شهر.")
    assert marked("كان شهر عسل") == set()


def test_a_lone_month_that_is_also_a_verb_is_no_date() -> None:
    assert marked("مارس اللاعب هوايته") == set()
