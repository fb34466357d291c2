"""A workbook's sheets as rows of text."""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from talentcalc.evidence.cells import as_text
from talentcalc.evidence.grid import Line, Refused, Sheet, Unreadable

_ESCAPED = re.compile(r"_x005F(?=_x[0-9A-Fa-f]{4}_)")
_MOST_UNPACKED = 1 << 30  # a workbook of a million rows unpacks to less; a zip bomb to more


def read_sheets(content: bytes, known: Collection[str]) -> Iterator[Sheet]:
    """Each sheet of a workbook, but hidden ones that are not `known`: they hold drop-down lists.

    A formula is refused: its value is not evidence.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MOST_UNPACKED:
            raise Unreadable(
                f"工作簿展开后有 {unpacked} 字节，超过 {_MOST_UNPACKED} 字节；请改用 CSV 或 Parquet"
            )
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible" or sheet.title.strip() in known:
                sheet.reset_dimensions()
                refused: list[Refused] = []
                yield Sheet(sheet.title.strip(), list(_lines(sheet, refused)), refused)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets through whatever its XML and ZIP parts raise
        raise Unreadable(f"不是可读的 Excel 工作簿（{type(error).__name__}）") from None


def _lines(sheet: Any, refused: list[Refused]) -> Iterator[Line]:
    width = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        values: list[str | None] = []
        for place, cell in enumerate(cells):
            if cell.data_type == "f":
                refused.append(Refused(line, f"公式（{cell.coordinate}）", "数值；请粘贴为值", place))
                values.append(None)
            elif cell.data_type == "e":
                refused.append(Refused(line, f"错误值 {cell.value}（{cell.coordinate}）", "数值", place))
                values.append(None)
            else:
                values.append(as_text(_as_typed(cell.value)))
        while len(values) > width and values[-1] is None:
            values.pop()
        width = width or len(values)  # the header's
        if any(values):
            yield line, values + [None] * (width - len(values))


def _as_typed(value: Any) -> Any:
    """Text that looks like a character's code, as it was typed: a workbook's file has `_x005F` before it."""
    return _ESCAPED.sub("", value) if isinstance(value, str) else value
