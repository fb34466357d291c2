"""The picture of what other readings would make of the payment."""

from fractions import Fraction
from typing import Any

from talentcalc.core.decimals import money
from talentcalc.report.charts.drawing import ACCENT, INK, RULE, drawn
from talentcalc.report.render.blocks import Picture

_WIDTH, _STEP = 520, 40  # of the picture, and of each reading in it, in pixels


def payable_by_reading(alternatives: list[tuple[str, str]], now: str, low: str, high: str) -> Picture:
    """The picture of what is payable under each (reading in words, yuan), now, and at the extremes."""
    together = "全部组合的最低至最高"
    rows: list[dict[str, Any]] = [
        {
            "row": 0,
            "label": together,
            "value": f"{money(low)} 至 {money(high)}",
            "from": _n(low),
            "to": _n(high),
        }
    ]
    rows += (
        {"row": number, "label": label, "value": money(amount), "from": _n(now), "to": _n(amount)}
        for number, (label, amount) in enumerate(alternatives, start=1)
    )
    ends = [_n(low), _n(high), *(row["to"] for row in rows)]
    margin = (max(ends) - min(ends)) * 0.04
    x = {
        "field": "to",
        "type": "quantitative",
        "title": "本期应付（元）",
        "scale": {"domain": [min(ends) - margin, max(ends) + margin], "nice": False, "zero": False},
        "axis": {"tickCount": 5, "format": ",.0f"},
    }
    y = {"field": "row", "type": "ordinal", "axis": None}
    both = {"x": x | {"field": "from"}, "x2": {"field": "to"}, "y": y}
    spec = {
        "width": _WIDTH,
        "height": {"step": _STEP},
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "datum.row == 0"}],
                "mark": {"type": "rule", "color": RULE, "strokeWidth": 9, "yOffset": 9},
                "encoding": both,
            },
            {
                "data": {"values": [{"now": _n(now)}]},
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 1.5, "strokeDash": [4, 3]},
                "encoding": {"x": {"field": "now", "type": "quantitative"}},
            },
            {
                "transform": [{"filter": "datum.row > 0"}],
                "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "yOffset": 9},
                "encoding": both,
            },
            {
                "transform": [{"filter": "datum.row > 0"}],
                "mark": {
                    "type": "point",
                    "filled": True,
                    "opacity": 1,
                    "color": INK,
                    "size": 70,
                    "yOffset": 9,
                },
                "encoding": {"x": x, "y": y},
            },
            *_text("label", 0, "left", y),
            *_text("value", _WIDTH, "right", y),
            {
                "data": {"values": [{"now": _n(now), "label": f"本次 {money(now)}"}]},
                "mark": {"type": "text", "color": ACCENT, "y": -8},
                "encoding": {"x": {"field": "now", "type": "quantitative"}, "text": {"field": "label"}},
            },
        ],
    }
    words = "；".join(f"{label} {money(amount)} 元" for label, amount in alternatives)
    return Picture(
        drawn(spec),
        f"各种理解下的本期应付：本次 {money(now)} 元；{words}；{together} {money(low)} 至 {money(high)} 元。",
        "逐项改用其他理解时的本期应付（圆点），与本次（虚线）和全部组合的最低至最高（灰带）",
    )


def _text(field: str, x: int, align: str, y: dict[str, Any]) -> list[dict[str, Any]]:
    """Layers of words over each reading's line, at one side of the picture, on a white outline."""
    mark = {"type": "text", "align": align, "x": x, "yOffset": -6}
    white = {"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    return [{"mark": mark | stroke, "encoding": {"y": y, "text": {"field": field}}} for stroke in (white, {})]


def _n(yuan: str) -> float:
    return float(Fraction(yuan))
