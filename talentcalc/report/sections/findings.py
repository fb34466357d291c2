"""The sections that say whether the evidence can be relied on: checks, verification, findings."""

from collections.abc import Sequence
from typing import Literal

from talentcalc.report.render.blocks import Block, Column, Fragment, Heading, Notice, Prose, Table
from talentcalc.report.sections.followups import followed_up
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.report.sections.sampling import sampled
from talentcalc.result.model.findings import FoundRow, ReportedFinding
from talentcalc.result.model.result import Result

SEVERITIES = {"critical": "关键", "warning": "警示", "info": "提示"}


def checks(result: Result) -> Fragment:
    """The section 三、数据检查."""
    ran, counts = result.checks_run, result.checks
    level: Literal["critical", "warning", "good"] = (
        "critical" if counts.critical else "warning" if counts.warning else "good"
    )
    verdict = (
        f"共运行 {len(ran)} 项检查。发现关键问题 {counts.critical} 项、警示 {counts.warning} 项、"
        f"提示 {counts.info} 项。"
    )
    rows = []
    for name, table in result.materials:
        table_checks = [check for check in ran if check.table == name]
        failed = {
            level: sum(1 for check in table_checks if check.severity == level and check.failed)
            for level in ("critical", "warning")
        }
        rows.append(
            (
                table.title,
                str(table.rows),
                str(len(table_checks)),
                str(failed["critical"]),
                str(failed["warning"]),
            )
        )
    blocks: list[Block] = [
        Notice(verdict, level),
        Table(
            "各表检查情况",
            (
                Column("材料表", 3),
                Column("条数", 1, "right"),
                Column("检查项", 1, "right"),
                Column("关键未过", 1, "right"),
                Column("警示未过", 1, "right"),
            ),
            tuple(rows),
        ),
    ]
    if result.ignored:
        left_out = "、".join(f"“{name}”" for name in result.ignored)
        blocks.append(Prose((f"参数（ignore）列明不作为材料、未予读取的文件和工作表：{left_out}。",)))
    critical = result.found("critical")
    if critical:
        blocks += [Heading("关键问题"), _findings_table(result, "须更正后方可评分的问题", critical)]
    return Fragment(*blocks)


def verification(result: Result) -> Fragment:
    """The section 四、独立核查."""
    rows = tuple(
        (
            table.title,
            str(table.rows),
            str(sum(table.verified.values())),
            str(table.verified.get("accepted", 0)),
            str(table.verified.get("rejected", 0)),
        )
        for _, table in result.materials
        if table.verified
    )
    if not rows:
        nothing = Prose(("本期没有独立核查记录；未经核查的记录按提交材料计入。",))
        return Fragment(nothing, *sampled(result))
    return Fragment(
        Prose(("评审员对提交的材料独立核查；不予认可的记录不计分，未经核查的记录按提交材料计入。",)),
        Table(
            "独立核查情况",
            (
                Column("材料表", 3),
                Column("条数", 1, "right"),
                Column("核查", 1, "right"),
                Column("认可", 1, "right"),
                Column("不予认可", 1, "right"),
            ),
            rows,
        ),
        *sampled(result),
    )


def findings(result: Result) -> Fragment:
    """The section 十一、发现的问题."""
    listed = result.found("warning", "info")
    if not listed:
        return Fragment(Notice("没有需要提请注意的问题。", "good"), *followed_up(result))
    return Fragment(
        Prose(("下列问题不妨碍评分，提请评审和考核方注意。行号以表头为第 1 行。",)),
        _findings_table(result, "提请注意的问题", listed),
        *followed_up(result),
    )


def _findings_table(result: Result, caption: str, listed: Sequence[ReportedFinding]) -> Table:
    rows = []
    for finding in listed:
        where = finding.file or finding.table
        if finding.column:
            where += f"\n{finding.column_title or ''}（{finding.column}）"
        expected = f"应为：{finding.expected}。" if finding.expected is not None else ""
        rows.append(
            (
                SEVERITIES[finding.severity],
                where,
                finding.title + _at_stake(finding),
                _rows(result, finding.table, finding.rows, finding.number),
                f"{expected}{finding.remedy}。",
            )
        )
    return Table(
        caption,
        (Column("级别", 0.8), Column("位置", 2), Column("问题", 2.4), Column("记录", 3), Column("处理", 2.4)),
        tuple(rows),
    )


def _at_stake(finding: ReportedFinding) -> str:
    """The points at stake in a finding, in words; empty where there are none."""
    if finding.at_stake is None:
        return ""
    stake = finding.at_stake
    homes = "、".join(f"{home} {points} 分" for home, points in sorted(stake.homes.items()))
    return f"\n所涉积分 {stake.points} 分（{homes}）"


def _rows(result: Result, table: str, rows: tuple[FoundRow, ...], count: int, most: int = 12) -> str:
    if not rows:
        return "—"
    if all(row.found is None for row in rows):
        return in_few_words(result, table, (row.row for row in rows))
    words = [
        row.row
        + (f"（第 {row.line} 行）" if row.line is not None else "")
        + (f"：{row.found}" if row.found is not None else "")
        for row in rows[:most]
    ]
    more = f"；另 {count - most} 条见 result.json" if count > most else ""
    return "；".join(words) + more
