"""The sheets of an .xls file (and of an older .et): xlrd's cells, and what their formats show."""

import io
from typing import Any

import xlrd

from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooMuch
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, Style, number_seen
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.xls_records import SheetRecords, sheet_records
from talentcalc.evidence.tables.grid import Unreadable

_NO_VALUE = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read_xls(stream: bytes, bounds: Bounds) -> list[Gathered]:
    """The sheets of an .xls file's workbook stream; one that is damaged says so."""
    records = sheet_records(stream, bounds)
    worksheets = [one for one in records if one.is_worksheet]
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
            raise Unreadable("工作簿的目录有误；请另存后重新提交")
    except Unreadable:
        raise
    except Exception as error:  # xlrd lets through whatever a damaged file leads to
        raise Unreadable(f"文件不完整或已损坏（{type(error).__name__}）；请重新导出或另存") from None
    return [
        _sheet(book, place, title.strip(), record, bounds)
        for place, (title, record) in enumerate(zip(titles, worksheets, strict=True))
    ]


def _sheet(book: Any, place: int, title: str, record: SheetRecords, bounds: Bounds) -> Gathered:
    into = Gathered(title, record.hidden, bounds, record.unreadable)
    if into.unreadable is None:
        try:
            _fill(book, book.sheet_by_index(place), record, into)
        except TooMuch:
            raise
        except Unreadable as error:
            into.unreadable = error
        except Exception as error:  # as above
            into.unreadable = Unreadable(f"工作表已损坏（{type(error).__name__}）；请重新导出或另存")
        book.unload_sheet(place)
    return into


def _fill(book: Any, sheet: Any, record: SheetRecords, into: Gathered) -> None:
    styles: dict[int, Style] = {}
    for row in range(sheet.nrows):
        into.start_row(row + 1)
        cells = zip(sheet.row_types(row), sheet.row_values(row), strict=True)
        for column, (kind, value) in enumerate(cells, start=1):
            if kind in _NO_VALUE:
                continue
            number = sheet.cell_xf_index(row, column - 1)
            if number not in styles:
                styles[number] = _style(book, number)
            if (row + 1, column) in record.formulas:
                into.formula(row + 1, column)
            elif _put(kind, value, styles[number], book.datemode == 1, row + 1, column, into) and (
                styles[number].struck or _struck_runs(book, sheet, row, column - 1)
            ):
                into.strike(row + 1, column)
        info = sheet.rowinfo_map.get(row)
        if info is not None and (info.hidden or info.height == 0):
            into.hidden_rows.add(row + 1)
    for column, info in sheet.colinfo_map.items():
        if info.hidden or info.width == 0:
            into.hide_columns(column + 1, column + 1)
    for top, below, left, right in sheet.merged_cells:
        into.merge(Area((top + 1, below), (left + 1, right)))
    for formula in record.lists:
        into.offer(formula)


def _put(
    kind: int, value: Any, style: Style, since_1904: bool, row: int, column: int, into: Gathered
) -> bool:
    """Put a cell's value; whether there was one."""
    if kind == xlrd.XL_CELL_TEXT:
        return into.typed(row, column, value, style.shows_text)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        into.number(row, column, number_seen(value, style.code, since_1904))
    elif kind == xlrd.XL_CELL_BOOLEAN:
        into.text(row, column, "true" if value else "false")
    else:
        into.error(row, column, xlrd.error_text_from_code.get(value, f"#{value}"))
    return True


def _style(book: Any, number: int) -> Style:
    style = book.xf_list[number]
    known = book.format_map.get(style.format_key)
    code = (known and known.format_str) or BUILT_IN.get(style.format_key)
    return Style(code, _struck(book, style.font_index))


def _struck_runs(book: Any, sheet: Any, row: int, column: int) -> bool:
    return any(_struck(book, font) for _, font in sheet.rich_text_runlist_map.get((row, column), ()))


def _struck(book: Any, font: int) -> bool:
    return 0 <= font < len(book.font_list) and bool(book.font_list[font].struck_out)
