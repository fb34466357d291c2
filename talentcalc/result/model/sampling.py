"""What a scorecard's result says of the samples: rows drawn, errors, bounds; the projections."""

from typing import Literal

from talentcalc.result.model.part import Change, Money, Number, Part


class ItemSample(Part):
    """The sample of one item's rows, in drawing order; rates once all of it is verified."""

    table: str
    method: Literal["rows", "monetary_units"]
    population: int
    size: int
    drawn: tuple[str, ...]
    verified: int
    errors: int
    hits: dict[str, int] | None = None
    amount: Number | None = None
    observed_rate: Number | None = None
    upper_rate: Number | None = None
    upper_errors: int | None = None


class ProjectedScore(Money):
    """What the score would be if the errors of the samples held throughout."""

    boards: dict[str, Number]
    shares: dict[str, Number]
    entitlement: Number
    change: Change


class Projections(Part):
    """At the error rates observed, and at their upper limits."""

    observed: ProjectedScore
    upper: ProjectedScore


class SamplingResult(Part):
    """The samples by item, how they were planned, and the projection once some are finished."""

    confidence: Number
    tolerable: Number
    seed: int
    items: dict[str, ItemSample]
    projection: Projections | None = None
