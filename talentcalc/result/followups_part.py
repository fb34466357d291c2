"""What a result says of the findings before: what has become of each, and whether it is there again."""

from collections import Counter
from collections.abc import Iterable

from talentcalc.core.findings import Finding
from talentcalc.evidence.evidence import Evidence
from talentcalc.result.document import Result
from talentcalc.rulebook.followups import FOLLOWUPS


def followups_part(evidence: Evidence, findings: Iterable[Finding]) -> Result:
    """Each finding that was followed up, as submitted; nothing where none was.

    `again` says of how many rows this audit finds the same: of one where the finding names none.
    """
    if FOLLOWUPS not in evidence.tables or evidence[FOLLOWUPS].frame.empty:
        return {}
    again: Counter[str] = Counter()
    for finding in findings:
        again[finding.check] += finding.count or len(finding.rows) or 1
    rows = evidence[FOLLOWUPS]
    choices = {name: rows.spec.columns[name].choices for name in ("severity", "state")}
    return {
        FOLLOWUPS: [
            {name: value for name, value in row._asdict().items() if value is not None}
            | {f"{name}_title": titles[getattr(row, name)] for name, titles in choices.items()}
            | {"again": again[row.check]}
            for row in rows.records()
        ]
    }
