"""From a grid of text to a typed table in memory; every cell that cannot be read is named."""

from typing import Any

import pandas as pd

from talentcalc.evidence import cells
from talentcalc.evidence.grid import Grid, Refused
from talentcalc.evidence.headers import grid_columns
from talentcalc.evidence.table import EvidenceTable, Source
from talentcalc.finding import Finding, Place, as_found
from talentcalc.rulebook.table import Column, Table


def table_of(name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]) -> EvidenceTable:
    """The table of a grid; what is wrong with it is added to `findings`."""
    places = grid_columns(name, spec, grid, source, findings)
    frame = pd.DataFrame(index=pd.Index(grid.lines, dtype="int64"))
    unread: list[tuple[str, Column, pd.Series[bool], Any]] = []
    for column_name, column in spec.columns.items():
        if column_name not in places:
            frame[column_name] = cells.empty(column).reindex(frame.index)
            continue
        texts = cells.cleaned(grid.columns[places[column_name]])
        values, bad = cells.typed(texts, column)
        frame[column_name] = values.to_numpy() if values.dtype == object else values.array
        if bad.any():
            unread.append((column_name, column, bad, texts))
    missing = tuple(column_name for column_name in spec.columns if column_name not in places)
    table = EvidenceTable(name, spec, frame, source, missing)
    for column_name, column, bad, texts in unread:
        rows = tuple(
            Place(table.keys.iloc[n], grid.lines[n], as_found(texts[n].as_py())) for n in bad[bad].index
        )
        findings.append(unread_cells(name, column_name, column, source, rows))
    if grid.refused:
        findings.append(refused_lines(name, grid.refused, source))
    return table


def absent(name: str, spec: Table) -> EvidenceTable:
    """A table that was not submitted: an empty one."""
    frame = pd.DataFrame({name: cells.empty(column) for name, column in spec.columns.items()})
    return EvidenceTable(name, spec, frame)


def unread_cells(
    table: str, column_name: str, column: Column, source: Source, rows: tuple[Place, ...]
) -> Finding:
    """Cells that are no value of their column."""
    return Finding(
        f"{table}.{column_name}.readable",
        "critical",
        table,
        f"“{column.title}”无法读取",
        "更正单元格",
        column_name,
        column.title,
        cells.expected(column),
        source.file,
        rows,
    )


def refused_lines(table: str, refused: list[Refused], source: Source) -> Finding:
    """Lines and cells that no table has."""
    wanted = "；".join(dict.fromkeys(one.expected for one in refused))
    return Finding(
        f"{table}.shape",
        "critical",
        table,
        "行或单元格不合格",
        "更正后重新导出",
        expected=wanted,
        file=source.file,
        rows=tuple(Place(f"#{one.line}", one.line, one.found) for one in refused),
    )


def unreadable(table: str, error: Exception, file: str) -> Finding:
    """A file that is no table at all."""
    return Finding(
        f"{table}.readable", "critical", table, f"文件无法读取：{error}", "重新导出该文件", file=file
    )
