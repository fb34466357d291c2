"""On a day, at most so many have the same."""

import pandas as pd

from talentcalc.checks.linked import filled, known_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import SharedByFew


class SharedByFewCheck(DeclaredCheck[SharedByFew]):
    """Rows of a day on which more than `most` have the same."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        uses = pd.DataFrame(
            {
                "what": rows.frame[self.form.column],
                "who": known_values(rows, self.form.who, self.context),
                "day": rows.frame[self.form.at].dt.normalize(),
            }
        ).dropna()
        many = uses.groupby(["what", "day"])["who"].transform("nunique") > self.form.most
        return many.reindex(rows.frame.index, fill_value=False).astype(bool)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        what, who, at = named(self.form.column), named(self.form.who), named(self.form.at)
        return rows.store.lines(
            f"""
            WITH suspects AS (
                SELECT what FROM (SELECT DISTINCT {what} AS what, {who} AS who FROM {named(rows.name)}
                                  WHERE {filled(what, who, at)})
                GROUP BY what HAVING count(*) > {self.form.most}
            ), uses AS (
                SELECT line, {what} AS what, {who} AS who, CAST({at} AS DATE) AS day FROM {named(rows.name)}
                WHERE {filled(what, who, at)} AND {what} IN (SELECT what FROM suspects)
            ), shared AS (
                SELECT what, day FROM uses GROUP BY what, day HAVING count(DISTINCT who) > {self.form.most}
            )
            SELECT line FROM uses SEMI JOIN shared USING (what, day)
            """
        )
