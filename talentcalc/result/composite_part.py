"""What a scorecard's result says of the composite: its components, their weights, each board's composite."""

from fractions import Fraction
from typing import Any

from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.result.document import Result
from talentcalc.rulebook.score import Payment
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.composite import ComponentScore


def composite_part(payment: Payment, card: Card) -> Result:
    """Nothing where the regulation has no composite.

    `scores` is null without weights, and where a component that has one has no row (`lacking`), unless
    payment rests on the composite: then it counts as nothing, and the result is a draft.
    """
    composed = card.composed
    if composed is None:
        return {}
    computed = composed.own is not None and (payment.basis == "composite" or not composed.lacking)
    scores = (
        {name: format_decimal(composed.of(one.score)) for name, one in card.boards.items()}
        if computed
        else None
    )
    return {
        "composite": {
            "clause": composed.composite.clause,
            "scale": format_shortest(Fraction(composed.composite.scale)),
            "own": {"title": composed.composite.boards, "weight": _weight(composed.own)},
            "components": [_component(one) for one in composed.components],
            "lacking": list(composed.lacking),
            "scores": scores,
        }
    }


def _component(one: ComponentScore) -> dict[str, Any]:
    return {
        "id": one.component.id,
        "title": one.component.title,
        "table": one.component.table,
        "weight": _weight(one.weight),
        "value": None if one.value is None else format_decimal(one.value),
        "counted": list(one.rows.counted),
        "scores": [format_shortest(score) for score in one.rows.parts],
        "set_aside": [{"row": aside.row, "why": aside.why} for aside in one.rows.set_aside],
    }


def _weight(weight: Fraction | None) -> str | None:
    return None if weight is None else format_decimal(weight)
