"""One sheet as it is gathered cell by cell: its rows of text, and what a reviewer has to know of them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from talentcalc.core.findings import Location
from talentcalc.evidence.readers.workbooks.bounds import Bounds, must_fit
from talentcalc.evidence.readers.workbooks.cell_references import (
    Area,
    Span,
    column_letters,
    joined,
    reference,
    within,
)
from talentcalc.evidence.readers.workbooks.number_format import Seen
from talentcalc.evidence.tables.grid import Line, Refused, Remark, Sheet, Unreadable

_HALF = re.compile("[\ud800-\udfff]")
_MOST_MERGED = 100_000  # merged ranges, and cells under them
_MOST_SPANS = 16_384  # of hidden columns
_AS_VALUE = "数值；请粘贴为值"
_ALONE = "每行每列各自填写；请取消合并单元格后逐格填写"
_CONFIRM = "确认应计入，并取消隐藏"


@dataclass
class Gathered:
    """A sheet in the making; rows and columns count from 1, rows come in order, each cell once.

    `unreadable` is why it cannot be opened; `lists` are the formulas of its drop-downs.
    """

    title: str
    hidden: bool
    bounds: Bounds
    unreadable: Unreadable | None = None
    rows: dict[int, dict[int, str | None]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[Span] = field(default_factory=set)
    struck: dict[int, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    lists: dict[str, None] = field(default_factory=dict)
    _last: int = 0

    def start_row(self, row: int) -> None:
        """Begin a row; without a cell it is none."""
        must_fit(row, 1)
        if row <= self._last:
            raise Unreadable(f"第 {row} 行的次序有误或出现两次；请另存后重新提交")
        self._last = row

    def text(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell of the last row."""
        if text:
            self.bounds.text(len(text))
            self._put(row, column, text)

    def typed(self, row: int, column: int, text: str | None, shown: bool) -> bool:
        """Put a text, refused if it is None, has half a character or is not `shown`; whether there is one."""
        if text is None or (not text.isascii() and _HALF.search(text)):
            self.refuse(row, column, "有半个字符（不成对的代理字符）", "完整的文字；请重新录入")
        elif not text or text.isspace():
            return False
        elif not shown:
            self.refuse(row, column, "显示格式改变或隐藏了文字", "所示即所填；请把单元格格式设为“文本”")
        else:
            self.text(row, column, text)
        return True

    def number(self, row: int, column: int, seen: Seen) -> None:
        """Put what is seen of a number, or why it is refused."""
        if seen.text is not None:
            self.text(row, column, seen.text)
        else:
            self.refuse(row, column, seen.found or "", seen.expected)

    def formula(self, row: int, column: int) -> None:
        """Refuse a cell that is computed: its value is not evidence."""
        self.refuse(row, column, "公式", _AS_VALUE)

    def error(self, row: int, column: int, name: str) -> None:
        """Refuse a cell that holds an error."""
        self.refuse(row, column, f"错误值 {name}", _AS_VALUE)

    def refuse(self, row: int, column: int, found: str, expected: str) -> None:
        """Refuse a cell of the last row."""
        self._put(row, column, None)
        self.refused.append(Refused(row, f"{found}（{reference(row, column)}）", expected, column - 1))

    def strike(self, row: int, column: int) -> None:
        """Remember a cell whose text is struck out."""
        self.struck.setdefault(row, reference(row, column))

    def hide_columns(self, first: int, last: int) -> None:
        """Remember hidden columns."""
        self.hidden_columns.add((first, last))
        if len(self.hidden_columns) > _MOST_SPANS:
            raise Unreadable(f"列的设置超过 {_MOST_SPANS:,} 个；请另存后重新提交")

    def merge(self, area: Area) -> None:
        """Remember merged cells."""
        self.merged.append(area)
        if len(self.merged) > _MOST_MERGED:
            raise self._too_merged()

    def offer(self, formula: str) -> None:
        """Remember the formula of a drop-down."""
        if len(self.lists) < _MOST_SPANS and len(formula) < 1000:
            self.lists[formula] = None

    def filled(self) -> Iterator[tuple[int, int]]:
        """The row and column of each filled cell."""
        return ((row, column) for row, cells in self.rows.items() for column in cells)

    def sheet(self, lists: bool) -> Sheet:
        """The sheet; rows without a value are none, and all are as wide as the widest.

        That it is hidden is remarked even of `lists`: anyone can let a drop-down offer a table's rows.
        """
        if self.unreadable is not None:
            return Sheet(self.title, _raising(self.unreadable))
        columns = max((max(cells) for cells in self.rows.values()), default=0)
        self.bounds.area(len(self.rows), columns)
        places = range(1, columns + 1)
        lines: list[Line] = [
            (row, [cells.get(place) for place in places]) for row, cells in self.rows.items()
        ]
        self._refuse_merged(columns)
        self.refused.sort(key=lambda one: (one.line, one.position))
        return Sheet(self.title, lines, self.refused, self._remarks(), lists)

    def _put(self, row: int, column: int, text: str | None) -> None:
        must_fit(row, column)
        cells = self.rows.setdefault(row, {})
        if column in cells:
            raise Unreadable(f"单元格 {reference(row, column)} 出现两次；请另存后重新提交")
        cells[column] = text
        self.bounds.fill()

    def _refuse_merged(self, columns: int) -> None:
        numbers = list(self.rows)
        count = 0
        for area in self.merged:
            top, left = area.rows[0], area.columns[0]
            if left not in self.rows.get(top, {}):
                continue  # nothing is written there
            found = f"合并单元格（{reference(top, left)}:{reference(area.rows[1], area.columns[1])}）"
            under = numbers[bisect_left(numbers, top) : bisect_right(numbers, area.rows[1])]
            across = range(left, min(area.columns[1], columns) + 1)
            count += len(under) * len(across)
            if count > _MOST_MERGED:
                raise self._too_merged()
            self.refused += [
                Refused(row, found, _ALONE, column - 1)
                for row in under
                for column in across
                if (row, column) != (top, left)
            ]

    def _remarks(self) -> list[Remark]:
        found = []
        if self.hidden:
            found.append(Remark("hidden_sheet", "warning", "隐藏的工作表也已读取", _CONFIRM))
        hidden = tuple(Location(f"#{row}", row) for row in self.rows if row in self.hidden_rows)
        if hidden:
            found.append(Remark("hidden_rows", "warning", "隐藏的行也已读取", _CONFIRM, rows=hidden))
        spans = joined(self.hidden_columns)
        filled = sorted({column for _, column in self.filled()}) if spans else []
        names = "、".join(column_letters(column) for column in filled if within(column, spans))
        if names:
            found.append(Remark("hidden_columns", "warning", f"隐藏的列 {names} 也已读取", _CONFIRM))
        struck = tuple(
            Location(f"#{row}", row, cell) for row, cell in self.struck.items() if row in self.rows
        )
        if struck:
            title, remedy = "带删除线的内容也已读取", "确认应计入；作废的请删除"
            found.append(Remark("struck", "warning", title, remedy, rows=struck))
        return found

    def _too_merged(self) -> Unreadable:
        return Unreadable(f"合并的单元格超过 {_MOST_MERGED:,} 个；请取消合并后另存")


def _raising(error: Unreadable) -> Iterator[Line]:
    raise error
    yield  # a generator: the error comes when the rows are asked for
