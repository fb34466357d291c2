"""The figures of a difference, and their subtraction."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.result.model.league import RankedHome
from talentcalc.result.model.result import LeagueResult, Result, ScorecardResult

Path = tuple[str, ...]
Exact = dict[Path, Fraction]


def figures(result: Result) -> dict[Path, str]:
    """Every figure of a result that a difference compares; none of a blocked one."""
    if isinstance(result, ScorecardResult):
        return _of_scorecard(result)
    return _of_league(result) if isinstance(result, LeagueResult) else {}


def _of_scorecard(result: ScorecardResult) -> dict[Path, str]:
    found: dict[Path, str] = {("boards", name): board.score for name, board in result.boards.items()}
    found |= {("indicators", name): indicator.points for name, indicator in result.indicators}
    paid = result.payment
    found["payment", "entitlement"] = paid.entitlement
    found["payment", "payable"] = paid.payable
    found["payment", "overpaid"] = paid.overpaid
    return found


def _of_league(result: LeagueResult) -> dict[Path, str]:
    found: dict[Path, str] = {("number", "homes"): str(len(result.homes))}
    for name, home in result.homes.items():
        of_a_home: dict[str, object] = {
            "points": home.points,
            "total": home.total,
            "stars": home.stars_after,
            "grant_selection": home.grant_selection,
            "grant_top_ceiling": home.grant_top_ceiling,
        }
        if isinstance(home, RankedHome):
            of_a_home["rank"] = home.rank
        found |= {("homes", name, figure): str(value) for figure, value in of_a_home.items()}
    return found


def nested(by_path: Mapping[Path, Any]) -> dict[str, Any]:
    """Values by path as a tree."""
    tree: dict[str, Any] = {}
    for path, value in by_path.items():
        branch = tree
        for step in path[:-1]:
            branch = branch.setdefault(step, {})
        branch[path[-1]] = value
    return tree


def exactly(result: Result) -> Exact:
    """Every figure of a result as an exact number."""
    return {path: Fraction(text) for path, text in figures(result).items()}


def minus(first: Exact, second: Exact) -> Exact:
    """The first state less the second; what a state lacks is 0 there."""
    return {path: first.get(path, Fraction(0)) - second.get(path, Fraction(0)) for path in [*first, *second]}


def plus(first: Exact, second: Exact) -> Exact:
    """The sum of two differences."""
    return {path: first.get(path, Fraction(0)) + second.get(path, Fraction(0)) for path in [*first, *second]}
