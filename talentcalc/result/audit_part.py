"""What every result says, whatever was scored: the audit, its material, checks and findings."""

from collections import Counter
from typing import Any

import pandas as pd

from talentcalc import __version__
from talentcalc.checks.record import CheckRecord
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.table import Evidence
from talentcalc.finding import Finding
from talentcalc.params import Audit
from talentcalc.result.document import Result


def audit_part(audit: Audit, evidence: Evidence, record: CheckRecord, more: tuple[Finding, ...]) -> Result:
    """The document without what was scored; `more` are the findings of the scoring."""
    params, book = audit.params, audit.rulebook
    findings = record.findings + more
    severities = Counter(finding.severity for finding in findings)
    return {
        "audit": audit.id,
        "rulebook": book.id,
        "subject": params.subject,
        "period": {
            "kind": params.period.kind,
            "start": params.period.start.isoformat(),
            "end": params.period.end.isoformat(),
        },
        "review": {
            "agency": params.review.agency,
            "reviewers": list(params.review.reviewers),
            "dated": params.review.dated.isoformat(),
        },
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
        "evidence": {name: _material(audit, evidence, name) for name in book.tables},
        "regulation": _regulation(audit),
        "order": {"evidence": list(book.tables), "readings": list(book.readings)},
        "provenance": {
            "talentcalc": __version__,
            "rulebook_version": book.version,
            "rulebook_sha256": audit.rulebook_sha256,
            "params_sha256": audit.params_sha256,
        },
    }


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
    )
    return {key: value for key, value in named if value is not None} | {"rows": rows}


def _material(audit: Audit, evidence: Evidence, name: str) -> dict[str, Any]:
    table = evidence[name]
    material: dict[str, Any] = {
        "title": table.spec.title,
        "key": list(table.spec.key),
        "rows": len(table.frame),
    }
    if table.source is not None:
        material |= {"file": table.source.file, "sha256": table.source.sha256}
    outcomes = _outcomes(evidence, name)
    if len(outcomes):
        material["verified"] = {str(key): int(outcomes[key]) for key in sorted(outcomes.index)}
    dated = [one.column for one in table.spec.counts if one.rule == "within_period"]
    if dated:
        days = table.frame[dated[0]]
        span = Span(audit.params.period.start, audit.params.period.end)
        months = days[span.holds(days)].dt.strftime("%Y-%m").value_counts()
        first, last = pd.Timestamp(span.start), pd.Timestamp(span.end)
        material["months"] = {
            str(month): int(months.get(str(month), 0)) for month in pd.period_range(first, last, freq="M")
        }
    return material


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
        "readings": {name: reading.model_dump() for name, reading in book.readings.items()},
    }
