"""The row that two columns name, by table and key, is in that table."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import RowThere


class RowThereCheck(DeclaredCheck[RowThere]):
    """Rows that name a row that its table does not hold."""

    names_something = True

    def in_memory(self, rows: EvidenceTable) -> Mask:
        evidence, fails = self.context.evidence, pd.Series(False, index=rows.frame.index)
        tables, ids = rows.frame[self.form.table_column], rows.frame[self.form.column]
        for name, table in evidence.tables.items():
            naming = tables == name
            if naming.any() and name not in evidence.unread:
                fails |= naming & ids.notna() & ~ids.isin(table.ids.dropna())
        return fails
