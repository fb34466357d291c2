"""Where the points of a league come from: every home's events, reports and check-ins; the talents'."""

from talentcalc.report.render.blocks import Block, Column, Fragment, Heading, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.league import ParticipatingHome
from talentcalc.result.model.result import AnyLeague, Blocked, LeagueResult


def talents(result: AnyLeague) -> Fragment:
    """The section on talents: what they earned and redeemed in sum, without naming any."""
    if isinstance(result, Blocked):
        return no_score(result)
    balances = list(result.talents.values())
    active = [talent for talent in balances if talent.earned]
    redeemed = [talent for talent in balances if talent.spent]
    rows = (
        ("名册人数", str(len(balances))),
        ("获得积分的人数", str(len(active))),
        ("获得积分", str(sum(talent.earned for talent in balances))),
        ("兑换过积分的人数", str(len(redeemed))),
        ("兑换积分", str(sum(talent.spent for talent in balances))),
        ("积分余额", str(sum(talent.balance for talent in balances))),
    )
    return Fragment(
        Prose(("按材料所载的全部年度累计；每人的积分见 result.json，本报告不列出个人。",)),
        Table("人才积分", (Column("项目", 3), Column("数", 1, "right")), rows),
    )


def trace(result: AnyLeague) -> Fragment:
    """The section that traces every home's points to events, reports and check-ins."""
    if isinstance(result, Blocked):
        return no_score(result)
    blocks: list[Block] = []
    for name, home in sorted(result.homes.items()):
        if isinstance(home, ParticipatingHome):
            blocks += home_trace(result, name, home)
    return Fragment(*blocks)


def home_trace(result: LeagueResult, name: str, home: ParticipatingHome) -> list[Block]:
    """One home's blocks of the trace."""
    reasons, tiers = result.regulation.reasons, result.rules.tiers
    rows = []
    for event_id, event in sorted(home.trace.events.items()):
        media = "；".join(
            f"{report.row} {tiers[report.tier]}级"
            + (f" {report.points} 分" if report.why is None else f"：{reasons[report.why]}")
            for report in event.media
        )
        rows.append(
            (
                f"{event_id} {event.title}",
                event.month or "—",
                str(event.attendance),
                f"{event.points}" + (f"（{reasons[event.why]}）" if event.why is not None else ""),
                media or "—",
            )
        )
    checkins = home.trace.checkins
    aside = "，".join(
        f"{reasons[reason]} {number} 条" for reason, number in sorted(checkins.set_aside.items())
    )
    season = home.season
    words = (
        f"积分计算期 {season.first} 至 {season.last}。打卡记录 {checkins.records} 条，"
        f"计 {checkins.points} 分" + (f"；未计 {aside}" if aside else "") + "。"
        f"活动 {home.events} + 媒体 {home.media} + 打卡 {home.checkins} "
        f"+ 测评 {home.adjustment} = 年度积分 {home.points}；"
        f"年初 {home.opening_points} + {home.points} = 总积分 {home.total}。"
    )
    blocks: list[Block] = [Heading(f"{name}　{home.name}　{home.points} 分"), Prose((words,))]
    if rows:
        blocks.append(
            Table(
                f"{name} 的活动和报道",
                (
                    Column("活动", 3.2),
                    Column("月份", 1),
                    Column("到场人才", 0.9, "right"),
                    Column("活动积分", 2),
                    Column("媒体报道", 3.4),
                ),
                tuple(rows),
            )
        )
    return blocks
