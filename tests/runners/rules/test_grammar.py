import pytest

from harness.data.types import InputError
from harness.runners.rules.entities.chart import Chart, Found
from harness.runners.rules.grammar import Grammar, grammar, known_tags
from harness.runners.rules.notation import parse
from harness.runners.rules.words.gazetteer import lexicon


def surface(chart: Chart, found: Found) -> str:
    text = chart.text
    return text.source[text.begins[found.first] + found.cut : text.ends[found.last - 1]]


def scanned(rules: str, text: str, *known: Found) -> list[str]:
    """What is on the chart after the rules, `known` before them: rule and surface."""
    chart = Chart(lexicon().read(text))
    chart.add(*known)
    Grammar(parse("x.rules", rules)).scan(chart)
    return [f"{found.rule}: {surface(chart, found)}" for found in chart.all()]


def taken(expression: str, text: str, *known: Found) -> list[str]:
    """What a rule with this expression finds in the text."""
    found = scanned(f"DATE x = {expression}", text, *known)
    return [line.removeprefix("x: ") for line in found if line.startswith("x: ")]


@pytest.mark.parametrize(
    ("expression", "text", "wanted"),
    [
        ('"يوم"', "يوم ويوم اليوم", ["يوم"]),
        ('"إلى"', "الى إلى", ["الى", "إلى"]),
        ('"يوم بعد"', "يوم بعد يوم", ["يوم بعد"]),
        ('~"يوم"', "يوم ويوم اليوم", ["يوم", "يوم"]),
        ("@era", "م هجرية ومم", ["م", "هجرية"]),
        ("~@part", "بنهاية نهاية", ["نهاية", "نهاية"]),
        (r"/\d{4}/", "2006 و206 20060", ["2006"]),
        ("~/ال.*يات/", "والتسعينيات", ["التسعينيات"]),
        ("<month>", "في تموز وكانون الثاني", ["تموز", "كانون الثاني"]),
        ("<.month>", "في تموز وكانون الثاني", ["تموز"]),
        ("<+month>", "في تموز وكانون الثاني", ["كانون الثاني"]),
        ("-<month>", "تموز وتموز", ["تموز"]),
        ("و+<month>", "تموز وتموز لتموز", ["تموز"]),
        ("ول+<month>", "لتموز ولتموز", ["تموز"]),
        ('"يوم" .', "يوم يوم يوم", ["يوم يوم"]),
        ("%word", "5 أ . b", ["أ", "b"]),
        ("%definite", "وزارة الدفاع ألمانيا", ["الدفاع"]),
        ('%touching', "a. b", ["."]),
        ("%listed", "تموز زركفان وتموز", ["تموز", "وتموز"]),
        ("%proclitic", "تموز زركفان وتموز", ["وتموز"]),
        ('"a" "b" | "a"', "a a b", ["a", "a b"]),
        ('"a" | "a" "b"', "a b", ["a"]),
        ('"a" "b"?', "a a b b", ["a", "a b"]),
        ('"a" "b"*', "a a b b", ["a", "a b b"]),
        ('"a" "b"+', "a a b b", ["a b b"]),
        ('"a" "b"{1,2}', "a a b b b", ["a b b"]),
        ('"a" "b"{2}', "a b a b b b", ["a b b"]),
        ('("a" | "b")+', "a b c a", ["a b", "a"]),
        ('"a"? "b"', "a b b", ["a b", "b"]),
        ('"a" &"b"', "a a b", ["a"]),
        ('"a" !"b"', "a b a", ["a"]),
        ('"a" !.', "a b a", ["a"]),
        ('!"b" .', "a b", ["a"]),
        ('after("a") "b"', "b a b", ["b"]),
        ('!after("a") "b"', "c b a b", ["b"]),
        ('after("a" .{0,2}) "b"', "a c c b a c c c b a b", ["b", "b"]),
        ('after("كانون الثاني" | <month>) "b"', "كانون الثاني b", ["b"]),
        ('after(<month>) "b"', "كانون الثاني b الثاني b", ["b"]),
        ('after(<+month>) "b"', "كانون الثاني b تموز b", ["b"]),
        ('after(holding("a" ., "b")) "c"', "a b c a c c", ["c"]),
        ('holding(. ., "b")', "a b c d", ["a b"]),
        ('holding(. ., "b" .)', "a b c d", ["b c"]),
        ('holding(<+month>, "الثاني")', "كانون الأول كانون الثاني", ["كانون الثاني"]),
        ('"a" holding(.*, "a")', "a b a c", ["a b a c"]),
        ('"a" {"b"} "c"', "a b c", ["b"]),
        ('"a" {~"يوم" .} "c"', "a ويوم b c", ["يوم b"]),
        ('"a" "b"*', "a" + " b" * 120, ["a" + " b" * 99]),
    ],
)  # fmt: skip
def test_what_an_expression_takes(expression: str, text: str, wanted: list[str]) -> None:
    assert taken(expression, text) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("[GPE]", ["bb"]),
        ("[GPE ORG]", ["b c"]),
        ("-[GPE ORG]", []),
        ("[GPE ORG: listed GPE]", ["bb"]),
        ("[GPE: listed GPE, other] .", ["bb c"]),
        ("[LOC]", []),
        ("after([ORG]) .", ["d"]),
    ],
)
def test_what_is_on_the_chart_is_part_of_an_expression(expression: str, wanted: list[str]) -> None:
    known = Found(1, 2, 0, "GPE", "listed GPE"), Found(1, 3, 1, "ORG", "listed ORG")
    assert taken(expression, "a bb c d", *known) == wanted


def test_the_first_rule_that_matches_wins_and_the_next_begins_behind_it() -> None:
    assert scanned('DATE one = "a" "b"\nDATE two = "a" | "b" "c"', "a b c a") == ["one: a b", "two: a"]


def test_every_word_may_begin_a_find_where_the_file_says_so() -> None:
    assert scanned('every word\nDATE one = "a" "b"\nDATE two = "b"', "a b") == ["one: a b", "two: b"]


def test_in_each_section_a_rule_may_match() -> None:
    assert scanned('DATE one = "a"\nDATE two = "a" "b"\n---\nDATE three = "a" "b"', "a b") == ["one: a", "three: a b"]


def test_a_piece_stands_for_its_expression() -> None:
    assert scanned('A = B | "c"\nDATE x = A A\nB = "b"', "b c b") == ["x: b c"]


def test_a_type_stands_for_its_rules_further_down() -> None:
    rules = 'TIME held = "a" ^DATE\nTIME bare = "b" DATE\nDATE one = "a" DATE\nDATE two = "c"'
    assert scanned(rules, "a c") == ["held: a c", "two: c"]
    assert scanned(rules, "b c") == ["bare: b c"]
    assert scanned(rules, "a a c") == ["held: a a c", "one: a c"]


def test_the_first_rule_of_a_type_may_be_asked_to_be_one_of_some() -> None:
    rules = 'TIME x = "a" DATE:(two, three)\nDATE one = "b" "b"\nDATE two = "b"\nDATE three = "c"'
    assert scanned(rules, "a b") == ["x: a b"]
    assert scanned(rules, "a c") == ["x: a c"]
    assert scanned(rules, "a b b") == ["one: b b"]


def test_a_star_in_a_name_is_the_first_word() -> None:
    assert scanned('ORG head * = ~"يوم" .', "ويوم b") == ["head يوم: يوم b"]


def test_what_the_file_is_over_goes() -> None:
    known = Found(0, 1, 0, "CARDINAL", "digits"), Found(1, 2, 0, "CARDINAL", "digits"), Found(1, 2, 0, "GPE", "listed")
    assert scanned('over digits\nDATE x = "a" "b"', "a b c", *known, Found(2, 3, 0, "CARDINAL", "digits")) == [
        "x: a b",
        "listed: b",
        "digits: c",
    ]


def test_what_the_file_is_under_stays_where_it_reaches_as_far() -> None:
    rules = 'under amount\nDATE x = "a" "b"\nDATE y = "b"'
    assert scanned(rules, "a b", Found(0, 1, 0, "MONEY", "amount")) == ["amount: a", "x: a b"]
    assert scanned(rules, "a b", Found(0, 2, 0, "MONEY", "amount")) == ["amount: a b"]
    assert scanned(rules, "c b", Found(0, 2, 0, "MONEY", "amount")) == ["amount: c b"]


def test_a_test_in_python_sees_the_chart() -> None:
    chart = Chart(lexicon().read("a b"))
    Grammar(parse("x.rules", "DATE x = %second"), {"second": lambda chart, at: at == 1 and len(chart.text) == 2}).scan(
        chart
    )
    assert chart.all() == [Found(1, 2, 0, "DATE", "x")]


def test_all_rules_that_match_are_told() -> None:
    rules = Grammar(parse("x.rules", 'DATE one = "a"\nDATE two = "b"\nTIME three = "a" "b"'))
    chart = Chart(lexicon().read("a b"))
    assert [found.rule for found in rules.matches(chart, 0)] == ["one", "three"]
    assert [found.rule for found in rules.find_all(chart, 0)] == ["one"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("DATE x = %no", "1: found the test %no, wanted one of definite, listed, proclitic, touching, word"),
        ("DATE x = <mnth>", "1: found the tag <mnth>, wanted a tag of the word lists"),
        ("DATE x = holding(., <+mnth>)", "1: found the tag <mnth>, wanted a tag of the word lists"),
        ('DATE x = "a"\n  NO', "2: found NO, wanted a piece"),
        ('DATE x = "a"\nTIME y = DATE', "2: found DATE, wanted a rule of the type DATE further down"),
        ('TIME y = DATE:(x, z)\nDATE x = "a"', "1: found z, wanted a rule of the type DATE further down"),
        ('A = DATE\nDATE x = "a"', "1: found the type DATE in a piece, wanted it in a rule"),
        ('A = "a" B?\nB = "b" A', "2: found a piece in itself: A > B > A, wanted a repetition such as A* or A{1,3}"),
        ('DATE x = after("a"{9})', "1: found after() of more than 8 words, wanted fewer"),
    ],
)
def test_a_fault_names_file_and_line(source: str, fault: str) -> None:
    with pytest.raises(InputError) as error:
        Grammar(parse("x.rules", source))
    assert str(error.value) == f"x.rules:{fault}"


def test_a_file_is_compiled_once() -> None:
    assert grammar("entities/numbers.rules") is grammar("entities/numbers.rules")


def test_tags_are_those_of_single_words_and_of_terms() -> None:
    assert {"month", "NORP", "teen", "feast", "LANGUAGE?"} <= known_tags()
