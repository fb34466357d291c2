"""What the desk's tables hold: text under Chinese titles, one row a row, and how each was taken."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pandas as pd

from talentcalc.core.decimals import format_decimal
from talentcalc.evidence.verifications import VERIFICATIONS
from talentcalc.explore.desk import Desk
from talentcalc.report.sections.findings import SEVERITIES
from talentcalc.result.model.league import HomeResult, LeaguePart, RankedHome
from talentcalc.result.model.scorecard import IndicatorScore, ScorecardPart
from talentcalc.rulebook.table import Column

SHOWN = 20_000
"""The most rows that a table is shown with."""


def difference(before: str, now: str) -> str:
    """The signed change of a number in decimal text; empty if there is none."""
    more = Fraction(now) - Fraction(before)
    return f"{'+' if more > 0 else ''}{format_decimal(more)}" if more else ""


def indicators(filed: ScorecardPart, now: ScorecardPart) -> pd.DataFrame:
    """Every indicator in the order of the official tables: its points as filed, and now."""
    rows = [
        {
            "编号": name,
            "年度任务指标": indicator.target,
            "分值": indicator.max,
            "原得分": indicator.points,
            "现得分": (points := now.boards[board_name].indicators[name].points),
            "增减": difference(indicator.points, points),
        }
        for board_name, board in filed.ordered_boards
        for name, indicator in board.official
    ]
    return pd.DataFrame(rows)


def homes(filed: LeaguePart, now: LeaguePart) -> pd.DataFrame:
    """Every home of a league, best first as filed: points, rank and stars as filed, and now."""
    pairs = [(name, home, now.homes[name]) for name, home in filed.ordered_homes]
    return pd.DataFrame(
        [
            {
                "编号": name,
                "站点": before.name,
                "类型": filed.rules.types[before.type],
                "原积分": str(before.points),
                "现积分": str(after.points),
                "积分增减": f"{gained:+d}" if (gained := after.points - before.points) else "",
                "原名次": _rank(before),
                "现名次": _rank(after),
                "原星级": str(before.stars_after),
                "现星级": str(after.stars_after),
                "星级增减": f"{stars:+d}" if (stars := after.stars_after - before.stars_after) else "",
            }
            for name, before, after in pairs
        ]
    )


def _rank(home: HomeResult) -> str:
    return str(home.rank) if isinstance(home, RankedHome) else "—"


def findings(desk: Desk) -> pd.DataFrame:
    """Every finding of the checks, with its rows by key."""
    tables = desk.audit.rulebook.tables
    return pd.DataFrame(
        [
            {
                "级别": SEVERITIES[finding.severity],
                "表": tables[finding.table].title if finding.table in tables else finding.table,
                "问题": finding.title,
                "记录": "、".join(place.row for place in finding.rows[:20])
                + ("……" if len(finding.rows) > 20 else ""),
                "处理": finding.remedy,
            }
            for finding in desk.record.findings
        ],
        columns=["级别", "表", "问题", "记录", "处理"],
    )


def evidence_rows(desk: Desk, table: str, keys: Iterable[str] | None = None) -> pd.DataFrame:
    """A table's rows in file order, or those with these `keys`; the index is the row's key.

    Beside its columns, what was found of each row as filed: its verification, and whether it counts.
    """
    rows = desk.evidence[table]
    chosen = rows.keys.isin(set(keys)) if keys is not None else rows.keys.notna()
    frame = rows.frame[chosen][:SHOWN]
    of_rows = rows.keys[chosen][:SHOWN]
    texts = {column.title: _texts(frame[name], column) for name, column in rows.spec.columns.items()}
    made = pd.DataFrame(texts, index=frame.index)
    if table in desk.verifiable:
        titles = desk.audit.rulebook.tables[VERIFICATIONS].columns["outcome"].choices
        outcomes = desk.outcomes
        made["原核查"] = [titles.get(outcomes.get((table, key), ""), "") for key in of_rows]
    if taken := as_taken(desk, desk.filed, table):
        made["原处理"] = ["；".join(taken.get(key, ())) for key in of_rows]
    return made.set_axis(pd.Index(of_rows, name=None), axis=0)


def tables_of(desk: Desk, result: ScorecardPart, indicator: str) -> list[tuple[str, str]]:
    """The tables that an indicator's items are measured from: title and name, each once."""
    names = dict.fromkeys(item.table for item in of_indicator(result, indicator).items.values())
    return [(desk.audit.rulebook.tables[name].title, name) for name in names]


def concerned(desk: Desk, now: ScorecardPart, indicator: str, table: str) -> list[str]:
    """The keys of the rows of a table that an indicator takes, or sets aside, as filed or now."""
    found = (as_taken(desk, result, table, indicator) for result in (desk.filed, now))
    return list(dict.fromkeys(key for taken in found for key in taken))


def of_indicator(result: ScorecardPart, name: str) -> IndicatorScore:
    """The score of an indicator in a result."""
    return dict(result.indicators)[name]


def as_taken(
    desk: Desk, result: ScorecardPart | LeaguePart | None, table: str, indicator: str | None = None
) -> dict[str, list[str]]:
    """The treatment of each row of a table, by its key: 计入, or the reason why not, for each item."""
    reasons = desk.audit.rulebook.reasons
    taken: dict[str, list[str]] = {}
    for name, score in result.indicators if isinstance(result, ScorecardPart) else ():
        for item_id, item in score.items.items():
            if item.table != table or indicator not in (None, name):
                continue
            for key in item.counted:
                taken.setdefault(key, []).append(f"{item_id} 计入")
            for aside in item.set_aside:
                taken.setdefault(aside.row, []).append(f"{item_id} 未计入：{reasons[aside.why]}")
    return taken


def _texts(values: "pd.Series[Any]", column: Column) -> list[str]:
    return ["" if gone else _text(value, column) for value, gone in zip(values, values.isna(), strict=True)]


def _text(value: Any, column: Column) -> str:
    match column.type:
        case "date":
            return f"{value:%Y-%m-%d}"
        case "boolean":
            return "是" if value else "否"
        case "choice":
            return column.choices.get(value, str(value))
        case _:
            return str(value)
