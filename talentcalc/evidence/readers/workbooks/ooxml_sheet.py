"""The cells of an Office Open XML sheet, as a person sees them."""

import re
from datetime import datetime

from talentcalc.evidence.grid import Unreadable
from talentcalc.evidence.readers.workbooks.gathered import Gathered
from talentcalc.evidence.readers.workbooks.number_format import GENERAL, Seen, Style, number_seen
from talentcalc.evidence.readers.workbooks.ooxml_book import MAIN, TRUE, Book
from talentcalc.evidence.readers.workbooks.places import area_named, column_number
from talentcalc.evidence.readers.workbooks.xml_events import read_xml
from talentcalc.evidence.readers.workbooks.xml_text import unescaped

_USED = ["row", "c", "v", "f", "t", "rPh", "strike", "col", "mergeCell", "formula1"]
_NAMES = {f"{space}{name}": name for space in MAIN for name in _USED} | {
    # Excel keeps drop-downs whose list is on another sheet in an extension
    "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main formula1": "formula1"
}
_FORMULA_OF_EXTENSION = "http://schemas.microsoft.com/office/excel/2006/main f"
_CONSTANTS = ("TRUE()", "FALSE()")  # LibreOffice keeps a typed one so
_AS_IT_STANDS = re.compile(r"(?!-0$)-?(0|[1-9][0-9]{0,8})(\.[0-9]{0,5}[1-9])?")  # as it is written back


class SheetCells:
    """Takes the events of a sheet's XML and fills a `Gathered`."""

    def __init__(self, book: Book, into: Gathered) -> None:
        self.book, self.into = book, into
        self.styles: dict[str, Style] = {}
        self.row = self.column = 0
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.taking = self.struck = self.computed = False
        self.in_cell = self.in_list = False
        self.phonetic = 0

    def read(self, content: bytes) -> None:
        """Read the sheet's part."""
        read_xml(content, self.into.bounds, self.started, self.ended, self.text)

    def started(self, element: str, has: dict[str, str]) -> None:
        """Take an element's begin."""
        name = _NAMES.get(element)
        if name is None:
            self.taking = self.taking or (self.in_list and element == _FORMULA_OF_EXTENSION)
        elif name == "c":
            self._start_cell(has)
        elif name == "v" or name == "t":
            self.taking = self.in_cell and not self.phonetic
        elif name == "row":
            self._start_row(has)
        elif name == "f":
            self.computed = self.taking = True
            self.pieces.clear()
        elif name == "rPh":
            self.phonetic += 1
        elif name == "strike":
            self.struck = self.struck or has.get("val", "1") in TRUE
        elif name == "col":
            if has.get("hidden") in TRUE or _is_zero(has.get("width")):
                self.into.hide_columns(_whole(has.get("min", "")), _whole(has.get("max", "")))
        elif name == "mergeCell":
            self.into.merge(area_named(has.get("ref", "")))
        else:
            self.pieces.clear()
            self.in_list = self.taking = True

    def text(self, data: str) -> None:
        """Take text."""
        if self.taking:
            self.pieces.append(data)

    def ended(self, element: str) -> None:
        """Take an element's end."""
        name = _NAMES.get(element)
        if name == "v" or name == "t":
            self.taking = False
        elif name == "c":
            self._end_cell()
        elif name == "f":
            self.computed, self.taking = "".join(self.pieces) not in _CONSTANTS, False
            self.pieces.clear()
        elif name == "rPh":
            self.phonetic -= 1
        elif name == "formula1":
            self.into.offer("".join(self.pieces))
            self.in_list = self.taking = False

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
        self.in_cell, self.struck, self.computed = True, False, False
        self.pieces.clear()

    def _end_cell(self) -> None:
        self.in_cell = False
        into, row, column = self.into, self.row, self.column
        value = "".join(self.pieces) if len(self.pieces) != 1 else self.pieces[0]
        if self.computed:
            into.formula(row, column)
            return
        if not value or value.isspace():
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
