"""The points that stand on suspicious records, and would fall with them if a void were decided."""

from collections import Counter
from dataclasses import replace

from talentcalc.checks.planned_check import Lines
from talentcalc.checks.record import CheckRecord
from talentcalc.core.findings import Finding
from talentcalc.league.context import LeagueContext


def with_points_at_stake(record: CheckRecord, context: LeagueContext) -> tuple[Finding, ...]:
    """The findings of the checks, the warnings of check-ins and reports with the points at stake."""
    findings = []
    for finding in record.findings:
        lost: Counter[str] = Counter()
        if finding.severity == "warning" and finding.table == "checkins":
            lost = _on_check_ins(context, record.failing[finding.check])
        elif finding.severity == "warning" and finding.table == "media":
            keys = context.evidence[finding.table].keys
            named = keys[keys.index.isin(record.failing[finding.check])]
            lost = _on_reports(context, frozenset(named))
        at_stake = tuple((home, lost[home]) for home in sorted(lost) if lost[home])
        findings.append(replace(finding, at_stake=at_stake))
    return tuple(findings)


def _on_check_ins(context: LeagueContext, lines: Lines) -> Counter[str]:
    """The check-ins' own points, and those of events that nobody else attended."""
    ledger, media_stay = context.ledger, context.league.points.media.without_event == "scores"
    lost = Counter(ledger.points_without(lines))
    attendance = ledger.attendance_without(lines)
    for event in context.events:
        if event.points and attendance.get(event.id) == 0:
            lost[event.home] += event.points + (0 if media_stay else event.media_points)
    return lost


def _on_reports(context: LeagueContext, reports: frozenset[str]) -> Counter[str]:
    lost: Counter[str] = Counter()
    for event in context.events:
        lost[event.home] += event.media_points
    for event in context.events_without(reports):
        lost[event.home] -= event.media_points
    return lost
