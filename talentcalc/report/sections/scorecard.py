"""The sections of a scorecard audit: the conclusion, the official tables, the payment, the trace."""

from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest, money, percent, round_half_up
from talentcalc.report.charts import scorecard as charts
from talentcalc.report.labels import scored_by
from talentcalc.report.render.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Facts,
    Figures,
    Fragment,
    Heading,
    Notice,
    Prose,
    Quote,
    Table,
)
from talentcalc.report.sections.audit import no_score
from talentcalc.report.sections.row_keys import in_few_words, tallied
from talentcalc.result.model.result import AnyScorecard, Blocked, ScorecardResult
from talentcalc.result.model.scorecard import BandedPart, BoardScore, IndicatorScore

_MANY = 60  # counted rows of activities; beyond, a report names the activities, result.json each row

_BALANCES = {
    "capped": "应得额（至多为运营费的规定比例）减本期已付额",
    "portion": "应得额的规定比例减本期已付额",
    "whole": "应得额减本期已付额",
    "of_rest": "剩余运营费 ×（应得额 ÷ 运营费）",
}


def conclusion(result: AnyScorecard) -> Fragment:
    """The section 考核结论."""
    if isinstance(result, Blocked):
        return no_score(result)
    payment = result.payment
    numbers = [
        (board.title, board.score, f"满分 {board.max} 分{_composite(result, name)}")
        for name, board in result.ordered_boards
    ]
    numbers.append(("应得额", money(payment.entitlement), "元"))
    if Fraction(payment.overpaid):
        numbers.append(("多付", money(payment.overpaid), "元，待考核方决定"))
    else:
        numbers.append(("本期应付", money(payment.payable), "元"))
    bars = [
        (category.title, category.points, category.max)
        for _, board in result.ordered_boards
        for category in board.categories
    ]
    return Fragment(Figures(tuple(numbers)), charts.scores_by_category(bars))


def _composite(result: ScorecardResult, board: str) -> str:
    """A board's composite in words, where payment rests on it; otherwise empty."""
    score = result.paying_composites.get(board)
    return f"，综合考核分数 {format_decimal(round_half_up(Fraction(score)))} 分" if score else ""


def scores(result: AnyScorecard) -> Fragment:
    """The section 五、考核指标得分, in the layout of the official tables."""
    if isinstance(result, Blocked):
        return no_score(result)
    return Fragment(*(_official(board) for _, board in result.ordered_boards))


def _official(board: BoardScore) -> Table:
    rows: list[tuple[str | Cell, ...]] = []
    for category in board.categories:
        for task in category.tasks:
            span = len(task.indicators)
            for n, name in enumerate(task.indicators):
                indicator = board.indicators[name]
                row: tuple[str | Cell, ...] = (
                    f"{name} {indicator.target}",
                    indicator.max,
                    indicator.criterion,
                    Cell(indicator.points, strong=True),
                )
                labels = (Cell(category.title, span), Cell(task.title, span)) if n == 0 else ()
                rows.append(labels + row)
    rows.append(
        (
            Cell("总计", colspan=3, strong=True),
            Cell(board.max, strong=True),
            "",
            Cell(board.score, strong=True),
        )
    )
    columns = (
        Column("考核项目", 1.5),
        Column("工作内容", 2.2),
        Column("年度任务指标", 3.2),
        Column("分值（分）", 0.8, "right"),
        Column("给分要点", 4),
        Column("考核分数（分）", 1.1, "right"),
    )
    return Table(board.title, columns, tuple(rows))


def payment(result: AnyScorecard) -> Fragment:
    """The section 六、运营费支付."""
    if isinstance(result, Blocked):
        return no_score(result)
    paid, word = result.payment, scored_by(result)
    blocks: list[Block] = []
    rows: list[tuple[str | Cell, ...]] = []
    for part in paid.parts:
        if isinstance(part, BandedPart):
            how = f"{word} {part.score} 分所在档位付运营费的 {percent(part.share)}"
            title = result.boards[part.board].title
            blocks.append(charts.payment_bands(part.bands, part.score, title, word))
            blocks.append(Bullets(tuple(_distances(part, word))))
        else:
            how = f"{word} {part.score} ÷ {part.of} × {percent(part.share_of_fee)} × 运营费"
        rows.append((part.title, part.clause, how, money(part.amount)))
    rows += [
        (Cell("应得额", strong=True), "", "各部分之和", Cell(money(paid.entitlement), strong=True)),
        ("本期此前已付", "", "参数文件所列", money(paid.paid)),
        (
            Cell("本期应付", strong=True),
            paid.balance_clause,
            _BALANCES[paid.balance_rule],
            Cell(money(paid.payable), strong=True),
        ),
        ("多付", paid.balance_clause, "已付额超出部分，由考核方决定，不自动抵扣", money(paid.overpaid)),
    ]
    columns = (
        Column("项目", 1.4),
        Column("条款", 1.4),
        Column("计算", 4),
        Column("金额（元）", 1.6, "right"),
    )
    table = Table(f"运营费支付计算（整体运营费 {money(paid.fee)} 元）", columns, tuple(rows))
    return Fragment(table, *blocks, *(Notice(words, "info") for words in _judgement_decides(result)))


def _distances(part: BandedPart, word: str) -> list[str]:
    score, words = Fraction(part.score), []
    bands, here = part.bands, part.reached
    words.append(
        f"本次{word} {part.score} 分，付运营费的 {percent(part.share)}，计 {money(part.amount)} 元。"
    )
    if here + 1 < len(bands):
        edge, more = (
            Fraction(bands[here].up_to),
            Fraction(bands[here + 1].amount) - Fraction(part.amount),
        )
        words.append(
            f"须超过 {format_shortest(edge)} 分方进入上一档（还差 {format_decimal(edge - score)} 分以上），"
            f"多付 {money(more)} 元。"
        )
    if here:
        edge, less = (
            Fraction(bands[here].above or 0),
            Fraction(part.amount) - Fraction(bands[here - 1].amount),
        )
        words.append(f"若再失 {format_decimal(score - edge)} 分即降入下一档，少付 {money(less)} 元。")
    return words


def _judgement_decides(result: ScorecardResult) -> list[str]:
    """For each board, the points given by judgement, and the band reached by countable items alone."""
    by_boards = result.payment.basis == "boards"  # a composite is not judgement's alone to decide
    banded = {part.board: part for part in result.payment.banded if by_boards}
    notices = []
    for name, board in result.ordered_boards:
        earned, most = board.judged
        words = (
            f"{board.title}中评分和完成类要点满分 {format_shortest(most)} 分，"
            f"本次得 {format_decimal(earned)} 分。"
        )
        if name in banded:
            alone = Fraction(board.max) - most
            part = banded[name]
            band = part.bands[part.band_of(alone)]
            words += (
                f"可计量要点即使全部得满也只有 {format_shortest(alone)} 分，"
                f"付运营费的 {percent(band.share)}；"
                "更高的档位由评判决定，请复核评判的理由。"
            )
        notices.append(words)
    return notices


def trace(result: AnyScorecard) -> Fragment:
    """The section 十二、逐项得分追溯: every indicator with its clause, its rows and its arithmetic."""
    if isinstance(result, Blocked):
        return no_score(result)
    blocks: list[Block] = []
    for name, indicator in result.indicators:
        blocks += indicator_trace(result, name, indicator)
    return Fragment(*blocks)


def indicator_trace(result: ScorecardResult, name: str, indicator: IndicatorScore) -> list[Block]:
    """One indicator's blocks of the trace."""
    reasons = result.regulation.reasons
    blocks: list[Block] = [
        Heading(f"{name}　{indicator.points} / {indicator.max} 分"),
        Quote(f"年度任务指标：{indicator.target}\n给分要点：{indicator.criterion}"),
    ]
    rows: list[tuple[str | Cell, ...]] = []
    for item_id, item in indicator.items.items():
        rows.append(
            (
                f"{item_id} {item.label}",
                item.arithmetic,
                item.next,
                Cell(item.points, strong=True),
            )
        )
    columns = (Column("给分要点", 2), Column("计算", 4), Column("更多得分", 3), Column("得分", 0.8, "right"))
    blocks.append(Table(f"{name} 的计算", columns, tuple(rows)))
    notes = [limit.words for limit in indicator.limits or ()]
    blocks += [Notice("；".join(notes) + "。", "info")] if notes else []
    pairs = []
    for item_id, item in indicator.items.items():
        if item.counted:
            rows_of = tallied if len(item.counted) > _MANY else in_few_words
            pairs.append(
                (f"{item_id} 计入 {len(item.counted)} 条", rows_of(result, item.table, item.counted))
            )
        for reason, keys in item.set_aside_by_reason.items():
            pairs.append(
                (
                    f"{item_id} 未计入 {len(keys)} 条：{reasons[reason]}",
                    in_few_words(result, item.table, keys),
                )
            )
    blocks.append(Facts(tuple(pairs)) if pairs else Prose(("没有与本指标有关的记录。",)))
    return blocks
