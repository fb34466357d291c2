"""What the checks found, whichever engine ran them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from talentcalc.checks.planned_check import Lines, PlannedCheck
from talentcalc.core.findings import LISTED, Finding, Severity
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import Text

Engine = Callable[[tuple[PlannedCheck, ...]], dict[str, Lines]]
"""Runs every planned check of tables in memory; for each id the failing lines, in order."""


@dataclass(frozen=True)
class CheckOutcome:
    """One check that was run, and how many rows failed it."""

    check: str
    table: str
    severity: Severity
    title: Text
    failed: int


@dataclass(frozen=True)
class CheckRecord:
    """Every check that was run and every finding, those of reading first.

    `failing` are all lines that failed a check; a finding lists no more than it can.
    """

    ran: tuple[CheckOutcome, ...]
    findings: tuple[Finding, ...]
    failing: Mapping[str, Lines] = field(default_factory=dict, compare=False)

    @property
    def blocked(self) -> bool:
        """Whether a critical check failed: then no score is published."""
        return any(finding.severity == "critical" for finding in self.findings)


def run_checks(planned: tuple[PlannedCheck, ...], evidence: Evidence, engine: Engine) -> CheckRecord:
    """Run every check: those of tables in memory by the engine, those of large tables in DuckDB."""
    failing = engine(tuple(check for check in planned if isinstance(check.rows, EvidenceTable)))
    findings = list(evidence.findings)
    ran, failed = [], {}
    for check in planned:
        lines = failing[check.id] if check.id in failing else check.failing()
        lines = check.to_report(lines, evidence.findings)
        ran.append(CheckOutcome(check.id, check.rows.name, check.severity, check.title, len(lines)))
        if len(lines):
            findings.append(_finding(check, lines))
            failed[check.id] = lines
    return CheckRecord(tuple(ran), tuple(findings), failed)


def _finding(check: PlannedCheck, lines: Lines) -> Finding:
    column = check.rows.spec.columns.get(check.column or "")
    return Finding(
        check.id,
        check.severity,
        check.rows.name,
        check.title,
        check.remedy,
        check.column,
        column.title if column else None,
        check.expected,
        check.rows.source.file if check.rows.source else None,
        check.places(lines[:LISTED]),
        len(lines) if len(lines) > LISTED else None,
    )
