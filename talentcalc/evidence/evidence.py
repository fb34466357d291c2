"""Everything submitted: every table of the rulebook, in memory or, where it is large, in DuckDB."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from talentcalc.core.findings import Finding
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable


@dataclass(frozen=True)
class Evidence:
    """Everything submitted: a table for each that the rulebook knows, an absent one empty.

    `findings` is what reading itself found wrong. Large tables
    are in `stored`; those that turned out small are in `tables` as well.
    """

    files: ProofFiles
    tables: Mapping[str, EvidenceTable]
    findings: tuple[Finding, ...] = field(default=())
    stored: Mapping[str, StoredTable] = field(default_factory=dict)

    @cached_property
    def unread(self) -> frozenset[str]:
        """The tables of which too little could be read to say of other rows that they are not there."""
        whole = {one.table for one in self.findings if one.check == f"{one.table}.readable"}
        read: list[EvidenceTable | StoredTable] = [*self.tables.values(), *self.stored.values()]
        return frozenset(whole | {one.name for one in read if set(one.spec.key) & set(one.missing)})

    def __getitem__(self, table: str) -> EvidenceTable:
        return self.tables[table]

    def values(self, table: str, column: str, keys: Iterable[str]) -> dict[str, str]:
        """What stands in a text column of the rows with these keys, as far as they are there."""
        if table not in self.tables:
            return self.stored[table].values(column, keys)
        rows = self.tables[table]
        found = rows.frame[column].set_axis(rows.keys, axis=0).dropna()
        found = found[~found.index.duplicated()]
        return {key: str(found.at[key]) for key in keys if key in found.index}
