"""Pages as Markdown and HTML: whole, escaped, right to left where Arabic stands, with nothing from elsewhere."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, settings

from harness.comparison.disputes import Dispute
from harness.comparison.pages import BRIEF, HTML_MOST, MARKDOWN_MOST, brief, html, markdown
from harness.comparison.sheets import Disputed, Page, Sheet, leaderboard_page
from tests.comparison.test_sheets import LEADERBOARD
from tests.strategies import any_texts

VOID = {"meta"}


class Read(HTMLParser):
    """The tags of a page with their attributes and the text inside; refuses tags that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in {*self.opened}:
            self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def dispute(text: str, number: int = 0, document: str = "خبر") -> Dispute:
    return Dispute(document, "GPE", number, number + len(text), "قبل ", text, " بعد", "a", {})


def page_of(*disputes: Dispute) -> Page:
    return Page("Comparison", [("a", "one")], (), (), ["s|t"], [Disputed("entities_strict", disputes)])


def test_arabic_stands_isolated_in_cells_that_run_right_to_left() -> None:
    read = Read(html(page_of(dispute("بكين"))))
    (cell,) = [one for one in read.all("td") if "dir" in one]
    assert cell == {"dir": "rtl", "lang": "ar"}
    assert read.texts["mark"] == ["بكين"]
    assert "قبل بكين بعد" in read.texts["bdi"]
    assert "خبر" in read.texts["bdi"]


def test_tables_have_captions_and_headings_have_scopes() -> None:
    page = replace(leaderboard_page(LEADERBOARD), disputed=page_of(dispute("بكين")).disputed)
    read = Read(html(page))
    assert len(read.all("table")) == len(read.all("caption")) == len(page.sheets) + 1
    assert {one["scope"] for one in read.all("th")} == {"col", "row"}
    # A row's heading is the run, wherever it stands.
    rows = [text for text, one in zip(read.texts["th"], read.all("th"), strict=True) if one["scope"] == "row"]
    assert [row.strip() for row in rows] == ["fast", "slow | بطيء"] * 2 + ["a"]


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = html(leaderboard_page(LEADERBOARD))
    read = Read(page)
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in read.found}
    assert not [attributes for _, attributes in read.found if {"src", "href"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in read.all("meta")


@given(any_texts(), any_texts())
@settings(max_examples=60)
def test_every_text_is_escaped(text: str, name: str) -> None:
    cell = Sheet("caption", ("run",), [(name,)])
    page = replace(page_of(dispute(text, document=name)), facts=[("a", text)], sheets=[cell])
    read = Read(html(page))
    assert [tag for tag, _ in read.found].count("mark") == 1
    assert read.texts["mark"] == [text]
    assert name in read.texts["bdi"]
    assert not {"script", "b", "i"} & {tag for tag, _ in read.found}


def test_marks_of_html_and_markdown_are_text() -> None:
    odd = dispute("<script>alert(1)</script>", document='"><b>&amp;')
    read = Read(html(page_of(odd)))
    assert read.texts["mark"] == ["<script>alert(1)</script>"]
    assert '"><b>&amp;' in read.texts["bdi"]
    shown = markdown(page_of(replace(odd, before="a|b\n*c* ")))
    (row,) = [line for line in shown.splitlines() if line.startswith("| a |")]
    assert "\\<script\\>" in row
    assert "a\\|b \\*c\\*" in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


def test_markdown_shows_the_first_disputes_and_says_so() -> None:
    page = page_of(*(dispute("بكين", number) for number in range(MARKDOWN_MOST + 1)))
    lines = markdown(page).splitlines()
    assert sum("**بكين**" in line for line in lines) == MARKDOWN_MOST
    assert f"The first {MARKDOWN_MOST} of {MARKDOWN_MOST + 1}; compare.json has all." in lines
    few = markdown(page_of(dispute("بكين")))
    assert "| a | GPE | \u2068خبر\u2069 | 0–4 | \u2068قبل **بكين** بعد\u2069 |" in few.splitlines()
    assert "The first" not in few


def test_html_shows_more_of_them_and_says_so_too() -> None:
    read = Read(html(page_of(*(dispute("بكين", number) for number in range(HTML_MOST + 1)))))
    assert len(read.all("mark")) == HTML_MOST
    assert f"the first {HTML_MOST}, all are in compare.json" in read.texts["caption"][0]


def test_names_in_markdown_are_isolated_and_numbers_are_not() -> None:
    lines = markdown(leaderboard_page(LEADERBOARD)).splitlines()
    assert "| 1 | fast | 0.750 | 0.500…1.000 | a | – | – | – | – | – | 1234 |" in lines
    assert any(line.startswith("| 2 | \u2068slow \\| بطيء\u2069 | 0.500 |") for line in lines)


def test_a_brief_page_keeps_the_sheets_that_fit() -> None:
    page = leaderboard_page(LEADERBOARD)
    assert "elsewhere.html" in brief(page, "elsewhere.html")
    assert brief(page, "x").count("## ") == len(page.sheets)
    long = Sheet("long", ("run",), [("x" * BRIEF,)])
    short = brief(replace(page, sheets=[*page.sheets, long]), "elsewhere.html")
    assert "1 more in elsewhere.html" in short
    assert len(short) <= BRIEF
    assert "## long" not in short
    assert brief(replace(page, sheets=[long]), "elsewhere.html") == "elsewhere.html"
