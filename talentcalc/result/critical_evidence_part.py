"""How a result takes in what decides: the rows that hold a band, the next band, every unit."""

from typing import Any

from talentcalc.analysis.critical_evidence import critical_rows
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.marginal_units import MarginalUnit, Why
from talentcalc.analysis.scenario import Outcome
from talentcalc.core.decimals import format_decimal, format_shortest, format_signed
from talentcalc.result.model.critical_evidence import (
    CriticalBand,
    CriticalEvidence,
    MarginalUnits,
    MinimalRejection,
    NoRejection,
    NoUnit,
    NoUpgrade,
    RejectedRows,
    ScoreAfter,
    UnitChange,
    UpgradeGap,
)
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def critical_evidence_part(found: critical_rows.CriticalEvidence, card: Card) -> CriticalEvidence:
    """The banded parts of the payment by id, and the last and next unit of each item.

    Where there is no answer, `why` says so, or `involved` with the reason in `words`.
    """
    return CriticalEvidence(
        parts={
            name: CriticalBand(
                board=band.board,
                fall=_rejection(band.lowered, band.board, card),
                rise=_upgrade(band.raised, band.board, card),
            )
            for name, band in found.parts.items()
        },
        units={
            item: MarginalUnits(last=_unit(units.last, card), next=_unit(units.next, card))
            for item, units in found.units.items()
        },
    )


def _rejection(
    lowered: critical_rows.MinimalRejection | critical_rows.NoAnswer | NotComputable, board: str, card: Card
) -> MinimalRejection | NoRejection:
    if isinstance(lowered, NotComputable):
        return NoRejection(why="involved", words=str(lowered))
    if not isinstance(lowered, critical_rows.MinimalRejection):
        assert lowered != "highest", "nothing falls because it is the highest"
        return NoRejection(why=lowered)
    return MinimalRejection(
        edge=format_shortest(lowered.edge),
        rows=lowered.rows,
        rejected=lowered.one_set,
        critical=tuple(RejectedRows.model_validate(vars(part)) for part in lowered.critical),
        after=_after(lowered.after, board, card),
    )


def _upgrade(
    raised: critical_rows.UpgradeGap | critical_rows.NoAnswer | NotComputable, board: str, card: Card
) -> UpgradeGap | NoUpgrade:
    if isinstance(raised, NotComputable):
        return NoUpgrade(why="involved", words=str(raised))
    if not isinstance(raised, critical_rows.UpgradeGap):
        assert raised in ("highest", "weightless"), raised
        return NoUpgrade(why=raised)
    return UpgradeGap(
        edge=format_shortest(raised.edge),
        more_than=format_decimal(raised.short),
        rows=raised.rows,
        more={item: format_shortest(number) for item, number in raised.more.items()},
        marks_more_than=None if raised.marks is None else format_decimal(raised.marks),
        after=None if raised.after is None else _after(raised.after, board, card),
    )


def _after(after: Outcome, board: str, card: Card) -> ScoreAfter:
    shares = {part.part.id: format_decimal(part.share) for part in after.paid.parts}
    return ScoreAfter(score=format_decimal(after.scores[board]), shares=shares, **_money(after.paid, card))


def _unit(unit: MarginalUnit | Why, card: Card) -> UnitChange | NoUnit:
    if not isinstance(unit, MarginalUnit):
        return NoUnit(why=unit)
    return UnitChange(
        quantity=format_shortest(unit.quantity),
        strictly=unit.strictly,
        rows=unit.rows,
        points=format_decimal(unit.points),
        **_money(unit.paid, card),
    )


def _money(paid: Paid, card: Card) -> dict[str, Any]:
    """What is then payable, and how far that is from what is payable now, what is overpaid counted back."""
    return {
        "payable": format_decimal(paid.payable),
        "overpaid": format_decimal(paid.overpaid),
        "change": format_signed(paid.due - card.paid.due),
    }
