"""The page for reviewers in a real browser: by keyboard alone, from the first item to the saved file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.curate.decisions import canonical
from harness.curate.review.page import page, page_data
from harness.curate.reviews import Reviewed, open_reviewed, read_review
from harness.curate.tasks import curate
from harness.data import codec
from harness.data.types import Annotation, Claim, Document, Entity, Example, Sentence, Span
from harness.datasets.gold import GoldStandard
from tests.browser import CONTRAST, Seen, launched, opened
from tests.conftest import Harness
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, decision, with_entity, write_release

pytest.importorskip("playwright.sync_api")

FAMILY = "\U0001f469\u200d\U0001f467\u200d\U0001f466"
TEXT = (
    f"قال الوزيرُ سامي النَّجَّارُ {FAMILY} في بيروت إن اليابان ربحت أمس.\n"
    "</script><img src=x onerror=document.title='hit'> \u202eعكس.\n"
    "زار طوكيو 🎌.\n"
)
HOSTILE = "</script><script>document.title='hit'</script><img src=x onerror=alert(1)> \u202eعكس"


def at(part: str) -> Span:
    start = TEXT.index(part)
    return Span(start, start + len(part))


def gold_of(folder: Path) -> GoldStandard:
    """Eleven items: seven mentions, a claim, three sentences. One mention ends a letter too early."""
    lines = [line for line in TEXT.split("\n") if line]
    values = {"quote": "indirect", "polarity": "affirms", "certainty": "asserted"}
    gold = Annotation(
        (
            Entity(*at("الوزيرُ"), "OCC"),
            Entity(*at("سامي"), "PERS"),
            Entity(*at("النَّجَّا"), "PERS"),
            Entity(*at("بيروت"), "GPE"),
            Entity(*at("اليابان"), "GPE"),
            Entity(*at("img"), "PRODUCT"),
            Entity(*at("عكس"), "PERS"),
        ),
        (Claim(at("اليابان ربحت"), at("قال"), at("الوزيرُ سامي"), "سامي النجار", values),),
        tuple(Sentence(*at(line), "CFS") for line in lines),
    )
    (folder / "v1").mkdir(parents=True)
    codec.write_examples(folder / "v1" / "gold.jsonl", [Example(Document("one", TEXT), gold)])
    rules = "## E · Entities\n\n| id | rule |\n|---|---|\n| E1 | a person |\n| E4 | a place |\n| C8 | </script><b>x |\n"
    (folder / "guidelines.md").write_text(rules, encoding="utf-8")
    (folder / "v1" / "speakers.json").write_text('{"سامي النجار": []}', encoding="utf-8")
    return GoldStandard("v1", str(folder))


def made(folder: Path, reviewed: Reviewed, version: GoldStandard) -> Path:
    path = folder / "review-Nour.html"
    path.write_text(page(page_data(reviewed, version.folder, "Nour")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of this module."""
    with launched() as browser:
        yield browser


def press(seen: Seen, *keys: str) -> None:
    for key in keys:
        seen.page.keyboard.press(key)


def reasons(seen: Seen, rule: str, note: str) -> None:
    """From the last field of an item on: its rules, then past the list of rules the reason; then apply."""
    seen.page.keyboard.press("ControlOrMeta+a")
    seen.page.keyboard.type(rule)
    press(seen, "Tab", "Tab")
    seen.page.keyboard.type(note)
    press(seen, "Control+Enter")


def text_of(seen: Seen, selector: str) -> str:
    return str(seen.page.evaluate("(selector) => document.querySelector(selector).textContent", selector))


def saved(seen: Seen, folder: Path) -> Path:
    with seen.page.expect_download() as waiting:
        press(seen, "s")
    path = folder / str(waiting.value.suggested_filename)
    waiting.value.save_as(path)
    return path


def test_twelve_items_are_reviewed_by_keyboard_alone_and_read_back(chromium: Any, tmp_path: Path) -> None:
    version = gold_of(tmp_path / "gold")
    reviewed = open_reviewed(version)
    path = made(tmp_path, reviewed, version)
    seen = opened(chromium, path)
    assert text_of(seen, "#title") == "sentence 1 of 11"
    press(seen, "n", "a")  # the mention comes after its sentence
    press(seen, "p", "p", "a")
    assert text_of(seen, "#done") == "2 of 11 items"
    assert text_of(seen, "mark.item") == "سامي"
    press(seen, "x")
    assert seen.focused() == "rules"
    press(seen, "Control+Enter")
    assert "A rule is missing" in text_of(seen, "#problem")
    reasons(seen, "E1", HOSTILE)
    # A letter with two marks, the blank, and an emoji of five code points: a key each; one back and forth again.
    press(seen, "c")
    assert text_of(seen, "#stretch-mention mark") == "النَّجَّا"
    for wanted in ("النَّجَّارُ", "النَّجَّارُ ", f"النَّجَّارُ {FAMILY}"):
        press(seen, "ArrowLeft")
        assert text_of(seen, "#stretch-mention mark") == wanted
    press(seen, "ArrowRight", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowRight", "Shift+Control+ArrowRight")
    assert text_of(seen, "#stretch-mention mark") == f"سامي النَّجَّارُ {FAMILY}"
    press(seen, *["Tab"] * 7)
    reasons(seen, "E1", "the whole name")
    # The type alone.
    press(seen, "c", *["Tab"] * 6, "ArrowDown", "Tab")
    reasons(seen, "E4 E1", "no state")
    press(seen, "f")
    reasons(seen, "E4", "unsure")
    # A claim: its content by a word more, its polarity, the source away.
    assert text_of(seen, "#title").startswith("claim")
    press(seen, "c", "Control+ArrowLeft")
    assert text_of(seen, "#stretch-content mark") == "اليابان ربحت أمس."
    press(seen, "ArrowRight")
    press(seen, *["Tab"] * 18)
    press(seen, "Space")
    press(seen, "Tab", "Tab", "Tab", "ArrowDown", "Tab", "Tab")
    reasons(seen, "C8", "denied")
    # A sentence; then the rest.
    press(seen, "c", "ArrowDown", "Tab")
    reasons(seen, "E1", "unimportant")
    press(seen, "a", "a", "a")
    assert text_of(seen, "#done") == "11 of 11 items, 1 of them flagged"
    # A missing mention in the last sentence.
    press(seen, "m", "ArrowDown")
    assert text_of(seen, "#stretch-mention mark") == "طوكيو"
    press(seen, *["Tab"] * 6, *["ArrowDown"] * 3, "Tab")
    reasons(seen, "E4", "a city")
    assert text_of(seen, "#done") == "11 of 11 items, 1 of them flagged, 1 added"

    verdicts = read_review(saved(seen, tmp_path), reviewed)
    told = {(one.verdict, json.loads(one.item or one.to or "")["text"]) for one in verdicts if one.layer == "entities"}
    assert told == {
        ("accept", "الوزيرُ"), ("exclude", "سامي"), ("change", "النَّجَّا"), ("change", "بيروت"), ("flag", "اليابان"),
        ("accept", "img"), ("accept", "عكس"), ("add", "طوكيو"),
    }  # fmt: skip
    to = {one.item: json.loads(one.to) for one in verdicts if one.to is not None}
    name = next(item for item in to.values() if FAMILY in item.get("text", ""))
    assert (name["start"], name["end"]) == (at("سامي").start, at(FAMILY).end)
    assert [item["type"] for item in to.values() if item.get("text") == "بيروت"] == ["LOC"]
    assert [item["type"] for item in to.values() if item.get("text") == "طوكيو"] == ["GPE"]
    claim = next(item for item in to.values() if "content" in item)
    assert (claim["content"]["text"], claim["polarity"], claim["source"]) == ("اليابان ربحت أمس", "denies", None)
    assert [item["label"] for item in to.values() if "label" in item] == ["UFS"]
    assert [(one.verdict, one.layer) for one in verdicts if one.layer == "sentences"].count(
        ("accept", "sentences")
    ) == 2
    assert next(one.note for one in verdicts if one.verdict == "exclude") == HOSTILE

    # What was said is still there, and is text.
    seen.page.reload()
    assert text_of(seen, "#done") == "11 of 11 items, 1 of them flagged, 1 added"
    press(seen, "n", "n")
    assert HOSTILE in text_of(seen, "#facts")
    assert seen.page.evaluate("document.querySelectorAll('img, b, main script').length") == 0
    assert "<img src=x onerror" in text_of(seen, "#text")
    assert seen.page.title() == "Review of v1 by Nour"
    assert seen.said == []
    assert [url for url in seen.asked if not url.startswith(("file:", "blob:"))] == []


def test_undo_filters_and_a_saved_file(chromium: Any, tmp_path: Path) -> None:
    version = gold_of(tmp_path / "gold")
    reviewed = open_reviewed(version)
    path = made(tmp_path, reviewed, version)
    seen = opened(chromium, path)
    press(seen, "a", "a", "u")
    assert text_of(seen, "#done") == "1 of 11 items"
    assert text_of(seen, "#title") == "mention 2 of 11"
    # With an Arabic layout the key of a is another letter.
    seen.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ش', code: 'KeyA', bubbles: true}))"
    )
    assert text_of(seen, "#done") == "2 of 11 items"
    seen.page.select_option("#by-layer", "claims")
    assert text_of(seen, "#title") == "claim 1 of 1"
    seen.page.select_option("#by-layer", "")
    seen.page.select_option("#by-state", "accept")
    assert text_of(seen, "#title") == "sentence 1 of 2"
    file = saved(seen, tmp_path)
    assert len(read_review(file, reviewed)) == 2
    # Another window knows nothing of it until the file is loaded.
    other = opened(chromium, path)
    assert text_of(other, "#done") == "0 of 11 items"
    other.page.set_input_files("#load", file)
    other.until("document.getElementById('done').textContent === '2 of 11 items'")
    wrong = file.read_text(encoding="utf-8").replace(reviewed.sha256, "0" * 64)
    file.write_text(wrong, encoding="utf-8")
    other.page.set_input_files("#load", file)
    other.until("document.getElementById('said').textContent.includes('another version')")


def test_a_selected_stretch_is_added_by_whole_letters(chromium: Any, tmp_path: Path) -> None:
    version = gold_of(tmp_path / "gold")
    path = made(tmp_path, open_reviewed(version), version)
    seen = opened(chromium, path)
    # From within the emoji to before the mark of the next letter but one.
    seen.page.evaluate("""() => {
      const piece = [...document.querySelectorAll("#text > *")].find((one) => one.textContent.includes("\\u{1f469}"));
      const node = piece.firstChild, start = node.data.indexOf("\\u{1f467}");
      getSelection().setBaseAndExtent(node, start, node, node.data.indexOf("\\u0628\\u064a") - 1);
    }""")
    press(seen, "m")
    assert text_of(seen, "#stretch-mention mark") == f"{FAMILY} في"
    # What was selected for one item is not taken for the next.
    press(seen, "Escape", "n")
    seen.page.evaluate("getSelection().removeAllRanges()")
    press(seen, "m")
    assert text_of(seen, "#stretch-mention mark") == "الوزيرُ"


def test_a_browser_that_keeps_nothing_says_so(chromium: Any, tmp_path: Path) -> None:
    version = gold_of(tmp_path / "gold")
    path = made(tmp_path, open_reviewed(version), version)
    seen = opened(chromium, path)
    assert "kept in this browser" in text_of(seen, "#storage")
    seen.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('none'); }")
    seen.page.reload()
    assert "save the file" in text_of(seen, "#storage")
    press(seen, "a")
    assert text_of(seen, "#done") == "1 of 11 items"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_and_fits_a_phone(chromium: Any, tmp_path: Path, scheme: str) -> None:
    version = GoldStandard()
    path = made(tmp_path, open_reviewed(version), version)
    seen = opened(chromium, path, color_scheme=scheme, viewport={"width": 390, "height": 844})
    press(seen, "n", "n", "c")
    assert text_of(seen, "#title").startswith("claim")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    found = seen.page.evaluate(CONTRAST)
    assert found["low"] == []
    assert found["seen"] > 50
    unnamed = """[...document.querySelectorAll("button, input, select, textarea")]
      .filter((one) => one.checkVisibility() && !one.labels?.length && !one.textContent.trim()).map((one) => one.id)"""
    assert seen.page.evaluate(unnamed) == []
    press(seen, "Escape")
    assert seen.focused() == "card"


def test_a_page_of_300_documents_reacts_at_once(chromium: Any, tmp_path: Path) -> None:
    version = GoldStandard("newswire-v1")
    path = made(tmp_path, open_reviewed(version), version)
    seen = opened(chromium, path)
    assert text_of(seen, "#done") == "0 of 1922 items"
    took = seen.page.evaluate("performance.timing.domContentLoadedEventEnd - performance.timing.responseStart")
    started = "window.began = performance.now()"
    seen.page.evaluate(started)
    press(seen, *["a"] * 20)
    each = seen.page.evaluate("(performance.now() - window.began) / 20")
    assert text_of(seen, "#done") == "20 of 1922 items"
    # Far above what it takes, for a busy machine.
    assert (took < 5000, each < 1000) == (True, True), (took, each)


def test_disputed_items_come_first_and_suggested_ones_next(harness: Harness, tmp_path: Path) -> None:
    first = DOCUMENTS[0]
    folder = write_release(
        tmp_path / "gold" / "v1", {"a": with_entity(EXTRA), "b": AGREED}, [decision(first, EXTRA, "exclude")]
    )
    harness("curate", "build", f"root={tmp_path}/gold")
    version = GoldStandard("v1", str(tmp_path / "gold"))
    reviewed = open_reviewed(version)
    item = reviewed.items[DOCUMENTS[1].id, "entities"][-1]
    suggestions = tmp_path / "suggestions.jsonl"
    line = {"document": DOCUMENTS[1].id, "layer": "entities", "item": json.loads(item), "why": "a <b>"}
    missing = json.loads(item) | {"type": "PRODUCT"}
    suggestions.write_text(f"{json.dumps(line)}\n{json.dumps(line | {'item': missing})}", encoding="utf-8")
    data = page_data(reviewed, folder, "Nour", suggestions=suggestions)
    states = [shown["state"] for shown in data["items"]]
    assert states == sorted(states, key=["disputed", "suggested", "agreed"].index)
    disputed = data["items"][0]
    (rival,) = disputed["rivals"]
    assert (rival["item"]["start"], rival["passes"], rival["decision"]["note"]) == (EXTRA.start, ["a"], "because")
    suggested = data["items"][states.index("suggested")]
    assert (canonical("entities", suggested["item"], reviewed.schema), suggested["why"]) == (item, ["a <b>"])
    assert [(rival["item"], rival["why"]) for rival in suggested["rivals"]] == [(missing, ["a <b>"])]
    assert "a \\u003cb\\u003e" in page(data)
    assert sum(map(len, reviewed.items.values())) == len(states)


def test_what_was_left_out_is_added_as_it_is(chromium: Any, tmp_path: Path) -> None:
    write_release(tmp_path / "v1", {"a": with_entity(EXTRA), "b": AGREED}, [decision(DOCUMENTS[0], EXTRA, "exclude")])
    version = GoldStandard("v1", str(tmp_path))
    curate("build", version, None)
    reviewed = open_reviewed(version)
    seen = opened(chromium, made(tmp_path, reviewed, version))
    seen.page.get_by_role("button", name="add this one").press("Enter")
    seen.page.focus("#rules")
    reasons(seen, "E1", "because")
    (verdict,) = read_review(saved(seen, tmp_path), reviewed)
    start, end, kind, _ = EXTRA
    assert (verdict.verdict, json.loads(verdict.to or "")) == (
        "add", {"start": start, "end": end, "text": DOCUMENTS[0].text[start:end], "type": kind},
    )  # fmt: skip


def test_what_only_some_passes_have_is_decided_with_a_reason(chromium: Any, tmp_path: Path) -> None:
    write_release(tmp_path / "v1", {"a": with_entity(EXTRA), "b": AGREED})
    version = GoldStandard("v1", str(tmp_path))
    reviewed = open_reviewed(version)
    seen = opened(chromium, made(tmp_path, reviewed, version))
    press(seen, "a")
    assert seen.focused() == "rules"
    reasons(seen, "E1", "because")
    press(seen, "a")
    assert [(verdict.verdict, verdict.note) for verdict in read_review(saved(seen, tmp_path), reviewed)] == [
        ("accept", "because"),
        ("accept", ""),
    ]


def test_the_command_writes_the_page_and_says_what_is_missing(harness: Harness, tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    write_release(folder / "v1", {"a": with_entity(EXTRA), "b": AGREED})
    named = ("curate", "review", f"root={folder}", f"out={tmp_path}/out")
    found = harness(*named, "reviewer=Nour", f"documents=[{DOCUMENTS[0].id}]")
    assert found.code == 0, found
    assert (tmp_path / "out" / "review-Nour.html").is_file()
    assert "1 disputed" in found.out
    for more, message in {
        (): "reviewer: found null",
        ("reviewer=a/b",): "reviewer: found",
        ("reviewer=Nour", "documents=[none]"): "documents: found",
    }.items():
        refused = harness(*named, *more)
        assert refused.code == 2
        assert message in refused.err
