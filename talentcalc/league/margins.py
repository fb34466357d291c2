"""How far each home's points are from the cuts (附件二.2), the points of all others left as they are."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from talentcalc.league.ranking import RankPosition


@dataclass(frozen=True)
class Margin:
    """One cut and one home: whether it is inside, and the points by which that would change.

    For the upper cut `points` are the most it could lose and stay inside, or the fewest it needs to come
    inside. For the lower cut the fewest it needs to come out, or the most it could lose and stay out.
    None where no number of points would change it.
    """

    inside: bool
    points: int | None


def margins(places: Mapping[str, RankPosition], points: Mapping[str, int]) -> dict[str, dict[str, Margin]]:
    """For each home that is ranked, its margin to the cut `up` and to the cut `down` of its group."""
    groups: dict[str | None, list[int]] = {}
    for home, place in places.items():
        groups.setdefault(place.cut.group, []).append(points[home])
    for values in groups.values():
        values.sort()
    return {home: _of(place, points[home], groups[place.cut.group]) for home, place in places.items()}


def _of(place: RankPosition, points: int, rising: list[int]) -> dict[str, Margin]:
    """A home's margins among the points of its group, its own among them, rising."""
    cut = place.cut
    up, out = _fewest(points, rising, cut.up), _fewest(points, rising, cut.size - cut.down)
    return {
        "up": Margin(place.inside_up, None if up is None else abs(points - up)),
        "down": Margin(place.inside_down, None if out is None else abs(points - out)),
    }


def _fewest(points: int, rising: list[int], rank: int) -> int | None:
    """The fewest points with which a home has this rank or a better one; None if it always has, or never.

    They are the points of the home that has this rank among the others.
    """
    if not 1 <= rank < len(rising):
        return None
    place = len(rising) - 1 - rank  # among the others
    return rising[place] if place < bisect_left(rising, points) else rising[place + 1]
