"""考核材料更正通知书: what has to be corrected before a blocked audit can be scored."""

from talentcalc.report.labels import kind_of
from talentcalc.report.letters.letter import (
    NO_DAY,
    Addressee,
    Letter,
    basis,
    clause,
    operator,
    signature,
    span,
    with_report,
)
from talentcalc.report.render.blocks import Column, Heading, Prose, Table
from talentcalc.result.model.findings import ReportedFinding
from talentcalc.result.model.result import BlockedScorecard

_MOST = 5  # records of a finding; a letter names some, checks.json and the report the others


def correction(result: BlockedScorecard) -> Letter:
    """The letter of a result without scores."""
    critical = result.found("critical")
    agency, warnings = result.review.agency, result.checks.warning
    done = basis(result, clause(result, "prepared"))
    opening = (
        f"依据{done}，{agency}对你方报送的{span(result)}{kind_of(result)}材料进行了检查，"
        f"发现关键问题{len(critical)}项。关键问题未更正，不能评分，本次不出具得分和支付金额。"
    )
    again = (
        f"请逐项更正后，在规定时间{NO_DAY}内将材料重新报送{agency}。更正的材料应真实、准确、完整，"
        "并附相应的佐证材料。"
    )
    more = f"检查另发现警示{warnings}项，不妨碍评分，见附件，请一并核实。" if warnings else ""
    return Letter(
        "考核材料更正通知书",
        (
            Addressee(f"{operator(result)}："),
            Prose((opening,)),
            Heading("一、须更正的问题"),
            _table(result, critical),
            Heading("二、更正和重新报送"),
            Prose((again, more) if more else (again,)),
            with_report(result),
            signature(result),
        ),
    )


def _table(result: BlockedScorecard, critical: tuple[ReportedFinding, ...]) -> Table:
    columns = (Column("位置", 1.7), Column("问题", 2.2), Column("记录", 2.6), Column("如何更正", 2.8))
    rows = []
    for finding in critical:
        title = result.title_of(finding.table)
        column = f"\n{finding.column_title or finding.column}" if finding.column else ""
        expected = f"应为：{finding.expected}。" if finding.expected is not None else ""
        rows.append((title + column, finding.title, _records(finding), f"{expected}{finding.remedy}。"))
    return Table("须更正后方可评分的问题", columns, tuple(rows))


def _records(finding: ReportedFinding) -> str:
    rows = finding.rows
    if not rows:
        return finding.file or "—"
    named = [
        row.row
        + (f"（第{row.line}行）" if row.line is not None else "")
        + (f"：{row.found}" if row.found is not None else "")
        for row in rows[:_MOST]
    ]
    count = finding.number
    return "；".join(named) + (f"；另{count - len(named)}条见附件" if count > len(named) else "")
