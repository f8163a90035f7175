import re
from pathlib import Path

import pytest

from harness.runners.rules.words import lexicon
from harness.runners.rules.words.lexicon import Lexicon, build, rows, word_class, word_classes

TINY = [
    ("قصر الرمال", "FAC"),
    ("الرمال", "LOC"),
    ("لجنة البحر", "ORG"),
    ("وادي", "GPE"),
    ("على", "function"),
    ("علي", "given"),
]


def read_hits(lexicon: Lexicon, source: str) -> list[tuple[str, str]]:
    text = lexicon.read(source)
    return [(source[text.begins[one.first] + one.cut : text.ends[one.last - 1]], one.tag) for one in text.hits]


def test_names_of_several_words_are_found_after_proclitics() -> None:
    lexicon = build(TINY)
    assert read_hits(lexicon, "وبقصر الرمال وللجنة البحر") == [("قصر الرمال", "FAC"), ("لجنة البحر", "ORG")]


def test_names_begin_and_end_with_words() -> None:
    assert read_hits(build(TINY), "أقصر الرمال، قصر الرمالي") == []


def test_the_whole_word_wins_over_what_is_left_of_it() -> None:
    tags = build([*TINY, ("ادي", "PERS")]).read("وادي").tags
    assert dict(tags[0]) == {"GPE": 0}


def test_a_preposition_is_told_from_the_name_it_folds_like() -> None:
    tags = build(TINY).read("على علي").tags
    assert [set(one) for one in tags] == [{"function"}, {"given"}]


def test_ordinary_words_are_known_with_their_endings() -> None:
    lexicon = build([("قرار", "common"), ("أعلن", "verb")])
    assert [set(one) for one in lexicon.read("قراراتهم والقرار أعلنوا زلفنت").tags] == [
        {"common"},
        {"common"},
        {"verb"},
        set(),
    ]


def test_offsets_survive_marks_and_tatweel() -> None:
    assert read_hits(build(TINY), "بِقَصْرِ الرِّمـــال.") == [("قَصْرِ الرِّمـــال", "FAC")]


def test_every_list_can_be_read_and_has_no_empty_row() -> None:
    for name in (
        "places",
        "organizations",
        "events",
        "demonyms",
        "names",
        "titles",
        "heads",
        "numerals",
        "words",
        "vocabulary",
    ):
        assert all(tag and terms for tag, terms in rows(name))


def test_closed_classes_are_folded() -> None:
    assert "اسيا" in word_class("continent")


def test_an_unknown_class_is_an_error() -> None:
    with pytest.raises(KeyError, match="no such class"):
        word_class("no such class")


def test_every_closed_class_is_read_by_a_rule() -> None:
    folder = Path(lexicon.__file__).parents[1]
    paths = [path for path in folder.rglob("*") if path.suffix in (".py", ".rules")]
    rules = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    assert [name for name in word_classes() if not re.search(rf'"{name}"|@{name}\b', rules)] == []


def test_a_preposition_with_article_inside_a_name_is_no_obstacle() -> None:
    lexicon = build([("الهيئة العليا للبحار", "ORG")])
    assert read_hits(lexicon, "وللهيئة العليا للبحار") == [("لهيئة العليا للبحار", "ORG")]
