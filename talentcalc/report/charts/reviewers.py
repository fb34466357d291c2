"""The picture of what is payable over the whole range of judgement."""

from typing import Any

import altair as alt

from talentcalc.core.decimals import money, percent
from talentcalc.report.charts.drawing import LIGHT, chart, drawn, standing
from talentcalc.report.render.blocks import Picture
from talentcalc.result.model.reviewers import JudgementRange


def payable_by_judgement(title: str, judged: JudgementRange, score: str, scored_by: str) -> Picture:
    """The picture of what is payable at each score that judgement allows, and of the score now."""
    steps: list[dict[str, Any]] = [
        {
            "from": float(step.above),
            "to": float(step.up_to),
            "payable": float(step.payable),
            "label": f"{money(step.payable)}（{percent(step.shares[judged.part])}）",
        }
        for step in judged.steps
    ]
    low, high = float(judged.lowest), float(judged.highest)
    x = alt.X("from:Q", title=f"{title}{scored_by}")
    x = x.scale(domain=[low, high], nice=False, zero=False)
    x = x.axis(values=[low, *(step["to"] for step in steps)], format=".2f", labelOverlap=True)
    y = alt.Y("payable:Q", title="本期应付（元）").axis(tickCount=4, format=",.0f")
    y = y.scale(domain=[0, max(step["payable"] for step in steps) * 1.25 or 1])
    base = chart(steps)
    areas = base.mark_rect(color=LIGHT, stroke="white").encode(x, alt.X2("to"), y, alt.Y2(datum=0))
    labels = base.mark_text(align="left", dx=4, dy=-7, fontSize=10).encode(x, y, text="label:N")
    picture = alt.layer(areas, labels, *standing(score, (low + high) / 2))
    words = "；".join(
        f"{step.above} 分以上至 {step.up_to} 分应付 {money(step.payable)} 元" for step in judged.steps
    )
    return Picture(
        drawn(picture.properties(width=480, height=170)),
        f"{title}由评判决定的范围内的本期应付：{words}。本次{scored_by} {score} 分。",
        f"{title}评分和完成类要点得分不同，本期应付（元，括号内为支付比例）随之不同",
    )
