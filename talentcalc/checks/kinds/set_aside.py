"""No row is set aside for a certain reason."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import SetAside
from talentcalc.rulebook.names import LOOKED_UP


class SetAsideCheck(DeclaredCheck[SetAside]):
    """Rows that do not count for the reason, and for none before it; undated rows are not late."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        reasons = self.context.reasons(rows.name)
        fails = pd.Series(reasons == self.form.reason, index=rows.frame.index, dtype=bool)
        return fails if self.form.column is None else fails & rows.frame[self.form.column].notna()

    def looks_into(self) -> set[str]:
        rules = {condition.rule for condition in self.rows.spec.counts}
        return {table for rule, table in LOOKED_UP.items() if rule in rules}
