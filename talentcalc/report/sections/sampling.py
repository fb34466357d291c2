"""What the sample of each item says of all its rows, and what the score would be if it held throughout."""

from fractions import Fraction
from math import ceil

from talentcalc.core.decimals import money, percent, round_half_up, signed_money
from talentcalc.report.render.blocks import Block, Cell, Column, Heading, Notice, Prose, Table
from talentcalc.result.model.result import Result, ScorecardResult
from talentcalc.result.model.sampling import ItemSample, ProjectedScore, Projections, SamplingResult
from talentcalc.result.model.scorecard import ItemScore

Row = tuple[str | Cell, ...]


def sampled(result: Result) -> list[Block]:
    """The part 抽样核查 of 四、独立核查; empty where no sample can be drawn."""
    if not isinstance(result, ScorecardResult):
        return []
    if result.redacted:
        return [Prose(("公开版以代号代替部分记录编号，样本不能据以重抽；抽样核查的情况见原报告。",))]
    sampling = result.sampling
    if sampling is None:
        return []
    items = {name: item for name, item in result.items if name in sampling.items}
    samples = [sampling.items[name] for name in items]
    rows = len({(sample.table, key) for sample in samples for key in sample.drawn})
    started = any(sample.verified for sample in samples)
    blocks: list[Block] = [
        Heading("抽样核查"),
        Prose((_design(sampling), _state(samples, rows))),
        _by_item(sampling, items, started),
    ]
    return blocks + (_projected(result, sampling, sampling.projection) if sampling.projection else [])


def _design(sampling: SamplingResult) -> str:
    confidence, tolerable = percent(sampling.confidence), percent(sampling.tolerable)
    units = any(sample.method == "monetary_units" for sample in sampling.items.values())
    by_amount = "以金额计的要点按货币单位抽样，样本量按二项分布计算；" if units else ""
    return (
        f"各要点的总体为不计核查时应计入的全部记录，样本量按超几何分布精确计算：置信水平 {confidence}，"
        f"可容忍差错率 {tolerable}，即总体差错达到 {tolerable}（至少 1 条）时，样本中没有差错的概率不超过 "
        f"{percent(1 - Fraction(sampling.confidence))}；{by_amount}总体很小的须全部或几乎全部核查。"
        f"样本由种子 {sampling.seed} 决定，可重复抽取，各条记录见 result.json。"
    )


def _state(samples: list[ItemSample], rows: int) -> str:
    words = f"{len(samples)} 个要点共抽 {rows} 条记录（一条记录可用于几个要点）。"
    finished = sum(sample.upper_rate is not None for sample in samples)
    if not any(sample.verified for sample in samples):
        return f"{words}样本尚未开始核查，下表仅列样本量。"
    if finished == len(samples):
        return f"{words}样本已全部核查。"
    return f"{words}已完成 {finished} 个要点的样本；其余未完成，暂不推断差错率。"


def _by_item(sampling: SamplingResult, items: dict[str, ItemScore], started: bool) -> Table:
    rows: list[Row] = []
    for name, item in items.items():
        sample = sampling.items[name]
        units = sample.method == "monetary_units"
        size = f"{sample.size} 点，{len(sample.drawn)} 条" if units else f"{sample.size} 条"
        row: Row = (f"{name} {item.label}", f"{sample.population} 条", size)
        rows.append(row + (_outcome(sample) if started else ()))
    outcome = (
        Column("已核查", 0.8, "right"),
        Column("差错", 0.7, "right"),
        Column("差错率", 0.9, "right"),
        Column("差错率上限", 1.5, "right"),
    )
    columns = (
        Column("给分要点", 3.6),
        Column("总体", 0.9, "right"),
        Column("样本", 1.4, "right"),
        *(outcome if started else ()),
    )
    return Table("各要点的样本" + ("和差错率" if started else ""), columns, tuple(rows))


def _outcome(sample: ItemSample) -> Row:
    counted = f"{sample.verified}", f"{sample.errors}"
    if sample.upper_rate is None or sample.observed_rate is None:
        return (*counted, "未完成", "未完成")
    upper = _percent_up(sample.upper_rate)
    most = f"（{sample.upper_errors} 条）" if sample.upper_errors is not None else ""
    return (
        *counted,
        percent(round_half_up(Fraction(sample.observed_rate), 4)),
        Cell(f"{upper}{most}", strong=True),
    )


def _percent_up(rate: str) -> str:
    """An upper limit as a percentage of two decimals, rounded up so that it stays a limit."""
    return percent(Fraction(ceil(Fraction(rate) * 10**4), 10**4))


def _projected(result: ScorecardResult, sampling: SamplingResult, projection: Projections) -> list[Block]:
    parts = result.payment.banded
    boards = list(result.ordered_boards)
    paid = result.payment
    now = ProjectedScore(
        boards={name: board.score for name, board in boards},
        shares={part.id: part.share for part in parts},
        entitlement=paid.entitlement,
        payable=paid.payable,
        overpaid=paid.overpaid,
        change="0.00",
    )
    cases = [
        ("本次结果", now),
        ("按观察到的差错率", projection.observed),
        ("按差错率上限", projection.upper),
    ]
    overpaid = any(Fraction(projected.overpaid) for _, projected in cases)
    rows: list[Row] = []
    for title, projected in cases:
        scores = (projected.boards[name] for name, _ in boards)
        shares = (percent(projected.shares[part.id]) for part in parts)
        too_much = (money(projected.overpaid),) if overpaid else ()
        rows.append(
            (
                title,
                *scores,
                *shares,
                Cell(money(projected.payable), strong=True),
                *too_much,
                signed_money(projected.change),
            )
        )
    columns = (
        Column("情形", 1.8),
        *(Column(f"{board.title}得分", 1.4, "right") for _, board in boards),
        *(Column(f"{part.title}支付比例", 1.5, "right") for part in parts),
        Column("本期应付（元）", 1.6, "right"),
        *((Column("多付（元）", 1.4, "right"),) * overpaid),
        Column("与本次相差（元）", 1.6, "right"),
    )
    words = (
        "以下为推算，不改变本次得分和支付：假如已完成抽样的各要点，未核查的记录也有同样的差错率，则提交的数量按"
        "差错率扣减（不足一个单位的舍去，金额舍至分，不超过本次计入数），重新计分、重新计算支付；其余要点不变。"
        f"差错率上限各以 {percent(sampling.confidence)} 的把握不被超过；各要点同时达到上限的可能性要小得多。"
    )
    return [
        Heading("差错率贯穿全部记录时的得分"),
        Notice(words, "info"),
        Table("差错率贯穿全部记录时的得分和支付", columns, tuple(rows)),
    ]
