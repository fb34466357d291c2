"""Columns that name rows of other tables by key: what a row is called once persons are pseudonyms."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from talentcalc.evidence.table import EvidenceTable
from talentcalc.publication.pseudonyms import Pseudonyms
from talentcalc.rulebook.check import NamesOwnRow, RowThere
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Table


def renamed_rows(
    book: Rulebook, tables: Mapping[str, EvidenceTable], pseudonyms: Pseudonyms
) -> dict[str, dict[str, pa.Array]]:
    """For each table in memory, the new texts of those columns that name rows of other tables.

    The rulebook's checks say which columns these are. A row that is there gets its new key. What names
    no row of a table with persons in its key, or no table, may be anything: it becomes a pseudonym whole.
    """
    keys = {
        name: _new_keys(tables[name], pseudonyms) if name in tables else {}
        for name, table in book.tables.items()
        if _key_columns(table)
    }

    def called(table: Any, row: Any) -> str | None:
        if pd.isna(row):
            return None
        if table in keys:
            return keys[table].get(row) or pseudonyms.of(row)
        return str(row) if table in book.tables else pseudonyms.of(row)

    renamed: dict[str, dict[str, pa.Array]] = {}
    for check in book.checks:
        if isinstance(check, RowThere | NamesOwnRow) and check.table in tables:
            frame = tables[check.table].frame
            pairs = zip(frame[check.table_column], frame[check.column], strict=True)
            new = pa.array([called(table, row) for table, row in pairs], pa.string())
            renamed.setdefault(check.table, {})[check.column] = new
    return renamed


def _key_columns(table: Table) -> list[str]:
    """The personal columns of a table's key."""
    return [name for name in table.key if table.columns[name].personal]


def _new_keys(table: EvidenceTable, pseudonyms: Pseudonyms) -> dict[str, str]:
    """The new key of each row whose key is whole, by the old one."""
    whole = table.ids.notna()
    frame = table.frame[whole]
    of_persons = {
        name: pseudonyms.of_column(pa.array(frame[name], pa.string())).to_pandas().to_numpy()
        for name in _key_columns(table.spec)
    }
    after = EvidenceTable(table.name, table.spec, frame.assign(**of_persons))
    return dict(zip(table.ids[whole], after.keys, strict=True))
