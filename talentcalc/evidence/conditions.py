"""When does a row count? Each kind of condition, and the first that fails as the reason."""

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


@dataclass(frozen=True)
class Span:
    """The period, both ends included."""

    start: date
    end: date

    def holds(self, days: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        """Which of the days lie in the period; a missing one does not."""
        return (days >= pd.Timestamp(self.start)) & (days <= pd.Timestamp(self.end))


def first_reasons(evidence: Evidence, table: str, span: Span, every: bool = False) -> npt.NDArray[np.object_]:
    """For each row, in order, the first reason for which it does not count; None if it does.

    With `every`, conditions that a reading does not require apply too.
    """
    rows = evidence[table]
    reasons = np.full(len(rows.frame), None, dtype=object)
    still = np.ones(len(rows.frame), dtype=bool)
    for condition in rows.spec.counts:
        if not (condition.required or every):
            continue
        concerned = still & _concerned(rows, condition)
        if concerned.any():
            fails = concerned & ~_RULES[condition.rule](evidence, rows, condition, span, still)
            reasons[fails] = condition.reason
            still &= ~fails
    return reasons


def outlasting(evidence: Evidence, table: str, span: Span) -> Mask:
    """Which rows, in order, go on beyond the period: they still stand at its end and are not rejected.

    Only rows of which the rulebook asks that they stand; whether they are proven, or the same as others,
    every period finds out anew.
    """
    rows = evidence[table]
    standing, rejected = (np.zeros(len(rows.frame), dtype=bool) for _ in range(2))
    for condition in rows.spec.counts:
        if condition.required and isinstance(condition, Standing | NotRejected):
            concerned = _concerned(rows, condition)
            holds = _RULES[condition.rule](evidence, rows, condition, span, concerned)
            if isinstance(condition, Standing):
                standing |= concerned & holds
            else:
                rejected |= concerned & ~holds
    return standing & ~rejected


def _concerned(rows: EvidenceTable, condition: Condition) -> Mask:
    """Which rows a condition is about."""
    concerned = rows.where(condition.only)
    return concerned & ~rows.where(condition.unless) if condition.unless else concerned


Rule = Callable[[Evidence, EvidenceTable, Any, Span, Mask], Mask]


def _not_rejected(
    evidence: Evidence, rows: EvidenceTable, _condition: NotRejected, _span: Span, _still: Mask
) -> Mask:
    verified = evidence["verifications"].frame
    rejected = (verified["table"] == rows.name) & (verified["outcome"] == "rejected")
    return ~_among(rows.keys, verified["row_id"][rejected])


def _is_value(
    _evidence: Evidence, rows: EvidenceTable, condition: IsValue, _span: Span, _still: Mask
) -> Mask:
    return (rows.frame[condition.column] == condition.value).to_numpy(dtype=bool, na_value=False)


def _within_period(
    _evidence: Evidence, rows: EvidenceTable, condition: WithinPeriod, span: Span, _still: Mask
) -> Mask:
    return span.holds(rows.frame[condition.column]).to_numpy(dtype=bool)


def _by_period_end(
    _evidence: Evidence, rows: EvidenceTable, condition: ByPeriodEnd, span: Span, _still: Mask
) -> Mask:
    return (rows.frame[condition.column] <= pd.Timestamp(span.end)).to_numpy(dtype=bool)


def _standing(
    _evidence: Evidence, rows: EvidenceTable, condition: Standing, span: Span, _still: Mask
) -> Mask:
    end, until = pd.Timestamp(span.end), rows.frame[condition.until]
    return ((rows.frame[condition.column] <= end) & (until.isna() | (until > end))).to_numpy(dtype=bool)


def _proven(evidence: Evidence, rows: EvidenceTable, _condition: Proven, span: Span, _still: Mask) -> Mask:
    proofs = evidence["proofs"].frame
    valid = pd.isna(first_reasons(evidence, "proofs", span)) & (proofs["table"] == rows.name)
    return _among(rows.keys, proofs["row_id"][valid])


def _first_of(_evidence: Evidence, rows: EvidenceTable, condition: FirstOf, _span: Span, still: Mask) -> Mask:
    same = rows.frame.loc[still, list(condition.same)].assign(key=rows.keys[still])
    later = same.sort_values("key", kind="stable").duplicated(list(condition.same))
    return ~later.reindex(rows.frame.index, fill_value=False).to_numpy(dtype=bool)


def _among(keys: "pd.Series[str]", values: "pd.Series[Any]") -> Mask:
    return keys.isin(values).to_numpy(dtype=bool) if len(values) else np.zeros(len(keys), dtype=bool)


_RULES: dict[str, Rule] = {
    "not_rejected": _not_rejected,
    "is_value": _is_value,
    "within_period": _within_period,
    "by_period_end": _by_period_end,
    "standing": _standing,
    "proven": _proven,
    "first_of": _first_of,
}
