"""Every row has a key of its own."""

from talentcalc.checks.planned_check import ROW_KEY, Expectation, Lines, Mask, PlannedCheck
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message


class UniqueCheck(PlannedCheck):
    """Rows that have their key in common; those without a whole key have none."""

    def __init__(self, rows: EvidenceTable | StoredTable) -> None:
        columns = tuple(rows.spec.columns[name].title for name in rows.spec.key)
        title, remedy = message("checks.unique.title", columns=columns), message("checks.unique.remedy")
        super().__init__(f"{rows.name}.key.unique", "critical", title, remedy, rows)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.ids.duplicated(keep=False) & rows.ids.notna()

    def in_duckdb(self, rows: StoredTable) -> Lines:
        """Found by the key's hash, which is small, and then by itself."""
        key, table = named(rows.spec.key[0]), named(rows.name)
        return rows.store.lines(
            f"""
            WITH twice AS (
                SELECT hash({key}) AS hashed FROM {table} WHERE {key} IS NOT NULL
                GROUP BY hashed HAVING count(*) > 1
            ), suspect AS (
                SELECT line, {key} AS key FROM {table} WHERE hash({key}) IN (SELECT hashed FROM twice)
            )
            SELECT line FROM suspect
            WHERE key IN (SELECT key FROM suspect GROUP BY key HAVING count(*) > 1)
            """
        )

    def expectation(self) -> Expectation:
        return Expectation("ExpectColumnValuesToBeUnique", {"column": ROW_KEY})
