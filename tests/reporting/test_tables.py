from pathlib import Path

import pytest

from harness.data.files import read_json, write_json
from harness.datasets.gold import GoldStandard
from harness.reporting import tables
from harness.runs.run import open_run
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from tests.reporting.made import BOOTSTRAP, SCORERS, erring, perfect, report_of, run_of


def test_measures_of_two_runs_stand_in_one_row(tmp_path: Path) -> None:
    runs = [
        open_run(run_of(tmp_path / "a", perfect())),
        open_run(run_of(tmp_path / "b", erring(), scorers={"entities_strict": EntitiesStrict()})),
    ]
    rows = {(row.scorer, row.measure): row for row in tables.measures(runs)}
    row = rows["entities_strict", "micro/f1"]
    # The gold has 4, 4, 1, 3, 1 and 2 mentions, run b 4, 4, 1, 3, 0 and 2; in document 0 one of them is right, so that
    # tp is 1 + 4 + 1 + 3 + 0 + 2 = 11, and F1 22 / (15 + 14).
    assert [number and number.value for number in row.numbers] == [1, pytest.approx(22 / 29)]
    assert row.support == 15
    assert row.agreement is None
    # b was not scored on claims.
    assert [number is None for number in rows["claims", "relation/f1"].numbers] == [False, True]
    assert ("entities_strict", "GPE/f1") not in rows


def test_baselines_stand_with_the_headlines_of_each_run(tmp_path: Path) -> None:
    folders = [run_of(tmp_path / name, side) for name, side in (("a", perfect()), ("b", erring()))]
    value = read_json(folders[1] / "scores.json")["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"]
    gap = {"difference": 1 - value, "low": 0.1, "high": 0.4, "p": 0.01}
    for folder in folders:
        scores = read_json(folder / "scores.json")
        scores["scorers"]["entities_strict"] |= {
            "baselines": {"frequent": {"micro/f1": value, "macro/f1": 0.5}},
            "to_baselines": {"frequent": {"micro/f1": gap}},
        }
        write_json(folder / "scores.json", scores)
    runs = [open_run(folder) for folder in folders]
    rows = {(row.scorer, row.measure): row for row in tables.measures(runs)}
    row = rows["entities_strict", "micro/f1"]
    assert row.view == "word view"
    assert [row.marks(number) for number in range(2)] == ["", "≤ frequent"]
    ((name, shown),) = row.baselines
    assert name == "frequent"
    assert [line and line.value for line in shown] == [value, value]
    assert rows["entities_strict", "macro/f1"].baselines == []
    assert "no better than the baseline" in tables.legend(runs)
    page = str(report_of(*folders).html)
    assert "baseline <bdi>frequent</bdi>" in page
    assert '<b class="reached">≤ frequent</b>' in page


def test_types_are_those_that_occur_most_frequent_first(tmp_path: Path) -> None:
    scorer, rows = tables.types([open_run(run_of(tmp_path / "a", erring()))])
    assert scorer == "entities_strict"
    assert [(row.type, row.support) for row in rows] == [("GPE", 10), ("PERS", 2), ("ORG", 2), ("OCC", 1)]
    assert rows[3].runs[0] is not None
    assert rows[3].runs[0]["f1"].value == 1


def test_no_exact_scorer_no_types(tmp_path: Path) -> None:
    run = open_run(run_of(tmp_path / "a", perfect(), scorers={"claims": SCORERS["claims"]}))
    assert tables.types([run]) == ("", [])


def test_confusion_has_shares_of_rows() -> None:
    found = {"types": ["GPE", "ORG", "LAW"], "pairs": [[3, 1, 0], [0, 2, 0], [0, 0, 0]], "missed": [0, 2, 0],
             "spurious": [1, 0, 0]}  # fmt: skip
    names, cells = tables.confusion(found)
    assert names == ["GPE", "ORG"]
    assert cells[0] == [(3, 0.75, True), (1, 0.25, False), (0, 0, False)]
    assert cells[1][2] == (2, 0.5, False)
    assert cells[2][0] == (1, 1, False)


def test_agreement_comes_with_what_it_is_worth(tmp_path: Path) -> None:
    from harness.runners.rules.runner import Rules
    from harness.runs.evaluate import Experiment, evaluate
    from harness.tracking.mlflow import Nothing

    scorers = {"checkworthy": SCORERS["checkworthy"]}
    parts = Experiment("test", GoldStandard(), Rules(), Scoring(scorers, "paragraph", BOOTSTRAP), Nothing())
    evaluate(parts, tmp_path / "run", "", {"overrides": []})
    run = open_run(tmp_path / "run")
    (note,) = tables.notes([run])
    assert "annotated by language models" in note
    assert "reviewed by no person" in note
    assert "one model repeats itself" in note
    assert all(row.agreement is not None and row.agreement > 0.9 for row in tables.measures([run]))


def test_levels_are_told(tmp_path: Path) -> None:
    assert tables.levels([open_run(run_of(tmp_path / "a", perfect()))]) == "95 %"


def test_plain_tables_are_sheets(tmp_path: Path) -> None:
    runs = [open_run(run_of(tmp_path / name, side)) for name, side in (("a", perfect()), ("b", erring()))]
    sheet = tables.runs_sheet(runs, ["A one", "B قواعد"])
    assert [row.cells[:2] for row in sheet.rows] == [["A one", "a"], ["B قواعد", "b"]]
    comparison = report_of(tmp_path / "a", tmp_path / "b").comparison
    assert comparison is not None
    differences = tables.differences_sheet(comparison)
    assert differences.headings[2:5] == ["A", "B", "B − A"]
    row = next(row.cells for row in differences.rows if row.cells[1] == "micro/f1")
    assert row[0] == "entities_strict, word view"
    assert str(row[5]).count(" to ") == 1
    assert str(row[-1]).startswith(("B is", "no difference"))
    assert {tuple(row.cells[1:]) for row in tables.disputes_sheet(comparison).rows} >= {("GPE", "3", "0")}


def test_calibration_shows_what_chance_does_where_it_is_known() -> None:
    every = {"mentions": 60, "ece": 0.1, "brier": 0.2, "aurc": 0.3, "aurc_best": 0.25, "precision_at_80": 0.9}
    bins = {"low": 0.5, "high": 0.75, "mentions": 60, "score": 0.6, "accuracy": 0.7}
    before = {"all": every | {"reliability": [bins]}, "types": {}, "without_score": 2}
    (sheet,) = tables.calibration_sheets(before, "A one")
    assert sheet.caption.startswith("A one: 60 mentions, 2 without score · ECE 0.100 · Brier 0.200")
    assert list(sheet.rows[0].cells) == ["0.500–0.750", "60", "0.600", "0.700", "–"]
    chance = {"ece_by_chance": [0.05, 0.125], "rms_error": 0.0}
    bins |= {"chance_low": 0.4, "chance_high": 0.8}
    by_type = {"GPE": {"mentions": 50, "accuracy": 0.9, "ece": 0.1} | chance, "ORG": {"mentions": 3}}
    now = {"all": every | chance | {"reliability": [bins]}, "types": by_type, "without_score": 0}
    sheet, types = tables.calibration_sheets(now)
    assert "60 mentions, 0 without score · ECE 0.100 (by chance 0.050, up to 0.125) · debiased" in sheet.caption
    assert sheet.rows[0].cells[-1] == "0.400–0.800"
    assert [list(row.cells) for row in types.rows] == [["GPE", "50", "0.900", "0.100", "0.125", "0.000"]]


def test_lost_claims_stand_by_the_part_that_was_wrong_first() -> None:
    row = {"gold": 9, "lost": {"content": 3, "cue": 2, "source": 1}, "survived": 3, "exact": 2}
    sheet = tables.cascade_sheet({"direct": row})
    assert [list(row.cells) for row in sheet.rows] == [["direct", "9", "3", "2", "1", "3", "2"]]
