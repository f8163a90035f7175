"""Markdown: every text stays text, in its cell, and Arabic leaves the rest of a line in order."""

import re

import pytest
from hypothesis import given

from harness.show.markdown import BRIEF, ROWS, brief, markdown
from harness.show.sheet import Code, Column, Excerpt, Link, Page, Row, Sheet
from tests.show.hostile import TEXTS
from tests.strategies import any_texts

SHEET = Sheet(
    "Runs",
    [Column("run", "name"), Column("value"), Column("in context", "words")],
    [Row(["fast", "0.750", ""]), Row(["slow | بطيء", "0.500", Excerpt("قبل ", "بكين", " بعد")])],
    ["below"],
)
PAGE = Page("Leaderboard", [("a", "one"), ("command", Code("harness report 1"))], ["above"], [SHEET], ["s(x=1)|t"])


def test_a_page_has_facts_notes_sheets_and_signatures() -> None:
    assert markdown(PAGE).splitlines() == [
        "# Leaderboard",
        "",
        "- a: one",
        "- command: `harness report 1`",
        "",
        "## Runs",
        "",
        "| run | value | in context |",
        "|---|---|---|",
        "| fast | 0.750 |  |",
        "| \u2068slow \\| بطيء\u2069 | 0.500 | \u2068قبل **بكين** بعد\u2069 |",
        "",
        "below",
        "",
        "above",
        "",
        "## Signatures",
        "",
        "- `s(x=1)|t`",
    ]


def test_a_page_within_a_page_has_lower_headings() -> None:
    lines = markdown(PAGE, level=2).splitlines()
    assert [line for line in lines if line.startswith("#")] == ["## Leaderboard", "### Runs", "### Signatures"]


def test_a_sheet_without_a_caption_or_rows_has_none() -> None:
    assert markdown(Page("T", [], [], [Sheet("", SHEET.columns, SHEET.rows)])).count("#") == 1
    assert "|" not in markdown(Page("T", [], [], [Sheet("nothing changed", SHEET.columns, [])]))


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_makes_a_mark_or_another_cell(text: str) -> None:
    sheet = Sheet(text, [Column(text), Column("b", "name")], [Row([text, Excerpt(text, text, text)])], [text])
    page = markdown(Page(text, [(text, text), ("c", Code(text))], [text], [sheet], [text]))
    page.encode()
    assert "\x1b" not in page
    lines = page.splitlines()
    tables = [line for line in lines if re.match(r"\| ", line)]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in tables] == [3, 3]
    # What is between backticks aside, every mark is behind a backslash.
    outside = [re.sub(r"(`+) ?.*? ?\1(?!`)", "", line) for line in lines]
    marks = [re.sub(r"\\.", "", line).replace("**", "") for line in outside]
    assert not re.search(r"[`*\[\]<>&~$]", "".join(marks))
    # Three headings, three facts and signatures in lists, and no more.
    assert sum(line.startswith("#") for line in lines) == 3
    assert sum(bool(re.match(r"[-+*] |\d+[.)] ", line)) for line in lines) == 3


@given(any_texts(), any_texts())
def test_any_cell_is_one_line_and_one_cell(first: str, second: str) -> None:
    sheet = Sheet("x", [Column("a", "name"), Column("b", "name")], [Row([first, Excerpt(second, first, second)])])
    (row,) = markdown(Page("T", [], [], [sheet])).split("\n")[6:7]
    assert row.startswith("| ")
    assert row.endswith(" |")
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3


def test_code_stands_between_more_backticks_than_it_has() -> None:
    assert "- `a`\n" in markdown(Page("T", [], [], [], ["a"]))
    assert "- ``` a``b` ```\n" in markdown(Page("T", [], [], [], ["a``b`"]))


def test_a_long_sheet_that_is_whole_elsewhere_is_cut() -> None:
    rows = [Row([f"{number}."]) for number in range(ROWS + 1)]
    long = Sheet("all", [Column("n")], rows, elsewhere="compare.json")
    lines = markdown(Page("T", [], [], [long])).splitlines()
    assert f"| {ROWS - 1}. |" in lines
    assert f"| {ROWS}. |" not in lines
    assert f"The first {ROWS} of {ROWS + 1}; compare.json has all." in lines


def test_a_brief_page_keeps_the_sheets_that_fit() -> None:
    page = Page("T", [], [], [SHEET, Sheet("More", SHEET.columns, SHEET.rows)], ["s|t"])
    assert "elsewhere.html" in brief(page, "elsewhere.html")
    assert brief(page, "x").count("## ") == 2
    long = Sheet("long", [Column("run", "name")], [Row(["x" * BRIEF])])
    short = brief(Page("T", [], [], [*page.sheets, long]), "elsewhere.html")
    assert "1 more in elsewhere.html" in short
    assert len(short) <= BRIEF
    assert "## long" not in short
    # What is said above the tables stays, whatever they take.
    assert brief(Page("T", [("best", "a")], [], [long]), "x.html") == "# T\n\n- best: a\n\n1 more in x.html\n"
    assert brief(Page("x" * BRIEF, [], [], [long]), "elsewhere.html") == "elsewhere.html"
    assert brief(page, Link("a_b.html", "#/a/b.html")).endswith("\n[a_b.html](#/a/b.html)\n")
