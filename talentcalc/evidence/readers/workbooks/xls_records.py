"""What xlrd does not tell of an .xls file: which cells are formulas, which lists drop-downs offer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import MOST_CELLS, MOST_SHEETS, Bounds
from talentcalc.evidence.readers.workbooks.cell_references import column_letters
from talentcalc.evidence.tables.grid import Unreadable

_BEGIN, _END, _SHEET, _STRINGS, _PASSWORD, _NAME = 0x0809, 0x000A, 0x0085, 0x00FC, 0x002F, 0x0018
_SHEETS_MEANT, _VALIDATION = 0x0017, 0x01BE
_FORMULAS = (0x0006, 0x0206, 0x0406)
_SINGLE = (*_FORMULAS, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6)
_CONSTANT = b"\x02\x00\x1d"  # TRUE or FALSE: LibreOffice keeps a typed one so
_MULTIPLE = (0x00BD, 0x00BE)
_AREA, _CELL = (0x3B, 0x5B, 0x7B), (0x3A, 0x5A, 0x7A)  # of another sheet
_MOST_NAMES = 10_000
_COST = 12  # marks for a cell, so that a third of a million are read: xlrd is slower than Expat


@dataclass
class SheetRecords:
    """A sheet's title (of BIFF8), whether it is hidden and holds cells, and what its records tell."""

    title: str
    hidden: bool
    is_worksheet: bool
    start: int
    unreadable: Unreadable | None = None
    formulas: set[tuple[int, int]] = field(default_factory=set)
    lists: list[str] = field(default_factory=list)


def sheet_records(stream: bytes, bounds: Bounds) -> list[SheetRecords]:
    """The sheets of an .xls file in their order; what is too much for xlrd is refused here."""
    bounds.unpack(len(stream))
    try:
        sheets, meant = _globals(stream, bounds)
    except (error, IndexError) as problem:
        raise Unreadable(f"文件不完整或已损坏（{type(problem).__name__}）；请重新导出或另存") from None
    for sheet in sheets:
        if sheet.is_worksheet:
            try:
                _read(
                    stream, sheet, [sheets[one].title if one < len(sheets) else "" for one in meant], bounds
                )
            except (error, IndexError) as problem:
                sheet.unreadable = Unreadable(f"工作表不完整或已损坏（{type(problem).__name__}）；请重新导出")
    return sheets


def _records(stream: bytes, start: int, bounds: Bounds) -> Iterator[tuple[int, int, int]]:
    """The kind, start and size of each record until the end of the substream; within, others may lie."""
    depth = 0
    while True:
        kind, size = unpack_from("<HH", stream, start)
        start += 4
        if start + size > len(stream):
            raise IndexError
        bounds.mark(1)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        yield kind, start, size
        start += size


def _globals(stream: bytes, bounds: Bounds) -> tuple[list[SheetRecords], list[int]]:
    """The sheets, and which of them formulas mean by a number."""
    sheets: list[SheetRecords] = []
    meant: list[int] = []
    names = 0
    for kind, at, _ in _records(stream, 0, bounds):
        if kind == _PASSWORD:
            raise Unreadable("有密码的工作簿；请取消密码后另存")
        if kind == _SHEET:
            where, state, what, length, wide = unpack_from("<IBBBB", stream, at)
            name = stream[at + 8 : at + 8 + length * (1 + wide % 2)]
            title = name.decode("utf-16-le" if wide % 2 else "latin-1", "replace").strip()
            sheets.append(SheetRecords(title, state % 4 != 0, what == 0, where))
        names += kind == _NAME
        strings = unpack_from("<I", stream, at + 4)[0] if kind == _STRINGS else 0
        if len(sheets) > MOST_SHEETS or names > _MOST_NAMES or strings > MOST_CELLS:
            raise Unreadable(
                f"超过 {MOST_SHEETS} 个工作表、{_MOST_NAMES:,} 个名称或 {MOST_CELLS:,} 段文字；请拆分"
            )
        if kind == _SHEETS_MEANT and not meant:
            count = unpack_from("<H", stream, at)[0]
            meant = [unpack_from("<H", stream, at + 4 + 6 * one)[0] for one in range(count)]
    return sheets, meant


def _read(stream: bytes, sheet: SheetRecords, meant: list[str], bounds: Bounds) -> None:
    for kind, at, size in _records(stream, sheet.start, bounds):
        if kind in _SINGLE:
            bounds.mark(_COST)
        elif kind in _MULTIPLE:
            bounds.mark(_COST * size // (6 if kind == _MULTIPLE[0] else 2))
        if kind in _FORMULAS:
            row, column = unpack_from("<HH", stream, at)
            if stream[at + 20 : at + size - 1] != _CONSTANT:
                sheet.formulas.add((row + 1, column + 1))
        elif kind == _VALIDATION:
            sheet.lists += _offered(stream, at, meant)


def _offered(stream: bytes, at: int, meant: list[str]) -> Iterator[str]:
    """The area that a drop-down offers, if it is one on another sheet."""
    at += 4
    for _ in range(4):  # its texts
        length, wide = unpack_from("<HB", stream, at)
        at += 3 + length * (1 + wide % 2)
    what, sheet, first, last, left, right = unpack_from("<BHHHHH", stream, at + 4)
    if what in _CELL:
        last, left, right = first, last, last
    if (what in _AREA or what in _CELL) and sheet < len(meant):
        start, end = column_letters(left % 256 + 1), column_letters(right % 256 + 1)
        title = meant[sheet].replace("'", "''")
        yield f"'{title}'!${start}${first + 1}:${end}${last + 1}"
