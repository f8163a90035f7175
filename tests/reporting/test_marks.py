"""Marks leave the text as it is, nest well, and each is named once."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Span
from harness.reporting.marks import Mark, Note, clip, lines, mark_up
from tests.strategies import spans


class Read(HTMLParser):
    """The text of a page without labels, the labels, and the text of every mark by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.labels, self.depth, self.marks = "", list[str](), 0, dict[str, str]()
        self.open: list[tuple[str, str | None]] = []
        # As a plain string: a Markup would escape what is added to it.
        self.feed(str(page))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        kind = {"tag": "label", "join": "join"}.get(found.get("class") or "", tag)
        self.open.append((kind, found.get("id")))
        if found.get("class") == "tag":
            self.labels.append("")

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        kinds = {kind for kind, _ in self.open}
        if "label" in kinds:
            self.labels[-1] += data
        if kinds & {"label", "join"}:
            return
        self.text += data
        for kind, name in self.open:
            if kind == "mark" and name:
                self.marks[name] = self.marks.get(name, "") + data


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A short text of few characters with marks that nest, cross and repeat."""
    text = draw(st.text(st.sampled_from("اب <&\n"), min_size=1, max_size=12))
    found = draw(st.lists(spans(text), max_size=5))
    return text, [Mark(start, end, f"L{number}", f"m{number}") for number, (start, end) in enumerate(found)]


@given(marked())
def test_the_text_stays_and_every_mark_is_named_once(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    shown = lines(text)
    kept = [one for one in (clip(mark, shown) for mark in marks) if one is not None]
    pages = [Read(mark_up(text, line, kept)) for line in shown]
    assert [page.text for page in pages] == [text[line.start : line.end] for line in shown]
    assert sorted(label for page in pages for label in page.labels) == sorted(mark.label for mark in kept)
    assert sorted(name for page in pages for name in page.marks) == sorted(mark.id for mark in kept)
    assert all(mark in marks or text[mark.start : mark.end].strip("\n") for mark in kept)
    # What is left out lies in lines that hold nothing.
    assert all(not text[mark.start : mark.end].strip() for mark in marks if clip(mark, shown) is None)


def test_nested_marks_by_hand() -> None:
    text = "وزير خارجية الصين"
    inner, outer = Mark(12, 17, "GPE", "i"), Mark(0, 17, "OCC", "o", (Note("missed", "missed", "e1"),))
    page = mark_up(text, Span(0, 17), [inner, outer])
    assert page == (
        '<mark class="h1" data-label="OCC" id="o">وزير خارجية '
        '<mark class="h0" data-label="GPE" id="i">الصين<span class="tag"><bdi>GPE</bdi></span></mark>'
        '<span class="tag"><bdi>OCC</bdi> <bdi><a class="note missed" href="#e1">missed</a></bdi></span></mark>'
    )


def test_a_mark_that_crosses_is_cut_and_named_at_its_end() -> None:
    page = Read(mark_up("abcdef", Span(0, 6), [Mark(0, 4, "A", "a"), Mark(2, 6, "B", "b")]))
    # The piece cd of B stands in A and has the id; ef comes after it and has the label.
    assert page.marks == {"a": "abcd", "b": "cd"}
    assert page.labels == ["A", "B"]


def test_letters_stay_joined_around_a_label_inside_a_word() -> None:
    assert mark_up("كتابهم", Span(0, 6), [Mark(0, 4, "X", "x")]).count("&zwj;") == 2
    assert "&zwj;" not in mark_up("كتاب هم", Span(0, 7), [Mark(0, 4, "X", "x")])


def test_text_and_labels_are_escaped() -> None:
    page = mark_up('<script>"&', Span(0, 10), [Mark(0, 8, '"><script>', "m", link="x")])
    assert "<script" not in page
    assert Read(page).text == '<script>"&'


def test_many_levels_do_not_exhaust_the_stack() -> None:
    text = "ا" * 3000
    assert mark_up(text, Span(0, 3000), [Mark(0, 3000 - n, "L", f"m{n}") for n in range(2000)]).count("<mark") == 2000
