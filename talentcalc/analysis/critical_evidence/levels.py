"""At which quantities do an item's points change?"""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.messages.message import message
from talentcalc.rulebook.score import Combined, Indicator, Item, Milestone, PerUnit, Sum, Threshold
from talentcalc.scorecard.counting import Quantity


def steps(indicator: Indicator, item: Item, items: Iterable[Item]) -> "Steps":
    """The steps of an item; some of these items may ask for a quantity of it."""
    gates = [other.rule.only_with for other in items if isinstance(other.rule, Threshold)]
    gate_levels = frozenset(Fraction(gate.at_least) for gate in gates if gate and gate.item == item.id)
    return Steps(item, Fraction(indicator.cap_of(item)), gate_levels)


class Steps:
    """The quantities from which on an item, or one that asks for it, has more points than just below them."""

    def __init__(self, item: Item, cap: Fraction, gate_levels: frozenset[Fraction]) -> None:
        self.item, self._cap, self._gate_levels = item, cap, gate_levels
        self.counts = not isinstance(item.measure.count, Sum | Combined)  # whole numbers only

    def below(self, value: Fraction) -> list[Fraction]:
        """Those that `value` has reached, from the highest down: what it must fall below to lose points."""
        return sorted({step for step in self._all(value) if 0 < step <= value}, reverse=True)

    def above(self, value: Fraction) -> list[Fraction]:
        """Those that `value` has not reached, rising: what it must come to for more points."""
        return sorted(step for step in self._all(None) if step > value)

    def _all(self, up_to: Fraction | None) -> set[Fraction]:
        """Every step, as far as `up_to` and the cap."""
        match self.item.rule:
            case PerUnit(points=points, per=per, partial=partial) if points > 0:
                unit, each = Fraction(per), Fraction(points)
                if partial == "share":
                    if not self.counts:
                        raise NotComputable(message("analysis.share_of_amount", about=self.item.id))
                    unit, each = Fraction(1), each / unit
                number = ceil(self._cap / each)
                if up_to is not None:
                    number = min(number, floor(up_to / unit))
                levels = {unit * n for n in range(1, number + 1)}
            case Threshold(at_least=least):
                levels = {Fraction(least)}
            case Milestone() if self.counts:
                levels = {Fraction(1)}
            case Milestone():
                raise NotComputable(message("analysis.any_amount", about=self.item.id))
            case _:
                levels = set()
        return levels | self._gate_levels


def altered(quantity: Quantity, value: Fraction) -> Quantity:
    """A quantity with another value; the rows are left as they are, for no points depend on them."""
    return Quantity(value, quantity.counted, quantity.set_aside, quantity.parts)
