"""综合评议 beside the boards: what it is made of, and each board's composite."""

from fractions import Fraction

from talentcalc.core.decimals import format_shortest, percent, round_half_up
from talentcalc.report.charts.scorecard import composite_shares
from talentcalc.report.render.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Fragment,
    Heading,
    Notice,
    Prose,
    Table,
)
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.result.model.composite import CompositeReview
from talentcalc.result.model.result import AnyScorecard, Blocked, ScorecardResult


def composite(result: AnyScorecard) -> Fragment:
    """综合评议, a part of 五、考核指标得分; nothing where the regulation has none or nothing is scored."""
    if isinstance(result, Blocked) or result.composite is None:
        return Fragment()
    review = result.composite
    blocks: list[Block] = [
        Heading("综合评议"),
        Prose((_about(review),)),
        _parts(result, review),
        *_set_aside(result, review),
    ]
    if review.scores:
        blocks += [_scores(result, review, review.scores), _picture(result, review, review.scores)]
    return Fragment(*blocks, _basis(result, review))


def _about(review: CompositeReview) -> str:
    titles = "、".join(component.title for component in review.components)
    return (
        f"依据{review.clause}，综合考核分数由{review.boards.title}与{titles}加权得出。除{review.boards.title}外，"
        "各部分的得分为其计入记录评分的平均值，不取整，各板块共用；权重取自参数文件。"
    )


def _parts(result: ScorecardResult, review: CompositeReview) -> Table:
    rows: list[tuple[str | Cell, ...]] = [
        (review.boards.title, "考核指标得分", "—", "各板块得分", _weight(review.boards.weight))
    ]
    for component in review.components:
        table, number = result.evidence[component.table].title, len(component.counted)
        value = component.value or "没有记录"
        rows.append((component.title, table, str(number), value, _weight(component.weight)))
    columns = (
        Column("部分", 2),
        Column("依据", 2),
        Column("计入（条）", 1, "right"),
        Column(f"得分（满分 {review.scale} 分）", 2, "right"),
        Column("权重", 1, "right"),
    )
    return Table("综合评议的各部分", columns, tuple(rows))


def _weight(weight: str | None) -> str:
    return "未列" if weight is None else percent(weight)


def _set_aside(result: ScorecardResult, review: CompositeReview) -> list[Block]:
    reasons, pairs = result.regulation.reasons, []
    for component in review.components:
        for reason, keys in component.set_aside_by_reason.items():
            words = in_few_words(result, component.table, keys)
            pairs.append((f"{component.title} 未计入 {len(keys)} 条：{reasons[reason]}", words))
    return [Facts(tuple(pairs))] if pairs else []


def _scores(result: ScorecardResult, review: CompositeReview, scores: dict[str, str]) -> Table:
    rows = []
    for name, board in result.ordered_boards:
        weighed = review.weighed(board.score)
        how = " + ".join(f"{value} × {percent(weight)}" for _, value, weight in weighed)
        rows.append((board.title, board.score, how, Cell(scores[name], strong=True)))
    columns = (
        Column("板块", 1.8),
        Column(f"{review.boards.title}（分）", 1.1, "right"),
        Column("计算", 4.6),
        Column("综合考核分数（分）", 1.9, "right"),
    )
    return Table("各板块的综合考核分数", columns, tuple(rows))


def _picture(result: ScorecardResult, review: CompositeReview, scores: dict[str, str]) -> Block:
    bars = []
    for name, board in result.ordered_boards:
        drawn = [
            (title, format_shortest(round_half_up(Fraction(value) * Fraction(weight))))
            for title, value, weight in review.weighed(board.score)
        ]
        bars.append((board.title, drawn, format_shortest(round_half_up(Fraction(scores[name])))))
    return composite_shares(bars, review.scale)


def _basis(result: ScorecardResult, review: CompositeReview) -> Notice:
    """The notice of what payment rests on, and why a composite is missing."""
    lacking = "、".join(component.title for component in review.components if component.id in review.lacking)
    if result.payment.basis == "composite":
        owed = f"{lacking}尚无记录，暂计 0 分。" if lacking else ""
        return Notice(f"本次支付依据各板块的综合考核分数，不是板块得分。{owed}", "warning")
    words = "支付依据各板块得分，综合考核分数列于其旁供参考；条文理解另选综合考核分数的除外。"
    if review.boards.weight is None:
        ids = "、".join(["boards", *(component.id for component in review.components)])
        words += (
            "参数文件没有列出权重，综合考核分数未计算；如需计算，"
            f"在 composite 下列出 {ids} 的权重，合计为 1。"
        )
    elif lacking:
        words += f"{lacking}没有记录，综合考核分数未计算。"
    return Notice(words, "info")
