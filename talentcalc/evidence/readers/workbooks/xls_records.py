"""Reads the formulas and drop-downs of an .xls file from its records, as xlrd does not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import MOST_CELLS, MOST_SHEETS, Bounds
from talentcalc.evidence.readers.workbooks.cell_references import column_letters
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_BEGIN, _END, _SHEET, _STRINGS, _PASSWORD, _NAME = 0x0809, 0x000A, 0x0085, 0x00FC, 0x002F, 0x0018
_SHEET_REFERENCES, _VALIDATION = 0x0017, 0x01BE
_FORMULAS = (0x0006, 0x0206, 0x0406)
_SINGLE = (*_FORMULAS, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6)
_CONSTANT = b"\x02\x00\x1d"  # TRUE or FALSE, as LibreOffice writes a constant
_MULTIPLE = (0x00BD, 0x00BE)
_AREA, _CELL = (0x3B, 0x5B, 0x7B), (0x3A, 0x5A, 0x7A)  # of another sheet
_MOST_NAMES = 10_000
_COST = 12  # marks for a cell, so that a third of a million are read: xlrd is slower than Expat


@dataclass
class SheetRecords:
    """A sheet's title (in BIFF8), whether it is hidden or a worksheet, its formulas and drop-downs."""

    title: str
    hidden: bool
    is_worksheet: bool
    start: int
    unreadable: Unreadable | None = None
    formulas: set[tuple[int, int]] = field(default_factory=set)
    drop_downs: list[str] = field(default_factory=list)


def sheet_records(stream: bytes, bounds: Bounds) -> list[SheetRecords]:
    """Read the sheets of an .xls file in order; refuse a file that is too large for xlrd."""
    bounds.count_unpacked(len(stream))
    try:
        sheets, references = _globals(stream, bounds)
    except (error, IndexError) as problem:
        raise Unreadable(message("evidence.file_damaged", error=type(problem).__name__)) from None
    for sheet in sheets:
        if sheet.is_worksheet:
            try:
                titles = [sheets[index].title if index < len(sheets) else "" for index in references]
                _read_sheet(stream, sheet, titles, bounds)
            except (error, IndexError) as problem:
                sheet.unreadable = Unreadable(
                    message("evidence.xls_sheet_incomplete", error=type(problem).__name__)
                )
    return sheets


def _records(stream: bytes, start: int, bounds: Bounds) -> Iterator[tuple[int, int, int]]:
    """Yield the kind, start and size of each record to the end of a substream, nested ones included."""
    depth = 0
    while True:
        kind, size = unpack_from("<HH", stream, start)
        start += 4
        if start + size > len(stream):
            raise IndexError
        bounds.count_marks(1)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 0:
            return
        yield kind, start, size
        start += size


def _globals(stream: bytes, bounds: Bounds) -> tuple[list[SheetRecords], list[int]]:
    """The sheets, and the index of the sheet for each sheet reference of a formula."""
    sheets: list[SheetRecords] = []
    references: list[int] = []
    names = 0
    for kind, start, _ in _records(stream, 0, bounds):
        if kind == _PASSWORD:
            raise Unreadable(message("evidence.workbook_has_password"))
        if kind == _SHEET:
            position, state, sheet_type, length, wide = unpack_from("<IBBBB", stream, start)
            name = stream[start + 8 : start + 8 + length * (1 + wide % 2)]
            title = name.decode("utf-16-le" if wide % 2 else "latin-1", "replace").strip()
            sheets.append(SheetRecords(title, state % 4 != 0, sheet_type == 0, position))
        names += kind == _NAME
        strings = unpack_from("<I", stream, start + 4)[0] if kind == _STRINGS else 0
        if len(sheets) > MOST_SHEETS or names > _MOST_NAMES or strings > MOST_CELLS:
            raise Unreadable(
                message(
                    "evidence.xls_too_large",
                    sheets=MOST_SHEETS,
                    names=f"{_MOST_NAMES:,}",
                    texts=f"{MOST_CELLS:,}",
                )
            )
        if kind == _SHEET_REFERENCES and not references:
            count = unpack_from("<H", stream, start)[0]
            references = [unpack_from("<H", stream, start + 4 + 6 * n)[0] for n in range(count)]
    return sheets, references


def _read_sheet(stream: bytes, sheet: SheetRecords, titles: list[str], bounds: Bounds) -> None:
    for kind, start, size in _records(stream, sheet.start, bounds):
        if kind in _SINGLE:
            bounds.count_marks(_COST)
        elif kind in _MULTIPLE:
            bounds.count_marks(_COST * size // (6 if kind == _MULTIPLE[0] else 2))
        if kind in _FORMULAS:
            row, column = unpack_from("<HH", stream, start)
            if stream[start + 20 : start + size - 1] != _CONSTANT:
                sheet.formulas.add((row + 1, column + 1))
        elif kind == _VALIDATION:
            sheet.drop_downs += _drop_down(stream, start, titles)


def _drop_down(stream: bytes, start: int, titles: list[str]) -> Iterator[str]:
    """The formula of a drop-down, if its values are an area on another sheet."""
    position = start + 4
    for _ in range(4):  # its texts
        length, wide = unpack_from("<HB", stream, position)
        position += 3 + length * (1 + wide % 2)
    token, sheet, first, last, left, right = unpack_from("<BHHHHH", stream, position + 4)
    if token in _CELL:
        last, left, right = first, last, last
    if (token in _AREA or token in _CELL) and sheet < len(titles):
        first_column, last_column = column_letters(left % 256 + 1), column_letters(right % 256 + 1)
        title = titles[sheet].replace("'", "''")
        yield f"'{title}'!${first_column}${first + 1}:${last_column}${last + 1}"
