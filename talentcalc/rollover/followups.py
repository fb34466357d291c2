"""The findings that are followed up in the next period."""

from collections import Counter

from talentcalc.evidence.evidence import Evidence
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import message
from talentcalc.result.model.findings import ReportedFinding
from talentcalc.result.model.result import Result
from talentcalc.rollover.carried_rows import Rows, rows_of
from talentcalc.rulebook.followups import FOLLOWUPS, OPEN

_NAMED = 12  # rows that a finding names; of more it says how many


def to_follow(evidence: Evidence, result: Result) -> Rows:
    """The follow-ups of the next period: open ones of earlier audits, then this audit's findings.

    An earlier one that was found again is not listed twice: this audit's finding stands for it.
    """
    table = evidence[FOLLOWUPS]
    found = result.found("critical", "warning")
    again = table.frame["check"].isin([finding.check for finding in found])
    earlier = rows_of(table, (~again & (table.frame["state"] == OPEN)).to_numpy(dtype=bool))
    seen: Counter[str] = Counter()
    rows = []
    for finding in found:
        seen[finding.check] += 1
        number = f"#{seen[finding.check]}" if seen[finding.check] > 1 else ""
        values = {
            "finding_id": f"{result.audit}:{finding.check}{number}",
            "rows": _in_short(finding),
            "state": OPEN,
            "check": finding.check,
            "severity": finding.severity,
            "table": finding.table,
            "title": finding.title,
            "remedy": finding.remedy,
        }
        rows.append([values.get(name, "") for name in table.spec.columns])
    return earlier + rows


def _in_short(finding: ReportedFinding) -> str:
    number = finding.number
    named = tuple(row.row for row in finding.rows[:_NAMED])
    if number > _NAMED:
        return wording(message("rollover.rows_and_more", rows=named, number=number), PAPERS)
    return wording(message("rollover.rows", rows=named), PAPERS)
