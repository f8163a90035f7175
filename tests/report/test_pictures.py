import sys
from pathlib import Path

import pytest

from harness.report.pictures import draw
from tests.report.made import SCORERS, erring, perfect, report_of, run_of


def test_a_run_with_boundary_errors_has_both_pictures(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", erring())
    out = tmp_path / "out"
    out.mkdir()
    assert [path.name for path in draw(report_of(run), out)] == ["types.png", "ledger.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.iterdir())


def test_nothing_is_drawn_of_what_a_run_lacks(tmp_path: Path) -> None:
    claims = run_of(tmp_path / "a", perfect(), scorers={"claims": SCORERS["claims"]})
    assert draw(report_of(claims), tmp_path) == []
    two = report_of(run_of(tmp_path / "b", erring()), run_of(tmp_path / "c", perfect()))
    assert [path.name for path in draw(two, tmp_path)] == ["types.png"]


def test_without_matplotlib_the_page_has_its_tables_and_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(tmp_path / "a", erring())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    out = tmp_path / "out"
    out.mkdir()
    report = report_of(run)
    assert draw(report, out) == []
    assert not [*out.iterdir()]
    said = "warning: report: found no matplotlib; no picture is drawn (pip install 'arabic-extraction-harness[plots]')"
    assert capsys.readouterr().err.splitlines()[-1] == said
    page = report.html
    assert "<picture>" not in page
    assert "The picture is not drawn: Matplotlib is not installed." in page
    assert "No mention has a confidence." not in page
    assert " without score · ECE" in page
