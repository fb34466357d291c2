"""Pictures, composed in Altair and drawn to SVG without a browser. Points and money are floats only there."""

from typing import Any

import altair as alt

from talentcalc.report.render.blocks import Picture

INK, QUIET, RULE, LIGHT, TEXT = "#1f3a5f", "#5b6b7d", "#cfd6de", "#dfe5ec", "#26323f"
ACCENT = "#b3541e"
BARE = alt.Axis(ticks=False, domain=False)
_CONFIG = {
    "font": "Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelColor": TEXT,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": LIGHT,
        "domainColor": RULE,
        "tickColor": RULE,
        "labelLimit": 300,
    },
    "text": {"fontSize": 11, "color": TEXT},
    "legend": {"labelFontSize": 11, "titleFontSize": 11, "labelColor": TEXT},
}


def submissions(months: dict[str, dict[str, int]]) -> Picture:
    """The picture of how many rows each table has in each month of the period."""
    rows = [
        {"table": table, "month": month, "rows": rows, "label": str(rows) if rows else ""}
        for table, counts in months.items()
        for month, rows in counts.items()
    ]
    most = max([count for counts in months.values() for count in counts.values()] + [1])
    base = chart(rows).encode(
        alt.X("month:O", title=None, axis=month_axis()),
        alt.Y("table:N", sort=list(months), title=None, axis=BARE),
    )
    colour = alt.Color("rows:Q", legend=None, scale=alt.Scale(domain=[0, most], range=["#f1f4f7", INK]))
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(color=colour)
    picture = (cells + figures(base, "label", f"datum.rows > {most / 2}")).properties(
        width=480, height=alt.Step(28)
    )
    words = "；".join(f"{table}共 {sum(counts.values())} 条" for table, counts in months.items())
    return Picture(drawn(picture), f"考核期内各月的材料条数：{words}。", "考核期内各月的材料条数")


def chart(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of some rows, which stand in it as they are."""
    return alt.Chart(alt.Data(values=rows))


def month_axis(orient: str | None = None) -> alt.Axis:
    """The axis of months such as 2025-03, named 03月."""
    placed = {} if orient is None else {"orient": orient}
    return alt.Axis(
        labelAngle=0, labelExpr="slice(datum.label, 5) + '月'", ticks=False, domain=False, **placed
    )


def figures(base: alt.Chart, field: str, on_dark: str, **mark: Any) -> alt.Chart:
    """A figure in each cell of a table of colours: white where `on_dark` holds."""
    colour = alt.when(on_dark).then(alt.value("white")).otherwise(alt.value(TEXT))
    return base.mark_text(**mark).encode(text=f"{field}:N", color=colour)


def standing(score: str, middle: float) -> tuple[alt.Chart, alt.Chart]:
    """Layers that mark a score in a picture over scores; above `middle` the label is at the left."""
    base = chart([{"here": float(score), "label": f"本次 {score}"}]).encode(x=alt.X("here:Q"))
    side = {"align": "right", "dx": -6} if float(score) > middle else {"align": "left", "dx": 6}
    label = base.mark_text(color=ACCENT, y=0, dy=6, **side).encode(text="label:N")
    return base.mark_rule(color=ACCENT, strokeWidth=2), label


def drawn(picture: alt.TopLevelMixin) -> str:
    """A picture as SVG."""
    import vl_convert

    from talentcalc.report.render.fonts import FONT_FOLDER

    vl_convert.register_font_directory(str(FONT_FOLDER))
    svg = vl_convert.vegalite_to_svg(picture.to_dict() | {"config": _CONFIG}, vl_version="6.4")
    # Typst draws a variable font in an SVG at its thinnest unless the axis itself is named.
    return str(svg).replace("<svg ", """<svg style="font-variation-settings:'wght' 400" """, 1)
