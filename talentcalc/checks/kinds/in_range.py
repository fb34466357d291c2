"""The numbers of a column lie between its least and its most."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from talentcalc.checks.planned_check import Expectation, Mask, PlannedCheck
from talentcalc.core.decimals import format_shortest
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import Message, message


class InRangeCheck(PlannedCheck):
    """Numbers below a column's least or above its most, both included."""

    def __init__(self, rows: EvidenceTable | StoredTable, column: str) -> None:
        spec = rows.spec.columns[column]
        super().__init__(
            f"{rows.name}.{column}.in_range",
            "critical",
            message("checks.in_range.title", column=spec.title),
            message("checks.in_range.remedy"),
            rows,
            column,
            _range(spec.minimum, spec.maximum),
        )
        self.least, self.most = _whole(spec.minimum), _whole(spec.maximum)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        values = rows.frame[self.column]
        fails, given = pd.Series(False, index=values.index), values.dropna()
        if self.least is not None:
            fails |= (given < self.least).reindex(values.index, fill_value=False)
        if self.most is not None:
            fails |= (given > self.most).reindex(values.index, fill_value=False)
        return fails.astype(bool)

    def expectation(self) -> Expectation | None:
        """None for a bound with decimals, which Great Expectations would compare as a float."""
        if isinstance(self.least, Decimal) or isinstance(self.most, Decimal):
            return None
        bounds = {"min_value": self.least, "max_value": self.most}
        return Expectation("ExpectColumnValuesToBeBetween", {"column": self.column} | bounds)


def _range(minimum: Decimal | None, maximum: Decimal | None) -> Message:
    least, most = (format_shortest(Fraction(bound or 0)) for bound in (minimum, maximum))
    if maximum is None:
        return message("checks.at_least", least=least)
    if minimum is None:
        return message("checks.at_most", most=most)
    return message("checks.between", least=least, most=most)


def _whole(bound: Decimal | None) -> Decimal | int | None:
    """A whole bound as an integer, which compares with every exact column type."""
    return int(bound) if bound is not None and bound == bound.to_integral_value() else bound
