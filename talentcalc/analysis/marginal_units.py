"""The last and the next unit of every item: how much until points really change, and the money."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.analysis.critical_evidence.levels import Steps, altered, steps
from talentcalc.analysis.critical_evidence.parts import Part
from talentcalc.analysis.rescored import ScoredAudit
from talentcalc.rulebook.score import Graded, Item, Threshold
from talentcalc.scorecard.payment import Paid
from talentcalc.scorecard.scoring import gate_open, score_item

Why = Literal["cap", "limit", "gate", "nothing", "involved"]
"""Why there is no such unit: the item is at its cap, is held with others, asks for another, earns nothing;
or it is not told.
"""


@dataclass(frozen=True)
class MarginalUnit:
    """A change of an item's quantity with which the board's points change.

    `strictly` more than `quantity` where a sum must fall below an amount. `rows` is the fewest rejections
    that bring the last unit down; None for what cannot be rejected, and where it is not told.
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


def marginal_units(scored: ScoredAudit, parts: tuple[Part, ...]) -> dict[str, MarginalUnits]:
    """The units of every item, in the order of the official tables."""
    part_of = {item.id: part for part in parts for item in part.items}
    found = {}
    for item in scored.book.items():
        try:
            found[item.id] = _Of(scored, item, part_of[item.id]).units()
        except NotComputable:
            found[item.id] = MarginalUnits("involved", "involved")
    return found


class _Of:
    """The units of one item."""

    def __init__(self, scored: ScoredAudit, item: Item, part: Part) -> None:
        self._scored, self._item, self._part = scored, item, part
        self._quantity = scored.card.quantities[item.id]
        self._value = self._quantity.value or Fraction(0)
        self._indicator = scored.indicators[item.id]
        self._board = next(
            name
            for name, board in scored.book.scorecard.boards.items()
            if self._indicator in board.indicators()
        )

    def units(self) -> MarginalUnits:
        points = score_item(self._indicator, self._item, self._scored.card.quantities)
        last = next(self._changes(self._falls()), None)
        more = next(self._changes(self._rises()), None)
        gate = isinstance(self._item.rule, Threshold) and not gate_open(
            self._item.rule, self._scored.card.quantities
        )
        why: Why = "cap" if points.points >= points.cap else "gate" if gate else "limit"
        return MarginalUnits(last or ("limit" if points.points else "nothing"), more or why)

    def _falls(self) -> Iterator[tuple[Fraction, Fraction, bool, int]]:
        """Quantities below the one there is, with how much less they are, and how many steps."""
        if isinstance(self._item.rule, Graded):
            if self._value:
                yield Fraction(0), self._value, False, 0
            return
        own = self._steps()
        below = [*own.below(self._value), Fraction(0)]
        for number, step in enumerate(below[:-1], start=1):
            if own.counts:
                lost = Fraction(floor(self._value - step) + 1)
                yield self._value - lost, lost, False, number
            else:
                yield below[number], self._value - step, True, number

    def _rises(self) -> Iterator[tuple[Fraction, Fraction, bool, int]]:
        if isinstance(self._item.rule, Graded):
            full = Fraction(self._item.rule.points)
            if full > self._value:
                yield full, full - self._value, False, 0
            return
        own = self._steps()
        for step in own.above(self._value):
            more = Fraction(ceil(step - self._value)) if own.counts else step - self._value
            yield self._value + more, more, False, 0

    def _changes(self, ways: Iterator[tuple[Fraction, Fraction, bool, int]]) -> Iterator[MarginalUnit]:
        """Those with which the board's score changes."""
        now = self._scored.scores[self._board]
        for value, quantity, strictly, step in ways:
            scores = self._scored.with_quantities({self._item.id: altered(self._quantity, value)})
            change = scores[self._board] - now
            if change:
                rows = self._part.losing.fewest(self._item.id, step) if step and self._part.losing else None
                yield MarginalUnit(quantity, strictly, rows, abs(change), self._scored.paid(scores))

    def _steps(self) -> Steps:
        asking = [one.rule for one in self._part.items if isinstance(one.rule, Threshold)]
        gates = [one for one in asking if one.only_with is not None and one.only_with.item == self._item.id]
        return steps(self._indicator, self._item, gates)
