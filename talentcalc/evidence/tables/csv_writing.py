"""Writes rows as CSV that is read back as it was.

Every CSV file that is read as evidence again is written here. A carriage return in a cell is quoted like a
line feed: CPython before 3.11.9 and 3.12.3 leaves it unquoted where lines end with a line feed (gh-67044),
so that it would end the line when read. The same rows give the same bytes on every Python.
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol

from talentcalc.evidence.tables.formula_text import escape_formula

_LINE_ENDING = "\r\n"  # given to the csv module, so that it quotes both characters


class TextStream(Protocol):
    """A stream that CSV text can be written to."""

    def write(self, text: str, /) -> object:
        """Write text."""


def write_rows(stream: TextStream, rows: Iterable[Sequence[str | None]], line_ending: str = "\n") -> None:
    """Write rows of cells; None and '' are both written as an empty cell.

    A text that a spreadsheet would take for a formula is marked as text.
    """
    escaped = ([escape_formula(cell) for cell in row] for row in rows)
    csv.writer(_LineEndings(stream, line_ending), lineterminator=_LINE_ENDING).writerows(escaped)


class _LineEndings:
    """Replaces the csv module's line ending; the module writes one line at a time."""

    def __init__(self, stream: TextStream, line_ending: str) -> None:
        self._stream, self._line_ending = stream, line_ending

    def write(self, line: str, /) -> None:
        self._stream.write(line.removesuffix(_LINE_ENDING) + self._line_ending)
