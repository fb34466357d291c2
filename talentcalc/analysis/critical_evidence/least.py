"""The fewest rows that bring a board's points to an edge: caps and limits kept, every combination weighed.

The items of a board fall into parts that no row has in common. Each part offers options: so many rows for
so many points. Parts are put together group by group (the items that a limit holds), indicator by
indicator and then for the whole board, and of all combinations only the ones that lead further are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from talentcalc.analysis.critical_evidence.frontiers import Frontier, frontier
from talentcalc.rulebook.score import Board, Indicator


class NotComputable(Exception):
    """An answer that cannot be given exactly, and why, in the words of the report."""


@dataclass(frozen=True)
class Option:
    """So many rows, the points of a part's items with them, and what the part knows it by."""

    rows: int
    points: Fraction
    level: tuple[int, ...]


@dataclass(frozen=True)
class Offer:
    """The items of a part, all of one indicator, and its options, the first as things stand."""

    items: tuple[str, ...]
    options: tuple[Option, ...]


Chosen = Mapping[int, Option]
"""Some offers, by their number, with the one option that is taken."""


class Least:
    """The fewest rows that bring a board down to `edge` (`sign` 1), or above it (-1)."""

    def __init__(self, board: Board, offers: Sequence[Offer], edge: Fraction, sign: int) -> None:
        self.offers = offers
        self.indicators = list(board.indicators())
        numbers = [edge, *(option.points for offer in offers for option in offer.options)]
        numbers += [Fraction(limit.points) for one in self.indicators for limit in one.limits]
        numbers += [Fraction(one.points) for one in self.indicators]
        self._scale = lcm(*(number.denominator for number in numbers))
        if self._scale * (sum(abs(number) for number in numbers) + 1) >= 2**60:
            raise NotComputable("各要点的分值没有足够小的公分母")
        self.edge, self._sign = self._whole(edge) + (sign < 0), sign
        self._own = [self._in(one) for one in self.indicators]
        if sum(map(len, self._own)) < len(offers):
            raise NotComputable("同一条记录为两项指标计分")
        self._wholes = [self._of(number, {}) for number in range(len(self.indicators))]
        self._start = sum(int(whole.points[0]) for whole in self._wholes)

    @cached_property
    def rows(self) -> int | None:
        """The fewest rows; None if no number of them does."""
        return self._after[0].least(self.edge)

    def end(self) -> Fraction:
        """The points of the whole board when every option is used to the full."""
        return Fraction(sum(int(whole.points[-1]) for whole in self._wholes), self._scale)

    def taking(self) -> Iterator[tuple[int, Option]]:
        """Every offer and option that some choice of the fewest rows takes, those of no rows too."""
        assert self.rows is not None
        for number, inside in enumerate(self._own):
            others = self._before[number].with_(self._after[number + 1])
            whole = self._wholes[number]
            taken = Frontier(whole.rows[1:], whole.points[1:], whole.sign)  # those of one row or more
            used = taken.meets(others, self.rows, self.edge)
            for offer in inside:
                for option in self.offers[offer].options if used else self.offers[offer].options[:1]:
                    if option.rows <= self.rows and self._of(number, {offer: option}).meets(
                        others, self.rows, self.edge
                    ):
                        yield offer, option

    def told(self) -> dict[int, Option]:
        """Of the choices of the fewest rows, the one that takes the most from the first part, and so on."""
        assert self.rows is not None
        chosen: dict[int, Option] = {}
        done = frontier([(0, 0)], self._sign)
        for number, inside in enumerate(self._own):
            for offer in inside:
                options = sorted(self.offers[offer].options, key=lambda one: (-one.rows, one.level))
                chosen[offer] = next(
                    option
                    for option in options
                    if done.with_(self._of(number, chosen | {offer: option})).meets(
                        self._after[number + 1], self.rows, self.edge
                    )
                )
            done = done.with_(self._of(number, chosen))
        return {offer: option for offer, option in chosen.items() if option.rows}

    def _in(self, indicator: Indicator) -> list[int]:
        ids = {item.id for item in indicator.items}
        own = [number for number, offer in enumerate(self.offers) if ids.issuperset(offer.items)]
        groups = [items for items, _ in _groups(indicator)]
        if any(sum(items.issuperset(self.offers[one].items) for items in groups) != 1 for one in own):
            raise NotComputable("同一条记录计入的要点受不同的合计上限")
        return own

    def _of(self, number: int, chosen: Chosen) -> Frontier:
        """An indicator's frontier where some offers stand at one option."""
        indicator = self.indicators[number]
        whole = frontier([(0, 0)], self._sign)
        for items, cap in _groups(indicator):
            group = frontier([(0, 0)], self._sign)
            for offer in self._own[number]:
                if items.issuperset(self.offers[offer].items):
                    options = (chosen[offer],) if offer in chosen else self.offers[offer].options
                    own = frontier(((one.rows, self._whole(one.points)) for one in options), self._sign)
                    group = group.with_(own)
            whole = whole.with_(group if cap is None else group.capped(self._whole(cap)))
        return whole.capped(self._whole(Fraction(indicator.points)))

    def _within(self, whole: Frontier) -> Frontier:
        """A frontier no further than the edge could ask of it."""
        return whole.within(int(whole.points[0]) + self.edge - self._start)

    @cached_property
    def _before(self) -> list[Frontier]:
        """The indicators before each, together."""
        return self._sums(range(len(self.indicators)))

    @cached_property
    def _after(self) -> list[Frontier]:
        """Each indicator and those after it, together."""
        return self._sums(reversed(range(len(self.indicators))))[::-1]

    def _sums(self, numbers: "range | Iterator[int]") -> list[Frontier]:
        sums = [frontier([(0, 0)], self._sign)]
        for number in numbers:
            sums.append(self._within(sums[-1].with_(self._wholes[number])))
        return sums

    def _whole(self, points: Fraction) -> int:
        return int(points * self._scale)


def _groups(indicator: Indicator) -> list[tuple[frozenset[str], Fraction | None]]:
    """The items that each limit holds, with the limit, and those that none does."""
    held = [frozenset(limit.items) for limit in indicator.limits]
    free = frozenset(item.id for item in indicator.items).difference(*held)
    return [
        *((items, Fraction(limit.points)) for items, limit in zip(held, indicator.limits, strict=True)),
        (free, None),
    ]
