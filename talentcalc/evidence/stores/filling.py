"""How do the rows of a file come into the store, typed and cleaned as in memory?"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from talentcalc.evidence.readers.parquet_file import MOST_TEXTS, too_much_text
from talentcalc.evidence.stores.duckdb_table import (
    Store,
    StoreError,
    StoreFull,
    key_type,
    named,
    quoted,
    unread,
)
from talentcalc.evidence.tables.cells import LOST_DIGITS, canonical_texts, cleaned, pattern
from talentcalc.evidence.tables.grid import Grid, Unreadable
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.rulebook.table import Column, Table

_WHITE = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
_WHITE += "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


@dataclass(frozen=True)
class Cell:
    """A column's cells in SQL: their value, and their text once cleaned."""

    value: str
    text: str


def insert_grid(
    store: Store, name: str, spec: Table, grid: Grid, places: Mapping[str, int]
) -> dict[str, dict[int, tuple[str, str]]]:
    """Add the rows of a grid of text; `places` says which column is where in it.

    Answers with the cells in an everyday form: by column and line, what stands there and what it was read as.
    """
    given = {column: cleaned(grid.columns[place]) for column, place in places.items()}
    otherwise: dict[str, dict[int, tuple[str, str]]] = {}
    for column, texts in given.items():
        given[column], forms = canonical_texts(texts, spec.columns[column])
        otherwise[column] = {grid.lines[n]: (texts[n].as_py(), form) for n, form in forms.items()}
    store.put("_part", {"_line": pa.array(grid.lines, pa.int64()), **given})
    cells = {column: _cell(spec.columns[column], named(column), named(column)) for column in given}
    _insert(store, name, "_part", "_line", cells, spec)
    _insert_unread(store, name, "_part", "_line", cells)
    return otherwise


def plain_in_duckdb(spec: Table, schema: list[tuple[str, pa.DataType]]) -> bool:
    """Whether DuckDB reads a Parquet file's columns as they are: text, and moments without a zone."""
    headers = [header.lower() for header, _ in schema]  # DuckDB's names ignore case
    if len(set(headers)) < len(headers) or {"file_row_number", ""} & set(headers):
        return False
    names, plain = HeaderMatcher(spec), (pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"))
    return all(
        (meant := names.match(header)) is None
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or (spec.columns[meant.column].type == "moment" and kind in plain)
        for header, kind in schema
    )


def insert_parquet(store: Store, name: str, spec: Table, file: Path, headers: Mapping[str, str]) -> bool:
    """Add the rows of a Parquet file that is plain; `headers` says how each column is called in it.

    Answers whether that is all: where there are rows without a value, or moments that are not plain, the
    table is left empty, for the file to be read in parts.

    Raises:
        Unreadable: the file is damaged, or has more text than is read.
    """
    options = "file_row_number = true, hive_partitioning = false"  # a folder `year=2025` is no column
    source = f"read_parquet({quoted(str(_plainly_named(file.resolve(), store.folder)))}, {options})"
    line, cells = "file_row_number + 2", {}
    try:
        kinds = {str(row[0]): str(row[1]) for row in store.rows(f"DESCRIBE SELECT * FROM {source}")}
        for column, header in headers.items():
            own = named(header)
            if kinds[header] == "VARCHAR":
                cells[column] = _cell(spec.columns[column], own, _cleaned(own))
            else:
                cells[column] = Cell(f"CAST({own} AS TIMESTAMP)", f"CAST({own} AS TIMESTAMP)")
        given = _counts(store, {column: named(header) for column, header in headers.items()}, source)
        _must_be_held(store, [one for one in headers.values() if kinds[one] == "VARCHAR"], source)
        _insert(store, name, source, line, cells, spec)
        # Where as many cells were read as are filled, none is unread: seldom is there any to look for.
        read = _counts(store, {column: named(column) for column in headers}, named(name))
        lost = {column: cell for column, cell in cells.items() if read[column] < given[column]}
        moments = any(spec.columns[column].type == "moment" for column in lost)
        if moments or _without_value(store, name, spec):
            clear(store, name)
            return False
        _insert_unread(store, name, source, line, lost)
    except StoreFull:  # of the machine, not of the file
        raise
    except StoreError as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{type(error).__name__}）") from None
    return True


def _plainly_named(file: Path, folder: Path) -> Path:
    """A file by a name that is no pattern to DuckDB: its own, or in `folder` that of a link or a copy."""
    if not set("*?[") & set(str(file)):
        return file
    link = folder / "source.parquet"
    link.unlink(missing_ok=True)
    try:
        os.symlink(file, link)
    except OSError:  # Windows asks for a privilege
        shutil.copyfile(file, link)
    return link


def _must_be_held(store: Store, texts: list[str], source: str) -> None:
    """Refuse a file whose rows have more text than parts of a table may: many may share one in the file."""
    lengths = "".join(f" + coalesce(sum(strlen({named(header)})), 0)" for header in texts)
    rows, found = store.rows(f"SELECT count(*), 0{lengths} FROM {source}")[0]
    if found > (most := MOST_TEXTS * (rows // 100_000 + 1)):  # as where it is read in parts
        raise Unreadable(too_much_text(found, most))


def clear(store: Store, name: str) -> None:
    """Take all rows out of a table again."""
    for part in (name, unread(name)):
        store.connection.execute(f"DELETE FROM {named(part)}")


def _without_value(store: Store, name: str, spec: Table) -> bool:
    """Whether a row has nothing in any column, as far as it could be read."""
    nothing = " AND ".join(f"{named(column)} IS NULL" for column in spec.columns)
    return bool(store.rows(f"SELECT 1 FROM {named(name)} WHERE {nothing} LIMIT 1"))


def unreadable_cells(name: str, column_name: str, column: Column) -> str:
    """The lines, in SQL, of the cells that are no value of a column; a reference to no row is a value."""
    cells = f"SELECT line FROM {named(unread(name))} WHERE col = {quoted(column_name)}"
    return cells if column.references is None else f"{cells} AND regexp_matches(text, {quoted(LOST_DIGITS)})"


def _insert(store: Store, name: str, source: str, line: str, cells: Mapping[str, Cell], spec: Table) -> None:
    """Add rows, a column that is not there as missing."""
    values = [cells[column].value if column in cells else "NULL" for column in spec.columns]
    store.connection.execute(f"INSERT INTO {named(name)} SELECT {', '.join([line, *values])} FROM {source}")


def _insert_unread(store: Store, name: str, source: str, line: str, cells: Mapping[str, Cell]) -> None:
    """Add the cells that are no value of their column."""
    for column, cell in cells.items():
        if cell.value != cell.text:
            into = f"INSERT INTO {named(unread(name))} SELECT {line}, {quoted(column)}, {cell.text}"
            lost = f"{cell.value} IS NULL AND {cell.text} IS NOT NULL"
            store.connection.execute(f"{into} FROM {source} WHERE {lost}")


def _cell(column: Column, own: str, text: str) -> Cell:
    """A cell that stands as `own` and is `text` when cleaned."""
    if column.references is not None:
        kind = named(key_type(column.references))
        value = f"TRY_CAST({text} AS {kind})"
        if text != own:  # what is a key as it stands need not be cleaned
            value = f"coalesce(TRY_CAST(nullif({own}, '') AS {kind}), {value})"
        return Cell(value, text)
    if column.type == "moment":
        fits = f"regexp_matches({text}, {quoted(pattern('moment'))})"
        return Cell(f"CASE WHEN {fits} THEN TRY_CAST({text} AS TIMESTAMP) END", text)
    # What a spreadsheet has left of a long number is no text; most have no e in them.
    lost = f"contains(lower({own}), 'e') AND regexp_matches({text}, {quoted(LOST_DIGITS)})"
    return Cell(f"CASE WHEN {lost} THEN NULL ELSE {text} END", text)


def _counts(store: Store, cells: Mapping[str, str], source: str) -> dict[str, int]:
    """How many cells of each column are filled."""
    counted = ", ".join(f"count({cell})" for cell in cells.values())
    return dict(zip(cells, store.rows(f"SELECT {counted} FROM {source}")[0], strict=True)) if cells else {}


def _cleaned(own: str) -> str:
    """Text as `cells.cleaned` makes it. Nearly every text begins and ends plainly: trimming is dear."""
    ends = f"unicode({own}) BETWEEN 33 AND 126 AND unicode({own}[-1]) BETWEEN 33 AND 126"
    plain = f"strlen({own}) = length({own}) AND {ends}"
    trimmed = f"nullif(trim(nfc_normalize({own}), {quoted(_WHITE)}), '')"
    # DuckDB's normal form ends at a NUL: a text with one is left as it is.
    whole = f"WHEN contains({own}, chr(0)) THEN {own}"
    return f"CASE WHEN {plain} THEN {own} {whole} ELSE {trimmed} END"
