"""A large table kept in DuckDB: cleaned and typed once, then read by checks and points.

The same cells are read as `talentcalc.evidence.tables.cells` reads them into memory; a test holds the two
to each other. References become values of an enumeration of the other table's keys, which makes
them small; what is no key there stands beside them as text.
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
"""What a statement fails with; the second for want of memory, whatever the data."""

_MEMORY = "1350MB"  # of DuckDB; beyond, it works on disk


class Store:
    """A database in memory, or with a temporary folder of its own; gone with its last holder.

    Evidence is personal: what is small never reaches the disk.
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
        with contextlib.suppress(duckdb.InvalidInputException):  # a notebook without widgets has no bars
            self.connection.execute("SET enable_progress_bar = false")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(sql).fetchall()

    def lines(self, sql: str) -> npt.NDArray[np.int64]:
        """The one column of a query, line numbers, in order."""
        found = self.connection.execute(sql).fetchnumpy()
        return np.sort(np.asarray(next(iter(found.values())), dtype=np.int64))

    def put(self, name: str, columns: Mapping[str, Any]) -> None:
        """A table of these columns, in the place of an older one of the name."""
        given = self.connection.from_arrow(pa.table(dict(columns)))
        given.query("given", f"CREATE OR REPLACE TEMP TABLE {named(name)} AS SELECT * FROM given")


def _remove(connection: duckdb.DuckDBPyConnection, clear: Callable[[], None]) -> None:
    connection.close()
    clear()


def named(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def key_type(table: str) -> str:
    """The enumeration of a table's keys."""
    return f"{table} key"


def unread(table: str) -> str:
    """The table of those cells of a table that are no value of their column: line, column, text."""
    return f"{table} unread"


@dataclass(frozen=True)
class StoredTable:
    """One table in the store, under its own name, with `line` beside the columns of `spec`.

    A cell that is no value of its column is missing there, and stands in the table `unread`.
    """

    name: str
    spec: Table
    store: Store
    source: Source | None
    missing: tuple[str, ...]
    rows: int
    referenced: Mapping[str, str]  # the titles of the tables that its columns refer to

    def places(self, lines: Iterable[int], column: str | None, shown: bool) -> tuple[Location, ...]:
        """Where these lines are, with what stands in `column` if it may be shown."""
        wanted = ", ".join(str(int(line)) for line in lines)
        if not wanted:
            return ()
        key = " || '/' || ".join(f"CAST({named(name)} AS VARCHAR)" for name in self.spec.key)
        value, other = "NULL", dict[int, str]()
        if column is not None and shown:
            value = named(column)
            cells = f"col = {quoted(column)} AND line IN ({wanted})"
            other = dict(self.store.rows(f"SELECT line, text FROM {named(unread(self.name))} WHERE {cells}"))
        found = self.store.rows(
            f"SELECT line, {key}, {value} FROM {named(self.name)} WHERE line IN ({wanted}) ORDER BY line"
        )
        places = []
        for line, row, cell in found:
            stands = other.get(line) if cell is None else cell
            empty = "空" if column is not None and shown else None
            said = empty if stands is None else display_value(stands)
            places.append(Location(f"#{line}" if row is None else row, line, said))
        return tuple(places)

    def months(self, column: str, first: date, last: date) -> dict[str, int]:
        """How many rows fall into each month of a span, both ends included."""
        own = named(column)
        return dict(
            self.store.rows(
                f"SELECT strftime({own}, '%Y-%m'), count(*) FROM {named(self.name)} "
                f"WHERE CAST({own} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}' "
                "GROUP BY ALL ORDER BY ALL"
            )
        )

    def values(self, column: str, keys: Iterable[str]) -> dict[str, str]:
        """What stands in a text column of the rows with these keys, as far as they are there."""
        self.store.put("_wanted", {"key": pa.array(sorted(set(keys)), pa.string())})
        own = named(self.spec.key[0])
        return dict(
            self.store.rows(
                f"SELECT {own}, CAST({named(column)} AS VARCHAR) FROM {named(self.name)} "
                f"WHERE {own} IN (SELECT key FROM _wanted) AND {named(column)} IS NOT NULL ORDER BY line DESC"
            )
        )


def create(store: Store, name: str, spec: Table, referenced: Mapping[str, EvidenceTable]) -> None:
    """The empty table."""
    columns = ["line BIGINT"]
    for column_name, column in spec.columns.items():
        kind = "TIMESTAMP" if column.type == "moment" else "VARCHAR"
        if column.references is not None:
            kind = named(key_type(column.references))
            _create_keys(store, referenced[column.references])
        plain = " USING COMPRESSION uncompressed" if kind == "VARCHAR" else ""  # packing text is dear
        columns.append(f"{named(column_name)} {kind}{plain}")
    store.connection.execute(f"CREATE TABLE {named(name)} ({', '.join(columns)})")
    store.connection.execute(f"CREATE TABLE {named(unread(name))} (line BIGINT, col VARCHAR, text VARCHAR)")


def _create_keys(store: Store, table: EvidenceTable) -> None:
    keys = sorted({"", *table.ids.dropna()})  # an enumeration may not be empty; no key is
    store.put("_keys", {"key": pa.array(keys, pa.string())})
    kind = named(key_type(table.name))
    store.connection.execute(f"DROP TYPE IF EXISTS {kind}")
    store.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT key FROM _keys ORDER BY key)")
