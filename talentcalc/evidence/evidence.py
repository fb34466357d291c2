"""The submitted evidence: every table of the rulebook, in memory or, if it is large, in DuckDB."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from talentcalc.core.findings import Finding
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable


@dataclass(frozen=True)
class Evidence:
    """The submitted evidence: each table of the rulebook, empty if it was not submitted, and the proof files.

    `findings` are those of reading itself. Large tables are in `stored`; those that turned out small are in
    `tables` as well.
    """

    files: ProofFiles
    tables: Mapping[str, EvidenceTable]
    findings: tuple[Finding, ...] = field(default=())
    stored: Mapping[str, StoredTable] = field(default_factory=dict)

    @cached_property
    def unread(self) -> frozenset[str]:
        """The tables of which too little could be read to tell that a row is missing from them."""
        unreadable = {
            finding.table for finding in self.findings if finding.check == f"{finding.table}.readable"
        }
        tables: list[EvidenceTable | StoredTable] = [*self.tables.values(), *self.stored.values()]
        keyless = {table.name for table in tables if set(table.spec.key) & set(table.missing)}
        return frozenset(unreadable | keyless)

    def __getitem__(self, table: str) -> EvidenceTable:
        return self.tables[table]

    def values(self, table: str, column: str, keys: Iterable[str]) -> dict[str, str]:
        """The values in a text column of the rows with these keys; missing rows and values are left out."""
        if table not in self.tables:
            return self.stored[table].values(column, keys)
        rows = self.tables[table]
        values = rows.frame[column].set_axis(rows.keys, axis=0).dropna()
        values = values[~values.index.duplicated()]
        return {key: str(values.at[key]) for key in keys if key in values.index}
