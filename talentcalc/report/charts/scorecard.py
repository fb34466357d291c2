"""The pictures of a scorecard: points by category, and where a score stands among the bands."""

from typing import Any

import altair as alt

from talentcalc.core.decimals import percent
from talentcalc.report.charts.drawing import ACCENT, BARE, INK, LIGHT, chart, drawn, standing
from talentcalc.report.render.blocks import Picture
from talentcalc.result.model.scorecard import BandAmount


def scores_by_category(rows: list[tuple[str, str, str]]) -> Picture:
    """The picture of each category's (title, points, maximum), as filled bars."""
    data: list[dict[str, Any]] = [
        {"title": title, "points": float(points), "max": float(most), "label": f"{points} / {most}"}
        for title, points, most in rows
    ]
    scale = alt.Scale(domain=[0, max(row["max"] for row in data) * 1.18])
    base = chart(data).encode(alt.Y("title:N", sort=[title for title, *_ in rows], title=None, axis=BARE))
    most = base.mark_bar(color=LIGHT, height=16).encode(alt.X("max:Q", title="分", scale=scale))
    earned = base.mark_bar(color=INK, height=16).encode(alt.X("points:Q"))
    label = base.mark_text(align="left", dx=5).encode(alt.X("max:Q"), text="label:N")
    words = "；".join(f"{title} {points} 分，满分 {most} 分" for title, points, most in rows)
    return Picture(
        drawn((most + earned + label).properties(width=420, height=alt.Step(26))),
        f"各考核项目得分与满分：{words}。",
        "各考核项目得分（深色）与满分（浅色）",
    )


def payment_bands(bands: tuple[BandAmount, ...], score: str, title: str, scored_by: str) -> Picture:
    """The picture of the bands as steps of the share of the fee, and of the score among them."""
    steps: list[dict[str, Any]] = [
        {
            "from": float(band.above or 0),
            "to": float(band.up_to),
            "share": float(band.share) * 100,
            "label": percent(band.share),
        }
        for band in bands
    ]
    most = steps[-1]["to"]
    x = alt.X("from:Q", title=f"{title}{scored_by}").scale(domain=[0, most])
    y = alt.Y("share:Q", title="占运营费（%）")
    y = y.scale(domain=[0, max(step["share"] for step in steps) * 1.25])
    edges, shares = [0, *(step["to"] for step in steps)], [step["share"] for step in steps]
    base = chart(steps)
    areas = base.mark_rect(color=LIGHT, stroke="white").encode(
        x.axis(values=edges), alt.X2("to"), y.axis(values=shares), alt.Y2(datum=0)
    )
    labels = base.mark_text(align="left", dx=4, dy=-8).encode(
        alt.X("from:Q"), alt.Y("share:Q"), text="label:N"
    )
    words = "；".join(f"至 {band.up_to} 分（含）付 {percent(band.share)}" for band in bands)
    return Picture(
        drawn(alt.layer(areas, labels, *standing(score, most / 2)).properties(width=480, height=150)),
        f"{title}支付档位：{words}。本次{scored_by} {score} 分。",
        f"{title}支付档位与本次{scored_by}",
    )


def composite_shares(bars: list[tuple[str, list[tuple[str, str]], str]], scale: str) -> Picture:
    """The picture of each (board, [(part, weighed points)], composite), as one bar of parts."""
    data, totals = [], []
    for board, shares, composite in bars:
        start = 0.0
        for part, points in shares:
            data.append({"board": board, "part": part, "from": start, "to": start + float(points)})
            start += float(points)
        totals.append({"board": board, "to": start, "label": composite})
    y = alt.Y("board:N", sort=[board for board, *_ in bars], title=None, axis=BARE)
    x = alt.X("from:Q", title="分").scale(domain=[0, float(scale) * 1.1])
    colours = alt.Scale(domain=[part for part, _ in bars[0][1]], range=[INK, "#7d97b5", "#b9c7d6", ACCENT])
    parts = (
        chart(data)
        .mark_bar(height=18, stroke="white")
        .encode(
            x.axis(values=[n * float(scale) / 5 for n in range(6)]),
            alt.X2("to"),
            y,
            alt.Color("part:N", scale=colours, legend=alt.Legend(title=None, orient="bottom")),
        )
    )
    labels = chart(totals).mark_text(align="left", dx=5).encode(alt.X("to:Q"), y, text="label:N")
    words = "；".join(
        f"{board} {composite} 分，其中{'，'.join(f'{part} {points} 分' for part, points in shares)}"
        for board, shares, composite in bars
    )
    return Picture(
        drawn((parts + labels).properties(width=420, height=alt.Step(30))),
        f"各板块综合考核分数的组成：{words}。",
        "各板块综合考核分数的组成（加权后，取两位小数）",
    )
