"""At which quantities do an item's points change?"""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.rulebook.score import Combined, Indicator, Item, Milestone, PerUnit, Sum, Threshold
from talentcalc.scorecard.counting import Quantity


def steps(indicator: Indicator, item: Item, gates: Iterable[Threshold]) -> "Steps":
    """The steps of an item; `gates` are the thresholds that ask for a quantity of it."""
    asked = frozenset(Fraction(rule.only_with.at_least) for rule in gates if rule.only_with)
    return Steps(item, Fraction(indicator.cap_of(item)), asked)


class Steps:
    """The quantities from which on an item, or one that asks for it, has more points than just below them."""

    def __init__(self, item: Item, cap: Fraction, asked: frozenset[Fraction]) -> None:
        self.item, self._cap, self._asked = item, cap, asked
        self.counts = not isinstance(item.measure.count, Sum | Combined)  # whole numbers only

    def below(self, value: Fraction) -> list[Fraction]:
        """Those that `value` has reached, from the highest down: what it must fall below to lose points."""
        return sorted({one for one in self._all(value) if 0 < one <= value}, reverse=True)

    def above(self, value: Fraction) -> list[Fraction]:
        """Those that `value` has not reached, rising: what it must come to for more points."""
        return sorted(one for one in self._all(None) if one > value)

    def _all(self, up_to: Fraction | None) -> set[Fraction]:
        """Every step, as far as `up_to` and the cap."""
        match self.item.rule:
            case PerUnit(points=points, per=per, partial=partial) if points > 0:
                unit, each = Fraction(per), Fraction(points)
                if partial == "share":
                    if not self.counts:
                        raise NotComputable(f"{self.item.id}按金额的比例计分")
                    unit, each = Fraction(1), each / unit
                number = ceil(self._cap / each)
                if up_to is not None:
                    number = min(number, floor(up_to / unit))
                own = {unit * n for n in range(1, number + 1)}
            case Threshold(at_least=least):
                own = {Fraction(least)}
            case Milestone() if self.counts:
                own = {Fraction(1)}
            case Milestone():
                raise NotComputable(f"{self.item.id}按金额是否大于零计分")
            case _:
                own = set()
        return own | self._asked


def altered(quantity: Quantity, value: Fraction) -> Quantity:
    """A quantity with another value; the rows are left as they are, for no points depend on them."""
    return Quantity(value, quantity.counted, quantity.set_aside, quantity.parts)
