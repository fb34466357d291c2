"""Rows alike in some columns are alike in others too."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import OneValue


class OneValueCheck(DeclaredCheck[OneValue]):
    """Rows alike in `per` that differ in `of`, missing values aside."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        frame, per, of = self._joined(rows.frame), list(self.form.per), list(self.form.of)
        distinct = frame.dropna(subset=per + of).drop_duplicates(per + of)
        several = distinct[distinct.duplicated(per, keep=False)].set_index(per).index
        concerned = frame.set_index(per).index.isin(several) & frame[of].notna().all(axis=1)
        return pd.Series(concerned, index=rows.frame.index, dtype=bool)

    def looks_into(self) -> set[str]:
        return {self.form.joined.table} if self.form.joined is not None else set()

    def _joined(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows with the columns of those that they name."""
        if self.form.joined is None:
            return frame
        other = self.context.evidence[self.form.joined.table]
        more = other.frame.set_axis(other.keys, axis=0)
        more = more[~more.index.duplicated()].drop(columns=frame.columns, errors="ignore")
        return frame.join(more, on=self.form.joined.column)
