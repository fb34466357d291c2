"""Read the tables that may be too large for memory: into DuckDB, and if they are small, into memory too."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType

from talentcalc.core.findings import LISTED, Finding
from talentcalc.evidence.readers.file_bytes import OnDisk
from talentcalc.evidence.readers.parquet_file import parquet_schema
from talentcalc.evidence.readers.parts import parts_of
from talentcalc.evidence.stores.duckdb_table import Store, StoredTable, create, named
from talentcalc.evidence.stores.filling import (
    clear,
    insert_grid,
    insert_parquet,
    plain_in_duckdb,
    unreadable_cells,
)
from talentcalc.evidence.tables.column_positions import column_positions, positions_in_grid
from talentcalc.evidence.tables.grid import Grid, Refused, Remark, Unreadable
from talentcalc.evidence.tables.reading_findings import (
    conversion_text,
    converted_cells_finding,
    file_findings,
    unread_cells_finding,
    unreadable_file_finding,
)
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.evidence.tables.typed_table import empty_table, typed_table
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Table

IN_MEMORY = 50_000_000
"""Bytes up to which a file is kept in memory by DuckDB; a larger one in a temporary file."""

SMALL = 100_000
"""Rows up to which a table is read into memory too, and checked there."""


def read_large(
    book: Rulebook,
    given: Mapping[str, tuple[Grid | OnDisk, Source]],
    tables: dict[str, EvidenceTable],
    findings: list[Finding],
) -> dict[str, StoredTable]:
    """Every large table of the rulebook; the small ones among them are added to `tables`."""
    big = any(isinstance(content, OnDisk) and content.size > IN_MEMORY for content, _ in given.values())
    store, stored = Store(on_disk=big), {}
    for name, spec in book.tables.items():
        if not spec.large:
            continue
        create(store, name, spec, tables)
        source: Source | None = None
        missing: tuple[str, ...] = ()
        if name in given:
            content, source = given[name]
            try:
                missing = _read(store, name, spec, content, source, tables, findings)
                if isinstance(content, OnDisk):
                    content.must_be_unchanged()
            except Unreadable as error:
                findings.append(unreadable_file_finding(name, error, source.file))
                clear(store, name)
        rows = int(store.rows(f"SELECT count(*) FROM {named(name)}")[0][0])
        if rows == 0 and name not in tables:
            tables[name] = empty_table(name, spec)
        titles = {table: one.title for table, one in book.tables.items()}
        stored[name] = StoredTable(name, spec, store, source, missing, rows, titles)
    return stored


def _read(
    store: Store,
    name: str,
    spec: Table,
    content: Grid | OnDisk,
    source: Source,
    tables: dict[str, EvidenceTable],
    findings: list[Finding],
) -> tuple[str, ...]:
    """Fill the table; the columns it lacks."""
    if isinstance(content, OnDisk) and content.path.suffix.lower() == ".parquet":
        with content.opened() as stream:
            schema, rows = parquet_schema(stream)
        if rows > SMALL and plain_in_duckdb(spec, schema):
            headers = [header for header, _ in schema]
            before = len(findings)
            places = column_positions(name, spec, headers, lambda _: False, source, findings)
            there = {column: headers[place] for column, place in places.items()}
            if insert_parquet(store, name, spec, content.path, there):
                return _of_many(store, name, spec, set(there), source, findings)
            del findings[before:]
    grids = parts_of(content, spec, SMALL)
    first, second = next(grids), next(grids, None)
    places = positions_in_grid(name, spec, first, source, [])
    if second is None and len(first.lines) <= SMALL:
        tables[name] = typed_table(name, spec, first, source, findings)
        insert_grid(store, name, spec, first, places)
        return tables[name].missing
    refused, remarks, filled = list[Refused](), list[Remark](), set[int]()
    otherwise: dict[str, dict[int, tuple[str, str]]] = {}
    counts = Counter[str]()
    for grid in chain([first], [] if second is None else [second], grids):
        for column, forms in insert_grid(store, name, spec, grid, places).items():
            counts[column] += len(forms)
            listed = otherwise.setdefault(column, {})
            listed |= islice(forms.items(), LISTED - len(listed))
        refused += grid.refused[: LISTED - len(refused)]
        remarks += grid.remarks
        filled |= {
            n for n, header in enumerate(grid.headers) if not header and any(grid.columns[n].to_pylist())
        }
    column_positions(name, spec, first.headers, lambda place: place not in filled, source, findings)
    missing = _of_many(store, name, spec, set(places), source, findings, otherwise, counts)
    findings += file_findings(name, spec, refused, remarks, places, source)
    return missing


def _of_many(
    store: Store,
    name: str,
    spec: Table,
    there: set[str],
    source: Source,
    findings: list[Finding],
    otherwise: Mapping[str, Mapping[int, tuple[str, str]]] = MappingProxyType({}),
    counts: Mapping[str, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Name the cells that could not be read, and those read from an everyday form; the columns not there."""
    missing = tuple(column for column in spec.columns if column not in there)
    table = StoredTable(name, spec, store, source, missing, 0, {})
    for column_name, column in spec.columns.items():
        lines = store.lines(unreadable_cells(name, column_name, column))
        if len(lines):
            rows = table.places(lines[:LISTED], column_name, shown=not column.personal)
            findings.append(unread_cells_finding(name, column_name, column, source, rows))
        forms = otherwise.get(column_name)
        if forms:
            rows = tuple(
                replace(place, found=conversion_text(*forms[place.line or 0], column))
                for place in table.places(forms, None, shown=False)
            )
            findings.append(
                converted_cells_finding(name, column_name, column, source, rows, counts[column_name])
            )
    return missing
