"""The conformity table of a league: measures 1–9 for each home, beside the points."""

from talentcalc.report.render.blocks import Block, Column, Fragment, Heading, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.result import AnyLeague, Blocked

_OUTCOMES = {"met": "达标", "not_met": "未达标", "not_applicable": "不适用", "pending": "待评"}
_MARKS = {"met": "√", "not_met": "×", "not_applicable": "—", "pending": "?"}


def conformity(result: AnyLeague) -> Fragment:
    """The section on conformity: measures 1–9 for each home, and each that is not met."""
    if isinstance(result, Blocked):
        return no_score(result)
    lines = list(result.measures)
    homes = [(name, home) for name, home in sorted(result.homes.items()) if home.conformity]
    rows = tuple(
        (name, *(_MARKS[home.conformity[line].outcome] for line, _ in lines)) for name, home in homes
    )
    columns = (Column("站点", 1.4), *(Column(line.replace("-", "\n"), 1, "center") for line, _ in lines))
    legend = tuple(
        (
            line,
            measure.title,
            "评审员评判" if measure.judged else "系统核对",
            *(
                str(sum(home.conformity[line].outcome == outcome for _, home in homes))
                for outcome in _OUTCOMES
            ),
        )
        for line, measure in lines
    )
    blocks: list[Block] = [
        Prose(("达标情况与积分并列，不计入积分。√ 达标，× 未达标，— 不适用，? 待评审员评判。",)),
        Table("各站点达标情况", columns, rows),
        Table(
            "各项达标情况",
            (
                Column("项", 1),
                Column("内容", 4),
                Column("方式", 1.6),
                *(Column(title, 0.9, "right") for title in _OUTCOMES.values()),
            ),
            legend,
        ),
    ]
    failed = tuple(
        (
            f"{name} {home.name}",
            f"{line} {measure.title}",
            home.conformity[line].words,
            home.conformity[line].reviewer or "系统核对",
        )
        for name, home in homes
        for line, measure in lines
        if home.conformity[line].outcome == "not_met"
    )
    if failed:
        columns = (Column("站点", 2.4), Column("项", 2.6), Column("情况或理由", 4), Column("评审员", 1.1))
        blocks += [Heading("未达标的项"), Table("未达标的项及理由", columns, failed)]
    return Fragment(*blocks)
