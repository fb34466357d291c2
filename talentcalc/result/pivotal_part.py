"""What a scorecard's result says of what decides: the rows that hold a band, the next band, every unit."""

from typing import Any

from talentcalc.exact import plain, signed, written
from talentcalc.pivotal.deciding import After, Fall, Firm, Pivotal, Rise
from talentcalc.pivotal.least import TooInvolved
from talentcalc.pivotal.units import Unit, Units
from talentcalc.result.document import Result
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid


def pivotal_part(found: Pivotal, card: Card) -> Result:
    """The banded parts of the payment by id, and the last and next unit of each item.

    Where there is no answer, `why` says so: a word of `firmness`, or `involved` with the reason in `words`.
    """
    return {
        "parts": {name: _firm(firm, card) for name, firm in found.parts.items()},
        "units": {item: _units(one, card) for item, one in found.units.items()},
    }


def pivotal_rows(result: Result) -> dict[str, tuple[str, ...]]:
    """Every row that some smallest set rejects, by table and key."""
    rows: dict[str, set[str]] = {}
    for firm in result["pivotal"]["parts"].values():
        for held in firm["fall"].get("pivotal", ()):
            for table, keys in held["rows"].items():
                rows.setdefault(table, set()).update(keys)
    return {table: tuple(sorted(keys)) for table, keys in sorted(rows.items())}


def _firm(firm: Firm, card: Card) -> dict[str, Any]:
    fall = _fall(firm.fall, card) if isinstance(firm.fall, Fall) else _no(firm.fall)
    rise = _rise(firm.rise, card) if isinstance(firm.rise, Rise) else _no(firm.rise)
    return {"board": firm.part.part.board, "fall": fall, "rise": rise}


def _no(why: str | TooInvolved) -> dict[str, Any]:
    return {"why": "involved", "words": str(why)} if isinstance(why, TooInvolved) else {"why": why}


def _fall(fall: Fall, card: Card) -> dict[str, Any]:
    return {
        "edge": plain(fall.edge),
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


def _rise(rise: Rise, card: Card) -> dict[str, Any]:
    return {
        "edge": plain(rise.edge),
        "more_than": written(rise.short),
        "rows": rise.rows,
        "more": {item: plain(number) for item, number in rise.more.items()},
        "marks_more_than": None if rise.marks is None else written(rise.marks),
        "after": None if rise.after is None else _after(rise.after, card),
    }


def _after(after: After, card: Card) -> dict[str, Any]:
    shares = {part.part.id: written(part.share) for part in after.paid.parts}
    return {"score": written(after.score), "shares": shares} | _money(after.paid, card)


def _units(units: Units, card: Card) -> dict[str, Any]:
    return {
        name: _unit(one, card) if isinstance(one, Unit) else {"why": one}
        for name, one in (("last", units.last), ("next", units.next))
    }


def _unit(unit: Unit, card: Card) -> dict[str, Any]:
    return {
        "quantity": plain(unit.quantity),
        "strictly": unit.strictly,
        "rows": unit.rows,
        "points": written(unit.points),
    } | _money(unit.paid, card)


def _money(paid: Paid, card: Card) -> dict[str, Any]:
    """What is then payable, and how far that is from what is payable now, what is overpaid counted back."""
    return {
        "payable": written(paid.payable),
        "overpaid": written(paid.overpaid),
        "change": signed(paid.due - card.paid.due),
    }
