"""The picture of every indicator: its points as filed and after a change. Floats live only here."""

from fractions import Fraction
from typing import Any

import altair as alt
import pandas as pd

alt.JupyterChart.enable_offline()  # its script comes with vl-convert; else it would be fetched

_INK, _MORE, _LESS, _LIGHT = "#1f3a5f", "#1b7a43", "#b3261e", "#dfe5ec"
_WIDTH, _HEIGHT = 770, 90
_LEGEND = "各指标得分率：柱为试算（绿色为增加，红色为减少），黑线为原结果"


def picture(indicators: pd.DataFrame) -> alt.JupyterChart:
    """The picture, to be drawn anew by `draw`; `indicators` as `frames.indicators` has them."""
    return alt.JupyterChart(_chart(indicators), embed_options={"actions": False, "renderer": "svg"})


def draw(chart: alt.JupyterChart, indicators: pd.DataFrame) -> None:
    """Show other points in a picture: the same chart of other data, not validated again."""
    chart.spec = chart.spec | {"data": {"values": _shares(indicators)}}


def _shares(indicators: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "编号": row["编号"],
            "原": _share(row["原得分"], row["分值"]),
            "现": _share(row["现得分"], row["分值"]),
            "说明": f"{row['编号']}：{row['现得分']} / {row['分值']} 分"
            + (f"（原 {row['原得分']} 分）" if row["增减"] else ""),
        }
        for row in indicators.to_dict("records")
    ]


def _chart(indicators: pd.DataFrame) -> alt.LayerChart:
    shares = _shares(indicators)
    order = [row["编号"] for row in shares]
    base = alt.Chart(alt.Data(values=shares)).encode(
        x=alt.X("编号:N", sort=order, title=None, axis=alt.Axis(labelAngle=-90, ticks=False)),
        tooltip=alt.Tooltip("说明:N", title="得分"),
    )
    y = alt.Y("现:Q", title="得分率", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=3))
    colour = (
        alt.when("datum.现 > datum.原")
        .then(alt.value(_MORE))
        .when("datum.现 < datum.原")
        .then(alt.value(_LESS))
        .otherwise(alt.value(_INK))
    )
    bars = base.mark_bar(width=14).encode(y=y, color=colour)
    before = base.mark_tick(color="#111111", width=18, thickness=1.5).encode(y=alt.Y("原:Q"))
    whole = base.transform_calculate(满="1").mark_bar(width=14, color=_LIGHT).encode(y=alt.Y("满:Q"))
    return (
        alt.layer(whole, bars, before)
        .properties(
            width=_WIDTH,
            height=_HEIGHT,
            background="transparent",
            title=alt.Title(_LEGEND, anchor="start", fontSize=12, fontWeight="normal", color="#26323f"),
        )
        .configure_view(stroke=None)
        .configure_axis(grid=False, domainColor="#cfd6de", labelColor="#26323f", titleFontWeight="normal")
    )


def _share(points: str, most: str) -> float:
    return float(Fraction(points) / Fraction(most))
