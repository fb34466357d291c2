"""How much of a workbook is read at most? What passes a bound is refused by its name, with what to do."""

from dataclasses import dataclass

from talentcalc.evidence.tables.grid import Unreadable

MOST_BYTES = 128 << 20
"""A workbook's parts, unpacked; those of half a million cells take some 30 MB."""

MOST_MARKS = 4_000_000
"""Elements' ends and beginnings: a cell has four to six. Expat with our handlers reads 2 million a second."""

MOST_CELLS = 500_000
"""Rows × columns, of all sheets together: read in about three seconds. Twenty columns of 25,000 rows."""

MOST_CHARACTERS = 50_000_000
"""Of all cells together: one long text may stand in a million cells."""

MOST_IN_A_CELL = 131_072
"""Characters; as many as a CSV file's cell may have. Excel itself holds 32,767."""

MOST_SHEETS = 500
"""Sheets of a workbook; each may lead to the same part."""

MOST_STYLES = 100_000
"""Formats of cells; Excel allows 65,490."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""A sheet's, in Excel and WPS."""

_INSTEAD = "请改用 CSV 或 Parquet，或拆分"


class TooMuch(Unreadable):
    """A workbook that passes a bound: it is not read at all."""


@dataclass
class Bounds:
    """What one workbook has taken so far."""

    unpacked: int = 0
    marks: int = 0
    cells: int = 0
    filled: int = 0
    characters: int = 0

    def unpack(self, size: int) -> None:
        """Count unpacked bytes."""
        self.unpacked += size
        if self.unpacked > MOST_BYTES:
            raise TooMuch(f"工作簿展开后超过 {MOST_BYTES:,} 字节；{_INSTEAD}")

    def mark(self, count: int) -> None:
        """Count elements, records or the like."""
        self.marks += count
        if self.marks > MOST_MARKS:
            raise TooMuch(f"工作簿的内容超过 {MOST_MARKS:,} 个标记；{_INSTEAD}")

    def fill(self) -> None:
        """Count a filled cell."""
        self.filled += 1
        self.must_have_room(0)

    def must_have_room(self, count: int) -> None:
        """Refuse, before any work is done, to fill more cells than there may be."""
        if self.filled + count > MOST_CELLS:
            raise TooMuch(f"工作簿填写的单元格超过 {MOST_CELLS:,} 个；{_INSTEAD}")

    def area(self, rows: int, columns: int) -> None:
        """Count a sheet's rows × columns."""
        self.cells += rows * columns
        if self.cells > MOST_CELLS:
            raise TooMuch(
                f"工作表有 {rows:,} 行 × {columns:,} 列，工作簿的单元格超过 {MOST_CELLS:,} 个；"
                f"{_INSTEAD}；如最右或最下方有多余的单元格请删除"
            )

    def text(self, length: int) -> None:
        """Count the characters of a cell."""
        must_fit_a_cell(length)
        self.characters += length
        if self.characters > MOST_CHARACTERS:
            raise TooMuch(f"工作簿的文字超过 {MOST_CHARACTERS:,} 字；{_INSTEAD}")


def must_fit_a_cell(length: int) -> None:
    """Refuse a text of more characters than a cell may have."""
    if length > MOST_IN_A_CELL:
        raise TooMuch(f"有单元格超过 {MOST_IN_A_CELL:,} 字；请缩短")


def must_fit(row: int, column: int) -> None:
    """Refuse a place, both from 1, that no sheet has."""
    if not 1 <= row <= MOST_ROWS:
        raise Unreadable(f"行号 {str(row)[:20]} 超过 {MOST_ROWS:,} 行的上限；请删除多余的行后另存")
    if not 1 <= column <= MOST_COLUMNS:
        raise Unreadable(f"列号 {str(column)[:20]} 超过 {MOST_COLUMNS:,} 列的上限；请删除多余的列后另存")
