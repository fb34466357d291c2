"""How a result takes in the composite: its components, their weights, each board's composite."""

from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.result.model.composite import BoardsWeight, ComponentResult, CompositeReview
from talentcalc.result.model.part import RowSetAside
from talentcalc.rulebook.score import Payment
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.composite import ComponentScore


def composite_part(payment: Payment, card: Card) -> CompositeReview | None:
    """None where the regulation has no composite.

    `scores` is null without weights, and where a component that has one has no row (`lacking`), unless
    payment rests on the composite: then it counts as nothing, and the result is a draft.
    """
    composed = card.composed
    if composed is None:
        return None
    scores = None
    if composed.own is not None and (payment.basis == "composite" or not composed.lacking):
        scores = {name: format_decimal(composed.of(board.score)) for name, board in card.boards.items()}
    return CompositeReview(
        clause=composed.composite.clause,
        scale=format_shortest(Fraction(composed.composite.scale)),
        boards=BoardsWeight(title=composed.composite.boards, weight=_weight(composed.own)),
        components=tuple(_component(component) for component in composed.components),
        lacking=composed.lacking,
        scores=scores,
    )


def _component(component: ComponentScore) -> ComponentResult:
    return ComponentResult(
        id=component.component.id,
        title=component.component.title,
        table=component.component.table,
        weight=_weight(component.weight),
        value=None if component.value is None else format_decimal(component.value),
        counted=component.rows.counted,
        scores=tuple(format_shortest(score) for score in component.rows.parts),
        set_aside=tuple(RowSetAside(row=aside.row, why=aside.why) for aside in component.rows.set_aside),
    )


def _weight(weight: Fraction | None) -> str | None:
    return None if weight is None else format_decimal(weight)
