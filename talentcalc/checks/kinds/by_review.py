"""A date is not after the review."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Expectation, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import ByReview


class ByReviewCheck(DeclaredCheck[ByReview]):
    """Dates after the day of the review."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.frame[self.form.column] > self._reviewed

    def expectation(self) -> Expectation:
        most = self._reviewed.to_pydatetime()
        return Expectation("ExpectColumnValuesToBeBetween", {"column": self.form.column, "max_value": most})

    @property
    def _reviewed(self) -> pd.Timestamp:
        return pd.Timestamp(self.context.audit.params.review.dated)
