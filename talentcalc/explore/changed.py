"""Evidence in which reviewers have decided otherwise: other marks, other verifications."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from talentcalc.evidence.submitted import Evidence
from talentcalc.evidence.table import EvidenceTable
from talentcalc.rulebook.check import EveryReviewer
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Combined, Graded, Item

VERIFICATIONS = "verifications"
"""The table of what reviewers found of single rows."""

Marks = Mapping[tuple[str, str], Decimal]
"""(item, reviewer) to mark."""

Outcomes = Mapping[tuple[str, str], str]
"""(table, row's key) to the outcome of its verification."""

_Decided = Mapping[tuple[str, str], dict[str, Any]]
"""A ruling's two key values to the cells that it now has."""


def decided_otherwise(evidence: Evidence, book: Rulebook, marks: Marks, outcomes: Outcomes) -> Evidence:
    """The same evidence but for these marks and verifications; those not yet there are added at the end."""
    tables = dict(evidence.tables)
    columns = {
        check.table: (check.item, check.reviewer) for check in book.checks if isinstance(check, EveryReviewer)
    }
    given: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for item in graded(book):
        assert isinstance(item.measure.count, Combined)  # lint: marks are what is graded
        (column,) = item.measure.count.model_dump().values()
        for (marked, reviewer), mark in marks.items():
            if marked == item.id:
                cells: dict[str, Any] = {column: mark}
                given.setdefault(item.measure.table, {})[item.id, reviewer] = cells
    for name, decided in given.items():
        tables[name] = _with(tables[name], columns[name], decided)
    if outcomes:
        verified: _Decided = {key: {"outcome": outcome} for key, outcome in outcomes.items()}
        tables[VERIFICATIONS] = _with(tables[VERIFICATIONS], ("table", "row_id"), verified)
    return dataclasses.replace(evidence, tables=tables)


def graded(book: Rulebook) -> tuple[Item, ...]:
    """The items that reviewers mark, in the order of the official tables."""
    return tuple(item for item in book.items() if isinstance(item.rule, Graded))


def _with(rows: EvidenceTable, key: tuple[str, str], decided: _Decided) -> EvidenceTable:
    frame = rows.frame.copy()
    added = []
    for named, cells in decided.items():
        there = pd.Series(True, index=frame.index)
        for column, value in zip(key, named, strict=True):
            there &= frame[column].eq(value)
        if there.any():
            for column, value in cells.items():
                frame.loc[there, column] = value
        else:
            added.append(dict(zip(key, named, strict=True)) | cells)
    if added:
        last = int(frame.index.max()) if len(frame) else 1
        more = pd.DataFrame(added, index=range(last + 1, last + 1 + len(added)))
        frame = pd.concat([frame, more.reindex(columns=frame.columns).astype(frame.dtypes)])
    # Not `replace`: a table remembers where the values of its columns are.
    return EvidenceTable(rows.name, rows.spec, frame, rows.source, rows.missing)
