"""A CSV file as a grid of text, in UTF-8 (with or without BOM) or GB18030."""

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
from talentcalc.rulebook.table import Table

_OTHERS = {";": "分号", "\t": "制表符", "|": "竖线", "，": "全角逗号", "；": "全角分号"}
_WRAPPED = r'^="[^"]*"$'


def read_csv(content: bytes, spec: Table) -> Grid:
    """A CSV file of a table that is held in memory.

    Raises:
        Unreadable: no table at all, or more of it than is held in memory.
    """
    return next(csv_grids(io.BytesIO(content), spec))


def csv_grids(stream: BinaryIO, spec: Table, most: int | None = None) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, of a file that may be too large for memory."""
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    lines = _numbered(csv.reader(text, strict=True))
    first = first_rows(lines)
    _must_be_commas(first, spec)
    for grid in file_grids(itertools.chain(first, lines), spec, most):
        unwrapped = _unwrapped(grid)
        yield replace(unwrapped, columns=[unescape_formulas(texts) for texts in unwrapped.columns])


def _numbered(rows: Any) -> Iterator[Line]:
    line = 1
    try:
        for row in rows:
            yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        long = (
            f"一格超过 {csv.field_size_limit()} 个字符，或引号没有合上"
            if "field larger" in str(error)
            else None
        )
        raise Unreadable(f"第 {line} 行起不是合格的 CSV（{long or error}）") from None


def _must_be_commas(first: list[Line], spec: Table) -> None:
    """Refuse a file whose header can be read if it is parted by something else than commas."""
    names = HeaderMatcher(spec)
    if any(names.columns_named(cells) for _, cells in first):
        return
    for mark, name in _OTHERS.items():
        for line, cells in first:
            if len(names.columns_named(",".join(cell or "" for cell in cells).split(mark))) > 1:
                raise Unreadable(f"各列以{name}分隔（第 {line} 行），不是逗号；请另存为以逗号分隔的 CSV")


def _unwrapped(grid: Grid) -> Grid:
    """`="00123"`, which keeps a spreadsheet from taking an id for a number, is 00123."""
    columns, remarks = list(grid.columns), list(grid.remarks)
    for place, texts in enumerate(columns):
        if texts.null_count == len(texts) or not pc.any(pc.starts_with(texts, '="')).as_py():
            continue
        wrapped = pc.match_substring_regex(texts, _WRAPPED)
        columns[place] = pc.if_else(wrapped, pc.replace_substring_regex(texts, '^="([^"]*)"$', r"\1"), texts)
        lines = [grid.lines[n] for n in pc.indices_nonzero(wrapped.fill_null(False)).to_pylist()[:LISTED]]
        if lines:
            remarks.append(
                Remark(
                    "wrapped",
                    "info",
                    f'“{grid.headers[place]}”有写作 ="…" 的格，读作引号内的文字',
                    "请核对",
                    grid.headers[place],
                    tuple(Location(f"#{line}", line) for line in lines),
                )
            )
    return replace(grid, columns=columns, remarks=remarks)
