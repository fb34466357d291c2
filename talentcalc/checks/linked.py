"""What stands in the rows of another table that a column names, in memory and in DuckDB.

A cell that refers to a row that is not there is a critical finding already, and left out: in memory it
is looked for; in DuckDB it is missing, since references are values of an enumeration of the keys.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

from talentcalc.checks.context import CheckContext
from talentcalc.evidence.stores.stored_table import StoredTable, key_type, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import Link
from talentcalc.rulebook.table import Column


def known_values(rows: EvidenceTable, column: str, context: CheckContext) -> "pd.Series[Any]":
    """A column without the cells that refer to a row that is not there."""
    values, table = rows.frame[column], rows.spec.columns[column].references
    if table is None:
        return values
    known: pd.Series[Any] = values.where(values.isin(context.evidence[table].ids.dropna()))
    return known


def linked_values(rows: EvidenceTable, link: Link, column: str, context: CheckContext) -> "pd.Series[Any]":
    """What stands in a column of the linked rows."""
    other = context.evidence[link.table]
    if other.frame.empty:
        return pd.Series(None, index=rows.frame.index, dtype=other.frame[column].dtype)
    values = known_values(other, column, context).set_axis(other.keys, axis=0)
    linked: pd.Series[Any] = rows.frame[link.column].map(values[~values.index.duplicated()])
    return linked


def linked_rows(rows: StoredTable, link: Link, columns: Mapping[str, str], context: CheckContext) -> str:
    """The linked rows in DuckDB, each once by its `key`, with these columns under the names given."""
    other = context.evidence[link.table]
    first = ~other.keys.duplicated().to_numpy()
    arrays: dict[str, Iterable[Any]] = {"key": pa.array(other.keys[first], pa.string())}
    values = [f"{as_value(rows.spec.columns[link.column], 'key')} AS key"]
    for name, column in columns.items():
        moment = other.spec.columns[column].type == "moment"
        arrays[name] = pa.array(other.frame[column][first], pa.timestamp("us") if moment else pa.string())
        values.append(f"{as_value(other.spec.columns[column], name)} AS {name}")
    rows.store.put("_linked", arrays)
    return f"(SELECT {', '.join(values)} FROM _linked)"


def as_value(column: Column, text: str) -> str:
    """A text in SQL as a value of a column; missing if it is none."""
    if column.references is None:
        return text
    return f"TRY_CAST({text} AS {named(key_type(column.references))})"


def filled(*columns: str) -> str:
    """The condition in SQL that none of the columns is missing."""
    return " AND ".join(f"{column} IS NOT NULL" for column in columns)
