"""Reads the sheets of an Office Open XML workbook (.xlsx, .xlsm, newer .et)."""

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooLarge
from talentcalc.evidence.readers.workbooks.ooxml_book import read_book
from talentcalc.evidence.readers.workbooks.ooxml_sheet import SheetCells
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Unreadable


def read_ooxml(parts: ZipParts, bounds: Bounds, part: str) -> tuple[list[SheetBuilder], dict[str, str]]:
    """Read the sheets of the workbook at a part, and its defined names; a damaged sheet is unreadable."""
    book = read_book(parts, bounds, part)
    sheets = []
    for title, hidden, sheet_part in book.sheets:
        sheet = SheetBuilder(title, hidden, bounds)
        try:
            if sheet_part is None:
                raise Unreadable("工作簿缺少这个工作表的内容；请另存后重新提交")
            SheetCells(book, sheet).read(parts.read(sheet_part))
        except TooLarge:
            raise
        except Unreadable as error:
            sheet.unreadable = error
        sheets.append(sheet)
    return sheets, book.names
