"""What a scorecard's result says of other readings: points and money under each, and the extremes."""

from typing import Annotated, Literal

from pydantic import Field

from talentcalc.result.model.part import Change, Money, Number, Part
from talentcalc.result.model.reviewers import ReviewerAnalysis


class ReadingOutcome(Money):
    """What the audit comes to under another reading; `changes` are the indicators whose points differ."""

    status: Literal["final", "draft"]
    boards: dict[str, Number]
    shares: dict[str, Number]
    entitlement: Number
    changes: dict[str, Change]


class ExtremeOutcome(ReadingOutcome):
    """The same for the combination of readings with the lowest or the highest amount."""

    readings: dict[str, str]


class Extremes(Part):
    """The lowest and the highest amount payable over all combinations of readings."""

    lowest: ExtremeOutcome
    highest: ExtremeOutcome


class NotComputedReading(Part):
    """A choice that the params do not say enough for."""

    reading: str
    choice: str
    why: Literal["no_weights"]


class SensitivityAnalysis(Part):
    """What other readings, and other marks, would make of points and money."""

    readings: dict[str, dict[str, ReadingOutcome]]
    extremes: Extremes
    not_computed: tuple[NotComputedReading, ...]
    reviewers: Annotated[ReviewerAnalysis, Field(alias="marks")]
