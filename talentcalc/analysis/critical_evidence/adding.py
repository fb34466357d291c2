"""What further rows would earn: the fewest for each gain of points, where one row may serve several items."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import ceil

from talentcalc.analysis.critical_evidence.least import NotComputable, Offer, Option
from talentcalc.analysis.critical_evidence.levels import altered, steps
from talentcalc.analysis.critical_evidence.lots import AllLots
from talentcalc.analysis.critical_evidence.rejecting import base_table
from talentcalc.analysis.critical_evidence.ways import Level
from talentcalc.rulebook.score import Board, Combined, Indicator, Item, Scorecard, Sum, Threshold
from talentcalc.rulebook.table import Where
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_item

Rows = tuple[str, str]
"""Rows that are alike: their table, and what stands in them."""


class Adding:
    """Items of one indicator that further rows may serve together, and what those would earn."""

    def __init__(
        self, lots: AllLots, indicator: Indicator, items: Sequence[Item], quantities: Mapping[str, Quantity]
    ) -> None:
        self.items, self._indicator, self._lots = tuple(items), indicator, lots
        self._quantities = {one.id: quantities[one.id] for one in items}
        rules = [one.rule for one in items if isinstance(one.rule, Threshold)]
        self._values: dict[str, list[Fraction]] = {}
        for item in items:
            value = self._quantities[item.id].value or Fraction(0)
            gates = [one for one in rules if one.only_with is not None and one.only_with.item == item.id]
            can = not isinstance(item.measure.count, Combined)
            self._values[item.id] = [value, *(steps(indicator, item, gates).above(value) if can else ())]

    def is_of(self, board: Board) -> bool:
        """Whether the items are a board's."""
        return self._indicator in board.indicators()

    @cached_property
    def offer(self) -> Offer:
        """Every gain of points, with the fewest rows for it; none that costs more and earns no more."""
        options = [
            Option(self._rows(level), self._points(level), level)
            for level in product(*(range(len(values)) for values in self._values.values()))
        ]
        best: Fraction | None = None
        kept = []
        for option in sorted(options, key=lambda one: (one.rows, -one.points, one.level)):
            if best is None or option.points > best:
                kept.append(option)
                best = option.points
        return Offer(tuple(self._values), tuple(kept))

    def raised(self, level: Level) -> dict[str, Quantity]:
        """The quantities at a level, of those items that it raises: whole rows, and at least the amounts."""
        return {
            name: altered(self._quantities[name], self._value(item, step))
            for (name, item, step) in self._at(level)
            if step
        }

    def _at(self, level: Level) -> Iterator[tuple[str, Item, int]]:
        return ((item.id, item, step) for item, step in zip(self.items, level, strict=True))

    def _value(self, item: Item, step: int) -> Fraction:
        value = self._values[item.id][step]
        if not step or isinstance(item.measure.count, Sum):
            return value
        have = self._values[item.id][0]
        return have + ceil(value - have)

    def _points(self, level: Level) -> Fraction:
        quantities = self._quantities | self.raised(level)
        return sum((score_item(self._indicator, one, quantities).points for one in self.items), Fraction(0))

    def _rows(self, level: Level) -> int:
        """The rows that a level takes: an amount is one; through a row that is there, many may count."""
        needed: dict[Rows, int] = {}
        for name, item, step in self._at(level):
            if not step:
                continue
            measure = item.measure
            number = ceil(self._values[name][step] - self._values[name][0])
            rows = 1 if isinstance(measure.count, Sum) else number
            own = (measure.table, f"{measure.where} {measure.through}")
            if measure.through is None:
                own = (measure.table, f"{measure.where}")
            else:
                other = (measure.through.table, f"{measure.through.where}")
                needed[other] = max(needed.get(other, 0), 0 if self._is_there(item) else 1)
            needed[own] = max(needed.get(own, 0), rows)
        return sum(needed.values())

    def _is_there(self, item: Item) -> bool:
        """Whether a row counts that further rows could count through."""
        assert item.measure.through is not None
        lots = self._lots.of(item.measure.through.table)
        wanted = lots.rows.where(item.measure.through.where)
        return any(wanted[lot[0]] for lot in lots.lots)


def together(card: Scorecard, quantities: Mapping[str, Quantity], lots: AllLots) -> Iterator[Adding]:
    """The items of a scorecard, those together that one further row may serve or that ask for each other.

    Raises:
        NotComputable: some rows would serve two items and others only one of them.
    """
    for board in card.boards.values():
        for indicator in board.indicators():
            groups: list[list[Item]] = []
            for item in indicator.items:
                with_it = [group for group in groups if any(_joined(item, one) for one in group)]
                groups = [group for group in groups if group not in with_it]
                groups.append([*(one for group in with_it for one in group), item])
            for group in sorted(groups, key=lambda items: items[0].id):
                yield Adding(lots, indicator, group, quantities)
    _refuse_apart(card)


def _refuse_apart(card: Scorecard) -> None:
    """Rows that would serve items of two indicators are not told."""
    of = [
        (number, item)
        for board in card.boards.values()
        for number, indicator in enumerate(board.indicators())
        for item in indicator.items
    ]
    for (first, one), (second, other) in combinations(of, 2):
        if first != second and one.measure.table == other.measure.table and _joined(one, other):
            raise NotComputable("同一条记录为两项指标计分")


def _joined(one: Item, other: Item) -> bool:
    """Whether a row may serve both items, or one asks for the other."""
    for item, asked in ((one, other), (other, one)):
        gate = item.rule.only_with if isinstance(item.rule, Threshold) else None
        if gate is not None and gate.item == asked.id:
            return True
    if isinstance(one.measure.count, Combined) or isinstance(other.measure.count, Combined):
        return False
    if base_table(one) != base_table(other):
        return False
    first, second = (
        item.measure.through.where if item.measure.through else item.measure.where for item in (one, other)
    )
    if _apart(first, second):
        return False
    if first != second:
        raise NotComputable(f"{one.id}、{other.id} 只有部分记录共用")
    return True


def _apart(first: Where, second: Where) -> bool:
    """Whether no row can have what both ask for."""
    return any(column in second and not set(values) & set(second[column]) for column, values in first.items())
