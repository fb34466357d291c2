"""What a scorecard's result says beside: boards, indicators, items and the payment."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.core.models import ExactDecimal
from talentcalc.result.composite_part import composite_part
from talentcalc.result.document import SCHEMAS, Result
from talentcalc.rulebook.score import (
    Balance,
    Banded,
    Board,
    Capped,
    Combined,
    Graded,
    Indicator,
    Milestone,
    PerUnit,
    Portion,
    Rule,
    Scorecard,
    Threshold,
)
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid
from talentcalc.scorecard.scoring import BoardPoints, IndicatorPoints, ItemPoints
from talentcalc.scorecard.wording import arithmetic, held_in_words, next_points


def scorecard_part(scorecard: Scorecard, card: Card | None) -> Result:
    """Status, boards and payment; only the status where a critical check blocks the score."""
    head: Result = {"schema": SCHEMAS["scorecard"], "order": {"boards": list(scorecard.boards)}}
    if card is None:
        return head | {"status": "blocked"}
    return head | {
        "status": "draft" if card.owed else "final",
        "boards": {name: _board(board, card) for name, board in card.boards.items()},
        "payment": {"basis": scorecard.payment.basis} | _payment(card.paid, scorecard.payment.round_to),
        "awaiting": list(card.owed),
        **composite_part(scorecard.payment, card),
    }


def _board(points: BoardPoints, card: Card) -> dict[str, Any]:
    board = points.board
    earned = {one.indicator.id: one for one in points.indicators}
    return {
        "title": board.title,
        "score": format_decimal(points.score),
        "max": format_shortest(Fraction(board.points)),
        "categories": _categories(board, earned),
        "indicators": {name: _indicator(one, card) for name, one in earned.items()},
    }


def _categories(board: Board, earned: Mapping[str, IndicatorPoints]) -> list[dict[str, Any]]:
    categories = []
    for category in board.categories:
        ids = [indicator.id for indicator in category.indicators()]
        categories.append(
            {
                "title": category.title,
                "points": format_decimal(sum((earned[name].points for name in ids), Fraction(0))),
                "max": format_shortest(
                    sum((Fraction(one.points) for one in category.indicators()), Fraction(0))
                ),
                "tasks": [
                    {"title": task.title, "indicators": [one.id for one in task.indicators]}
                    for task in category.tasks
                ],
            }
        )
    return categories


def _indicator(points: IndicatorPoints, card: Card) -> dict[str, Any]:
    indicator = points.indicator
    document: dict[str, Any] = {
        "target": indicator.target,
        "criterion": indicator.criterion,
        "points": format_decimal(points.points),
        "max": format_shortest(Fraction(indicator.points)),
        "items": {one.item.id: _item(one, card) for one in points.items},
        **_joint_limits(indicator),
    }
    if points.held:
        document["limits"] = [
            {
                "items": list(held.items),
                "earned": format_decimal(held.earned),
                "limit": format_shortest(held.limit),
                "words": held_in_words(held),
            }
            for held in points.held
        ]
    if indicator.caps_differ is not None:
        document["caps_differ"] = indicator.caps_differ
    return document


def _joint_limits(indicator: Indicator) -> dict[str, Any]:
    """The limits over several items, whether they bite or not; nothing of an indicator without any."""
    limits = [
        {"items": list(one.items), "points": format_shortest(Fraction(one.points))}
        for one in indicator.limits
    ]
    return {"joint_limits": limits} if limits else {}


def _item(one: ItemPoints, card: Card) -> dict[str, Any]:
    item, quantity = one.item, one.quantity
    value = quantity.value or Fraction(0)
    exact_parts = isinstance(item.rule, Graded) or item.unit == "元"
    return {
        "label": item.label,
        "quote": item.quote,
        "kind": item.rule.kind,
        "rule": _rule(item.rule),
        "judged": isinstance(item.rule, Graded | Milestone),
        "unit": item.unit,
        "table": item.measure.table,
        "quantity": format_decimal(value) if exact_parts else format_shortest(value),
        "points": format_decimal(one.points),
        "cap": format_decimal(one.cap),
        "arithmetic": arithmetic(one),
        "next": next_points(one, card.quantities),
        "counted": list(quantity.counted),
        "set_aside": [{"row": aside.row, "why": aside.why} for aside in quantity.set_aside],
        **_marks(one),
    }


def _marks(one: ItemPoints) -> dict[str, Any]:
    """The marks of an item and how they become one, for whoever combines them again."""
    how = one.item.measure.count
    if not isinstance(how, Combined):
        return {}
    (name,) = how.model_dump()
    return {"marks": [format_shortest(mark) for mark in one.quantity.parts], "combined": name}


def _rule(rule: Rule) -> dict[str, Any]:
    """The numbers of a rule, for whoever computes the points again."""
    said: dict[str, Any] = {"points": format_shortest(Fraction(rule.points))}
    match rule:
        case PerUnit(per=per, partial=partial):
            said |= {"per": format_shortest(Fraction(per)), "partial": partial}
        case Threshold(at_least=least, only_with=gate):
            said["at_least"] = format_shortest(Fraction(least))
            if gate is not None:
                said["only_with"] = {"item": gate.item, "at_least": format_shortest(Fraction(gate.at_least))}
    return said


def _payment(paid: Paid, round_to: ExactDecimal) -> dict[str, Any]:
    document: dict[str, Any] = {
        "fee": format_decimal(paid.fee),
        "entitlement": format_decimal(paid.entitlement),
        "paid": format_decimal(paid.paid),
        "payable": format_decimal(paid.payable),
        "overpaid": format_decimal(paid.overpaid),
        "balance_rule": paid.balance.rule.kind,
        "balance_clause": paid.balance.clause,
        **_balance_share(paid.balance),
        "round_to": format_shortest(Fraction(round_to)),
        "parts": [],
    }
    for part in paid.parts:
        document[f"{part.part.id}_amount"] = format_decimal(part.amount)
        entry: dict[str, Any] = {
            "id": part.part.id,
            "title": part.part.title,
            "board": part.part.board,
            "clause": part.part.clause,
            "score": format_decimal(part.score),
            "amount": format_decimal(part.amount),
        }
        if isinstance(part.part, Banded):
            document[f"{part.part.id}_share"] = format_decimal(part.share)
            entry["share"] = format_decimal(part.share)
            entry["bands"] = [
                {
                    "above": None if step.above is None else format_shortest(step.above),
                    "up_to": format_shortest(step.up_to),
                    "share": format_decimal(step.share),
                    "amount": format_decimal(step.amount),
                }
                for step in part.bands
            ]
        else:
            entry["share_of_fee"] = format_decimal(Fraction(part.part.share))
            entry["of"] = format_shortest(Fraction(part.part.of))
        document["parts"].append(entry)
    return document


def _balance_share(balance: Balance) -> dict[str, str]:
    """The share that the balance's rule names, if it names one."""
    return (
        {"balance_share": format_decimal(Fraction(balance.rule.share))}
        if isinstance(balance.rule, Capped | Portion)
        else {}
    )
