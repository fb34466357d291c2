"""Sample sizes and bounds: published tables, and a second way of computing each figure."""

from fractions import Fraction
from math import ceil, comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.analysis.sampling.bounds import (
    RATE_PLACES,
    sample_size,
    units_size,
    upper_error_count,
    upper_error_limit,
)

pytestmark = pytest.mark.slow

SURE = Fraction("0.95")
CONFIDENCES = st.sampled_from([Fraction(one) for one in ("0.5", "0.8", "0.9", "0.95", "0.99", "0.9999")])

# AICPA, Audit Guide: Audit Sampling (2017), appendix A, table A-1: 5 % risk of overreliance, no expected
# deviations: tolerable rate in percent, sample size. Table A-2: the same at 10 % risk.
_TABLE_A1 = {2: 149, 3: 99, 4: 74, 5: 59, 6: 49, 7: 42, 8: 36, 9: 32, 10: 29, 15: 19, 20: 14}
_TABLE_A2 = {2: 114, 3: 76, 4: 57, 5: 45, 6: 38, 7: 32, 8: 28, 9: 25, 10: 22, 15: 15, 20: 11}

# The same, tables A-3 (5 %) and A-4 (10 %): upper limits in percent by sample size, for 0, 1, 2 … deviations.
_TABLE_A3 = {
    20: "14.0 21.7 28.3 34.4 40.2 45.6 50.8 55.9 60.7 65.4 69.9",
    25: "11.3 17.7 23.2 28.2 33.0 37.6 42.0 46.3 50.4 54.4 58.4",
    30: "9.6 14.9 19.6 23.9 28.0 31.9 35.8 39.4 43.0 46.6 50.0",
    60: "4.9 7.7 10.2 12.5 14.7 16.8 18.8 20.8 22.8 24.8 26.7",
    100: "3.0 4.7 6.2 7.6 9.0 10.3 11.5 12.8 14.0 15.2 16.4",
    500: "0.6 1.0 1.3 1.6 1.9 2.1 2.4 2.7 2.9 3.2 3.4",
}
_TABLE_A4 = {
    20: "10.9 18.1 24.5 30.5 36.1 41.5 46.8 51.9 56.8 61.6 66.2",
    60: "3.8 6.4 8.7 10.8 12.9 15.0 16.9 18.9 20.8 22.7 24.6",
    200: "1.2 2.0 2.7 3.4 4.0 4.6 5.3 5.9 6.5 7.1 7.6",
}


@pytest.mark.parametrize(("confidence", "table"), [("0.95", _TABLE_A1), ("0.90", _TABLE_A2)])
def test_sizes_for_units_are_those_of_the_aicpa_tables(confidence: str, table: dict[int, int]) -> None:
    for percent, size in table.items():
        assert units_size(Fraction(percent, 100), Fraction(confidence)) == size
        # the tables are for large populations: there the hypergeometric asks for the same
        assert sample_size(10**6, Fraction(percent, 100), Fraction(confidence)) == size


@pytest.mark.parametrize(("confidence", "table"), [("0.95", _TABLE_A3), ("0.90", _TABLE_A4)])
def test_upper_limits_are_those_of_the_aicpa_tables(confidence: str, table: dict[int, str]) -> None:
    for size, limits in table.items():
        for errors, limit in enumerate(limits.split()):
            bound = upper_error_limit(size, errors, Fraction(confidence))
            assert Fraction(ceil(bound * 1000), 10) == Fraction(limit)  # printed rounded up to 0.1 %


@pytest.mark.parametrize(
    ("population", "tolerable", "size"),
    [(1000, "0.01", 258), (1000, "0.05", 57), (10_000, "0.05", 59)],
)
def test_sizes_for_rows_are_those_of_jfa(population: int, tolerable: str, size: int) -> None:
    # R package jfa, planning(conf.level = 0.95, expected = 0, likelihood = "hypergeometric", N.units = …),
    # as its own tests have them (test-planning.R: f5-v0.1.0-t13, -t14, f5-v0.5.2-t1)
    assert sample_size(population, Fraction(tolerable), SURE) == size


@pytest.mark.parametrize(("tolerable", "size"), [("0.01", 299), ("0.05", 59)])
def test_sizes_for_units_are_those_of_jfa(tolerable: str, size: int) -> None:
    assert units_size(Fraction(tolerable), SURE) == size  # the same file, f5-v0.1.0-t7 and -t8: binomial


@pytest.mark.parametrize(("population", "size"), [(0, 0), (1, 1), (2, 2), (19, 19), (20, 19), (40, 31)])
def test_small_populations_are_verified_nearly_whole(population: int, size: int) -> None:
    # By hand. Up to 20 rows one is tolerable: missed with (N − n) ÷ N; 1 ÷ 20 is allowed, 1 ÷ 19 is not.
    # Of 40 two: missed in 31 with 9 × 8 ÷ (40 × 39) = 0.046, in 30 with 10 × 9 ÷ (40 × 39) = 0.058.
    assert sample_size(population, Fraction("0.05"), SURE) == size


def at_most(errors: int, population: int, wrong: int, sample: int) -> Fraction:
    """The hypergeometric distribution, term by term as textbooks have it."""
    terms = (comb(wrong, x) * comb(population - wrong, sample - x) for x in range(min(errors, sample) + 1))
    return Fraction(sum(terms), comb(population, sample))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 9999), CONFIDENCES)
def test_size_is_the_least_that_is_sure_enough(population: int, share: int, confidence: Fraction) -> None:
    tolerable = Fraction(share, 10_000)
    size = sample_size(population, tolerable, confidence)
    wrong = max(1, ceil(tolerable * population))
    assert 1 <= size <= population
    assert at_most(0, population, wrong, size) <= 1 - confidence
    assert at_most(0, population, wrong, size - 1) > 1 - confidence


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bound_on_rows_is_the_most_that_is_not_too_unlikely(data: st.DataObject) -> None:
    population = data.draw(st.integers(1, 200))
    sample = data.draw(st.integers(1, population))
    errors = data.draw(st.integers(0, sample))
    confidence = data.draw(CONFIDENCES)
    bound = upper_error_count(population, sample, errors, confidence)
    likely = [
        wrong
        for wrong in range(errors, population - sample + errors + 1)
        if at_most(errors, population, wrong, sample) > 1 - confidence
    ]
    assert bound == max(likely)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.data())
def test_bounds_are_those_of_scipy(units: int, data: st.DataObject) -> None:
    from scipy.stats import beta, hypergeom  # floats: a cross-check alone

    errors = data.draw(st.integers(0, units - 1))
    bound = upper_error_limit(units, errors, SURE)
    assert float(bound) == pytest.approx(beta.ppf(0.95, errors + 1, units - errors), abs=1e-9)
    most = upper_error_count(1000, units, errors, SURE)
    assert hypergeom.cdf(errors, 1000, most, units) > 0.05 - 1e-9
    if most < 1000 - units + errors:
        assert hypergeom.cdf(errors, 1000, most + 1, units) <= 0.05 + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 80), st.data(), CONFIDENCES)
def test_bound_on_units_is_the_least_with_twelve_decimals(
    units: int, data: st.DataObject, confidence: Fraction
) -> None:
    errors = data.draw(st.integers(0, units - 1))
    bound, step = upper_error_limit(units, errors, confidence), Fraction(1, 10**RATE_PLACES)

    def so_few(rate: Fraction) -> Fraction:
        return sum(
            (comb(units, x) * rate**x * (1 - rate) ** (units - x) for x in range(errors + 1)), Fraction(0)
        )

    assert so_few(bound) <= 1 - confidence < so_few(bound - step)


def test_bounds_at_their_ends() -> None:
    assert upper_error_limit(0, 0, SURE) == upper_error_limit(7, 7, SURE) == 1
    assert upper_error_count(50, 50, 3, SURE) == 3  # all verified: all known
    assert upper_error_count(50, 10, 10, SURE) == 50
    # By hand: of 1 row in 2 verified and right, both could not be wrong, one could, with 1 ÷ 2
    assert upper_error_count(2, 1, 0, SURE) == 1


def test_a_population_of_a_million_is_quick() -> None:
    from time import process_time

    start = process_time()
    # one in a million: missed with (10⁶ − n) ÷ 10⁶, so 95 in 100 of the rows
    assert sample_size(10**6, Fraction(1, 10**6), SURE) == 950_000
    assert upper_error_count(10**6, 59, 3, SURE) == 126_204  # regression; scipy has it too, below
    sample_size(10**6, Fraction(1, 1000), SURE)
    assert process_time() - start < 5

    from scipy.stats import hypergeom

    assert hypergeom.cdf(3, 10**6, 126_204, 59) > 0.05 > hypergeom.cdf(3, 10**6, 126_205, 59)
