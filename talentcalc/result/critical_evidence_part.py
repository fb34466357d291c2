"""What a scorecard's result says of what decides: the rows that hold a band, the next band, every unit."""

from typing import Any

from talentcalc.analysis.critical_evidence.critical_rows import (
    BoardCriticality,
    CriticalEvidence,
    MinimalRejection,
    Outcome,
    UpgradeGap,
)
from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.analysis.marginal_units import MarginalUnit, MarginalUnits
from talentcalc.core.decimals import format_decimal, format_shortest, format_signed
from talentcalc.result.document import Result
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def critical_evidence_part(found: CriticalEvidence, card: Card) -> Result:
    """The banded parts of the payment by id, and the last and next unit of each item.

    Where there is no answer, `why` says so: a word of `firmness`, or `involved` with the reason in `words`.
    """
    return {
        "parts": {name: _firm(firm, card) for name, firm in found.parts.items()},
        "units": {item: _units(one, card) for item, one in found.units.items()},
    }


def critical_rows(result: Result) -> dict[str, tuple[str, ...]]:
    """Every row that some smallest set rejects, by table and key."""
    rows: dict[str, set[str]] = {}
    for firm in result["pivotal"]["parts"].values():
        for held in firm["fall"].get("pivotal", ()):
            for table, keys in held["rows"].items():
                rows.setdefault(table, set()).update(keys)
    return {table: tuple(sorted(keys)) for table, keys in sorted(rows.items())}


def _firm(firm: BoardCriticality, card: Card) -> dict[str, Any]:
    fall = _fall(firm.fall, card) if isinstance(firm.fall, MinimalRejection) else _no(firm.fall)
    rise = _rise(firm.rise, card) if isinstance(firm.rise, UpgradeGap) else _no(firm.rise)
    return {"board": firm.part.part.board, "fall": fall, "rise": rise}


def _no(why: str | NotComputable) -> dict[str, Any]:
    return {"why": "involved", "words": str(why)} if isinstance(why, NotComputable) else {"why": why}


def _fall(fall: MinimalRejection, card: Card) -> dict[str, Any]:
    return {
        "edge": format_shortest(fall.edge),
        "rows": fall.rows,
        "one_set": {table: list(keys) for table, keys in fall.told.items()},
        "pivotal": [
            {
                "items": list(held.items),
                "rows": {table: list(keys) for table, keys in held.rows.items()},
                "least": held.least,
                "most": held.most,
            }
            for held in fall.pivotal
        ],
        "after": _after(fall.after, card),
    }


def _rise(rise: UpgradeGap, card: Card) -> dict[str, Any]:
    return {
        "edge": format_shortest(rise.edge),
        "more_than": format_decimal(rise.short),
        "rows": rise.rows,
        "more": {item: format_shortest(number) for item, number in rise.more.items()},
        "marks_more_than": None if rise.marks is None else format_decimal(rise.marks),
        "after": None if rise.after is None else _after(rise.after, card),
    }


def _after(after: Outcome, card: Card) -> dict[str, Any]:
    shares = {part.part.id: format_decimal(part.share) for part in after.paid.parts}
    return {"score": format_decimal(after.score), "shares": shares} | _money(after.paid, card)


def _units(units: MarginalUnits, card: Card) -> dict[str, Any]:
    return {
        name: _unit(one, card) if isinstance(one, MarginalUnit) else {"why": one}
        for name, one in (("last", units.last), ("next", units.next))
    }


def _unit(unit: MarginalUnit, card: Card) -> dict[str, Any]:
    return {
        "quantity": format_shortest(unit.quantity),
        "strictly": unit.strictly,
        "rows": unit.rows,
        "points": format_decimal(unit.points),
    } | _money(unit.paid, card)


def _money(paid: Paid, card: Card) -> dict[str, Any]:
    """What is then payable, and how far that is from what is payable now, what is overpaid counted back."""
    return {
        "payable": format_decimal(paid.payable),
        "overpaid": format_decimal(paid.overpaid),
        "change": format_signed(paid.due - card.paid.due),
    }
