"""The fewest rows for every change of points that they can bring about, put together exactly.

Points are integers here: multiples of a common fraction, so that nothing is rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Frontier:
    """Numbers of rows, rising, each with the least (`sign` 1) or most (-1) points they can lead to.

    Each further number of rows leads further than all before it.
    """

    rows: Whole
    points: Whole
    sign: int

    def least(self, edge: int) -> int | None:
        """The fewest rows with which the points are at `edge` or beyond it; None if none lead there."""
        beyond = np.flatnonzero(self.sign * self.points <= self.sign * edge)
        return int(self.rows[beyond[0]]) if len(beyond) else None

    def capped(self, cap: int) -> "Frontier":
        """The same where no more than `cap` counts."""
        return _kept(self.rows, np.minimum(self.points, cap), self.sign)

    def within(self, end: int) -> "Frontier":
        """The same where it does not matter how far beyond `end` the points go."""
        return _kept(self.rows, self.sign * np.maximum(self.sign * self.points, self.sign * end), self.sign)

    def with_(self, other: "Frontier") -> "Frontier":
        """Both together: their rows and their points add up."""
        rows = np.add.outer(self.rows, other.rows).ravel()
        return _kept(rows, np.add.outer(self.points, other.points).ravel(), self.sign)

    def meets(self, other: "Frontier", rows: int, edge: int) -> bool:
        """Whether both together come to `edge` or beyond it with no more rows than these."""
        last = np.searchsorted(other.rows, rows - self.rows, side="right") - 1
        can = last >= 0
        ends = self.points[can] + other.points[last[can]]
        return bool((self.sign * ends <= self.sign * edge).any())


def frontier(options: Iterable[tuple[int, int]], sign: int) -> Frontier:
    """The frontier of some (rows, points)."""
    rows, points = np.array(list(options), dtype=np.int64).T
    return _kept(rows, points, sign)


def _kept(rows: Whole, points: Whole, sign: int) -> Frontier:
    """Only those that lead further than all with as few rows or fewer."""
    order = np.lexsort((sign * points, rows))
    rows, ends = rows[order], sign * points[order]
    best = np.minimum.accumulate(ends)
    further = np.ones(len(ends), dtype=bool)
    further[1:] = best[1:] < best[:-1]
    return Frontier(rows[further], sign * ends[further], sign)
