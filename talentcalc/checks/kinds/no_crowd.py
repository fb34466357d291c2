"""At most so many rows of a place lie within so many seconds."""

import numpy as np
import pandas as pd

from talentcalc.checks.linked import filled, known_values
from talentcalc.checks.planned_check import DeclaredCheck, Lines, Mask
from talentcalc.evidence.stores.stored_table import StoredTable, named
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import NoCrowd


class NoCrowdCheck(DeclaredCheck[NoCrowd]):
    """Rows among more than `most` of their place within so many seconds."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        crowded = pd.Series(False, index=rows.frame.index)
        at, most = rows.frame[self.form.column].dropna(), self.form.most
        for _, moments in at.groupby(known_values(rows, self.form.place, self.context)):
            moments = moments.sort_values(kind="stable")
            ends = moments.to_numpy()[most:]
            spans = ends - moments.to_numpy()[: len(ends)]
            starts = np.flatnonzero(spans <= np.timedelta64(self.form.seconds, "s"))
            for start in starts:
                crowded.loc[moments.index[start : start + most + 1]] = True
        return crowded

    def in_duckdb(self, rows: StoredTable) -> Lines:
        table, place, at = named(rows.name), named(self.form.place), named(self.form.column)
        seconds, most = self.form.seconds, self.form.most
        bucket = f"epoch({at})::BIGINT // {seconds}"
        return rows.store.lines(
            f"""
            WITH counts AS (
                SELECT {place} AS place, {bucket} AS bucket, count(*) AS n
                FROM {table} WHERE {filled(place, at)} GROUP BY ALL
            ), pairs AS (
                SELECT a.place, a.bucket FROM counts a LEFT JOIN counts b
                ON a.place = b.place AND b.bucket = a.bucket + 1 WHERE a.n + coalesce(b.n, 0) > {most}
            ), near AS (
                SELECT line, {place} AS place, {at} AS at_ FROM {table} WHERE ({place}, {bucket}) IN (
                    SELECT (place, bucket) FROM pairs UNION SELECT (place, bucket + 1) FROM pairs)
            ), runs AS (
                SELECT line, place, at_, lead(at_, {most}) OVER w AS until FROM near
                WINDOW w AS (PARTITION BY place ORDER BY at_, line)
            ), reached AS (
                SELECT line, at_, max(until) FILTER (until - at_ <= INTERVAL {seconds} SECOND) OVER (
                    PARTITION BY place ORDER BY at_, line ROWS UNBOUNDED PRECEDING) AS until FROM runs
            )
            SELECT line FROM reached WHERE at_ <= until
            """
        )
