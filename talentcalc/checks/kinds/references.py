"""The rows that a column refers to are in their table."""

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Lines, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable, named, quoted, unread
from talentcalc.evidence.tables.cells import LOST_DIGITS
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message


class ReferencesCheck(PlannedCheck):
    """Cells that refer to a row that its table does not hold."""

    def __init__(self, rows: EvidenceTable | StoredTable, column: str, context: CheckContext) -> None:
        spec = rows.spec.columns[column]
        self.other = context.evidence[spec.references or ""]
        super().__init__(
            f"{rows.name}.{column}.references",
            "critical",
            message("checks.references.title", column=spec.title),
            message("checks.references.remedy"),
            rows,
            column,
            message("checks.references.expected", table=self.other.spec.title),
        )

    def in_memory(self, rows: EvidenceTable) -> Mask:
        values = rows.frame[self.column]
        return values.notna() & ~values.isin(self.other.ids.dropna())

    def in_duckdb(self, rows: StoredTable) -> Lines:
        lost = f"SELECT line FROM {named(unread(rows.name))} WHERE col = {quoted(self.column or '')}"
        return rows.store.lines(f"{lost} AND NOT regexp_matches(text, {quoted(LOST_DIGITS)})")
