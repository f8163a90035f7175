"""Claims of both sides stand beside each other."""

from dataclasses import replace
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


def test_claims_bear_the_number_of_their_gold(view: View) -> None:
    (row,) = claim_rows(view)
    assert [card.name for card in row if card] == ["1", "1", "1"]
    assert len({card.group for card in row if card}) == 1
    gold, wrong, right = row
    assert gold is not None
    assert wrong is not None
    assert right is not None
    assert [(part.name, part.wrong) for part in wrong.attributes if part.wrong] == [("speaker", True)]
    assert not any(part.wrong for part in (*right.roles, *right.attributes))
    assert [part.text for part in gold.roles] == ["النجار", "قال", "المغرب يرحب بالحوار"]
    assert f'id="{gold.roles[0].link}"' in "".join(cell for cells in view.texts("claims").rows for cell in cells)


def test_claims_without_a_pair_stand_alone(tmp_path: Path) -> None:
    answers = perfect()
    answers[3] = replace(answers[3], annotation=replace(answers[3].annotation, claims=answers[4].annotation.claims))
    view = report_of(run_of(tmp_path / "a", answers)).views[3]
    ((gold, predicted),) = claim_rows(view)
    assert gold is None
    assert predicted is not None
    assert predicted.name == "+1"
