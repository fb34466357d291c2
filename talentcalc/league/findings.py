"""What a reviewer has to know of a league beyond its evidence: ties, stars, extensions, balances."""

from collections.abc import Iterator, Mapping

from talentcalc.core.findings import Finding, Location
from talentcalc.evidence.evidence import Evidence
from talentcalc.league.context import LeagueContext
from talentcalc.league.ranking import RankPosition as Rank
from talentcalc.league.ranking import ties_across
from talentcalc.league.stars import Rating


def overdrawn_finding(evidence: Evidence, redemptions: tuple[str, ...]) -> Iterator[Finding]:
    """Redemptions beyond the balance: critical."""
    if redemptions:
        table = evidence["redemptions"]
        lines = table.frame.index[table.keys.isin(redemptions)]
        yield Finding(
            "redemptions.within_balance",
            "critical",
            table.name,
            "兑换积分超过人才当日的积分余额",
            "核实兑换记录和打卡记录",
            "points",
            table.spec.columns["points"].title,
            "不超过当日余额（当日所得先于兑换）",
            table.source.file if table.source else None,
            table.locations(lines, "points", show_values=True),
        )


def standing_findings(
    context: LeagueContext, ratings: Mapping[str, Rating], places: Mapping[str, Rank]
) -> Iterator[Finding]:
    """Ties across a cut, homes inside both cuts, stars out of their bounds."""
    stars = context.league.stars
    cuts = {id(place.cut): place.cut for place in places.values()}
    for cut in cuts.values():
        group = f"（{cut.title}）" if cut.title else ""
        for edge, homes in ties_across(cut, places).items():
            words = "晋升" if edge == "up" else "下降"
            yield Finding(
                f"ranking.tie_{edge}" + (f".{cut.group}" if cut.group else ""),
                "warning",
                "homes",
                f"积分相同的站点跨在{words}名额的界线上{group}，按有利于站点处理",
                "请考核方裁定，本结果维持不变",
                rows=tuple(Location(home) for home in homes),
            )
    both = [home for home, place in places.items() if place.inside_up and place.inside_down]
    above = [home for home, rating in ratings.items() if rating.after > stars.highest]
    below = [home for home, rating in ratings.items() if rating.after < stars.lowest]
    yield from _of_homes("ranking.both_cuts", "站点同在晋升与下降名额之内，星级不变", "请考核方裁定", both)
    yield from _of_homes(
        "stars.above_highest", f"星级超过 {stars.highest} 星，原文未设上限", "请考核方裁定是否设上限", above
    )
    yield from _of_homes("stars.below_lowest", f"星级低于 {stars.lowest} 星", "请考核方裁定如何处理", below)


def participation_findings(context: LeagueContext) -> Iterator[Finding]:
    """Extensions of a year without a season, adjustments that count for nothing."""
    year, before = context.year, context.seasons_of(context.year - 1)
    ids = [home.id for home in context.homes]
    idle = [
        f"{home}/{year - 1}" for home in ids if (home, year - 1) in context.extensions and home not in before
    ]
    lost = [f"{home}/{year}" for home in ids if home in context.adjustments and home not in context.seasons]
    yield from _of_homes(
        "extensions.without_season",
        f"站点 {year - 1} 年未参与积分计算却有延长期；如参与 {year} 年积分计算，起算日随之推后",
        "请核实延长期是否应予批准",
        idle,
        "extensions",
    )
    yield from _of_homes(
        "adjustments.without_season",
        "站点本年度未参与积分计算，加减分不计",
        "请核实加减分是否应计入以后年度",
        lost,
        "adjustments",
    )


def _of_homes(
    check: str, title: str, remedy: str, rows: list[str], table: str = "homes"
) -> Iterator[Finding]:
    if rows:
        yield Finding(
            check, "warning", table, title, remedy, rows=tuple(Location(row) for row in sorted(rows))
        )
