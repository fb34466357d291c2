"""What a scorecard's result says of the reviewers' marks."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.analysis.reviewers import (
    JudgementRange,
    WithoutReviewer,
    agreement,
    each_reviewer,
    marks_of,
    range_of_judgement,
)
from talentcalc.analysis.scenario import Scenarios
from talentcalc.core.decimals import format_decimal, format_signed
from talentcalc.result.document import Result
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def reviewers_part(scenarios: Scenarios) -> Result:
    """Marks by item and reviewer, their agreement, each reviewer's weight, and the range of judgement."""
    book, card = scenarios.filed.book, scenarios.filed.card
    marks = marks_of(book, card, scenarios.evidence)
    alpha = agreement(book, marks)
    without = each_reviewer(scenarios, marks)
    judged = range_of_judgement(scenarios)
    return {
        "marks": {
            "agreement": {
                "coefficient": "krippendorff_alpha_interval",
                "value": None if alpha is None else format_decimal(alpha),
            },
            "items": {item: _item(of) for item, of in marks.items()},
            "reviewers": {name: _reviewer(one, card) for name, one in without.items()},
            "judged": {board: _judged(one) for board, one in judged.items()},
        }
    }


def _item(marks: Mapping[str, Fraction]) -> dict[str, Any]:
    spread = max(marks.values()) - min(marks.values()) if marks else Fraction(0)
    return {
        "marks": {name: format_decimal(mark) for name, mark in marks.items()},
        "spread": format_decimal(spread),
    }


def _reviewer(one: WithoutReviewer, card: Card) -> dict[str, Any]:
    return {
        "missing": list(one.missing),
        "alone": list(one.alone),
        "boards": {name: format_decimal(score) for name, score in one.scores.items()},
        **_money(one.paid),
        "change": format_signed(one.paid.due - card.paid.due),
    }


def _money(paid: Paid) -> dict[str, Any]:
    return {
        "shares": {part.part.id: format_decimal(part.share) for part in paid.parts},
        "payable": format_decimal(paid.payable),
        "overpaid": format_decimal(paid.overpaid),
    }


def _judged(one: JudgementRange) -> dict[str, Any]:
    return {
        "part": one.part.part.id,
        "lowest": format_decimal(one.lowest),
        "highest": format_decimal(one.highest),
        "steps": [
            {"above": format_decimal(above), "up_to": format_decimal(up_to)} | _money(paid)
            for above, up_to, paid in one.steps
        ],
    }
