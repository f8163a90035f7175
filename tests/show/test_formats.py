import pytest

from harness.show import formats


def test_an_interval_stands_in_brackets_behind_its_value() -> None:
    assert formats.estimate(0.95, 0.929, 0.9641) == "0.950 (0.929–0.964)"
    assert formats.estimate(0.95, None, None) == "0.950"
    assert formats.estimate(None, None, None) == "–"
    assert formats.estimate(None, 0.1, 0.2) == "–"


def test_ends_of_differences_are_parted_by_a_word_for_they_have_signs() -> None:
    assert formats.estimate(0.012, -0.003, 0.02, signed=True) == "+0.012 (-0.003 to +0.020)"
    assert formats.interval(-0.02, -0.01, signed=True) == "-0.020 to -0.010"
    assert formats.interval(0.1, 0.2) == "0.100–0.200"
    assert formats.interval(None, 0.2) == formats.interval(0.1, None, signed=True) == "–"


def test_what_is_undefined_is_a_dash() -> None:
    shown = (formats.value, formats.p, formats.count, formats.speed)
    assert {show(None) for show in shown} == {"–"}
    assert [show(1) for show in shown] == ["1.000", "1.0000", "1", "1"]
    assert formats.value(-0.25, signed=True) == "-0.250"


def test_no_zero_has_a_minus_sign() -> None:
    assert [formats.value(number) for number in (-0.0, -0.0004, -0.0006)] == ["0.000", "0.000", "-0.001"]
    assert formats.interval(-0.0001, 0.0, signed=True) == "+0.000 to +0.000"


@pytest.mark.parametrize(
    ("shares", "shown"), [([0.95], "95 %"), ([0.95, 0.9, 0.95], "90 % / 95 %"), ([0.9995], "99.95 %")]
)
def test_levels_are_percents_each_once(shares: list[float], shown: str) -> None:
    assert formats.percents(shares) == shown
