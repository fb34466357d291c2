"""From a grid of text to a typed table in memory; every cell that cannot be read is named."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from talentcalc.core.findings import LISTED, Finding, Location, display_value
from talentcalc.evidence.tables import cells
from talentcalc.evidence.tables.grid import Grid, Refused, Remark
from talentcalc.evidence.tables.header_names import HeaderNames
from talentcalc.evidence.tables.headers import grid_columns, refused_where_read
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.rulebook.table import Column, Table


def table_of(name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]) -> EvidenceTable:
    """The table of a grid; what is wrong with it is added to `findings`."""
    places = grid_columns(name, spec, grid, source, findings)
    frame = pd.DataFrame(index=pd.Index(grid.lines, dtype="int64"))
    read: list[tuple[str, Column, cells.Typed, Any]] = []
    for column_name, column in spec.columns.items():
        if column_name not in places:
            frame[column_name] = cells.empty(column).reindex(frame.index)
            continue
        texts = cells.cleaned(grid.columns[places[column_name]])
        found = cells.typed(texts, column)
        frame[column_name] = found.values.to_numpy() if found.values.dtype == object else found.values.array
        read.append((column_name, column, found, texts))
    missing = tuple(column_name for column_name in spec.columns if column_name not in places)
    table = EvidenceTable(name, spec, frame, source, missing)
    for column_name, column, found, texts in read:
        if found.unread.any():
            findings.append(
                unread_cells(
                    name,
                    column_name,
                    column,
                    source,
                    tuple(
                        Location(table.keys.iloc[n], grid.lines[n], shown(column, texts[n].as_py()))
                        for n in found.unread[found.unread].index
                    ),
                )
            )
        if found.otherwise:
            rows = tuple(
                Location(table.keys.iloc[n], grid.lines[n], read_as(texts[n].as_py(), form, column))
                for n, form in itertools.islice(found.otherwise.items(), LISTED)
            )
            findings.append(read_otherwise(name, column_name, column, source, rows, len(found.otherwise)))
    findings += of_file(name, spec, grid.refused, grid.remarks, places, source)
    return table


def absent(name: str, spec: Table) -> EvidenceTable:
    """A table that was not submitted: an empty one."""
    frame = pd.DataFrame({name: cells.empty(column) for name, column in spec.columns.items()})
    return EvidenceTable(name, spec, frame)


def unread_cells(
    table: str, column_name: str, column: Column, source: Source, rows: tuple[Location, ...]
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


def shown(column: Column, text: str) -> str | None:
    """What stands in a cell, if it tells of no person."""
    return None if column.personal else display_value(text)


def read_as(text: str, form: str, column: Column) -> str:
    """A cell in an everyday form, and what it was read as."""
    return f"{display_value(text)} → {column.choices.get(form, form)}"


def read_otherwise(
    table: str, column_name: str, column: Column, source: Source, rows: tuple[Location, ...], number: int
) -> Finding:
    """Cells in an everyday form that means one thing only."""
    return Finding(
        f"{table}.{column_name}.form",
        "info",
        table,
        f"“{column.title}”有 {number} 格不是规定的写法，已按其唯一的意思读取",
        "请核对；不是此意的请改写",
        column_name,
        column.title,
        cells.expected(column) if column.type != "choice" else None,
        source.file,
        rows,
        number if number > len(rows) else None,
    )


def of_file(
    table: str,
    spec: Table,
    refused: list[Refused],
    remarks: list[Remark],
    places: dict[str, int],
    source: Source,
) -> Iterator[Finding]:
    """What was refused of a file, where it is read, and what has to be known of how it was read."""
    refused = refused_where_read(refused, places)
    if refused:
        yield refused_lines(table, refused, source)
    names = HeaderNames(spec)
    for remark in joined(remarks):
        meant = None if remark.column is None else names.meant(remark.column)
        if remark.column is not None and meant is None:  # of a column that is not read
            continue
        parts = (table, remark.kind) if meant is None else (table, meant.column, remark.kind)
        yield Finding(
            ".".join(parts),
            remark.severity,
            table,
            remark.title,
            remark.remedy,
            None if meant is None else meant.column,
            None if meant is None else spec.columns[meant.column].title,
            file=source.file,
            rows=remark.rows[:LISTED],
            count=len(remark.rows) if len(remark.rows) > LISTED else None,
        )


def joined(remarks: Iterable[Remark]) -> Iterable[Remark]:
    """One remark for each of a kind and column, with the rows of all."""
    found: dict[tuple[str, str | None], Remark] = {}
    for one in remarks:
        first = found.get((one.kind, one.column))
        found[one.kind, one.column] = one if first is None else replace(first, rows=first.rows + one.rows)
    return found.values()


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
        rows=tuple(Location(f"#{one.line}", one.line, one.found) for one in refused),
    )


def unreadable(table: str, error: Exception, file: str) -> Finding:
    """A file that is no table at all."""
    return Finding(
        f"{table}.readable", "critical", table, f"文件无法读取：{error}", "重新导出该文件", file=file
    )
