"""How a result takes in the findings before: what has become of each, and whether it is there again."""

from collections import Counter
from collections.abc import Iterable

from talentcalc.core.findings import Finding
from talentcalc.evidence.evidence import Evidence
from talentcalc.result.model.findings import FollowedUp
from talentcalc.rulebook.followups import FOLLOWED, FOLLOWUPS


def followups_part(evidence: Evidence, findings: Iterable[Finding]) -> tuple[FollowedUp, ...] | None:
    """Each finding that was followed up, as submitted; None where none was.

    `again` says of how many rows this audit finds the same: of one where the finding names none.
    """
    if FOLLOWUPS not in evidence.tables or evidence[FOLLOWUPS].frame.empty:
        return None
    again: Counter[str] = Counter()
    for finding in findings:
        again[finding.check] += finding.count or len(finding.rows) or 1
    rows = evidence[FOLLOWUPS]
    severities, states = (rows.spec.columns[name].choices for name in ("severity", "state"))
    return tuple(
        FollowedUp(
            **{name: getattr(row, name) for name in FOLLOWED},
            severity_title=severities[row.severity],
            state_title=states[row.state],
            again=again[row.check],
        )
        for row in rows.records()
    )
