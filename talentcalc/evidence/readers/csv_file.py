"""Reads CSV files, in UTF-8 (with or without BOM) or GB18030, as grids of text."""

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

import pyarrow.compute as pc

from talentcalc.core.findings import LISTED, Location
from talentcalc.evidence.readers.encoding import encoding_of
from talentcalc.evidence.tables.extent import first_rows
from talentcalc.evidence.tables.formula_text import unescape_formulas
from talentcalc.evidence.tables.grid import Grid, Line, Remark, Unreadable, file_grids
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.messages.message import message
from talentcalc.rulebook.table import Table

_OTHER_SEPARATORS = {
    ";": message("evidence.semicolons"),
    "\t": message("evidence.tabs"),
    "|": message("evidence.vertical_bars"),
    "，": message("evidence.full_width_commas"),
    "；": message("evidence.full_width_semicolons"),
}
_QUOTED_FORMULA = r'^="[^"]*"$'


def read_csv(content: bytes, spec: Table) -> Grid:
    """Read the CSV file of a table that is held in memory.

    Raises:
        Unreadable: no table, or one too large for memory.
    """
    return next(csv_grids(io.BytesIO(content), spec))


def csv_grids(stream: BinaryIO, spec: Table, max_rows: int | None = None) -> Iterator[Grid]:
    """Yield the same in grids of at most `max_rows` rows, of a file that may be too large for memory."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    lines = _numbered(csv.reader(text, strict=True))
    rows = first_rows(lines)
    _must_be_commas(rows, spec)
    for grid in file_grids(itertools.chain(rows, lines), spec, max_rows):
        unwrapped = _unwrapped(grid)
        yield replace(unwrapped, columns=[unescape_formulas(texts) for texts in unwrapped.columns])


def _numbered(rows: Any) -> Iterator[Line]:
    line = 1
    try:
        for row in rows:
            yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            message("evidence.csv_cell_too_long", line=line, most=csv.field_size_limit())
            if "field larger" in str(error)
            else message("evidence.csv_damaged", line=line, error=str(error))
        ) from None


def _must_be_commas(rows: list[Line], spec: Table) -> None:
    """Refuse a file whose header can be read only if it is split at another separator than commas."""
    matcher = HeaderMatcher(spec)
    if any(matcher.columns_named(cells) for _, cells in rows):
        return
    for separator, name in _OTHER_SEPARATORS.items():
        for line, cells in rows:
            if len(matcher.columns_named(",".join(cell or "" for cell in cells).split(separator))) > 1:
                raise Unreadable(message("evidence.csv_without_commas", separator=name, line=line))


def _unwrapped(grid: Grid) -> Grid:
    """Read `="00123"`, which keeps a spreadsheet from taking an id for a number, as 00123."""
    columns, remarks = list(grid.columns), list(grid.remarks)
    for position, texts in enumerate(columns):
        if texts.null_count == len(texts) or not pc.any(pc.starts_with(texts, '="')).as_py():
            continue
        wrapped = pc.match_substring_regex(texts, _QUOTED_FORMULA)
        columns[position] = pc.if_else(
            wrapped, pc.replace_substring_regex(texts, '^="([^"]*)"$', r"\1"), texts
        )
        lines = [grid.lines[n] for n in pc.indices_nonzero(wrapped.fill_null(False)).to_pylist()[:LISTED]]
        if lines:
            remarks.append(
                Remark(
                    "wrapped",
                    "info",
                    message("evidence.wrapped_cells.title", column=grid.headers[position]),
                    message("evidence.wrapped_cells.remedy"),
                    grid.headers[position],
                    tuple(Location(f"#{line}", line) for line in lines),
                )
            )
    return replace(grid, columns=columns, remarks=remarks)
