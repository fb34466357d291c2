"""What the year entitles a home to (措施12); both sums are released by results."""

from dataclasses import dataclass
from fractions import Fraction

from talentcalc.league.homes import Home
from talentcalc.league.ranking import RankPosition
from talentcalc.rulebook.league import Grants


@dataclass(frozen=True)
class Entitlement:
    """Yuan: for being designated in the year, and at most for a place inside the upper cut."""

    selection: Fraction
    top_ceiling: Fraction


def entitlement_of(rule: Grants, home: Home, place: RankPosition | None, year: int) -> Entitlement:
    """The entitlement of a home, to be decided."""
    chosen = home.designated_on.year == year and home.category in rule.selection.amounts
    top = place is not None and place.inside_up and home.category in rule.top.categories
    return Entitlement(
        Fraction(rule.selection.amounts[home.category] if chosen else 0),
        Fraction(rule.top.ceiling if top else 0),
    )
