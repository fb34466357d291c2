"""A declared number is the number of another table's rows that name its row."""

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import Tallies


class TalliesCheck(DeclaredCheck[Tallies]):
    """Declared numbers that are another number."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        other = self.context.evidence[self.form.tallied.table]
        naming = other.frame[self.form.tallied.column].value_counts()
        tally = rows.keys.map(naming).fillna(0).astype("Int64")
        return (rows.frame[self.form.column] != tally).fillna(False).astype(bool)

    def looks_into(self) -> set[str]:
        return {self.form.tallied.table}
