"""The row that two columns name, by table and key, has the same owner as theirs."""

from collections.abc import Iterable, Mapping

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import NamesOwnRow, Owner


class NamesOwnRowCheck(DeclaredCheck[NamesOwnRow]):
    """Rows that name no row, or one that belongs to another owner."""

    names_something = True

    def in_memory(self, rows: EvidenceTable) -> Mask:
        concerned = pd.Series(rows.where(self.form.only), index=rows.frame.index)
        tables, ids = rows.frame[self.form.table_column], rows.frame[self.form.column]
        right = pd.Series(False, index=rows.frame.index)
        for name, owner in self.form.among.items():
            naming = concerned & (tables == name) & ids.notna()
            if naming.any():
                owners = self._owners(name, owner, ids[naming])
                right |= naming & (ids.map(owners) == rows.frame[self.form.owner])
        return concerned & ~right

    def looks_into(self) -> set[str]:
        return set(self.form.among)

    def _owners(self, table: str, owner: Owner, keys: Iterable[str]) -> Mapping[str, str]:
        """Whose each of the rows is, as far as they are in the table."""
        evidence = self.context.evidence
        if owner.link is None:
            return evidence.values(table, owner.column, keys)
        linking = evidence.values(table, owner.link.column, keys)
        owners = evidence.values(owner.link.table, owner.column, linking.values())
        return {key: owners[through] for key, through in linking.items() if through in owners}
