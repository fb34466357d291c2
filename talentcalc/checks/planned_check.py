"""One check that is to be run, whichever engine runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.core.findings import Location, Severity
from talentcalc.evidence.tables.table import EvidenceTable

if TYPE_CHECKING:
    from talentcalc.evidence.stores.duckdb_table import StoredTable

HEADER_LINE = 1

_NAMING = ("file_there", "known", "names_own_row", "row_there")
"""The kinds whose column names something, and does not describe it."""

Mask = pd.Series  # of bool, on the index of the table's frame
Lines = npt.NDArray[np.int64]  # the lines of rows, in order


@dataclass(frozen=True)
class PlannedCheck:
    """What a check concerns, and which rows fail it.

    `arguments` are those of the kind, for an engine that has its own way of finding the rows.
    """

    id: str
    kind: str
    severity: Severity
    title: str
    remedy: str
    rows: "EvidenceTable | StoredTable"
    failing: Callable[[], Lines]
    column: str | None = None
    expected: str | None = None
    arguments: tuple[tuple[str, Any], ...] = ()

    def places(self, lines: Lines) -> tuple[Location, ...]:
        """Where rows are, and the value found there, where it is not free text."""
        if self.column is None or self.column in self.rows.missing:
            return self.rows.locations(lines, None, show_values=False)
        spec = self.rows.spec.columns.get(self.column)
        free = spec is None or (spec.type == "text" and spec.references is None)
        return self.rows.locations(lines, self.column, show_values=not free or self.kind in _NAMING)


def lines_of(mask: Mask) -> Lines:
    """The lines of the rows that a mask names."""
    return np.asarray(mask.index[mask.to_numpy(dtype=bool)], dtype=np.int64)
