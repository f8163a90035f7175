import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scoring.score import Measure
from harness.show import terminal


@given(st.text())
def test_text_that_is_not_latin_stands_between_isolates(text: str) -> None:
    shown = terminal.isolate(text)
    if text.isascii():
        assert shown == text
    else:
        assert [unicodedata.bidirectional(char) for char in (shown[0], shown[-1])] == ["FSI", "PDI"]
        assert shown[1:-1] == text


def test_the_table_shows_measure_value_and_interval(capsys: pytest.CaptureFixture[str]) -> None:
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
    terminal.show_scores({"runner": "قواعد", "dataset": "v1#abc", "documents": 5, "scorers": {"entities": found}})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["micro/f1", "0.500", "0.250–0.750", "12"] in lines
    assert ["macro/f1", "0.500", "too", "few", "units", "12"] in lines
    assert ["macro/recall", "–", "12"] in lines
    assert not any("GPE/f1" in line for line in lines), "types are many: they stand in scores.json"
    assert any("\u2068قواعد\u2069" in line for line in lines)


def test_progress_passes_values_on_and_is_silent_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    assert list(terminal.track_progress(iter("abc"), 3, "work")) == ["a", "b", "c"]
    assert stream.getvalue() == ""


def test_agreement_stands_beside_every_score_with_what_it_is_worth(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "measures": {"micro/f1": Measure(0.5, 0.25, 0.75)._asdict(), "macro/f1": Measure(0.5, None, None)._asdict()},
        "support": {"micro": 12},
        "agreement": {"note": "one model twice", "measures": {"micro/f1": 0.875}},
    }
    terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": {"entities": found}})
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines()]
    assert ["micro/f1", "0.500", "0.250–0.750", "12", "0.875"] in lines
    assert lines[-1] == ["agreement:", "one", "model", "twice"]


def test_the_interval_over_documents_stands_beside_the_one_over_units(capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*measures: Measure) -> list[list[str]]:
        named = zip(("micro/f1", "macro/f1"), measures, strict=True)
        found = {"measures": {name: one._asdict() for name, one in named}, "support": {"micro": 12}}
        terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": {"entities": found}})
        return [line.split() for line in capsys.readouterr().out.splitlines()]

    lines = shown(Measure(0.5, 0.25, 0.75, 0.125, 0.875), Measure(0.5, 0.25, 0.75))
    assert ["micro/f1", "0.500", "0.250–0.750", "0.125–0.875", "12"] in lines
    assert ["macro/f1", "0.500", "0.250–0.750", "12"] in lines
    assert ["measure", "value", "95", "%", "documents", "gold"] in lines
    # Units that are documents have one interval, and so have too few documents and runs from before there were two.
    for numbers in ((0.25, 0.75), (None, None)):
        lines = shown(*[Measure(0.5, 0.25, 0.75, *numbers)] * 2)
        assert ["micro/f1", "0.500", "0.250–0.750", "12"] in lines
        assert ["measure", "value", "95", "%", "gold"] in lines
    before = {"measures": {"micro/f1": {"value": 0.5, "low": 0.25, "high": 0.75}}, "support": {"micro": 12}}
    terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": {"entities": before}})
    assert "0.250–0.750" in capsys.readouterr().out


def test_baselines_stand_below_headlines_and_mark_what_they_reach(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "signature": "check_worthy()|gold:v1#abcdef|units:paragraph:9|bs:50:percentile|seed:1|level:0.95|v:0.1.0",
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
    terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": {"sentences": found}})
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines()]
    assert lines[3:5] == [["sentences"], ["word", "view"]]
    assert ["macro/f1", "0.500", "0.250–0.750", "12"] in lines
    assert ["majority", "0.250", "+0.250", "+0.125…+0.375", "p", "0.0300"] in lines
    assert ["micro/accuracy", "≤", "majority", "0.800", "too", "few", "units", "12"] in lines
    assert ["majority", "0.800", "+0.000", "p", "1.0000"] in lines
    assert "no better than the baseline" in " ".join(shown.split())


def test_the_p_of_a_baseline_stands_behind_the_interval_over_documents(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = Measure(0.5, 0.25, 0.75)._asdict() | {"document_low": 0.125, "document_high": 0.875}
    found = {
        "measures": {"micro/f1": numbers},
        "support": {"micro": 12},
        "baselines": {"frequent": {"micro/f1": 0.25}},
        "to_baselines": {"frequent": {"micro/f1": {"difference": 0.25, "low": 0.125, "high": 0.375, "p": 0.03}}},
    }
    terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": {"entities": found}})
    heads, _, scorer, run, baseline = capsys.readouterr().out.splitlines()[1:6]
    assert scorer.split() == ["entities"]
    assert run.split() == ["micro/f1", "0.500", "0.250–0.750", "0.125–0.875", "12"]
    assert baseline.index("p 0.0300") > heads.index("documents") + len("documents")


def test_eighty_columns_show_every_number(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
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
    scorers = {"entities_strict_clitic": found}
    terminal.show_scores({"runner": "r", "dataset": "v1#abc", "documents": 5, "scorers": scorers})
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    shown = [line.split() for line in lines]
    for name in names:
        marks = ["≤", "frequent"] if name == "micro/f1" else []
        assert [name, *marks, "0.500", "0.250–0.750", "0.125–0.875", "100000", "0.875"] in shown
    assert ["frequent", "0.500", "+0.000", "-0.125…+0.375", "p", "1.0000"] in shown
