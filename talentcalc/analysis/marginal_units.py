"""The last and the next unit of every item: how much until points really change, and the money."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from talentcalc.analysis.critical_evidence.item_rejection import Target, fewest
from talentcalc.analysis.critical_evidence.levels import Steps, altered, steps
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.critical_evidence.shared_rows import Part
from talentcalc.analysis.scenario import Scenario, Scenarios
from talentcalc.rulebook.score import Graded, Item, Threshold
from talentcalc.scorecard.payment import Paid
from talentcalc.scorecard.scoring import gate_open

Why = Literal["cap", "limit", "gate", "nothing", "involved"]
"""Why there is no such unit: the item is at its cap, is held with others, asks for another, earns nothing;
or it is not computed.
"""


@dataclass(frozen=True)
class MarginalUnit:
    """A change of an item's quantity with which the board's points change.

    `strictly` more than `quantity` where a sum must fall below an amount. `rows` is the fewest rejections
    that bring the last unit down; None for what cannot be rejected, and where it is not computed.
    """

    quantity: Fraction
    strictly: bool
    rows: int | None
    points: Fraction
    paid: Paid


@dataclass(frozen=True)
class MarginalUnits:
    """The last and the next unit of an item, or why there is none."""

    last: MarginalUnit | Why
    next: MarginalUnit | Why


def marginal_units(scenarios: Scenarios, parts: tuple[Part, ...]) -> dict[str, MarginalUnits]:
    """The units of every item, in the order of the official tables."""
    part_of = {item.id: part for part in parts for item in part.items}
    found: dict[str, MarginalUnits] = {}
    targets: list[Target] = []
    for item in scenarios.filed.book.items():
        try:
            changes = _Changes(scenarios, item, part_of[item.id])
            found[item.id] = units = changes.units()
        except NotComputable:
            found[item.id] = MarginalUnits("involved", "involved")
            continue
        if isinstance(units.last, MarginalUnit):
            left = changes.value - units.last.quantity
            targets.append(Target(part_of[item.id], item.id, left, units.last.strictly))
    for name, rows in fewest(targets).items():
        last = found[name].last
        assert isinstance(last, MarginalUnit)
        found[name] = replace(found[name], last=replace(last, rows=rows))
    return found


class _Changes:
    """The changes of an item's quantity at which its board's points change."""

    def __init__(self, scenarios: Scenarios, item: Item, part: Part) -> None:
        self._scenarios, self._item, self._part = scenarios, item, part
        card = scenarios.filed.card
        self._quantity = card.quantities[item.id]
        self.value = self._quantity.value or Fraction(0)
        self._board, self._indicator, self._points = next(
            (name, indicator.indicator, points)
            for name, board in card.boards.items()
            for indicator in board.indicators
            for points in indicator.items
            if points.item.id == item.id
        )

    def units(self) -> MarginalUnits:
        """The last and the next unit."""
        last, more, points = self._unit(self._falls(), -1), self._unit(self._rises(), 1), self._points
        gate = isinstance(self._item.rule, Threshold) and not gate_open(
            self._item.rule, self._scenarios.filed.card.quantities
        )
        why: Why = "cap" if points.points >= points.cap else "gate" if gate else "limit"
        return MarginalUnits(last or ("limit" if points.points else "nothing"), more or why)

    def _falls(self) -> Iterator[tuple[Fraction, bool]]:
        """By how much less there are fewer points, and whether it must be more than that."""
        if isinstance(self._item.rule, Graded):
            yield from ((mark, False) for mark in [self.value] if mark)
            return
        levels = self._steps()
        for step in levels.below(self.value):
            less = self.value - step
            yield (Fraction(floor(less) + 1), False) if levels.counts else (less, True)

    def _rises(self) -> Iterator[tuple[Fraction, bool]]:
        """By how much more there are more points."""
        if isinstance(self._item.rule, Graded):
            yield from ((more, False) for more in [Fraction(self._item.rule.points) - self.value] if more > 0)
            return
        levels = self._steps()
        for step in levels.above(self.value):
            more = step - self.value
            yield Fraction(ceil(more)) if levels.counts else more, False

    def _unit(self, changes: Iterator[tuple[Fraction, bool]], sign: int) -> MarginalUnit | None:
        """The first with which the board's score changes."""
        now = self._scenarios.filed.card.boards[self._board].score
        for quantity, strictly in changes:
            value = self.value + sign * quantity
            beyond = self._below(value) if strictly else value
            changed = {self._item.id: altered(self._quantity, beyond)}
            outcome = self._scenarios.outcome(Scenario(quantities=changed))
            if points := abs(outcome.card.boards[self._board].score - now):
                return MarginalUnit(quantity, strictly, None, points, outcome.paid)
        return None

    def _below(self, step: Fraction) -> Fraction:
        """A quantity below a step that is not below the next."""
        return next((lower for lower in self._steps().below(step) if lower < step), Fraction(0))

    def _steps(self) -> Steps:
        return steps(self._indicator, self._item, self._part.items)
