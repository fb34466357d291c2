"""The items of a scorecard, put together where they hang on the same rows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from talentcalc.analysis.critical_evidence.least import NotComputable, Offer, Option
from talentcalc.analysis.critical_evidence.lots import AllLots
from talentcalc.analysis.critical_evidence.rejecting import Rejecting, base_table
from talentcalc.rulebook.score import Combined, Indicator, Item, Scorecard, Threshold
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_item


@dataclass(frozen=True)
class Part:
    """Items that hang on the same rows; `losing` is what rejecting those loses.

    It is missing where nothing can be rejected, or where `why` says that it is not told.
    """

    items: tuple[Item, ...]
    offer: Offer
    losing: Rejecting | None = None
    why: str | None = None


class Parts:
    """The parts of each board, and of each item."""

    def __init__(self, card: Scorecard, quantities: Mapping[str, Quantity], lots: AllLots) -> None:
        self._quantities, self._lots = quantities, lots
        self._indicator = indicators_of(card)
        self._items = {item.id: item for one in self._indicator.values() for item in one.items}

    @cached_property
    def all(self) -> tuple[Part, ...]:
        """Every part, in the order of their first items."""
        return tuple(self._part(items) for items in self._together())

    def of(self, board_items: Iterable[str]) -> tuple[Part, ...]:
        """The parts that some items are in."""
        wanted = set(board_items)
        return tuple(part for part in self.all if any(item.id in wanted for item in part.items))

    def _part(self, items: list[Item]) -> Part:
        scored = (score_item(self._indicator[one.id], one, self._quantities).points for one in items)
        still = Offer(tuple(one.id for one in items), (Option(0, sum(scored, Fraction(0)), ()),))
        if not any(self._can_lose(one) for one in items):
            return Part(tuple(items), still)
        try:
            indicator = self._indicator[items[0].id]
            if any(self._indicator[one.id] is not indicator for one in items):
                raise NotComputable("同一条记录为两项指标计分")
            losing = Rejecting(self._lots, indicator, items, self._quantities)
            return Part(tuple(items), losing.offer, losing)
        except NotComputable as reason:
            return Part(tuple(items), still, None, str(reason))

    def _can_lose(self, item: Item) -> bool:
        if isinstance(item.measure.count, Combined):
            return False
        tables = {item.measure.table, base_table(item)}
        return any(self._lots.rejectable(table) for table in tables)

    def _together(self) -> Iterator[list[Item]]:
        """The items, those together that share rows or ask for each other."""
        head = {name: name for name in self._items}

        def find(name: str) -> str:
            while head[name] != name:
                name = head[name]
            return name

        for one, other in (*self._sharing(), *self._asking()):
            first, second = sorted((find(one), find(other)), key=list(head).index)
            head[second] = first
        groups: dict[str, list[Item]] = {}
        for name, item in self._items.items():
            groups.setdefault(find(name), []).append(item)
        return iter(groups.values())

    def _asking(self) -> Iterator[tuple[str, str]]:
        for item in self._items.values():
            if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
                yield item.id, item.rule.only_with.item

    def _sharing(self) -> Iterator[tuple[str, str]]:
        """Items that count the same row, or a row that may take its place."""
        children = {one.measure.table: one.id for one in self._items.values() if one.measure.through}
        for table in sorted({base_table(one) for one in self._items.values()}):
            items = [one for one in self._items.values() if base_table(one) == table and self._can_lose(one)]
            if not items:
                continue
            if table in children:
                yield from ((one.id, children[table]) for one in items)
            rows = self._lots.evidence[table]
            try:
                lots = self._lots.of(table)
            except NotComputable:
                yield from ((one.id, items[0].id) for one in items)
                continue
            owner = np.full(len(lots.lots), -1, dtype=np.int64)
            for place, item in enumerate(items):
                measure = item.measure
                touched = lots.having(rows.where(measure.through.where if measure.through else measure.where))
                yield from ((item.id, items[n].id) for n in np.unique(owner[touched]).tolist() if n >= 0)
                owner[touched] = place


def indicators_of(card: Scorecard) -> dict[str, Indicator]:
    """The indicator of each item."""
    return {
        item.id: indicator
        for board in card.boards.values()
        for indicator in board.indicators()
        for item in indicator.items
    }
