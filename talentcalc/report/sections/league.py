"""The sections of a league audit: ranks, stars, grants, conformity. Each is a view of the result."""

from collections import Counter
from fractions import Fraction
from typing import Literal

from talentcalc.core.decimals import money
from talentcalc.report.charts import league as charts
from talentcalc.report.labels import first_by
from talentcalc.report.render.blocks import Block, Cell, Column, Figures, Fragment, Notice, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.league import RankedHome, RankingCut
from talentcalc.result.model.result import AnyLeague, Blocked, LeagueResult

CHANGES = {"up": "晋升", "down": "下降", "same": "不变"}


def conclusion(result: AnyLeague) -> Fragment:
    """The section 评定结论."""
    if isinstance(result, Blocked):
        return no_score(result)
    ranked = result.ranked_homes
    changes = Counter(home.change for _, home in ranked)
    delisted = [name for name, home in result.ordered_homes if home.delisted_now]
    numbers = (
        ("参加排名站点", str(result.ranked), f"站点名册 {len(result.homes)} 个"),
        ("晋升一星", str(changes["up"]), _cut_words(result, "up")),
        ("下降一星", str(changes["down"]), _cut_words(result, "down")),
        ("摘牌", str(len(delisted)), "、".join(delisted) or "本年度没有"),
    )
    prose = []
    for change in ("up", "down"):
        moved = [f"{name} {home.name}（{home.points} 分）" for name, home in ranked if home.change == change]
        prose.append(f"{CHANGES[change]}一星：{'、'.join(moved) or '没有'}。")
    return Fragment(Figures(numbers), Prose(tuple(prose)), charts.year_points(ranked))


def _cut_words(result: LeagueResult, edge: Literal["up", "down"]) -> str:
    return "；".join(_group(cut) + (cut.up_words if edge == "up" else cut.down_words) for cut in result.cuts)


def _group(cut: RankingCut) -> str:
    """A cut's type of home as a prefix; empty for a cut over all homes."""
    return f"{cut.title}：" if cut.title else ""


def ranking(result: AnyLeague) -> Fragment:
    """The section with the ranking table, and the homes that take no part."""
    if isinstance(result, Blocked):
        return no_score(result)
    rules = result.rules
    rows: list[tuple[str | Cell, ...]] = [
        (
            Cell(str(home.rank) if isinstance(home, RankedHome) else "—", strong=True),
            f"{name} {home.name}",
            rules.types[home.type] + (f" {home.rank_in_type}" if isinstance(home, RankedHome) else ""),
            str(home.events),
            str(home.media),
            str(home.checkins),
            f"{home.adjustment:+d}".replace("-", "−") if home.adjustment else "0",
            Cell(str(home.points), strong=True),
            str(home.total),
        )
        for name, home in result.ordered_homes
        if home.participates
    ]
    columns = (
        Column("名次", 0.8, "right"),
        Column("站点", 3.4),
        Column("类型内名次", 1.5),
        Column("活动", 0.9, "right"),
        Column("媒体", 0.9, "right"),
        Column("打卡", 0.9, "right"),
        Column("测评", 0.9, "right"),
        Column("年度积分", 1.1, "right"),
        Column("总积分", 1.1, "right"),
    )
    blocks: list[Block] = [Table("年度积分排名", columns, tuple(rows))]
    apart = [
        (name, home.name, str(home.designated_on), str(home.total), home.why)
        for name, home in result.ordered_homes
        if not home.participates
    ]
    if apart:
        blocks.append(
            Table(
                "本年度不参与积分计算的站点",
                (
                    Column("编号", 0.8),
                    Column("站点", 3),
                    Column("认定日期", 1.4),
                    Column("总积分", 1, "right"),
                    Column("说明", 3.4),
                ),
                tuple(apart),
            )
        )
    return Fragment(*blocks)


def months(result: AnyLeague) -> Fragment:
    """The section on months: every home's ranks, and each month's first homes."""
    if isinstance(result, Blocked):
        return no_score(result)
    rows = []
    for month, leaders in sorted(result.months.items()):
        named = "、".join(f"{name} {result.homes[name].name}" for name in leaders.first)
        rows.append((month, named, str(result.first_points[month])))
    return Fragment(
        Prose(("图中数字为当月名次，颜色越深名次越前；打卡按打卡当月，活动及其报道按活动开始当月计入。",)),
        charts.month_ranks(result.ranked_homes),
        Table(
            "各月积分排名第一位的站点（次月首屏轮播）",
            (Column("月份", 1), Column("站点", 5), Column(first_by(result), 1.6, "right")),
            tuple(rows),
        ),
    )


def stars(result: AnyLeague) -> Fragment:
    """The section on stars: before and after, the cuts, ties that need a ruling, sanctions."""
    if isinstance(result, Blocked):
        return no_score(result)
    homes = list(result.ordered_homes)
    rows: list[tuple[str | Cell, ...]] = [
        (
            f"{name} {home.name}",
            str(home.stars_before),
            CHANGES[home.change],
            Cell(str(home.stars_after), strong=home.stars_after != home.stars_before),
            str(home.drops),
            "摘牌" if home.delisted else "",
            home.why,
        )
        for name, home in homes
    ]
    blocks: list[Block] = [
        Notice(
            f"{_group(cut)}参加排名 {cut.size} 个站点；"
            f"晋升名额 {cut.up_words}；下降名额 {cut.down_words}。名次相同的按有利于站点处理。",
            "info",
        )
        for cut in result.cuts
    ]
    undecided = [finding for finding in result.findings if finding.check.startswith(("ranking.", "stars."))]
    for finding in undecided:
        named = "、".join(f"{row.row} {result.homes[row.row].name}" for row in finding.rows)
        blocks.append(Notice(f"{finding.title}：{named}。{finding.remedy}。", "warning"))
    columns = (
        Column("站点", 2.6),
        Column("年初", 0.7, "right"),
        Column("排名升降", 0.8),
        Column("年末", 0.7, "right"),
        Column("连降", 0.7, "right"),
        Column("摘牌", 0.8),
        Column("依据", 4.6),
    )
    blocks.append(Table("星级评定", columns, tuple(rows)))
    if result.sanctions:
        blocks.append(
            Table(
                "处理决定",
                (
                    Column("编号", 0.8),
                    Column("站点", 0.8),
                    Column("日期", 1.2),
                    Column("方式", 1),
                    Column("所涉记录", 1.6),
                    Column("事由", 4),
                ),
                tuple(
                    (
                        name,
                        sanction.home,
                        str(sanction.decided_on),
                        sanction.kind,
                        sanction.concerns or "—",
                        sanction.reason,
                    )
                    for name, sanction in result.ordered_sanctions
                ),
            )
        )
    return Fragment(*blocks)


def grants(result: AnyLeague) -> Fragment:
    """The section on grants: the amounts that each home may be granted for the year."""
    if isinstance(result, Blocked):
        return no_score(result)
    rules = result.rules.grants
    rows: list[tuple[str | Cell, ...]] = []
    selected = top_ceiling = Fraction(0)
    for name, home in result.ordered_homes:
        if Fraction(home.grant_selection) or Fraction(home.grant_top_ceiling):
            rows.append(
                (
                    f"{name} {home.name}",
                    home.payee or "县（市、区）委组织部或指导单位（未填）",
                    money(home.grant_selection),
                    money(home.grant_top_ceiling),
                )
            )
            selected += Fraction(home.grant_selection)
            top_ceiling += Fraction(home.grant_top_ceiling)
    rows.append(
        (
            Cell("合计", colspan=2, strong=True),
            Cell(money(selected), strong=True),
            Cell(money(top_ceiling), strong=True),
        )
    )
    selection, top = rules["selection"], rules["top"]
    return Fragment(
        Notice(
            f"{selection.title}和{top.title}均按站点运转成效拨付，本表为可享受的额度，由考核方决定是否拨付"
            f"及拨付多少（{selection.clause}）。",
            "info",
        ),
        Table(
            "专项经费资助额度（元）",
            (
                Column("站点", 3),
                Column("经费拨付单位", 3),
                Column(selection.title, 1.8, "right"),
                Column(top.title, 1.8, "right"),
            ),
            tuple(rows),
        ),
    )
