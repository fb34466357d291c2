"""Rows that count through rows of another table: how many remain, and the fewest to be taken one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.analysis.critical_evidence.lots import AllLots
from talentcalc.rulebook.score import Distinct, Measure

Whole = npt.NDArray[np.int64]
NEVER = 2**40
"""More rows than there are."""


@dataclass(frozen=True)
class Attending:
    """The counting rows of a table, each with the row of the other table that it counts through.

    `through` are positions in the other table; `rows` in its own; `whom` tells the same from different where
    the different are counted, and is a row's own number where the rows are. `one_by_one`: they can be
    rejected. All in step, `keys` the rows' own.
    """

    table: str
    keys: npt.NDArray[np.object_]
    rows: Whole
    through: Whole
    whom: Whole
    one_by_one: bool

    @cached_property
    def sizes(self) -> Mapping[int, int]:
        """How many rows count through each row of the other table."""
        return dict(
            zip(*(part.tolist() for part in np.unique(self.through, return_counts=True)), strict=True)
        )

    @cached_property
    def alone(self) -> frozenset[int]:
        """The rows of the other table of which none shares anybody with another."""
        _, whom, times = np.unique(self.whom, return_inverse=True, return_counts=True)
        return frozenset(self.sizes) - frozenset(self.through[times[whom] > 1].tolist())

    @cached_property
    def who_of(self) -> Mapping[int, bytes]:
        """Who is counted through each row of the other table, as something to be compared."""
        order = np.lexsort((self.whom, self.through))
        through, whom = self.through[order], self.whom[order]
        ends = np.flatnonzero(np.diff(through)) + 1
        return {
            int(rows[0]): people.tobytes()
            for rows, people in zip(np.split(through, ends), np.split(whom, ends), strict=True)
            if len(rows)
        }

    @property
    def rows_each(self) -> bool:
        """Whether everybody counts through one row only, so that rows are as good as people."""
        return len(self.alone) == len(self.sizes)


def attending(measure: Measure, lots: AllLots, taken: frozenset[int]) -> Attending:
    """The rows of a measure that count through the rows `taken` of the other table.

    Raises:
        NotComputable: they may take each other's place.
    """
    assert measure.through is not None
    rows, base = lots.evidence[measure.table], lots.evidence[measure.through.table]
    position = dict(zip(base.keys, range(len(base.frame)), strict=True))
    concerned = np.flatnonzero(rows.where(measure.where) & lots.counting(measure.table))
    named = rows.frame[measure.through.column].to_numpy(dtype=object)[concerned]
    through = np.array([position.get(key, -1) for key in named], dtype=np.int64)
    wanted = np.isin(through, np.array(sorted(taken), dtype=np.int64))
    if isinstance(measure.count, Distinct):
        whom, _ = rows.frame[measure.count.distinct].factorize(use_na_sentinel=True)
        people = np.asarray(whom, dtype=np.int64)[concerned]
        wanted &= people >= 0
    elif measure.count == "rows":
        people = concerned.astype(np.int64)
    else:
        raise NotComputable(f"{rows.spec.title}的合计数随另一张表变化")
    own = concerned[wanted].astype(np.int64)
    keys = rows.keys.to_numpy(dtype=object)[own]
    one_by_one = lots.rejectable(measure.table)
    return Attending(measure.table, keys, own, through[wanted], people[wanted], one_by_one)
