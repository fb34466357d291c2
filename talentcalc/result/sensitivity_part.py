"""What a scorecard's result says of other readings: points and money under each, and the extremes."""

from collections.abc import Iterable
from typing import Any

from talentcalc.analysis.sensitivity.extremes import Extremes
from talentcalc.analysis.sensitivity.readings import Alternative
from talentcalc.core.decimals import format_decimal, format_signed
from talentcalc.result.document import Result


def sensitivity_part(
    alternatives: Iterable[Alternative], ends: Extremes, left_out: Iterable[tuple[str, str]]
) -> Result:
    """Every alternative by its reading and choice, and the extremes with the readings that they change.

    `left_out` are the readings and choices that the params do not say enough for: no weights.
    """
    readings: dict[str, dict[str, Any]] = {}
    for alternative in alternatives:
        ((name, choice),) = alternative.readings.items()
        readings.setdefault(name, {})[choice] = _alternative(alternative)
    extremes = {
        name: _alternative(end) | {"readings": dict(end.readings)}
        for name, end in (("lowest", ends.lowest), ("highest", ends.highest))
    }
    waiting = [{"reading": name, "choice": choice, "why": "no_weights"} for name, choice in left_out]
    return {"readings": readings, "extremes": extremes, "not_computed": waiting}


def _alternative(one: Alternative) -> dict[str, Any]:
    return {
        "status": one.status,
        "boards": {name: format_decimal(score) for name, score in one.scores.items()},
        "shares": {name: format_decimal(share) for name, share in one.shares.items()},
        "entitlement": format_decimal(one.entitlement),
        "payable": format_decimal(one.payable),
        "overpaid": format_decimal(one.overpaid),
        "changes": {name: format_signed(points) for name, points in one.changes.items()},
    }
