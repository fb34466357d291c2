"""No two rows differ only in how a title or name is written: width, case, spaces, brackets."""

from typing import Any

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.core.folding import unmarked
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import Alike


class AlikeCheck(DeclaredCheck[Alike]):
    """Rows that are the same as another in the check's columns once folded, but not as they stand."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        written = rows.frame[list(self.form.same)].dropna()
        folded = written.apply(_folded)
        distinct = folded[~written.duplicated()]
        several = distinct[distinct.duplicated(keep=False)].drop_duplicates()
        fails = pd.MultiIndex.from_frame(folded).isin(pd.MultiIndex.from_frame(several))
        return pd.Series(fails, index=written.index).reindex(rows.frame.index, fill_value=False)


def _folded(column: "pd.Series[Any]") -> "pd.Series[Any]":
    folds = {value: unmarked(value) for value in column.unique() if isinstance(value, str)}
    return column.map(lambda value: folds.get(value, value))
