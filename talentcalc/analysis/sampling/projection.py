"""What the verified samples say of all rows, and what the score would be if it held throughout."""

from dataclasses import dataclass, replace
from fractions import Fraction

from talentcalc.analysis.sampling.bounds import upper_error_count, upper_error_limit
from talentcalc.analysis.sampling.samples import Sample, samples
from talentcalc.analysis.scenario import Outcome, Scenario, Scenarios
from talentcalc.evidence.verifications import Outcomes, outcomes_of
from talentcalc.rulebook.score import Sum
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import Quantity


@dataclass(frozen=True)
class ErrorRates:
    """The share of errors: as observed, and at most with the confidence asked for.

    `most` is the same bound as a number of rows; None where units of money were drawn.
    """

    observed: Fraction
    upper: Fraction
    most: int | None


@dataclass(frozen=True)
class Found:
    """One item's sample: how many of its rows are verified, how many are errors; rates once all are."""

    sample: Sample
    verified: int
    errors: int
    rates: ErrorRates | None

    @property
    def tells_of_others(self) -> bool:
        """Whether it is finished, and there are rows outside of it."""
        return self.rates is not None and 0 < len(self.sample.drawn) < len(self.sample.population)


@dataclass(frozen=True)
class SampleEvaluation:
    """What was found by item, and the audit if every item that a finished sample tells of had its rate.

    No outcomes while no finished sample tells of other rows.
    """

    found: tuple[Found, ...]
    observed: Outcome | None
    upper: Outcome | None


def evaluate_samples(scenarios: Scenarios) -> SampleEvaluation:
    """What the samples say, as far as they are verified."""
    params, evidence = scenarios.params, scenarios.evidence
    book, card = scenarios.filed.book, scenarios.filed.card
    verified, confidence = outcomes_of(evidence), Fraction(params.sampling.confidence)
    found = tuple(_found(sample, card, verified, confidence) for sample in samples(book, params, evidence))
    telling = [(item.sample, item.rates) for item in found if item.rates and item.tells_of_others]
    if not telling:
        return SampleEvaluation(found, None, None)
    observed = {sample.item.id: _if_throughout(sample, rates.observed, card) for sample, rates in telling}
    upper = {sample.item.id: _if_throughout(sample, rates.upper, card) for sample, rates in telling}
    return SampleEvaluation(
        found,
        scenarios.outcome(Scenario(quantities=observed)),
        scenarios.outcome(Scenario(quantities=upper)),
    )


def _found(sample: Sample, card: Card, named: Outcomes, confidence: Fraction) -> Found:
    """A drawn row that no longer counts is an error, also where what it counts through was rejected."""
    table, item = sample.item.measure.table, sample.item.id
    counted = set(card.quantities[item].counted)
    wrong = {key for key in sample.drawn if key not in counted}
    done = {key for key in sample.drawn if key in wrong or (table, key) in named}
    rates = None
    if len(done) == len(sample.drawn):
        rates = _of_units(sample, wrong, confidence) if sample.units else _of_rows(sample, wrong, confidence)
    return Found(sample, len(done), len(wrong), rates)


def _of_rows(sample: Sample, wrong: set[str], confidence: Fraction) -> ErrorRates:
    population = len(sample.population)
    most = upper_error_count(population, sample.size, len(wrong), confidence)
    return ErrorRates(Fraction(len(wrong), sample.size), Fraction(most, population), most)


def _of_units(sample: Sample, wrong: set[str], confidence: Fraction) -> ErrorRates:
    """Of rows that were sure to be drawn all is known; the others' money has the rate of the hits on them."""
    units = sample.units
    assert units is not None
    total = sum(units.amounts.values(), Fraction(0))
    if not total:
        return ErrorRates(Fraction(0), Fraction(0), None)
    open_ones = {key: amount for key, amount in units.amounts.items() if not units.is_certain(key)}
    if all(key in units.hits for key, amount in open_ones.items() if amount):  # as if all had been sure
        open_ones = {}
    known = sum((units.amounts[key] for key in wrong if key not in open_ones), Fraction(0))
    rest = sum(open_ones.values(), Fraction(0))
    tried = sum(times for key, times in units.hits.items() if key in open_ones)
    errors = sum(times for key, times in units.hits.items() if key in open_ones and key in wrong)
    observed = known + rest * (Fraction(errors, tried) if tried else 0)
    upper = known + rest * upper_error_limit(tried, errors, confidence)
    return ErrorRates(observed / total, upper / total, None)


def _if_throughout(sample: Sample, rate: Fraction, card: Card) -> Quantity:
    """The quantity submitted less its share of errors, in whole units or cents; at most what counts now."""
    now = card.quantities[sample.item.id]
    assert now.value is not None and sample.submitted.value is not None
    scale = 100 if isinstance(sample.item.measure.count, Sum) else 1
    left = Fraction(sample.submitted.value * (1 - rate) * scale // 1, scale)
    return replace(now, value=min(now.value, left))
