"""The one truth: what an audit found, as one document of text and decimal strings."""

import json
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from talentcalc import __version__
from talentcalc.checks.record import CheckRecord
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.table import Evidence
from talentcalc.exact import plain, written
from talentcalc.finding import Finding
from talentcalc.params import Audit
from talentcalc.rulebook.score import Board, Graded, Milestone
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.payment import Paid
from talentcalc.scorecard.scoring import BoardPoints, IndicatorPoints, ItemPoints
from talentcalc.scorecard.wording import arithmetic, held_in_words, next_points

SCHEMA = "talentcalc/result/1"

Result = dict[str, Any]


def result_of(audit: Audit, evidence: Evidence, record: CheckRecord, card: Card | None) -> Result:
    """The result document; `card` is None exactly where a critical check blocks the score."""
    if (card is None) != record.blocked:
        raise ValueError("a blocked audit has no score, and only a blocked one has none")
    params, book = audit.params, audit.rulebook
    findings = record.findings + (card.findings if card else ())
    severities = Counter(finding.severity for finding in findings)
    document: Result = {
        "schema": SCHEMA,
        "audit": audit.id,
        "rulebook": book.id,
        "subject": params.subject,
        "status": "blocked" if card is None else "draft" if card.owed else "final",
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
            {"check": ran.check, "table": ran.table, "severity": ran.severity, "title": ran.title,
             "failed": ran.failed}
            for ran in record.ran
        ],
        "findings": [_finding(finding) for finding in findings],
        "evidence": {name: _material(audit, evidence, name) for name in book.tables},
        "regulation": _regulation(audit),
        "provenance": {
            "talentcalc": __version__,
            "rulebook_version": book.version,
            "rulebook_sha256": audit.rulebook_sha256,
            "params_sha256": audit.params_sha256,
        },
    }
    if card is not None:
        document["boards"] = {
            name: _board(board, card) for name, board in card.boards.items()
        }
        document["payment"] = _payment(card.paid)
        document["awaiting"] = list(card.owed)
    return document


def canonical(document: Result) -> bytes:
    """The document's one form: UTF-8, sorted keys, two spaces, a final newline."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (text + "\n").encode()


def _finding(finding: Finding) -> dict[str, Any]:
    rows = [
        {key: value for key, value in (("row", place.row), ("line", place.line), ("found", place.found))
         if value is not None}
        for place in finding.rows
    ]
    named = (
        ("check", finding.check), ("severity", finding.severity), ("table", finding.table),
        ("column", finding.column), ("title", finding.title), ("expected", finding.expected),
        ("remedy", finding.remedy), ("file", finding.file),
    )
    return {key: value for key, value in named if value is not None} | {"rows": rows}


def _material(audit: Audit, evidence: Evidence, name: str) -> dict[str, Any]:
    table = evidence[name]
    material: dict[str, Any] = {"title": table.spec.title, "rows": len(table.frame)}
    if table.source is not None:
        material |= {"file": table.source.file, "sha256": table.source.sha256}
    verified = evidence["verifications"].frame
    outcomes = verified.loc[verified["table"] == name, "outcome"].value_counts()
    if len(outcomes):
        material["verified"] = {str(key): int(outcomes[key]) for key in sorted(outcomes.index)}
    dated = [one.column for one in table.spec.counts if one.rule == "within_period" and one.column]
    if dated:
        days = table.frame[dated[0]]
        span = Span(audit.params.period.start, audit.params.period.end)
        months = days[span.holds(days)].dt.strftime("%Y-%m").value_counts()
        first, last = pd.Timestamp(span.start), pd.Timestamp(span.end)
        material["months"] = {
            str(month): int(months.get(str(month), 0)) for month in pd.period_range(first, last, freq="M")
        }
    return material


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



def _board(points: BoardPoints, card: Card) -> dict[str, Any]:
    board = points.board
    earned = {one.indicator.id: one for one in points.indicators}
    return {
        "title": board.title,
        "score": written(points.score),
        "max": plain(Fraction(board.points)),
        "categories": _categories(board, earned),
        "indicators": {name: _indicator(one, card) for name, one in earned.items()},
    }


def _categories(board: Board, earned: Mapping[str, IndicatorPoints]) -> list[dict[str, Any]]:
    categories = []
    for category in board.categories:
        ids = [indicator.id for indicator in category.indicators()]
        categories.append({
            "title": category.title,
            "points": written(sum((earned[name].points for name in ids), Fraction(0))),
            "max": plain(sum((Fraction(one.points) for one in category.indicators()), Fraction(0))),
            "tasks": [
                {"title": task.title, "indicators": [one.id for one in task.indicators]}
                for task in category.tasks
            ],
        })
    return categories


def _indicator(points: IndicatorPoints, card: Card) -> dict[str, Any]:
    indicator = points.indicator
    document: dict[str, Any] = {
        "target": indicator.target,
        "criterion": indicator.criterion,
        "points": written(points.points),
        "max": plain(Fraction(indicator.points)),
        "items": {one.item.id: _item(one, card) for one in points.items},
    }
    if points.held:
        document["limits"] = [
            {"items": list(held.items), "earned": written(held.earned), "limit": plain(held.limit),
             "words": held_in_words(held)}
            for held in points.held
        ]
    if indicator.caps_differ is not None:
        document["caps_differ"] = indicator.caps_differ
    return document


def _item(one: ItemPoints, card: Card) -> dict[str, Any]:
    item, quantity = one.item, one.quantity
    value = quantity.value or Fraction(0)
    exact_parts = isinstance(item.rule, Graded) or item.unit == "元"
    return {
        "label": item.label,
        "quote": item.quote,
        "kind": item.rule.kind,
        "judged": isinstance(item.rule, Graded | Milestone),
        "unit": item.unit,
        "table": item.measure.table,
        "quantity": written(value) if exact_parts else plain(value),
        "points": written(one.points),
        "cap": written(one.cap),
        "arithmetic": arithmetic(one),
        "next": next_points(one, card.quantities),
        "counted": list(quantity.counted),
        "set_aside": [{"row": aside.row, "why": aside.why} for aside in quantity.set_aside],
    }


def _payment(paid: Paid) -> dict[str, Any]:
    document: dict[str, Any] = {
        "fee": written(paid.fee),
        "entitlement": written(paid.entitlement),
        "paid": written(paid.paid),
        "payable": written(paid.payable),
        "overpaid": written(paid.overpaid),
        "balance_rule": paid.rule.kind,
        "parts": [],
    }
    for part in paid.parts:
        document[f"{part.part.id}_amount"] = written(part.amount)
        entry: dict[str, Any] = {
            "id": part.part.id, "title": part.part.title, "board": part.part.board,
            "clause": part.part.clause, "score": written(part.score), "amount": written(part.amount),
        }
        if part.bands:
            document[f"{part.part.id}_share"] = written(part.share)
            entry["share"] = written(part.share)
            entry["bands"] = [
                {"above": None if step.above is None else plain(step.above), "up_to": plain(step.up_to),
                 "share": written(step.share), "amount": written(step.amount)}
                for step in part.bands
            ]
        else:
            entry["share_of_fee"] = written(Fraction(part.part.share))
        document["parts"].append(entry)
    return document
