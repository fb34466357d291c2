"""The cells of an Office Open XML sheet, as a person sees them."""

import re
from datetime import datetime

from talentcalc.evidence.readers.workbooks.cell_references import area_named, column_number
from talentcalc.evidence.readers.workbooks.number_format import GENERAL, Seen, Style, number_seen
from talentcalc.evidence.readers.workbooks.ooxml_book import MAIN, TRUE, Book
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.xml_events import read_xml
from talentcalc.evidence.readers.workbooks.xml_text import unescaped
from talentcalc.evidence.tables.grid import Unreadable

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
_BELOW = {
    parent: {f"{space}{name}": name for space in MAIN for name in names} for parent, names in _TREE.items()
}
"""The elements that count, by the one that each stands directly in; no other does, nor what is in it."""

_2009 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main "
# Excel keeps drop-downs whose list is on another sheet in an extension.
_BELOW["worksheet"] |= {f"{space}extLst": "extLst" for space in MAIN}
_BELOW["extLst"] = {f"{space}ext": "ext" for space in MAIN}
_BELOW["ext"] = {f"{_2009}dataValidations": "of extension"}
_BELOW["of extension"] = {f"{_2009}dataValidation": "one of extension"}
_BELOW["one of extension"] = {f"{_2009}formula1": "formula of extension"}
_BELOW["formula of extension"] = {"http://schemas.microsoft.com/office/excel/2006/main f": "formula1"}

_ELSEWHERE = "elsewhere"
_NOTHING: dict[str, str] = {}
_ALTERNATIVES = "http://schemas.openxmlformats.org/markup-compatibility/2006 AlternateContent"
_CONSTANTS = ("TRUE()", "FALSE()")  # LibreOffice keeps a typed one so
_AS_IT_STANDS = re.compile(r"(?!-0$)-?(0|[1-9][0-9]{0,8})(\.[0-9]{0,5}[1-9])?")  # as it is written back


class SheetCells:
    """Takes the events of a sheet's XML and fills a `Gathered`."""

    def __init__(self, book: Book, into: Gathered) -> None:
        self.book, self.into = book, into
        self.styles: dict[str, Style] = {}
        self.row = self.column = 0
        self.kind = self.style = ""
        self.inside = [""]
        self.pieces: list[str] = []
        self.formula: list[str] = []
        self.struck = self.computed = self.other_text = False

    def read(self, content: bytes) -> None:
        """Read the sheet's part."""
        read_xml(content, self.into.bounds, self.started, self.ended, self.text)

    def started(self, element: str, has: dict[str, str]) -> None:
        """Take an element's begin."""
        parent = self.inside[-1]
        name = _BELOW.get(parent, _NOTHING).get(element, _ELSEWHERE)
        if name == "c":
            self._start_cell(has)
        elif name == "v" or name == "is":
            if name == "is" and self.kind != "inlineStr":
                name, self.other_text = _ELSEWHERE, True
            elif self.pieces:
                raise Unreadable(f"第 {self.row} 行有一格写了两个值；请另存后重新提交")
        elif name == "row":
            self._start_row(has)
        elif name == "f" or name == "formula1":
            self.formula.clear()
        elif name == "strike":
            self.struck = self.struck or has.get("val", "1") in TRUE
        elif name == "col":
            if has.get("hidden") in TRUE or _is_zero(has.get("width")):
                self.into.hide_columns(_whole(has.get("min", "")), _whole(has.get("max", "")))
        elif name == "mergeCell":
            self.into.merge(area_named(has.get("ref", "")))
        elif name == _ELSEWHERE:
            self._leave_out(element, parent)
        self.inside.append(name)

    def text(self, data: str) -> None:
        """Take text."""
        where = self.inside[-1]
        if where == "v" or where == "t":
            self.pieces.append(data)
        elif where == "f" or where == "formula1":
            self.formula.append(data)

    def ended(self, _: str) -> None:
        """Take an element's end."""
        name = self.inside.pop()
        if name == "c":
            self._end_cell()
        elif name == "f":
            self.computed = self.computed or "".join(self.formula) not in _CONSTANTS
        elif name == "formula1":
            self.into.offer("".join(self.formula))

    def _leave_out(self, element: str, parent: str) -> None:
        if parent == "":
            raise Unreadable("工作表的内容不是表格；请另存后重新提交")
        if element == _ALTERNATIVES and parent in ("sheetData", "row", "c", "is", "r"):
            # programs differ in which of the alternatives they show
            raise Unreadable(f"第 {self.row} 行附近的单元格有几种写法（AlternateContent）；请另存后重新提交")

    def _start_row(self, has: dict[str, str]) -> None:
        self.row = _whole(has["r"]) if "r" in has else self.row + 1
        self.column = 0
        self.into.start_row(self.row)
        if has.get("hidden") in TRUE or _is_zero(has.get("ht")):
            self.into.hidden_rows.add(self.row)

    def _start_cell(self, has: dict[str, str]) -> None:
        name = has.get("r")
        if name is None:
            self.column += 1
        else:
            letters = name.rstrip("0123456789")
            self.column = column_number(letters)
            if name[len(letters) :] != str(self.row):
                raise Unreadable(f"单元格 {name[:20]} 不在第 {self.row} 行；请另存后重新提交")
        self.kind, self.style = has.get("t", "n"), has.get("s", "0")
        self.struck = self.computed = self.other_text = False
        self.pieces.clear()

    def _end_cell(self) -> None:
        into, row, column = self.into, self.row, self.column
        value = "".join(self.pieces) if len(self.pieces) != 1 else self.pieces[0]
        if self.computed:
            into.formula(row, column)
            return
        if not value or value.isspace():
            if self.other_text:
                into.refuse(row, column, "文字，类型却不是文字", "完整的文字；请重新录入")
            return
        style = self.styles.get(self.style)
        if style is None:
            style = self.styles[self.style] = self.book.style(_whole(self.style))
        if self.kind == "n":
            plain = style.code == GENERAL and _AS_IT_STANDS.fullmatch(value)
            if plain:
                into.text(row, column, value)
            else:
                into.number(row, column, _number(value, style.code, self.book.since_1904))
        elif self.kind == "s":
            place = _whole(value)
            if place >= len(self.book.texts):
                raise Unreadable(f"第 {row} 行引用的共享文字不存在；请另存后重新提交")
            self.struck = place in self.book.struck_texts
            self.struck &= into.typed(row, column, self.book.texts[place], style.shows_text)
        elif self.kind in ("inlineStr", "str"):
            into.typed(row, column, unescaped(value), style.shows_text)
        elif self.kind == "b":
            into.text(row, column, "true" if value.strip() in TRUE else "false")
        elif self.kind == "e":
            into.error(row, column, value[:20])
        elif self.kind == "d":
            into.number(row, column, _date(value))
        else:
            raise Unreadable(f"第 {row} 行有不认识的单元格类型 {self.kind[:20]}；请另存后重新提交")
        if self.struck or style.struck:
            into.strike(row, column)


def _number(value: str, code: str | None, since_1904: bool) -> Seen:
    try:
        return number_seen(float(value), code, since_1904)
    except ValueError:
        return Seen(None, f"不是数字的“{value[:20]}”", "数字；请重新录入")


def _date(value: str) -> Seen:
    """A date that is kept as ISO text."""
    try:
        moment = datetime.fromisoformat(value.strip().rstrip("Z"))
    except ValueError:
        return Seen(None, f"不是日期的“{value[:20]}”", "日期，形如 2025-03-01")
    text = moment.isoformat(sep=" ")
    return Seen(text if "T" in value and moment.time() else text[:10])


def _whole(text: str) -> int:
    """A number of rows or columns, as the XML writes it."""
    if not (text.isascii() and text.strip().isdigit()):
        raise Unreadable(f"“{text[:20]}”不是行号或列号；请另存后重新提交")
    return int(text[:20])


def _is_zero(text: str | None) -> bool:
    return text is not None and not text.strip("0.")
