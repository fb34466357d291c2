"""Reads the sheets of an .xls file (and of an older .et) with xlrd, as their formats display the cells."""

import io
from typing import Any

import xlrd

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooLarge
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, Style, displayed_number
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.xls_records import SheetRecords, sheet_records
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_NO_VALUE = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read_xls(stream: bytes, bounds: Bounds) -> list[SheetBuilder]:
    """Read the sheets of an .xls file's workbook stream; a damaged sheet is unreadable."""
    records = sheet_records(stream, bounds)
    worksheets = [sheet for sheet in records if sheet.is_worksheet]
    try:
        book = xlrd.open_workbook(
            file_contents=stream,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
        titles = book.sheet_names()
        if len(titles) != len(worksheets):
            raise Unreadable(message("evidence.xls_list_of_sheets_wrong"))
    except Unreadable:
        raise
    except Exception as error:  # xlrd raises any exception on a damaged file
        raise Unreadable(message("evidence.file_damaged", error=type(error).__name__)) from None
    return [
        _read_sheet(book, index, title.strip(), sheet, bounds)
        for index, (title, sheet) in enumerate(zip(titles, worksheets, strict=True))
    ]


def _read_sheet(book: Any, index: int, title: str, records: SheetRecords, bounds: Bounds) -> SheetBuilder:
    builder = SheetBuilder(title, records.hidden, bounds, records.unreadable)
    if builder.unreadable is None:
        try:
            _read_cells(book, book.sheet_by_index(index), records, builder)
        except TooLarge:
            raise
        except Unreadable as error:
            builder.unreadable = error
        except Exception as error:  # as above
            builder.unreadable = Unreadable(message("evidence.xls_sheet_damaged", error=type(error).__name__))
        book.unload_sheet(index)
    return builder


def _read_cells(book: Any, sheet: Any, records: SheetRecords, builder: SheetBuilder) -> None:
    styles: dict[int, Style] = {}
    for row in range(sheet.nrows):
        builder.start_row(row + 1)
        cells = zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        for column, (kind, value) in enumerate(cells, start=1):
            if kind in _NO_VALUE:
                continue
            index = sheet.cell_xf_index(row, column - 1)
            if index not in styles:
                styles[index] = _style(book, index)
            if (row + 1, column) in records.formulas:
                builder.refuse_formula(row + 1, column)
            elif _add_cell(kind, value, styles[index], book.datemode == 1, row + 1, column, builder) and (
                styles[index].struck or _has_struck_runs(book, sheet, row, column - 1)
            ):
                builder.add_struck(row + 1, column)
        info = sheet.rowinfo_map.get(row)
        if info is not None and (info.hidden or info.height == 0):
            builder.hidden_rows.add(row + 1)
    for column, info in sheet.colinfo_map.items():
        if info.hidden or info.width == 0:
            builder.hide_columns(column + 1, column + 1)
    for top, bottom, left, right in sheet.merged_cells:
        builder.add_merged(Area((top + 1, bottom), (left + 1, right)))
    for formula in records.drop_downs:
        builder.add_drop_down(formula)


def _add_cell(
    kind: int, value: Any, style: Style, since_1904: bool, row: int, column: int, builder: SheetBuilder
) -> bool:
    """Add a cell's value; return whether there was one."""
    if kind == xlrd.XL_CELL_TEXT:
        return builder.add_checked_text(row, column, value, style.displays_text)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        builder.add_number(row, column, displayed_number(value, style.code, since_1904))
    elif kind == xlrd.XL_CELL_BOOLEAN:
        builder.add_text(row, column, "true" if value else "false")
    else:
        builder.refuse_error(row, column, xlrd.error_text_from_code.get(value, f"#{value}"))
    return True


def _style(book: Any, index: int) -> Style:
    style = book.xf_list[index]
    number_format = book.format_map.get(style.format_key)
    code = (number_format and number_format.format_str) or BUILT_IN.get(style.format_key)
    return Style(code, _is_struck(book, style.font_index))


def _has_struck_runs(book: Any, sheet: Any, row: int, column: int) -> bool:
    return any(_is_struck(book, font) for _, font in sheet.rich_text_runlist_map.get((row, column), ()))


def _is_struck(book: Any, font: int) -> bool:
    return 0 <= font < len(book.font_list) and bool(book.font_list[font].struck_out)
