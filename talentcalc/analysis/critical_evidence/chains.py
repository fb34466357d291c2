"""Lots in the order in which they are best rejected, in chains: never a later before an earlier."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Lot = tuple[int, ...]


@dataclass(frozen=True)
class Chain:
    """Some lots. Position n stands for the first n of them rejected, or the first n rows of `one` lot.

    At each position: the `rows` rejected, what is `lost` of each counted quantity, and of the amount or the
    attendance (`value`). The lots are of one kind and the most valuable first, each worth its `worth`.
    """

    lots: tuple[Lot, ...]
    worth: tuple[int, ...]
    one: bool
    rows: Whole
    lost: Whole
    value: Whole

    def rejected(self, position: int) -> Iterator[int]:
        """The rows that are rejected at a position."""
        lots = (self.lots[0][:position],) if self.one else self.lots[:position]
        return (row for lot in lots for row in lot)

    def until(self, enough: npt.NDArray[np.bool_]) -> "Chain":
        """The same no further than the first position that is enough."""
        if self.one or not enough.any():
            return self
        end = int(np.argmax(enough)) + 1
        return replace(self, rows=self.rows[:end], lost=self.lost[:end], value=self.value[:end])

    def still(self) -> "Chain":
        """The same where nothing can be rejected."""
        return replace(self, rows=self.rows[:1], lost=self.lost[:1], value=self.value[:1])

    def could(self, position: int, slack: int) -> Iterator[int]:
        """The rows that may be rejected instead, at the same cost and with `slack` of value to spare."""
        if self.one or not position:
            return self.rejected(position)
        size, least = len(self.lots[position - 1]), self.worth[position - 1] - slack
        return (
            row
            for n, lot in enumerate(self.lots)
            if n < position or (len(lot) == size and self.worth[n] >= least)
            for row in lot
        )

    def must(self, position: int) -> Iterator[int]:
        """The rows that are rejected whichever lots are taken, where there is no value to spare."""
        if self.one or position in (0, len(self.lots)):
            return self.rejected(position)
        first = position
        if self._kind(position) == self._kind(position - 1):
            while first and self._kind(first - 1) == self._kind(position):
                first -= 1
        return self.rejected(first)

    def _kind(self, number: int) -> tuple[int, int]:
        return len(self.lots[number]), self.worth[number]


def chain(lots: list[Lot], lost: tuple[int, ...], worth: list[int]) -> Chain:
    """A chain of lots that each count `lost`, the most valuable first, then the fewest rows."""
    order = sorted(range(len(lots)), key=lambda n: (-worth[n], len(lots[n]), n))
    kept, worths = tuple(lots[n] for n in order), tuple(worth[n] for n in order)
    rows = np.cumsum([0, *map(len, kept)], dtype=np.int64)
    counted = np.outer(np.arange(len(kept) + 1), np.array(lost, dtype=np.int64))
    return Chain(kept, worths, False, rows, counted, np.cumsum([0, *worths], dtype=np.int64))


def chain_of_one(lot: Lot, each: list[tuple[int, ...]], worth: list[int], gains: bool) -> Chain:
    """A lot whose rows differ in what they count or are worth: the next takes the place of a rejected one.

    Without `gains` the next is worth nothing, so that no loss is put too low.
    """
    counted = np.array([*each, (0,) * len(each[0])], dtype=np.int64).reshape(len(lot) + 1, -1)
    value = np.array([*(worth if gains else [worth[0], *[0] * (len(lot) - 1)]), 0], dtype=np.int64)
    rows = np.arange(len(lot) + 1, dtype=np.int64)
    return Chain((lot,), (worth[0],), True, rows, counted[0] - counted, value[0] - value)
