"""Ranks and cuts (附件二.2): who is inside the upper and the lower cut, and by which arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.core.decimals import format_shortest, round_half_up
from talentcalc.league.homes import Home
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.league import Ranking

_ROUNDED = {
    "floor": message("league.rounded_down"),
    "half_up": message("league.rounded_half_up"),
    "ceil": message("league.rounded_up"),
}


@dataclass(frozen=True)
class Cut:
    """How many homes of a group go up and down, and the arithmetic. `group` is a type, or None."""

    group: str | None
    title: str
    size: int
    up: int
    down: int
    up_arithmetic: Message
    down_arithmetic: Message


@dataclass(frozen=True)
class RankPosition:
    """Where a home stands: overall, in its type, and in the group in which it is cut."""

    rank: int
    rank_in_type: int
    rank_in_cut: int
    cut: Cut

    @property
    def inside_up(self) -> bool:
        """Whether the home is inside the upper cut; ties favour it."""
        return self.rank_in_cut <= self.cut.up

    @property
    def inside_down(self) -> bool:
        """Whether the home is inside the lower cut; ties favour it."""
        return self.rank_in_cut > self.cut.size - self.cut.down


def rank(
    rule: Ranking, homes: list[Home], points: Mapping[str, int], types: Mapping[str, str]
) -> dict[str, RankPosition]:
    """The place of every home that is ranked: 1 + the number of homes with strictly more points."""
    overall = ranks({home.id: points[home.id] for home in homes})
    places: dict[str, RankPosition] = {}
    whole = _cut(rule, None, "", len(homes))
    for kind in sorted({home.type for home in homes}):
        alike = [home.id for home in homes if home.type == kind]
        in_type = ranks({home: points[home] for home in alike})
        cut = _cut(rule, kind, types[kind], len(alike)) if rule.within == "by_type" else whole
        for home in alike:
            in_cut = in_type[home] if rule.within == "by_type" else overall[home]
            places[home] = RankPosition(overall[home], in_type[home], in_cut, cut)
    return {home: places[home] for home in sorted(places)}


def ties_across(cut: Cut, places: Mapping[str, RankPosition]) -> dict[str, tuple[str, ...]]:
    """The homes whose tie lies across the edge of a cut: `up`, `down`; no key where there is none."""
    inside = {home: place for home, place in places.items() if place.cut is cut}
    ties = {}
    up = [home for home, place in inside.items() if place.inside_up]
    if len(up) > cut.up:
        edge = max(inside[home].rank_in_cut for home in up)
        ties["up"] = tuple(home for home in up if inside[home].rank_in_cut == edge)
    down = [home for home, place in inside.items() if place.inside_down]
    if len(down) < cut.down:
        edge = max(place.rank_in_cut for place in inside.values() if not place.inside_down)
        ties["down"] = tuple(home for home, place in inside.items() if place.rank_in_cut == edge)
    return ties


def ranks(points: Mapping[str, int]) -> dict[str, int]:
    """Each home's rank: 1 + the number of homes with strictly more points."""
    first: dict[int, int] = {}
    for number, value in enumerate(sorted(points.values(), reverse=True), start=1):
        first.setdefault(value, number)
    return {home: first[value] for home, value in points.items()}


def _cut(rule: Ranking, group: str | None, title: str, size: int) -> Cut:
    up, up_arithmetic = _share_of(Fraction(rule.up), size, rule.rounding)
    down, down_arithmetic = _share_of(Fraction(rule.down), size, rule.rounding)
    return Cut(group, title, size, up, down, up_arithmetic, down_arithmetic)


def _share_of(share: Fraction, size: int, rounding: str) -> tuple[int, Message]:
    exact = share * size
    if rounding == "half_up":
        whole = int(round_half_up(exact, 0))
    else:
        whole = (
            -(-exact.numerator // exact.denominator)
            if rounding == "ceil"
            else exact.numerator // exact.denominator
        )
    product = message(
        "league.share_of_homes", share=format_shortest(share), size=size, product=format_shortest(exact)
    )
    if exact == whole:
        return whole, product
    return whole, message("league.share_rounded", share=product, rounded=_ROUNDED[rounding], whole=whole)
