"""The sheets of an Excel binary workbook (.xlsb)."""

from struct import error, unpack, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooMuch
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, GENERAL, Style, number_seen
from talentcalc.evidence.readers.workbooks.ooxml_book import Book, Related, relationships
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.xlsb_records import read_records, rich_text, wide_text
from talentcalc.evidence.readers.workbooks.zip_parts import Parts
from talentcalc.evidence.tables.grid import Unreadable

_ROW, _RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED, _RICH = 0, 2, 3, 4, 5, 6, 7, 62
_FORMULAS = (8, 9, 10, 11)
_COLUMNS, _MERGED, _END_OF_SHEET, _DATA, _END_OF_DATA = 60, 176, 130, 145, 146
_SHEET, _PROPERTIES, _END_OF_BOOK = 156, 153, 132
_ITEM, _FONT, _FORMAT, _STYLE, _STYLES, _END_OF_STYLES = 19, 43, 44, 47, 617, 618
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read_xlsb(parts: Parts, bounds: Bounds, part: str) -> tuple[list[Gathered], dict[str, str]]:
    """The sheets of the workbook at a part; a sheet that is damaged says so. Drop-downs are not looked at."""
    related = relationships(parts, bounds, part)
    try:
        book = _book(parts, bounds, part, related)
    except (error, IndexError, UnicodeDecodeError):
        raise Unreadable("工作簿的目录、样式或文字已损坏；请重新导出或另存") from None
    sheets = []
    for title, hidden, leads_to in book.sheets:
        into = Gathered(title, hidden, bounds)
        try:
            if leads_to is None:
                raise Unreadable("工作簿缺少这个工作表的内容；请另存后重新提交")
            _fill(parts.read(leads_to), book, into)
        except TooMuch:
            raise
        except Unreadable as problem:
            into.unreadable = problem
        except (error, IndexError, UnicodeDecodeError):
            into.unreadable = Unreadable("工作表已损坏；请重新导出或另存")
        sheets.append(into)
    return sheets, {}


def _book(parts: Parts, bounds: Bounds, part: str, related: dict[str, Related]) -> Book:
    book, ended = Book(), False
    for kind, record in read_records(parts.read(part), bounds):
        if kind == _PROPERTIES:
            book.since_1904 = bool(record[0] & 1)
        elif kind == _SHEET:
            leads_to, end = wide_text(record, 8)
            title, _ = wide_text(record, end)
            one = related.get(leads_to)
            if one is None or one.kind == "worksheet":
                book.add_sheet(title.strip(), unpack_from("<I", record)[0] != 0, one)
        ended = ended or kind == _END_OF_BOOK
    if not ended or not book.sheets:
        raise Unreadable("工作簿的目录不完整或没有工作表；请重新导出")
    fonts: list[bool] = []
    for one in related.values():
        if one.kind == "styles" and one.part in parts:
            fonts = _read_styles(parts.read(one.part), bounds, book)
    for one in related.values():
        if one.kind == "sharedStrings":
            for kind, record in read_records(parts.read(one.part), bounds):
                if kind == _ITEM:
                    text, runs = rich_text(record, 0)
                    bounds.text(len(text))
                    if any(font < len(fonts) and fonts[font] for font in runs):
                        book.struck_texts.add(len(book.texts))
                    book.texts.append(text)
    book.styles = book.styles or [Style(GENERAL)]
    return book


def _read_styles(content: bytes, bounds: Bounds, book: Book) -> list[bool]:
    """Fill in the book's styles; which fonts are struck out."""
    codes, fonts, of_cells = dict(BUILT_IN), list[bool](), False
    for kind, record in read_records(content, bounds):
        if kind == _FORMAT:
            codes[unpack_from("<H", record)[0]] = wide_text(record, 2)[0]
        elif kind == _FONT:
            fonts.append(bool(unpack_from("<H", record, 2)[0] & 8))
        elif kind in (_STYLES, _END_OF_STYLES):
            of_cells = kind == _STYLES
        elif kind == _STYLE and of_cells:
            _, code, font = unpack_from("<HHH", record)
            book.styles.append(Style(codes.get(code), font < len(fonts) and fonts[font]))
    return fonts


def _fill(content: bytes, book: Book, into: Gathered) -> None:
    row, ended, inside = 0, False, False
    for kind, record in read_records(content, into.bounds):
        if kind in (_DATA, _END_OF_DATA):
            inside = kind == _DATA
        elif kind == _ROW and inside:
            row = unpack_from("<I", record)[0] + 1
            into.start_row(row)
            if record[11] & 0x10:
                into.hidden_rows.add(row)
        elif kind in (_RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED, _RICH, *_FORMULAS) and inside:
            _cell(kind, record, row, book, into)
        elif kind == _COLUMNS:
            first, last, width, _, flags = unpack_from("<IIIIH", record)
            if flags & 1 or width == 0:
                into.hide_columns(first + 1, last + 1)
        elif kind == _MERGED:
            top, bottom, left, right = unpack("<IIII", record[:16])
            into.merge(Area((top + 1, bottom + 1), (left + 1, right + 1)))
        ended = ended or kind == _END_OF_SHEET
    if not ended:
        raise Unreadable("工作表不完整；请重新导出")


def _cell(kind: int, record: bytes, row: int, book: Book, into: Gathered) -> None:
    column = unpack_from("<I", record)[0] + 1
    style = book.style(int.from_bytes(record[4:7], "little"))
    struck, there = style.struck, True
    if kind in _FORMULAS:
        into.formula(row, column)
        return
    if kind == _SHARED:
        place = unpack_from("<I", record, 8)[0]
        if place >= len(book.texts):
            raise Unreadable(f"第 {row} 行引用的共享文字不存在；请另存后重新提交")
        struck = struck or place in book.struck_texts
        there = into.typed(row, column, book.texts[place], style.shows_text)
    elif kind == _TEXT:
        there = into.typed(row, column, wide_text(record, 8)[0], style.shows_text)
    elif kind == _RICH:
        there = into.typed(row, column, rich_text(record, 8)[0], style.shows_text)
    elif kind in (_REAL, _RK):
        number = unpack_from("<d", record, 8)[0] if kind == _REAL else _short_number(record)
        into.number(row, column, number_seen(number, style.code, book.since_1904))
    elif kind == _BOOLEAN:
        into.text(row, column, "true" if record[8] else "false")
    else:
        into.error(row, column, _ERRORS.get(record[8], f"#{record[8]}"))
    if there and struck:
        into.strike(row, column)


def _short_number(record: bytes) -> float:
    """A number in four bytes: a whole one, or the first half of a binary fraction; perhaps a hundredth."""
    held = unpack_from("<i", record, 8)[0]
    half = (held & 0xFFFFFFFC).to_bytes(4, "little")
    number = float(held >> 2) if held & 2 else unpack("<d", b"\0\0\0\0" + half)[0]
    return float(number / 100 if held & 1 else number)
