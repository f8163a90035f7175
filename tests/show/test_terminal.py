import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from harness.show import terminal
from harness.show.sheet import Column, Excerpt, Row, Sheet, one_line, printable
from tests.show.hostile import TEXTS

SHEET = Sheet(
    "قواعد on v1",
    [Column("scorer", "words"), Column("measure", "words"), Column("agreement", short="agree"), Column("run", "name")],
    [
        Row(["strict, word view", "micro/f1", "0.500", "خبر"]),
        Row(["strict, word view", "frequent 0.250", "", ""], "muted"),
        Row(["claims", "relation/f1", "–", "x"]),
    ],
    ["a note"],
    heads=1,
)


@given(st.text())
def test_text_that_is_not_latin_stands_between_isolates(text: str) -> None:
    shown = terminal.isolate(text)
    if text.isascii():
        assert shown == text
    else:
        assert [unicodedata.bidirectional(char) for char in (shown[0], shown[-1])] == ["FSI", "PDI"]
        assert shown[1:-1] == text


def test_what_a_group_of_rows_is_about_stands_once_above_them() -> None:
    assert [line.rstrip() for line in terminal.drawn(SHEET).splitlines()] == [
        "قواعد on v1",
        "measure            agree  run",
        "─────────────────────────────",
        "strict",
        "word view",
        " micro/f1          0.500  \u2068خبر\u2069",
        "   frequent 0.250",
        "",
        "claims",
        " relation/f1           –  x",
        "a note",
    ]


def test_cells_move_together_before_they_are_broken() -> None:
    wide = Sheet("", [Column("name", "name"), *[Column("n")] * 3], [Row(["x" * 30, "0.500", "0.500", "0.500"])])
    assert f"{'x' * 30}  0.500  0.500  0.500" in terminal.drawn(wide, 51)
    assert f"{'x' * 30} 0.500 0.500 0.500" in terminal.drawn(wide, 50)
    assert "0.500 0.500 0.500" in terminal.drawn(wide, 40)
    assert terminal.drawn(wide, 40).count("x") == 30


def test_muted_rows_are_grey_and_others_have_the_tone_in_their_first_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row(["lost", "x"], "bad"), Row(["base", "y"], "muted"), Row(["same", "z"])]
    console = Console(width=80, force_terminal=True, color_system="standard", legacy_windows=False)
    monkeypatch.setattr(terminal, "Console", lambda **_: console)
    with console.capture() as captured:
        terminal.show(Sheet("", [Column("a", "words"), Column("b", "words")], rows))
    bad, muted, plain = captured.get().splitlines()[-3:]
    assert "\x1b[31mlost\x1b[0m" in bad
    assert "\x1b[31mx" not in bad
    assert "\x1b[90mbase" in muted
    assert "\x1b[90my" in muted
    assert "\x1b" not in plain


def test_a_sheet_that_is_whole_elsewhere_is_cut() -> None:
    long = Sheet("", [Column("n")], [Row([f"{number}."]) for number in range(terminal.ROWS + 1)], elsewhere="all.json")
    shown = terminal.drawn(long)
    assert f"{terminal.ROWS - 1}." in shown
    assert f"{terminal.ROWS}." not in shown
    assert f"The first {terminal.ROWS} of {terminal.ROWS + 1}; all.json has all." in shown


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_markup(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = printable(text).expandtabs()
    terminal.say(text)
    terminal.warn(text)
    captured = capsys.readouterr()
    assert captured.out == f"{said}\n"
    assert captured.err == f"warning: {said}\n"
    everywhere = Sheet(
        text,
        [Column("scorer", "words"), Column(text, "name"), Column("x", "words", short=text), Column("in", "words")],
        [Row([text, text, text, Excerpt(text, text, text)], "bad")],
        [text],
        heads=1,
    )
    shown = terminal.drawn(everywhere, 400)
    assert "\x1b" not in shown
    # Caption, note, two headings, one head, two cells, and three times in context.
    assert shown.count(printable(text)) + shown.count(one_line(text)) >= 10
    shown.encode()


@pytest.mark.parametrize("text", TEXTS)
def test_a_progress_bar_says_what_it_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(width=200, force_terminal=True, file=io.StringIO(), _environ={"TERM": "xterm"})
    monkeypatch.setattr(terminal, "Console", lambda **_: console)
    assert list(terminal.track_progress(iter("abc"), 3, text)) == ["a", "b", "c"]
    assert one_line(text) in console.file.getvalue()  # type: ignore[attr-defined]


def test_progress_passes_values_on_and_is_silent_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    assert list(terminal.track_progress(iter("abc"), 3, "work")) == ["a", "b", "c"]
    assert stream.getvalue() == ""


def test_each_line_of_a_wrapped_cell_keeps_its_arabic_to_itself() -> None:
    row = Row(("وزير الخارجية النرويجي أولاف هانسن", "kept"))
    lines = terminal.drawn(
        Sheet("", [Column("entity", "name"), Column("fate", "words")], [row]), width=24
    ).splitlines()[2:]
    assert len(lines) > 1
    assert all(line.startswith("\u2068") and line.count("\u2069") == 1 for line in lines)
    assert not any(" \u2069" in line for line in lines)
