"""Reads the sheets of an Office Open XML workbook (.xlsx, .xlsm, newer .et)."""

import re
from datetime import datetime

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooLarge
from talentcalc.evidence.readers.workbooks.cell_references import area_named, column_number
from talentcalc.evidence.readers.workbooks.number_format import (
    GENERAL,
    DisplayedText,
    Style,
    displayed_number,
)
from talentcalc.evidence.readers.workbooks.ooxml_book import MAIN, TRUE, Book, read_book, unescape
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.xml_events import read_xml
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_TREE = {
    "": ("worksheet",),
    "worksheet": ("sheetData", "cols", "mergeCells", "dataValidations"),
    "sheetData": ("row",),
    "row": ("c",),
    "c": ("v", "f", "is"),
    "is": ("t", "r"),
    "r": ("t", "rPr"),
    "rPr": ("strike",),
    "cols": ("col",),
    "mergeCells": ("mergeCell",),
    "dataValidations": ("dataValidation",),
    "dataValidation": ("formula1",),
}
_CHILDREN = {
    parent: {f"{space}{name}": name for space in MAIN for name in names} for parent, names in _TREE.items()
}
"""The elements that are read, by their parent; all others are skipped with their content."""

_2009 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main "
# Excel writes drop-downs whose list is on another sheet to an extension.
_CHILDREN["worksheet"] |= {f"{space}extLst": "extLst" for space in MAIN}
_CHILDREN["extLst"] = {f"{space}ext": "ext" for space in MAIN}
_CHILDREN["ext"] = {f"{_2009}dataValidations": "of extension"}
_CHILDREN["of extension"] = {f"{_2009}dataValidation": "one of extension"}
_CHILDREN["one of extension"] = {f"{_2009}formula1": "formula of extension"}
_CHILDREN["formula of extension"] = {"http://schemas.microsoft.com/office/excel/2006/main f": "formula1"}

_SKIPPED = "elsewhere"
_NO_CHILDREN: dict[str, str] = {}
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"
_CONSTANTS = ("TRUE()", "FALSE()")  # as LibreOffice writes a constant
_PLAIN_NUMBER = re.compile(r"(?!-0$)-?(0|[1-9][0-9]{0,8})(\.[0-9]{0,5}[1-9])?")  # displayed as it is written


def read_ooxml(parts: ZipParts, bounds: Bounds, part: str) -> tuple[list[SheetBuilder], dict[str, str]]:
    """Read the sheets of the workbook at a part, and its defined names; a damaged sheet is unreadable."""
    book = read_book(parts, bounds, part)
    sheets = []
    for title, hidden, sheet_part in book.sheets:
        sheet = SheetBuilder(title, hidden, bounds)
        try:
            if sheet_part is None:
                raise Unreadable(message("evidence.sheet_without_content"))
            _SheetCells(book, sheet).read(parts.read(sheet_part))
        except TooLarge:
            raise
        except Unreadable as error:
            sheet.unreadable = error
        sheets.append(sheet)
    return sheets, book.names


class _SheetCells:
    """Adds the cells of a sheet's XML events to a `SheetBuilder`."""

    def __init__(self, book: Book, builder: SheetBuilder) -> None:
        self.book, self.builder = book, builder
        self.styles: dict[str, Style] = {}
        self.row = self.column = 0
        self.cell_type = self.style = ""
        self.open_elements = [""]
        self.pieces: list[str] = []
        self.formula: list[str] = []
        self.struck = self.computed = self.other_text = False

    def read(self, content: bytes) -> None:
        """Read the content of the sheet's part."""
        read_xml(content, self.builder.bounds, self.on_start, self.on_end, self.on_text)

    def on_start(self, element: str, attributes: dict[str, str]) -> None:
        """Handle a start tag."""
        parent = self.open_elements[-1]
        name = _CHILDREN.get(parent, _NO_CHILDREN).get(element, _SKIPPED)
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "is":
            if name == "is" and self.cell_type != "inlineStr":
                name, self.other_text = _SKIPPED, True
            elif self.pieces:
                raise Unreadable(message("evidence.cell_with_two_values", row=self.row))
        elif name == "row":
            self._start_row(attributes)
        elif name == "f" or name == "formula1":
            self.formula.clear()
        elif name == "strike":
            self.struck = self.struck or attributes.get("val", "1") in TRUE
        elif name == "col":
            if attributes.get("hidden") in TRUE or _is_zero(attributes.get("width")):
                self.builder.hide_columns(
                    _whole_number(attributes.get("min", "")), _whole_number(attributes.get("max", ""))
                )
        elif name == "mergeCell":
            self.builder.add_merged(area_named(attributes.get("ref", "")))
        elif name == _SKIPPED:
            self._check_skipped(element, parent)
        self.open_elements.append(name)

    def on_text(self, data: str) -> None:
        """Handle text."""
        element = self.open_elements[-1]
        if element == "v" or element == "t":
            self.pieces.append(data)
        elif element == "f" or element == "formula1":
            self.formula.append(data)

    def on_end(self, _: str) -> None:
        """Handle an end tag."""
        name = self.open_elements.pop()
        if name == "c":
            self._end_cell()
        elif name == "f":
            self.computed = self.computed or "".join(self.formula) not in _CONSTANTS
        elif name == "formula1":
            self.builder.add_drop_down("".join(self.formula))

    def _check_skipped(self, element: str, parent: str) -> None:
        """Refuse a skipped element that could change what the sheet displays."""
        if parent == "":
            raise Unreadable(message("evidence.sheet_is_no_worksheet"))
        if element == _ALTERNATIVES and parent in ("sheetData", "row", "c", "is", "r"):
            # programs differ in which of the alternatives they show
            raise Unreadable(message("evidence.alternative_contents", row=self.row))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row = _whole_number(attributes["r"]) if "r" in attributes else self.row + 1
        self.column = 0
        self.builder.start_row(self.row)
        if attributes.get("hidden") in TRUE or _is_zero(attributes.get("ht")):
            self.builder.hidden_rows.add(self.row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        name = attributes.get("r")
        if name is None:
            self.column += 1
        else:
            letters = name.rstrip("0123456789")
            self.column = column_number(letters)
            if name[len(letters) :] != str(self.row):
                raise Unreadable(message("evidence.cell_in_other_row", cell=name[:20], row=self.row))
        self.cell_type, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.struck = self.computed = self.other_text = False
        self.pieces.clear()

    def _end_cell(self) -> None:
        builder, row, column = self.builder, self.row, self.column
        value = "".join(self.pieces) if len(self.pieces) != 1 else self.pieces[0]
        if self.computed:
            builder.refuse_formula(row, column)
            return
        if not value or value.isspace():
            if self.other_text:
                found = message("evidence.text_of_other_type")
                builder.refuse(row, column, found, message("evidence.whole_text"))
            return
        style = self.styles.get(self.style)
        if style is None:
            style = self.styles[self.style] = self.book.style(_whole_number(self.style))
        if self.cell_type == "n":
            if style.code == GENERAL and _PLAIN_NUMBER.fullmatch(value):
                builder.add_text(row, column, value)
            else:
                builder.add_number(row, column, _number(value, style.code, self.book.since_1904))
        elif self.cell_type == "s":
            index = _whole_number(value)
            if index >= len(self.book.texts):
                raise Unreadable(message("evidence.missing_shared_text", row=row))
            self.struck = index in self.book.struck_texts
            self.struck &= builder.add_checked_text(row, column, self.book.texts[index], style.displays_text)
        elif self.cell_type in ("inlineStr", "str"):
            builder.add_checked_text(row, column, unescape(value), style.displays_text)
        elif self.cell_type == "b":
            builder.add_text(row, column, "true" if value.strip() in TRUE else "false")
        elif self.cell_type == "e":
            builder.refuse_error(row, column, value[:20])
        elif self.cell_type == "d":
            builder.add_number(row, column, _date(value))
        else:
            raise Unreadable(message("evidence.unknown_cell_type", row=row, type=self.cell_type[:20]))
        if self.struck or style.struck:
            builder.add_struck(row, column)


def _number(value: str, code: str | None, since_1904: bool) -> DisplayedText:
    try:
        return displayed_number(float(value), code, since_1904)
    except ValueError:
        found = message("evidence.no_number.found", text=value[:20])
        return DisplayedText(None, found, message("evidence.no_number.expected"))


def _date(value: str) -> DisplayedText:
    """The displayed text of a date that is written in ISO format."""
    try:
        moment = datetime.fromisoformat(value.strip().rstrip("Z"))
    except ValueError:
        found = message("evidence.no_date", text=value[:20])
        return DisplayedText(None, found, message("evidence.date_form"))
    text = moment.isoformat(sep=" ")
    return DisplayedText(text if "T" in value and moment.time() else text[:10])


def _whole_number(text: str) -> int:
    """Parse the number of a row, a column or an index in the XML."""
    if not (text.isascii() and text.strip().isdigit()):
        raise Unreadable(message("evidence.no_row_or_column_number", text=text[:20]))
    return int(text[:20])


def _is_zero(text: str | None) -> bool:
    return text is not None and not text.strip("0.")
