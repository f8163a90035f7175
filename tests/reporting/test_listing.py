"""The errors of a document stand in order, each with its text."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.reporting.differences import Stretches
from harness.reporting.documents import View
from tests.reporting.made import erring, perfect, report_of, run_of

SENTENCE = "وصل الوزير سامي النجار إلى الرباط صباح أمس."


@pytest.fixture
def view(tmp_path: Path) -> View:
    """The first sample document: run A errs on it, run B does not."""
    return report_of(run_of(tmp_path / "a", erring()), run_of(tmp_path / "b", perfect())).views[0]


def side(pieces: Stretches | None) -> str:
    """A side of a part, what differs in brackets."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces or ())


def test_errors_stand_in_order_with_their_text(view: View) -> None:
    found = [
        (one.id, one.run, one.error.kind, *((part.name, side(part.gold), side(part.predicted)) for part in one.parts))
        for one in view.errors
    ]
    assert found == [
        ("d0e1", "A", "spurious", ("", "", "سامي")),
        ("d0e2", "A", "boundary", ("", "[سامي ]النجار", "النجار")),
        ("d0e3", "A", "type", ("", "الرباط", "الرباط")),
        ("d0e4", "A", "missed", ("", "المغرب", "")),
        ("d0e5", "A", "parts", ("speaker", "[النجار]", "[الوزير]")),
        ("d0e6", "A", "type", ("", SENTENCE, SENTENCE)),
    ]  # fmt: skip
    assert view.errors[4].item == "المغرب يرحب بالحوار"
    assert view.errors[0].before == "وصل الوزير "
    assert not any(one.shared for one in view.errors)


def test_an_error_of_both_runs_is_shared(tmp_path: Path) -> None:
    both = report_of(run_of(tmp_path / "a", erring()), run_of(tmp_path / "b", erring())).views[0]
    assert len(both.errors) == 12
    assert all(one.shared for one in both.errors)


def test_every_part_of_a_claim_that_is_wrong_is_shown_on_both_sides(tmp_path: Path) -> None:
    answers = perfect()
    claim = (answers[0].annotation.claims or ())[0]
    wrong = replace(claim, source=None, attributes={**claim.attributes, "polarity": "denies"})
    answers[0] = replace(answers[0], annotation=replace(answers[0].annotation, claims=(wrong,)))
    (shown,) = report_of(run_of(tmp_path / "a", answers)).views[0].errors
    found = {
        part.name: (part.gold and side(part.gold), part.predicted and side(part.predicted)) for part in shown.parts
    }
    assert found == {
        "source": ("النجار", None),
        "polarity": ("[affirms]", "[denies]"),
    }
