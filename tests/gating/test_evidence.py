from dataclasses import replace

import numpy as np
import pytest

from harness.data.types import InputError
from harness.gating.evidence import Evidence, Support
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import difference
from tests.gating.counted import evidence, side, table, units


def test_a_point_and_a_difference_are_those_of_the_scorer() -> None:
    # 9 of 10 found everywhere: F1 = 18/19. 8 of 10: 16/18. The difference is the same in every replicate.
    found = evidence(table(GPE=units(8)), table(GPE=units(9)))
    point, gap = found.point("strict", "micro/f1"), found.difference("strict", "GPE/f1")
    assert point is not None
    assert point.value == pytest.approx(16 / 18)
    assert gap is not None
    assert (gap.value, *(gap.bounds or ())) == pytest.approx((16 / 18 - 18 / 19,) * 3)
    assert (gap.units, gap.support.gold, gap.support.units) == (40, 400, 40)


def test_the_interval_is_that_of_a_comparison() -> None:
    random = np.random.default_rng(1)
    before, after = (
        table(GPE=(random.integers(0, 9, 30), random.integers(0, 3, 30), random.integers(0, 3, 30))) for _ in range(2)
    )
    gap = evidence(after, before).difference("strict", "micro/f1")
    assert gap is not None
    wanted = difference(EntitiesStrict(), before, after, Bootstrap(400))["micro/f1"]
    assert (gap.value, gap.low, gap.high, gap.p) == (wanted.difference, wanted.low, wanted.high, wanted.p)
    wider = evidence(after, before).difference("strict", "micro/f1", level=0.99)
    assert wider is not None
    assert (wider.low or 0) < (gap.low or 0) < (gap.high or 0) < (wider.high or 0)


def test_what_a_run_lacks_is_none_and_what_nobody_has_is_refused() -> None:
    lost = evidence(None, table(GPE=units(9)))
    assert lost.point("strict", "micro/f1") is None
    assert lost.difference("strict", "micro/f1") is None
    whole = evidence(table(GPE=units(9)), table(GPE=units(9)))
    with pytest.raises(InputError, match="scorer: found 'soft', wanted one of strict"):
        whole.point("soft", "micro/f1")
    with pytest.raises(InputError, match="measure: found 'micro/f2', wanted one of strict"):
        whole.difference("strict", "micro/f2")
    with pytest.raises(InputError, match="baseline: found none"):
        evidence(table(GPE=units(9)), None).difference("strict", "micro/f1")


def test_a_baseline_without_the_layer_is_refused() -> None:
    found = Evidence(side(table(GPE=units(9))), side(None), {"strict": EntitiesStrict()}, Bootstrap(100))
    with pytest.raises(InputError, match=r"found no entities in side, .*\(it does\), wanted bless a run that does"):
        found.difference("strict", "micro/f1")
    neither = Evidence(side(None), side(None), {"strict": EntitiesStrict()}, Bootstrap(100))
    with pytest.raises(InputError, match=r"\(the run does not either\), wanted a policy without rules on them"):
        neither.difference("strict", "micro/f1")


def test_types_are_guarded_from_their_support_on() -> None:
    # 30 spans in 5 units, 30 in 4, 29 in 29.
    counts = table(
        ENOUGH=([6] * 5 + [0] * 25, [0] * 30, [0] * 30),
        BUNCHED=([8, 8, 7, 7] + [0] * 26, [0] * 30, [0] * 30),
        SCARCE=([1] * 29 + [0], [0] * 30, [0] * 30),
        SPURIOUS=([0] * 30, [2] * 30, [0] * 30),
    )
    found = evidence(counts, counts)
    assert found.supported("strict", "f1", 30, 5) == ["ENOUGH"]
    assert found.supported("strict", "f1", 29, 4) == ["ENOUGH", "BUNCHED", "SCARCE"]
    assert found.supported("strict", "unknown", 30, 5) == []


def test_the_anchor_is_compared_with_where_it_is_asked_for() -> None:
    now, before, first = (table(GPE=units(right)) for right in (7, 8, 9))
    found = replace(evidence(now, before), anchor=side(first))
    gaps = [found.difference("strict", "micro/f1", against) for against in ("baseline", "anchor")]
    assert [gap and gap.value for gap in gaps] == pytest.approx([14 / 17 - 16 / 18, 14 / 17 - 18 / 19])
    with pytest.raises(InputError, match="anchor: found none"):
        evidence(now, before).difference("strict", "micro/f1", "anchor")


def test_a_label_without_gold_of_its_own_has_that_of_the_best_supported() -> None:
    counts = table(GPE=([2] * 30, [0] * 30, [0] * 30), FAC=([1] * 3 + [0] * 27, [0] * 30, [0] * 30))
    found = evidence(counts, None)
    assert found.support("strict", "FAC/f1") == Support(3, 3)
    assert found.support("strict", "macro/f1") == found.support("strict", "micro/f1") == Support(63, 30)


def test_an_interval_that_ends_near_a_limit_is_resampled_more() -> None:
    random = np.random.default_rng(2)
    before, after = (table(GPE=(random.binomial(9, share, 40), [0] * 40, [1] * 40)) for share in (0.8, 0.78))
    found = evidence(after, before, resamples=300)
    plain = found.difference("strict", "micro/f1", limits=(-0.5, 0.5))
    assert plain is not None
    assert plain == found.difference("strict", "micro/f1")
    assert plain.low is not None
    near = found.difference("strict", "micro/f1", limits=(-0.5, plain.low))
    wanted = difference(EntitiesStrict(), before, after, Bootstrap(2400))["micro/f1"]
    assert near is not None
    assert (near.low, near.high) == (wanted.low, wanted.high)
    # The value and the test are those of a comparison.
    assert (near.value, near.p) == (plain.value, plain.p)
