"""The page in a real browser: Debian's Chromium, headless, without a network."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.comparison.sheets import comparison_page
from harness.data.types import Annotation, Document, Entity, Prediction
from harness.reporting.answers import answers_page
from harness.reporting.page import Report
from harness.show.html import html
from tests.browser import CONTRAST, Seen, launched, opened
from tests.reporting.made import erring, perfect, report_of, run_of
from tests.samples import EXAMPLES

pytest.importorskip("playwright.sync_api")

# Words in tables and legends that stand on more than one line: of all of digits none may, of others those may that are
# too long for a column. After a hyphen or a slash a line may end.
BROKEN = """() => {
  const broken = [];
  let seen = 0;
  for (const holder of document.querySelectorAll("table, dl, nav")) {
    const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.checkVisibility()) continue;
      const turned = getComputedStyle(node.parentElement).writingMode !== "horizontal-tb";
      for (const match of node.data.matchAll(/\\S+/gu)) {
        const number = /^[(+-]*[0-9]/.test(match[0]);
        for (const part of number ? [match] : match[0].matchAll(/[^\\/–-]+/gu)) {
          if (part[0].length > 20) continue;
          const start = number ? match.index : match.index + part.index, range = document.createRange();
          range.setStart(node, start); range.setEnd(node, start + part[0].length);
          const places = [...range.getClientRects()].map((box) => (turned ? box.left : box.top));
          if (!places.length) continue;
          seen += 1;
          if (Math.max(...places) - Math.min(...places) > 4) broken.push(`${part[0]} in ${match[0]}`);
        }
      }
    }
  }
  return { broken, seen };
}"""

OPEN = "document.querySelectorAll('details').forEach(details => { details.open = true; })"

CUT_CAPTIONS = """[...document.querySelectorAll("caption")]
  .filter((caption) => (caption.firstElementChild ?? caption).getBoundingClientRect().right > innerWidth)
  .map((caption) => caption.textContent)"""


# Whether a part of the page stands at the top of the window, or the page cannot be scrolled any further.
STARTS = """(() => {{
  const top = document.getElementById("{}").getBoundingClientRect().top;
  return top > -2 && (top < 60 || Math.abs(scrollY + innerHeight - document.documentElement.scrollHeight) < 2);
}})()"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of this module."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages about one run and about two, as files."""
    folder = tmp_path_factory.mktemp("pages")
    a, b = run_of(folder / "a", erring()), run_of(folder / "b", perfect())
    found: dict[str, Report] = {"one": report_of(a), "two": report_of(a, b)}
    for name, report in found.items():
        (folder / f"{name}.html").write_text(report.html, encoding="utf-8")
    comparison = found["two"].comparison
    assert comparison is not None
    (folder / "compare.html").write_text(html(comparison_page(comparison)), encoding="utf-8")
    answered = [(example.document, prediction) for example, prediction in zip(EXAMPLES, erring(), strict=True)]
    (folder / "answers.html").write_text(answers_page("rules: نصوص", answered), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in (*found, "compare", "answers")}


@pytest.mark.parametrize("name", ["one", "two", "answers"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_loads_alone_and_can_be_read(chromium: Any, pages: dict[str, Path], name: str, scheme: str) -> None:
    seen = opened(chromium, pages[name], color_scheme=scheme)
    seen.page.evaluate("document.querySelectorAll('.document').forEach(one => one.style.contentVisibility = 'visible')")
    found = seen.page.evaluate(CONTRAST)
    assert found["low"] == []
    assert found["seen"] > (50 if name == "answers" else 200)
    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 28)"
    )


def test_arabic_runs_right_to_left_and_letters_join(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    # Of document 0: a title, then a name, then a city, each a mention of its own.
    boxes = [seen.page.locator(f"#d0eg-{number}").bounding_box() for number in (0, 1, 2)]
    assert boxes[0]["x"] > boxes[1]["x"] > boxes[2]["x"]
    # ولبنان: the mention begins inside the word, and the word is as wide as without it.
    widths = seen.page.evaluate("""() => {
      const cell = document.getElementById("d3eg-2").closest("p");
      const plain = document.createElement("span");
      plain.textContent = "ولبنان"; cell.append(plain);
      const mark = document.getElementById("d3eg-2"), before = mark.previousSibling, range = document.createRange();
      range.setStart(before, before.data.length - 1); range.setEnd(mark.firstChild, mark.firstChild.data.length);
      const parts = [...range.getClientRects()].map((one) => one.width);
      return [plain.getBoundingClientRect().width, parts.reduce((sum, one) => sum + one)];
    }""")
    assert widths[1] == pytest.approx(widths[0], abs=1)


def test_gold_and_predictions_stand_side_by_side_and_on_a_phone_below_each_other(
    chromium: Any, pages: dict[str, Path]
) -> None:
    for width, beside in ((1280, True), (360, False)):
        seen = opened(chromium, pages["two"], viewport={"width": width, "height": 800})
        boxes = [one.bounding_box() for one in seen.page.locator("#d0 .entities .line >> nth=0").locator(".cell").all()]
        assert len(boxes) == 3
        assert (boxes[0]["y"] == boxes[1]["y"]) is beside
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [360, 390, 600, 900, 1280])
@pytest.mark.parametrize("name", ["one", "two", "compare", "answers"])
def test_no_word_and_no_number_is_broken_and_no_column_is_lost(
    chromium: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    seen = opened(chromium, pages[name], viewport={"width": width, "height": 740})
    seen.page.evaluate(OPEN)
    found = seen.page.evaluate(BROKEN)
    assert found["seen"] > (5 if name == "answers" else 100)
    assert found["broken"] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # What is wider than the page is in a box that scrolls, and can be reached by keys.
    boxes = seen.page.eval_on_selector_all(
        "table",
        "all => all.map(table => [getComputedStyle(table.parentElement).overflowX, table.parentElement.tabIndex])",
    )
    assert all(box == ["auto", 0] for box in boxes)
    assert seen.page.evaluate(CUT_CAPTIONS) == []


@pytest.mark.parametrize("width", [390, 600, 900, 1280])
def test_no_column_of_a_comparison_is_off_the_screen(chromium: Any, pages: dict[str, Path], width: int) -> None:
    seen = opened(chromium, pages["compare"], viewport={"width": width, "height": 740})
    seen.page.evaluate(OPEN)
    right = seen.page.eval_on_selector_all("td", "all => all.map(cell => cell.getBoundingClientRect().right)")
    assert len(right) > 50
    assert max(right) <= width
    verdicts = seen.page.locator("td[data-label=verdict]").all()
    assert verdicts
    assert all(verdict.is_visible() for verdict in verdicts)


@pytest.mark.parametrize("width", [390, 1280])
def test_headings_of_a_table_are_all_turned_or_none(chromium: Any, pages: dict[str, Path], width: int) -> None:
    seen = opened(chromium, pages["one"], viewport={"width": width, "height": 740})
    seen.page.evaluate(OPEN)
    modes = seen.page.eval_on_selector_all(
        "table",
        """all => all.map(table => [...new Set([...table.querySelectorAll("thead th")]
          .filter(cell => cell.checkVisibility())
          .map(cell => getComputedStyle(cell.querySelector("span") ?? cell).writingMode))])""",
    )
    assert len(modes) > 5
    assert all(len(found) == 1 for found in modes)
    assert any("vertical-rl" in found for found in modes)


def test_a_caption_is_as_wide_as_the_page_allows_not_as_its_table(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    widths = seen.page.eval_on_selector_all(
        "#calibration caption, #confusion caption",
        "all => all.map(one => [one.firstElementChild.offsetWidth, one.closest('table').offsetWidth])",
    )
    assert len(widths) > 1
    assert all(caption == 960 for caption, _ in widths)
    assert any(table < 600 for _, table in widths)
    assert seen.page.evaluate("document.querySelector('#confusion p').offsetWidth > 900")


@pytest.mark.parametrize("name", ["one", "two"])
def test_the_width_of_a_desk_is_used(chromium: Any, pages: dict[str, Path], name: str) -> None:
    seen = opened(chromium, pages[name])
    for table in ("headlines", "types"):
        assert seen.page.locator(f"table.{table}").bounding_box()["width"] > 1200
    folded = seen.page.locator("#measures")
    assert folded.get_attribute("open") is None
    folded.locator("summary").click()
    if name == "one":
        boxes = [box.bounding_box() for box in folded.locator(".wide").all()[:2]]
        assert boxes[0]["y"] == boxes[1]["y"]
        assert boxes[0]["x"] < boxes[1]["x"]


def test_a_wide_window_is_used(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"], viewport={"width": 1920, "height": 1000})
    boxes = [seen.page.locator(f"#{part}").bounding_box() for part in ("types", "confusion", "errors")]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert boxes[0]["x"] < boxes[1]["x"]
    assert boxes[2]["width"] > 1800


def test_an_error_shows_in_what_the_sides_differ(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    # The person was cut short, the speaker is another, a city has a wrong type.
    assert seen.page.locator("#d0e2 .differs").all_inner_texts() == ["سامي "]
    assert seen.page.locator("#d0e5 .differs").all_inner_texts() == ["النجار", "الوزير"]
    assert seen.page.locator("#d0e5 dt").all_inner_texts() == ["claim", "speaker, gold", "speaker, predicted"]
    assert seen.page.locator("#d0e3 .differs").all_inner_texts() == ["GPE", "ORG"]


def test_types_of_another_schema_are_told_apart_by_colour(chromium: Any, tmp_path: Path) -> None:
    found = Annotation((Entity(0, 4, "GPE"), Entity(5, 8, "مرض <1>"), Entity(9, 12, 'Dr. "x"')))
    page = answers_page("own", [(Document("a", "بكين سعل نزف"), Prediction("a", found))])
    (tmp_path / "own.html").write_text(page, encoding="utf-8")
    seen = opened(chromium, tmp_path / "own.html")
    colours = seen.page.eval_on_selector_all(
        "mark[id]", "all => all.map(one => getComputedStyle(one).borderBottomColor)"
    )
    # Those of people and of places, and not the one of what has none.
    assert colours[1:] == ["rgb(122, 59, 0)", "rgb(20, 96, 47)"]


def test_what_two_runs_dispute_can_be_chosen(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["compare"])
    form = seen.page.locator("form.filters").first
    rows = "form.filters + .wide >> nth=0 >> tbody tr"
    every = seen.page.locator(rows).count()
    # A misses or mistakes four mentions of document 0 and both of the document that failed; B is right in all.
    assert form.locator("output").inner_text() == f"{every} rows"
    form.locator("select").nth(1).select_option("GPE")
    shown = [row for row in seen.page.locator(rows).all() if row.is_visible()]
    assert 0 < len(shown) < every
    assert {row.locator("td").first.inner_text() for row in shown} == {"GPE"}
    assert form.locator("output").inner_text() == f"{len(shown)} of {every} rows"
    form.locator("select").nth(0).select_option("b")
    assert form.locator("output").inner_text() == f"{len(shown)} of {every} rows"
    form.locator("button").click()
    seen.until(f"document.querySelector('output').textContent === '{every} rows'")
    assert seen.said == []


def test_filters_keep_what_they_name(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    every = seen.page.locator(".error").count()
    # Document 0 has six errors, the document that failed one mention, one claim and one sentence.
    assert every == 9
    chosen = {"kind": ("missed", 4), "type": ("PERS", 1), "document": ("وثيقة-4", 3), "scorer": ("claims", 2)}
    for name, (value, left) in chosen.items():
        seen.page.select_option(f"select[name={name}]", value)
        assert seen.hidden(".error").count(False) == left
        assert seen.page.locator("#count").inner_text() == f"{left} of 9 errors"
        if name == "document":
            assert seen.hidden(".document") == [True, True, True, True, False, True]
        seen.page.click("button[type=reset]")
        seen.until("document.getElementById('count').textContent === '9 errors'")
    seen.page.select_option("select[name=kind]", "missed")
    seen.page.select_option("select[name=layer]", "entities")
    assert seen.hidden(".error").count(False) == 2


def test_two_runs_are_told_apart(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["two"])
    seen.page.select_option("select[name=shared]", "both")
    assert seen.hidden(".error").count(False) == 0
    seen.page.select_option("select[name=shared]", "A")
    assert seen.hidden(".error").count(False) == 9
    seen.page.select_option("select[name=shared]", "B")
    assert seen.hidden(".error").count(False) == 0


def test_search_knows_one_spelling(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    # Written without hamza and with a vowel mark; stands in a claim of document 1 only, which has no error.
    seen.page.fill("input[type=search]", "اكدت اليَابان")
    assert seen.hidden(".document") == [True, False, True, True, True, True]
    assert seen.hidden(".error").count(False) == 0
    assert seen.hidden("#d1 .entities .line") == [True, False]
    # Across the edge of a mention, whose label is no text.
    seen.page.fill("input[type=search]", "النجار إلى الرباط")
    assert seen.hidden(".document").index(False) == 0


def test_keys_lead_through_the_errors(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    seen.page.keyboard.press("j")
    seen.page.keyboard.press("j")
    assert seen.focused() == "d0e2"
    seen.page.keyboard.press("k")
    assert seen.focused() == "d0e1"
    seen.page.keyboard.press("Enter")
    seen.until("document.activeElement.tagName === 'MARK'")
    seen.page.keyboard.press("e")
    seen.until("document.activeElement.id === 'd0e1'")
    seen.page.keyboard.press("d")
    assert seen.focused() == "d0"
    seen.page.keyboard.press("/")
    assert seen.page.evaluate("document.activeElement.name") == "search"
    seen.page.keyboard.type("jjx")
    assert seen.page.input_value("input[type=search]") == "jjx"
    seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("x")
    assert seen.page.input_value("input[type=search]") == ""
    seen.page.keyboard.press("j")
    seen.page.uncheck("input[name=keys]")
    before = seen.focused()
    seen.page.keyboard.press("j")
    assert seen.focused() == before


def test_everything_can_be_reached_by_tab(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"])
    told = "document.activeElement.name || document.activeElement.hash || document.activeElement.className"
    reached: list[str] = []
    while "#d0e1" not in reached and len(reached) < 100:
        seen.page.keyboard.press("Tab")
        reached.append(seen.page.evaluate(told))
    assert reached[0] == "#errors", "the first stop skips to the errors"
    assert {"search", "kind", "type", "document", "scorer", "wide", "#d0e1"} <= {*reached}


def test_a_link_to_an_error_shows_it_whatever_is_filtered(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"], "#d0e4")
    assert seen.focused() == "d0e4"
    seen.page.select_option("select[name=kind]", "spurious")
    seen.page.click("#d0 .note.type >> nth=0")
    seen.until("document.activeElement.id === 'd0e3'")
    assert seen.page.input_value("select[name=kind]") == ""
    assert seen.page.locator("#d0e3").is_visible()


@pytest.mark.parametrize("size", [(1280, 900), (360, 740)])
@pytest.mark.parametrize("name", ["one", "two"])
def test_the_links_at_the_top_lead_to_the_start_of_each_part(
    chromium: Any, pages: dict[str, Path], name: str, size: tuple[int, int]
) -> None:
    seen = opened(chromium, pages[name], viewport={"width": size[0], "height": size[1]})
    parts = seen.page.eval_on_selector_all("nav a", "all => all.map(one => one.hash.slice(1))")
    assert {"summary", "types", "errors", "documents"} <= {*parts}
    for part in parts:
        seen.page.evaluate("scrollTo(0, 0)")
        seen.page.click(f"nav a[href='#{part}']")
        seen.until(f"document.activeElement.id === {part!r}")
        seen.until(STARTS.format(part))
    # As a link from elsewhere leads there, and to a document.
    for part in ("errors", "d3"):
        opened(chromium, pages[name], f"#{part}").until(STARTS.format(part))


def test_links_work_in_a_page_without_an_address_as_mlflow_shows_its_artifacts(
    chromium: Any, pages: dict[str, Path]
) -> None:
    seen = opened(chromium, pages["one"])
    seen.page.goto("about:blank")
    # The frame of MLflow 3.17.2, server/js/src/experiment-tracking/components/artifact-view-components.
    seen.page.evaluate(
        """html => {
          const frame = document.createElement("iframe");
          frame.setAttribute("sandbox", "allow-scripts");
          frame.style = "width: 1000px; height: 700px";
          frame.src = URL.createObjectURL(new Blob([html], { type: "text/html" }));
          document.body.append(frame);
        }""",
        pages["one"].read_text(encoding="utf-8"),
    )
    frame = seen.page.query_selector("iframe").content_frame()
    frame.wait_for_selector("nav a")
    assert frame.evaluate("location.protocol") == "blob:"
    frame.click("nav a[href='#errors']")
    inside = Seen(frame)
    inside.until("document.activeElement.id === 'errors'")
    inside.until(STARTS.format("errors"))
    frame.click("#d0e1 .place")
    inside.until("document.activeElement.tagName === 'MARK'")
    assert seen.said == []


def test_the_parts_of_a_claim_light_up_together(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["two"])
    seen.page.locator("#d0cg-0").hover()
    lit = seen.page.eval_on_selector_all(".on", "all => all.map(one => one.id)")
    assert {"d0cg-0", "d0cg-0-source", "d0cg-0-cue", "d0cg-0-content", "d0cr0-0", "d0cr1-0-cue"} <= {*lit}


def test_without_scripts_everything_is_shown(chromium: Any, pages: dict[str, Path]) -> None:
    seen = opened(chromium, pages["one"], java_script_enabled=False)
    assert seen.page.locator("#filters").is_hidden()
    assert all(one.is_visible() for one in seen.page.locator(".error").all())
    assert seen.page.locator("#d0eg-0").is_visible()
    assert seen.page.locator("#d5eg-1").is_visible()
