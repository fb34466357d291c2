"""The picture of what other readings would make of the payment."""

from fractions import Fraction
from typing import Any

import altair as alt

from talentcalc.core.decimals import money
from talentcalc.report.charts.drawing import ACCENT, INK, RULE, chart, drawn
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
            "from": _yuan(low),
            "to": _yuan(high),
        }
    ]
    rows += (
        {"row": number, "label": label, "value": money(amount), "from": _yuan(now), "to": _yuan(amount)}
        for number, (label, amount) in enumerate(alternatives, start=1)
    )
    ends = [_yuan(low), _yuan(high), *(row["to"] for row in rows)]
    margin = (max(ends) - min(ends)) * 0.04
    title, y = "本期应付（元）", alt.Y("row:O", axis=None)
    scale = alt.Scale(domain=[min(ends) - margin, max(ends) + margin], nice=False, zero=False)
    axis = alt.Axis(tickCount=5, format=",.0f")
    base, here = (
        chart(rows),
        chart([{"now": _yuan(now), "label": f"本次 {money(now)}"}]).encode(alt.X("now:Q")),
    )
    span = base.encode(alt.X("from:Q", title=title, scale=scale, axis=axis), alt.X2("to"), y)
    ends_at = base.encode(alt.X("to:Q", title=title, scale=scale, axis=axis), y)
    picture = alt.layer(
        span.transform_filter("datum.row == 0").mark_rule(color=RULE, strokeWidth=9, yOffset=9),
        here.mark_rule(color=ACCENT, strokeWidth=1.5, strokeDash=[4, 3]),
        span.transform_filter("datum.row > 0").mark_rule(color=INK, strokeWidth=2, yOffset=9),
        ends_at.transform_filter("datum.row > 0").mark_point(
            filled=True, opacity=1, color=INK, size=70, yOffset=9
        ),
        *_text(base.encode(y, text="label:N"), 0, "left"),
        *_text(base.encode(y, text="value:N"), _WIDTH, "right"),
        here.mark_text(color=ACCENT, y=-8).encode(text="label:N"),
    )
    words = "；".join(f"{label} {money(amount)} 元" for label, amount in alternatives)
    return Picture(
        drawn(picture.properties(width=_WIDTH, height=alt.Step(_STEP))),
        f"各种理解下的本期应付：本次 {money(now)} 元；{words}；{together} {money(low)} 至 {money(high)} 元。",
        "逐项改用其他理解时的本期应付（圆点），与本次（虚线）和全部组合的最低至最高（灰带）",
    )


def _text(base: alt.Chart, x: int, align: str) -> list[alt.Chart]:
    """Words over each reading's line, at one side of the picture, on a white outline."""
    white = {"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    return [base.mark_text(align=align, x=x, yOffset=-6, **outline) for outline in (white, {})]


def _yuan(yuan: str) -> float:
    return float(Fraction(yuan))
