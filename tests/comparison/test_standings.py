import pytest

from harness.comparison.standings import Gap
from harness.scoring.multiplicity import Adjusted
from harness.scoring.paired import Difference


def test_a_difference_turned_is_the_same_test_seen_from_the_other_run() -> None:
    gap = Gap(Difference(0.5, 0.75, 0.25, 0.125, 0.5, 0.01), Adjusted(0.01, 0.03, 3))
    turned = gap.turned()
    # b - a in [0.125, 0.5] is a - b in [-0.5, -0.125].
    assert turned.difference == Difference(0.75, 0.5, -0.25, -0.5, -0.125, 0.01)
    assert turned.p == gap.p
    assert turned.turned() == gap
    same = Gap(gap.difference._replace(difference=0.0), gap.p).turned().difference.difference
    assert f"{same:+.3f}" == "+0.000"


@pytest.mark.parametrize(("adjusted", "found"), [(0.049, True), (0.05, False), (1.0, False), (None, False)])
def test_runs_are_told_apart_below_alpha(adjusted: float | None, found: bool) -> None:
    undefined = Difference(0.5, None, None, None, None, None)
    assert Gap(undefined, Adjusted(adjusted, adjusted, 1)).is_found == found
    assert Gap(undefined, Adjusted(None, None, 0)).turned().difference == Difference(None, 0.5, None, None, None, None)
