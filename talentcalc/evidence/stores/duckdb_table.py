"""Large tables in DuckDB: cleaned and typed once, then read by checks and points.

Cells are read as `talentcalc.evidence.tables.cells` reads them into memory; a test compares the two.
References become values of an enumeration of the other table's keys, which makes them small; those that are
no key there are kept as text in a table of unread cells.
"""

import contextlib
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talentcalc.core.files.temporary import lasting_folder
from talentcalc.core.findings import Location, display_value
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.rulebook.table import Table

StoreError, StoreFull = duckdb.Error, duckdb.OutOfMemoryException
"""The errors of a failing statement; the second is one of memory, whatever the data."""

_MEMORY = "1350MB"  # that DuckDB may use before it writes to disk


class Store:
    """A DuckDB database in memory or in a temporary folder, removed when it is no longer referenced.

    Evidence is personal: small evidence is never written to the disk.
    """

    def __init__(self, on_disk: bool) -> None:
        self.folder, clear = lasting_folder()
        self.connection = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        )
        weakref.finalize(self, _remove, self.connection, clear)
        for statement in (
            f"SET memory_limit = '{_MEMORY}'",
            f"SET temp_directory = {quoted(str(self.folder / 'spilled'))}",
            "SET preserve_insertion_order = false",
            f"ATTACH {quoted(str(self.folder / 'evidence.db'))} AS evidence"
            if on_disk
            else "ATTACH ':memory:' AS evidence",
            "USE evidence",
        ):
            self.connection.execute(statement)
        with contextlib.suppress(duckdb.InvalidInputException):  # a notebook without widgets
            self.connection.execute("SET enable_progress_bar = false")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql).fetchall()

    def lines(self, sql: str) -> npt.NDArray[np.int64]:
        """The line numbers that are a query's only column, in order."""
        columns = self.connection.execute(sql).fetchnumpy()
        return np.sort(np.asarray(next(iter(columns.values())), dtype=np.int64))

    def put(self, name: str, columns: Mapping[str, Any]) -> None:
        """Create a temporary table of these columns, replacing one of the same name."""
        relation = self.connection.from_arrow(pa.table(dict(columns)))
        relation.query("given", f"CREATE OR REPLACE TEMP TABLE {named(name)} AS SELECT * FROM given")


def _remove(connection: duckdb.DuckDBPyConnection, clear: Callable[[], None]) -> None:
    connection.close()
    clear()


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
    store: Store
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
            empty = "空" if column is not None and show_values else None
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


def create(store: Store, name: str, spec: Table, referenced: Mapping[str, EvidenceTable]) -> None:
    """Create an empty table, and its table of unread cells."""
    columns = ["line BIGINT"]
    for column_name, column in spec.columns.items():
        kind = "TIMESTAMP" if column.type == "moment" else "VARCHAR"
        if column.references is not None:
            kind = named(key_type(column.references))
            _create_keys(store, referenced[column.references])
        compression = " USING COMPRESSION uncompressed" if kind == "VARCHAR" else ""  # packing text is slow
        columns.append(f"{named(column_name)} {kind}{compression}")
    store.connection.execute(f"CREATE TABLE {named(name)} ({', '.join(columns)})")
    store.connection.execute(f"CREATE TABLE {named(unread(name))} (line BIGINT, col VARCHAR, text VARCHAR)")


def _create_keys(store: Store, table: EvidenceTable) -> None:
    keys = sorted({"", *table.ids.dropna()})  # an enumeration may not be empty; no key is ''
    store.put("_keys", {"key": pa.array(keys, pa.string())})
    kind = named(key_type(table.name))
    store.connection.execute(f"DROP TYPE IF EXISTS {kind}")
    store.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT key FROM _keys ORDER BY key)")
