"""What a scorecard's result says of the samples: each item's rows drawn, errors, bounds; the projections."""

from fractions import Fraction
from math import ceil
from typing import Any

from talentcalc.exact import plain, signed, written
from talentcalc.params import ScorecardParams
from talentcalc.result.document import Result
from talentcalc.sampling.bounds import RATE_PLACES
from talentcalc.sampling.projected import Found, Projection, Sampled
from talentcalc.scorecard.card import Card


def sampling_part(params: ScorecardParams, card: Card, sampled: Sampled) -> Result:
    """Samples by item, and the score if each finished one held throughout; nothing where none can be drawn.

    Rows by key, in drawing order. Rates are shares of rows or of money; an upper one is rounded up.
    """
    if not sampled.found:
        return {}
    asked = params.sampling
    said: dict[str, Any] = {
        "confidence": plain(Fraction(asked.confidence)),
        "tolerable": plain(Fraction(asked.tolerable)),
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
        said["amount"] = written(sum(sample.units.amounts.values(), Fraction(0)))
    if one.rates is not None:
        said["observed_rate"] = written(one.rates.observed)
        said["upper_rate"] = written(_rounded_up(one.rates.upper))
    if one.rates is not None and one.rates.most is not None:
        said["upper_errors"] = one.rates.most
    return said


def _rounded_up(rate: Fraction) -> Fraction:
    return Fraction(ceil(rate * 10**RATE_PLACES), 10**RATE_PLACES)


def _projection(one: Projection, card: Card) -> dict[str, Any]:
    return {
        "boards": {name: written(score) for name, score in one.scores.items()},
        "shares": {part.part.id: written(part.share) for part in one.paid.parts},
        "entitlement": written(one.paid.entitlement),
        "payable": written(one.paid.payable),
        "overpaid": written(one.paid.overpaid),
        "change": signed(one.paid.due - card.paid.due),
    }
