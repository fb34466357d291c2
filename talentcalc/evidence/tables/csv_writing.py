"""How is a table written as CSV so that it is read back as it was?

One way for every CSV file that is read as evidence again. A carriage return in a cell is quoted like a line
feed: CPython before 3.11.9 and 3.12.3 leaves it bare where lines end with a line feed (gh-67044), and a bare
one ends the line for whoever reads it. The same rows are the same bytes on every Python.
"""

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol

from talentcalc.evidence.tables.formula_text import inert_text

_ENDING = "\r\n"  # of the csv module's own lines, so that it quotes both


class Text(Protocol):
    """What CSV text is written to."""

    def write(self, text: str, /) -> object:
        """Add text."""


def write_rows(stream: Text, rows: Iterable[Sequence[str | None]], ending: str = "\n") -> None:
    """Write rows of cells, lines ended by `ending`; a cell that is None is empty, as one without text is.

    What a spreadsheet would take for a formula is marked as text.
    """
    marked = ([inert_text(cell) for cell in row] for row in rows)
    csv.writer(_Ended(stream, ending), lineterminator=_ENDING).writerows(marked)


class _Ended:
    """Lines with an ending of their own: the csv module writes one line at a time."""

    def __init__(self, stream: Text, ending: str) -> None:
        self._stream, self._ending = stream, ending

    def write(self, line: str, /) -> None:
        self._stream.write(line.removesuffix(_ENDING) + self._ending)
