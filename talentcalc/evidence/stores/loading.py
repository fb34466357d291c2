"""Loads the rows of a file into the store, cleaned and typed as in memory."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from talentcalc.evidence.readers.parquet_file import MOST_TEXTS, too_much_text
from talentcalc.evidence.stores.duckdb_table import Store, StoreError, StoreFull
from talentcalc.evidence.stores.stored_table import key_type, named, quoted, unread
from talentcalc.evidence.tables.cells import LOST_DIGITS, canonical_texts, cleaned, pattern
from talentcalc.evidence.tables.grid import Grid, Unreadable
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.messages.message import message
from talentcalc.rulebook.table import Column, Table

_WHITE_SPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
)
_WHITE_SPACE += "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True)
class CellExpressions:
    """SQL expressions for a column's cells: their value, and their cleaned text."""

    value: str
    text: str


def insert_grid(
    store: Store, name: str, spec: Table, grid: Grid, positions: Mapping[str, int]
) -> dict[str, dict[int, tuple[str, str]]]:
    """Insert the rows of a grid; `positions` are those of the columns in it.

    Returns the cells in a variant form by column and line: the text, and the canonical form it was read as.
    """
    columns = {column: cleaned(grid.columns[position]) for column, position in positions.items()}
    converted: dict[str, dict[int, tuple[str, str]]] = {}
    for column, texts in columns.items():
        columns[column], forms = canonical_texts(texts, spec.columns[column])
        converted[column] = {grid.lines[n]: (texts[n].as_py(), form) for n, form in forms.items()}
    store.put("_part", {"_line": pa.array(grid.lines, pa.int64()), **columns})
    cells = {column: _cell(spec.columns[column], named(column), named(column)) for column in columns}
    _insert(store, name, "_part", "_line", cells, spec)
    _insert_unread(store, name, "_part", "_line", cells)
    return converted


def is_readable_by_duckdb(spec: Table, schema: list[tuple[str, pa.DataType]]) -> bool:
    """Whether DuckDB can read a Parquet file's columns directly: texts, and moments without a time zone."""
    headers = [header.lower() for header, _ in schema]  # DuckDB ignores the case of names
    if len(set(headers)) < len(headers) or {"file_row_number", ""} & set(headers):
        return False
    matcher, moments = HeaderMatcher(spec), (pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"))
    return all(
        (match := matcher.match(header)) is None
        or pa.types.is_string(arrow_type)
        or pa.types.is_large_string(arrow_type)
        or (spec.columns[match.column].type == "moment" and arrow_type in moments)
        for header, arrow_type in schema
    )


def insert_parquet(store: Store, name: str, spec: Table, file: Path, headers: Mapping[str, str]) -> bool:
    """Insert the rows of a Parquet file that DuckDB can read; `headers` are the columns' headers in it.

    Returns whether they were inserted: if there are rows without a value, or moments in a variant form, the
    table is left empty, for the file to be read in chunks.

    Raises:
        Unreadable: the file is damaged, or has more text than is read.
    """
    options = "file_row_number = true, hive_partitioning = false"  # a folder `year=2025` is no column
    source = f"read_parquet({quoted(str(_without_wildcards(file.resolve(), store.folder)))}, {options})"
    line, cells = "file_row_number + 2", {}
    try:
        types = {str(row[0]): str(row[1]) for row in store.rows(f"DESCRIBE SELECT * FROM {source}")}
        for column, header in headers.items():
            raw = named(header)
            if types[header] == "VARCHAR":
                cells[column] = _cell(spec.columns[column], raw, _cleaned(raw))
            else:
                cells[column] = CellExpressions(f"CAST({raw} AS TIMESTAMP)", f"CAST({raw} AS TIMESTAMP)")
        filled = _counts(store, {column: named(header) for column, header in headers.items()}, source)
        texts = [header for header in headers.values() if types[header] == "VARCHAR"]
        _must_fit_in_memory(store, texts, source)
        _insert(store, name, source, line, cells, spec)
        # A column with as many cells read as filled has none unread: few columns need to be looked at.
        read = _counts(store, {column: named(column) for column in headers}, named(name))
        incomplete = {column: cell for column, cell in cells.items() if read[column] < filled[column]}
        has_unread_moments = any(spec.columns[column].type == "moment" for column in incomplete)
        if has_unread_moments or _has_empty_row(store, name, spec):
            clear(store, name)
            return False
        _insert_unread(store, name, source, line, incomplete)
    except StoreFull:  # the machine's fault, not the file's
        raise
    except StoreError as error:
        raise Unreadable(message("evidence.parquet_damaged", error=type(error).__name__)) from None
    return True


def _without_wildcards(file: Path, folder: Path) -> Path:
    """A path to a file that is no pattern to DuckDB: its own, or that of a link or copy in `folder`."""
    if not set("*?[") & set(str(file)):
        return file
    link = folder / "source.parquet"
    link.unlink(missing_ok=True)
    try:
        os.symlink(file, link)
    except OSError:  # Windows asks for a privilege
        shutil.copyfile(file, link)
    return link


def _must_fit_in_memory(store: Store, headers: list[str], source: str) -> None:
    """Refuse a file with more text than its chunks may have: in the file, many rows may share one text."""
    lengths = "".join(f" + coalesce(sum(strlen({named(header)})), 0)" for header in headers)
    rows, size = store.rows(f"SELECT count(*), 0{lengths} FROM {source}")[0]
    if size > (bound := MOST_TEXTS * (rows // 100_000 + 1)):  # as where it is read in chunks
        raise Unreadable(too_much_text(size, bound))


def clear(store: Store, name: str) -> None:
    """Delete all rows of a table, and its unread cells."""
    for table in (name, unread(name)):
        store.connection.execute(f"DELETE FROM {named(table)}")


def _has_empty_row(store: Store, name: str, spec: Table) -> bool:
    """Whether a row has no value in any column, as far as it could be read."""
    empty = " AND ".join(f"{named(column)} IS NULL" for column in spec.columns)
    return bool(store.rows(f"SELECT 1 FROM {named(name)} WHERE {empty} LIMIT 1"))


def unread_lines_query(name: str, column_name: str, column: Column) -> str:
    """The SQL query for the lines of a column's unread cells, but for references to missing rows."""
    cells = f"SELECT line FROM {named(unread(name))} WHERE col = {quoted(column_name)}"
    return cells if column.references is None else f"{cells} AND regexp_matches(text, {quoted(LOST_DIGITS)})"


def _insert(
    store: Store, name: str, source: str, line: str, cells: Mapping[str, CellExpressions], spec: Table
) -> None:
    """Insert rows; columns that the file lacks are missing."""
    values = [cells[column].value if column in cells else "NULL" for column in spec.columns]
    store.connection.execute(f"INSERT INTO {named(name)} SELECT {', '.join([line, *values])} FROM {source}")


def _insert_unread(
    store: Store, name: str, source: str, line: str, cells: Mapping[str, CellExpressions]
) -> None:
    """Insert the cells that are no value of their column into the table of unread cells."""
    for column, cell in cells.items():
        if cell.value != cell.text:
            into = f"INSERT INTO {named(unread(name))} SELECT {line}, {quoted(column)}, {cell.text}"
            is_unread = f"{cell.value} IS NULL AND {cell.text} IS NOT NULL"
            store.connection.execute(f"{into} FROM {source} WHERE {is_unread}")


def _cell(column: Column, raw: str, text: str) -> CellExpressions:
    """The expressions for the cells of a column, given those for their raw and their cleaned text."""
    if column.references is not None:
        kind = named(key_type(column.references))
        value = f"TRY_CAST({text} AS {kind})"
        if text != raw:  # a raw text that is a key need not be cleaned
            value = f"coalesce(TRY_CAST(nullif({raw}, '') AS {kind}), {value})"
        return CellExpressions(value, text)
    if column.type == "moment":
        matches = f"regexp_matches({text}, {quoted(pattern('moment'))})"
        return CellExpressions(f"CASE WHEN {matches} THEN TRY_CAST({text} AS TIMESTAMP) END", text)
    # A number that lost digits is no text; most texts have no e in them.
    lost = f"contains(lower({raw}), 'e') AND regexp_matches({text}, {quoted(LOST_DIGITS)})"
    return CellExpressions(f"CASE WHEN {lost} THEN NULL ELSE {text} END", text)


def _counts(store: Store, cells: Mapping[str, str], source: str) -> dict[str, int]:
    """The number of filled cells of each column."""
    counts = ", ".join(f"count({cell})" for cell in cells.values())
    return dict(zip(cells, store.rows(f"SELECT {counts} FROM {source}")[0], strict=True)) if cells else {}


def _cleaned(raw: str) -> str:
    """The expression for text cleaned as by `cells.cleaned`; trimming is slow, and seldom needed."""
    ends = f"unicode({raw}) BETWEEN 33 AND 126 AND unicode({raw}[-1]) BETWEEN 33 AND 126"
    is_clean = f"strlen({raw}) = length({raw}) AND {ends}"
    trimmed = f"nullif(trim(nfc_normalize({raw}), {quoted(_WHITE_SPACE)}), '')"
    # DuckDB's normal form ends at a NUL: a text with one is left as it is.
    with_nul = f"WHEN contains({raw}, chr(0)) THEN {raw}"
    return f"CASE WHEN {is_clean} THEN {raw} {with_nul} ELSE {trimmed} END"
