"""A moment lies within the hours of the row of another table that is named."""

import pandas as pd

from talentcalc.checks.linked import linked_rows, linked_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import WithinHours


class WithinHoursCheck(DeclaredCheck[WithinHours]):
    """Moments outside the hours of the linked row, grace included."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        at, grace = rows.frame[self.form.column], pd.Timedelta(minutes=self.form.grace_minutes)
        starts = linked_values(rows, self.form.link, self.form.starts, self.context)
        ends = linked_values(rows, self.form.link, self.form.ends, self.context)
        return (at < starts - grace) | (at > ends + grace)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        hours = {"starts": self.form.starts, "ends": self.form.ends}
        linked = linked_rows(rows, self.form.link, hours, self.context)
        at, grace = f"t.{named(self.form.column)}", f"INTERVAL {self.form.grace_minutes} MINUTE"
        return rows.store.lines(
            f"SELECT line FROM {named(rows.name)} t JOIN {linked} l "
            f"ON t.{named(self.form.link.column)} = l.key "
            f"WHERE {at} < l.starts - {grace} OR {at} > l.ends + {grace}"
        )

    def looks_into(self) -> set[str]:
        return {self.form.link.table}
