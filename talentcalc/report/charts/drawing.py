"""Pictures, described in Vega-Lite and drawn to SVG without a browser. Floats live only here."""

from typing import Any

from talentcalc.report.render.blocks import Picture

INK, QUIET, RULE, LIGHT = "#1f3a5f", "#5b6b7d", "#cfd6de", "#dfe5ec"
ACCENT = "#b3541e"
_CONFIG = {
    "font": "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelColor": "#26323f",
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": LIGHT,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelLimit": 300,
    },
    "text": {"fontSize": 11, "color": "#26323f"},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "labelColor": "#26323f"},
}


def submissions(months: dict[str, dict[str, int]]) -> Picture:
    """The picture of how many rows each table has in each month of the period."""
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
                        "scale": {"domain": [0, most], "range": ["#f1f4f7", INK]},
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
    return Picture(drawn(spec), f"考核期内各月的材料条数：{words}。", "考核期内各月的材料条数")


def standing(score: str, middle: float) -> list[dict[str, Any]]:
    """Layers that mark a score in a picture over scores; above `middle` the label is at the left."""
    data = {"values": [{"here": float(score), "label": f"本次 {score}"}]}
    x, right = {"field": "here", "type": "quantitative"}, float(score) > middle
    side = {"align": "right", "dx": -6} if right else {"align": "left", "dx": 6}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": x},
        },
        {
            "data": data,
            "mark": {"type": "text", "color": ACCENT, "y": 0, "dy": 6, **side},
            "encoding": {"x": x, "text": {"field": "label"}},
        },
    ]


def drawn(spec: dict[str, Any]) -> str:
    """A Vega-Lite picture as SVG."""
    import vl_convert

    from talentcalc.report.render.fonts import FONT_FOLDER

    vl_convert.register_font_directory(str(FONT_FOLDER))
    schema = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, never fetched
    svg = vl_convert.vegalite_to_svg({"$schema": schema, "config": _CONFIG} | spec, vl_version="6.4")
    # Typst draws a variable font in an SVG at its thinnest unless the axis itself is named.
    return str(svg).replace("<svg ", """<svg style="font-variation-settings:'wght' 400" """, 1)
