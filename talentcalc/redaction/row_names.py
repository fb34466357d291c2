"""Columns that name rows of other tables by key: what a row is called once persons are pseudonyms."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.redaction.personal_names import Names
from talentcalc.rulebook.check import NamesOwnRow, RowThere
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Column


def renamed_rows(
    book: Rulebook, tables: Mapping[str, EvidenceTable], names: Names
) -> dict[str, dict[str, pa.Array]]:
    """For each table in memory, the new texts of those columns that name rows of other tables.

    The rulebook's checks say which columns these are. A row that is there gets its new key. What names
    no row of a table with persons in its key, or no table, may be anything: it becomes a pseudonym whole.
    """
    keys = {name: _new_keys(table, names) for name, table in tables.items()}
    of_persons = {
        name for name, table in book.tables.items() if any(table.columns[key].personal for key in table.key)
    }

    def called(table: Any, row: Any) -> str | None:
        if pd.isna(row):
            return None
        if row in keys.get(table, {}):
            return keys[table][row]
        anything = table in of_persons or table not in book.tables
        return names.pseudonyms.of(row) if anything else names.replaced(row)

    renamed: dict[str, dict[str, pa.Array]] = {}
    for check in book.checks:
        if isinstance(check, RowThere | NamesOwnRow) and check.table in tables:
            frame = tables[check.table].frame
            pairs = zip(frame[check.table_column], frame[check.column], strict=True)
            new = pa.array([called(table, row) for table, row in pairs], pa.string())
            renamed.setdefault(check.table, {})[check.column] = new
    return renamed


def published_texts(texts: pa.Array, column: Column, names: Names) -> pa.Array:
    """A column's cells as they are published: pseudonyms, texts without names, or what they were."""
    if column.personal:
        return names.pseudonyms.of_column(texts)
    return names.of_column(texts) if column.type == "text" else texts


def _new_keys(table: EvidenceTable, names: Names) -> dict[str, str]:
    """The new key of each row whose key is whole, by the old one."""
    whole = table.ids.notna()
    frame = table.frame[whole]
    texts = {
        name: published_texts(pa.array(frame[name], pa.string()), column, names).to_pandas().to_numpy()
        for name, column in table.spec.columns.items()
        if name in table.spec.key and column.type == "text"
    }
    after = EvidenceTable(table.name, table.spec, frame.assign(**texts))
    return dict(zip(table.ids[whole], after.keys, strict=True))
