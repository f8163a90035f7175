from rich.console import Console
from rich.table import Table

from harness.comparison.pair import Comparison
from harness.comparison.tables import comparison_table, leaderboard_table, power_table
from harness.scoring.power import Detectable
from tests.comparison.test_pair import comparison
from tests.comparison.test_sheets import LEADERBOARD

__all__ = ["comparison"]


def lines(table: Table) -> list[list[str]]:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(table)
    return [line.split() for line in captured.get().splitlines()]


def test_a_comparison_shows_its_headlines(comparison: Comparison) -> None:
    shown = lines(comparison_table(comparison))
    first = shown.index(["entities_strict"])
    assert shown[first + 1] == ["word", "view"]
    assert shown[first + 2][:4] == ["micro/f1", "1.000", "0.571", "-0.429"]
    verdict = comparison.headlines[0].verdict
    said = " ".join(word for line in shown for word in line)
    assert f"entities_strict micro/f1: {verdict}" in said


def test_a_leaderboard_names_each_measure_once_and_isolates_names() -> None:
    shown = lines(leaderboard_table(LEADERBOARD))
    first = shown.index(["claims"])
    assert shown[first + 1] == ["word", "view,", "relation/f1"]
    assert shown[first + 2] == ["fast", "1", "0.750", "0.500…1.000", "a", "–", "–", "1234"]
    assert shown[first + 3] == ["\u2068slow", "|", "بطيء\u2069", "2", "0.500", "–", "b", "-0.250", "0.0100", "–"]
    said = " ".join(word for line in shown for word in line)
    assert said.endswith("by Holm, pairs in each measure: 1; in fewer than two runs: checkworthy")


def test_power_says_what_is_unknown() -> None:
    found = {"claims": {"relation/f1": Detectable(0.1, 0.28, 50), "content_soft/f1": None}}
    shown = lines(power_table(found, 0.28, 0.95))
    assert ["claims", "relation/f1", "50", "0.280", "too", "few", "units", "differ", "unknown"] in shown
    assert ["claims", "content_soft/f1", "unknown"] in shown


def test_power_says_what_it_assumes_and_puts_extremes_in_words() -> None:
    found = {"claims": {"relation/f1": Detectable(0.1, 0.28, 50, 0.34)}}
    for difference, words in (
        (0.4, ["none"]),
        (0.3, ["about", "15"]),
        (0.1, ["more", "than", "ten", "times", "what", "is", "there"]),
    ):
        shown = lines(power_table(found, difference, 0.9, 0.5))
        assert ["claims", "relation/f1", "50", "0.280", "0.340", *words] in shown
    said = " ".join(word for line in shown for word in line)
    assert "a rival that counts the same in 50 % of units" in said
    assert "a 90 % interval excludes 0" in said
    assert "these two runs" in " ".join(word for line in lines(power_table(found, 0.1, 0.9)) for word in line)


def test_eighty_columns_hold_names_and_numbers(comparison: Comparison) -> None:
    console = Console(width=80)
    for table in (comparison_table(comparison), leaderboard_table(LEADERBOARD)):
        with console.capture() as captured:
            console.print(table)
        # Nothing is cut off: what does not fit goes on in the next line.
        assert not any(line.rstrip().endswith("…") or "… " in line for line in captured.get().splitlines())
