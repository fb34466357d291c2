"""Every way to reject the lots of some chains: its rows, what it loses, what must be taken beside."""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
import numpy.typing as npt

from talentcalc.analysis.critical_evidence.attending import NEVER
from talentcalc.analysis.critical_evidence.chains import Chain
from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.analysis.critical_evidence.people import People

Whole = npt.NDArray[np.int64]
Level = tuple[int, ...]
"""For each quantity, how many steps it must fall."""

MOST = 5_000_000  # ways times kinds of people: what is weighed in about a second


class Ways:
    """The ways to reject: a position in each chain. A way is known by its number.

    `counted` are the losses that the steps of each counted quantity ask for, `valued` those of the amount
    or the attendance, if there is one. What is still missing of an attendance is taken row by row, if
    `one_by_one`; of an amount nothing can be.
    """

    def __init__(
        self,
        chains: Sequence[Chain],
        counted: Sequence[Sequence[int]],
        valued: Sequence[int] | None,
        people: People | None,
        one_by_one: bool,
    ) -> None:
        lengths = [len(one.rows) for one in chains]
        number = prod(lengths)
        if number * len(valued or (0,)) > 4 * MOST or number > MOST // 10:
            raise NotComputable("可不予认可的组合过多，不能逐一比较")
        self._chains, self._counted, self._people, self._valued = chains, counted, people, valued
        self._positions = np.zeros((len(chains), number), dtype=np.int64)
        if chains:
            self._positions = np.indices(lengths, dtype=np.int64).reshape(len(chains), number)
        at = list(zip(chains, self._positions, strict=True))
        none, nothing = np.zeros(number, dtype=np.int64), np.zeros((number, len(counted)), dtype=np.int64)
        self._rows = sum((one.rows[where] for one, where in at), none)
        self._lost = sum((one.lost[where] for one, where in at), nothing)
        self._gone = sum((one.value[where] for one, where in at), none)
        self._beside = self._besides(np.array(valued or (-NEVER,), dtype=np.int64), one_by_one)

    def fewest(self, level: Level) -> Whole | None:
        """For each step of the amount or attendance, the fewest rows where the counted are at a level."""
        ways = self._reaching(level)
        return (self._rows[ways][:, None] + self._beside[ways]).min(axis=0) if ways.any() else None

    def best(self, level: Level) -> list[int]:
        """The ways to a level of the fewest rows."""
        beside = self._beside[:, level[-1] if self._valued else 0]
        total = np.where(self._reaching(level), self._rows + beside, NEVER)
        return [int(way) for way in np.flatnonzero(total == total.min())]

    def at(self, way: int) -> Iterator[tuple[Chain, int]]:
        """Each chain and the position in it."""
        return zip(self._chains, self._positions[:, way].tolist(), strict=True)

    def slack(self, way: int, level: Level) -> int:
        """How much more of the amount or attendance a way loses than a level asks for; nothing if less."""
        return max(0, -self.missing(way, level)) if self._valued else 0

    def missing(self, way: int, level: Level) -> int:
        """How much of the attendance is to be taken one by one; less than nothing if more is lost."""
        assert self._valued is not None
        gone = self._people.gone(self._chains, self._positions[:, way]) if self._people else self._gone[way]
        return max(self._valued[level[-1]] - int(gone), -NEVER)

    def taken(self, way: int, level: Level, may: set[int], told: bool) -> set[int]:
        """Of people, the rows taken one by one."""
        assert self._people is not None and self._valued is not None
        need = self._valued[level[-1]]
        return self._people.taken(self._chains, self._positions[:, way], need, may, told)

    def _reaching(self, level: Level) -> npt.NDArray[np.bool_]:
        ways = np.ones(len(self._rows), dtype=bool)
        for number, (needs, step) in enumerate(zip(self._counted, level, strict=False)):
            ways &= self._lost[:, number] >= needs[step]
        return ways

    def _besides(self, needs: Whole, one_by_one: bool) -> Whole:
        """For each way, and each step of the amount or attendance, the rows to be taken one by one."""
        if self._people:
            beside = self._people.besides(self._chains, self._positions, needs)
        else:
            beside = np.maximum(needs[None, :] - self._gone[:, None], 0)
        return beside if one_by_one else np.where(beside > 0, NEVER, 0)
