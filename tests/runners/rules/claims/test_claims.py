from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic import segment
from harness.data.types import Entity
from harness.runners.rules.claims.claims import find_claims
from tests.runners.rules.claims.examples import NAMES, claims, laid_out, mentions, words
from tests.schemas import CERTAINTIES, POLARITIES, QUOTES


def shown(text: str) -> list[tuple[str | None, str, str]]:
    """Source, cue and content of every claim, as text."""
    found = claims(text)
    return [(words(text, one.source), text[slice(*one.cue)], text[slice(*one.content)]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال سامر الحلبي إن الحوار مستمر.", ("سامر الحلبي", "قال", "الحوار مستمر")),
        ("وقالت ليلى حداد ، يوم الثلاثاء ، إنها متفائلة .", ("ليلى حداد", "قالت", "متفائلة")),
        ("الهند قالت إن السفن غادرت.", ("الهند", "قالت", "السفن غادرت")),
        ("وصرح وزير الخارجية البرازيلي بأن المحادثات صعبة.", ("وزير الخارجية البرازيلي", "صرح", "المحادثات صعبة")),
        ("وأشار سامر الحلبي إلى أن الوضع هادئ.", ("سامر الحلبي", "أشار", "الوضع هادئ")),
        ("وأوضحت ليلى حداد: “نعمل على خطة جديدة”.", ("ليلى حداد", "أوضحت", "نعمل على خطة جديدة")),
        ('وأضافت ليلى حداد "نعمل على خطة جديدة".', ("ليلى حداد", "أضافت", "نعمل على خطة جديدة")),
        ("“نعمل على خطة جديدة”، قالت ليلى حداد.", ("ليلى حداد", "قالت", "نعمل على خطة جديدة")),
        ("وأعلنت كندا زيادة المساعدات هذا العام.", ("كندا", "أعلنت", "زيادة المساعدات هذا العام")),
        ("وأعرب سامر الحلبي عن قلقه من التصعيد.", ("سامر الحلبي", "أعرب", "قلقه من التصعيد")),
        ("واتهم سامر الحلبي الغرب بالفشل في التفاوض.", ("سامر الحلبي", "اتهم", "الغرب بالفشل في التفاوض")),
        ("وتعهدت كندا بتقديم مساعدات عاجلة.", ("كندا", "تعهدت", "تقديم مساعدات عاجلة")),
        ("وحذرت كندا من أن الأزمة تتسع.", ("كندا", "حذرت", "الأزمة تتسع")),
        ("تعتقد آنا ليند أن الحل ممكن.", ("آنا ليند", "تعتقد", "الحل ممكن")),
        ("وحملت كندا الهند مسؤولية التأخير.", ("كندا", "حملت", "الهند مسؤولية التأخير")),
        ("وقال مسؤول كبير في كندا إن القمة تأجلت.", ("مسؤول كبير في كندا", "قال", "القمة تأجلت")),
        ("وهم يقولون إن الوقت ضاق.", ("هم", "يقولون", "الوقت ضاق")),
    ],
)
def test_a_cue_with_its_source_and_content(text: str, expected: tuple[str, str, str]) -> None:
    assert shown(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وفقًا لوزارة الدفاع الكندية، غادرت السفن الميناء.", ("وزارة الدفاع الكندية", "وفقًا", "غادرت السفن الميناء")),
        ("وفقا للصحيفة، غادرت السفن الميناء.", ("لصحيفة", "وفقا", "غادرت السفن الميناء")),
        ("وبحسب منظمة الصحة العالمية فإن الوباء تراجع.", ("منظمة الصحة العالمية", "بحسب", "الوباء تراجع")),
        ("وبحسب ما نقلته كندا، غادرت السفن الميناء.", ("كندا", "بحسب ما نقلته", "غادرت السفن الميناء")),
        ("غادرت السفن الميناء، حسبما ذكرت كندا.", ("كندا", "حسبما ذكرت", "غادرت السفن الميناء")),
        ("وغادرت السفن الميناء وفق ما أعلنت كندا.", ("كندا", "وفق ما أعلنت", "غادرت السفن الميناء")),
        ("غادرت السفن الميناء، كما قال سامر الحلبي.", ("سامر الحلبي", "كما قال", "غادرت السفن الميناء")),
    ],
)
def test_a_frame_reports_the_whole_clause(text: str, expected: tuple[str, str, str]) -> None:
    assert shown(text) == [expected]


def test_an_inner_cue_belongs_to_the_content_of_the_frame() -> None:
    text = "قال سامر الحلبي إن الحوار مستمر، وفقا لوكالة رويترز."
    assert shown(text) == [
        ("سامر الحلبي", "قال", "الحوار مستمر"),
        ("وكالة رويترز", "وفقا", "قال سامر الحلبي إن الحوار مستمر"),
    ]


def test_one_complementizer_is_one_claim() -> None:
    text = "قالت ليلى حداد إن الهند وكينيا متفقتان، وإن القمة قريبة."
    assert shown(text) == [
        ("ليلى حداد", "قالت", "الهند وكينيا متفقتان"),
        ("ليلى حداد", "قالت", "القمة قريبة"),
    ]


def test_a_claim_inside_a_claim_is_found_too() -> None:
    text = "قال سامر الحلبي إن ليلى حداد تعتقد أن الحل ممكن."
    assert shown(text) == [
        ("سامر الحلبي", "قال", "ليلى حداد تعتقد أن الحل ممكن"),
        ("ليلى حداد", "تعتقد", "الحل ممكن"),
    ]


def test_an_agency_passes_on_the_words_of_another() -> None:
    text = "نقلت وكالة رويترز عن سامر الحلبي قوله إن الحوار مستمر."
    assert shown(text) == [
        ("وكالة رويترز", "نقلت", "قوله إن الحوار مستمر"),
        ("سامر الحلبي", "قوله", "الحوار مستمر"),
    ]
    assert [one.speaker for one in claims(text)] == ["وكالة رويترز", "سامر الحلبي"]


@pytest.mark.parametrize("further", ["مضيفاً أن", "مشيرا إلى أن", "وأضاف أن", "كما أكد أن", "لكنه أوضح أن"])
def test_what_goes_on_without_a_subject_has_a_speaker_but_no_source(further: str) -> None:
    text = f"قال سامر الحلبي إن الحوار مستمر، {further} الهند مستعدة."
    first, second = claims(text)
    assert words(text, first.content) == "الحوار مستمر"
    assert (second.source, second.speaker, words(text, second.content)) == (None, "سامر الحلبي", "الهند مستعدة")


def test_a_quotation_goes_on_over_sentences_of_its_paragraph_only() -> None:
    text = "قالت ليلى حداد: “نعمل على خطة. هي خطة كبيرة.” “لن ننتظر طويلا.” وغادرت القاعة.\n“سطر آخر.”"
    found = claims(text)
    assert [words(text, one.content) for one in found] == ["نعمل على خطة", "هي خطة كبيرة", "لن ننتظر طويلا"]
    assert {(one.speaker, one.attributes["quote"], words(text, one.cue)) for one in found} == {
        ("ليلى حداد", "direct", "قالت")
    }


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('قال سامر الحلبي إن "الحوار مستمر".', "direct"),
        ('قال سامر الحلبي إن “الحوار مستمر".', "direct"),
        ('قال سامر الحلبي إن الحوار " مستمر " .', "mixed"),
        ("قال سامر الحلبي إن » الحوار « مستمر .", "mixed"),
        ("قال سامر الحلبي إن الحوار مستمر.", "indirect"),
    ],
)
def test_quotation_marks_tell_how_a_content_is_quoted(text: str, quote: str) -> None:
    assert [one.attributes["quote"] for one in claims(text)] == [quote]


@pytest.mark.parametrize(
    ("text", "polarity", "certainty"),
    [
        ("نفى سامر الحلبي وجود خلافات مع الهند.", "denies", "asserted"),
        ("رفض سامر الحلبي أن تشارك بلاده في القمة.", "denies", "hedged"),
        ("لا تعتقد آنا ليند أن الحل ممكن.", "denies", "asserted"),
        ("أعرب سامر الحلبي عن أمله في أن يستمر الحوار.", "affirms", "hedged"),
        ("قال سامر الحلبي إن بلاده ستشارك في القمة.", "affirms", "hedged"),
        ("قال سامر الحلبي إن الهند قد تشارك في القمة.", "affirms", "hedged"),
        ("قال سامر الحلبي إن الهند قد شاركت في القمة.", "affirms", "asserted"),
        ("اقترح سامر الحلبي أن تجتمع اللجنة غدا.", "affirms", "hedged"),
    ],
)
def test_polarity_and_certainty(text: str, polarity: str, certainty: str) -> None:
    assert [(one.attributes["polarity"], one.attributes["certainty"]) for one in claims(text)] == [
        (polarity, certainty)
    ]


def test_a_negated_cue_keeps_its_negation() -> None:
    assert shown("ولا تعتقد آنا ليند أن الحل ممكن.") == [("آنا ليند", "لا تعتقد", "الحل ممكن")]


def test_a_speaker_goes_by_the_fullest_name_and_an_office_by_its_holder() -> None:
    text = "زار الرئيس الكيني ويليام موانغي الهند. وقال الرئيس الكيني إن الزيارة مهمة. وأكد موانغي أن الحوار مستمر."
    surname = Entity(text.rindex("موانغي"), text.rindex("موانغي") + 6, "PERS")
    found = find_claims(laid_out(text, [*mentions(text), surname]))
    assert [one.speaker for one in found] == ["ويليام موانغي", "ويليام موانغي"]


def test_a_claim_inside_a_quotation_is_quoted_only_by_its_own_marks() -> None:
    text = "قال سامر الحلبي: “تعتقد ليلى حداد أن الحل ممكن”."
    assert [(one.speaker, one.attributes["quote"]) for one in claims(text)] == [
        ("سامر الحلبي", "direct"),
        ("ليلى حداد", "indirect"),
    ]


def test_the_subject_of_a_sentence_speaks_by_its_later_cues() -> None:
    text = "قالت ليلى حداد إن الحل ممكن. وزار سامر الحلبي كينيا وأكد أن الحوار مستمر."
    assert [one.speaker for one in claims(text)] == ["ليلى حداد", "سامر الحلبي"]


def test_a_headline_with_a_colon() -> None:
    assert shown("الرئيس الكيني: لن نقبل الضغوط") == [("الرئيس الكيني", ":", "لن نقبل الضغوط")]


@pytest.mark.parametrize(
    "text",
    [
        "من المتوقع أن تبدأ القمة غدا.",
        "يذكر أن القمة عقدت في كينيا.",
        "بلغ سعر النفط نصف ما كان عليه.",
        "لم يقل سامر الحلبي إن الحوار مستمر.",
        "دعمت كندا الاتفاق ورفضت التعديل.",
        "وأكد ذلك سامر الحلبي.",
        "Reuters said that nothing happened in Nairobi.",
        "",
        "\n\n",
        "« »",
    ],
)
def test_no_claim(text: str) -> None:
    assert shown(text) == []


def test_marks_on_a_word_do_not_shift_its_cut() -> None:
    assert shown("وَقَالَ سامر الحلبي إنَّ الحوار مستمر.") == [("سامر الحلبي", "قَالَ", "الحوار مستمر")]


PIECES = st.sampled_from(
    [
        *NAMES,
        *[
            "قال",
            "وقالت",
            "إن",
            "أن",
            "وأن",
            "بأن",
            "مضيفا",
            "وفقا",
            "لما",
            "بحسب",
            "كما",
            "ذكرت",
            "نقلت",
            "عن",
            "قوله",
            "إلى",
            "اتهم",
            "وصف",
            "أعرب",
            "أمله",
            "في",
            "لا",
        ],
        *[
            "الحوار",
            "مستمر",
            "ستبدأ",
            "لكنه",
            "الذي",
            "“",
            "”",
            "«",
            "»",
            "'",
            ".",
            "،",
            ":",
            "؟",
            "(",
            ")",
            "…",
            "1.5",
            "the",
            "ل",
            "و",
            "ـ",
            "َ",
        ],
        '"',
        "\n",
    ]
)
PROSE = st.lists(PIECES, max_size=40).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)]))


@given(st.one_of(PROSE, st.text(max_size=80)))
def test_any_text_gives_sound_claims(text: str) -> None:
    entities = mentions(text)
    found = find_claims(laid_out(text, entities))
    sentences = segment.sentences(text)
    for claim in found:
        for span in (claim.content, claim.cue, *([claim.source] if claim.source else [])):
            assert 0 <= span.start < span.end <= len(text)
            assert any(one.start <= span.start and span.end <= one.end for one in sentences)
        assert any(char.isalnum() for char in text[slice(*claim.content)])
        assert claim.attributes["quote"] in QUOTES
        assert claim.attributes["polarity"] in POLARITIES
        assert claim.attributes["certainty"] in CERTAINTIES
        assert claim.score is not None
        assert 0 <= claim.score <= 1
    assert all((a.cue, a.content) < (b.cue, b.content) for a, b in pairwise(found))
    assert found == find_claims(laid_out(text, entities[::-1]))
