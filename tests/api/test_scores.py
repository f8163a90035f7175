"""Scores by scorer and measure, and the ways to show them."""

import math
from typing import Any

import pytest

from harness.api.scores import COLUMNS, Measures, Score, Scores
from harness.data.types import InputError
from harness.runs.scores import RunScores
from harness.show.sheet import one_line
from tests.show.hostile import TEXTS
from tests.show.test_html import Read

NUMBERS = {"value": 0.5, "low": 0.25, "high": 0.75, "document_low": 0.125, "document_high": None}
UNDEFINED = dict.fromkeys(NUMBERS)


def scores(types: dict[str, dict[str, Any]], runner: str = "r") -> Scores:
    record = {
        "measures": types,
        "support": {"micro": 7, "A/B": 3},
        "headlines": ["micro/f1"],
        "shown": ["micro/f1"],
        "signature": "",
    }
    return Scores(RunScores({"runner": runner, "dataset": "g#1", "documents": 2, "scorers": {"entities": record}}))


FOUND = scores({"micro/f1": NUMBERS, "A/f1": UNDEFINED})


def test_a_measure_has_value_interval_and_support() -> None:
    assert FOUND["entities"]["micro/f1"] == Score(0.5, 0.25, 0.75, 0.125, None, 7)
    assert str(FOUND["entities"]["micro/f1"]) == "0.500 (0.250–0.750)"
    assert float(FOUND["entities"]["micro/f1"]) == 0.5
    assert math.isnan(float(FOUND["entities"]["A/f1"]))
    assert FOUND["entities"].headlines == ["micro/f1"]
    assert repr(FOUND["entities"]) == "<entities: micro/f1: 0.500 (0.250–0.750), 2 measures>"


def test_scores_are_mappings() -> None:
    assert list(FOUND) == ["entities"]
    assert list(FOUND["entities"]) == ["micro/f1", "A/f1"]
    assert "claims" not in FOUND
    assert FOUND.get("claims") is None
    assert FOUND["entities"].get("micro/f2") is None


@pytest.mark.parametrize("error", [KeyError, InputError])
def test_a_name_that_is_not_there_is_answered_with_those_that_are(error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^scores: found 'entites', wanted one of entities$"):
        FOUND["entites"]
    with pytest.raises(error, match=r"^entities: found 'micro/f2', wanted one of micro/f1, A/f1$"):
        FOUND["entities"]["micro/f2"]
    many = scores(
        {f"T{number}/f1": UNDEFINED for number in range(30)} | {"micro/precision": NUMBERS, "micro/f1": NUMBERS}
    )
    with pytest.raises(error, match=r"^entities: found 'micro/precison', wanted one of micro/precision"):
        many["entities"]["micro/precison"]


def test_a_frame_has_a_row_for_each_measure() -> None:
    frame = FOUND.to_pandas()
    assert tuple(frame.columns) == COLUMNS
    assert frame.iloc[0].to_dict() | {"document_high": None} == {
        "scorer": "entities", "label": "micro", "measure": "f1", **NUMBERS, "support": 7,
    }  # fmt: skip
    slashed = scores({"micro/f1": NUMBERS, "A/B/f1": NUMBERS}).to_pandas()
    assert slashed[["label", "measure"]].iloc[1].tolist() == ["A/B", "f1"]


def test_the_plain_values_are_those_of_the_file() -> None:
    assert FOUND.to_dict()["scorers"]["entities"]["measures"]["micro/f1"] == NUMBERS


def test_all_measures_of_a_scorer_are_shown_and_the_main_ones_of_all() -> None:
    assert "A/f1" not in str(FOUND)
    assert "A/f1" in str(FOUND["entities"])
    assert isinstance(FOUND["entities"], Measures)


def test_a_notebook_escapes_every_name() -> None:
    for text in TEXTS:
        page = scores({"micro/f1": NUMBERS}, runner=text)._repr_html_()
        tags = {tag for tag, _ in Read(page).found}
        assert not {"script", "b", "a", "img"} & tags
        assert one_line(text) in str(scores({"micro/f1": NUMBERS}, runner=text)) or "\u202e" in text
