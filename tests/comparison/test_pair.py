import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.comparison.leaderboard import rank
from harness.comparison.pair import Comparison, compare, power
from harness.comparison.sheets import comparison_page
from harness.data.types import Example, InputError
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.multiplicity import Adjusted
from harness.scoring.paired import difference
from harness.scoring.power import Detectable
from harness.scoring.scoring import Scoring
from harness.show.markdown import markdown
from harness.tracking.mlflow import Nothing
from tests.runs.test_evaluate import Oracle, Samples
from tests.samples import EXAMPLES

SCORERS = {"entities_strict": EntitiesStrict()}
BOOTSTRAP = Bootstrap(resamples=200)
SCORING = Scoring(SCORERS, "paragraph", BOOTSTRAP)


def run(folder: Path, failing: int = 0, examples: "tuple[Example, ...]" = EXAMPLES) -> Path:
    """A finished run whose first `failing` documents have no answer."""
    runner = Oracle(frozenset(example.document.id for example in EXAMPLES[:failing]))
    parts = Experiment("test", Samples(examples=examples), runner, Scoring(SCORERS, "paragraph", BOOTSTRAP), Nothing())
    evaluate(parts, folder, "", {"overrides": []})
    return folder


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """A perfect run against one that loses half of the documents."""
    a, b = open_run(run(tmp_path / "a")), open_run(run(tmp_path / "b", 3))
    return compare(a, b, replace(SCORING, trials=500))


def test_both_sides_are_scored_from_their_folders(comparison: Comparison) -> None:
    (micro,) = [row for row in comparison.headlines if row.measure == "micro/f1"]
    # Documents 0 to 2 hold 9 of the 15 mentions: recall 6/15, precision 1, F1 12/21.
    assert micro.difference.a == 1
    assert micro.difference.b == pytest.approx(12 / 21)
    assert micro.difference.difference == pytest.approx(12 / 21 - 1)


def test_differences_are_those_of_the_paired_test(tmp_path: Path, comparison: Comparison) -> None:
    tables = [
        EntitiesStrict().counts(open_run(tmp_path / name).corpora("paragraph")["entities"]) for name in ("a", "b")
    ]
    expected = difference(EntitiesStrict(), tables[0], tables[1], BOOTSTRAP, 500)
    assert {row.measure: row.difference for row in comparison.headlines}["micro/f1"] == expected["micro/f1"]


def test_headlines_are_one_family_and_details_another(comparison: Comparison) -> None:
    assert {row.measure for row in comparison.headlines} == {"micro/f1"}
    assert {row.p.family for row in comparison.headlines} == {1}
    assert {"macro/f1", "GPE/f1"} <= {row.measure for row in comparison.details}
    record = comparison.record()
    assert record["headlines"]["correction"] == "holm"
    assert all({"p", "p_adjusted", "family"} <= row.keys() for row in record["headlines"]["rows"])
    json.dumps(record, allow_nan=False)


def test_a_layer_that_neither_run_has_is_not_told_of(tmp_path: Path) -> None:
    bare = tuple(replace(example, gold=replace(example.gold, claims=None)) for example in EXAMPLES)
    scoring = replace(SCORING, scorers={**SCORERS, "claims": Claims()}, trials=200)
    a, b, c = (open_run(run(tmp_path / name, failing, bare)) for failing, name in enumerate("abc"))
    assert compare(a, b, scoring).skipped == ()
    assert rank([a, b, c], scoring).skipped == ()


def test_equal_runs_show_no_difference(tmp_path: Path) -> None:
    a, b = open_run(run(tmp_path / "a", 1)), open_run(run(tmp_path / "b", 1))
    found = compare(a, b, replace(SCORING, trials=200))
    assert {row.verdict for row in found.headlines} == {"no unit differs"}
    assert {row.p for row in [*found.headlines, *found.details]} <= {Adjusted(1.0, 1.0, 0), Adjusted(None, None, 0)}


def test_unlike_gold_is_refused(tmp_path: Path) -> None:
    a, b = open_run(run(tmp_path / "a")), open_run(run(tmp_path / "b", examples=EXAMPLES[:4]))
    with pytest.raises(InputError, match=r"gold: samples#\w+ and samples#\w+; units: 7 by paragraph and 5"):
        compare(a, b, SCORING)


def test_a_gold_that_was_touched_is_refused(tmp_path: Path) -> None:
    folder = run(tmp_path / "a")
    (folder / "gold.jsonl").write_text((folder / "gold.jsonl").read_text() + "\n")
    with pytest.raises(InputError, match="the gold that was scored"):
        open_run(folder)


def test_failures_come_back_as_failures(tmp_path: Path) -> None:
    opened = open_run(run(tmp_path / "a", 2))
    assert sum(prediction.error is not None for prediction in opened.predictions.values()) == 2


def test_power_needs_fewer_units_for_a_larger_difference(tmp_path: Path) -> None:
    a, b = open_run(run(tmp_path / "a", 1)), open_run(run(tmp_path / "b", 2))
    one = power(a, b, 0.5, SCORING)["entities_strict"]["micro/f1"]
    assert one is not None
    assert one.units == 7
    assert one.further_units(one.smallest * 2) == 0
    # The standard deviation falls with the square root of units: half the difference takes four times as many.
    assert one.further_units(one.smallest / 2) == 3 * 7
    # Two units differ: an interval may exclude 0, a p can never be small enough.
    assert one.by_verdict is None
    assert power(a, None, 0.5, SCORING)["entities_strict"].keys() == {"micro/f1"}


def test_the_verdict_says_what_was_found(comparison: Comparison) -> None:
    row = comparison.headlines[0]
    sure = replace(row, p=row.p._replace(adjusted=0.01))
    assert sure.verdict == "b is worse"
    assert replace(sure, difference=row.difference._replace(difference=0.5)).verdict == "b is better"
    # Documents 0 to 2 are four units that differ; the smallest p of any outcome is 1/8.
    unsure = replace(row, p=row.p._replace(adjusted=0.5))
    assert unsure.verdict == "no difference found: 4 units differ, too few for any p below 0.05"
    more = replace(row, difference=row.difference._replace(differing=40), detectable=Detectable(0.1, 0.28, 50))
    close = replace(more, p=row.p._replace(raw=0.01, adjusted=0.5, family=9))
    assert close.verdict.startswith("no difference found after adjusting for 9 tests")
    undecided = replace(more, p=row.p._replace(raw=0.5, adjusted=0.5, family=1))
    said = "no difference found; more units needed if the true difference is the one seen here: "
    for gap, words in ((0.5, "none"), (0.2, "about "), (0.01, "more than ten times what is there")):
        verdict = replace(undecided, difference=more.difference._replace(difference=gap)).verdict
        assert verdict.startswith(said + words)
    assert replace(row, difference=row.difference._replace(difference=None)).verdict == "undefined"


def test_markdown_shows_every_measure_and_the_signatures(comparison: Comparison) -> None:
    text = markdown(comparison_page(comparison))
    assert "| entities_strict, word view | micro/f1 | 1.000 | 0.571 | -0.429 |" in text
    assert comparison.signatures["entities_strict"] in text
    assert text.count("\n| entities_strict, word view |") == len(comparison.headlines) + len(comparison.details)


def test_unlike_maps_of_one_name_are_refused(tmp_path: Path) -> None:
    folders = [run(tmp_path / name) for name in ("a", "b")]
    for folder, types in zip(folders, (["GPE"], ["GPE", "LOC"]), strict=True):
        provenance = json.loads((folder / "provenance.json").read_text())
        tag_set = {
            "name": "mine",
            "version": 1,
            "nesting": "all",
            "labels": {"OCC": ["OCC"], "PERS": ["PERS"], "ORG": ["ORG"], "GPE": types},
        }
        provenance["labels"] = {"gold": None, "predicted": tag_set}
        (folder / "provenance.json").write_text(json.dumps(provenance))
    with pytest.raises(InputError, match="label maps: found mine@1 and mine@1 of unlike content"):
        compare(open_run(folders[0]), open_run(folders[1]), SCORING)
