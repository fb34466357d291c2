"""The picture of what is payable over the whole range of judgement."""

from typing import Any

from talentcalc.core.decimals import money, percent
from talentcalc.report.charts.drawing import LIGHT, drawn, standing
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
    ticks = [low, *(level["to"] for level in steps)]
    x = {
        "field": "from",
        "type": "quantitative",
        "title": f"{title}{scored_by}",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"values": ticks, "format": ".2f", "labelOverlap": True},
    }
    y = {
        "field": "payable",
        "type": "quantitative",
        "title": "本期应付（元）",
        "scale": {"domain": [0, max(level["payable"] for level in steps) * 1.25 or 1]},
        "axis": {"tickCount": 4, "format": ",.0f"},
    }
    spec = {
        "width": 480,
        "height": 170,
        "data": {"values": steps},
        "layer": [
            {
                "mark": {"type": "rect", "color": LIGHT, "stroke": "white"},
                "encoding": {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"datum": 0}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "dy": -7, "fontSize": 10},
                "encoding": {"x": x, "y": y, "text": {"field": "label"}},
            },
            *standing(score, (low + high) / 2),
        ],
    }
    words = "；".join(
        f"{step.above} 分以上至 {step.up_to} 分应付 {money(step.payable)} 元" for step in judged.steps
    )
    return Picture(
        drawn(spec),
        f"{title}由评判决定的范围内的本期应付：{words}。本次{scored_by} {score} 分。",
        f"{title}评分和完成类要点得分不同，本期应付（元，括号内为支付比例）随之不同",
    )
