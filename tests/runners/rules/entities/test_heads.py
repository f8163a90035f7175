import pytest

from tests.runners.rules.marking import marked, of_type


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("أعلنت وزارة الطاقة البرازيلية", "وزارة الطاقة البرازيلية", "ORG"),
        ("لوزارة الزراعة", "وزارة الزراعة", "ORG"),
        ("انسحبت القوات الكندية", "القوات الكندية", "ORG"),
        ("الحكومة الهولندية", "الحكومة الهولندية", "ORG"),
        ("جامعة أوسلو", "جامعة أوسلو", "ORG"),
        ("قمة أوسلو", "قمة أوسلو", "EVENT"),
        ("في مطار هلسنكي الدولي", "مطار هلسنكي الدولي", "FAC"),
    ],
)
def test_heads_with_their_complement(text: str, name: str, kind: str) -> None:
    assert (name, kind) in marked(text)


def test_bodies_hold_the_nationality() -> None:
    assert ("البرازيلية", "NORP") in marked("وزارة الطاقة البرازيلية")


def test_a_body_without_nationality_is_not_marked() -> None:
    assert marked("قررت الحكومة ثم تراجعت") == set()


def test_the_ministry_inside_an_office_is_no_second_body() -> None:
    assert of_type("المتحدث باسم الخارجية النرويجية", "ORG") == []


@pytest.mark.parametrize("quotes", ['""', "“”", "«»"])
def test_a_medium_in_quotation_marks(quotes: str) -> None:
    text = f"ذكرت صحيفة {quotes[0]}بوليتيكن{quotes[1]} أن"
    assert of_type(text, "ORG") == ["بوليتيكن"]


def test_a_medium_with_a_common_name_needs_its_head() -> None:
    assert of_type("قالت صحيفة النهار إن", "ORG") == ["النهار"]
    assert of_type("عند طلوع النهار", "ORG") == []


def test_a_club_that_shares_the_name_of_a_city() -> None:
    assert of_type("انتقل إلى نادي نابولي", "ORG") == ["نابولي"]
