"""Applies the conditions under which rows count; the first that fails is the reason why a row does not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.table import (
    ByPeriodEnd,
    Condition,
    FirstOf,
    IsValue,
    NotRejected,
    Proven,
    Standing,
    WithinPeriod,
)

Mask = npt.NDArray[np.bool_]
"""One boolean for each row of a table, in order."""


@dataclass(frozen=True)
class Span:
    """A period of days, both ends included."""

    start: date
    end: date

    def holds(self, days: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        """Mark the days within the period; a missing day is not."""
        return (days >= pd.Timestamp(self.start)) & (days <= pd.Timestamp(self.end))


def first_reasons(evidence: Evidence, table: str, span: Span, every: bool = False) -> npt.NDArray[np.object_]:
    """For each row, in order, the first reason why it does not count; None if it does.

    With `every`, conditions that the readings do not require apply too.
    """
    rows = evidence[table]
    reasons = np.full(len(rows.frame), None, dtype=object)
    counting = np.ones(len(rows.frame), dtype=bool)
    if rows.frame.empty:
        return reasons
    for condition in rows.spec.counts:
        if not (condition.required or every):
            continue
        tested = counting & _applies_to(rows, condition)
        if tested.any():
            fails = tested & ~_TESTS[condition.rule](evidence, rows, condition, span, counting)
            reasons[fails] = condition.reason
            counting &= ~fails
    return reasons


def continuing_rows(evidence: Evidence, table: str, span: Span) -> Mask:
    """Mark the rows, in order, that continue beyond the period: standing at its end and not rejected.

    Only rows that the rulebook requires to stand are marked; whether they are proven, or the same as other
    rows, is checked anew in every period.
    """
    rows = evidence[table]
    standing, rejected = (np.zeros(len(rows.frame), dtype=bool) for _ in range(2))
    for condition in rows.spec.counts:
        if condition.required and isinstance(condition, Standing | NotRejected):
            tested = _applies_to(rows, condition)
            passes = _TESTS[condition.rule](evidence, rows, condition, span, tested)
            if isinstance(condition, Standing):
                standing |= tested & passes
            else:
                rejected |= tested & ~passes
    return standing & ~rejected


def _applies_to(rows: EvidenceTable, condition: Condition) -> Mask:
    """Mark the rows that a condition applies to."""
    selected = rows.where(condition.only)
    return selected & ~rows.where(condition.unless) if condition.unless else selected


Test = Callable[[Evidence, EvidenceTable, Any, Span, Mask], Mask]
"""Marks the rows that pass a condition; the mask says which rows still count before it."""


def _not_rejected(
    evidence: Evidence, rows: EvidenceTable, _condition: NotRejected, _span: Span, _counting: Mask
) -> Mask:
    verified = evidence["verifications"].frame
    rejected = (verified["table"] == rows.name) & (verified["outcome"] == "rejected")
    return ~_is_in(rows.keys, verified["row_id"][rejected])


def _is_value(
    _evidence: Evidence, rows: EvidenceTable, condition: IsValue, _span: Span, _counting: Mask
) -> Mask:
    return (rows.frame[condition.column] == condition.value).to_numpy(dtype=bool, na_value=False)


def _within_period(
    _evidence: Evidence, rows: EvidenceTable, condition: WithinPeriod, span: Span, _counting: Mask
) -> Mask:
    return span.holds(rows.frame[condition.column]).to_numpy(dtype=bool)


def _by_period_end(
    _evidence: Evidence, rows: EvidenceTable, condition: ByPeriodEnd, span: Span, _counting: Mask
) -> Mask:
    return (rows.frame[condition.column] <= pd.Timestamp(span.end)).to_numpy(dtype=bool)


def _standing(
    _evidence: Evidence, rows: EvidenceTable, condition: Standing, span: Span, _counting: Mask
) -> Mask:
    end, until = pd.Timestamp(span.end), rows.frame[condition.until]
    return ((rows.frame[condition.column] <= end) & (until.isna() | (until > end))).to_numpy(dtype=bool)


def _proven(evidence: Evidence, rows: EvidenceTable, _condition: Proven, span: Span, _counting: Mask) -> Mask:
    proofs = evidence["proofs"].frame
    valid = pd.isna(first_reasons(evidence, "proofs", span)) & (proofs["table"] == rows.name)
    return _is_in(rows.keys, proofs["row_id"][valid])


def _first_of(
    _evidence: Evidence, rows: EvidenceTable, condition: FirstOf, _span: Span, counting: Mask
) -> Mask:
    candidates = rows.frame.loc[counting, list(condition.same)].assign(key=rows.keys[counting])
    repeated = candidates.sort_values("key", kind="stable").duplicated(list(condition.same))
    return ~repeated.reindex(rows.frame.index, fill_value=False).to_numpy(dtype=bool)


def _is_in(keys: "pd.Series[str]", values: "pd.Series[Any]") -> Mask:
    return keys.isin(values).to_numpy(dtype=bool) if len(values) else np.zeros(len(keys), dtype=bool)


_TESTS: dict[str, Test] = {
    "not_rejected": _not_rejected,
    "is_value": _is_value,
    "within_period": _within_period,
    "by_period_end": _by_period_end,
    "standing": _standing,
    "proven": _proven,
    "first_of": _first_of,
}
