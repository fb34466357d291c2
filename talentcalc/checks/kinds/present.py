"""The columns of a table are there."""

import numpy as np
import pandas as pd

from talentcalc.checks.planned_check import Expectation, Lines, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable

HEADER_LINE = 1

TITLE, SOUND_TITLE = "缺少列 {missing}", "各列齐全"
REMEDY = "补上缺少的列"


class PresentCheck(PlannedCheck):
    """A table without one of its columns: what fails is its header, and no row."""

    def __init__(self, rows: EvidenceTable | StoredTable) -> None:
        columns = {name: f"{name}（{column.title}）" for name, column in rows.spec.columns.items()}
        missing = "、".join(columns[name] for name in rows.missing)
        title = TITLE.format(missing=missing) if missing else SOUND_TITLE
        expected = "、".join(columns.values())
        super().__init__(f"{rows.name}.columns.present", "critical", title, REMEDY, rows, expected=expected)

    def failing(self) -> Lines:
        return np.array([HEADER_LINE] if self.rows.missing else [], dtype=np.int64)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return pd.Series(False, index=rows.frame.index)

    def expectation(self) -> Expectation:
        columns = list(self.rows.spec.columns)
        return Expectation("ExpectTableColumnsToMatchSet", {"column_set": columns, "exact_match": False})
