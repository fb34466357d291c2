"""From a file to a grid of text: CSV, Parquet, or one sheet of a workbook."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from talentcalc.evidence.cells import as_text


class Unreadable(Exception):
    """A file that is no table at all; the message is for the reviewer."""


@dataclass(frozen=True)
class Grid:
    """Headers, one array of text for each, the file's line of each row, and cells refused."""

    headers: list[str]
    columns: list[pa.Array]
    lines: list[int]
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # line, found, expected


def read_csv(content: bytes) -> Grid:
    """A CSV file in UTF-8 (with or without BOM) or GB18030. Every ragged line is refused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("编码既不是 UTF-8 也不是 GB18030")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _grid(_numbered(rows))
    except csv.Error as error:
        raise Unreadable(f"第 {rows.line_num} 行不是合格的 CSV（{error}）") from None


def read_parquet(path: Path) -> Grid:
    """A Parquet file; its values as the text that a CSV file would have for them."""
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{str(error).splitlines()[0][:120]}）") from None
    columns = [_texts(column.combine_chunks()) for column in table.columns]
    return Grid([str(name) for name in table.column_names], columns, list(range(2, table.num_rows + 2)))


def read_sheets(path: Path, known: Collection[str]) -> Iterator[tuple[str, Grid]]:
    """Each sheet of a workbook, but hidden ones that are not `known`: they hold drop-down lists.

    A formula is refused: its value is not evidence.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl lets through whatever its XML and ZIP parts raise
        raise Unreadable(f"不是可读的 Excel 工作簿（{type(error).__name__}）") from None
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible" and sheet.title.strip() not in known:
                continue
            sheet.reset_dimensions()
            formulas: list[tuple[int, str, str]] = []
            yield sheet.title.strip(), _grid(_sheet_rows(sheet, formulas), formulas)
    finally:
        book.close()


def _numbered(rows: Any) -> Iterator[tuple[int, list[str | None]]]:
    line = 1
    for row in rows:
        yield line, row
        line = rows.line_num + 1


def _sheet_rows(sheet: Any, formulas: list[tuple[int, str, str]]) -> Iterator[tuple[int, list[str | None]]]:
    width = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        values: list[str | None] = []
        for cell in cells:
            if cell.data_type == "f":
                formulas.append((line, f"公式（{cell.coordinate}）", "数值；请粘贴为值"))
                values.append(None)
            elif cell.data_type == "e":
                formulas.append((line, f"错误值 {cell.value}（{cell.coordinate}）", "数值"))
                values.append(None)
            else:
                values.append(as_text(cell.value))
        if not width:
            while values and values[-1] is None:
                values.pop()
            width = len(values)
        while len(values) > width and values[-1] is None:
            values.pop()
        yield line, values + [None] * (width - len(values))


def _grid(
    rows: Iterator[tuple[int, list[str | None]]], refused: list[tuple[int, str, str]] | None = None
) -> Grid:
    refused = [] if refused is None else refused
    header = [(name or "").strip() for name in next(rows, (1, []))[1]]
    kept: list[list[str | None]] = []
    lines: list[int] = []
    width = len(header)
    for line, row in rows:
        if not any(row):
            continue
        if len(row) != width:
            refused.append((line, f"{len(row)} 格", f"{width} 格，与表头一致"))
            row = (row + [None] * width)[:width]
        kept.append(row)
        lines.append(line)
    columns = (
        [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        if kept
        else [pa.array([], pa.string()) for _ in header]
    )
    return Grid(header, columns, lines, refused)


def _texts(column: Any) -> pa.Array:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.string())
    return pa.array([as_text(value) for value in column.to_pylist()], pa.string())
