"""The public page of a league: totals, year, months, types, stars. Talents appear in it by no name or id."""

from typing import Any

from talentcalc.report.labels import STATUSES, first_by
from talentcalc.report.render.html import environment
from talentcalc.result.document import canonical
from talentcalc.result.model.league import HomeResult, RankedHome
from talentcalc.result.model.result import LeagueResult, Result

SCHEMA = "talentcalc/leaderboard/1"


def leaderboard(result: LeagueResult) -> dict[str, Any]:
    """The figures of the public page, as the mini-program shows them."""
    return {
        "schema": SCHEMA,
        "subject": result.subject,
        "year": result.year,
        "status": result.status,
        "agency": result.review.agency,
        "dated": str(result.review.dated),
        "types": result.rules.types,
        "categories": result.rules.categories,
        "homes": {name: _home(home) for name, home in result.homes.items()},
        "months": {month: {"first": list(leaders.first)} for month, leaders in result.months.items()},
        "first_by": first_by(result),
        "showing": _showing(result),
    }


def _home(home: HomeResult) -> dict[str, Any]:
    figures = {
        "name": home.name,
        "category": home.category,
        "type": home.type,
        "county": home.county,
        "participates": home.participates,
        "delisted": home.delisted,
        "stars_before": home.stars_before,
        "stars": home.stars_after,
        "change": home.change,
        "total": home.total,
        "points": home.points,
        "months": home.months,
    }
    if isinstance(home, RankedHome):
        figures |= {
            "rank": home.rank,
            "rank_in_type": home.rank_in_type,
            "rank_in_total": home.rank_in_total,
            "rank_in_months": home.rank_in_months,
        }
    return figures


def _showing(result: LeagueResult) -> dict[str, Any] | None:
    """The last month with points, whose first homes are shown in the month after."""
    if not result.months:
        return None
    last = max(result.months)
    year, month = int(last[:4]), int(last[5:])
    after = f"{year + month // 12}-{month % 12 + 1:02d}"
    return {
        "of": last,
        "in": after,
        "homes": list(result.months[last].first),
        "points": result.first_points[last],
    }


def public_files(result: Result) -> dict[str, bytes]:
    """The page and its figures, by file name; none where nothing is ranked."""
    if not isinstance(result, LeagueResult):
        return {}
    board = leaderboard(result)
    return {
        "leaderboard.json": canonical(board),
        "leaderboard.html": _page(result, board).encode(),
    }


def _page(result: LeagueResult, board: dict[str, Any]) -> str:
    homes = [(name, board["homes"][name]) for name, _ in result.ordered_homes]
    ranked = [(name, home) for name, home in homes if "rank" in home]
    most = max([home["points"] for _, home in ranked] + [1])
    return (
        environment()
        .get_template("leaderboard.html.j2")
        .render(
            board=board,
            status=STATUSES[board["status"]],
            by_year=ranked,
            by_total=sorted(ranked, key=lambda entry: (entry[1]["rank_in_total"], entry[0])),
            by_type=[
                (title, sorted((entry for entry in ranked if entry[1]["type"] == code), key=_in_type))
                for code, title in sorted(board["types"].items())
            ],
            by_month=[(month, _of_month(ranked, month)) for month in sorted(board["months"], reverse=True)],
            unranked=[(name, home) for name, home in homes if "rank" not in home],
            most=most,
        )
    )


def _in_type(entry: tuple[str, dict[str, Any]]) -> tuple[int, str]:
    return entry[1]["rank_in_type"], entry[0]


def _of_month(ranked: list[tuple[str, dict[str, Any]]], month: str) -> list[tuple[str, dict[str, Any]]]:
    return sorted(ranked, key=lambda entry: (entry[1]["rank_in_months"][month], entry[0]))
