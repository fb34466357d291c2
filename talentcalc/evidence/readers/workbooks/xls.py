"""The sheets of an .xls file (and of an older .et): xlrd's cells, and what their formats show."""

import io
import re
from typing import Any

import xlrd

from talentcalc.evidence.grid import Unreadable
from talentcalc.evidence.readers.workbooks.bounds import Bounds, TooMuch
from talentcalc.evidence.readers.workbooks.gathered import Gathered
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, number_seen, shows_text
from talentcalc.evidence.readers.workbooks.places import Area
from talentcalc.evidence.readers.workbooks.xls_records import SheetRecords, sheet_records

_HALF = re.compile("[\ud800-\udfff]")


def read_xls(content: bytes, bounds: Bounds) -> list[Gathered]:
    """The sheets of an .xls file; one that is damaged says so."""
    records = sheet_records(content, bounds)
    worksheets = [one for one in records if one.is_worksheet]
    try:
        book = xlrd.open_workbook(
            file_contents=content,
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
    for row in range(sheet.nrows):
        into.start_row(row + 1)
        for column in range(sheet.row_len(row)):
            kind = sheet.cell_type(row, column)
            if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                _cell(book, sheet, row, column, kind, record, into)
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


def _cell(
    book: Any, sheet: Any, row: int, column: int, kind: int, record: SheetRecords, into: Gathered
) -> None:
    value, at = sheet.cell_value(row, column), (row + 1, column + 1)
    if at in record.formulas:
        into.formula(*at)
        return
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    code = book.format_map[style.format_key].format_str if style.format_key in book.format_map else None
    code = code or BUILT_IN.get(style.format_key)
    if kind == xlrd.XL_CELL_TEXT:
        if not value or value.isspace():
            return
        if _HALF.search(value):
            into.refuse(*at, "有半个字符（不成对的代理字符）", "完整的文字；请重新录入")
        elif not shows_text(code):
            into.refuse(*at, "显示格式改变或隐藏了文字", "所示即所填；请把单元格格式设为“文本”")
        else:
            into.text(*at, value)
    elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        into.number(*at, number_seen(value, code, book.datemode == 1))
    elif kind == xlrd.XL_CELL_BOOLEAN:
        into.text(*at, "true" if value else "false")
    else:
        into.error(*at, xlrd.error_text_from_code.get(value, f"#{value}"))
    runs = sheet.rich_text_runlist_map.get((row, column), [])
    if any(_struck(book, font) for font in (style.font_index, *(font for _, font in runs))):
        into.strike(*at)


def _struck(book: Any, font: int) -> bool:
    return 0 <= font < len(book.font_list) and bool(book.font_list[font].struck_out)
