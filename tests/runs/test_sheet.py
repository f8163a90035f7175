"""The scores of a run as a terminal and a tracking store show them."""

from collections.abc import Mapping
from typing import Any

import pytest

from harness.runs.scores import RunScores
from harness.runs.sheet import figures_sheet, headline_measures, run_sheet, scores_sheet
from harness.scoring.score import Measure
from harness.show.terminal import drawn
from tests.show.hostile import TEXTS

SIGNATURE = "check_worthy()|gold:v1#abcdef|units:paragraph:9|bs:50:percentile|seed:1|level:0.95|v:0.1.0"


def scores(found: Mapping[str, Any], scorer: str = "entities", runner: str = "r", **more: int) -> RunScores:
    """What `scores.json` holds of a run with one scorer."""
    return RunScores({"runner": runner, "dataset": "v1#abc", "documents": 5, "scorers": {scorer: found}} | more)


def lines(found: Mapping[str, Any], scorer: str = "entities") -> list[list[str]]:
    return [line.split() for line in drawn(run_sheet(scores(found, scorer))).splitlines()]


def test_the_table_shows_measure_value_and_interval() -> None:
    measures = {
        "micro/f1": Measure(0.5, 0.25, 0.75),
        "macro/f1": Measure(0.5, None, None),
        "macro/recall": Measure(None, None, None),
        "GPE/f1": Measure(0.1, 0.0, 0.2),
    }
    found = {
        "measures": {name: measure._asdict() for name, measure in measures.items()},
        "support": {"micro": 12, "GPE": 3},
        "shown": ["micro/f1", "macro/f1", "macro/recall"],
    }
    shown = [line.split() for line in drawn(run_sheet(scores(found, runner="قواعد"), "شرح")).splitlines()]
    assert ["micro/f1", "0.500", "0.250–0.750", "12"] in shown
    assert ["macro/f1", "0.500", "too", "few", "units", "12"] in shown
    assert ["macro/recall", "–", "12"] in shown
    assert not any("GPE/f1" in line for line in shown), "types are many: they stand in scores.json"
    assert shown[0] == ["\u2068قواعد\u2069", "on", "v1#abc,", "documents:", "5", "·", "\u2068شرح\u2069"]


def test_documents_that_failed_are_told_at_the_top() -> None:
    found: dict[str, dict[str, Any]] = {"measures": {}, "support": {}}
    assert ", 2 failed" in run_sheet(scores(found, failures=2)).caption
    assert "failed" not in run_sheet(scores(found, failures=0)).caption


def test_agreement_stands_beside_every_score_with_what_it_is_worth() -> None:
    found = {
        "measures": {"micro/f1": Measure(0.5, 0.25, 0.75)._asdict(), "macro/f1": Measure(0.5, None, None)._asdict()},
        "support": {"micro": 12},
        "agreement": {"note": "one model twice", "measures": {"micro/f1": 0.875}},
    }
    shown = lines(found)
    assert ["micro/f1", "0.500", "0.250–0.750", "12", "0.875"] in shown
    assert ["macro/f1", "0.500", "too", "few", "units", "12", "–"] in shown
    assert shown[-1] == ["agreement:", "one", "model", "twice"]


def test_the_interval_over_documents_stands_beside_the_one_over_units() -> None:
    def shown(*measures: Measure) -> list[list[str]]:
        named = zip(("micro/f1", "macro/f1"), measures, strict=True)
        return lines({"measures": {name: measure._asdict() for name, measure in named}, "support": {"micro": 12}})

    clustered = shown(Measure(0.5, 0.25, 0.75, 0.125, 0.875), Measure(0.5, 0.25, 0.75))
    assert ["micro/f1", "0.500", "0.250–0.750", "0.125–0.875", "12"] in clustered
    assert ["macro/f1", "0.500", "0.250–0.750", "12"] in clustered
    assert ["measure", "value", "95", "%", "documents", "gold"] in clustered
    # Units that are documents have one interval, and so have too few documents and runs from before there were two.
    for numbers in ((0.25, 0.75), (None, None)):
        plain = shown(*[Measure(0.5, 0.25, 0.75, *numbers)] * 2)
        assert ["micro/f1", "0.500", "0.250–0.750", "12"] in plain
        assert ["measure", "value", "95", "%", "gold"] in plain
    before = {"measures": {"micro/f1": {"value": 0.5, "low": 0.25, "high": 0.75}}, "support": {"micro": 12}}
    assert ["micro/f1", "0.500", "0.250–0.750", "12"] in lines(before)


def test_baselines_stand_below_headlines_and_mark_what_they_reach() -> None:
    found = {
        "signature": SIGNATURE,
        "measures": {
            "macro/f1": Measure(0.5, 0.25, 0.75)._asdict(),
            "micro/accuracy": Measure(0.8, None, None)._asdict(),
        },
        "support": {"micro": 12},
        "baselines": {"majority": {"macro/f1": 0.25, "micro/accuracy": 0.8}},
        "to_baselines": {
            "majority": {
                "macro/f1": {"difference": 0.25, "low": 0.125, "high": 0.375, "p": 0.03},
                "micro/accuracy": {"difference": 0.0, "low": None, "high": None, "p": 1.0},
            }
        },
    }
    shown = lines(found, "sentences")
    assert shown[3:5] == [["sentences"], ["word", "view"]]
    assert ["macro/f1", "0.500", "0.250–0.750", "12"] in shown
    assert ["majority", "0.250", "+0.250", "+0.125", "to", "+0.375", "p", "0.0300"] in shown
    assert ["micro/accuracy", "≤", "majority", "0.800", "too", "few", "units", "12"] in shown
    assert ["majority", "0.800", "+0.000", "p", "1.0000"] in shown
    assert "no better than the baseline" in " ".join(word for line in shown for word in line)
    muted = [row.tone for row in run_sheet(scores(found)).rows]
    assert muted == ["plain", "muted", "plain", "muted"]


def test_the_p_of_a_baseline_stands_behind_the_interval_over_documents() -> None:
    numbers = Measure(0.5, 0.25, 0.75)._asdict() | {"document_low": 0.125, "document_high": 0.875}
    found = {
        "measures": {"micro/f1": numbers},
        "support": {"micro": 12},
        "baselines": {"frequent": {"micro/f1": 0.25}},
        "to_baselines": {"frequent": {"micro/f1": {"difference": 0.25, "low": 0.125, "high": 0.375, "p": 0.03}}},
    }
    heads, _, scorer, run, baseline = drawn(run_sheet(scores(found))).splitlines()[1:6]
    assert scorer.split() == ["entities"]
    assert run.split() == ["micro/f1", "0.500", "0.250–0.750", "0.125–0.875", "12"]
    assert baseline.index("p 0.0300") > heads.index("documents") + len("documents")


def test_eighty_columns_show_every_number() -> None:
    numbers = Measure(0.5, 0.25, 0.75)._asdict() | {"document_low": 0.125, "document_high": 0.875}
    names = ("content_soft/precision", "micro/f1", "certainty/accuracy")
    found = {
        "signature": "claims()|gold:v1#abcdef|units:paragraph:9|bs:50:wilson|seed:1|level:0.95|v:0.1.0",
        "headlines": ["micro/f1"],
        "shown": list(names),
        "measures": dict.fromkeys(names, numbers),
        "support": {"micro": 100_000},
        "agreement": {"note": "one model twice", "measures": dict.fromkeys(names, 0.875)},
        "baselines": {"frequent": {"micro/f1": 0.5}},
        "to_baselines": {"frequent": {"micro/f1": {"difference": 0.0, "low": -0.125, "high": 0.375, "p": 1.0}}},
    }
    shown = drawn(run_sheet(scores(found, "entities_strict_clitic")), 80).splitlines()
    assert all(len(line) <= 80 for line in shown)
    split = [line.split() for line in shown]
    for name in names:
        marks = ["≤", "frequent"] if name == "micro/f1" else []
        assert [name, *marks, "0.500", "0.250–0.750", "0.125–0.875", "100000", "0.875"] in split
    assert ["frequent", "0.500", "+0.000", "-0.125", "to", "+0.375", "p", "1.0000"] in split


def test_the_measures_are_those_that_are_asked_for() -> None:
    found = {"measures": dict.fromkeys(("micro/f1", "micro/recall"), Measure(0.5, 0.25, 0.75)._asdict()),
             "support": {"micro": 12}}  # fmt: skip
    assert headline_measures(scores(found)) == {"entities": ["micro/f1"]}
    sheet = scores_sheet(scores(found), {"entities": ["micro/recall"]}, "it")
    assert [row.cells[1] for row in sheet.rows] == ["micro/recall"]
    assert sheet.headings == ["scorer", "measure", "value", "95 % interval", "gold"]


@pytest.mark.parametrize("text", TEXTS)
def test_names_and_notes_are_shown_as_they_are(text: str) -> None:
    found = {
        "measures": {"micro/f1": Measure(0.5, 0.25, 0.75)._asdict()},
        "support": {"micro": 12},
        "agreement": {"note": text, "measures": {}},
        "baselines": {text: {"micro/f1": 0.5}},
    }
    shown = drawn(run_sheet(scores(found, text, runner=text), text), 400)
    # The runner, the note, the scorer, the mark and the row of the baseline, and what agreement is worth.
    pieces = [piece for piece in text.split() if piece.isascii() and piece.isprintable()]
    assert pieces or not text.isascii() or not text.isprintable()
    assert all(shown.count(piece) >= 6 for piece in pieces)


def views(char: float) -> RunScores:
    """A run with a word view and a char view of its entities."""
    found = {
        "measures": {name: Measure(0.5, 0.25, 0.75)._asdict() for name in ("micro/f1", "micro/recall")},
        "support": {"micro": 12},
        "shown": ["micro/recall", "micro/f1"],
        "headlines": ["micro/f1"],
        "agreement": {"note": "one model twice", "measures": {"micro/f1": 0.875}},
    }
    other = found | {"measures": {"micro/f1": Measure(char, 0.25, 0.75)._asdict()}, "shown": ["micro/f1"]}
    scorers = {"entities_strict": found, "entities_strict_char": other}
    return RunScores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": scorers})


def test_unasked_only_headlines_are_shown_and_equal_views_take_a_line() -> None:
    said = " ".join(drawn(run_sheet(views(0.5), verbose=False)).split())
    assert "entities_strict_char has the same numbers as entities_strict" in said
    assert "micro/recall" not in said
    assert "verbose=true" in said
    assert "micro/recall" in drawn(run_sheet(views(0.5), verbose=True))
    # A view that differs where three digits show it has a row of its own.
    unlike = run_sheet(views(0.501), verbose=False)
    assert [row.cells[0] for row in unlike.rows] == ["entities_strict", "entities_strict_char"]


def test_another_scorer_of_the_layer_with_the_same_numbers_takes_a_line_too() -> None:
    same = views(0.5)
    scorers = dict(zip(("entities_strict", "entities_uncommon"), same.record["scorers"].values(), strict=True))
    scorers["entities_distinct"], scorers["claims"] = scorers["entities_strict"], scorers["entities_strict"]
    sheet = run_sheet(RunScores({**same.record, "scorers": scorers}), verbose=False)
    assert sheet.notes[0] == "entities_uncommon and entities_distinct have the same numbers as entities_strict"
    assert [row.cells[0] for row in sheet.rows] == ["entities_strict", "claims"]
    # The same numbers of another measure are not the same.
    other = {
        "measures": {"all/f1": Measure(0.5, 0.25, 0.75)._asdict()},
        "headlines": ["all/f1"],
        "support": {"all": 12},
        "agreement": {"note": "one model twice", "measures": {"all/f1": 0.875}},
    }
    unlike = {"entities_strict": scorers["entities_strict"], "entities_nested": other}
    assert len(run_sheet(RunScores({**same.record, "scorers": unlike}), verbose=False).rows) == 2


def test_a_note_is_told_once_in_a_sweep() -> None:
    told: set[str] = set()
    first, second = (run_sheet(views(0.5), verbose=False, told=told) for _ in range(2))
    assert any("one model twice" in note for note in first.notes)
    assert second.notes == []


def test_the_spread_over_repetitions_stands_beside_the_interval_with_the_number_of_runs() -> None:
    found = {
        "measures": {name: Measure(0.5, 0.25, 0.75)._asdict() for name in ("micro/f1", "macro/f1")},
        "headlines": ["micro/f1", "macro/f1"],
        "support": {"micro": 12, "macro": 12},
        "repeats": {
            "micro/f1": {"runs": 5, "mean": 0.4996, "sd": 0.0123, "min": 0.4, "max": 0.6},
            "macro/f1": {"runs": 1, "mean": 0.5, "sd": None, "min": 0.5, "max": 0.5},
        },
    }
    sheet = run_sheet(scores(found))
    place = sheet.headings.index("mean ± sd of 5 runs")
    assert [row.cells[place] for row in sheet.rows] == ["0.500 ± 0.012", "0.500 (1 run)"]
    assert any(note.startswith("mean ± sd") for note in sheet.notes)
    del found["repeats"]
    assert not any("±" in text for text in (*run_sheet(scores(found)).headings, *run_sheet(scores(found)).notes))


def test_what_a_runner_counts_is_written_as_people_read_it() -> None:
    figures = {"tokens_in": 1234567.0, "cost": 0.0123456, "0_llm/cost": 12.0, "rate": 0.5, "big": 12345.678}
    sheet = figures_sheet(RunScores({"figures": figures}))
    assert sheet is not None
    assert [row.cells for row in sheet.rows] == [
        ["tokens_in", "1,234,567"],
        ["cost (USD)", "0.01235"],
        ["0_llm/cost (USD)", "12"],
        ["rate", "0.5"],
        ["big", "12,346"],
    ]
    assert figures_sheet(RunScores({})) is None
