"""Pictures: what they show, and that they come out the same each time."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.analysis.calibration import calibration
from harness.analysis.confusion import confusion
from harness.analysis.pictures import CONFUSION, RELIABILITY, UNDRAWN, draw, occurring
from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from tests.schemas import ENTITY_TYPES

TEXT = "ا " * 40


def findings(types: tuple[str, ...], score: float | None) -> dict[str, Any]:
    gold = [Entity(2 * at, 2 * at + 1, types[at % len(types)]) for at in range(36)]
    predicted = [Entity(2 * at, 2 * at + 1, types[at % 7 % len(types)], score) for at in range(2, 38)]
    sides = Annotation(entities=tuple(gold)), Annotation(entities=tuple(predicted))
    corpus = Corpus([Document("d", TEXT)], [sides[0]], [sides[1]])
    return {"confusion": confusion(corpus), "calibration": calibration(corpus, 10)}


def size_of(path: Path) -> tuple[int, int]:
    """Width and height, which a PNG file names in its first chunk."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_pictures_are_drawn_and_the_same_twice(tmp_path: Path) -> None:
    found = findings(("GPE", "ORG", "PERS"), 0.5)
    (tmp_path / "other").mkdir()
    for folder in (tmp_path, tmp_path / "other"):
        draw(folder, found)
    for name in (CONFUSION, RELIABILITY):
        assert (tmp_path / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
        assert all(200 < side < 2000 for side in size_of(tmp_path / name))


def test_all_types_have_room(tmp_path: Path) -> None:
    draw(tmp_path, findings(ENTITY_TYPES, None))
    large, _ = size_of(tmp_path / CONFUSION)
    draw(tmp_path, findings(("GPE",), None))
    assert size_of(tmp_path / CONFUSION)[0] < large / 2


def test_pictures_of_a_run_that_died_go(tmp_path: Path) -> None:
    (tmp_path / RELIABILITY).touch()
    (tmp_path / CONFUSION).touch()
    draw(tmp_path, {"confusion": None, "calibration": None})
    assert not [*tmp_path.iterdir()]


def test_nothing_to_show_is_not_shown(tmp_path: Path) -> None:
    empty = Corpus([Document("d", TEXT)], [Annotation(entities=())], [Annotation(entities=())])
    draw(tmp_path, {"confusion": confusion(empty), "calibration": None})
    assert not [*tmp_path.iterdir()]


def test_without_matplotlib_nothing_is_drawn_and_a_remark_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert draw(tmp_path, findings(("GPE",), 0.5)) == [UNDRAWN]
    assert not [*tmp_path.iterdir()]
    assert draw(tmp_path, {"confusion": None, "calibration": None}) == []


def test_no_display_and_no_global_state_is_touched(tmp_path: Path) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw(tmp_path, findings(("GPE", "PERS"), 0.5))
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("types", [("GPE",), ("GPE", "PERS"), ENTITY_TYPES])
def test_only_types_that_occur_are_shown_with_all_their_counts(types: tuple[str, ...]) -> None:
    found = findings(types, None)["confusion"]
    names, cells = occurring(found)
    assert set(names) == set(types)
    assert cells.shape == (len(types) + 1, len(types) + 1)
    assert cells.sum() == np.sum(found["pairs"]) + sum(found["missed"]) + sum(found["spurious"])
    assert (cells[-1].sum(), cells[:, -1].sum()) == (2, 2)
