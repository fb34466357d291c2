"""Less than a share of the period's rows fall into its last days."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import LateRush


class LateRushCheck(DeclaredCheck[LateRush]):
    """Rows dated in the period's last days, if they are at least the share of the period's rows."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        dates, span = rows.frame[self.form.column], self.context.span
        inside = span.holds(dates)
        late = inside & (dates >= pd.Timestamp(span.end) - pd.Timedelta(days=self.form.days - 1))
        rush = int(late.sum()) >= self.form.share * int(inside.sum())
        return late if rush else pd.Series(False, index=late.index)
