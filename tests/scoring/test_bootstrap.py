"""Intervals against plain Python, against scipy, and what must hold of them."""

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from harness.data.types import InputError
from harness.scoring import bootstrap as module
from harness.scoring.bootstrap import FEWEST_UNITS, Bootstrap, Method, blocks, draw, effective_units, merge
from harness.scoring.corpus import Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Counts, Scorer, Table, Totals
from tests.oracles.means import Mean, numbers
from tests.oracles.resampling import micro_f1s, percentile

COLUMNS = tuple(f"{label}/{count}" for label in ("GPE", "LAW") for count in ("tp", "fp", "fn"))


def table_of(rows: list[tuple[int, int, int]], law: list[tuple[int, int, int]] | None = None) -> Table:
    """Units with counts of GPE, and of LAW."""
    second = law or [(0, 0, 0)] * len(rows)
    return Table(COLUMNS, np.array([(*one, *other) for one, other in zip(rows, second, strict=True)], dtype=np.float64))


def random_rows(units: int, seed: int = 1) -> list[tuple[int, int, int]]:
    random = np.random.default_rng(seed)
    return [(int(tp), int(fp), int(fn)) for tp, fp, fn in random.poisson((3, 1, 1), size=(units, 3))]


REGULAR = random_rows(60)


@dataclass(frozen=True, eq=False)
class Recorder:
    """A scorer that keeps the sums it was given; the measure is their first column."""

    layer: ClassVar[str] = "entities"
    seen: list[Counts] = field(default_factory=list)

    def counts(self, corpus: Corpus) -> Table:
        raise NotImplementedError

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        self.seen.append(np.stack(list(totals.values()), axis=-1))
        return {"GPE/sum": totals["GPE/tp"]}

    def support(self, totals: Totals) -> dict[str, Counts]:
        return {"GPE": totals["GPE/tp"] + totals["GPE/fn"]}

    def sums(self) -> Counts:
        return np.concatenate(self.seen)


def resample(scorer: Scorer, table: Table, number: int) -> None:
    """Replicates of the scores of `scorer`."""
    Bootstrap(number).replicates(table.values, lambda sums: scorer.scores(table.named(sums), table.totals))


def test_the_interval_is_that_of_plain_python() -> None:
    found = micro_f1s(REGULAR, 4000, seed=7)
    low, high = Bootstrap(4000, method="percentile").intervals(EntitiesStrict(), table_of(REGULAR))["micro/f1"]
    assert low == pytest.approx(percentile(found, 0.025), abs=0.006)
    assert high == pytest.approx(percentile(found, 0.975), abs=0.006)


def test_the_interval_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    tp, fp = np.array(REGULAR, dtype=np.float64)[:, :2].T
    theirs = bootstrap(
        (tp, fp),
        lambda right, wrong, axis: right.sum(axis=axis) / (right.sum(axis=axis) + wrong.sum(axis=axis)),
        paired=True,
        vectorized=True,
        n_resamples=4000,
        confidence_level=0.9,
        method="percentile",
        rng=np.random.default_rng(3),
    ).confidence_interval
    percentiles = Bootstrap(resamples=4000, level=0.9, method="percentile")
    ours = percentiles.intervals(EntitiesStrict(), table_of(REGULAR))["micro/precision"]
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.006)


def test_merging_equal_units_changes_no_distribution() -> None:
    # Half of the units are empty and many are equal: 80 units, few different rows.
    rows = [(0, 0, 0)] * 40 + [(1, 0, 1)] * 20 + [(2, 1, 0)] * 15 + [(9, 0, 4)] * 5
    recorder = Recorder()
    resample(recorder, table_of(rows), 6000)
    merged = recorder.sums()[:, :3]
    values = np.array(rows, dtype=np.float64)
    chosen = np.random.default_rng(5).integers(0, len(rows), size=(6000, len(rows)))
    plain = values[chosen].sum(axis=1)
    spread = plain.std(axis=0)
    # The standard error of a mean over 6000 replicates is 0.013 spreads; of a quantile here below 0.05.
    assert np.abs(merged.mean(axis=0) - plain.mean(axis=0)) / spread == pytest.approx([0] * 3, abs=0.06)
    assert merged.std(axis=0) / spread == pytest.approx([1] * 3, abs=0.05)
    assert np.corrcoef(merged.T) == pytest.approx(np.corrcoef(plain.T), abs=0.05)
    for share in (0.025, 0.25, 0.5, 0.975):
        gap = np.abs(np.quantile(merged, share, axis=0) - np.quantile(plain, share, axis=0))
        assert (gap <= np.maximum(1, 0.15 * spread)).all()


def test_every_replicate_draws_as_many_units_as_there_are() -> None:
    recorder = Recorder()
    resample(recorder, table_of([(1, 0, 0)] * 7 + [(1, 2, 0)] * 5), 100)
    assert recorder.sums().shape == (100, 6)
    assert (recorder.sums()[:, 0] == 12).all()


@pytest.mark.parametrize("cells", [1, 100, 1000, 4_000_000])
def test_blocks_change_nothing_but_the_memory(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS", cells)
    recorder, table = Recorder(), table_of(REGULAR)
    resample(recorder, table, 101)
    rows = len(np.unique(table.values, axis=0))
    assert max(len(one) for one in recorder.seen) == max(1, min(101, cells // rows))
    assert len(recorder.sums()) == 101
    intervals = Bootstrap(600, method="percentile").intervals(EntitiesStrict(), table)
    monkeypatch.undo()
    whole = Bootstrap(600, method="percentile").intervals(EntitiesStrict(), table)
    assert intervals.keys() == whole.keys()
    assert intervals["micro/f1"] == pytest.approx(whole["micro/f1"], abs=0.03)


def test_the_seed_decides() -> None:
    table = table_of(REGULAR)
    methods: tuple[Method, ...] = ("percentile", "bca", "wilson")
    for method in methods:
        first, again, other = (
            Bootstrap(300, seed, method=method).intervals(EntitiesStrict(), table) for seed in (13, 13, 14)
        )
        assert str(first) == str(again)  # NaN is not equal to itself
        assert first["macro/f1"] != other["macro/f1"]
        # Nothing is drawn for the Wilson interval of a share.
        assert (first["micro/f1"] == other["micro/f1"]) == (method == "wilson")


@given(st.integers(8, 60), st.integers(0, 50), st.sampled_from((0.8, 0.95)), st.sampled_from(("wilson", "percentile")))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_intervals_are_ordered_and_hold_the_point(units: int, seed: int, level: float, method: Method) -> None:
    table = table_of(random_rows(units, seed))
    intervals = Bootstrap(400, level=level, method=method).intervals(EntitiesStrict(), table)
    points = EntitiesStrict().scores(table.totals, table.totals)
    for name in ("micro/f1", "micro/precision", "micro/recall", "GPE/f1", "macro/f1"):
        low, high = intervals[name]
        assert 0 <= low <= points[name] <= high <= 1


def test_a_higher_level_is_a_wider_interval() -> None:
    widths = [
        high - low
        for level in (0.5, 0.9, 0.99)
        for low, high in [Bootstrap(level=level).intervals(EntitiesStrict(), table_of(REGULAR))["micro/f1"]]
    ]
    assert widths == sorted(widths)
    assert widths[0] < widths[2] / 2


@pytest.mark.parametrize("carriers", [0, FEWEST_UNITS - 1, FEWEST_UNITS, FEWEST_UNITS + 1])
def test_a_label_in_fewer_than_five_units_has_no_interval(carriers: int) -> None:
    assert FEWEST_UNITS == 5
    # What is only predicted there, or there twice, makes no unit of gold.
    law = [(3, 0, 0)] * carriers + [(0, 2, 0)] * (60 - carriers)
    intervals = Bootstrap(50).intervals(EntitiesStrict(), table_of(REGULAR, law))
    for name in ("precision", "recall", "f1"):
        assert (f"LAW/{name}" in intervals) == (carriers >= 5)
        assert {f"GPE/{name}", f"micro/{name}", f"macro/{name}"} <= intervals.keys()


def test_few_units_have_no_interval_at_all() -> None:
    assert Bootstrap(50).intervals(EntitiesStrict(), table_of(REGULAR[:4])) == {}


def test_replicates_without_a_label_are_left_out_of_its_own_interval() -> None:
    # 5 of 60 units carry it and all are found: where it is drawn, F1 is 1; e^-5 of the replicates lack it.
    law = [(1, 0, 0)] * 5 + [(0, 0, 0)] * 55
    intervals = Bootstrap(2000, method="percentile").intervals(EntitiesStrict(), table_of(REGULAR, law))
    assert intervals["LAW/f1"] == (1, 1)


def test_replicates_without_a_label_keep_macro_over_the_same_set() -> None:
    # GPE is always wrong, LAW, in 1 of 60 units, always right: macro is 1/2, with LAW drawn or not.
    rows, law = [(0, 1, 1)] * 60, [(1, 0, 0)] + [(0, 0, 0)] * 59
    intervals = Bootstrap(500, method="percentile").intervals(EntitiesStrict(), table_of(rows, law))
    assert intervals["macro/f1"] == (0.5, 0.5)


def test_a_measure_that_is_never_defined_has_no_numbers() -> None:
    table = table_of([(0, 0, 1)] * 10)
    intervals = Bootstrap(50, method="percentile").intervals(EntitiesStrict(), table)
    assert all(map(math.isnan, intervals["GPE/precision"]))
    assert intervals["GPE/recall"] == (0, 0)


def test_a_share_that_is_never_defined_has_no_numbers() -> None:
    found = Bootstrap(50).intervals(EntitiesStrict(), table_of([(0, 0, 1)] * 10))
    assert all(map(math.isnan, found["GPE/precision"]))


@pytest.mark.parametrize(
    ("sizes", "units"), [([3, 3, 3, 3], 4), ([22, 1, 1], 24**2 / 486), ([0, 0, 5], 1), ([0, 0], 0), ([], 0)]
)
def test_uneven_units_are_worth_fewer(sizes: list[float], units: float) -> None:
    assert effective_units(np.array(sizes, dtype=np.float64)) == pytest.approx(units)


def skewed_rows(units: int, seed: int) -> list[tuple[int, int, int]]:
    """Few units of very uneven size and difficulty, some of them equal."""
    random = np.random.default_rng(seed)
    sizes = random.choice((2, 2, 3, 30), size=units)
    tp = random.binomial(sizes, random.choice((0.5, 0.95), size=units))
    return [(int(one), int(size - one), 0) for one, size in zip(tp, sizes, strict=True)]


def scipy_bca(rows: list[tuple[int, int, int]]) -> tuple[float, float]:
    from scipy.stats import bootstrap

    tp, fp = np.array(rows, dtype=np.float64)[:, :2].T
    found = bootstrap(
        (tp, fp),
        lambda right, wrong, axis: right.sum(axis=axis) / (right.sum(axis=axis) + wrong.sum(axis=axis)),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        method="BCa",
        rng=np.random.default_rng(3),
    ).confidence_interval
    return float(found.low), float(found.high)


@pytest.mark.parametrize("seed", [3, 6])
def test_bca_of_a_ratio_is_that_of_scipy(seed: int) -> None:
    rows = skewed_rows(20, seed)
    table, percentiles = table_of(rows), Bootstrap(20_000, method="percentile")
    theirs = scipy_bca(rows)
    ours = Bootstrap(20_000, method="bca").intervals(EntitiesStrict(), table)["micro/precision"]
    assert ours == pytest.approx(theirs, abs=0.006)
    # It is another interval than the one that the same replicates give without corrections.
    assert percentiles.intervals(EntitiesStrict(), table)["micro/precision"] != pytest.approx(theirs, abs=0.012)


def test_bca_of_a_mean_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(2).exponential(size=15)
    theirs = bootstrap(
        (values,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(3)
    ).confidence_interval
    ours = Bootstrap(40_000, method="bca").intervals(Mean(), numbers(values))["x/mean"]
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_bca_weighs_units_that_are_alike() -> None:
    # The three that pull are alike: were they left out but once, acceleration would be another.
    values = [*np.linspace(0, 1, 12).tolist(), 5.0, 5.0, 5.0]
    whole = Bootstrap(20_000, method="bca").intervals(Mean(), numbers(values))["x/mean"]
    apart = np.array(values) + np.arange(15) * 1e-9
    assert Bootstrap(20_000, method="bca").intervals(Mean(), numbers(apart))["x/mean"] == pytest.approx(whole, abs=0.03)


def test_bca_without_a_correction_is_the_percentile_interval() -> None:
    constant = table_of([(3, 1, 0)] * 10)
    # Precision is undefined without the one unit in which something was predicted.
    undefined = table_of([(2, 1, 1)] + [(0, 0, 2)] * 9)
    # Each of two measures that are always 1 or never defined.
    for table in (constant, undefined, table_of([(1, 0, 0)] * 10), table_of([(0, 0, 1)] * 10)):
        plain, corrected = (
            Bootstrap(300, method=method).intervals(EntitiesStrict(), table) for method in ("percentile", "bca")
        )
        assert corrected["GPE/precision"] == pytest.approx(plain["GPE/precision"], nan_ok=True)
    low, high = Bootstrap(300, method="bca").bounds(np.ones((6, 1)), lambda sums: {"x": sums[..., 0] * 0.0})["x"]
    assert (low, high) == (0, 0)


@given(st.integers(5, 40), st.integers(0, 50), st.sampled_from((0.8, 0.95, 0.999)))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_bca_intervals_are_ordered_and_among_the_replicates(units: int, seed: int, level: float) -> None:
    table = table_of(skewed_rows(units, seed))
    for low, high in Bootstrap(200, level=level, method="bca").intervals(EntitiesStrict(), table).values():
        assert math.isnan(low) or 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("resamples", "level", "method", "message"),
    [
        (0, 0.95, "percentile", "resamples: found 0"),
        (10, 1.0, "percentile", "level: found 1.0"),
        (10, 0.95, "BCa", "method: found 'BCa', wanted one of wilson, percentile, bca"),
    ],
)
def test_what_makes_no_interval_is_an_input_error(resamples: int, level: float, method: Method, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Bootstrap(resamples, 1, level, method)


@given(st.lists(st.tuples(*[st.sampled_from((0.0, -0.0, 1.0, 0.1))] * 3), min_size=1, max_size=30))
def test_merged_rows_are_the_different_ones(rows: list[tuple[float, float, float]]) -> None:
    merged, repeats = merge(np.array(rows))
    found = [tuple(row) for row in merged.tolist()]
    assert len(set(found)) == len(found)
    assert {row: rows.count(row) for row in rows} == dict(zip(found, repeats.tolist(), strict=True))


@given(st.integers(1, 5000), st.integers(0, 2 * module._CELLS))
def test_blocks_sum_up_and_fit(number: int, width: int) -> None:
    sizes = list(blocks(number, width))
    assert sum(sizes) == number
    assert all(size == 1 or size * width <= module._CELLS for size in sizes)


def test_draws_are_multinomial_for_common_and_rare_rows_alike() -> None:
    repeats = np.array([40, 1, 9, 3, 1, 6])
    weights = draw(np.random.default_rng(5), repeats, 20_000)
    assert (weights.sum(axis=1) == 60).all()
    shares = repeats / 60
    # Of a multinomial: mean n p, covariance n (diag(p) - p p'); 20,000 draws tell them to about a hundredth of n.
    assert weights.mean(axis=0) == pytest.approx(60 * shares, abs=0.1)
    expected = 60 * (np.diag(shares) - np.outer(shares, shares))
    assert np.cov(weights, rowvar=False) == pytest.approx(expected, abs=0.4)
    # And the whole distribution of a rare row and of a common one.
    for row in (1, 0):
        counts = np.bincount(weights[:, row].astype(int), minlength=61)[:61] / 20_000
        assert counts == pytest.approx(binom.pmf(np.arange(61), 60, shares[row]), abs=0.012)
