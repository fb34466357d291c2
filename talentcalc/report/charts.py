"""Pictures, described in Vega-Lite and drawn to SVG without a browser. Floats live only here."""

from typing import Any

from talentcalc.exact import percent
from talentcalc.report.blocks import Picture

_INK, _QUIET, _RULE, _LIGHT = "#1f3a5f", "#5b6b7d", "#cfd6de", "#dfe5ec"
_ACCENT = "#b3541e"
_CONFIG = {
    "font": "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelColor": "#26323f",
        "titleColor": _QUIET,
        "titleFontWeight": "normal",
        "gridColor": _LIGHT,
        "domainColor": _RULE,
        "tickColor": _RULE,
        "labelLimit": 300,
    },
    "text": {"fontSize": 11, "color": "#26323f"},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "labelColor": "#26323f"},
}


def scores_by_category(rows: list[tuple[str, str, str]]) -> Picture:
    """(title, points, maximum) of each category, as filled bars."""
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
                "mark": {"type": "bar", "color": _LIGHT, "height": 16},
                "encoding": {
                    "y": y,
                    "x": {"field": "max", "type": "quantitative", "title": "分", "scale": scale},
                },
            },
            {
                "mark": {"type": "bar", "color": _INK, "height": 16},
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
    return Picture(_drawn(spec), f"各考核项目得分与满分：{words}。", "各考核项目得分（深色）与满分（浅色）")


def payment_bands(bands: list[dict[str, Any]], score: str, title: str) -> Picture:
    """The bands as steps of the share of the fee, and where a score stands."""
    steps: list[dict[str, Any]] = [
        {
            "from": float(band["above"] or 0),
            "to": float(band["up_to"]),
            "share": float(band["share"]) * 100,
            "label": f"{percent(band['share'])}",
        }
        for band in bands
    ]
    here = float(score)
    x = {
        "field": "from",
        "type": "quantitative",
        "title": f"{title}得分",
        "scale": {"domain": [0, steps[-1]["to"]]},
        "axis": {"values": [0, *(one["to"] for one in steps)]},
    }
    y_scale = {"domain": [0, max(one["share"] for one in steps) * 1.25]}
    spec = {
        "width": 480,
        "height": 150,
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "rect", "color": _LIGHT, "stroke": "white"},
                "encoding": {
                    "x": x,
                    "x2": {"field": "to"},
                    "y": {
                        "field": "share",
                        "type": "quantitative",
                        "title": "占运营费（%）",
                        "scale": y_scale,
                        "axis": {"values": [one["share"] for one in steps]},
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
            {
                "data": {"values": [{"here": here}]},
                "mark": {"type": "rule", "color": _ACCENT, "strokeWidth": 2},
                "encoding": {"x": {"field": "here", "type": "quantitative"}},
            },
            {
                "data": {"values": [{"here": here, "label": f"本次 {score}"}]},
                "mark": {
                    "type": "text",
                    "color": _ACCENT,
                    "y": 0,
                    "dy": 6,
                    "align": "right" if here > steps[-1]["to"] / 2 else "left",
                    "dx": -6 if here > steps[-1]["to"] / 2 else 6,
                },
                "encoding": {"x": {"field": "here", "type": "quantitative"}, "text": {"field": "label"}},
            },
        ],
    }
    words = "；".join(f"至 {band['up_to']} 分（含）付 {percent(band['share'])}" for band in bands)
    return Picture(
        _drawn(spec), f"{title}支付档位：{words}。本次得分 {score} 分。", f"{title}支付档位与本次得分"
    )


def submissions(months: dict[str, dict[str, int]]) -> Picture:
    """How many rows of each table fall into each month of the period."""
    data: list[dict[str, Any]] = [
        {"table": table, "month": month, "rows": rows, "label": str(rows) if rows else ""}
        for table, counts in months.items()
        for month, rows in counts.items()
    ]
    most = max([row["rows"] for row in data] + [1])
    spec = {
        "width": 480,
        "height": {"step": 28},
        "data": {"values": data},
        "encoding": {
            "x": {
                "field": "month",
                "type": "ordinal",
                "title": None,
                "axis": {
                    "labelAngle": 0,
                    "labelExpr": "slice(datum.label, 5) + '月'",
                    "ticks": False,
                    "domain": False,
                },
            },
            "y": {
                "field": "table",
                "type": "nominal",
                "sort": list(months),
                "title": None,
                "axis": {"ticks": False, "domain": False},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
                "encoding": {
                    "color": {
                        "field": "rows",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"domain": [0, most], "range": ["#f1f4f7", _INK]},
                    }
                },
            },
            {
                "mark": {"type": "text"},
                "encoding": {
                    "text": {"field": "label"},
                    "color": {
                        "condition": {"test": f"datum.rows > {most / 2}", "value": "white"},
                        "value": "#26323f",
                    },
                },
            },
        ],
    }
    words = "；".join(f"{table}共 {sum(counts.values())} 条" for table, counts in months.items())
    return Picture(_drawn(spec), f"考核期内各月的材料条数：{words}。", "考核期内各月的材料条数")


def _drawn(spec: dict[str, Any]) -> str:
    import vl_convert

    from talentcalc.report.fonts import FONT_FOLDER

    vl_convert.register_font_directory(str(FONT_FOLDER))
    schema = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, never fetched
    svg = vl_convert.vegalite_to_svg({"$schema": schema, "config": _CONFIG} | spec, vl_version="6.4")
    # Typst draws a variable font in an SVG at its thinnest unless the axis itself is named.
    return str(svg).replace("<svg ", """<svg style="font-variation-settings:'wght' 400" """, 1)
