"""A date is not before another date of its row."""

from talentcalc.checks.planned_check import DeclaredCheck, Expectation, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import NotBefore


class NotBeforeCheck(DeclaredCheck[NotBefore]):
    """Dates before the other date of the row."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.frame[self.form.column] < rows.frame[self.form.other]

    def expectation(self) -> Expectation:
        columns = {"column_A": self.form.column, "column_B": self.form.other}
        return Expectation(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            columns | {"or_equal": True, "ignore_row_if": "either_value_is_missing"},
        )
