"""Sample sizes and one-sided upper bounds on population errors, exact in whole numbers and fractions."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, comb, perm

RATE_PLACES = 12  # a bound on a rate is rounded up to so many decimals: it stays a bound


def sample_size(population: int, tolerable: Fraction, confidence: Fraction) -> int:
    """The least number of rows to draw, without putting back, to tell a worse population by.

    If of `population` rows the least whole number that is `tolerable` of them (at least 1) were wrong, a
    sample of this size would have none of them with a probability of at most 1 − `confidence`.
    """
    if population == 0:
        return 0
    wrong = max(1, ceil(tolerable * population))
    risk = 1 - confidence

    def enough(size: int) -> bool:
        less, more = sorted((size, wrong))  # the two may change places
        missed, ways = perm(population - more, less), perm(population, less)
        return missed * risk.denominator <= risk.numerator * ways

    return _least(enough, population)


def units_size(tolerable: Fraction, confidence: Fraction) -> int:
    """The same for draws from so many units that putting back makes no difference: the binomial."""
    right, risk = 1 - tolerable, 1 - confidence
    return _least(lambda size: right**size <= risk, None)


def upper_error_count(population: int, sample: int, errors: int, confidence: Fraction) -> int:
    """The largest number of wrong rows with which so few in the sample are not too unlikely.

    With more, `errors` or fewer in a sample of `sample` from `population` would have a probability of at
    most 1 − `confidence`.
    """
    risk = 1 - confidence
    least, most = errors, population - sample + errors
    while least < most:
        middle = (least + most + 1) // 2
        found, ways = _at_most(errors, population, middle, sample)
        if found * risk.denominator > risk.numerator * ways:
            least = middle
        else:
            most = middle - 1
    return least


def upper_error_limit(units: int, errors: int, confidence: Fraction) -> Fraction:
    """The upper bound of a rate, of which `errors` were found in `units` (Clopper and Pearson, one-sided).

    Rounded up to `RATE_PLACES` decimals; 1 where nothing was drawn or all of it was wrong.
    """
    if errors >= units:
        return Fraction(1)
    whole, risk = 10**RATE_PLACES, 1 - confidence

    def too_high(part: int) -> bool:
        found = sum(comb(units, x) * part**x * (whole - part) ** (units - x) for x in range(errors + 1))
        return bool(found * risk.denominator <= risk.numerator * whole**units)

    least, most = 0, whole  # too high is `most`, never `least`
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if too_high(middle) else (middle, most)
    return Fraction(most, whole)


def _at_most(errors: int, population: int, wrong: int, sample: int) -> tuple[int, int]:
    """The ways to draw a sample with `errors` or fewer of the wrong rows, and all the ways there are."""
    less, more = sorted((sample, wrong))  # the two may change places
    first = max(0, less - (population - more))
    if first > errors:
        return 0, 1
    ways = found = comb(more, first) * comb(population - more, less - first)
    for x in range(first, min(errors, less)):
        ways = ways * (more - x) * (less - x) // ((x + 1) * (population - more - less + x + 1))
        found += ways
    return found, comb(population, less)


def _least(holds: Callable[[int], bool], most: int | None) -> int:
    """The least number from 1 on for which `holds`, which holds for every larger one and for `most`."""
    below, here = 0, 1
    while not holds(here):
        below, here = here, 2 * here if most is None else min(2 * here, most)
    while here - below > 1:
        middle = (below + here) // 2
        below, here = (below, middle) if holds(middle) else (middle, here)
    return here
