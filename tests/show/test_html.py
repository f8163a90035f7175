"""Pages as HTML: whole, escaped, right to left where Arabic stands, with nothing from elsewhere."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from harness.show.html import ROWS, html, html_table, is_long
from harness.show.sheet import Code, Column, Excerpt, Link, Page, Row, Sheet
from tests.show.hostile import TEXTS
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


RUNS = Sheet(
    "Runs",
    [Column("rank"), Column("run", "name"), Column("group", "words")],
    [Row(["1", "fast", "a"]), Row(["2", "slow | بطيء", "b"], "muted")],
    ["below"],
    key=1,
)
PAGE = Page("Leaderboard", [("a", "one"), ("command", Code("harness report"))], ["above"], [RUNS], ["s|t"])


def excerpts(*texts: str) -> Sheet:
    columns = [Column("right", "words"), Column("in context", "words"), Column("document", "name")]
    return Sheet(
        "Disputes",
        columns,
        [Row(["a", Excerpt("قبل ", text, " بعد"), "خبر"]) for text in texts],
        elsewhere="compare.json",
    )


def test_arabic_stands_isolated_in_cells_that_run_right_to_left() -> None:
    read = Read(html(replace(PAGE, sheets=[excerpts("بكين")])))
    (cell,) = [one for one in read.all("td") if "dir" in one]
    assert cell == {"dir": "rtl", "lang": "ar"}
    assert read.texts["mark"] == ["بكين"]
    assert "قبل بكين بعد" in read.texts["bdi"]
    assert "خبر" in read.texts["bdi"]


def test_tables_have_captions_and_headings_have_scopes() -> None:
    read = Read(html(replace(PAGE, sheets=[RUNS, excerpts("بكين")])))
    assert len(read.all("table")) == len(read.all("caption")) == 2
    assert {one["scope"] for one in read.all("th")} == {"col", "row"}
    # A row's heading is the run, wherever it stands.
    rows = [text for text, one in zip(read.texts["th"], read.all("th"), strict=True) if one["scope"] == "row"]
    assert [row.strip() for row in rows] == ["fast", "slow | بطيء", "a"]
    assert [row.get("class") for row in read.all("tr")[1:3]] == [None, "muted"]


def test_facts_notes_and_signatures_stand_around_the_sheets() -> None:
    read = Read(html(PAGE))
    assert read.texts["dt"] == ["a", "command"]
    assert read.texts["dd"] == ["one", "harness report"]
    assert read.texts["code"] == ["harness report", "s|t"]
    assert read.texts["p"] == ["above", "below"]
    assert "Signatures" not in html(replace(PAGE, signatures=()))


def test_a_folded_sheet_waits_to_be_opened() -> None:
    assert Read(html(replace(PAGE, sheets=[replace(RUNS, folded=True)]))).texts["summary"] == ["Runs"]
    assert "<details>" not in html(PAGE)


def test_a_page_needs_nothing_from_elsewhere() -> None:
    page = html(PAGE)
    read = Read(page)
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in read.found}
    assert not [attributes for _, attributes in read.found if {"src", "href"} & attributes.keys()]
    assert not re.search(r"url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in read.all("meta")


def test_rows_can_be_chosen_by_a_script_that_the_policy_names() -> None:
    chosen = replace(excerpts("بكين"), filters=("right", "document"))
    page = html(replace(PAGE, sheets=[chosen]))
    read = Read(page)
    assert [one["data-column"] for one in read.all("select")] == ["0", "2"]
    digest = base64.b64encode(hashlib.sha256(read.texts["script"][0].encode()).digest()).decode()
    (policy,) = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    # A table in someone else's page has no script.
    assert "select" not in html_table(chosen)


def test_a_link_leads_to_what_lies_beside_the_page() -> None:
    rows = Sheet("caption", [Column("run", "name")], [Row([Link("خبر <1>", "report.html#d0")])])
    read = Read(html(replace(PAGE, facts=[("report", Link("side by side", "report.html"))], sheets=[rows])))
    assert [one["href"] for one in read.all("a")] == ["report.html", "report.html#d0"]
    assert read.texts["a"] == ["side by side", "خبر <1>"]


@given(any_texts(), any_texts())
@settings(max_examples=60)
def test_every_text_is_escaped(text: str, name: str) -> None:
    cell = Sheet("caption", [Column("run", "name")], [Row([name])])
    read = Read(html(replace(PAGE, facts=[("a", text)], sheets=[cell, excerpts(text)])))
    assert [tag for tag, _ in read.found].count("mark") == 1
    assert read.texts["mark"] == [text]
    assert name in read.texts["bdi"]
    assert not {"script", "b", "i"} & {tag for tag, _ in read.found}


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_a_tag_wherever_it_stands(text: str) -> None:
    sheet = Sheet(text, [Column(text), Column("b")], [Row([text, Excerpt(text, text, text)])], [text], folded=True)
    page = html(Page(text, [(text, text), ("c", Code(text))], [text], [sheet], [text]))
    page.encode()
    plain = html(replace(PAGE, sheets=[replace(excerpts("x"), notes=["y"], folded=True)]))
    assert {tag for tag, _ in Read(page).found} <= {tag for tag, _ in Read(plain).found}
    if "\udcff" not in text:
        read = Read(page)
        assert read.texts["title"] == read.texts["h1"] == read.texts["mark"] == read.texts["summary"] == [text]
        assert read.texts["dd"] == [text, text]
        assert read.texts["p"] == [text, text]
        assert read.all("div")[0]["aria-label"] == text


def test_a_long_sheet_that_is_whole_elsewhere_is_cut() -> None:
    read = Read(html(replace(PAGE, sheets=[excerpts(*["بكين"] * (ROWS + 1))])))
    assert len(read.all("mark")) == ROWS
    assert f"The first {ROWS} of {ROWS + 1}; compare.json has all." in read.texts["p"]


def test_a_table_alone_is_a_part_of_a_page() -> None:
    table = html_table(RUNS)
    assert [tag for tag, _ in Read(table).found][:2] == ["div", "table"]
    assert table in html(PAGE)


def test_only_words_longer_than_any_of_ours_may_be_broken() -> None:
    long, short = "model_" * 5, "a1-diplomatic-solutions/entities_strict_char word"
    assert is_long(long)
    assert not is_long(short)
    page = html_table(Sheet("", [Column("run", "name")], [Row([long]), Row([short])]))
    assert re.findall(r'<bdi class="long">(.*?)</bdi>', page) == [long]


def test_a_table_of_many_columns_is_marked_as_one_for_wide_windows() -> None:
    def box(number: int) -> str:
        return html_table(Sheet("", [Column("n")] * number, [Row(["1"] * number)])).split(">")[0]

    assert 'class="wide sheet"' in box(7)
    assert 'class="wide sheet many"' in box(8)
