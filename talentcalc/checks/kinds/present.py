"""The columns of a table are there."""

import numpy as np
import pandas as pd

from talentcalc.checks.planned_check import Expectation, Lines, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message

HEADER_LINE = 1


class PresentCheck(PlannedCheck):
    """A table without one of its columns: what fails is its header, and no row."""

    def __init__(self, rows: EvidenceTable | StoredTable) -> None:
        columns = {
            name: message("checks.name_and_title", name=name, title=column.title)
            for name, column in rows.spec.columns.items()
        }
        missing = tuple(columns[name] for name in rows.missing)
        super().__init__(
            f"{rows.name}.columns.present",
            "critical",
            message("checks.present.title", columns=missing)
            if missing
            else message("checks.all_present.title"),
            message("checks.present.remedy"),
            rows,
            expected=message("checks.present.expected", columns=tuple(columns.values())),
        )

    def failing(self) -> Lines:
        return np.array([HEADER_LINE] if self.rows.missing else [], dtype=np.int64)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return pd.Series(False, index=rows.frame.index)

    def expectation(self) -> Expectation:
        columns = list(self.rows.spec.columns)
        return Expectation("ExpectTableColumnsToMatchSet", {"column_set": columns, "exact_match": False})
