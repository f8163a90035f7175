import numpy as np

from harness.runners.transformer.joint.entities import Line, entities_in
from harness.runners.transformer.joint.heads import Group
from harness.runners.transformer.pieces import cut_words
from tests.runners.transformer.joint.marked import line_of

TEXT = "زار وفد من وزارة النفط لندن ولباريس"  # words: 0 زار 1 وفد 2 من 3 وزارة 4 النفط 5 لندن 6 ولباريس


def found(line: Line) -> list[tuple[str, str]]:
    return [(line.text[start:end], kind) for start, end, kind, _ in entities_in(line)]


def test_mentions_become_entities_of_the_raw_text() -> None:
    line = line_of(TEXT, {"ORG": [(3, 5)], "GPE": [(5, 6)]})
    assert found(line) == [("وزارة النفط", "ORG"), ("لندن", "GPE")]
    assert all(entity.score is not None and 0.99 < entity.score <= 1 for entity in entities_in(line))


def test_mentions_nest_in_other_types_and_in_their_own() -> None:
    line = line_of(TEXT, {"ORG": [(1, 5)], "ORG.inner": [(3, 5)], "PRODUCT": [(4, 5)]})
    assert found(line) == [("وفد من وزارة النفط", "ORG"), ("وزارة النفط", "ORG"), ("النفط", "PRODUCT")]


def test_proclitics_are_cut_off_where_the_model_says_so() -> None:
    for letters, name in (("0", "ولباريس"), ("1", "لباريس"), ("2", "باريس")):
        assert found(line_of(TEXT, {"GPE": [(6, 7)]}, [("entity-cut", 6, letters)])) == [(name, "GPE")]


def test_what_is_no_proclitic_is_never_cut_off() -> None:
    # ز and ن are none, two prepositions do not follow one another, and of two letters one would be left.
    for text, letters in (("زارع", "1"), ("نلدن", "2"), ("بلبنان", "2"), ("ون", "1")):
        assert found(line_of(text, {"GPE": [(0, 1)]}, [("entity-cut", 0, letters)])) == [(text, "GPE")]


def test_of_two_types_on_one_span_the_surer_is_kept() -> None:
    line = line_of("لندن", {"GPE": [(0, 1)], "ORG": [(0, 1)]})
    gpe, org = line.groups["GPE"], line.groups["ORG"]
    line.logits[0, org.first + 1] = 3
    again = Line(line.text, line.words, line.logits, line.groups)
    assert found(again) == [("لندن", "GPE")]
    line.logits[0, gpe.first + 1] = 2
    assert found(Line(line.text, line.words, line.logits, line.groups)) == [("لندن", "ORG")]


def test_a_flat_head_answers_with_the_types_of_its_tags() -> None:
    group = Group("anercorp", "flat", ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG"), 0)
    logits = np.eye(5, dtype=np.float32)[[0, 3, 4, 1]] * 9
    text = "في بنك الشرق بيروت"
    assert found(Line(text, cut_words(text), logits, {"flat": group})) == [("بنك الشرق", "ORG"), ("بيروت", "LOC")]
