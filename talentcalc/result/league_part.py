"""What a league's result says beside: homes, ranks, stars, grants, months, talents, conformity."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from talentcalc.core.decimals import format_decimal
from talentcalc.evidence.evidence import Evidence
from talentcalc.result.document import SCHEMAS, Result
from talentcalc.rulebook.model import LeagueRulebook

if TYPE_CHECKING:
    from talentcalc.league.ledger import Event
    from talentcalc.league.year import HomeYear, LeagueYear


def league_part(book: LeagueRulebook, year: "LeagueYear | None", evidence: Evidence) -> Result:
    """Status and standings; only the status where something critical blocks them."""
    head: Result = {"schema": SCHEMAS["league"], "order": {"homes": [], "conformity": [], "sanctions": []}}
    if year is None:
        return head | {"status": "blocked"}
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
    head["order"] |= {
        "homes": best_first,
        "conformity": [line.id for line in book.league.conformity],
        "sanctions": list(sanctions),
    }
    return head | {
        "status": "draft" if year.pending else "final",
        "awaiting": list(year.pending),
        "homes": {home: _home(standing, year) for home, standing in standings.items()},
        "ranked": sum(1 for standing in standings.values() if standing.place is not None),
        "months": {month: {"first": list(one.homes)} for month, one in year.first.items()},
        "first_points": {month: one.points for month, one in year.first.items()},
        "talents": {
            talent: {"earned": one.earned, "spent": one.spent, "balance": one.left}
            for talent, one in year.talents.items()
        },
        "cuts": [
            {
                "group": cut.group,
                "title": cut.title,
                "size": cut.size,
                "up": cut.up,
                "down": cut.down,
                "up_words": cut.up_words,
                "down_words": cut.down_words,
            }
            for cut in sorted(places, key=lambda cut: cut.group or "")
        ],
        "sanctions": sanctions,
        "conformity": {
            line.id: {"measure": line.measure, "title": line.title, "judged": line.kind == "judged"}
            for line in book.league.conformity
        },
        "rules": _rules(book),
    }


def _home(standing: "HomeYear", year: "LeagueYear") -> dict[str, Any]:
    home, points, rating = standing.home, standing.points, standing.rating
    said: dict[str, Any] = {
        "name": home.name,
        "category": home.category,
        "type": home.type,
        "county": home.county,
        "designated_on": home.designated_on.isoformat(),
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
        "why": rating.words,
        "drops": rating.drops,
        "delisted": rating.delisted,
        "delisted_now": rating.delisted_now,
        "grant_selection": format_decimal(standing.entitlement.selection),
        "grant_top_ceiling": format_decimal(standing.entitlement.top_ceiling),
        "conformity": {
            one.line: {"outcome": one.outcome, "words": one.words}
            | ({} if one.reviewer is None else {"reviewer": one.reviewer})
            for one in standing.conformity
        },
    }
    if standing.season is not None:
        said["season"] = {
            "first": standing.season.first.isoformat(),
            "last": standing.season.last.isoformat(),
        }
        said["trace"] = {
            "events": {event.id: _event(event) for event in standing.events},
            "checkins": _checkins(points.checkins, year.visits.records.get(home.id, {})),
        }
    if standing.place is not None:
        said |= {
            "rank": standing.place.rank,
            "rank_in_type": standing.place.rank_in_type,
            "rank_in_total": year.total_ranks[home.id],
            "margins": {
                edge: {"inside": margin.inside, "points": margin.points}
                for edge, margin in year.margins[home.id].items()
            },
            "rank_in_months": {month: ranks[home.id] for month, ranks in year.month_ranks.items()},
        }
    return said


def _event(event: "Event") -> dict[str, Any]:
    said: dict[str, Any] = {
        "title": event.title,
        "points": event.points,
        "attendance": event.attendance,
        "media": [
            {"row": one.id, "tier": one.tier, "points": one.points}
            | ({} if one.why is None else {"why": one.why})
            for one in event.reports
        ],
    }
    if event.month is not None:
        said["month"] = event.month
    return said if event.why is None else said | {"why": event.why}


def _checkins(points: int, records: Mapping[str, int]) -> dict[str, Any]:
    """How many check-ins of the season earn a point, and how many do not, by reason."""
    set_aside = {why: number for why, number in records.items() if why != "may_count"}
    repeated = records.get("may_count", 0) - points
    if repeated > 0:
        set_aside["repeated"] = repeated
    return {"records": sum(records.values()), "points": points, "set_aside": set_aside}


def _sanctions(book: LeagueRulebook, year: "LeagueYear", evidence: Evidence) -> dict[str, Any]:
    voided = {sanction for rows in year.sanctions.voided.values() for sanction in rows.values()}
    titles = evidence["sanctions"].spec.columns["kind"].choices
    return {
        row.sanction_id: {
            "home": row.home_id,
            "decided_on": row.decided_on.isoformat(),
            "kind": titles[row.kind],
            "concerns": f"{book.tables[row.table].title} {row.row_id}" if row.sanction_id in voided else "",
            "reason": row.reason,
        }
        for row in evidence["sanctions"].records()
    }


def _rules(book: LeagueRulebook) -> dict[str, Any]:
    league, tables = book.league, book.tables
    points = league.points
    return {
        "points": {
            "events": {"title": points.events.title, "clause": points.events.clause},
            "media": {"title": points.media.title, "clause": points.media.clause},
            "checkins": {"title": points.checkins.title, "clause": points.checkins.clause},
            "adjustment": {"title": points.adjustment.title, "clause": points.adjustment.clause},
        },
        "clauses": {
            "participation": league.participation.clause,
            "ranking": league.ranking.clause,
            "stars": league.stars.clause,
        },
        "grants": {
            "selection": {
                "title": league.grants.selection.title,
                "clause": league.grants.selection.clause,
            },
            "top": {"title": league.grants.top.title, "clause": league.grants.top.clause},
        },
        "types": dict(tables["homes"].columns["type"].choices),
        "categories": dict(tables["homes"].columns["category"].choices),
        "tiers": dict(tables["media"].columns["tier"].choices),
    }
