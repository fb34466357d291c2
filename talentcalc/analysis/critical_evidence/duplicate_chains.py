"""Which rows count, and which come to count in their place once they are rejected."""

import dataclasses
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.evidence.verifications import verifiable
from talentcalc.messages.message import message
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.table import FirstOf, ForARow, NotRejected

RowMask = npt.NDArray[np.bool_]

Chain = tuple[int, ...]
"""Rows of a table, by position: the first counts, the next once that is rejected, and so on."""


class DuplicateChains:
    """The tables of an audit, and the chains of each, in the order of the keys of their first rows."""

    def __init__(self, book: ScorecardRulebook, evidence: Evidence, span: Span) -> None:
        self.book, self.evidence, self._span = book, evidence, span
        self.chains, self.rejectable, self._eligible_once = (
            cache(self._chains),
            cache(self._rejectable),
            cache(self._eligible),
        )

    def counting(self, table: str) -> RowMask:
        """Which rows of a table count, where none takes the place of another.

        Raises:
            NotComputable: rows of it may.
        """
        if self._first_of(table):
            raise NotComputable(
                message("analysis.duplicates_counted_through", about=self.book.tables[table].title)
            )
        return self._eligible_once(table)

    def _rejectable(self, table: str) -> RowMask:
        """Which rows of a table do not count once a verification rejects them."""
        rows = self.evidence[table]
        rejectable = np.zeros(len(rows.frame), dtype=bool)
        for condition in self.book.tables[table].counts:
            if isinstance(condition, NotRejected) and condition.required and table in verifiable(self.book):
                rejectable |= _concerned(rows, condition)
        return rejectable

    def _chains(self, table: str) -> list[Chain]:
        rows = self.evidence[table]
        order = np.argsort(rows.keys.to_numpy(dtype=object), kind="stable")
        good = order[self._eligible_once(table)[order]]
        chain = np.arange(len(good))
        for rule in self._first_of(table):
            bound = _concerned(rows, rule)[good]
            alike = rows.frame.iloc[good[bound]].groupby(list(rule.same), dropna=False, sort=False).ngroup()
            chain[bound] = len(good) + alike.to_numpy(dtype=np.int64)
        chains: dict[int, list[int]] = {}
        for number, row in zip(chain.tolist(), good.tolist(), strict=True):
            chains.setdefault(number, []).append(row)
        return [tuple(rows) for rows in chains.values()]

    def _first_of(self, table: str) -> list[FirstOf]:
        conditions = [condition for condition in self.book.tables[table].counts if condition.required]
        first = [condition for condition in conditions if isinstance(condition, FirstOf)]
        if len(first) > 1 or (first and conditions[-1] is not first[0]):
            raise NotComputable(
                message("analysis.duplicates_by_several_conditions", about=self.book.tables[table].title)
            )
        return first

    def _eligible(self, table: str) -> RowMask:
        """Which rows meet every condition but that of being the first of those alike."""
        first, rows = self._first_of(table), self.evidence[table]
        others = tuple(condition for condition in self.book.tables[table].counts if condition not in first)
        spec = rows.spec.model_copy(update={"counts": others})
        tables = {**self.evidence.tables, table: dataclasses.replace(rows, spec=spec)}
        return pd.isna(first_reasons(dataclasses.replace(self.evidence, tables=tables), table, self._span))


def _concerned(rows: EvidenceTable, condition: ForARow) -> RowMask:
    """Which rows a condition is about."""
    concerned = rows.where(condition.only)
    return concerned & ~rows.where(condition.unless) if condition.unless else concerned
