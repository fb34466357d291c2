"""The sheets of an Office Open XML file (.xlsx, .xlsm, newer .et)."""

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooMuch
from talentcalc.evidence.readers.workbooks.ooxml_book import read_book
from talentcalc.evidence.readers.workbooks.ooxml_sheet import SheetCells
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.zip_parts import Parts
from talentcalc.evidence.tables.grid import Unreadable


def read_ooxml(parts: Parts, bounds: Bounds, part: str) -> tuple[list[Gathered], dict[str, str]]:
    """The sheets of the workbook at a part, and its defined names; a sheet that is damaged says so."""
    book = read_book(parts, bounds, part)
    sheets = []
    for title, hidden, leads_to in book.sheets:
        sheet = Gathered(title, hidden, bounds)
        try:
            if leads_to is None:
                raise Unreadable("工作簿缺少这个工作表的内容；请另存后重新提交")
            SheetCells(book, sheet).read(parts.read(leads_to))
        except TooMuch:
            raise
        except Unreadable as error:
            sheet.unreadable = error
        sheets.append(sheet)
    return sheets, book.names
