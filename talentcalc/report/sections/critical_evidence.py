"""What decides: the rows that hold a band, what the next one asks for, each item's last and next unit."""

from collections.abc import Iterator

from talentcalc.core.decimals import money, percent, signed_money
from talentcalc.report.charts import critical_evidence as charts
from talentcalc.report.render.blocks import Block, Cell, Column, Fragment, Heading, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.report.sections.row_keys import in_few_words, tallied
from talentcalc.result.model.critical_evidence import (
    CriticalBand,
    MarginalUnits,
    MinimalRejection,
    NoRejection,
    NoUnit,
    NoUpgrade,
    ScoreAfter,
    UpgradeGap,
)
from talentcalc.result.model.result import AnyScorecard, Blocked, ScorecardResult
from talentcalc.result.model.scorecard import BandedPart, ItemScore

Row = tuple[str | Cell, ...]

_MANY = 60  # rows of one part; beyond, a report tells how many, result.json each row
_DRAWN = 12  # items in the picture

_WEIGHTLESS = "支付依据综合考核分数，其中板块得分没有权重，得分高低不改变支付档位。"
_NO_LAST = {"limit": "受合计上限，减少后得分不变", "nothing": "未得分", "involved": "未列"}
_NO_NEXT = {"cap": "已达上限", "limit": "受合计上限", "gate": "须另一要点先达到", "involved": "未列"}


def critical_evidence(result: AnyScorecard) -> Fragment:
    """The section 十、关键证据."""
    if isinstance(result, Blocked):
        return no_score(result)
    assert result.critical_evidence is not None, "a report's result has its analyses"
    analysis = result.critical_evidence
    blocks: list[Block] = [
        Prose(
            (
                "以下列出决定支付档位的记录：至少再有多少条计入的记录经核查不予认可，得分即降一档；还须有什么，"
                "得分可升一档；以及各要点最后一个和下一个计分单位所关系的金额。均由全部组合逐一比较得出，不作抽样；"
                "均为假设，结果以本次采用的证据为准。",
            )
        )
    ]
    for part in result.payment.banded:
        if part.id in analysis.parts:
            blocks += _part(result, part, analysis.parts[part.id])
    blocks.append(Heading("各要点的最后一个和下一个计分单位"))
    units = [(name, item, analysis.units[name]) for name, item in result.items]
    drawn = [(f"{name} {item.label}", unit) for name, item, unit in units]
    if picture := charts.money_by_unit(drawn, _DRAWN):
        blocks.append(picture)
    return Fragment(*blocks, _unit_table(units))


def _part(result: ScorecardResult, part: BandedPart, firm: CriticalBand) -> Iterator[Block]:
    title = result.boards[firm.board].title
    yield Heading(f"{title}降一档的关键记录")
    fall, rise = firm.fall, firm.rise
    score = result.boards[firm.board].score
    yield Prose((_fall_in_words(result, part, f"{title}得分 {score} 分", fall),))
    if isinstance(fall, MinimalRejection):
        yield _critical_rows(result, fall)
    yield Heading(f"{title}升一档的条件")
    yield Prose((_rise_in_words(result, part, title, f"{title}得分 {score} 分", rise),))


def _fall_in_words(
    result: ScorecardResult, part: BandedPart, now: str, fall: MinimalRejection | NoRejection
) -> str:
    if isinstance(fall, NoRejection):
        return {
            "lowest": f"{now}，已在最低一档，没有可降的档位。",
            "marks": f"{now}，其档位由评审打分保持：即使计入的记录全部不予认可，得分仍不降档。",
            "weightless": _WEIGHTLESS,
            "involved": f"{now}。降档所需的最少条数未能逐一比较得出：{fall.words}。",
        }[fall.why]
    named = "；".join(
        f"{result.evidence[table].title} {_keys(result, table, keys)}"
        for table, keys in sorted(fall.rejected.items(), key=lambda entry: _place(result, entry[0]))
    )
    return (
        f"{now}，至少再有 {fall.rows} 条记录经核查不予认可，得分才降到 {fall.edge} 分或以下，"
        "支付降一档。"
        f"其中一种为：{named}。这时{_after(part, fall.after)}"
    )


def _after(part: BandedPart, after: ScoreAfter) -> str:
    return (
        f"得分 {after.score} 分，支付比例 {percent(after.shares[part.id])}，"
        f"本期应付 {money(after.payable)} 元（{signed_money(after.change)} 元）。"
    )


def _critical_rows(result: ScorecardResult, fall: MinimalRejection) -> Table:
    items = dict(result.items)
    rows = tuple(
        (
            "\n".join(f"{name} {items[name].label}" for name in group.items),
            f"{group.least}–{group.most}" if group.least < group.most else str(group.most),
            "；".join(
                f"{result.evidence[table].title} {len(keys)} 条：{_keys(result, table, keys)}"
                for table, keys in sorted(group.rows.items(), key=lambda entry: _place(result, entry[0]))
            ),
        )
        for group in fall.critical
    )
    columns = (Column("给分要点", 2.2), Column("每组取几条", 1, "right"), Column("关键记录", 5.4))
    return Table(f"条数最少（{fall.rows} 条）的各种组合所涉的全部记录", columns, rows)


def _rise_in_words(
    result: ScorecardResult, part: BandedPart, title: str, now: str, rise: UpgradeGap | NoUpgrade
) -> str:
    if isinstance(rise, NoUpgrade):
        return {
            "highest": f"{now}，已在最高一档。",
            "weightless": _WEIGHTLESS,
            "involved": f"升档所需的最少条数未能逐一比较得出：{rise.words}。",
        }[rise.why]
    short = f"{title}得分须超过 {rise.edge} 分，支付才升一档，尚差 {rise.more_than} 分以上。"
    if rise.rows is None or rise.after is None:
        marks = f"另须评审打分增加 {rise.marks_more_than} 分以上"
        return f"{short}评审打分不变，其余要点全部得满也不能升档，{marks}。"
    items = dict(result.items)
    more = "；".join(
        f"{name} {item.label} {_amount(rise.more[name], item.unit)}"
        for name, item in items.items()
        if name in rise.more
    )
    return (
        f"{short}评审打分不变，至少再有 {rise.rows} 条计入的记录，其中一种为再有：{more}。"
        f"这时{_after(part, rise.after)}"
    )


def _unit_table(units: list[tuple[str, ItemScore, MarginalUnits]]) -> Table:
    rows: list[Row] = []
    for name, item, unit in units:
        last, more = unit.last, unit.next
        row: Row = (f"{name} {item.label}", _amount(item.quantity, item.unit))
        if isinstance(last, NoUnit):
            row = (*row, Cell(_NO_LAST[last.why], colspan=4))
        else:
            over = "超过 " if last.strictly else ""
            lost = over + _amount(last.quantity, item.unit)
            rejected = "—" if last.rows is None else str(last.rows)
            row = (*row, lost, rejected, f"-{last.points}", signed_money(last.change))
        if isinstance(more, NoUnit):
            row = (*row, Cell(_NO_NEXT[more.why], colspan=3))
        else:
            gained = _amount(more.quantity, item.unit)
            row = (*row, gained, f"+{more.points}", signed_money(more.change))
        rows.append(row)
    columns = (
        Column("给分要点", 2.5),
        Column("现有", 1.1, "right"),
        Column("减少", 1.1, "right"),
        Column("至少不予认可（条）", 1.2, "right"),
        Column("分", 0.8, "right"),
        Column("应付（元）", 1.3, "right"),
        Column("再有", 1.1, "right"),
        Column("分", 0.8, "right"),
        Column("应付（元）", 1.3, "right"),
    )
    return Table("各要点减少或再有多少，得分和本期应付即变化（其余要点不变）", columns, tuple(rows))


def _keys(result: ScorecardResult, table: str, keys: tuple[str, ...]) -> str:
    return (in_few_words if len(keys) <= _MANY else tallied)(result, table, keys)


def _place(result: ScorecardResult, table: str) -> int:
    return result.order.evidence.index(table)


def _amount(quantity: str, unit: str) -> str:
    return f"{money(quantity) if unit == '元' else quantity} {unit}"
