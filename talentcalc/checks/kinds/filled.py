"""The cells of a column are filled."""

import numpy as np

from talentcalc.checks.planned_check import Expectation, Lines, Mask, PlannedCheck
from talentcalc.core.findings import Finding
from talentcalc.evidence.stores.stored_table import StoredTable, named, quoted, unread
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message


class FilledCheck(PlannedCheck):
    """Cells with nothing in them."""

    def __init__(self, rows: EvidenceTable | StoredTable, column: str) -> None:
        title = message("checks.filled.title", column=rows.spec.columns[column].title)
        ruling = rows.spec.ruling
        remedy = message("checks.filled.remedy_of_ruling") if ruling else message("checks.filled.remedy")
        super().__init__(f"{rows.name}.{column}.filled", "critical", title, remedy, rows, column)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.frame[self.column].isna()

    def in_duckdb(self, rows: StoredTable) -> Lines:
        column = self.column or ""
        return rows.store.lines(
            f"SELECT line FROM {named(rows.name)} WHERE {named(column)} IS NULL AND line NOT IN "
            f"(SELECT line FROM {named(unread(rows.name))} WHERE col = {quoted(column)})"
        )

    def expectation(self) -> Expectation:
        return Expectation("ExpectColumnValuesToNotBeNull", {"column": self.column})

    def to_report(self, lines: Lines, of_reading: tuple[Finding, ...]) -> Lines:
        """A cell that could not be read, or whose line was refused, is not also an empty one."""
        why = (f"{self.rows.name}.{self.column}.readable", f"{self.rows.name}.shape")
        refused = [row.line or 0 for finding in of_reading if finding.check in why for row in finding.rows]
        return lines[~np.isin(lines, refused)] if refused else lines
