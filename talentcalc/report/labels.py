"""What the parts of a report are called, by what was scored."""

from dataclasses import dataclass
from datetime import date

from talentcalc.result.model.result import AnyScorecard, LeagueResult, Result, ScorecardResult, Scored

STATUSES = {"final": "定稿", "draft": "草稿", "blocked": "未评分"}
RANKING = "积分排名与星级评定"
_PERIODS = {"annual": "年度考核", "half_year": "半年评估"}


@dataclass(frozen=True)
class Labels:
    """The words of one kind of audit; `report` is its notebook's title."""

    report: str
    subject: str
    basis: str
    kind: str
    span: str
    nothing: str
    owed: str
    draft: str


_SCORECARD = Labels(
    "考核审计报告",
    "考核对象",
    "考核依据",
    "考核方式",
    "考核期",
    "得分和支付金额",
    "下列给分要点尚无评审员打分，暂计 0 分",
    "草稿：尚有给分要点待评",
)
_LEAGUE = Labels(
    "积分排名与星级评定报告",
    "评定范围",
    "评定依据",
    "评定方式",
    "评定年度",
    "积分、排名和星级",
    "下列站点的达标情况尚有待评审员评判的措施（积分和排名不受影响）",
    "草稿：尚有达标情况待评",
)


COMBINED = {
    "mean": "平均值",
    "median": "中位数",
    "trimmed_mean": "去掉一个最高分和一个最低分后的平均值（不足三个评分时为平均值）",
}
"""How several reviewers' marks become one."""


def labels_of(result: Result) -> Labels:
    """The words of a result's kind: one organisation's period, or a league's year."""
    return _SCORECARD if isinstance(result, AnyScorecard) else _LEAGUE


def owed(result: Scored) -> tuple[list[str], list[str]]:
    """The items or measures that a result waits for, and the parts of the composite, by their titles."""
    composite = result.composite if isinstance(result, ScorecardResult) else None
    parts = {component.id: component.title for component in composite.components} if composite else {}
    items = [name for name in result.awaiting if name not in parts]
    return items, [parts[name] for name in result.awaiting if name in parts]


def owed_in_words(result: Scored) -> str:
    """The items, measures and parts of the composite that a draft waits for, in words."""
    items, lacking = owed(result)
    words = [f"{labels_of(result).owed}：{'、'.join(items)}"] if items else []
    words += [f"综合评议的下列部分尚无记录，暂计 0 分：{'、'.join(lacking)}"] if lacking else []
    return "；".join(words)


def scored_by(result: ScorecardResult) -> str:
    """The word for the scores that payment rests on: those of the boards, or their composites."""
    return "综合考核分数" if result.payment.basis == "composite" else "得分"


def kind_of(result: Result) -> str:
    """The kind of audit in words."""
    return period_kind(result.period.kind) if isinstance(result, AnyScorecard) else RANKING


def span_of(result: Result) -> str:
    """The days that are audited, in words."""
    if isinstance(result, AnyScorecard):
        return days_in_words(result.period.start, result.period.end)
    return year_in_words(result.year)


def period_kind(kind: str) -> str:
    """The kind of a period in words."""
    return _PERIODS[kind]


def days_in_words(start: date | str, end: date | str) -> str:
    """A period's days in words."""
    return f"{start} 至 {end}"


def year_in_words(year: int) -> str:
    """A league's year in words."""
    return f"{year} 年"


def edition_of(result: Result) -> str:
    """The name of a redacted edition; empty for the original."""
    return "公开版" if result.redacted else ""


def first_by(result: LeagueResult) -> str:
    """The reading, in words, of the points that make a home first in a month."""
    choices = result.regulation.readings["month_first"].choices
    return choices[result.readings["month_first"]]
