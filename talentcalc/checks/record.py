"""What the checks found, whichever engine ran them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from talentcalc.checks.planned import Planned
from talentcalc.evidence.table import Evidence
from talentcalc.finding import Finding, Place

Engine = Callable[[tuple[Planned, ...]], dict[str, tuple[int, ...]]]
"""Runs every planned check; for each id the failing lines, in order."""


@dataclass(frozen=True)
class Ran:
    """One check that was run, and how many rows failed it."""

    check: str
    table: str
    severity: str
    title: str
    failed: int


@dataclass(frozen=True)
class CheckRecord:
    """Every check that was run and every finding, those of reading first."""

    ran: tuple[Ran, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether a critical check failed: then no score is published."""
        return any(finding.severity == "critical" for finding in self.findings)


def run_checks(planned: tuple[Planned, ...], evidence: Evidence, engine: Engine) -> CheckRecord:
    """Run every check by one engine."""
    failing = engine(planned)
    findings = list(evidence.findings)
    ran = []
    for check in planned:
        lines = _unread_apart(check, failing[check.id], evidence.findings)
        ran.append(Ran(check.id, check.rows.name, check.severity, check.title, len(lines)))
        if lines:
            findings.append(_finding(check, lines))
    return CheckRecord(tuple(ran), tuple(findings))


def _finding(check: Planned, lines: Iterable[int]) -> Finding:
    keys, source = check.rows.keys, check.rows.source
    places = tuple(
        Place(str(keys.at[line]), line if source else None, check.found(line))
        for line in lines
        if line in keys.index
    )
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
        source.file if source else None,
        places,
    )


def _unread_apart(check: Planned, lines: tuple[int, ...], findings: tuple[Finding, ...]) -> tuple[int, ...]:
    """A cell that could not be read is not also an empty one."""
    if check.kind != "filled":
        return lines
    readable = f"{check.rows.name}.{check.column}.readable"
    unread = {place.line for finding in findings if finding.check == readable for place in finding.rows}
    return tuple(line for line in lines if line not in unread)
