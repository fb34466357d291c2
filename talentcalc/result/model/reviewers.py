"""What a scorecard's result says of the reviewers: marks, agreement, weight, the range of judgement."""

from typing import Literal

from talentcalc.result.model.part import Change, Money, Number, Part


class Agreement(Part):
    """How far the reviewers agree; null where no two marked the same item otherwise."""

    coefficient: Literal["krippendorff_alpha_interval"]
    value: Number | None


class ItemMarks(Part):
    """The marks of an item by reviewer, and how far they lie apart."""

    marks: dict[str, Number]
    spread: Number


class WithoutReviewer(Money):
    """The audit without one reviewer's marks; `missing` are items not marked, `alone` marked by no other."""

    missing: tuple[str, ...]
    alone: tuple[str, ...]
    boards: dict[str, Number]
    shares: dict[str, Number]
    change: Change


class JudgementStep(Money):
    """A range of scores, and what is payable in it."""

    above: Number
    up_to: Number
    shares: dict[str, Number]


class JudgementRange(Part):
    """From no judged points to all of them: the scores, and the money step by step."""

    part: str
    lowest: Number
    highest: Number
    steps: tuple[JudgementStep, ...]


class ReviewerAnalysis(Part):
    """What rests on the reviewers' marks."""

    agreement: Agreement
    items: dict[str, ItemMarks]
    reviewers: dict[str, WithoutReviewer]
    judged: dict[str, JudgementRange]
