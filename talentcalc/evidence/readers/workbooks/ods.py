"""The sheets of an OpenDocument spreadsheet (.ods): the file itself holds what each cell shows."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter

from talentcalc.evidence.readers.workbooks.bounds import MOST_ROWS, MOST_SHEETS, Bounds, TooMuch, must_fit
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.ods_cell import OdsCell
from talentcalc.evidence.readers.workbooks.ods_styles import Styles
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.xml_events import nothing, read_xml
from talentcalc.evidence.readers.workbooks.zip_parts import Parts
from talentcalc.evidence.tables.grid import Unreadable

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE = f"{_SPACE}table:1.0 ", f"{_SPACE}text:1.0 ", f"{_SPACE}office:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_LIST = re.compile(r"cell-content-is-in-list\(\[?([^\]]+?)\]?\)")


def read_ods(parts: Parts, bounds: Bounds) -> tuple[list[Gathered], dict[str, str]]:
    """The sheets of an .ods file, and its named ranges; damage is of the file, which is one part."""
    manifest = "META-INF/manifest.xml"
    if manifest in parts and b"encryption-data" in parts.read(manifest):
        raise Unreadable("有密码的工作簿；请取消密码后另存")
    document = _Document(bounds)
    if "styles.xml" in parts:
        try:
            read_xml(parts.read("styles.xml"), bounds, document.styles.started, nothing, nothing)
        except TooMuch:
            raise
        except Unreadable:  # keeps no cell from being read: what a number shows is written beside it
            document.styles = Styles()
    content = parts.read("content.xml")
    read_xml(content, bounds, document.started, document.ended, document.text)
    if not document.sheets:
        raise Unreadable("工作簿没有工作表")
    document.sheets[0].lists = document.lists  # the file keeps the drop-downs of all sheets together
    return document.sheets, document.names


@dataclass
class _Document:
    """Takes the events of content.xml and fills the sheets."""

    bounds: Bounds
    styles: Styles = field(default_factory=Styles)
    sheets: list[Gathered] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    lists: dict[str, None] = field(default_factory=dict)
    cells: list[tuple[int, int, OdsCell]] = field(default_factory=list)
    cell: OdsCell | None = None
    row: int = 0
    column: int = 0
    rows: int = 1
    hidden_row: bool = False
    depth: int = 0
    beside: int = 0
    default_styles: list[tuple[int, int, str]] = field(default_factory=list)

    def started(self, element: str, has: dict[str, str]) -> None:
        """Take an element's begin."""
        if self.cell is not None:
            self._in_cell(element, has)
        elif element in _CELLS:
            self.cell = OdsCell(has, covered=element == _CELLS[1])
        elif element == f"{_TABLE}table-row":
            self.cells, self.column = [], 0
            self.hidden_row = has.get(f"{_TABLE}visibility", "visible") != "visible"
            self.rows = _times(has, "rows")
        elif element == f"{_TABLE}table-column":
            first, last = self.column + 1, self.column + _times(has, "columns")
            self.column = last
            if has.get(f"{_TABLE}visibility", "visible") != "visible":
                self.sheets[-1].hide_columns(first, last)
            self.default_styles.append((first, last, has.get(f"{_TABLE}default-cell-style-name", "")))
        elif element == f"{_TABLE}table":
            hidden = has.get(f"{_TABLE}style-name") in self.styles.unshown
            self.sheets.append(Gathered(has.get(f"{_TABLE}name", "").strip(), hidden, self.bounds))
            self.row = self.column = 0
            self.default_styles = []
            if len(self.sheets) > MOST_SHEETS:
                raise Unreadable(f"工作簿超过 {MOST_SHEETS} 个工作表；请拆分")
        elif element == f"{_TABLE}content-validation":
            self._offer(has.get(f"{_TABLE}condition", ""))
        elif element == f"{_TABLE}named-range":
            self.names[has.get(f"{_TABLE}name", "")] = has.get(f"{_TABLE}cell-range-address", "")
        else:
            self.styles.started(element, has)

    def text(self, data: str) -> None:
        """Take text."""
        if self.cell is not None and self.cell.paragraphs and not self.beside and self.depth:
            self.cell.take(data)

    def ended(self, element: str) -> None:
        """Take an element's end."""
        if self.cell is not None and element not in _CELLS:
            if self.beside:
                self.beside -= 1
            elif element == f"{_TEXT}p":
                self.depth -= 1
        elif element in _CELLS and self.cell is not None:
            times = self.cell.repeated
            if self.cell.holds_something:
                must_fit(self.row + 1, self.column + times)
                self.cells.append((self.column + 1, times, self.cell))
            self.column += times
            self.cell, self.depth = None, 0
        elif element == f"{_TABLE}table-row":
            self._end_row()

    def _in_cell(self, element: str, has: dict[str, str]) -> None:
        assert self.cell is not None
        if self.beside or not element.startswith(_TEXT) or element == f"{_TEXT}list":
            self.beside += 1  # a comment, a drawing, a table within: not what the cell says
        elif element == f"{_TEXT}p":
            self.depth += 1
            self.cell.paragraphs.append([])
        elif self.cell.paragraphs:
            self.cell.add(element.removeprefix(_TEXT), has.get(f"{_TEXT}c", "1"))
            if self.styles.struck("text", has.get(f"{_TEXT}style-name", "")):
                self.cell.struck = True

    def _end_row(self) -> None:
        first, last = self.row + 1, self.row + self.rows
        self.row = last
        if not self.cells:
            return
        into = self.sheets[-1]
        if last > MOST_ROWS:
            raise TooMuch(f"行号超过 {MOST_ROWS:,} 行的上限；请删除多余的行后另存")
        self.bounds.must_have_room(self.rows * sum(times for _, times, _ in self.cells))
        for row in range(first, last + 1):
            into.start_row(row)
            if self.hidden_row:
                into.hidden_rows.add(row)
            for start, times, cell in self.cells:
                for column in range(start, start + times):
                    cell.put(row, column, into)
                    if cell.struck or self.styles.struck("table-cell", cell.style or self._default(column)):
                        into.strike(row, column)
                if cell.across * cell.down > 1:
                    into.merge(Area((row, row + cell.down - 1), (start, start + cell.across - 1)))

    def _default(self, column: int) -> str:
        if not self.styles.strikes:
            return ""
        place = bisect_right(self.default_styles, column, key=itemgetter(0)) - 1
        _, last, name = self.default_styles[place] if place >= 0 else (0, 0, "")
        return name if column <= last else ""

    def _offer(self, condition: str) -> None:
        found = _LIST.search(condition[:1000])
        if found is not None:
            self.lists[found[1]] = None


def _times(has: dict[str, str], what: str) -> int:
    text = has.get(f"{_TABLE}number-{what}-repeated", "1")
    if not text.isascii() or not text.isdigit():
        raise Unreadable("行列的重复次数不是数字；请另存后重新提交")
    return int(text[:12]) or 1
