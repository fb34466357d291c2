"""What a reader hands on: the rows of a file or sheet as text, and the grid of columns made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from talentcalc.core.findings import LISTED, Location, Severity
from talentcalc.evidence.tables import extent
from talentcalc.evidence.tables.extent import Extent, Unreadable
from talentcalc.evidence.tables.header_names import HeaderNames
from talentcalc.rulebook.table import Table

__all__ = ["Grid", "Line", "Refused", "Remark", "Sheet", "Unreadable", "grid_of", "grids_of", "must_be_held"]

Line = tuple[int, list[str | None]]
"""A row's line in the file, the first being 1, and its cells as text; an empty cell is None or ''."""

MOST_ROWS = 2_000_000
"""Rows of one table held in memory: twice a spreadsheet's; more takes more than a few seconds to read."""

MOST_CELLS = 20_000_000
"""Cells of one table held in memory, of the columns that are read: two million rows of ten columns. Each
takes some 15 bytes as text and as much again typed: within a gigabyte. Large tables have no bound."""

_BLOCK = 1 << 16  # rows kept as Python lists, which take five times the memory, before they become a column


@dataclass(frozen=True)
class Refused:
    """A line, or one cell of it, that no table has; `place` is the cell's column, from 0, None the line."""

    line: int
    found: str
    expected: str
    place: int | None = None


@dataclass(frozen=True)
class Remark:
    """What a reviewer has to know of how a file was read: hidden rows, a converted form.

    `kind` is one of a reader's own words (`hidden`), and ends the name of the finding's check; `column` is
    the header concerned, if it is one column.
    """

    kind: str
    severity: Severity
    title: str
    remedy: str
    column: str | None = None
    rows: tuple[Location, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its title, its rows, and what is refused or remarked of them.

    All rows are as wide as the widest. Reading `lines` raises `Unreadable` if the sheet cannot be opened,
    which says nothing of the others; `refused` and `remarks` are whole once it has been read to its end.
    `lists` says that it only holds what drop-down lists offer.
    """

    title: str
    lines: Iterable[Line]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    lists: bool = False


@dataclass(frozen=True)
class Grid:
    """Headers, one array of text for each, the file's line of each row, what is refused and remarked.

    A column that the table does not know holds nothing, unless it has no header.
    """

    headers: list[str]
    columns: list[pa.Array]
    lines: list[int]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def grid_of(lines: Iterator[Line], spec: Table, refused: list[Refused], remarks: list[Remark]) -> Grid:
    """The grid of a sheet's rows; what is refused in rows that are no records is taken out of `refused`.

    Raises:
        Unreadable: no header among the first rows, or more cells than are held in memory.
    """
    names = HeaderNames(spec)
    found, rest = extent.extent_of(lines, names)
    rows = [row[0] for row in found.titles] + [found.header_line]
    grid = next(_parts(found, rest, names, None, uneven=False, refused=refused, remarks=remarks))
    apart = {*rows, *(line for line, _ in (*found.foot, *found.stray))}
    refused[:] = [one for one in refused if one.place is None or one.line not in apart]
    return grid


def grids_of(lines: Iterator[Line], spec: Table, most: int | None) -> Iterator[Grid]:
    """The grids of a file's rows, each of at most `most`, at least one; rows of uneven length are refused.

    Raises:
        Unreadable: as `grid_of`, or many rows are of uneven length.
    """
    names = HeaderNames(spec)
    found, rest = extent.extent_of(lines, names)
    return _parts(found, rest, names, most, uneven=True, refused=[], remarks=[])


def _parts(
    found: Extent,
    lines: Iterator[Line],
    names: HeaderNames,
    most: int | None,
    uneven: bool,
    refused: list[Refused],
    remarks: list[Remark],
) -> Iterator[Grid]:
    """The rows of a table in parts; `uneven` if a row has to have as many cells as the header."""
    headers = [(cell or "").strip() for cell in found.header]
    wanted = [n for n, header in enumerate(headers) if not header or names.meant(header) is not None]
    if found.titles:
        remarks.append(_titles(found))
        above = "表头之上的一行，像是记录", "记录都在表头之下"
        refused += (Refused(number, *above) for number, _ in found.misplaced())
    rows, done, ragged, first = found.rows(lines), False, 0, True
    while not done:
        kept, numbers, blocks = list[list[str | None]](), list[int](), list[list[pa.Array]]()
        done = True
        for number, cells in rows:
            if len(cells) != len(headers):
                cells, fits = _evened(cells, len(headers))
                if not fits and (uneven or len(cells) > len(headers)):
                    ragged += 1
                    _refuse_ragged(refused, number, cells, len(headers), ragged)
                cells = cells[: len(headers)] + [None] * (len(headers) - len(cells))
            kept.append(cells)
            numbers.append(number)
            if len(kept) == _BLOCK:
                blocks.append(_arrays(kept, wanted))
                kept = []
                if most is None:
                    must_be_held(len(numbers), len(wanted))
            if len(numbers) == most:
                done = False
                break
        if done:
            _ends(found, names, refused, remarks)
        if first or numbers or refused or remarks:
            blocks.append(_arrays(kept, wanted))
            columns = dict(zip(wanted, map(pa.concat_arrays, zip(*blocks, strict=True)), strict=True))
            empty = pa.nulls(len(numbers), pa.string())
            yield Grid(
                headers, [columns.get(n, empty) for n in range(len(headers))], numbers, refused, remarks
            )
            refused, remarks, first = [], [], False


def must_be_held(rows: int, columns: int) -> None:
    """Refuse a table of more rows or cells than are held in memory.

    Raises:
        Unreadable: it has more.
    """
    if rows > MOST_ROWS:
        raise Unreadable(f"超过 {MOST_ROWS} 行；请拆分")
    if rows * columns > MOST_CELLS:
        raise Unreadable(f"超过 {MOST_CELLS} 格（{rows} 行 × {columns} 列）；请拆分")


def _arrays(rows: list[list[str | None]], wanted: list[int]) -> list[pa.Array]:
    try:
        return [pa.array([row[place] for row in rows], pa.string()) for place in wanted]
    except UnicodeEncodeError:  # half a character, as a workbook can write it
        raise Unreadable("有一格文字不是完整的 Unicode 字符（只有半个）；请重新填写该格") from None


def _evened(cells: list[str | None], width: int) -> tuple[list[str | None], bool]:
    """A row without the empty cells beyond the header, and whether it then has a cell for each column."""
    if len(cells) > width and extent.is_empty(cells[width:]):
        return cells[:width], True
    return cells, False


def _refuse_ragged(
    refused: list[Refused], number: int, cells: list[str | None], width: int, so_far: int
) -> None:
    if so_far > LISTED:
        raise Unreadable(f"到第 {number} 行已有 {LISTED} 多行的格数与表头不一致；请重新导出")
    refused.append(Refused(number, f"{len(cells)} 格", f"{width} 格，与表头一致"))


def _titles(found: Extent) -> Remark:
    title = f"表头在第 {found.header_line} 行；其上的标题行不是记录，未读入"
    return Remark(
        "title_rows", "info", title, "如其中有记录，请移到表头之下", rows=extent.places_of(found.titles)
    )


def _ends(found: Extent, names: HeaderNames, refused: list[Refused], remarks: list[Remark]) -> None:
    """Say what was found below the records."""
    if found.foot:
        labels = "、".join(dict.fromkeys(extent.label_of(cells) or "" for _, cells in found.foot))
        title = f"表末的“{labels}”行没有编号，不是记录，未读入"
        remarks.append(
            Remark("foot_rows", "info", title, "如系记录，请填写编号", rows=extent.places_of(found.foot))
        )
    for number, cells in sorted(found.stray, key=lambda line: line[0])[:LISTED]:
        label = extent.label_of(cells) or "又一个表头"
        refused.append(Refused(number, label, "记录；合计等行只能在表末，表头只有一个"))
    if names.measured and (unit := extent.foreign_unit(found)) is not None:
        refused.append(Refused(*unit, "以元、个为单位的数；请换算后填写，并更正单位"))
