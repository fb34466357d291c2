"""Stars up and down, consecutive downs, delisting (附件二.2, 二.3, 三.3)."""

from dataclasses import dataclass
from functools import reduce
from typing import Literal

from talentcalc.league.homes import Home
from talentcalc.league.ranking import RankPosition
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.league import Stars

StarChange = Literal["up", "down", "same"]


@dataclass(frozen=True)
class Rating:
    """A home's stars as the year ends; `change` is from the ranking alone, `delisted_now` of this year."""

    before: int
    after: int
    change: StarChange
    drops: int
    delisted: bool
    delisted_now: bool
    reason: Message


def rate(
    rule: Stars,
    home: Home,
    takes_part: bool,
    place: RankPosition | None,
    year: int,
    lowered: int,
    delisted: bool,
) -> Rating:
    """The rating of a home from its place; `lowered` is its star drops by sanction, `delisted` too."""
    change = _change(place)
    stars = home.stars + {"up": 1, "same": 0, "down": -1}[change]
    steps = [_ranked(place, change) if place else _unranked(home, takes_part, year)]
    if rule.held_at_highest and stars > rule.highest:
        stars = rule.highest
        steps.append(message("league.at_most_stars", stars=rule.highest))
    if lowered:
        stars -= lowered
        steps.append(message("league.stars_lowered_by_decision", stars=lowered))
    down = change == "down" or (bool(lowered) and rule.sanction_counts_as_down)
    drops = home.drops + 1 if down else home.drops
    if not down and takes_part:
        drops = 0
    if down:
        steps.append(message("league.drops_in_a_row", drops=drops))
    left = home.delisted_on.year if home.delisted_on is not None else None
    by_drops = down and drops >= rule.downs_to_delist
    if by_drops:
        steps.append(message("league.delisted"))
    if delisted:
        steps.append(message("league.delisted_by_decision"))
    before, now = left is not None and left < year, by_drops or delisted or left == year
    return Rating(home.stars, stars, change, drops, before or now, now and not before, reduce(_then, steps))


def _change(place: RankPosition | None) -> StarChange:
    if place is None or place.inside_up == place.inside_down:
        return "same"
    return "up" if place.inside_up else "down"


def _then(before: Message, step: Message) -> Message:
    return message("league.then", before=before, step=step)


def _ranked(place: RankPosition, change: StarChange) -> Message:
    cut = place.cut
    if cut.title:
        rank = message("league.rank_in_group", group=cut.title, rank=place.rank_in_cut, size=cut.size)
    else:
        rank = message("league.rank", rank=place.rank_in_cut, size=cut.size)
    if place.inside_up and place.inside_down:
        return message("league.inside_both_cuts", rank=rank)
    if change == "up":
        return message("league.gains_a_star", rank=rank, arithmetic=cut.up_arithmetic, up=cut.up)
    if change == "down":
        return message(
            "league.loses_a_star",
            rank=rank,
            arithmetic=cut.down_arithmetic,
            size=cut.size,
            down=cut.down,
            last=cut.size - cut.down,
        )
    return message("league.keeps_its_stars", rank=rank, up=cut.up, down=cut.down)


def _unranked(home: Home, takes_part: bool, year: int) -> Message:
    if takes_part:
        return message("league.not_ranked")
    if home.delisted_on is not None and home.delisted_on.year <= year:
        return message("league.delisted_before", day=home.delisted_on)
    return message("league.designated_late", day=home.designated_on)
