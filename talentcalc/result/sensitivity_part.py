"""How a result takes in other readings: points and money under each, and the extremes."""

from collections.abc import Iterable

from talentcalc.analysis.sensitivity import extremes as analysed
from talentcalc.analysis.sensitivity.readings import Alternative
from talentcalc.core.decimals import format_decimal, format_signed
from talentcalc.result.model.reviewers import ReviewerAnalysis
from talentcalc.result.model.sensitivity import (
    ExtremeOutcome,
    Extremes,
    NotComputedReading,
    ReadingOutcome,
    SensitivityAnalysis,
)


def sensitivity_part(
    alternatives: Iterable[Alternative],
    ends: analysed.Extremes,
    left_out: Iterable[tuple[str, str]],
    reviewers: ReviewerAnalysis,
) -> SensitivityAnalysis:
    """Every alternative by its reading and choice, and the extremes with the readings that they change.

    `left_out` are the readings and choices that the params do not say enough for: no weights.
    """
    readings: dict[str, dict[str, ReadingOutcome]] = {}
    for alternative in alternatives:
        ((name, choice),) = alternative.readings.items()
        readings.setdefault(name, {})[choice] = _outcome(alternative)
    return SensitivityAnalysis(
        readings=readings,
        extremes=Extremes(lowest=_extreme(ends.lowest), highest=_extreme(ends.highest)),
        not_computed=tuple(
            NotComputedReading(reading=name, choice=choice, why="no_weights") for name, choice in left_out
        ),
        reviewers=reviewers,
    )


def _extreme(end: Alternative) -> ExtremeOutcome:
    return ExtremeOutcome(**dict(_outcome(end)), readings=dict(end.readings))


def _outcome(alternative: Alternative) -> ReadingOutcome:
    return ReadingOutcome(
        status=alternative.status,
        boards={name: format_decimal(score) for name, score in alternative.scores.items()},
        shares={name: format_decimal(share) for name, share in alternative.shares.items()},
        entitlement=format_decimal(alternative.entitlement),
        payable=format_decimal(alternative.payable),
        overpaid=format_decimal(alternative.overpaid),
        changes={name: format_signed(points) for name, points in alternative.changes.items()},
    )
