import pytest

from tests.runners.rules.marking import marked, of_type


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("قال الرئيس الكيني هنري موانغي إن", "الرئيس الكيني"),
        ("وقالت وزيرة الدفاع البرتغالية أمس", "وزيرة الدفاع البرتغالية"),
        ("التقى نظيره النرويجي", "نظيره النرويجي"),
        ("لرئيس الوزراء السويدي", "رئيس الوزراء السويدي"),
        ("الأمين العام للأمم المتحدة", "الأمين العام للأمم المتحدة"),
        ("سفير كندا لدى الاتحاد الأوروبي", "سفير كندا لدى الاتحاد الأوروبي"),
        ("ملك إسبانيا في زيارة", "ملك إسبانيا"),
    ],
)
def test_offices_reach_to_the_end_of_their_institution(text: str, title: str) -> None:
    assert title in of_type(text, "OCC")


def test_an_office_stops_before_a_place() -> None:
    assert of_type("مدير المعهد الدولي في جنيف", "OCC") == ["مدير المعهد الدولي"]


def test_an_office_inside_an_office_and_what_it_holds() -> None:
    found = marked("نائبة وزير الخارجية الهولندي")
    assert {("نائبة وزير الخارجية الهولندي", "OCC"), ("وزير الخارجية الهولندي", "OCC"), ("الهولندي", "NORP")} <= found


def test_a_bare_title_counts_only_beside_a_name() -> None:
    assert ("الدكتور", "OCC") in marked("كتب الدكتور سامر الخطيب")
    assert of_type("كتب الدكتور رسالة", "OCC") == []
    assert of_type("عاد الرئيس إلى بلاده", "OCC") == []


def test_the_title_ends_where_the_name_begins() -> None:
    assert {("وزير المالية", "OCC"), ("جورج موراي", "PERS")} <= marked("قال وزير المالية جورج موراي إن")
