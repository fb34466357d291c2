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

from talentcalc.evidence.cells import cleaned, shape
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
        value = text = "NULL"
        if column is not None and shown:
            value = named(column)
            text = named(unread(column)) if may_be_unread(self.spec.columns[column]) else text
        found = self.store.rows(
            f"SELECT line, {key}, {value}, {text} FROM {named(self.name)} "
            f"WHERE line IN ({wanted}) ORDER BY line"
        )
        places = []
        for line, row, cell, other in found:
            value = other if cell is None else cell
            empty = "空" if column is not None and shown else None
            said = empty if value is None else as_found(value)
            places.append(Place(f"#{line}" if row is None else row, line, said))
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
    keys = sorted({"", *table.ids.dropna()})  # an enumeration may not be empty; no key is
    store.put("_keys", {"key": pa.array(keys, pa.string())})
    kind = named(key_type(table.name))
    store.connection.execute(f"DROP TYPE IF EXISTS {kind}")
    store.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT key FROM _keys ORDER BY key)")


def insert_grid(store: Store, name: str, spec: Table, grid: Grid, places: Mapping[str, int]) -> None:
    """Add the rows of a grid of text; `places` says which column is where in it."""
    given = {column: cleaned(grid.columns[place]) for column, place in places.items()}
    store.put("_part", {"_line": pa.array(grid.lines, pa.int64()), **given})
    values = {column: named(column) for column in given}
    _insert(store, name, spec, "_part", "_line", values, values)


def plain_in_duckdb(spec: Table, schema: list[tuple[str, pa.DataType]]) -> bool:
    """Whether DuckDB reads a Parquet file's columns as they are: text, and moments without a zone."""
    headers = [header.lower() for header, _ in schema]  # DuckDB's names ignore case
    if len(set(headers)) < len(headers) or {"file_row_number", ""} & set(headers):
        return False
    kinds = {spec_name: column.type for spec_name, column in spec.columns.items()}
    kinds |= {column.title: column.type for column in spec.columns.values()}
    return all(
        header not in kinds
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or (kinds[header] == "moment" and kind in (pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us")))
        for header, kind in schema
    )


def insert_parquet(store: Store, name: str, spec: Table, file: Path, headers: Mapping[str, str]) -> None:
    """Add the rows of a Parquet file that is plain; `headers` says how each column is called in it.

    Raises:
        Unreadable: the file is damaged.
    """
    link = store.folder / "source.parquet"  # a plain name: a folder's * or [ would be a pattern
    link.unlink(missing_ok=True)
    os.symlink(file.resolve(), link)
    source = f"read_parquet({quoted(str(link))}, file_row_number = true)"
    own = {column: named(header) for column, header in headers.items()}
    texts = {column: _cleaned(header) for column, header in own.items()}
    try:
        kinds = {str(row[0]): str(row[1]) for row in store.rows(f"DESCRIBE SELECT * FROM {source}")}
        for column, header in headers.items():
            if kinds[header] != "VARCHAR":
                texts[column] = own[column] = f"CAST({own[column]} AS TIMESTAMP)"
        _insert(store, name, spec, source, "file_row_number + 2", own, texts)
    except duckdb.Error as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{type(error).__name__}）") from None


def _insert(
    store: Store,
    name: str,
    spec: Table,
    source: str,
    line: str,
    own: Mapping[str, str],
    texts: Mapping[str, str],
) -> None:
    """Add rows: each column's cells as they stand in `own`, and cleaned in `texts`."""
    values = [line]
    for column_name, column in spec.columns.items():
        if column_name not in texts:
            values += ["NULL"] * (2 if may_be_unread(column) else 1)
            continue
        text, value = texts[column_name], texts[column_name]
        if column.references is not None:
            kind = named(key_type(column.references))
            value = f"TRY_CAST({text} AS {kind})"
            if text != own[column_name]:  # what is a key as it stands need not be cleaned
                value = f"coalesce(TRY_CAST(nullif({own[column_name]}, '') AS {kind}), {value})"
        elif column.type == "moment" and not text.startswith("CAST"):
            fits = f"regexp_matches({text}, {quoted(shape('moment'))})"
            value = f"CASE WHEN {fits} THEN TRY_CAST({text} AS TIMESTAMP) END"
        values.append(value)
        if may_be_unread(column):
            values.append("NULL" if value == text else f"CASE WHEN {value} IS NULL THEN {text} END")
    store.connection.execute(f"INSERT INTO {named(name)} SELECT {', '.join(values)} FROM {source}")


def _cleaned(own: str) -> str:
    """Text as `cells.cleaned` makes it. Nearly every text begins and ends plainly: trimming is dear."""
    plain = f"unicode({own}) BETWEEN 33 AND 126 AND unicode({own}[-1]) BETWEEN 33 AND 126"
    trimmed = f"nullif(trim(nfc_normalize({own}), {quoted(_WHITE)}), '')"
    # DuckDB's normal form ends at a NUL: a text with one is left as it is.
    whole = f"WHEN contains({own}, chr(0)) THEN {own}"
    return f"CASE {whole} WHEN {plain} THEN nfc_normalize({own}) ELSE {trimmed} END"
