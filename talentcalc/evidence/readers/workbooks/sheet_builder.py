"""Builds a sheet cell by cell: its rows of text, refused cells, and remarks for the reviewer."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from talentcalc.core.findings import Location
from talentcalc.evidence.readers.workbooks.bounds import Bounds, must_fit
from talentcalc.evidence.readers.workbooks.cell_references import (
    Area,
    IndexRange,
    column_letters,
    is_within,
    merged_ranges,
    reference,
)
from talentcalc.evidence.readers.workbooks.number_format import DisplayedText
from talentcalc.evidence.tables.grid import Line, Refused, Remark, Sheet, Unreadable
from talentcalc.messages.message import Text, message

_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_MERGED = 100_000  # merged ranges, and cells under them
_MOST_RANGES = 16_384  # ranges of hidden columns, and drop-downs
_EXPECTED_VALUE = message("evidence.pasted_value")
_EXPECTED_UNMERGED = message("evidence.merged_cells.expected")
_CONFIRM_HIDDEN = message("evidence.hidden.remedy")


@dataclass
class SheetBuilder:
    """Collects the cells of a sheet, each once; rows and columns are numbered from 1, rows come in order.

    `unreadable` is the reason if it cannot be opened; `drop_downs` are the formulas of its drop-downs.
    """

    title: str
    hidden: bool
    bounds: Bounds
    unreadable: Unreadable | None = None
    rows: dict[int, dict[int, str | None]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[IndexRange] = field(default_factory=set)
    struck: dict[int, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    drop_downs: dict[str, None] = field(default_factory=dict)
    _last_row: int = 0

    def start_row(self, row: int) -> None:
        """Begin a row; one without cells is left out."""
        must_fit(row, 1)
        if row <= self._last_row:
            raise Unreadable(message("evidence.row_out_of_order", row=row))
        self._last_row = row

    def add_text(self, row: int, column: int, text: str) -> None:
        """Add a text in a cell of the last row."""
        if text:
            self.bounds.count_text(len(text))
            self._add(row, column, text)

    def add_checked_text(self, row: int, column: int, text: str | None, displayed: bool) -> bool:
        """Add a text, or refuse it if it has an unpaired surrogate (or is None) or is not `displayed`.

        Returns whether the cell has a text.
        """
        if text is None or (not text.isascii() and _SURROGATE.search(text)):
            found = message("evidence.half_a_character_in_cell")
            self.refuse(row, column, found, message("evidence.whole_text"))
        elif not text or text.isspace():
            return False
        elif not displayed:
            found, expected = message("evidence.hidden_text.found"), message("evidence.hidden_text.expected")
            self.refuse(row, column, found, expected)
        else:
            self.add_text(row, column, text)
        return True

    def add_number(self, row: int, column: int, displayed: DisplayedText) -> None:
        """Add the displayed text of a number, or refuse the cell."""
        if displayed.text is not None:
            self.add_text(row, column, displayed.text)
        else:
            self.refuse(row, column, displayed.found or "", displayed.expected)

    def refuse_formula(self, row: int, column: int) -> None:
        """Refuse a computed cell: its value is not evidence."""
        self.refuse(row, column, message("evidence.formula"), _EXPECTED_VALUE)

    def refuse_error(self, row: int, column: int, name: str) -> None:
        """Refuse a cell with an error value."""
        self.refuse(row, column, message("evidence.error_value", error=name), _EXPECTED_VALUE)

    def refuse(self, row: int, column: int, found: Text, expected: Text) -> None:
        """Refuse a cell of the last row."""
        self._add(row, column, None)
        found = message("evidence.found_in_cell", found=found, cell=reference(row, column))
        self.refused.append(Refused(row, found, expected, column - 1))

    def add_struck(self, row: int, column: int) -> None:
        """Add a cell whose text is struck out."""
        self.struck.setdefault(row, reference(row, column))

    def hide_columns(self, first: int, last: int) -> None:
        """Add hidden columns."""
        self.hidden_columns.add((first, last))
        if len(self.hidden_columns) > _MOST_RANGES:
            raise Unreadable(message("evidence.too_many_column_settings", most=f"{_MOST_RANGES:,}"))

    def add_merged(self, area: Area) -> None:
        """Add an area of merged cells."""
        self.merged.append(area)
        if len(self.merged) > _MOST_MERGED:
            raise self._too_many_merged()

    def add_drop_down(self, formula: str) -> None:
        """Add the formula of a drop-down."""
        if len(self.drop_downs) < _MOST_RANGES and len(formula) < 1000:
            self.drop_downs[formula] = None

    def filled_cells(self) -> Iterator[tuple[int, int]]:
        """The row and column of each filled cell."""
        return ((row, column) for row, cells in self.rows.items() for column in cells)

    def build(self, only_lists: bool) -> Sheet:
        """The sheet; rows without a cell are left out, and all are as wide as the widest.

        A hidden sheet is remarked even if it holds `only_lists`: a drop-down may refer to a table's rows too.
        """
        if self.unreadable is not None:
            return Sheet(self.title, _failing_lines(self.unreadable))
        width = max((max(cells) for cells in self.rows.values()), default=0)
        self.bounds.count_area(len(self.rows), width)
        columns = range(1, width + 1)
        lines: list[Line] = [
            (row, [cells.get(column) for column in columns]) for row, cells in self.rows.items()
        ]
        self._refuse_merged(width)
        self.refused.sort(key=lambda item: (item.line, item.position))
        return Sheet(self.title, lines, self.refused, self._remarks(), only_lists)

    def _add(self, row: int, column: int, text: str | None) -> None:
        must_fit(row, column)
        cells = self.rows.setdefault(row, {})
        if column in cells:
            raise Unreadable(message("evidence.cell_given_twice", cell=reference(row, column)))
        cells[column] = text
        self.bounds.count_filled()

    def _refuse_merged(self, width: int) -> None:
        row_numbers = list(self.rows)
        count = 0
        for area in self.merged:
            top, left = area.rows[0], area.columns[0]
            if left not in self.rows.get(top, {}):
                continue  # the merged cell is empty
            end = reference(area.rows[1], area.columns[1])
            found = message("evidence.merged_cells.found", first=reference(top, left), last=end)
            rows = row_numbers[bisect_left(row_numbers, top) : bisect_right(row_numbers, area.rows[1])]
            columns = range(left, min(area.columns[1], width) + 1)
            count += len(rows) * len(columns)
            if count > _MOST_MERGED:
                raise self._too_many_merged()
            self.refused += [
                Refused(row, found, _EXPECTED_UNMERGED, column - 1)
                for row in rows
                for column in columns
                if (row, column) != (top, left)
            ]

    def _remarks(self) -> list[Remark]:
        remarks = []
        if self.hidden:
            title = message("evidence.hidden_sheet.title")
            remarks.append(Remark("hidden_sheet", "warning", title, _CONFIRM_HIDDEN))
        hidden = tuple(Location(f"#{row}", row) for row in self.rows if row in self.hidden_rows)
        if hidden:
            title = message("evidence.hidden_rows.title")
            remarks.append(Remark("hidden_rows", "warning", title, _CONFIRM_HIDDEN, rows=hidden))
        hidden_ranges = merged_ranges(self.hidden_columns)
        filled = sorted({column for _, column in self.filled_cells()}) if hidden_ranges else []
        columns = tuple(column_letters(column) for column in filled if is_within(column, hidden_ranges))
        if columns:
            title = message("evidence.hidden_columns.title", columns=columns)
            remarks.append(Remark("hidden_columns", "warning", title, _CONFIRM_HIDDEN))
        struck = tuple(
            Location(f"#{row}", row, cell) for row, cell in self.struck.items() if row in self.rows
        )
        if struck:
            title, remedy = message("evidence.struck.title"), message("evidence.struck.remedy")
            remarks.append(Remark("struck", "warning", title, remedy, rows=struck))
        return remarks

    def _too_many_merged(self) -> Unreadable:
        return Unreadable(message("evidence.too_many_merged_cells", most=f"{_MOST_MERGED:,}"))


def _failing_lines(error: Unreadable) -> Iterator[Line]:
    raise error
    yield  # makes this a generator, which raises when the rows are read
