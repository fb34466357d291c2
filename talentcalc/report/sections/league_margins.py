"""How far each home stands from the cuts, in points; the others' points as they are."""

from talentcalc.report.charts.league import points_to_the_cuts
from talentcalc.report.render.blocks import Block, Cell, Column, Fragment, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.league import CutMargin, RankedHome
from talentcalc.result.model.result import AnyLeague, Blocked


def margins(result: AnyLeague) -> Fragment:
    """The section 七、与升降线的差距."""
    if isinstance(result, Blocked):
        return no_score(result)
    blocks: list[Block] = [
        Prose(
            (
                "其他站点的积分不变，本站积分增减多少，其是否在晋升名额、下降名额之内即有变化。"
                "“余”为至多可减少而不致变化的积分，“差”为至少须增加的积分；“—”为增减多少均无变化。",
            )
        )
    ]
    for cut in result.cuts:
        inside = [(name, home) for name, home in result.ranked_homes if cut.group in (None, home.type)]
        title = f"（{cut.title}）" if cut.title else ""
        if picture := points_to_the_cuts(inside, title):
            blocks.append(picture)
        blocks.append(_table(inside, title))
    return Fragment(*blocks)


def _table(homes: list[tuple[str, RankedHome]], title: str) -> Table:
    rows = tuple(
        (
            str(home.rank),
            f"{name} {home.name}",
            Cell(str(home.points), strong=True),
            "在内" if home.margins["up"].inside else "不在内",
            _in_words(home.margins["up"], home.margins["up"].inside),
            "在内" if home.margins["down"].inside else "不在内",
            _in_words(home.margins["down"], not home.margins["down"].inside),
        )
        for name, home in homes
    )
    columns = (
        Column("名次", 0.8, "right"),
        Column("站点", 3.6),
        Column("年度积分", 1.1, "right"),
        Column("晋升名额", 1.1),
        Column("差距", 1.2, "right"),
        Column("下降名额", 1.1),
        Column("差距", 1.2, "right"),
    )
    return Table(f"各站点与晋升、下降名额的差距{title}（分）", columns, rows)


def _in_words(margin: CutMargin, safe: bool) -> str:
    """A margin in words: the points to spare, or those that are lacking."""
    if margin.points is None:
        return "—"
    return f"{'余' if safe else '差'} {margin.points}"
