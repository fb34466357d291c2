"""A column says the same as it does in the row of another table that is named."""

from talentcalc.checks.linked import known_values, linked_rows, linked_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import SameAsLinked


class SameAsLinkedCheck(DeclaredCheck[SameAsLinked]):
    """Cells that say something else than in the linked row."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        values = known_values(rows, self.form.column, self.context)
        linked = linked_values(rows, self.form.link, self.form.column, self.context)
        return values.notna() & linked.notna() & (values != linked)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        linked = linked_rows(rows, self.form.link, {"linked": self.form.column}, self.context)
        return rows.store.lines(
            f"SELECT line FROM {named(rows.name)} t JOIN {linked} l "
            f"ON t.{named(self.form.link.column)} = l.key WHERE t.{named(self.form.column)} <> l.linked"
        )

    def looks_into(self) -> set[str]:
        return {self.form.link.table}
