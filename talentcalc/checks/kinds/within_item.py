"""A mark lies between 0 and the points of the item that it judges."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import WithinItem


class WithinItemCheck(DeclaredCheck[WithinItem]):
    """Marks below 0 or above the points of their item."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        points = self.context.item_points
        marks = zip(rows.frame[self.form.item], rows.frame[self.form.column], strict=True)
        fails = [mark is not None and not 0 <= mark <= points.get(item, mark) for item, mark in marks]
        return pd.Series(fails, index=rows.frame.index, dtype=bool)
