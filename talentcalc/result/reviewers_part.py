"""How a result takes in what rests on the reviewers' marks."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.analysis import reviewers as analysed
from talentcalc.analysis.scenario import Scenarios
from talentcalc.core.decimals import format_decimal, format_signed
from talentcalc.result.model.reviewers import (
    Agreement,
    ItemMarks,
    JudgementRange,
    JudgementStep,
    ReviewerAnalysis,
    WithoutReviewer,
)
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def reviewers_part(scenarios: Scenarios) -> ReviewerAnalysis:
    """Marks by item and reviewer, their agreement, each reviewer's weight, and the range of judgement."""
    book, card = scenarios.filed.book, scenarios.filed.card
    marks = analysed.marks_of(book, card, scenarios.evidence)
    alpha = analysed.agreement(book, marks)
    without = analysed.each_reviewer(scenarios, marks)
    judged = analysed.range_of_judgement(scenarios)
    return ReviewerAnalysis(
        agreement=Agreement(
            coefficient="krippendorff_alpha_interval",
            value=None if alpha is None else format_decimal(alpha),
        ),
        items={item: _item(of) for item, of in marks.items()},
        reviewers={name: _without(reviewer, card) for name, reviewer in without.items()},
        judged={board: _judged(range_) for board, range_ in judged.items()},
    )


def _item(marks: Mapping[str, Fraction]) -> ItemMarks:
    spread = max(marks.values()) - min(marks.values()) if marks else Fraction(0)
    return ItemMarks(
        marks={name: format_decimal(mark) for name, mark in marks.items()}, spread=format_decimal(spread)
    )


def _without(reviewer: analysed.WithoutReviewer, card: Card) -> WithoutReviewer:
    return WithoutReviewer(
        missing=tuple(reviewer.missing),
        alone=tuple(reviewer.alone),
        boards={name: format_decimal(score) for name, score in reviewer.scores.items()},
        change=format_signed(reviewer.paid.due - card.paid.due),
        **_money(reviewer.paid),
    )


def _money(paid: Paid) -> dict[str, Any]:
    return {
        "shares": {part.part.id: format_decimal(part.share) for part in paid.parts},
        "payable": format_decimal(paid.payable),
        "overpaid": format_decimal(paid.overpaid),
    }


def _judged(judged: analysed.JudgementRange) -> JudgementRange:
    return JudgementRange(
        part=judged.part.part.id,
        lowest=format_decimal(judged.lowest),
        highest=format_decimal(judged.highest),
        steps=tuple(
            JudgementStep(above=format_decimal(above), up_to=format_decimal(up_to), **_money(paid))
            for above, up_to, paid in judged.steps
        ),
    )
