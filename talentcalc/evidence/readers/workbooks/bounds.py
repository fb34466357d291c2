"""Bounds on what is read of a workbook; one that passes a bound is refused, with what to do instead."""

from dataclasses import dataclass

from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

MOST_BYTES = 128 << 20
"""Bytes of a workbook's parts, unpacked; those of half a million cells take some 30 MB."""

MOST_MARKS = 4_000_000
"""Start and end tags: a cell has four to six; Expat reads 2 million a second with our handlers."""

MOST_CELLS = 500_000
"""Rows × columns of all sheets together, as 25,000 rows of twenty columns: read in about three seconds."""

MOST_CHARACTERS = 50_000_000
"""Characters of all cells together: one long text may be in a million cells."""

MOST_IN_A_CELL = 131_072
"""Characters of a cell, as many as a CSV file's may have; Excel allows 32,767."""

MOST_SHEETS = 500
"""Sheets of a workbook; all may refer to one part."""

MOST_STYLES = 100_000
"""Cell formats; Excel allows 65,490."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Rows and columns of a sheet in Excel and WPS."""


class TooLarge(Unreadable):
    """Raised for a workbook that passes a bound: it is not read at all."""


@dataclass
class Bounds:
    """Counts what was read of one workbook, and refuses it once a bound is passed."""

    unpacked: int = 0
    marks: int = 0
    cells: int = 0
    filled: int = 0
    characters: int = 0

    def count_unpacked(self, size: int) -> None:
        """Count unpacked bytes."""
        self.unpacked += size
        if self.unpacked > MOST_BYTES:
            raise TooLarge(message("evidence.workbook_unpacks_too_large", most=f"{MOST_BYTES:,}"))

    def count_marks(self, count: int) -> None:
        """Count tags or records."""
        self.marks += count
        if self.marks > MOST_MARKS:
            raise TooLarge(message("evidence.workbook_with_too_many_marks", most=f"{MOST_MARKS:,}"))

    def count_filled(self) -> None:
        """Count a filled cell."""
        self.filled += 1
        self.must_have_room(0)

    def must_have_room(self, count: int) -> None:
        """Refuse in advance to fill more cells than there may be."""
        if self.filled + count > MOST_CELLS:
            raise TooLarge(message("evidence.workbook_with_too_many_cells", most=f"{MOST_CELLS:,}"))

    def count_area(self, rows: int, columns: int) -> None:
        """Count a sheet's rows × columns."""
        self.cells += rows * columns
        if self.cells > MOST_CELLS:
            size = f"{rows:,}", f"{columns:,}", f"{MOST_CELLS:,}"
            raise TooLarge(message("evidence.sheet_too_large", rows=size[0], columns=size[1], most=size[2]))

    def count_text(self, length: int) -> None:
        """Count the characters of a cell."""
        must_fit_a_cell(length)
        self.characters += length
        if self.characters > MOST_CHARACTERS:
            raise TooLarge(message("evidence.workbook_with_too_much_text", most=f"{MOST_CHARACTERS:,}"))


def must_fit_a_cell(length: int) -> None:
    """Refuse a text of more characters than a cell may have."""
    if length > MOST_IN_A_CELL:
        raise TooLarge(message("evidence.cell_too_long", most=f"{MOST_IN_A_CELL:,}"))


def must_fit(row: int, column: int) -> None:
    """Refuse a row or column number, from 1, that no sheet has."""
    if not 1 <= row <= MOST_ROWS:
        raise Unreadable(message("evidence.row_beyond_last", row=str(row)[:20], most=f"{MOST_ROWS:,}"))
    if not 1 <= column <= MOST_COLUMNS:
        raise Unreadable(
            message("evidence.column_beyond_last", column=str(column)[:20], most=f"{MOST_COLUMNS:,}")
        )
