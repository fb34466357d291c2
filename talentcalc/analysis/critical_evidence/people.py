"""People who count once, through any of several rows: how many go with which rows, and who is taken besides.

People who count through the same rows are of one kind, and are weighed once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from talentcalc.analysis.critical_evidence.attending import Attending
from talentcalc.analysis.critical_evidence.chains import Chain

Whole = npt.NDArray[np.int64]


class People:
    """The people that rows of another table count, by kind. A kind is the rows they count through."""

    def __init__(self, child: Attending) -> None:
        self._child = child
        order = np.lexsort((child.through, child.whom))
        whom, through = child.whom[order], child.through[order]
        ends = np.flatnonzero(np.diff(whom)) + 1
        kinds: dict[tuple[int, ...], list[int]] = {}
        for people, rows in zip(np.split(whom, ends), np.split(through, ends), strict=True):
            kinds.setdefault(tuple(rows.tolist()), []).append(int(people[0]))
        self.kinds = kinds
        self._number = np.array([len(people) for people in kinds.values()], dtype=np.int64)

    def kind(self, row: int) -> object:
        """What makes one row as good as another: that the same people count through it, or only its own."""
        return "alone" if row in self._child.alone else self._child.who_of.get(row)

    def besides(self, chains: Sequence[Chain], positions: Whole, needs: Whole) -> Whole:
        """For each way to reject and each number of people to be lost, the rows to be taken one by one."""
        degrees = self._degrees(chains, positions)
        order = np.argsort(degrees, axis=1, kind="stable")
        degrees = np.take_along_axis(degrees, order, axis=1)
        number = self._number[order]
        people = np.cumsum(number, axis=1)
        rows = np.cumsum(number * degrees, axis=1)
        never = self._gone_now(chains)
        every = np.arange(len(degrees))
        beside = np.zeros((len(degrees), len(needs)), dtype=np.int64)
        for place, need in enumerate(needs.tolist()):
            if need > 0:
                last = (people < need + never).sum(axis=1)
                before = np.maximum(last - 1, 0)
                whole = np.where(last > 0, people[every, before], 0)
                paid = np.where(last > 0, rows[every, before], 0)
                beside[:, place] = paid + (need + never - whole) * degrees[every, last]
        return beside

    def gone(self, chains: Sequence[Chain], positions: Whole) -> int:
        """How many fewer people are left by the rejection of lots alone."""
        degrees = self._degrees(chains, positions.reshape(-1, 1))[0]
        return int(self._number[degrees == 0].sum()) - self._gone_now(chains)

    def taken(
        self, chains: Sequence[Chain], positions: Whole, need: int, may: set[int], told: bool
    ) -> set[int]:
        """The rows taken one by one, so that so many people are lost: of one choice (`told`), or of any."""
        child = self._child
        degrees = self._degrees(chains, positions.reshape(-1, 1))[0]
        wanted = need - self.gone(chains, positions)
        alone = [len(kind) == 1 and kind[0] in may and kind[0] in child.alone for kind in self.kinds]
        left = np.flatnonzero(np.isin(child.through, np.array(sorted(may), dtype=np.int64)))
        first = dict(zip(child.whom[left].tolist(), child.keys[left].tolist(), strict=True))
        for person, key in zip(child.whom[left].tolist(), child.keys[left].tolist(), strict=True):
            first[person] = min(first[person], key)
        ranked = sorted(
            (int(degree), first[person], person)
            for degree, whole in zip(degrees, self.kinds.values(), strict=True)
            if degree
            for person in whole
        )
        most = ranked[wanted - 1][0]
        if told:
            chosen = {person for _, _, person in ranked[:wanted]}
        else:
            chosen = {
                person
                for degree, free, whole in zip(degrees.tolist(), alone, self.kinds.values(), strict=True)
                if 0 < max(degree, int(free)) <= most
                for person in whole
            }
        return {int(child.rows[place]) for place in left.tolist() if int(child.whom[place]) in chosen}

    def _gone_now(self, chains: Sequence[Chain]) -> int:
        """The people who would count only through a row that another stands before."""
        now = self._degrees(chains, np.zeros((len(chains), 1), dtype=np.int64))[0]
        return int(self._number[now == 0].sum())

    def _degrees(self, chains: Sequence[Chain], positions: Whole) -> Whole:
        """For each way to reject, and each kind of people, through how many rows they still count."""
        place: dict[int, list[int]] = {}
        for number, through in enumerate(self.kinds):
            for row in through:
                place.setdefault(row, []).append(number)
        degrees = np.zeros((positions.shape[1], len(self.kinds)), dtype=np.int64)
        for chain, where in zip(chains, positions, strict=True):
            counts = np.zeros((1 + sum(map(len, chain.lots)), len(self.kinds)), dtype=np.int64)
            for n, rows in enumerate([(row,) for row in chain.lots[0]] if chain.one else chain.lots):
                for kind in place.get(rows[0], ()):
                    if chain.one:
                        counts[n, kind] += 1
                    else:
                        counts[: n + 1, kind] += 1
            degrees += counts[where]
        return degrees
