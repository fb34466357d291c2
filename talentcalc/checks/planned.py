"""One check that is to be run, whichever engine runs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from talentcalc.checks.kinds import Mask
from talentcalc.evidence.table import EvidenceTable
from talentcalc.finding import Severity, as_found

HEADER_LINE = 1


@dataclass(frozen=True)
class Planned:
    """What a check concerns, and which rows fail it.

    `arguments` are those of the kind, for an engine that has its own way of finding the rows.
    """

    id: str
    kind: str
    severity: Severity
    title: str
    remedy: str
    rows: EvidenceTable
    failing: Callable[[], Mask]
    column: str | None = None
    expected: str | None = None
    arguments: tuple[tuple[str, Any], ...] = ()

    def found(self, line: int) -> str | None:
        """The value found in a row, where it is not free text."""
        if self.column is None or self.column not in self.rows.frame:
            return None
        spec = self.rows.spec.columns.get(self.column)
        free = spec is None or (spec.type == "text" and spec.references is None)
        if free and self.kind not in ("row_there", "known"):
            return None
        value: Any = self.rows.frame.at[line, self.column]
        return "空" if pd.isna(value) else as_found(value)
