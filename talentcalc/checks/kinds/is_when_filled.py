"""A column has a certain value where another column is filled."""

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import IsWhenFilled


class IsWhenFilledCheck(DeclaredCheck[IsWhenFilled]):
    """Rows whose other column is filled, and that do not have the value."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        holds = (rows.frame[self.form.column] == self.form.value).fillna(False).astype(bool)
        return rows.frame[self.form.when].notna() & ~holds
