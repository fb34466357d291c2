"""The cells of a column hold one of the values that it may have."""

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Expectation, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable

TITLE = "“{column}”不是已知的值"
REMEDY = "改为所列的值之一"


class KnownCheck(PlannedCheck):
    """Values that are neither among a column's choices nor, of an item, measured from the table."""

    names_something = True

    def __init__(self, rows: EvidenceTable | StoredTable, column: str, context: CheckContext) -> None:
        spec = rows.spec.columns[column]
        self.values = tuple(spec.choices) if spec.type == "choice" else context.items_measured_from(rows.name)
        title = TITLE.format(column=spec.title)
        expected = "、".join(
            f"{value}（{spec.choices[value]}）" if spec.choices else value for value in self.values
        )
        super().__init__(f"{rows.name}.{column}.known", "critical", title, REMEDY, rows, column, expected)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        values = rows.frame[self.column]
        return values.notna() & ~values.isin(self.values)

    def expectation(self) -> Expectation:
        values = list(self.values)
        return Expectation("ExpectColumnValuesToBeInSet", {"column": self.column, "value_set": values})
