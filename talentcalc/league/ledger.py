"""Records to points: events and their media, check-ins, the adjustment (附件一), each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talentcalc.evidence.evidence import Evidence
from talentcalc.league.homes import Season
from talentcalc.league.sanctions import Sanctions
from talentcalc.rulebook.league import League


@dataclass(frozen=True)
class Report:
    """One media report: what it earns, or why it earns nothing."""

    id: str
    tier: str
    points: int
    why: str | None


@dataclass(frozen=True)
class Event:
    """One event with its reports: the month and points it earns, or why it earns nothing."""

    id: str
    home: str
    title: str
    month: str | None
    attendance: int
    points: int
    why: str | None
    reports: tuple[Report, ...]

    @property
    def media_points(self) -> int:
        """What its reports earn: those of the best of them."""
        return sum(report.points for report in self.reports)


@dataclass(frozen=True)
class Points:
    """One home's points of the year; by month without the adjustment, which belongs to none."""

    events: int
    media: int
    checkins: int
    adjustment: int
    months: Mapping[str, int]

    @property
    def year(self) -> int:
        """All of them."""
        return self.events + self.media + self.checkins + self.adjustment


def events_of(
    evidence: Evidence,
    league: League,
    seasons: Mapping[str, Season],
    sanctions: Sanctions,
    attendance: Mapping[str, int],
    void_reports: frozenset[str],
) -> tuple[Event, ...]:
    """Every event with its reports, by id."""
    reports: dict[str, list[Any]] = {}
    for report in evidence["media"].records():
        reports.setdefault(report.event_id, []).append(report)
    made = []
    for row in evidence["events"].records():
        season = seasons.get(row.home_id)
        month = season.month(row.starts_at.date()) if season else None
        attended = attendance.get(row.event_id, 0)
        why = None
        if row.event_id in sanctions.void_in("events"):
            why = "voided"
        elif month is None:
            why = "not_participating"
        elif row.announced_at is None or row.announced_at >= row.starts_at:
            why = "not_announced"
        elif not row.publicised:
            why = "not_publicised"
        elif not attended:
            why = "no_attendance"
        points = 0 if why else league.points.events.points
        scored = _reports(reports.get(row.event_id, []), league, why, void_reports)
        made.append(Event(row.event_id, row.home_id, row.title, month, attended, points, why, scored))
    return tuple(made)


def _reports(given: list[Any], league: League, why: str | None, void: frozenset[str]) -> tuple[Report, ...]:
    """An event's reports, the best first; of one tier the earliest is the one that earns."""
    tiers = league.points.media.tiers
    if why == "voided":
        fate = "event_voided"
    elif why == "not_participating":
        fate = why
    elif why is not None and league.points.media.without_event == "nothing":
        fate = "event_without_points"
    else:
        fate = None
    made, best = [], True
    for report in sorted(given, key=lambda row: (-tiers[row.tier], row.published_on, row.media_id)):
        key, tier = report.media_id, report.tier
        if key in void:
            made.append(Report(key, tier, 0, "voided"))
        elif fate is not None:
            made.append(Report(key, tier, 0, fate))
        else:
            made.append(Report(key, tier, tiers[tier] if best else 0, None if best else "lower_tier"))
            best = False
    return tuple(made)


def adjustments_of(evidence: Evidence, year: int) -> dict[str, int]:
    """Each home's adjustment of the year."""
    return {row.home_id: row.points for row in evidence["adjustments"].records() if row.year == year}


def points_of(
    season: Season | None, events: tuple[Event, ...], checkins: Mapping[str, int], adjustment: int
) -> Points:
    """A home's points from its own events and its check-ins by month; none without a season."""
    if season is None:
        return Points(0, 0, 0, 0, {})
    months: dict[str, int] = dict(checkins)
    for event in events:
        earned = event.points + event.media_points
        if earned and event.month is not None:
            months[event.month] = months.get(event.month, 0) + earned
    return Points(
        sum(event.points for event in events),
        sum(event.media_points for event in events),
        sum(checkins.values()),
        adjustment,
        {month: months[month] for month in sorted(months) if months[month]},
    )
