"""One year of a league, from evidence to stars and grants, every step kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from talentcalc.checks.record import CheckRecord
from talentcalc.evidence.submitted import Evidence
from talentcalc.finding import Finding
from talentcalc.league.conformity import Conformity, Conforms
from talentcalc.league.findings import overdrawn_finding, participation_findings, standing_findings
from talentcalc.league.grants import Entitlement, entitlement_of
from talentcalc.league.homes import Home, Season, extension_days, homes_of, season_of
from talentcalc.league.ledger import Event, Points, adjustments_of, events_of, points_of
from talentcalc.league.ranking import Place, rank, ranks
from talentcalc.league.sanctions import Sanctions, sanctions_of
from talentcalc.league.stakes import check_in_stakes, report_stakes
from talentcalc.league.stars import Rating, rate
from talentcalc.league.talents import Balance, balances_of, overdrawn
from talentcalc.league.visits import Ledger, Visits
from talentcalc.rulebook.league import League, Ranking


@dataclass(frozen=True)
class Standing:
    """One home's year; `place` is None where it is not ranked, `season` where it takes no part."""

    home: Home
    season: Season | None
    events: tuple[Event, ...]
    points: Points
    place: Place | None
    rating: Rating
    entitlement: Entitlement
    conformity: tuple[Conforms, ...]


@dataclass(frozen=True)
class LeagueYear:
    """Every home's standing by id, each month's first homes and ranks, every talent's balance."""

    homes: Mapping[str, Standing]
    first: Mapping[str, tuple[str, ...]]
    month_ranks: Mapping[str, Mapping[str, int]]
    total_ranks: Mapping[str, int]
    talents: Mapping[str, Balance]
    visits: Visits
    sanctions: Sanctions

    @property
    def pending(self) -> tuple[str, ...]:
        """What is still to be judged: the homes with a line of the conformity table."""
        return tuple(
            home
            for home, standing in self.homes.items()
            if any(one.outcome == "pending" for one in standing.conformity)
        )


def ledger_of(league: League, year: int, evidence: Evidence) -> Ledger:
    """The check-ins of a year, with what decides about them."""
    seasons = _seasons(homes_of(evidence, league), year, league, extension_days(evidence))
    return Ledger(evidence, league.points.checkins, seasons, sanctions_of(evidence, league, year))


def play(
    league: League, year: int, evidence: Evidence, record: CheckRecord
) -> tuple[LeagueYear | None, tuple[Finding, ...]]:
    """The year under the readings in force, and all findings; no year where one of them is critical."""
    homes = homes_of(evidence, league)
    extensions, adjustments = extension_days(evidence), adjustments_of(evidence, year)
    seasons = _seasons(homes, year, league, extensions)
    sanctions = sanctions_of(evidence, league, year)
    ledger = Ledger(evidence, league.points.checkins, seasons, sanctions)
    beyond = tuple(overdrawn_finding(overdrawn(evidence, ledger)))
    if beyond:
        return None, record.findings + beyond
    visits = ledger.visits()
    events = events_of(evidence, league, seasons, sanctions, visits.attendance)
    points = {
        home.id: points_of(
            seasons.get(home.id),
            tuple(event for event in events if event.home == home.id),
            visits.points.get(home.id, {}),
            adjustments.get(home.id, 0),
        )
        for home in homes
    }
    ranked = [home for home in homes if home.id in seasons and home.category in league.ranking.categories]
    places = rank(league.ranking, ranked, {home: one.year for home, one in points.items()})
    conformity = Conformity(league.conformity, evidence, year, frozenset(sanctions.void_in("events")))
    standings = {}
    for home in homes:
        place = places.get(home.id)
        rating = rate(
            league.stars,
            home,
            home.id in seasons,
            place,
            year,
            sanctions.star_drops.get(home.id, 0),
            home.id in sanctions.delisted,
        )
        there = home.designated_on.year <= year and (home.delisted_on is None or home.delisted_on.year > year)
        standings[home.id] = Standing(
            home,
            seasons.get(home.id),
            tuple(event for event in events if event.home == home.id),
            points[home.id],
            place,
            rating,
            entitlement_of(league.grants, home, place, year),
            conformity.of(home) if there else (),
        )
    findings = _with_stakes(record, evidence, league, ledger, seasons, sanctions, visits, events)
    findings += tuple(
        participation_findings(
            homes, _seasons(homes, year - 1, league, extensions), seasons, extensions, adjustments, year
        )
    )
    ratings = {home: standing.rating for home, standing in standings.items()}
    findings += tuple(standing_findings(league.stars, ratings, places))
    of_ranked = {home.id: points[home.id] for home in ranked}
    return LeagueYear(
        standings,
        month_first(league.ranking, of_ranked, year),
        {
            month: ranks({home: one.months.get(month, 0) for home, one in of_ranked.items()})
            for month in months_of(year)
        },
        ranks({home.id: home.opening + points[home.id].year for home in ranked}),
        balances_of(evidence, visits.earned),
        visits,
        sanctions,
    ), findings


def month_first(rule: Ranking, points: Mapping[str, Points], year: int) -> dict[str, tuple[str, ...]]:
    """The homes with the highest points of each month; no key for a month without points."""
    first: dict[str, tuple[str, ...]] = {}
    standing = dict.fromkeys(points, 0)
    for month in months_of(year):
        of_month = {home: one.months.get(month, 0) for home, one in points.items()}
        standing = {home: standing[home] + of_month[home] for home in standing}
        compared = standing if rule.month_first == "standing" else of_month
        if any(of_month.values()):
            highest = max(compared.values())
            first[month] = tuple(sorted(home for home in compared if compared[home] == highest))
    return first


def months_of(year: int) -> tuple[str, ...]:
    """The months of a year, YYYY-MM."""
    return tuple(f"{year}-{number:02d}" for number in range(1, 13))


def _seasons(
    homes: tuple[Home, ...], year: int, league: League, extensions: Mapping[tuple[str, int], int]
) -> dict[str, Season]:
    found = {home.id: season_of(home, year, league, extensions) for home in homes}
    return {home: season for home, season in found.items() if season is not None}


def _with_stakes(
    record: CheckRecord,
    evidence: Evidence,
    league: League,
    ledger: Ledger,
    seasons: Mapping[str, Season],
    sanctions: Sanctions,
    visits: Visits,
    events: tuple[Event, ...],
) -> tuple[Finding, ...]:
    """The findings of the checks, those of check-ins and media with the points at stake."""
    findings = []
    for finding in record.findings:
        if finding.severity == "warning" and finding.table == "checkins":
            lost = check_in_stakes(ledger, league, record.failing[finding.check], events)
            finding = replace(finding, at_stake=tuple(lost.items()))
        elif finding.severity == "warning" and finding.table == "media":
            reports = frozenset(place.row for place in finding.rows)
            lost = report_stakes(evidence, league, seasons, sanctions, visits.attendance, reports)
            finding = replace(finding, at_stake=tuple(lost.items()))
        findings.append(finding)
    return tuple(findings)
