import pytest

from harness.runners.rules.words.words import fold, make_word, tokens


def surfaces(text: str) -> list[str]:
    return [match.group() for match in tokens(text)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("الإمارات", "الامارات"),
        ("مُوسَى", "موسي"),
        ("قـــطر", "قطر"),
        ("٢٠٢٤", "2024"),
        ("۱۲٫۵", "12.5"),
        ("NATO", "nato"),
    ],
)
def test_spelling_is_levelled(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_punctuation_stands_apart_and_numbers_stay_whole() -> None:
    assert surfaces('قال: "3.5% (١٢)".') == ["قال", ":", '"', "3.5", "%", "(", "١٢", ")", '"', "."]


def test_marks_stay_with_their_letters() -> None:
    assert surfaces("وَلِلْهِنْدِ أثر") == ["وَلِلْهِنْدِ", "أثر"]


@pytest.mark.parametrize(
    ("surface", "key", "cut"),
    [
        ("وبالهند", "الهند", 2),
        ("للهند", "الهند", 1),
        ("وللهند", "الهند", 2),
        ("للجنة", "لجنه", 1),
        ("للجنة", "اللجنه", 1),
        ("وَلِلْهِنْدِ", "الهند", 4),
        ("لـهند", "هند", 2),
    ],
)
def test_stems_say_how_much_of_the_surface_is_cut(surface: str, key: str, cut: int) -> None:
    assert (cut, key) in make_word(surface).stems


def test_short_and_foreign_words_have_no_other_stem() -> None:
    assert [stem.key for stem in make_word("لي").stems] == ["لي"]
    assert [stem.key for stem in make_word("BRICS").stems] == ["brics"]


def test_a_noun_that_only_begins_like_the_article_is_not_definite() -> None:
    assert make_word("الاقتصاد").definite
    assert not make_word("التزام").definite
    assert not make_word("ألكسندر").definite


def test_a_lone_stretching_stroke_keeps_a_key() -> None:
    assert make_word("ـ").key == "ـ"
