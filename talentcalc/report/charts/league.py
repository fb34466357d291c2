"""The pictures of a league: what each home's points are made of, and its rank in each month."""

from typing import Any

import altair as alt

from talentcalc.report.charts.drawing import ACCENT, BARE, INK, chart, drawn, figures, month_axis
from talentcalc.report.render.blocks import Picture
from talentcalc.report.render.characters import literal
from talentcalc.report.render.fonts import glyphs
from talentcalc.result.model.league import RankedHome

Homes = list[tuple[str, RankedHome]]

_PARTS = {"checkins": "打卡", "events": "活动", "media": "媒体", "adjustment": "测评加减"}
_COLOURS = [INK, "#5f83ad", "#a9bdd4", ACCENT]
_POINTS = alt.X("points:Q", title="年度积分", axis=alt.Axis(tickCount=6))
_CHANGES = {"up": " ▲", "down": " ▼", "same": ""}


def year_points(homes: Homes) -> Picture:
    """The picture of each ranked home's points of the year by source, best first."""
    labels = [_label(name, home) + _CHANGES[home.change] for name, home in homes]
    data: list[dict[str, Any]] = [
        {"home": label, "part": title, "points": getattr(home, part), "order": number}
        for label, (_, home) in zip(labels, homes, strict=True)
        for number, (part, title) in enumerate(_PARTS.items())
    ]
    colours = alt.Scale(domain=list(_PARTS.values()), range=_COLOURS)
    picture = (
        chart(data)
        .mark_bar(height=9)
        .encode(
            _by_home(labels),
            _POINTS,
            alt.Color("part:N", scale=colours, legend=alt.Legend(title=None, orient="top")),
            alt.Order("order:Q"),
        )
        .properties(width=380, height=alt.Step(13))
    )
    words = "；".join(f"第 {home.rank} 名 {home.name} {home.points} 分" for _, home in homes)
    return Picture(drawn(picture), f"各站点年度积分：{words}。", "各站点年度积分的构成（▲ 晋升，▼ 下降）")


def month_ranks(homes: Homes) -> Picture:
    """The picture of each home's rank in each month, the homes in the order of the year."""
    most = max([home.rank for _, home in homes] + [2])
    labels = [_label(name, home) for name, home in homes]
    data: list[dict[str, Any]] = [
        {"home": label, "month": month, "rank": rank}
        for label, (_, home) in zip(labels, homes, strict=True)
        for month, rank in sorted(home.rank_in_months.items())
    ]
    base = chart(data).encode(
        alt.X("month:O", title=None, axis=month_axis("top")),
        alt.Y("home:N", sort=labels, title=None, axis=BARE),
    )
    colour = alt.Color("rank:Q", legend=None, scale=alt.Scale(domain=[1, most], range=[INK, "#f1f4f7"]))
    cells = base.mark_rect(stroke="white", strokeWidth=1).encode(color=colour)
    picture = (cells + figures(base, "rank", f"datum.rank < {most / 2}", fontSize=9)).properties(
        width=400, height=alt.Step(17)
    )
    words = "；".join(
        f"{home.name} "
        + "、".join(f"{int(month[5:])} 月第 {rank} 名" for month, rank in sorted(home.rank_in_months.items()))
        for _, home in homes
    )
    return Picture(drawn(picture), f"各站点各月名次：{words}。", "各站点各月名次（按年度名次排列）")


def _by_home(labels: list[str]) -> alt.Y:
    axis = alt.Axis(ticks=False, domain=False, labelFontSize=10)
    return alt.Y("home:N", sort=labels, title=None, axis=axis)


def _label(name: str, home: RankedHome) -> str:
    """A home's label in a picture, without characters that the font lacks."""
    return literal(f"{home.rank}　{name} {home.name}", glyphs())


def points_to_the_cuts(homes: Homes, title: str) -> Picture | None:
    """The picture of the points of each home of a group, with lines at the cuts."""
    labels = [_label(name, home) for name, home in homes]
    lines = _cut_lines(homes)
    if not lines:
        return None
    data: list[dict[str, Any]] = [
        {"home": label, "points": home.points} for label, (_, home) in zip(labels, homes, strict=True)
    ]
    picture = chart(data).mark_bar(height=8, color="#a9bdd4").encode(_POINTS, _by_home(labels))
    for points, words, colour, place in lines:
        cut = chart([{"points": points, "label": f"{words} {points}"}]).encode(_POINTS)
        rule = cut.mark_rule(color=colour, strokeDash=[4, 3], strokeWidth=1.5)
        picture += rule + cut.mark_text(color=colour, y=place, fontSize=10).encode(text="label:N")
    picture = picture.properties(width=380, height=alt.Step(13))
    cut_words = "；".join(f"{words} {points} 分" for points, words, _, _ in lines)
    each = "；".join(f"{home.name} {home.points} 分" for _, home in homes)
    return Picture(
        drawn(picture),
        f"各站点年度积分{title}与升降线：{cut_words}。{each}。",
        f"各站点年度积分{title}与升降线（虚线：晋升名额内的最低积分，下降名额外的最低积分）",
    )


def _cut_lines(homes: Homes) -> list[tuple[int, str, str, int]]:
    """The lines at the cuts: the fewest points inside the upper cut, and outside the lower one."""
    up = [home.points for _, home in homes if home.margins["up"].inside]
    out = [home.points for _, home in homes if not home.margins["down"].inside]
    lines = []
    if up and len(up) < len(homes):
        lines.append((min(up), "晋升线", INK, -8))
    if out and len(out) < len(homes):
        lines.append((min(out), "不降线", ACCENT, -22))
    return lines
