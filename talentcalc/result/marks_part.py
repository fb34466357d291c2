"""What a scorecard's result says of the reviewers' marks."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.evidence.submitted import Evidence
from talentcalc.exact import signed, written
from talentcalc.firmness.marks import Judged, Without, agreement, each_reviewer, judged_range, marks_of
from talentcalc.params import ScorecardParams
from talentcalc.result.document import Result
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def marks_part(book: ScorecardRulebook, params: ScorecardParams, card: Card, evidence: Evidence) -> Result:
    """Marks by item and reviewer, their agreement, each reviewer's weight, and the range of judgement."""
    marks = marks_of(book, card, evidence)
    alpha = agreement(book, marks)
    without = each_reviewer(book, params, card, marks)
    judged = judged_range(book, params, card)
    return {
        "marks": {
            "agreement": {
                "coefficient": "krippendorff_alpha_interval",
                "value": None if alpha is None else written(alpha),
            },
            "items": {item: _item(of) for item, of in marks.items()},
            "reviewers": {name: _reviewer(one, card) for name, one in without.items()},
            "judged": {board: _judged(one) for board, one in judged.items()},
        }
    }


def _item(marks: Mapping[str, Fraction]) -> dict[str, Any]:
    spread = max(marks.values()) - min(marks.values()) if marks else Fraction(0)
    return {"marks": {name: written(mark) for name, mark in marks.items()}, "spread": written(spread)}


def _reviewer(one: Without, card: Card) -> dict[str, Any]:
    return {
        "missing": list(one.missing),
        "alone": list(one.alone),
        "boards": {name: written(score) for name, score in one.scores.items()},
        **_money(one.paid),
        "change": signed(one.paid.due - card.paid.due),
    }


def _money(paid: Paid) -> dict[str, Any]:
    return {
        "shares": {part.part.id: written(part.share) for part in paid.parts},
        "payable": written(paid.payable),
        "overpaid": written(paid.overpaid),
    }


def _judged(one: Judged) -> dict[str, Any]:
    return {
        "part": one.part.part.id,
        "lowest": written(one.lowest),
        "highest": written(one.highest),
        "steps": [
            {"above": written(above), "up_to": written(up_to)} | _money(paid)
            for above, up_to, paid in one.steps
        ],
    }
