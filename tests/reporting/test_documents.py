"""What a document shows of its runs."""

from pathlib import Path

import pytest

from harness.reporting.cards import claim_rows
from harness.reporting.documents import View
from tests.reporting.made import erring, perfect, report_of, run_of

SENTENCE = "وصل الوزير سامي النجار إلى الرباط صباح أمس."


@pytest.fixture
def view(tmp_path: Path) -> View:
    """The first sample document: run A errs on it, run B does not."""
    return report_of(run_of(tmp_path / "a", erring()), run_of(tmp_path / "b", perfect())).views[0]


def test_an_item_of_gold_names_the_run_that_errs(view: View) -> None:
    # The mentions of gold are the minister, the person, Rabat and Morocco.
    assert view.notes("entities", None, 0) == ()
    (note,) = view.notes("entities", None, 1)
    assert (note.kind, note.words, note.error) == ("boundary", "A: wrong boundary", "d0e2")
    assert [note.words for note in view.notes("entities", 0, 1)] == ["wrong boundary"]
    assert view.notes("entities", 1, 1) == ()


def test_every_error_leads_to_something_on_the_page(view: View) -> None:
    page = "".join(cell for layer in view.layers for row in view.texts(layer).rows for cell in row)
    ids = {card.id for row in claim_rows(view) for card in row if card is not None}
    assert all(f'id="{one.place}"' in page or one.place in ids for one in view.errors)


def test_lines_stand_side_by_side(tmp_path: Path) -> None:
    view = report_of(run_of(tmp_path / "a", erring())).views[1]
    assert [len(row) for row in view.texts("entities").rows] == [2, 2]
    # Only the second line holds a claim.
    (row,) = view.texts("claims").rows
    assert all("أكدت" in cell for cell in row)


def test_a_failure_is_told(tmp_path: Path) -> None:
    view = report_of(run_of(tmp_path / "a", erring())).views[4]
    assert view.failures == [("", "broken <b>pipe</b>")]
    assert {one.error.kind for one in view.errors} == {"missed"}
