"""What rests on the reviewers: their marks, agreement and weight, and the range of judgement."""

from fractions import Fraction

from talentcalc.core.decimals import format_shortest, money, percent, round_half_up, signed_money
from talentcalc.report.charts import reviewers as charts
from talentcalc.report.labels import COMBINED, scored_by
from talentcalc.report.render.blocks import Block, Cell, Column, Facts, Fragment, Notice, Prose, Table
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.result import AnyScorecard, Blocked, ScorecardResult
from talentcalc.result.model.reviewers import ItemMarks, JudgementRange, WithoutReviewer

Row = tuple[str | Cell, ...]


def reviewer_marks(result: AnyScorecard) -> Fragment:
    """The section 九、评审打分的影响."""
    if isinstance(result, Blocked):
        return no_score(result)
    assert result.sensitivity is not None, "a report's result has its analyses"
    analysis = result.sensitivity.reviewers
    blocks: list[Block] = [
        Prose(
            (
                "评分和完成类要点由评审判断。以下列出各评审员的打分、相互一致的程度，以及去掉任何一位评审员的"
                "打分时得分和支付的变化；均为假设，结果以全部打分为准。",
            )
        ),
        Facts(
            (
                ("打分的合成", f"{_combined(result)}，四舍五入到 0.01 分"),
                ("评审员一致性", _agreement(analysis.agreement.value)),
            )
        ),
        _by_item(result, analysis.items),
        _by_reviewer(result, analysis.reviewers),
    ]
    if owed := _owed(analysis.reviewers):
        blocks.append(Notice(f"尚缺的打分：{owed}。合成按已有的打分计算。", "warning"))
    for board, judged in analysis.judged.items():
        title = result.boards[board].title
        part = next(part for part in result.payment.parts if part.id == judged.part)
        blocks.append(Prose((_range_in_words(title, judged, scored_by(result)),)))
        blocks.append(charts.payable_by_judgement(title, judged, part.score, scored_by(result)))
    return Fragment(*blocks)


def _agreement(value: str | None) -> str:
    what = "克里彭多夫 α 系数（Krippendorff’s alpha，定距数据，各要点按分值折算）"
    if value is None:
        return f"{what}：没有两位以上评审员对同一要点的不同打分，无从计算"
    alpha = Fraction(value)
    words = (
        "一致性较高" if alpha >= Fraction(4, 5) else "只宜作参考" if alpha >= Fraction(2, 3) else "一致性较低"
    )
    scale = "0.800 以上较高，0.667 以下较低；1 为完全一致，0 为随机"
    return f"{what}：{format_shortest(round_half_up(alpha, 3))}，{words}（{scale}）"


def _combined(result: ScorecardResult) -> str:
    """The way or ways in which marks are combined, in words."""
    return "、".join(dict.fromkeys(COMBINED[item.combined] for _, item in result.items if item.combined))


def _by_item(result: ScorecardResult, items: dict[str, ItemMarks]) -> Table:
    reviewers = result.review.reviewers
    rows: list[Row] = []
    for name, item in result.items:
        if name in items:
            item_marks = items[name]
            marks = tuple(item_marks.marks.get(reviewer, "—") for reviewer in reviewers)
            share = percent(round_half_up(Fraction(item_marks.spread) / Fraction(item.cap), 3))
            row = (f"{name} {item.label}", format_shortest(Fraction(item.cap)), *marks)
            rows.append((*row, item_marks.spread, share, Cell(item.points, strong=True)))
    columns = (
        Column("给分要点", 3.4),
        Column("分值", 0.8, "right"),
        *(Column(reviewer, 0.9, "right") for reviewer in reviewers),
        Column("最高与最低相差", 1.3, "right"),
        Column("占分值", 1, "right"),
        Column("得分", 0.9, "right"),
    )
    return Table("各评审员的打分", columns, tuple(rows))


def _by_reviewer(result: ScorecardResult, reviewers: dict[str, WithoutReviewer]) -> Table:
    parts = result.payment.banded
    rows: list[Row] = []
    for name, outcome in reviewers.items():
        scores = tuple(outcome.boards[board] for board in result.order.boards)
        shares = tuple(percent(outcome.shares[part.id]) for part in parts)
        rows.append((f"去掉 {name}", *scores, *shares, money(outcome.payable), signed_money(outcome.change)))
    now = tuple(board.score for _, board in result.ordered_boards)
    here = tuple(percent(part.share) for part in parts)
    payable = Cell(money(result.payment.payable), strong=True)
    columns = (
        Column("情形", 1.6),
        *(Column(f"{board.title}得分", 1.4, "right") for _, board in result.ordered_boards),
        *(Column(f"{part.title}支付比例", 1.3, "right") for part in parts),
        Column("本期应付（元）", 1.6, "right"),
        Column("与本次相差（元）", 1.6, "right"),
    )
    return Table("每位评审员的影响", columns, (("全部打分", *now, *here, payable, "—"), *rows))


def _owed(reviewers: dict[str, WithoutReviewer]) -> str:
    return "；".join(
        f"{name} 未评 {'、'.join(outcome.missing)}"
        + (f"，另有 {'、'.join(outcome.alone)} 仅由其评分" if outcome.alone else "")
        for name, outcome in reviewers.items()
        if outcome.missing or outcome.alone
    )


def _range_in_words(title: str, judged: JudgementRange, scored_by: str) -> str:
    low, high = Fraction(judged.lowest), Fraction(judged.highest)
    steps = judged.steps
    return (
        f"{title}可计量要点不变，评分和完成类要点由全部不得分到全部得满，{scored_by}由 {judged.lowest} 分"
        f"到 {judged.highest} 分（{format_shortest(high - low)} 分由评判决定），"
        f"支付比例可有 {len(steps)} 档，"
        f"本期应付由 {money(steps[0].payable)} 元到 {money(steps[-1].payable)} 元。"
    )
