"""How a result takes in a league's year: homes, ranks, stars, grants, months, talents, conformity."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from talentcalc.core.decimals import format_decimal
from talentcalc.evidence.evidence import Evidence
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.result.model.league import (
    LEAGUE,
    ConformityMeasure,
    Conforms,
    CountedCheckIns,
    CutMargin,
    HomeOrder,
    HomeResult,
    HomeTrace,
    LeaguePart,
    LeagueRules,
    MediaReport,
    MonthFirst,
    ParticipatingHome,
    RankedHome,
    RankingCut,
    Sanction,
    SeasonDays,
    TalentBalance,
    TitledClause,
    TracedEvent,
)
from talentcalc.rulebook.model import LeagueRulebook

if TYPE_CHECKING:
    from talentcalc.league.ledger import Event
    from talentcalc.league.ranking import Cut
    from talentcalc.league.year import HomeYear, LeagueYear


def league_part(book: LeagueRulebook, year: "LeagueYear", evidence: Evidence) -> LeaguePart:
    """Status and standings."""
    standings = year.homes
    places = {standing.place.cut for standing in standings.values() if standing.place is not None}
    best_first = sorted(
        standings,
        key=lambda home: (
            standings[home].place is None,
            standings[home].season is None,
            -standings[home].points.year,
            home,
        ),
    )
    sanctions = _sanctions(book, year, evidence)
    return LeaguePart(
        form=LEAGUE,
        status="draft" if year.pending else "final",
        awaiting=year.pending,
        homes={home: _home(standing, year) for home, standing in standings.items()},
        ranked=sum(1 for standing in standings.values() if standing.place is not None),
        months={month: MonthFirst(first=first.homes) for month, first in year.first.items()},
        first_points={month: first.points for month, first in year.first.items()},
        talents={
            talent: TalentBalance(earned=balance.earned, spent=balance.spent, balance=balance.left)
            for talent, balance in year.talents.items()
        },
        cuts=tuple(_cut(cut) for cut in sorted(places, key=lambda cut: cut.group or "")),
        sanctions=sanctions,
        conformity={
            line.id: ConformityMeasure(measure=line.measure, title=line.title, judged=line.kind == "judged")
            for line in book.league.conformity
        },
        rules=_rules(book),
        order=HomeOrder(
            homes=tuple(best_first),
            conformity=tuple(line.id for line in book.league.conformity),
            sanctions=tuple(sanctions),
        ),
    )


def _home(standing: "HomeYear", year: "LeagueYear") -> HomeResult:
    home, points = standing.home, standing.points
    values = _values(standing)
    if standing.season is None:
        return HomeResult(**values)
    values |= {
        "season": SeasonDays(first=standing.season.first, last=standing.season.last),
        "trace": HomeTrace(
            events={event.id: _event(event) for event in standing.events},
            checkins=_checkins(points.checkins, year.visits.records.get(home.id, {})),
        ),
    }
    if standing.place is None:
        return ParticipatingHome(**values)
    return RankedHome(
        **values,
        rank=standing.place.rank,
        rank_in_type=standing.place.rank_in_type,
        rank_in_total=year.total_ranks[home.id],
        margins={
            "up": _margin(year.margins[home.id]["up"]),
            "down": _margin(year.margins[home.id]["down"]),
        },
        rank_in_months={month: ranks[home.id] for month, ranks in year.month_ranks.items()},
    )


def _values(standing: "HomeYear") -> dict[str, Any]:
    """What is said of every home."""
    home, points, rating = standing.home, standing.points, standing.rating
    return {
        "name": home.name,
        "category": home.category,
        "type": home.type,
        "county": home.county,
        "designated_on": home.designated_on,
        "payee": home.payee,
        "participates": standing.season is not None,
        "opening_points": home.opening,
        "events": points.events,
        "media": points.media,
        "checkins": points.checkins,
        "adjustment": points.adjustment,
        "points": points.year,
        "total": home.opening + points.year,
        "months": dict(points.months),
        "stars_before": rating.before,
        "stars_after": rating.after,
        "change": rating.change,
        "why": wording(rating.reason, PAPERS),
        "drops": rating.drops,
        "delisted": rating.delisted,
        "delisted_now": rating.delisted_now,
        "grant_selection": format_decimal(standing.entitlement.selection),
        "grant_top_ceiling": format_decimal(standing.entitlement.top_ceiling),
        "conformity": {
            found.line: Conforms(
                outcome=found.outcome, words=wording(found.reason, PAPERS), reviewer=found.reviewer
            )
            for found in standing.conformity
        },
    }


def _cut(cut: "Cut") -> RankingCut:
    return RankingCut(
        group=cut.group,
        title=cut.title,
        size=cut.size,
        up=cut.up,
        down=cut.down,
        up_words=wording(cut.up_arithmetic, PAPERS),
        down_words=wording(cut.down_arithmetic, PAPERS),
    )


def _margin(margin: Any) -> CutMargin:
    return CutMargin(inside=margin.inside, points=margin.points)


def _event(event: "Event") -> TracedEvent:
    return TracedEvent(
        title=event.title,
        points=event.points,
        attendance=event.attendance,
        media=tuple(
            MediaReport(row=report.id, tier=report.tier, points=report.points, why=report.why)
            for report in event.reports
        ),
        month=event.month,
        why=event.why,
    )


def _checkins(points: int, records: Mapping[str, int]) -> CountedCheckIns:
    """How many check-ins of the season earn a point, and how many do not, by reason."""
    set_aside = {why: number for why, number in records.items() if why != "may_count"}
    repeated = records.get("may_count", 0) - points
    if repeated > 0:
        set_aside["repeated"] = repeated
    return CountedCheckIns(records=sum(records.values()), points=points, set_aside=set_aside)


def _sanctions(book: LeagueRulebook, year: "LeagueYear", evidence: Evidence) -> dict[str, Sanction]:
    voided = {sanction for rows in year.sanctions.voided.values() for sanction in rows.values()}
    titles = evidence["sanctions"].spec.columns["kind"].choices
    return {
        row.sanction_id: Sanction(
            home=row.home_id,
            decided_on=row.decided_on,
            kind=titles[row.kind],
            concerns=f"{book.tables[row.table].title} {row.row_id}" if row.sanction_id in voided else "",
            reason=row.reason,
        )
        for row in evidence["sanctions"].records()
    }


def _rules(book: LeagueRulebook) -> LeagueRules:
    league, tables = book.league, book.tables
    points, grants = league.points, league.grants
    return LeagueRules(
        points={
            "events": _titled(points.events),
            "media": _titled(points.media),
            "checkins": _titled(points.checkins),
            "adjustment": _titled(points.adjustment),
        },
        clauses={
            "participation": league.participation.clause,
            "ranking": league.ranking.clause,
            "stars": league.stars.clause,
        },
        grants={"selection": _titled(grants.selection), "top": _titled(grants.top)},
        types=dict(tables["homes"].columns["type"].choices),
        categories=dict(tables["homes"].columns["category"].choices),
        tiers=dict(tables["media"].columns["tier"].choices),
    )


def _titled(rule: Any) -> TitledClause:
    return TitledClause(title=rule.title, clause=rule.clause)
