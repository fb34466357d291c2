"""How a subject went on from period to period, as a picture and as a table of the same figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from talentcalc.core.decimals import money
from talentcalc.report.charts.drawing import INK, chart, drawn
from talentcalc.report.labels import STATUSES, kind_of, span_of
from talentcalc.report.render.blocks import Block, Column, Picture, Table
from talentcalc.report.render.characters import literal
from talentcalc.report.render.fonts import glyphs
from talentcalc.result.model.result import LeagueResult, PeriodDays, ScorecardResult, Scored

_SERIES = [INK, "#8fa9c7", "#5f83ad", "#cfd6de"]
_STARS = ["#e6ebf1", "#cdd8e4", "#b1c2d6", "#8fa9c7", "#6688b0", "#3f6492", INK]


@dataclass(frozen=True)
class LeagueYear:
    """A league's year in a few figures; `stars` says how many homes have so many, best first."""

    homes: int
    up: int
    down: int
    delisted: int
    points: int
    grants: Decimal
    stars: tuple[tuple[int, int], ...]


def league_year(result: LeagueResult) -> LeagueYear:
    """The figures of a league's year; delisted homes have no stars."""
    homes, ranked = list(result.homes.values()), [home for _, home in result.ranked_homes]
    changes = Counter(home.change for home in ranked)
    stars = Counter(home.stars_after for home in homes if not home.delisted)
    return LeagueYear(
        homes=len(homes),
        up=changes["up"],
        down=changes["down"],
        delisted=sum(home.delisted_now for home in homes),
        points=sum(home.points for home in ranked),
        grants=sum(
            (Decimal(home.grant_selection) + Decimal(home.grant_top_ceiling) for home in homes),
            Decimal(0),
        ),
        stars=tuple(sorted(stars.items(), reverse=True)),
    )


def trend(results: Sequence[Scored], of: str) -> list[Block]:
    """The trend of two or more scored results of one kind, in order of period; `of` names the subject."""
    labels = [_label(result, results) for result in results]
    years = [result for result in results if isinstance(result, LeagueResult)]
    periods = [result for result in results if isinstance(result, ScorecardResult)]
    return _league(years, labels, of) if years else _scorecard(periods, labels, of)


def _label(result: Scored, results: Sequence[Scored]) -> str:
    """A period's label in a picture, with the audit's id where another audit has the same period."""
    lines = [span_of(result)]
    if isinstance(result, ScorecardResult):
        lines = [str(result.period.end), kind_of(result)]
    same = [_audited(sibling) for sibling in results].count(_audited(result))
    return "\n".join(literal(line, glyphs()) for line in (lines + [result.audit] * (same > 1)))


def _audited(result: Scored) -> PeriodDays | int:
    return result.period if isinstance(result, ScorecardResult) else result.year


def _scorecard(results: list[ScorecardResult], labels: list[str], of: str) -> list[Block]:
    boards = [(name, board.title) for name, board in results[-1].ordered_boards]
    scores = [
        {"period": label, "board": title, "score": float(score), "label": score}
        for label, result in zip(labels, results, strict=True)
        for name, title in boards
        for score in (result.boards[name].score,)
    ]
    amounts = [
        {"period": label, "amount": float(amount), "label": money(amount)}
        for label, result in zip(labels, results, strict=True)
        for amount in (result.payment.entitlement,)
    ]
    titles = [title for _, title in boards]
    scale = alt.Scale(domain=titles, range=_SERIES)
    by_board = alt.Color("board:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    beside = {"xOffset": alt.XOffset("board:N", sort=titles)}
    svg = _panels(
        labels,
        _panel(scores, labels, "score", "得分", {"color": by_board, **beside}, beside),
        _panel(amounts, labels, "amount", "应得额（元）", {"color": alt.value(_SERIES[2])}, {}),
    )
    words = "；".join(
        f"{span_of(result)}（{kind_of(result)}）"
        + "，".join(f"{title} {result.boards[name].score} 分" for name, title in boards)
        + f"，应得额 {money(result.payment.entitlement)} 元"
        for result in results
    )
    columns = [Column("考核期", 2.6), Column("考核方式", 1.2), Column("状态", 0.8)]
    columns += [Column(title, 1.4, "right") for title in titles]
    rows = tuple(
        (
            span_of(result),
            kind_of(result),
            STATUSES[result.status],
            *(result.boards[name].score for name, _ in boards),
            money(result.payment.entitlement),
            result.audit,
        )
        for result in results
    )
    return [
        Picture(svg, f"{of}各期得分和应得额：{words}。", f"{of}：各期得分和应得额"),
        Table(
            f"{of}：各期得分和应得额（数字）",
            (*columns, Column("应得额（元）", 1.6, "right"), Column("审计编号", 2)),
            rows,
        ),
    ]


def _league(results: list[LeagueResult], labels: list[str], of: str) -> list[Block]:
    years = [league_year(result) for result in results]
    stars = sorted({star for year in years for star, _ in year.stars})
    counts = [
        {"period": label, "stars": f"{star} 星", "homes": homes, "order": star, "label": str(homes)}
        for label, year in zip(labels, years, strict=True)
        for star, homes in year.stars
    ]
    points = [
        {"period": label, "points": year.points, "label": str(year.points)}
        for label, year in zip(labels, years, strict=True)
    ]
    colours = [_STARS[min(max(star, 0), len(_STARS) - 1)] for star in stars]
    scale = alt.Scale(domain=[f"{star} 星" for star in stars], range=colours)
    by_stars = alt.Color("stars:N", scale=scale, legend=alt.Legend(title=None, orient="top", columns=7))
    stacked = {"color": by_stars, "order": alt.Order("order:Q")}
    svg = _panels(
        labels,
        _panel(counts, labels, "homes", "站点数（按星级）", stacked, None),
        _panel(points, labels, "points", "年度积分合计", {"color": alt.value(_SERIES[2])}, {}),
    )
    rows = tuple(
        (
            f"{result.year} 年",
            STATUSES[result.status],
            str(year.homes),
            "、".join(f"{star} 星 {homes}" for star, homes in year.stars),
            str(year.up),
            str(year.down),
            str(year.delisted),
            str(year.points),
            result.audit,
        )
        for result, year in zip(results, years, strict=True)
    )
    words = "；".join(
        f"{row[0]}站点 {row[2]} 个（{row[3]}），晋升 {row[4]}，下降 {row[5]}，年度积分合计 {row[7]}"
        for row in rows
    )
    columns = (
        Column("年度", 1),
        Column("状态", 0.8),
        Column("站点", 0.8, "right"),
        Column("星级", 3),
        Column("晋升", 0.8, "right"),
        Column("下降", 0.8, "right"),
        Column("摘牌", 0.8, "right"),
        Column("年度积分合计", 1.4, "right"),
        Column("审计编号", 1.8),
    )
    return [
        Picture(svg, f"{of}各年星级和积分：{words}。", f"{of}：各年站点星级和积分"),
        Table(f"{of}：各年站点星级和积分（数字）", columns, rows),
    ]


def _panels(labels: list[str], *panels: alt.Chart | alt.LayerChart) -> str:
    width = max(420, 84 * len(labels))
    sized = [panel.properties(width=width, height=130) for panel in panels]
    return drawn(alt.vconcat(*sized, spacing=28))


def _panel(
    data: list[dict[str, Any]],
    labels: list[str],
    field: str,
    title: str,
    bars: dict[str, Any],
    figures: dict[str, Any] | None,
) -> alt.Chart | alt.LayerChart:
    """A panel of bars over the periods, with figures above them unless `figures` is None."""
    axis = alt.Axis(labelAngle=0, labelExpr="split(datum.label, '\\n')", ticks=False)
    scale = alt.Scale(paddingInner=0.4, paddingOuter=0.3)
    x = alt.X("period:O", sort=labels, title=None, scale=scale, axis=axis)
    y = alt.Y(f"{field}:Q", title=title, axis=alt.Axis(tickCount=4))
    if figures is None:
        return chart(data).mark_bar(stroke="white").encode(x, y, **bars)
    base = chart(data).encode(x, y.scale(domain=[0, max([row[field] for row in data] + [1]) * 1.15]))
    return base.mark_bar().encode(**bars) + base.mark_text(dy=-7).encode(text="label:N", **figures)
