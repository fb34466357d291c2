"""How a result takes in what decides: the rows that hold a band, the next band, every unit."""

from typing import Any

from talentcalc.analysis.critical_evidence import critical_rows as found_rows
from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.analysis.marginal_units import MarginalUnit, Why
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


def critical_evidence_part(found: found_rows.CriticalEvidence, card: Card) -> CriticalEvidence:
    """The banded parts of the payment by id, and the last and next unit of each item.

    Where there is no answer, `why` says so, or `involved` with the reason in `words`.
    """
    return CriticalEvidence(
        parts={
            name: CriticalBand(
                board=band.part.part.board, fall=_fall(band.fall, card), rise=_rise(band.rise, card)
            )
            for name, band in found.parts.items()
        },
        units={
            item: MarginalUnits(last=_unit(units.last, card), next=_unit(units.next, card))
            for item, units in found.units.items()
        },
    )


def _fall(
    fall: found_rows.MinimalRejection | found_rows.NotComputedReason | NotComputable, card: Card
) -> MinimalRejection | NoRejection:
    if isinstance(fall, NotComputable):
        return NoRejection(why="involved", words=str(fall))
    if not isinstance(fall, found_rows.MinimalRejection):
        assert fall != "highest", "nothing falls because it is the highest"
        return NoRejection(why=fall)
    return MinimalRejection(
        edge=format_shortest(fall.edge),
        rows=fall.rows,
        rejected={table: tuple(keys) for table, keys in fall.told.items()},
        critical=tuple(
            RejectedRows(
                items=tuple(held.items),
                rows={table: tuple(keys) for table, keys in held.rows.items()},
                least=held.least,
                most=held.most,
            )
            for held in fall.pivotal
        ),
        after=_after(fall.after, card),
    )


def _rise(
    rise: found_rows.UpgradeGap | found_rows.NotComputedReason | NotComputable, card: Card
) -> UpgradeGap | NoUpgrade:
    if isinstance(rise, NotComputable):
        return NoUpgrade(why="involved", words=str(rise))
    if not isinstance(rise, found_rows.UpgradeGap):
        assert rise in ("highest", "weightless"), rise
        return NoUpgrade(why=rise)
    return UpgradeGap(
        edge=format_shortest(rise.edge),
        more_than=format_decimal(rise.short),
        rows=rise.rows,
        more={item: format_shortest(number) for item, number in rise.more.items()},
        marks_more_than=None if rise.marks is None else format_decimal(rise.marks),
        after=None if rise.after is None else _after(rise.after, card),
    )


def _after(after: found_rows.Outcome, card: Card) -> ScoreAfter:
    shares = {part.part.id: format_decimal(part.share) for part in after.paid.parts}
    return ScoreAfter(score=format_decimal(after.score), shares=shares, **_money(after.paid, card))


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
