"""How every result begins, whatever was scored: the audit, its material, checks and findings."""

from collections import Counter
from typing import TYPE_CHECKING, Union

import pandas as pd

from talentcalc import __version__
from talentcalc.checks.record import CheckRecord
from talentcalc.core.findings import Finding, Location
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.params.audit import Audit
from talentcalc.result.followups_part import followups_part
from talentcalc.result.model.audit import (
    AuditPart,
    Material,
    Order,
    Provenance,
    Redacted,
    ReviewDetails,
)
from talentcalc.result.model.findings import (
    CheckRun,
    FoundRow,
    PointsAtStake,
    ReportedFinding,
    SeverityCounts,
)
from talentcalc.result.model.regulation import (
    Clause,
    Procedure,
    ProcedureStep,
    Reading,
    Regulation,
    Repair,
)
from talentcalc.result.proofs_part import proofs_part

if TYPE_CHECKING:  # DuckDB is loaded only where a rulebook has a large table
    from talentcalc.evidence.stores.stored_table import StoredTable


def audit_part(
    audit: Audit, evidence: Evidence, record: CheckRecord, findings: tuple[Finding, ...]
) -> AuditPart:
    """What is said beside what was scored; `findings` are those of the checks and of the scoring."""
    params, book = audit.params, audit.rulebook
    severities = Counter(finding.severity for finding in findings)
    return AuditPart(
        audit=audit.id,
        rulebook=book.id,
        subject=params.subject,
        review=ReviewDetails(**dict(params.review)),
        readings=dict(audit.readings),
        checks=SeverityCounts(
            critical=severities["critical"], warning=severities["warning"], info=severities["info"]
        ),
        checks_run=tuple(
            CheckRun(
                check=ran.check,
                table=ran.table,
                severity=ran.severity,
                title=wording(ran.title, PAPERS),
                failed=ran.failed,
            )
            for ran in record.ran
        ),
        findings=tuple(_finding(finding) for finding in findings),
        followups=None if record.blocked else followups_part(evidence, findings),
        evidence=_materials(audit, evidence),
        ignored=params.ignore or None,
        regulation=_regulation(audit),
        proofs=proofs_part(book, evidence),
        redacted=_redacted(audit),
        order=Order(evidence=tuple(book.tables), readings=tuple(book.readings)),
        provenance=Provenance(
            talentcalc=__version__,
            rulebook_version=book.version,
            rulebook_sha256=audit.rulebook_sha256,
            regulation_sha256=audit.regulation_sha256,
            params_file=audit.shown_file,
            params_sha256=audit.params_sha256,
        ),
    )


def _redacted(audit: Audit) -> Redacted | None:
    """The columns of a published audit that hold pseudonyms: nothing is said of an ordinary one."""
    if audit.redaction is None:
        return None
    columns = audit.redaction.columns
    titles = {
        name: {key: column.title for key, column in table.columns.items() if key in columns[name]}
        for name, table in audit.rulebook.tables.items()
        if name in columns
    }
    return Redacted(key=audit.redaction.key, columns=dict(columns), titles=titles)


def _finding(finding: Finding) -> ReportedFinding:
    points = dict(finding.at_stake)
    return ReportedFinding(
        check=finding.check,
        severity=finding.severity,
        table=finding.table,
        column=finding.column,
        column_title=finding.column_title,
        title=wording(finding.title, PAPERS),
        expected=None if finding.expected is None else wording(finding.expected, PAPERS),
        remedy=wording(finding.remedy, PAPERS),
        file=finding.file,
        count=finding.count,
        rows=tuple(_found(place) for place in finding.rows),
        at_stake=PointsAtStake(points=sum(points.values()), homes=points) if points else None,
    )


def _found(place: Location) -> FoundRow:
    found = None if place.found is None else wording(place.found, PAPERS)
    return FoundRow(row=place.row, line=place.line, found=found)


def _materials(audit: Audit, evidence: Evidence) -> dict[str, Material]:
    verified = _verified(evidence)
    return {name: _material(audit, evidence, name, verified.get(name)) for name in audit.rulebook.tables}


def _material(audit: Audit, evidence: Evidence, name: str, verified: dict[str, int] | None) -> Material:
    table = evidence.tables.get(name) or evidence.stored[name]
    return Material(
        title=table.spec.title,
        key=table.spec.key,
        rows=len(table.frame) if isinstance(table, EvidenceTable) else table.rows,
        file=table.source.file if table.source else None,
        sha256=table.source.sha256 if table.source else None,
        verified=verified,
        months=_months(audit, table),
    )


def _months(audit: Audit, table: Union[EvidenceTable, "StoredTable"]) -> dict[str, int] | None:
    """How many rows fall into each month that is audited; None of a table without a date."""
    params = audit.params
    if table.spec.dated is None:
        return None
    months = table.months(table.spec.dated, params.first_day, params.last_day)
    each = pd.period_range(str(params.first_day), str(params.last_day), freq="M")
    return {str(month): months.get(str(month), 0) for month in each}


def _verified(evidence: Evidence) -> dict[str, dict[str, int]]:
    """How many rows of each table were verified with each outcome, of the tables that have any."""
    if "verifications" not in evidence.tables:
        return {}
    counts: dict[str, dict[str, int]] = {}
    for table, outcome in evidence["verifications"].frame[["table", "outcome"]].dropna().to_numpy():
        of_table = counts.setdefault(table, {})
        of_table[outcome] = of_table.get(outcome, 0) + 1
    return counts


def _regulation(audit: Audit) -> Regulation:
    book = audit.rulebook
    return Regulation(
        title=book.title,
        issuer=book.issuer,
        signed=book.signed,
        repairs=tuple(Repair(**dict(repair)) for repair in book.repairs),
        clauses=tuple(Clause(**dict(clause)) for clause in book.clauses),
        reasons=book.reasons,
        procedure=Procedure(
            parties=book.procedure.parties,
            steps=tuple(ProcedureStep(**dict(step)) for step in book.procedure.steps),
        ),
        readings={name: Reading(**dict(reading)) for name, reading in book.readings.items()},
    )
