"""The pictures of a scorecard: points by category, and where a score stands among the bands."""

from typing import Any

from talentcalc.core.decimals import percent
from talentcalc.report.charts.drawing import ACCENT, INK, LIGHT, drawn, standing
from talentcalc.report.render.blocks import Picture
from talentcalc.result.model.scorecard import BandAmount


def scores_by_category(rows: list[tuple[str, str, str]]) -> Picture:
    """The picture of each category's (title, points, maximum), as filled bars."""
    data: list[dict[str, Any]] = [
        {"title": title, "points": float(points), "max": float(most), "label": f"{points} / {most}"}
        for title, points, most in rows
    ]
    order = [title for title, _, _ in rows]
    y = {
        "field": "title",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"ticks": False, "domain": False},
    }
    scale = {"domain": [0, max(row["max"] for row in data) * 1.18]}
    spec = {
        "width": 420,
        "height": {"step": 26},
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "bar", "color": LIGHT, "height": 16},
                "encoding": {
                    "y": y,
                    "x": {"field": "max", "type": "quantitative", "title": "分", "scale": scale},
                },
            },
            {
                "mark": {"type": "bar", "color": INK, "height": 16},
                "encoding": {"y": y, "x": {"field": "points", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {
                    "y": y,
                    "x": {"field": "max", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
        ],
    }
    words = "；".join(f"{title} {points} 分，满分 {most} 分" for title, points, most in rows)
    return Picture(drawn(spec), f"各考核项目得分与满分：{words}。", "各考核项目得分（深色）与满分（浅色）")


def payment_bands(bands: tuple[BandAmount, ...], score: str, title: str, scored_by: str) -> Picture:
    """The picture of the bands as steps of the share of the fee, and of the score among them."""
    steps: list[dict[str, Any]] = [
        {
            "from": float(band.above or 0),
            "to": float(band.up_to),
            "share": float(band.share) * 100,
            "label": f"{percent(band.share)}",
        }
        for band in bands
    ]
    x = {
        "field": "from",
        "type": "quantitative",
        "title": f"{title}{scored_by}",
        "scale": {"domain": [0, steps[-1]["to"]]},
        "axis": {"values": [0, *(step["to"] for step in steps)]},
    }
    y_scale = {"domain": [0, max(step["share"] for step in steps) * 1.25]}
    spec = {
        "width": 480,
        "height": 150,
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "rect", "color": LIGHT, "stroke": "white"},
                "encoding": {
                    "x": x,
                    "x2": {"field": "to"},
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "title": "占运营费（%）",
                        "scale": y_scale,
                        "axis": {"values": [step["share"] for step in steps]},
                    },
                    "y2": {"datum": 0},
                },
            },
            {
                "data": {"values": steps},
                "mark": {"type": "text", "align": "left", "dx": 4, "dy": -8},
                "encoding": {
                    "x": {"field": "from", "type": "quantitative"},
                    "y": {"field": "share", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
            *standing(score, steps[-1]["to"] / 2),
        ],
    }
    words = "；".join(f"至 {band.up_to} 分（含）付 {percent(band.share)}" for band in bands)
    return Picture(
        drawn(spec),
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
    parts = [part for part, _ in bars[0][1]]
    y = {
        "field": "board",
        "type": "nominal",
        "sort": [board for board, _, _ in bars],
        "title": None,
        "axis": {"ticks": False, "domain": False},
    }
    x = {
        "field": "from",
        "type": "quantitative",
        "title": "分",
        "scale": {"domain": [0, float(scale) * 1.1]},
        "axis": {"values": [n * float(scale) / 5 for n in range(6)]},
    }
    colours = [INK, "#7d97b5", "#b9c7d6", ACCENT]
    spec = {
        "width": 420,
        "height": {"step": 30},
        "layer": [
            {
                "data": {"values": data},
                "mark": {"type": "bar", "height": 18, "stroke": "white"},
                "encoding": {
                    "y": y,
                    "x": x,
                    "x2": {"field": "to"},
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "scale": {"domain": parts, "range": colours},
                        "legend": {"title": None, "orient": "bottom"},
                    },
                },
            },
            {
                "data": {"values": totals},
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {
                    "y": y,
                    "x": {"field": "to", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
        ],
    }
    words = "；".join(
        f"{board} {composite} 分，其中{'，'.join(f'{part} {points} 分' for part, points in shares)}"
        for board, shares, composite in bars
    )
    return Picture(
        drawn(spec), f"各板块综合考核分数的组成：{words}。", "各板块综合考核分数的组成（加权后，取两位小数）"
    )
