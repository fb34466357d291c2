"""Which rows differ from another only in how a title or name is written: width, case, spaces, brackets?"""

from typing import Any

import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Mask
from talentcalc.core.folding import unmarked
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import Alike


def alike(check: Alike, rows: EvidenceTable, _setting: CheckContext) -> Mask:
    """Rows that are the same as another in the check's columns once folded, but not as they stand."""
    asked = rows.frame[list(check.same)].dropna()
    folded_columns = asked.apply(_folded)
    distinct = folded_columns[~asked.duplicated()]
    several = distinct[distinct.duplicated(keep=False)].drop_duplicates()
    named = pd.MultiIndex.from_frame(folded_columns).isin(pd.MultiIndex.from_frame(several))
    return pd.Series(named, index=asked.index).reindex(rows.frame.index, fill_value=False)


def _folded(column: "pd.Series[Any]") -> "pd.Series[Any]":
    folds = {value: unmarked(value) for value in column.unique() if isinstance(value, str)}
    return column.map(lambda value: folds.get(value, value))
