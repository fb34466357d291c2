"""When does a row count? Each kind of condition, and the first that fails as the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from talentcalc.evidence.table import Evidence, EvidenceTable
from talentcalc.rulebook.table import Condition


@dataclass(frozen=True)
class Span:
    """The period, both ends included."""

    start: date
    end: date

    def holds(self, days: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        """Which of the days lie in the period; a missing one does not."""
        return (days >= pd.Timestamp(self.start)) & (days <= pd.Timestamp(self.end))


def first_reasons(
    evidence: Evidence, table: str, span: Span, until: str | None = None
) -> "pd.Series[str]":
    """For each row the first reason for which it does not count; missing if it does.

    With `until`, only the conditions before and including those that give that reason apply, and
    that reason's conditions apply even where a reading does not require them.
    """
    rows = evidence[table]
    reasons = pd.Series(pd.NA, index=rows.frame.index, dtype="str")
    conditions = rows.spec.counts
    if until is not None:
        last = max(n for n, one in enumerate(conditions) if one.reason == until)
        conditions = conditions[: last + 1]
    for condition in conditions:
        if not condition.required and condition.reason != until:
            continue
        still = reasons.isna()
        concerned = still & rows.where(condition.only)
        if condition.unless:
            concerned &= ~rows.where(condition.unless)
        fails = concerned & ~_RULES[condition.rule](evidence, rows, condition, span, still)
        reasons = reasons.mask(fails, condition.reason)
    return reasons


def counted_keys(evidence: Evidence, table: str, span: Span) -> "pd.Series[str]":
    """The keys of the rows that count."""
    return evidence[table].keys[first_reasons(evidence, table, span).isna()]


Rule = Callable[[Evidence, EvidenceTable, Condition, Span, "pd.Series[bool]"], "pd.Series[bool]"]


def _not_rejected(
    evidence: Evidence, rows: EvidenceTable, _condition: Condition, _span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    verified = evidence["verifications"].frame
    rejected = verified[(verified["table"] == rows.name) & (verified["outcome"] == "rejected")]
    return ~rows.keys.isin(rejected["row_id"])


def _is_value(
    _evidence: Evidence, rows: EvidenceTable, condition: Condition, _span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    return (rows.frame[condition.column] == condition.value).fillna(False).astype(bool)


def _within_period(
    _evidence: Evidence, rows: EvidenceTable, condition: Condition, span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    return span.holds(rows.frame[condition.column])


def _by_period_end(
    _evidence: Evidence, rows: EvidenceTable, condition: Condition, span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    return rows.frame[condition.column] <= pd.Timestamp(span.end)


def _standing(
    _evidence: Evidence, rows: EvidenceTable, condition: Condition, span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    end, until = pd.Timestamp(span.end), rows.frame[condition.until]
    return (rows.frame[condition.column] <= end) & (until.isna() | (until > end))


def _proven(
    evidence: Evidence, rows: EvidenceTable, _condition: Condition, span: Span, _still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    proofs = evidence["proofs"]
    valid = first_reasons(evidence, "proofs", span).isna() & (proofs.frame["table"] == rows.name)
    return rows.keys.isin(proofs.frame["row_id"][valid])


def _first_of(
    _evidence: Evidence, rows: EvidenceTable, condition: Condition, _span: Span, still: "pd.Series[bool]"
) -> "pd.Series[bool]":
    same = rows.frame.loc[still, list(condition.same)].assign(key=rows.keys[still])
    later = same.sort_values("key", kind="stable").duplicated(list(condition.same))
    return ~later.reindex(rows.frame.index, fill_value=False)


_RULES: dict[str, Rule] = {
    "not_rejected": _not_rejected,
    "is_value": _is_value,
    "within_period": _within_period,
    "by_period_end": _by_period_end,
    "standing": _standing,
    "proven": _proven,
    "first_of": _first_of,
}
