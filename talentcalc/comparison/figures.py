"""The figures of a difference, and their subtraction."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from talentcalc.result.document import Result

Path = tuple[str, ...]
Exact = dict[Path, Fraction]

_FIGURE = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_OF_A_HOME = {
    "points": "points",
    "total": "total",
    "rank": "rank",
    "stars": "stars_after",
    "grant_selection": "grant_selection",
    "grant_top_ceiling": "grant_top_ceiling",
}


def figures(result: Result) -> dict[Path, str]:
    """Every figure that a difference tells of; none of a blocked result."""
    if result["status"] == "blocked":
        return {}
    found: dict[Path, Any] = {}
    for name, board in result.get("boards", {}).items():
        found["boards", name] = board["score"]
        found |= {("indicators", one): points["points"] for one, points in board["indicators"].items()}
    for name in ("entitlement", "payable", "overpaid") if "payment" in result else ():
        found["payment", name] = result["payment"][name]
    for name, home in result.get("homes", {}).items():
        found |= {("homes", name, figure): home[own] for figure, own in _OF_A_HOME.items() if own in home}
    if "homes" in result:
        found["number", "homes"] = len(result["homes"])
    return {path: str(value) for path, value in found.items()}


def has_figures(result: Result) -> bool:
    """Whether a recorded result, which anyone may have written, has them where and as a run writes them."""
    try:
        return all(_FIGURE.fullmatch(text) for text in figures(result).values())
    except (KeyError, TypeError, AttributeError):
        return False


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
    """Every figure as a number."""
    return {path: Fraction(text) for path, text in figures(result).items()}


def minus(one: Exact, other: Exact) -> Exact:
    """One state less another; what a state lacks is 0 there."""
    return {path: one.get(path, Fraction(0)) - other.get(path, Fraction(0)) for path in [*one, *other]}


def plus(one: Exact, other: Exact) -> Exact:
    """Two differences together."""
    return {path: one.get(path, Fraction(0)) + other.get(path, Fraction(0)) for path in [*one, *other]}
