"""How a result takes in the samples: each item's rows drawn, errors, bounds; the projections."""

from fractions import Fraction
from math import ceil

from talentcalc.analysis.sampling.bounds import RATE_PLACES
from talentcalc.analysis.sampling.projection import Found, SampleEvaluation
from talentcalc.analysis.scenario import Outcome
from talentcalc.core.decimals import format_decimal, format_shortest, format_signed
from talentcalc.params.form import ScorecardParams
from talentcalc.result.model.sampling import ItemSample, ProjectedScore, Projections, SamplingResult
from talentcalc.scorecard.card import Card


def sampling_part(params: ScorecardParams, card: Card, sampled: SampleEvaluation) -> SamplingResult | None:
    """Samples by item, and the score if each finished one held throughout; None where none can be drawn.

    Rows by key, in drawing order. Rates are shares of rows or of money; an upper one is rounded up.
    """
    if not sampled.found:
        return None
    planned, projection = params.sampling, None
    if sampled.observed is not None and sampled.upper is not None:
        projection = Projections(
            observed=_projection(sampled.observed, card), upper=_projection(sampled.upper, card)
        )
    return SamplingResult(
        confidence=format_shortest(Fraction(planned.confidence)),
        tolerable=format_shortest(Fraction(planned.tolerable)),
        seed=planned.seed,
        items={found.sample.item.id: _item(found) for found in sampled.found},
        projection=projection,
    )


def _item(found: Found) -> ItemSample:
    sample, rates = found.sample, found.rates
    units = sample.units
    return ItemSample(
        table=sample.item.measure.table,
        method="monetary_units" if units else "rows",
        population=len(sample.population),
        size=sample.size,
        drawn=tuple(sample.drawn),
        verified=found.verified,
        errors=found.errors,
        hits=dict(units.hits) if units else None,
        amount=format_decimal(sum(units.amounts.values(), Fraction(0))) if units else None,
        observed_rate=format_decimal(rates.observed) if rates else None,
        upper_rate=format_decimal(_rounded_up(rates.upper)) if rates else None,
        upper_errors=rates.most if rates else None,
    )


def _rounded_up(rate: Fraction) -> Fraction:
    return Fraction(ceil(rate * 10**RATE_PLACES), 10**RATE_PLACES)


def _projection(projected: Outcome, card: Card) -> ProjectedScore:
    return ProjectedScore(
        boards={name: format_decimal(score) for name, score in projected.scores.items()},
        shares={part.part.id: format_decimal(part.share) for part in projected.paid.parts},
        entitlement=format_decimal(projected.paid.entitlement),
        payable=format_decimal(projected.paid.payable),
        overpaid=format_decimal(projected.paid.overpaid),
        change=format_signed(projected.paid.due - card.paid.due),
    )
