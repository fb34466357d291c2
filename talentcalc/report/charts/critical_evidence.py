"""The picture of the money that hangs on the last and on the next unit of the items."""

from fractions import Fraction
from typing import Any

import altair as alt

from talentcalc.core.decimals import money
from talentcalc.report.charts.drawing import ACCENT, INK, RULE, chart, drawn
from talentcalc.report.render.blocks import Picture
from talentcalc.result.model.critical_evidence import MarginalUnits, NoUnit, UnitChange

_LAST, _NEXT = "减少一个计分单位", "再有一个计分单位"


def money_by_unit(units: list[tuple[str, MarginalUnits]], most: int) -> Picture | None:
    """The picture of the `most` items with the most money on a unit; None if there is no money on any."""
    changes = [(label, _change(unit.last), _change(unit.next)) for label, unit in units]
    moving = [(label, last, more) for label, last, more in changes if last or more]
    kept = sorted(moving, key=lambda entry: -max(abs(entry[1]), abs(entry[2])))[:most]
    if not kept:
        return None
    order = [label for label, *_ in kept]
    data: list[dict[str, Any]] = [
        {
            "item": label,
            "end": end,
            "change": float(change),
            "label": f"+{money(change)}" if change > 0 else money(change),
            "side": 1 if change > 0 else -1,
        }
        for label, last, more in kept
        for end, change in ((_LAST, last), (_NEXT, more))
        if change
    ]
    furthest = max(abs(row["change"]) for row in data) * 1.4
    base = chart(data).encode(
        alt.Y("item:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=230)),
        alt.X("change:Q", title="本期应付的变化（元）")
        .scale(domain=[-furthest, furthest], nice=False)
        .axis(tickCount=5, format="+,.0f"),
    )
    colours = alt.Scale(domain=[_LAST, _NEXT], range=[ACCENT, INK])
    colour = alt.Color("end:N", scale=colours, legend=alt.Legend(title=None, orient="top"))
    picture = alt.layer(
        base.mark_bar(height=12).encode(color=colour),
        *(
            base.transform_filter(f"datum.side == {side}")
            .mark_text(align=align, dx=4 * side, fontSize=9.5)
            .encode(text="label:N")
            for side, align in ((1, "left"), (-1, "right"))
        ),
        chart([{"zero": 0}]).mark_rule(color=RULE).encode(alt.X("zero:Q")),
    )
    words = "；".join(
        f"{label} 减少一个计分单位 {money(last)} 元，再有一个 {money(more)} 元" for label, last, more in kept
    )
    number = f"金额最大的 {len(kept)} 个要点" if len(kept) < len(moving) else "各要点"
    return Picture(
        drawn(picture.properties(width=330, height=alt.Step(20))),
        f"{number}最后一个和下一个计分单位的本期应付变化：{words}。",
        f"{number}减少或再有一个计分单位，本期应付的变化",
    )


def _change(unit: UnitChange | NoUnit) -> Fraction:
    return Fraction(0) if isinstance(unit, NoUnit) else Fraction(unit.change)
