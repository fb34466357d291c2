"""The rows of a file or sheet as text, and the grid of columns made of them: what every reader returns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from talentcalc.core.findings import LISTED, Location, Severity
from talentcalc.evidence.tables.extent import (
    Cells,
    Extent,
    Line,
    Unreadable,
    find_extent,
    footer_label,
    foreign_unit,
    is_empty,
    locations_of,
)
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.messages.message import Text, message
from talentcalc.rulebook.table import Table

__all__ = [
    "Grid",
    "Line",
    "Refused",
    "Remark",
    "Sheet",
    "Unreadable",
    "file_grids",
    "must_fit_in_memory",
    "sheet_grid",
]

MOST_ROWS = 2_000_000
"""Rows of one table held in memory: twice a spreadsheet's; more would take over a few seconds to read."""

MOST_CELLS = 20_000_000
"""Cells of one table held in memory, of the columns that are read: two million rows of ten columns. Each
takes some 15 bytes as text and as much again typed: within a gigabyte. Large tables have no bound."""

_BLOCK = 1 << 16  # rows kept as Python lists, which take five times the memory, before they become a column


@dataclass(frozen=True)
class Refused:
    """A refused line, or one refused cell; `position` is the cell's column, from 0, None for a line."""

    line: int
    found: Text
    expected: Text
    position: int | None = None


@dataclass(frozen=True)
class Remark:
    """Something that a reviewer has to know of how a file was read: hidden rows, a converted form.

    `kind` ends the name of the finding's check (`hidden_rows`); `column` is the header concerned, if it is
    one column.
    """

    kind: str
    severity: Severity
    title: Text
    remedy: Text
    column: str | None = None
    rows: tuple[Location, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its title, its rows, and what is refused or remarked of them.

    All rows are as wide as the widest. Reading `lines` raises `Unreadable` if this sheet cannot be opened;
    `refused` and `remarks` are complete once it has been read to its end. `only_lists` says that it holds
    nothing but the values of drop-down lists.
    """

    title: str
    lines: Iterable[Line]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    only_lists: bool = False


@dataclass(frozen=True)
class Grid:
    """A file's headers, one array of texts for each, the line of each row, and what is refused and remarked.

    A column that the table does not know is empty, unless it has no header.
    """

    headers: list[str]
    columns: list[pa.Array]
    lines: list[int]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def sheet_grid(sheet: Sheet, spec: Table) -> Grid:
    """The grid of a sheet's rows; refused cells in rows that are no records are removed from its `refused`.

    Raises:
        Unreadable: no header among the first rows, or more cells than are held in memory.
    """
    matcher, refused = HeaderMatcher(spec), sheet.refused
    extent, lines = find_extent(iter(sheet.lines), matcher)
    grid = next(_chunks(extent, lines, matcher, None, even=False, refused=refused, remarks=sheet.remarks))
    other_rows = (*extent.title_rows, *extent.footer_rows, *extent.stray_rows)
    other_lines = {extent.header_line, *(line for line, _ in other_rows)}
    refused[:] = [item for item in refused if item.position is None or item.line not in other_lines]
    return grid


def file_grids(lines: Iterator[Line], spec: Table, max_rows: int | None) -> Iterator[Grid]:
    """The grids of a file's rows, at least one, each of at most `max_rows`; uneven rows are refused.

    Raises:
        Unreadable: as `sheet_grid`, or many rows are of uneven length.
    """
    matcher = HeaderMatcher(spec)
    extent, remaining = find_extent(lines, matcher)
    return _chunks(extent, remaining, matcher, max_rows, even=True, refused=[], remarks=[])


def _chunks(
    extent: Extent,
    lines: Iterator[Line],
    matcher: HeaderMatcher,
    max_rows: int | None,
    even: bool,
    refused: list[Refused],
    remarks: list[Remark],
) -> Iterator[Grid]:
    """The records of a table in chunks; `even` if a row has to have as many cells as the header."""
    headers = [(cell or "").strip() for cell in extent.header]
    width = len(headers)
    read = [n for n, header in enumerate(headers) if not header or matcher.match(header) is not None]
    if extent.title_rows:
        remarks.append(_title_rows_remark(extent))
        above = message("evidence.row_above_header.found"), message("evidence.row_above_header.expected")
        refused += (Refused(line, *above) for line, _ in extent.misplaced_records())
    records, done, ragged, first = extent.records(lines), False, 0, True
    while not done:
        rows, numbers, blocks = list[Cells](), list[int](), list[list[pa.Array]]()
        done = True
        for number, cells in records:
            if len(cells) != width:
                cells, fits = _trimmed(cells, width)
                if not fits and (even or len(cells) > width):
                    ragged += 1
                    _refuse_ragged(refused, number, cells, width, ragged)
                cells = cells[:width] + [None] * (width - len(cells))
            rows.append(cells)
            numbers.append(number)
            if len(rows) == _BLOCK:
                blocks.append(_arrays(rows, read))
                rows = []
                if max_rows is None:
                    must_fit_in_memory(len(numbers), len(read))
            if len(numbers) == max_rows:
                done = False
                break
        if done:
            _report_footer(extent, matcher, refused, remarks)
        if first or numbers or refused or remarks:
            blocks.append(_arrays(rows, read))
            columns = dict(zip(read, map(pa.concat_arrays, zip(*blocks, strict=True)), strict=True))
            empty = pa.nulls(len(numbers), pa.string())
            yield Grid(headers, [columns.get(n, empty) for n in range(width)], numbers, refused, remarks)
            refused, remarks, first = [], [], False


def must_fit_in_memory(rows: int, columns: int) -> None:
    """Refuse a table of more rows or cells than are held in memory.

    Raises:
        Unreadable: it has more.
    """
    if rows > MOST_ROWS:
        raise Unreadable(message("evidence.too_many_rows", most=MOST_ROWS))
    if rows * columns > MOST_CELLS:
        raise Unreadable(message("evidence.too_many_cells", most=MOST_CELLS, rows=rows, columns=columns))


def _arrays(rows: list[Cells], positions: list[int]) -> list[pa.Array]:
    try:
        return [pa.array([row[position] for row in rows], pa.string()) for position in positions]
    except UnicodeEncodeError:  # an unpaired surrogate, as a workbook can write it
        raise Unreadable(message("evidence.half_a_character")) from None


def _trimmed(cells: Cells, width: int) -> tuple[Cells, bool]:
    """A row without the empty cells beyond the header, and whether it then has a cell for each column."""
    if len(cells) > width and is_empty(cells[width:]):
        return cells[:width], True
    return cells, False


def _refuse_ragged(refused: list[Refused], line: int, cells: Cells, width: int, count: int) -> None:
    if count > LISTED:
        raise Unreadable(message("evidence.many_uneven_rows", line=line, most=LISTED))
    found = message("evidence.uneven_row.found", count=len(cells))
    refused.append(Refused(line, found, message("evidence.uneven_row.expected", count=width)))


def _title_rows_remark(extent: Extent) -> Remark:
    title = message("evidence.title_rows.title", line=extent.header_line)
    remedy = message("evidence.title_rows.remedy")
    return Remark("title_rows", "info", title, remedy, rows=locations_of(extent.title_rows))


def _report_footer(
    extent: Extent, matcher: HeaderMatcher, refused: list[Refused], remarks: list[Remark]
) -> None:
    """Remark the footer rows; refuse stray rows and a foreign unit."""
    if extent.footer_rows:
        labels = tuple(dict.fromkeys(footer_label(cells) or "" for _, cells in extent.footer_rows))
        title = message("evidence.footer_rows.title", labels=labels)
        remedy = message("evidence.footer_rows.remedy")
        rows = locations_of(extent.footer_rows)
        remarks.append(Remark("foot_rows", "info", title, remedy, rows=rows))
    for line, cells in sorted(extent.stray_rows, key=lambda row: row[0])[:LISTED]:
        label = footer_label(cells) or message("evidence.another_header")
        refused.append(Refused(line, label, message("evidence.stray_row.expected")))
    if matcher.has_numbers and (unit := foreign_unit(extent)) is not None:
        refused.append(Refused(*unit, message("evidence.foreign_unit.expected")))
