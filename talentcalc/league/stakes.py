"""The points that stand on suspicious records, and would fall with them if a void were decided."""

from collections import Counter
from collections.abc import Mapping

from talentcalc.checks.planned import Lines
from talentcalc.evidence.submitted import Evidence
from talentcalc.league.homes import Season
from talentcalc.league.ledger import Event, events_of
from talentcalc.league.sanctions import Sanctions
from talentcalc.league.visits import Ledger
from talentcalc.rulebook.league import League


def check_in_stakes(
    ledger: Ledger, league: League, lines: Lines, events: tuple[Event, ...]
) -> dict[str, int]:
    """By home, the points that would fall without these check-ins, events' own among them."""
    lost = Counter(ledger.points_without(lines))
    without = ledger.attendance_without(lines)
    for event in events:
        if event.points and without.get(event.id) == 0:
            media = event.media_points if league.points.media.without_event == "nothing" else 0
            lost[event.home] += event.points + media
    return {home: lost[home] for home in sorted(lost) if lost[home]}


def report_stakes(
    evidence: Evidence,
    league: League,
    seasons: Mapping[str, Season],
    sanctions: Sanctions,
    attendance: Mapping[str, int],
    reports: frozenset[str],
) -> dict[str, int]:
    """By home, the points that would fall without these media reports."""
    void = sanctions.void_in("media")
    lost: Counter[str] = Counter()
    for sign, passed_over in ((1, dict(void)), (-1, dict(void) | dict.fromkeys(reports, ""))):
        for event in events_of(evidence, league, seasons, sanctions, attendance, passed_over):
            lost[event.home] += sign * event.media_points
    return {home: lost[home] for home in sorted(lost) if lost[home]}
