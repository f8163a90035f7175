from tests.runners.rules.marking import marked, of_type


def test_countries_after_any_proclitic() -> None:
    text = "للهند وباليابان وكندا ولليونان ومن بيرو"
    assert of_type(text, "GPE") == ["لهند", "اليابان", "كندا", "ليونان", "بيرو"]


def test_adjectives_in_all_forms() -> None:
    text = "وفد كيني والشركات البرتغالية وخبراء سويسريون والسياح اليابانيين"
    assert of_type(text, "NORP") == ["كيني", "البرتغالية", "سويسريون", "اليابانيين"]


def test_a_name_holds_the_names_inside_it() -> None:
    found = marked("زار الاتحاد الأوروبي وعبر بحر اليابان نحو آسيا والمحيط الهادئ")
    assert {("الاتحاد الأوروبي", "ORG"), ("الأوروبي", "NORP"), ("بحر اليابان", "LOC"), ("اليابان", "GPE")} <= found
    assert {("آسيا والمحيط الهادئ", "LOC"), ("آسيا", "LOC"), ("المحيط الهادئ", "LOC")} <= found


def test_a_part_that_only_repeats_the_whole_is_left_out() -> None:
    assert of_type("حدود كوريا الجنوبية", "GPE") == ["كوريا الجنوبية"]
    assert of_type("مياه الخليج العربي", "LOC") == ["الخليج العربي"]


def test_marks_and_tatweel_change_nothing() -> None:
    assert of_type("في البُرْتُغالِ وَالنـــرويج", "GPE") == ["البُرْتُغالِ", "النـــرويج"]


def test_an_adjective_after_the_word_for_language_is_a_language() -> None:
    assert marked("كتبت الرواية باللغة البرتغالية") == {("البرتغالية", "LANGUAGE")}


def test_ordinary_words_are_no_names() -> None:
    assert marked("كان الوفد قد وصل على عجل لكن الاجتماع تأخر") == set()
