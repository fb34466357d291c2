"""A sheet of the workbook: text that stays text, exact numbers, formulas, and quantities to fill in."""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation

from talentcalc.core.files.office import workbook_bytes
from talentcalc.report.render.characters import literal

POINTS, YUAN, SHARE, PLAIN = "0.00##", "#,##0.00", "0.00%", "General"
TEXT, DAY = "@", "yyyy-mm-dd"

_FONT, _SIZE, _LINE, _TALLEST = "宋体", 9, 12.6, 400.0  # points; a sheet has no row higher than 409
_HEAD, _TOTAL, _ENTRY, _WRONG = "FFDCE6F1", "FFF2F2F2", "FFFFF2A8", "FFFFC7CE"
_EDGE = Side(style="thin", color="FF7F7F7F")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # what the name of a sheet may not have
_ESCAPE = re.compile(r"(?=_x[0-9A-Fa-f]{4}_)")  # what a spreadsheet reads as a character's code


@dataclass(frozen=True)
class Checked:
    """A formula: what it computes, its cell, and its value in the result."""

    what: str
    cell: str
    value: str
    format: str = POINTS


class _InOrder(MultiCellRange):
    """Merged cells in sorted order; the library keeps them in a set, whose order changes."""

    def __iter__(self) -> Iterator[CellRange]:
        return iter(self.sorted())


class Page:
    """One sheet, A4 across, locked but for what is to be filled in."""

    def __init__(self, workbook: Workbook, title: str, widths: tuple[float, ...], draft: str = "") -> None:
        named = _FORBIDDEN.sub(" ", shown(title)).replace("\n", " ").strip()[:28]
        self.sheet: Any = workbook.create_sheet(named or "表")
        self.title: str = self.sheet.title
        self.widths = dict(zip(map(get_column_letter, range(1, len(widths) + 1)), widths, strict=True))
        self.last = get_column_letter(len(widths))
        for letter, width in self.widths.items():
            self.sheet.column_dimensions[letter].width = width
        self.sheet.merged_cells = _InOrder()
        self._looks: dict[Hashable, Any] = {}
        self._print_set_up(draft)

    def _print_set_up(self, draft: str) -> None:
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top = sheet.page_margins.bottom = 0.7
        sheet.page_margins.header = sheet.page_margins.footer = 0.3
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        sheet.oddHeader.right.text = draft or None
        sheet.sheet_view.showGridLines = False
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False  # widths may be changed

    def at(self, cell: str) -> str:
        """The reference to a cell of this sheet from any sheet."""
        letter, row = re.fullmatch(r"([A-Z]+)([0-9]+)", cell).groups()  # type: ignore[union-attr]
        return f"{quote_sheetname(self.title)}!${letter}${row}"

    def heading(self, words: str, note: str) -> None:
        """Write the first two rows: the sheet's title, and a note."""
        for row, text, size, height in ((1, words, 14, 26.0), (2, note, _SIZE, 0.0)):
            self.text(f"A{row}:{self.last}{row}", text, align="center" if row == 1 else "left", edge=False)
            self.sheet[f"A{row}"].font = Font(name=_FONT, size=size, bold=row == 1)
            self.high(row, height or self.need(text, sum(self.widths.values())))

    def head(self, row: int, titles: tuple[str, ...]) -> None:
        """Write a row of column titles."""
        for letter, title in zip(self.widths, titles, strict=True):
            self.text(f"{letter}{row}", title, bold=True, fill=_HEAD, align="center")
        self.high(
            row, max(self.need(title, self.widths[at]) for at, title in zip(self.widths, titles, strict=True))
        )

    def repeat(self, row: int) -> None:
        """Keep the rows down to `row` in sight, and print them on every page."""
        self.sheet.freeze_panes = f"A{row + 1}"
        self.sheet.print_title_rows = f"{row}:{row}"

    def text(self, cells: str, text: str, *, bold: bool = False, fill: str = "", align: str = "left",
             edge: bool = True, exact: bool = False) -> None:  # fmt: skip
        """Write text, never a formula; `exact` if it will be read back and a sheet can hold all of it."""
        cell = self._dressed(cells, PLAIN, bold, fill, align, edge)
        cell.value = content = _ESCAPE.sub("_x005F", text if exact else shown(text))
        cell.data_type = "s"
        cell.quotePrefix = content.startswith(("=", "+", "-", "@", "'"))

    def number(self, cells: str, value: str, form: str = PLAIN, *, total: bool = False) -> None:
        """Write a number that is not to be changed."""
        self._dressed(cells, form, total, _TOTAL if total else "", "right").value = Decimal(value)

    def formula(self, cells: str, formula: str, form: str = POINTS, *, total: bool = False) -> None:
        """Write a formula without its value, which a spreadsheet computes on opening."""
        self._dressed(cells, form, True, _TOTAL if total else "", "right").value = f"={formula}"

    def entry(self, cell: str, value: str | None, form: str = PLAIN, most: str | None = None) -> None:
        """Write a quantity that may be changed: coloured, not locked, at least 0."""
        dressed = self._dressed(cell, form, False, _ENTRY, "right")
        dressed.value = None if value is None else Decimal(value)
        dressed.protection = Protection(locked=False)
        rule = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        if most is not None:
            rule.operator, rule.formula2 = "between", most
        rule.error = f"请填写 0 至 {most} 的数" if most is not None else "请填写不小于 0 的数"
        rule.errorTitle, rule.showErrorMessage = "数量", True
        self.sheet.add_data_validation(rule)
        rule.add(cell)

    def blank(self, cell: str, form: str = TEXT) -> None:
        """Leave a cell to write into: coloured, not locked."""
        self._dressed(cell, form, False, _ENTRY, "left").protection = Protection(locked=False)

    def total(self, cells: str, words: str) -> None:
        """Write the words before a subtotal."""
        self.text(cells, words, bold=True, fill=_TOTAL)

    def red_unless_zero(self, cells: str) -> None:
        """Let cells turn red when they are not 0."""
        fill = PatternFill("solid", start_color=_WRONG, end_color=_WRONG)
        look = DifferentialStyle(font=Font(color="FF9C0006"), fill=fill)
        rule = Rule(type="cellIs", operator="notEqual", formula=["0"], dxf=look)
        self.sheet.conditional_formatting.add(cells, rule)

    def need(self, text: str, width: float) -> float:
        """The height that `text` needs in a column; a spreadsheet does not adapt to merged cells."""
        room = max(width - 2.2, 1.0)
        lines = sum(max(1, ceil(_units(line) / room)) for line in shown(text).split("\n"))
        return lines * _LINE + 4

    def high(self, row: int, points: float) -> None:
        """Make a row at least this high."""
        dimension = self.sheet.row_dimensions[row]
        dimension.height = min(max(dimension.height or 0.0, round(points, 1)), _TALLEST)

    def height(self, row: int) -> float:
        """The height of a row; 0 where none was set."""
        return float(self.sheet.row_dimensions[row].height or 0.0)

    def _dressed(self, cells: str, form: str, bold: bool, fill: str, align: str, edge: bool = True) -> Any:
        first = cells.split(":")[0]
        if ":" in cells and len(set(cells.split(":"))) > 1:
            self.sheet.merge_cells(cells)
        for row in self.sheet[cells] if ":" in cells else ((self.sheet[cells],),):
            for cell in row:
                self._look(cell, "edge" if edge else "no edge", lambda cell: _edged(cell, edge))
        cell = self.sheet[first]
        self._look(
            cell, (form, bold, fill, align, edge), lambda cell: _dress(cell, form, bold, fill, align, edge)
        )
        return cell

    def _look(self, cell: Any, name: Hashable, dress: Callable[[Any], None]) -> None:
        """Dress a cell in a named look, which is made once and then copied."""
        if name in self._looks:
            cell._style = copy(self._looks[name])
        else:
            dress(cell)
            self._looks[name] = copy(cell._style)


def _edged(cell: Any, edge: bool) -> None:
    cell.border = Border(_EDGE, _EDGE, _EDGE, _EDGE) if edge else Border()


def _dress(cell: Any, form: str, bold: bool, fill: str, align: str, edge: bool) -> None:
    cell.font = Font(name=_FONT, size=_SIZE, bold=bold)
    indent = 0 if align == "center" or not edge else 1
    wrap = align != "right"  # a number stays on one line
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap, indent=indent)
    cell.number_format = form
    if fill:
        cell.fill = PatternFill("solid", start_color=fill, end_color=fill)


def in_bytes(workbook: Workbook, title: str, day: date) -> bytes:
    """The workbook as reproducible bytes, dated as the report is."""
    properties = workbook.properties
    properties.creator, properties.title = "talentcalc", shown(title)
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    return workbook_bytes(workbook)


def shown(text: str) -> str:
    """The text without the characters that a workbook cannot hold or a reader cannot see."""
    return literal(text)


def _units(line: str) -> float:
    """The width of a line, in digits of the workbook's first font."""
    return sum(1.72 if unicodedata.east_asian_width(character) in "WFA" else 0.95 for character in line)
