"""Reads the sheets of an Excel binary workbook (.xlsb)."""

from struct import error, unpack, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooLarge
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, GENERAL, Style, displayed_number
from talentcalc.evidence.readers.workbooks.ooxml_book import Book, Relationship, relationships
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.xlsb_records import read_records, rich_text, wide_text
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_ROW, _RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED, _RICH = 0, 2, 3, 4, 5, 6, 7, 62
_FORMULAS = (8, 9, 10, 11)
_COLUMNS, _MERGED, _END_OF_SHEET, _DATA, _END_OF_DATA = 60, 176, 130, 145, 146
_SHEET, _PROPERTIES, _END_OF_BOOK = 156, 153, 132
_ITEM, _FONT, _FORMAT, _STYLE, _STYLES, _END_OF_STYLES = 19, 43, 44, 47, 617, 618
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def read_xlsb(parts: ZipParts, bounds: Bounds, part: str) -> tuple[list[SheetBuilder], dict[str, str]]:
    """Read the sheets of the workbook at a part; a damaged sheet is unreadable. Drop-downs are not read."""
    related = relationships(parts, bounds, part)
    try:
        book = _read_book(parts, bounds, part, related)
    except (error, IndexError, UnicodeDecodeError):
        raise Unreadable(message("evidence.xlsb_parts_damaged")) from None
    sheets = []
    for title, hidden, sheet_part in book.sheets:
        builder = SheetBuilder(title, hidden, bounds)
        try:
            if sheet_part is None:
                raise Unreadable(message("evidence.sheet_without_content"))
            _read_cells(parts.read(sheet_part), book, builder)
        except TooLarge:
            raise
        except Unreadable as problem:
            builder.unreadable = problem
        except (error, IndexError, UnicodeDecodeError):
            builder.unreadable = Unreadable(message("evidence.xlsb_sheet_damaged"))
        sheets.append(builder)
    return sheets, {}


def _read_book(parts: ZipParts, bounds: Bounds, part: str, related: dict[str, Relationship]) -> Book:
    book, ended = Book(), False
    for kind, record in read_records(parts.read(part), bounds):
        if kind == _PROPERTIES:
            book.since_1904 = bool(record[0] & 1)
        elif kind == _SHEET:
            relationship_id, end = wide_text(record, 8)
            title, _ = wide_text(record, end)
            relationship = related.get(relationship_id)
            if relationship is None or relationship.kind == "worksheet":
                book.add_sheet(title.strip(), unpack_from("<I", record)[0] != 0, relationship)
        ended = ended or kind == _END_OF_BOOK
    if not ended or not book.sheets:
        raise Unreadable(message("evidence.xlsb_list_of_sheets_incomplete"))
    fonts: list[bool] = []
    for relationship in related.values():
        if relationship.kind == "styles" and relationship.part in parts:
            fonts = _read_styles(parts.read(relationship.part), bounds, book)
    for relationship in related.values():
        if relationship.kind == "sharedStrings":
            for kind, record in read_records(parts.read(relationship.part), bounds):
                if kind == _ITEM:
                    text, runs = rich_text(record, 0)
                    bounds.count_text(len(text))
                    if any(font < len(fonts) and fonts[font] for font in runs):
                        book.struck_texts.add(len(book.texts))
                    book.texts.append(text)
    book.styles = book.styles or [Style(GENERAL)]
    return book


def _read_styles(content: bytes, bounds: Bounds, book: Book) -> list[bool]:
    """Add the styles to the book; return for each font whether it is struck out."""
    codes, fonts, in_cell_styles = dict(BUILT_IN), list[bool](), False
    for kind, record in read_records(content, bounds):
        if kind == _FORMAT:
            codes[unpack_from("<H", record)[0]] = wide_text(record, 2)[0]
        elif kind == _FONT:
            fonts.append(bool(unpack_from("<H", record, 2)[0] & 8))
        elif kind in (_STYLES, _END_OF_STYLES):
            in_cell_styles = kind == _STYLES
        elif kind == _STYLE and in_cell_styles:
            _, code, font = unpack_from("<HHH", record)
            book.styles.append(Style(codes.get(code), font < len(fonts) and fonts[font]))
    return fonts


def _read_cells(content: bytes, book: Book, builder: SheetBuilder) -> None:
    row, ended, in_data = 0, False, False
    for kind, record in read_records(content, builder.bounds):
        if kind in (_DATA, _END_OF_DATA):
            in_data = kind == _DATA
        elif kind == _ROW and in_data:
            row = unpack_from("<I", record)[0] + 1
            builder.start_row(row)
            if record[11] & 0x10:
                builder.hidden_rows.add(row)
        elif kind in (_RK, _ERROR, _BOOLEAN, _REAL, _TEXT, _SHARED, _RICH, *_FORMULAS) and in_data:
            _add_cell(kind, record, row, book, builder)
        elif kind == _COLUMNS:
            first, last, width, _, flags = unpack_from("<IIIIH", record)
            if flags & 1 or width == 0:
                builder.hide_columns(first + 1, last + 1)
        elif kind == _MERGED:
            top, bottom, left, right = unpack("<IIII", record[:16])
            builder.add_merged(Area((top + 1, bottom + 1), (left + 1, right + 1)))
        ended = ended or kind == _END_OF_SHEET
    if not ended:
        raise Unreadable(message("evidence.xlsb_sheet_incomplete"))


def _add_cell(kind: int, record: bytes, row: int, book: Book, builder: SheetBuilder) -> None:
    column = unpack_from("<I", record)[0] + 1
    style = book.style(int.from_bytes(record[4:7], "little"))
    struck, has_text = style.struck, True
    if kind in _FORMULAS:
        builder.refuse_formula(row, column)
        return
    if kind == _SHARED:
        index = unpack_from("<I", record, 8)[0]
        if index >= len(book.texts):
            raise Unreadable(message("evidence.missing_shared_text", row=row))
        struck = struck or index in book.struck_texts
        has_text = builder.add_checked_text(row, column, book.texts[index], style.displays_text)
    elif kind == _TEXT:
        has_text = builder.add_checked_text(row, column, wide_text(record, 8)[0], style.displays_text)
    elif kind == _RICH:
        has_text = builder.add_checked_text(row, column, rich_text(record, 8)[0], style.displays_text)
    elif kind in (_REAL, _RK):
        number = unpack_from("<d", record, 8)[0] if kind == _REAL else _short_number(record)
        builder.add_number(row, column, displayed_number(number, style.code, book.since_1904))
    elif kind == _BOOLEAN:
        builder.add_text(row, column, "true" if record[8] else "false")
    else:
        builder.refuse_error(row, column, _ERRORS.get(record[8], f"#{record[8]}"))
    if has_text and struck:
        builder.add_struck(row, column)


def _short_number(record: bytes) -> float:
    """A number in four bytes: a whole number or the first half of a float, perhaps to be divided by 100."""
    bits = unpack_from("<i", record, 8)[0]
    half = (bits & 0xFFFFFFFC).to_bytes(4, "little")
    number = float(bits >> 2) if bits & 2 else unpack("<d", b"\0\0\0\0" + half)[0]
    return float(number / 100 if bits & 1 else number)
