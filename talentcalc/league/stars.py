"""Stars up and down, consecutive downs, delisting (附件二.2, 二.3, 三.3)."""

from dataclasses import dataclass
from typing import Literal

from talentcalc.league.homes import Home
from talentcalc.league.ranking import RankPosition
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
    words: str


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
    steps = [_ranked_words(place, change) if place else _unranked_words(home, takes_part, year)]
    if rule.held_at_highest and stars > rule.highest:
        stars = rule.highest
        steps.append(f"至多 {rule.highest} 星")
    if lowered:
        stars -= lowered
        steps.append(f"处理决定降 {lowered} 星")
    down = change == "down" or (bool(lowered) and rule.sanction_counts_as_down)
    drops = home.drops + 1 if down else home.drops
    if not down and takes_part:
        drops = 0
    if down:
        steps.append(f"连续降星 {drops} 次")
    left = home.delisted_on.year if home.delisted_on is not None else None
    by_drops = down and drops >= rule.downs_to_delist
    if by_drops:
        steps.append("予以摘牌")
    if delisted:
        steps.append("处理决定摘牌")
    before, now = left is not None and left < year, by_drops or delisted or left == year
    return Rating(home.stars, stars, change, drops, before or now, now and not before, "；".join(steps))


def _change(place: RankPosition | None) -> StarChange:
    if place is None or place.inside_up == place.inside_down:
        return "same"
    return "up" if place.inside_up else "down"


def _ranked_words(place: RankPosition, change: StarChange) -> str:
    cut = place.cut
    stands = f"{cut.title}第 {place.rank_in_cut} 名，共 {cut.size} 名"
    if place.inside_up and place.inside_down:
        return f"{stands}；同在晋升与下降名额之内，星级不变"
    if change == "up":
        return f"{stands}；{cut.up_words}，名次不大于 {cut.up}，晋升一星"
    if change == "down":
        return (
            f"{stands}；{cut.down_words}，名次大于 {cut.size} − {cut.down} = {cut.size - cut.down}，下降一星"
        )
    return f"{stands}；前 {cut.up} 名晋升，后 {cut.down} 名下降，星级不变"


def _unranked_words(home: Home, takes_part: bool, year: int) -> str:
    if takes_part:
        return "不参加排名，星级不变"
    if home.delisted_on is not None and home.delisted_on.year <= year:
        return f"{home.delisted_on} 摘牌，不参与积分计算"
    return f"{home.designated_on} 认定，本年度尚不参与积分计算，星级不变"
