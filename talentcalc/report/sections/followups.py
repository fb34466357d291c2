"""What has become of the findings before: a part of the section on findings, where there are any."""

from talentcalc.report.render.blocks import Block, Column, Heading, Notice, Table
from talentcalc.result.model.findings import FollowedUp
from talentcalc.result.model.result import Result


def followed_up(result: Result) -> tuple[Block, ...]:
    """The part 上期问题及整改情况; empty where the evidence lists no follow-ups."""
    followed = result.followups
    if not followed:
        return ()
    rows = tuple(
        (
            finding.severity_title,
            result.title_of(finding.table),
            f"{finding.title}\n{finding.remedy}。",
            finding.rows or "—",
            finding.state_title + (f"：{finding.note}" if finding.note is not None else ""),
            f"仍有 {finding.again} 条" if finding.again else "未再发现",
        )
        for finding in followed
    )
    columns = (
        *(Column("级别", 0.8), Column("材料表", 1.4), Column("上期问题及处理", 3)),
        *(Column("上期记录", 2.4), Column("整改情况", 1.6), Column("本期", 1.2)),
    )
    table = Table("上期问题及整改情况", columns, rows)
    return (Heading("上期问题及整改情况"), *_notices(followed), table)


def _notices(followed: tuple[FollowedUp, ...]) -> tuple[Notice, ...]:
    still = [finding.title for finding in followed if finding.state == "open"]
    back = [finding.title for finding in followed if finding.state != "open" and finding.again]
    notices = []
    if still:
        notices.append(Notice(f"上期问题中 {len(still)} 项尚未整改：{'；'.join(still)}。", "warning"))
    if back:
        words = f"上期问题中 {len(back)} 项已作了结而本期又有发现：{'；'.join(back)}。"
        notices.append(Notice(words, "warning"))
    return tuple(notices) or (Notice("上期问题均已了结，本期未再发现。", "good"),)
