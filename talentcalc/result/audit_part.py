"""What every result says, whatever was scored: the audit, its material, checks and findings."""

from collections import Counter
from typing import Any

import pandas as pd

from talentcalc import __version__
from talentcalc.checks.record import CheckRecord
from talentcalc.core.findings import Finding
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.params.audit import Audit, Params, Review, ScorecardParams
from talentcalc.result.document import Result
from talentcalc.result.followups_part import followups_part
from talentcalc.result.proofs_part import proofs_part


def audit_part(
    audit: Audit, evidence: Evidence, record: CheckRecord, findings: tuple[Finding, ...]
) -> Result:
    """The document without what was scored; `findings` are those of the checks and of the scoring."""
    params, book = audit.params, audit.rulebook
    severities = Counter(finding.severity for finding in findings)
    return {
        "audit": audit.id,
        "rulebook": book.id,
        "subject": params.subject,
        **_span(params),
        "review": _review(params.review),
        "readings": audit.readings,
        "checks": {level: severities[level] for level in ("critical", "warning", "info")},
        "checks_run": [
            {
                "check": ran.check,
                "table": ran.table,
                "severity": ran.severity,
                "title": ran.title,
                "failed": ran.failed,
            }
            for ran in record.ran
        ],
        "findings": [_finding(finding) for finding in findings],
        **({} if record.blocked else followups_part(evidence, findings)),
        "evidence": {name: _material(audit, evidence, name) for name in book.tables},
        **({"ignored": list(params.ignore)} if params.ignore else {}),
        "regulation": _regulation(audit),
        **proofs_part(book, evidence),
        **_redacted(audit),
        "order": {"evidence": list(book.tables), "readings": list(book.readings)},
        "provenance": {
            "talentcalc": __version__,
            "rulebook_version": book.version,
            "rulebook_sha256": audit.rulebook_sha256,
            "regulation_sha256": audit.regulation_sha256,
            "params_file": audit.shown_file,
            "params_sha256": audit.params_sha256,
        },
    }


def _review(review: Review) -> dict[str, Any]:
    """Who reviewed, when, and until when a review of it may be asked for, if that is set."""
    said = {"agency": review.agency, "reviewers": list(review.reviewers), "dated": review.dated.isoformat()}
    return said | ({"objections_by": review.objections_by.isoformat()} if review.objections_by else {})


def _redacted(audit: Audit) -> dict[str, Any]:
    """The columns of a published audit that hold pseudonyms: nothing is said of an ordinary one."""
    if audit.redaction is None:
        return {}
    columns = audit.redaction.columns
    titles = {
        name: {key: column.title for key, column in table.columns.items() if key in columns[name]}
        for name, table in audit.rulebook.tables.items()
        if name in columns
    }
    said = audit.redaction.model_dump(mode="json", exclude={"note", "withheld"})
    return {"redacted": said | {"titles": titles}}


def _finding(finding: Finding) -> dict[str, Any]:
    rows = [
        {
            key: value
            for key, value in (("row", place.row), ("line", place.line), ("found", place.found))
            if value is not None
        }
        for place in finding.rows
    ]
    named = (
        ("check", finding.check),
        ("severity", finding.severity),
        ("table", finding.table),
        ("column", finding.column),
        ("column_title", finding.column_title),
        ("title", finding.title),
        ("expected", finding.expected),
        ("remedy", finding.remedy),
        ("file", finding.file),
        ("count", finding.count),
    )
    said: dict[str, Any] = {key: value for key, value in named if value is not None} | {"rows": rows}
    if finding.at_stake:
        points = dict(finding.at_stake)
        said["at_stake"] = {"points": sum(points.values()), "homes": points}
    return said


def _material(audit: Audit, evidence: Evidence, name: str) -> dict[str, Any]:
    table = evidence.tables.get(name) or evidence.stored[name]
    params = audit.params
    material: dict[str, Any] = {
        "title": table.spec.title,
        "key": list(table.spec.key),
        "rows": len(table.frame) if isinstance(table, EvidenceTable) else table.rows,
    }
    if table.source is not None:
        material |= {"file": table.source.file, "sha256": table.source.sha256}
    outcomes = _outcomes(evidence, name)
    if len(outcomes):
        material["verified"] = {str(key): int(outcomes[key]) for key in sorted(outcomes.index)}
    if table.spec.dated is not None:
        months = table.months(table.spec.dated, params.first_day, params.last_day)
        each = pd.period_range(str(params.first_day), str(params.last_day), freq="M")
        material["months"] = {str(month): months.get(str(month), 0) for month in each}
    return material


def _span(params: Params) -> dict[str, Any]:
    if isinstance(params, ScorecardParams):
        period = params.period
        return {
            "period": {"kind": period.kind, "start": period.start.isoformat(), "end": period.end.isoformat()}
        }
    return {"year": params.last_day.year}


def _outcomes(evidence: Evidence, name: str) -> "pd.Series[int]":
    """How many of a table's rows were verified with each outcome."""
    if "verifications" not in evidence.tables:
        return pd.Series(dtype="int64")
    verified = evidence["verifications"].frame
    return verified.loc[verified["table"] == name, "outcome"].value_counts()


def _regulation(audit: Audit) -> dict[str, Any]:
    book = audit.rulebook
    return {
        "title": book.title,
        "issuer": book.issuer,
        "signed": book.signed.isoformat() if book.signed else None,
        "repairs": [repair.model_dump() for repair in book.repairs],
        "clauses": [clause.model_dump(exclude_none=True) for clause in book.clauses],
        "reasons": dict(book.reasons),
        "procedure": book.procedure.model_dump(mode="json"),
        "readings": {name: reading.model_dump() for name, reading in book.readings.items()},
    }
