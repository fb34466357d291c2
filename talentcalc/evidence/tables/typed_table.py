"""Converts a grid of text to a typed table in memory; every cell that cannot be read is reported."""

import itertools
from typing import Any

import pandas as pd

from talentcalc.core.findings import LISTED, Finding, Location
from talentcalc.evidence.tables import cells
from talentcalc.evidence.tables.column_positions import positions_in_grid
from talentcalc.evidence.tables.grid import Grid
from talentcalc.evidence.tables.reading_findings import (
    conversion_text,
    converted_cells_finding,
    file_findings,
    found_text,
    unread_cells_finding,
)
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.rulebook.table import Column, Table


def typed_table(name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]) -> EvidenceTable:
    """Convert a grid to a table; problems are added to `findings`."""
    positions = positions_in_grid(name, spec, grid, source, findings)
    frame = pd.DataFrame(index=pd.Index(grid.lines, dtype="int64"))
    columns: list[tuple[str, Column, cells.TypedColumn, Any]] = []
    for column_name, column in spec.columns.items():
        if column_name not in positions:
            frame[column_name] = cells.empty_column(column).reindex(frame.index)
            continue
        texts = cells.cleaned(grid.columns[positions[column_name]])
        typed = cells.typed_column(texts, column)
        frame[column_name] = typed.values.to_numpy() if typed.values.dtype == object else typed.values.array
        columns.append((column_name, column, typed, texts))
    missing = tuple(column_name for column_name in spec.columns if column_name not in positions)
    table = EvidenceTable(name, spec, frame, source, missing)
    for column_name, column, typed, texts in columns:
        if typed.unread.any():
            rows = tuple(
                Location(table.keys.iloc[n], grid.lines[n], found_text(column, texts[n].as_py()))
                for n in typed.unread[typed.unread].index
            )
            findings.append(unread_cells_finding(name, column_name, column, source, rows))
        if typed.converted:
            rows = tuple(
                Location(table.keys.iloc[n], grid.lines[n], conversion_text(texts[n].as_py(), form, column))
                for n, form in itertools.islice(typed.converted.items(), LISTED)
            )
            findings.append(
                converted_cells_finding(name, column_name, column, source, rows, len(typed.converted))
            )
    findings += file_findings(name, spec, grid.refused, grid.remarks, positions, source)
    return table


def empty_table(name: str, spec: Table) -> EvidenceTable:
    """A table that was not submitted: no rows, and no source."""
    frame = pd.DataFrame({name: cells.empty_column(column) for name, column in spec.columns.items()})
    return EvidenceTable(name, spec, frame)
