"""One year of a league, from evidence to stars and grants, every step kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from talentcalc.checks.record import CheckRecord
from talentcalc.core.findings import Finding
from talentcalc.league.conformity import Conformity, Conforms
from talentcalc.league.context import LeagueContext
from talentcalc.league.findings import overdrawn_finding, participation_findings, standing_findings
from talentcalc.league.grants import Entitlement, entitlement_of
from talentcalc.league.homes import Home, Season, year_of
from talentcalc.league.ledger import Event, Points
from talentcalc.league.margins import Margin, margins
from talentcalc.league.points_at_stake import with_points_at_stake
from talentcalc.league.ranking import RankPosition, rank, ranks
from talentcalc.league.sanctions import Sanctions
from talentcalc.league.stars import Rating, rate
from talentcalc.league.talents import Balance, balances_of, overdrawn
from talentcalc.league.visits import Visits
from talentcalc.rulebook.league import Ranking


@dataclass(frozen=True)
class HomeYear:
    """One home's year; `place` is None where it is not ranked, `season` where it takes no part."""

    home: Home
    season: Season | None
    events: tuple[Event, ...]
    points: Points
    place: RankPosition | None
    rating: Rating
    entitlement: Entitlement
    conformity: tuple[Conforms, ...]


@dataclass(frozen=True)
class MonthLeaders:
    """The first homes of a month, and the points that made them so: the month's, or the standing's."""

    homes: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class LeagueYear:
    """Every home's standing by id, each month's first homes and ranks, every talent's balance."""

    homes: Mapping[str, HomeYear]
    first: Mapping[str, MonthLeaders]
    month_ranks: Mapping[str, Mapping[str, int]]
    total_ranks: Mapping[str, int]
    margins: Mapping[str, Mapping[str, Margin]]
    talents: Mapping[str, Balance]
    visits: Visits
    sanctions: Sanctions

    @property
    def pending(self) -> tuple[str, ...]:
        """What is still to be judged: the homes with a line of the conformity table."""
        return tuple(
            home
            for home, standing in self.homes.items()
            if any(conforms.outcome == "pending" for conforms in standing.conformity)
        )


def evaluate_year(
    context: LeagueContext, record: CheckRecord
) -> tuple[LeagueYear | None, tuple[Finding, ...]]:
    """The year under the readings in force, and all findings; no year where one of them is critical."""
    league, year, evidence = context.league, context.year, context.evidence
    beyond = tuple(overdrawn_finding(evidence, overdrawn(evidence, context.ledger)))
    if beyond:
        return None, record.findings + beyond
    points = context.points
    ranked = [
        home
        for home in context.homes
        if home.id in context.seasons and home.category in league.ranking.categories
    ]
    types = evidence["homes"].spec.columns["type"].choices
    places = rank(league.ranking, ranked, {home: of_home.year for home, of_home in points.items()}, types)
    void_events = frozenset(context.sanctions.void_in("events"))
    years = {home.id: year_of(home, year, context.extensions) for home in context.homes}
    conformity = Conformity(league.conformity, evidence, year, years, void_events)
    homes = {home.id: _standing(context, home, places.get(home.id), conformity) for home in context.homes}
    ratings = {home: standing.rating for home, standing in homes.items()}
    findings = (
        *with_points_at_stake(record, context),
        *participation_findings(context),
        *standing_findings(context, ratings, places),
    )
    of_ranked = {home.id: points[home.id] for home in ranked}
    first = month_leaders(league.ranking, of_ranked, year)
    return LeagueYear(
        homes,
        first,
        {
            month: ranks({home: of_home.months.get(month, 0) for home, of_home in of_ranked.items()})
            for month in first
        },
        ranks({home.id: home.opening + points[home.id].year for home in ranked}),
        margins(places, {home: of_home.year for home, of_home in of_ranked.items()}),
        balances_of(evidence, context.visits.earned),
        context.visits,
        context.sanctions,
    ), findings


def _standing(
    context: LeagueContext, home: Home, place: RankPosition | None, conformity: Conformity
) -> HomeYear:
    league, year, season = context.league, context.year, context.seasons.get(home.id)
    lowered = context.sanctions.star_drops.get(home.id, 0)
    out = home.id in context.sanctions.delisted
    there = home.designated_on.year <= year and (home.delisted_on is None or home.delisted_on.year > year)
    return HomeYear(
        home,
        season,
        context.events_by_home[home.id],
        context.points[home.id],
        place,
        rate(league.stars, home, season is not None, place, year, lowered, out),
        entitlement_of(league.grants, home, place, year),
        conformity.of(home) if there else (),
    )


def month_leaders(rule: Ranking, points: Mapping[str, Points], year: int) -> dict[str, MonthLeaders]:
    """The homes with the highest points of each month; no key for a month without points."""
    first: dict[str, MonthLeaders] = {}
    standing = dict.fromkeys(points, 0)
    for month in months_of(year):
        of_month = {home: of_home.months.get(month, 0) for home, of_home in points.items()}
        standing = {home: standing[home] + of_month[home] for home in standing}
        compared = standing if rule.month_first == "standing" else of_month
        if any(of_month.values()):
            highest = max(compared.values())
            homes = sorted(home for home in compared if compared[home] == highest)
            first[month] = MonthLeaders(tuple(homes), highest)
    return first


def months_of(year: int) -> tuple[str, ...]:
    """The months of a year, YYYY-MM."""
    return tuple(f"{year}-{number:02d}" for number in range(1, 13))
