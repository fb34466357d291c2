"""The cells of a column hold one of the values that it may have."""

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Expectation, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import Text, message


class KnownCheck(PlannedCheck):
    """Values that are neither among a column's choices nor, of an item, measured from the table."""

    names_something = True

    def __init__(self, rows: EvidenceTable | StoredTable, column: str, context: CheckContext) -> None:
        spec = rows.spec.columns[column]
        self.values = tuple(spec.choices) if spec.type == "choice" else context.items_measured_from(rows.name)
        values: tuple[Text, ...] = self.values
        if spec.choices:
            values = tuple(
                message("checks.name_and_title", name=value, title=spec.choices[value])
                for value in self.values
            )
        super().__init__(
            f"{rows.name}.{column}.known",
            "critical",
            message("checks.known.title", column=spec.title),
            message("checks.known.remedy"),
            rows,
            column,
            message("checks.known.expected", values=values),
        )

    def in_memory(self, rows: EvidenceTable) -> Mask:
        values = rows.frame[self.column]
        return values.notna() & ~values.isin(self.values)

    def expectation(self) -> Expectation:
        values = list(self.values)
        return Expectation("ExpectColumnValuesToBeInSet", {"column": self.column, "value_set": values})
