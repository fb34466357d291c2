"""A large table in the store, and how SQL names it and its parts.

The store itself loads DuckDB; this does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from talentcalc.core.findings import Location, display_value
from talentcalc.evidence.tables.table import EMPTY_CELL, Source
from talentcalc.rulebook.table import Table

if TYPE_CHECKING:
    from talentcalc.evidence.stores.duckdb_table import Store


def named(name: str) -> str:
    """A name as a quoted identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text as a string literal in SQL."""
    return "'" + text.replace("'", "''") + "'"


def key_type(table: str) -> str:
    """The name of the enumeration of a table's keys."""
    return f"{table} key"


def unread(table: str) -> str:
    """The name of the table that holds a table's unread cells: line, column, text."""
    return f"{table} unread"


@dataclass(frozen=True)
class StoredTable:
    """One table in the store, under its name, with a column `line` and the columns of `spec`.

    A cell that is no value of its column is missing there, and is kept in the table `unread`.
    """

    name: str
    spec: Table
    store: "Store"
    source: Source | None
    missing: tuple[str, ...]
    rows: int
    referenced: Mapping[str, str]  # the titles of the tables that its columns refer to

    def locations(self, lines: Iterable[int], column: str | None, show_values: bool) -> tuple[Location, ...]:
        """The locations of these lines, with the values in `column` if they may be shown."""
        line_list = ", ".join(str(int(line)) for line in lines)
        if not line_list:
            return ()
        key = " || '/' || ".join(f"CAST({named(name)} AS VARCHAR)" for name in self.spec.key)
        value, unread_texts = "NULL", dict[int, str]()
        if column is not None and show_values:
            value = named(column)
            cells = f"col = {quoted(column)} AND line IN ({line_list})"
            unread_texts = dict(
                self.store.rows(f"SELECT line, text FROM {named(unread(self.name))} WHERE {cells}")
            )
        rows = self.store.rows(
            f"SELECT line, {key}, {value} FROM {named(self.name)} WHERE line IN ({line_list}) ORDER BY line"
        )
        locations = []
        for line, row, cell in rows:
            text = unread_texts.get(line) if cell is None else cell
            empty = EMPTY_CELL if column is not None and show_values else None
            found = empty if text is None else display_value(text)
            locations.append(Location(f"#{line}" if row is None else row, line, found))
        return tuple(locations)

    def months(self, column: str, first: date, last: date) -> dict[str, int]:
        """The number of rows in each month of a period, both ends included."""
        column_sql = named(column)
        return dict(
            self.store.rows(
                f"SELECT strftime({column_sql}, '%Y-%m'), count(*) FROM {named(self.name)} "
                f"WHERE CAST({column_sql} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}' "
                "GROUP BY ALL ORDER BY ALL"
            )
        )

    def values(self, column: str, keys: Iterable[str]) -> dict[str, str]:
        """The values in a text column of the rows with these keys; missing rows and values are left out."""
        self.store.put("_wanted", {"key": pa.array(sorted(set(keys)), pa.string())})
        key = named(self.spec.key[0])
        return dict(
            self.store.rows(
                f"SELECT {key}, CAST({named(column)} AS VARCHAR) FROM {named(self.name)} "
                f"WHERE {key} IN (SELECT key FROM _wanted) AND {named(column)} IS NOT NULL ORDER BY line DESC"
            )
        )
