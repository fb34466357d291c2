"""Large tables in DuckDB: cleaned and typed once, then read by checks and points.

Cells are read as `talentcalc.evidence.tables.cells` reads them into memory; a test compares the two.
References become values of an enumeration of the other table's keys, which makes them small; those that are
no key there are kept as text in a table of unread cells.
"""

import contextlib
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talentcalc.core.files.temporary import lasting_folder
from talentcalc.evidence.stores.stored_table import key_type, named, quoted, unread
from talentcalc.evidence.tables.table import EvidenceTable
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
