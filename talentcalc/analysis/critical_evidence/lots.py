"""Which rows count, and which come to count in their place once they are rejected."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.analysis.critical_evidence.least import NotComputable
from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.evidence.verifications import verifiable
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.table import FirstOf, NotRejected

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Lots:
    """A table's rows that count or would: in each lot the first counts, the next once that is rejected.

    Rows are positions in the table; lots stand in the order of the keys of their first rows.
    `rejectable` tells whether its rows can be rejected at all.
    """

    rows: EvidenceTable
    lots: tuple[tuple[int, ...], ...]
    rejectable: bool

    def having(self, wanted: npt.NDArray[np.bool_]) -> Positions:
        """Which lots, by number, have a row that is wanted."""
        numbers = self._number[wanted]
        return np.unique(numbers[numbers >= 0])

    @cached_property
    def _number(self) -> Positions:
        """Each row's lot; -1 for a row that is in none."""
        number = np.full(len(self.rows.frame), -1, dtype=np.intp)
        rows = np.fromiter((row for lot in self.lots for row in lot), dtype=np.intp)
        sizes = np.fromiter(map(len, self.lots), dtype=np.intp, count=len(self.lots))
        number[rows] = np.repeat(np.arange(len(self.lots)), sizes)
        return number


class AllLots:
    """The lots of every table of an audit, each worked out once."""

    def __init__(self, book: ScorecardRulebook, evidence: Evidence, span: Span) -> None:
        self.book, self.evidence, self._span = book, evidence, span
        self._of: dict[str, Lots] = {}
        self._counting: dict[str, npt.NDArray[np.bool_]] = {}

    def of(self, table: str) -> Lots:
        """The lots of a table.

        Raises:
            NotComputable: its rows take each other's place in a way that is not told here.
        """
        if table not in self._of:
            rows = self.evidence[table]
            keys = rows.keys.to_numpy(dtype=object)
            order = np.argsort(keys, kind="stable")
            good = order[self._good(table)[order]]
            self._of[table] = Lots(rows, tuple(self._lots(rows, good)), self.rejectable(table))
        return self._of[table]

    def counting(self, table: str) -> npt.NDArray[np.bool_]:
        """Which rows of a table count, where none takes the place of another.

        Raises:
            NotComputable: rows of it may.
        """
        if self._first_of(table):
            raise NotComputable(f"{self.book.tables[table].title}的重复记录与其所属记录一并变化")
        return self._good(table)

    def rejectable(self, table: str) -> bool:
        """Whether a verification may reject a row of the table, and a rejected row does not count.

        Raises:
            NotComputable: that holds for some of its rows only.
        """
        asked = [one for one in self.book.tables[table].counts if isinstance(one, NotRejected)]
        if any(one.only or one.unless for one in asked):
            raise NotComputable(f"{self.book.tables[table].title}只有部分记录可以核查不予认可")
        return table in verifiable(self.book) and any(one.required for one in asked)

    def _first_of(self, table: str) -> tuple[FirstOf, ...]:
        conditions = [one for one in self.book.tables[table].counts if one.required]
        first = tuple(one for one in conditions if isinstance(one, FirstOf))
        if len(first) > 1 or (first and conditions[-1] is not first[0]):
            raise NotComputable(f"{self.book.tables[table].title}的重复记录有多重条件")
        return first

    def _good(self, table: str) -> npt.NDArray[np.bool_]:
        """Which rows meet every condition but that of being the first of those alike."""
        if table not in self._counting:
            first = self._first_of(table)
            rows = self.evidence[table]
            others = tuple(one for one in self.book.tables[table].counts if one not in first)
            spec = rows.spec.model_copy(update={"counts": others})
            tables = {**self.evidence.tables, table: dataclasses.replace(rows, spec=spec)}
            without = dataclasses.replace(self.evidence, tables=tables)
            self._counting[table] = pd.isna(first_reasons(without, table, self._span))
        return self._counting[table]

    def _lots(self, rows: EvidenceTable, good: Positions) -> Iterator[tuple[int, ...]]:
        first = self._first_of(rows.name)
        alike = {}
        if first:
            (rule,) = first
            concerned = rows.where(rule.only)
            if rule.unless:
                concerned &= ~rows.where(rule.unless)
            bound = good[concerned[good]]
            named = rows.frame.iloc[bound].groupby(list(rule.same), dropna=False, sort=False).ngroup()
            alike = dict(zip(bound.tolist(), named.tolist(), strict=True))
        lots: dict[tuple[str, int], list[int]] = {}
        for position in good.tolist():
            group = ("alike", alike[position]) if position in alike else ("alone", position)
            lots.setdefault(group, []).append(position)
        return (tuple(lot) for lot in lots.values())
