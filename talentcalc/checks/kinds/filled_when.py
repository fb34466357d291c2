"""A cell is filled where other columns have certain values."""

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import FilledWhen


class FilledWhenCheck(DeclaredCheck[FilledWhen]):
    """Empty cells where other columns have those values."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.frame[self.form.column].isna() & rows.where(self.form.where)
