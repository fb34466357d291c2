"""A large table kept in DuckDB: cleaned and typed once, then read by checks and points.

The same cells are read as `talentcalc.evidence.cells` reads them into memory; a test holds the two
to each other. References become values of an enumeration of the other table's keys, which makes
them small; what is no key there stands beside them as text.
"""

import contextlib
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from talentcalc.evidence.cells import shape
from talentcalc.evidence.files import Grid, Unreadable
from talentcalc.evidence.table import EvidenceTable, Source
from talentcalc.finding import Place, as_found
from talentcalc.rulebook.table import Column, Table

_MEMORY = "1200MB"  # of DuckDB; beyond, it works on disk
_WHITE = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
_WHITE += "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


class Store:
    """A database in memory, with a temporary folder for what memory cannot hold; gone with its last holder.

    Evidence is personal: what is small never reaches the disk.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="talentcalc-"))
        self.connection = duckdb.connect(
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        )
        weakref.finalize(self, _remove, self.connection, self.folder)
        for statement in (
            f"SET memory_limit = '{_MEMORY}'",
            f"SET temp_directory = {quoted(str(self.folder / 'spilled'))}",
            "SET preserve_insertion_order = false",
            "ATTACH ':memory:' AS evidence (COMPRESS)",
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


def _remove(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)


def named(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def key_type(table: str) -> str:
    """The enumeration of a table's keys."""
    return f"{table} key"


def unread(column: str) -> str:
    """The column that holds the text of cells that are no value of `column`."""
    return f"{column} unread"


@dataclass(frozen=True)
class StoredTable:
    """One table in the store, under its own name, with `line` beside the columns of `spec`."""

    name: str
    spec: Table
    store: Store
    source: Source | None
    missing: tuple[str, ...]
    rows: int
    referenced: Mapping[str, str]  # the titles of the tables that its columns refer to

    def places(self, lines: Iterable[int], column: str | None, shown: bool) -> tuple[Place, ...]:
        """Where these lines are, with what stands in `column` if it may be shown."""
        wanted = ", ".join(str(int(line)) for line in lines)
        if not wanted:
            return ()
        key = " || '/' || ".join(f"CAST({named(name)} AS VARCHAR)" for name in self.spec.key)
        value = "NULL"
        if column is not None and shown:
            value = f"CAST({named(column)} AS VARCHAR)"
            if may_be_unread(self.spec.columns[column]):
                value = f"coalesce({value}, {named(unread(column))})"
        found = self.store.rows(
            f"SELECT line, {key}, {value} FROM {named(self.name)} WHERE line IN ({wanted}) ORDER BY line"
        )
        empty = "空" if column is not None and shown else None
        return tuple(
            Place(f"#{line}" if row is None else row, line, empty if cell is None else as_found(cell))
            for line, row, cell in found
        )

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


def may_be_unread(column: Column) -> bool:
    """Whether a cell of the column may hold text that is no value of it."""
    return column.references is not None or column.type == "moment"


def create(store: Store, name: str, spec: Table, referenced: Mapping[str, EvidenceTable]) -> None:
    """The empty table."""
    columns = ["line BIGINT"]
    for column_name, column in spec.columns.items():
        kind = "TIMESTAMP" if column.type == "moment" else "VARCHAR"
        if column.references is not None:
            kind = named(key_type(column.references))
            _create_keys(store, referenced[column.references])
        columns.append(f"{named(column_name)} {kind}")
        if may_be_unread(column):
            columns.append(f"{named(unread(column_name))} VARCHAR")
    store.connection.execute(f"CREATE TABLE {named(name)} ({', '.join(columns)})")


def _create_keys(store: Store, table: EvidenceTable) -> None:
    whole = table.frame[list(table.spec.key)].notna().all(axis=1)
    keys = sorted({"", *table.keys[whole]})  # an enumeration may not be empty; no key is
    store.put("_keys", {"key": pa.array(keys, pa.string())})
    kind = named(key_type(table.name))
    store.connection.execute(f"DROP TYPE IF EXISTS {kind}")
    store.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT key FROM _keys ORDER BY key)")


def insert_grid(store: Store, name: str, spec: Table, grid: Grid, places: Mapping[str, int]) -> None:
    """Add the rows of a grid of text; `places` says which column is where in it."""
    given = {column: grid.columns[place] for column, place in places.items()}
    store.put("_part", {"_line": pa.array(grid.lines, pa.int64()), **given})
    _insert(store, name, spec, "_part", "_line", dict.fromkeys(given, "VARCHAR"))


def insert_parquet(store: Store, name: str, spec: Table, file: Path, headers: Mapping[str, str]) -> None:
    """Add the rows of a Parquet file; `headers` says how each column is called in it.

    Raises:
        Unreadable: it is no Parquet file, or a column is of a type that no cell has.
    """
    link = store.folder / "source.parquet"  # a plain name: a folder's * or [ would be a pattern
    link.unlink(missing_ok=True)
    os.symlink(file.resolve(), link)
    source = f"read_parquet({quoted(str(link))}, file_row_number = true)"
    try:
        kinds = {str(row[0]): str(row[1]) for row in store.rows(f"DESCRIBE SELECT * FROM {source}")}
        wanted = ", ".join(f"{named(header)} AS {named(column)}" for column, header in headers.items())
        _insert(
            store,
            name,
            spec,
            f"(SELECT file_row_number + 2 AS _line{', ' if wanted else ''}{wanted} FROM {source})",
            "_line",
            {column: kinds[header] for column, header in headers.items()},
        )
    except duckdb.Error as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{type(error).__name__}）") from None


def _insert(store: Store, name: str, spec: Table, source: str, line: str, kinds: Mapping[str, str]) -> None:
    texts, values = [line], [line]
    for column_name, column in spec.columns.items():
        own, kind = named(column_name), kinds.get(column_name)
        moment = column.type == "moment"
        native = moment and kind is not None and kind.startswith(("TIMESTAMP", "DATE")) and "ZONE" not in kind
        texts.append(f"{'NULL' if kind is None else own if native else _text(own, kind)} AS {own}")
        value = own
        if moment:
            value = _native_moment(own, str(kind)) if native else _moment(own)
        elif column.references is not None:
            value = f"TRY_CAST({own} AS {named(key_type(column.references))})"
        values.append(value)
        if may_be_unread(column):
            values.append(f"CASE WHEN {value} IS NULL THEN CAST({own} AS VARCHAR) END")
    store.connection.execute(
        f"INSERT INTO {named(name)} SELECT {', '.join(values)} FROM (SELECT {', '.join(texts)} FROM {source})"
    )


def _text(own: str, kind: str) -> str:
    """A cell's text as a CSV file would have it, cleaned; empty is missing."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "BLOB", "BIT", "VARIANT")):
        raise Unreadable(f"列 {own} 的类型 {kind} 不是文字、数字、日期或是否")
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({own}) AND {own} = trunc({own}) AND abs({own}) < 1e18"
        return (
            f"CASE WHEN {whole} THEN CAST(CAST({own} AS BIGINT) AS VARCHAR) "
            f"WHEN NOT isnan({own}) THEN CAST({own} AS VARCHAR) END"
        )
    if kind != "VARCHAR":
        return f"CAST({own} AS VARCHAR)"
    return f"nullif(trim(nfc_normalize({own}), {quoted(_WHITE)}), '')"


def _native_moment(own: str, kind: str) -> str:
    if kind == "TIMESTAMP_NS":  # finer than a microsecond is finer than a cell can say
        return f"CASE WHEN epoch_ns({own}) % 1000 = 0 THEN CAST({own} AS TIMESTAMP) END"
    return f"CAST({own} AS TIMESTAMP)"


def _moment(own: str) -> str:
    fits = f"regexp_matches({own}, {quoted(shape('moment'))})"
    return f"CASE WHEN {fits} THEN TRY_CAST({own} AS TIMESTAMP) END"
