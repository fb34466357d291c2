"""Whoever is at a place is not at another within so many minutes."""

import pandas as pd

from talentcalc.checks.linked import filled, known_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import PlacesApart


class PlacesApartCheck(DeclaredCheck[PlacesApart]):
    """Rows of somebody who is at another place too, within so many minutes before or after."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        stays = pd.DataFrame(
            {
                "who": known_values(rows, self.form.who, self.context),
                "place": known_values(rows, self.form.place, self.context),
                "at": rows.frame[self.form.column],
            }
        ).dropna()
        stays = stays.sort_values(["who", "at", "place"], kind="stable")
        if stays.empty:
            return pd.Series(False, index=rows.frame.index)
        # A stay is a run of rows of one person at one place; the neighbours of a stay are elsewhere.
        new = (stays["who"] != stays["who"].shift()) | (stays["place"] != stays["place"].shift())
        stay = new.cumsum()
        ends = stays.groupby(stay).agg(who=("who", "first"), first=("at", "first"), last=("at", "last"))
        previous_end = ends["last"].shift().where(ends["who"] == ends["who"].shift())
        next_start = ends["first"].shift(-1).where(ends["who"] == ends["who"].shift(-1))
        within = pd.Timedelta(minutes=self.form.minutes)
        near = (stays["at"] - stay.map(previous_end) <= within) | (
            stay.map(next_start) - stays["at"] <= within
        )
        return near.reindex(rows.frame.index, fill_value=False)

    def in_duckdb(self, rows: StoredTable) -> Lines:
        table, place = named(rows.name), named(self.form.place)
        who, at = named(self.form.who), named(self.form.column)
        within = f"INTERVAL {self.form.minutes} MINUTE"
        return rows.store.lines(
            f"""
            WITH suspects AS (
                SELECT DISTINCT who FROM (
                    SELECT {who} AS who, {place} <> lag({place}) OVER w AS moved,
                        {at} - lag({at}) OVER w AS after
                    FROM {table} WHERE {filled(who, place, at)}
                    WINDOW w AS (PARTITION BY {who} ORDER BY {at}, {place})
                ) WHERE moved AND after <= {within}
            ), steps AS (
                SELECT line, {who} AS who, {place} AS place, {at} AS at_,
                    lag({place}) OVER w IS DISTINCT FROM {place} AS new
                FROM {table} WHERE {filled(who, place, at)} AND {who} IN (SELECT who FROM suspects)
                WINDOW w AS (PARTITION BY {who} ORDER BY {at}, {place}, line)
            ), stays AS (
                SELECT line, who, at_, count(*) FILTER (new) OVER (
                    PARTITION BY who ORDER BY at_, place, line ROWS UNBOUNDED PRECEDING) AS stay
                FROM steps
            ), ends AS (
                SELECT who, stay, min(at_) AS came, max(at_) AS went FROM stays GROUP BY ALL
            )
            SELECT s.line FROM stays s
            LEFT JOIN ends b ON b.who = s.who AND b.stay = s.stay - 1
            LEFT JOIN ends n ON n.who = s.who AND n.stay = s.stay + 1
            WHERE s.at_ - b.went <= {within} OR n.came - s.at_ <= {within}
            """
        )
