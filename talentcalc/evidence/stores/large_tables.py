"""Reads the tables that may be too large for memory into DuckDB, and into memory too if they are small."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, islice
from types import MappingProxyType

from talentcalc.core.findings import LISTED, Finding
from talentcalc.evidence.readers.chunks import Content, read_chunks
from talentcalc.evidence.readers.file_bytes import HashedFile
from talentcalc.evidence.readers.parquet_file import parquet_schema
from talentcalc.evidence.stores.duckdb_table import Store, create
from talentcalc.evidence.stores.loading import (
    clear,
    insert_grid,
    insert_parquet,
    is_readable_by_duckdb,
    unread_lines_query,
)
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.column_positions import column_positions, positions_in_grid
from talentcalc.evidence.tables.grid import Refused, Remark, Unreadable
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
    contents: Mapping[str, tuple[Content, Source]],
    tables: dict[str, EvidenceTable],
    findings: list[Finding],
) -> dict[str, StoredTable]:
    """Read every large table of the rulebook; those that are small are added to `tables`."""
    on_disk = any(
        isinstance(content, HashedFile) and content.size > IN_MEMORY for content, _ in contents.values()
    )
    store, stored = Store(on_disk), {}
    titles = {name: table.title for name, table in book.tables.items()}
    for name, spec in book.tables.items():
        if not spec.large:
            continue
        create(store, name, spec, tables)
        source: Source | None = None
        missing: tuple[str, ...] = ()
        if name in contents:
            content, source = contents[name]
            try:
                missing = _read(store, name, spec, content, source, tables, findings)
                if isinstance(content, HashedFile):
                    content.must_be_unchanged()
            except Unreadable as error:
                findings.append(unreadable_file_finding(name, error, source.file))
                clear(store, name)
        rows = int(store.rows(f"SELECT count(*) FROM {named(name)}")[0][0])
        if rows == 0 and name not in tables:
            tables[name] = empty_table(name, spec)
        stored[name] = StoredTable(name, spec, store, source, missing, rows, titles)
    return stored


def _read(
    store: Store,
    name: str,
    spec: Table,
    content: Content,
    source: Source,
    tables: dict[str, EvidenceTable],
    findings: list[Finding],
) -> tuple[str, ...]:
    """Load a table into the store; return the columns that it lacks."""
    if isinstance(content, HashedFile) and content.path.suffix.lower() == ".parquet":
        with content.opened() as stream:
            schema, rows = parquet_schema(stream)
        if rows > SMALL and is_readable_by_duckdb(spec, schema):
            headers = [header for header, _ in schema]
            before = len(findings)
            positions = column_positions(name, spec, headers, lambda _: False, source, findings)
            header_of = {column: headers[position] for column, position in positions.items()}
            if insert_parquet(store, name, spec, content.path, header_of):
                return _report_cells(store, name, spec, set(header_of), source, findings)
            del findings[before:]
    grids = read_chunks(content, spec, SMALL)
    first, second = next(grids), next(grids, None)
    positions = positions_in_grid(name, spec, first, source, [])
    if second is None and len(first.lines) <= SMALL:
        tables[name] = typed_table(name, spec, first, source, findings)
        insert_grid(store, name, spec, first, positions)
        return tables[name].missing
    refused, remarks, filled = list[Refused](), list[Remark](), set[int]()
    converted: dict[str, dict[int, tuple[str, str]]] = {}
    counts = Counter[str]()
    for grid in chain([first], [] if second is None else [second], grids):
        for column, forms in insert_grid(store, name, spec, grid, positions).items():
            counts[column] += len(forms)
            listed = converted.setdefault(column, {})
            listed |= islice(forms.items(), LISTED - len(listed))
        refused += grid.refused[: LISTED - len(refused)]
        remarks += grid.remarks
        filled |= {
            n for n, header in enumerate(grid.headers) if not header and any(grid.columns[n].to_pylist())
        }
    column_positions(name, spec, first.headers, lambda position: position not in filled, source, findings)
    missing = _report_cells(store, name, spec, set(positions), source, findings, converted, counts)
    findings += file_findings(name, spec, refused, remarks, positions, source)
    return missing


def _report_cells(
    store: Store,
    name: str,
    spec: Table,
    columns: set[str],
    source: Source,
    findings: list[Finding],
    converted: Mapping[str, Mapping[int, tuple[str, str]]] = MappingProxyType({}),
    counts: Mapping[str, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Report unread cells and those read from a variant form; return the columns that the file lacks."""
    missing = tuple(column for column in spec.columns if column not in columns)
    table = StoredTable(name, spec, store, source, missing, 0, {})
    for column_name, column in spec.columns.items():
        lines = store.lines(unread_lines_query(name, column_name, column))
        if len(lines):
            rows = table.locations(lines[:LISTED], column_name, show_values=not column.personal)
            findings.append(unread_cells_finding(name, column_name, column, source, rows))
        forms = converted.get(column_name)
        if forms:
            rows = tuple(
                replace(location, found=conversion_text(*forms[location.line or 0], column))
                for location in table.locations(forms, None, show_values=False)
            )
            findings.append(
                converted_cells_finding(name, column_name, column, source, rows, counts[column_name])
            )
    return missing
