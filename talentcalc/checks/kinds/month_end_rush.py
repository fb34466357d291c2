"""Less than a share of a place's month fall into its last days."""

from fractions import Fraction

from talentcalc.checks.linked import filled, known_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import MonthEndRush


class MonthEndRushCheck(DeclaredCheck[MonthEndRush]):
    """Rows in the last days of a month that has so large a share in them."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        at = rows.frame[self.form.column].dropna()
        month = at.dt.to_period("M")
        late = at.dt.day > at.dt.days_in_month - self.form.days
        place = known_values(rows, self.form.place, self.context).reindex(at.index)
        grouped = late.groupby([place, month])
        share = Fraction(self.form.share)
        rush = grouped.transform("sum") * share.denominator >= share.numerator * grouped.transform("size")
        fails: Mask = (late & rush & place.notna()).reindex(rows.frame.index, fill_value=False)
        return fails.astype(bool)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        table, place, at = named(rows.name), named(self.form.place), named(self.form.column)
        share = Fraction(self.form.share)
        late = f"day({at}) > day(last_day(CAST({at} AS DATE))) - {self.form.days}"
        month = f"year({at}) * 12 + month({at})"
        return rows.store.lines(
            f"""
            WITH rushed AS (
                SELECT {place} AS place, {month} AS month FROM {table} WHERE {filled(place, at)} GROUP BY ALL
                HAVING count(*) FILTER ({late}) * {share.denominator} >= {share.numerator} * count(*)
            )
            SELECT line FROM {table} t JOIN rushed r ON t.{place} = r.place AND {month} = r.month
            WHERE {late}
            """
        )
