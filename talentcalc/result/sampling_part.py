"""What a scorecard's result says of the samples: each item's rows drawn, errors, bounds; the projections."""

from fractions import Fraction
from math import ceil
from typing import Any

from talentcalc.analysis.sampling.bounds import RATE_PLACES
from talentcalc.analysis.sampling.projection import Found, SampleEvaluation
from talentcalc.analysis.scenario import Outcome
from talentcalc.core.decimals import format_decimal, format_shortest, format_signed
from talentcalc.params.audit import ScorecardParams
from talentcalc.result.document import Result
from talentcalc.scorecard.card import Card


def sampling_part(params: ScorecardParams, card: Card, sampled: SampleEvaluation) -> Result:
    """Samples by item, and the score if each finished one held throughout; nothing where none can be drawn.

    Rows by key, in drawing order. Rates are shares of rows or of money; an upper one is rounded up.
    """
    if not sampled.found:
        return {}
    asked = params.sampling
    said: dict[str, Any] = {
        "confidence": format_shortest(Fraction(asked.confidence)),
        "tolerable": format_shortest(Fraction(asked.tolerable)),
        "seed": asked.seed,
        "items": {one.sample.item.id: _item(one) for one in sampled.found},
    }
    if sampled.observed is not None and sampled.upper is not None:
        said["projection"] = {
            "observed": _projection(sampled.observed, card),
            "upper": _projection(sampled.upper, card),
        }
    return {"sampling": said}


def _item(one: Found) -> dict[str, Any]:
    sample = one.sample
    said: dict[str, Any] = {
        "table": sample.item.measure.table,
        "method": "monetary_units" if sample.units else "rows",
        "population": len(sample.population),
        "size": sample.size,
        "drawn": list(sample.drawn),
        "verified": one.verified,
        "errors": one.errors,
    }
    if sample.units is not None:
        said["hits"] = dict(sample.units.hits)
        said["amount"] = format_decimal(sum(sample.units.amounts.values(), Fraction(0)))
    if one.rates is not None:
        said["observed_rate"] = format_decimal(one.rates.observed)
        said["upper_rate"] = format_decimal(_rounded_up(one.rates.upper))
    if one.rates is not None and one.rates.most is not None:
        said["upper_errors"] = one.rates.most
    return said


def _rounded_up(rate: Fraction) -> Fraction:
    return Fraction(ceil(rate * 10**RATE_PLACES), 10**RATE_PLACES)


def _projection(one: Outcome, card: Card) -> dict[str, Any]:
    return {
        "boards": {name: format_decimal(score) for name, score in one.scores.items()},
        "shares": {part.part.id: format_decimal(part.share) for part in one.paid.parts},
        "entitlement": format_decimal(one.paid.entitlement),
        "payable": format_decimal(one.paid.payable),
        "overpaid": format_decimal(one.paid.overpaid),
        "change": format_signed(one.paid.due - card.paid.due),
    }
