"""No row of another table has the same values."""

import pandas as pd
import pyarrow as pa

from talentcalc.checks.linked import as_value, known_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import NotListed


class NotListedCheck(DeclaredCheck[NotListed]):
    """Rows that the other table lists."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        listed = self._listed()
        if listed.empty:
            return pd.Series(False, index=rows.frame.index)
        values = pd.DataFrame({name: known_values(rows, name, self.context) for name in self.form.same})
        among = pd.MultiIndex.from_frame(values).isin(pd.MultiIndex.from_frame(listed))
        return pd.Series(among, index=rows.frame.index) & values.notna().all(axis=1)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        listed = self._listed().drop_duplicates()
        rows.store.put("_listed", {name: pa.array(listed[name], pa.string()) for name in listed.columns})
        pairs = " AND ".join(
            f"t.{named(column)} = {as_value(rows.spec.columns[column], f'l.{named(other)}')}"
            for column, other in self.form.same.items()
        )
        return rows.store.lines(f"SELECT line FROM {named(rows.name)} t SEMI JOIN _listed l ON {pairs}")

    def looks_into(self) -> set[str]:
        return {self.form.listed}

    def _listed(self) -> pd.DataFrame:
        return self.context.evidence[self.form.listed].frame[list(self.form.same.values())].dropna()
