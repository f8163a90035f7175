import pytest

from harness.runners.rules.entities.entities import find_entities
from harness.runners.rules.explain import Explanation, explain
from harness.runners.rules.notation import read_rules

TEXT = "وقال وزير الخارجية النرويجي أولاف هانسن يوم الإثنين 4 آذار 2019 إن حكومته ستدفع 12 مليار يورو"


def told(explanation: Explanation, text: str) -> dict[str, tuple[str, str]]:
    """Rule → what became of its finds of `text`, and by which rule."""
    finds = [finding for finding in explanation.findings if explanation.surface(finding) == text]
    return {finding.rule: (finding.fate, finding.by.partition(":")[0]) for finding in finds}


def test_what_is_kept_is_what_the_rules_answer() -> None:
    kept = [finding for finding in explain(TEXT, threshold=0.0).findings if finding.fate == "kept"]
    found = [(finding.start, finding.end, finding.type, finding.score) for finding in kept]
    assert found == [tuple(entity) for entity in find_entities(TEXT)]


def test_a_find_has_the_line_of_its_rule_and_its_pass() -> None:
    (date,) = [finding for finding in explain(TEXT).findings if finding.rule == "weekday"]
    line = next(rule.line for rule in read_rules("entities/dates.rules").rules if rule.name == "weekday")
    assert (date.stage, date.place) == ("dates", f"entities/dates.rules:{line}")
    assert explain(TEXT).surface(date) == "يوم الإثنين 4 آذار 2019"


def test_a_rule_in_python_has_no_line() -> None:
    (person,) = [finding for finding in explain(TEXT).findings if finding.type == "PERS"]
    assert (person.stage, person.place, person.rule) == ("persons", "", "after title")


def test_of_rules_that_match_at_one_word_the_first_overrules_the_others() -> None:
    assert told(explain(TEXT), "12 مليار يورو") == {"number+currency": ("kept", "")}
    assert told(explain(TEXT), "12 مليار")["digits"] == ("overruled", "number+currency")


def test_a_pass_overrules_what_was_found_before() -> None:
    assert told(explain(TEXT), "4")["digits"] == ("overruled", "weekday")


def test_what_a_file_is_under_overrules_its_finds() -> None:
    finds = told(explain("بعد بضعة أسابيع"), "بضعة أسابيع")
    assert finds == {"number+day": ("kept", ""), "few": ("overruled", "number+day")}


def test_what_is_settled_at_the_end_names_what_is_around_it() -> None:
    assert told(explain("زار برج 5 الدكتور"), "الدكتور") == {"alone?": ("left out", "")}


def test_an_unsure_rule_is_below_the_threshold() -> None:
    assert told(explain(TEXT, threshold=0.95), "يوم الإثنين 4 آذار 2019") == {"weekday": ("unsure", "")}


def test_spans_are_those_of_the_text_as_it_is_spelled() -> None:
    explanation = explain("جاء يـوم الإثنين")
    assert [explanation.surface(finding) for finding in explanation.findings if finding.fate == "kept"] == [
        "يـوم الإثنين"
    ]


def test_a_claim_has_its_cue_source_and_content() -> None:
    (claim,) = explain(TEXT).claims
    assert claim[:3] == (
        "قال",
        "وزير الخارجية النرويجي أولاف هانسن",
        "حكومته ستدفع 12 مليار يورو",
    )
    assert claim.polarity == "affirms"
    assert [sentence.label for sentence in explain(TEXT).sentences] == ["CFS"]


@pytest.mark.parametrize("text", ["", " \n", "؟!"])
def test_a_text_without_words_has_no_finds(text: str) -> None:
    assert explain(text).findings == ()
    assert explain(text).claims == ()
