"""考核结果反馈书: the result for the operator, and the right to have it reviewed."""

from fractions import Fraction

from talentcalc.core.decimals import format_shortest, money
from talentcalc.report.labels import kind_of
from talentcalc.report.letters.letter import (
    NO_DAY,
    Addressee,
    Annex,
    Letter,
    LetterBlock,
    basis,
    caution,
    clause,
    composite_clause,
    day,
    office,
    operator,
    signature,
    span,
    with_report,
)
from talentcalc.report.render.blocks import Cell, Column, Heading, Prose, Table
from talentcalc.result.model.result import ScorecardResult
from talentcalc.result.model.scorecard import BoardScore, IndicatorScore

_LOST, _WARNED = "未得满分的指标及原因", "提请注意的问题"


def feedback(result: ScorecardResult) -> Letter:
    """The letter of a result that has scores, whose lists follow as annexes."""
    lost = _lost(result)
    annexes = {title: table for title, table in ((_LOST, lost), (_WARNED, _warned(result))) if table.rows}
    names = {title: f"附件{number}" for number, title in enumerate(annexes, start=1)}
    report = f"附件{len(annexes) + 1}" if annexes else "附件"
    blocks: list[LetterBlock] = [
        Addressee(f"{operator(result)}："),
        *caution(result),
        Prose((_opening(result),)),
        Heading("一、考核得分"),
        Prose((_scores(result),)),
        *(_categories(board) for _, board in result.ordered_boards),
        Heading("二、未得满分的指标"),
        Prose((_what_was_lost(result, len(lost.rows), names.get(_LOST, ""), report),)),
        Heading(f"三、{_WARNED}"),
        Prose((_what_was_found(result, names.get(_WARNED, "")),)),
        Heading("四、运营费"),
        Prose((_money(result),)),
        Heading("五、申请复核"),
        Prose((_review(result),)),
        with_report(result, *names),
        signature(result),
    ]
    for title, table in annexes.items():
        blocks += [Annex(names[title], title), table]
    return Letter("考核结果反馈书", tuple(blocks))


def _opening(result: ScorecardResult) -> str:
    done = basis(result, result.payment.balance_clause, clause(result, "prepared"))
    received = clause(result, "received")
    now = f"依据该办法{received}，现将" if received else "现将"
    return (
        f"依据{done}，{result.review.agency}对你方{span(result)}的运营工作进行了{kind_of(result)}。"
        f"{now}考核结果书面反馈如下。"
    )


def _scores(result: ScorecardResult) -> str:
    boards = [f"{board.title}得{board.score}分（满分{board.max}分）" for _, board in result.ordered_boards]
    return f"{'，'.join(boards)}。{_composite(result)}各考核项目得分如下。"


def _composite(result: ScorecardResult) -> str:
    """The sentence on the boards' composites; empty where there are none."""
    composite = result.composite
    if composite is None or composite.scores is None:
        return ""
    composites = composite.scores
    scores = "，".join(f"{board.title}{composites[name]}分" for name, board in result.ordered_boards)
    basis = {"boards": "供参考，支付依据板块得分", "composite": "支付以此为依据"}[result.payment.basis]
    return f"按该办法{composite.clause}综合评议，综合考核分数为：{scores}（{basis}）。"


def _categories(board: BoardScore) -> Table:
    rows: list[tuple[str | Cell, ...]] = [
        (category.title, category.points, category.max) for category in board.categories
    ]
    rows.append(tuple(Cell(text, strong=True) for text in ("总计", board.score, board.max)))
    columns = (Column("考核项目", 5), Column("得分（分）", 1.4, "right"), Column("分值（分）", 1.4, "right"))
    return Table(board.title, columns, tuple(rows))


def _what_was_lost(result: ScorecardResult, lost: int, annex: str, report: str) -> str:
    number = sum(len(board.indicators) for _, board in result.ordered_boards)
    traced = f"各指标的逐项得分、计算过程和所采用的条文理解见{report}。"
    if not lost:
        return f"{number}项指标均得满分。{traced}"
    return f"{number}项指标中，{lost}项未得满分，其得分和原因见{annex}。{traced}"


def _what_was_found(result: ScorecardResult, annex: str) -> str:
    if not annex:
        return "数据检查没有发现需要提请注意的问题。"
    number = result.checks.warning
    return f"数据检查发现警示{number}项，不妨碍评分，请按{annex}核实处理。"


def _money(result: ScorecardResult) -> str:
    paid = result.payment
    parts = "、".join(f"{part.title}{money(part.amount)}元" for part in paid.parts)
    words = f"本次考核应得运营费{money(paid.entitlement)}元，其中{parts}。"
    words += f"此前已付{money(paid.paid)}元，本期应付{money(paid.payable)}元。"
    if Fraction(paid.overpaid):
        words += f"多付{money(paid.overpaid)}元，由考核方决定如何处理，不自动抵扣。"
    return words + f"支付依据为该办法{'、'.join(_paying_clauses(result))}。"


def _paying_clauses(result: ScorecardResult) -> list[str]:
    paid = result.payment
    return list(dict.fromkeys([*composite_clause(result), *paid.clauses]))


def _review(result: ScorecardResult) -> str:
    last = result.review.objections_by
    until = f"（{day(last)}前，含当日）" if last else NO_DAY
    right = clause(result, "review_requested")
    return (
        f"{f'依据该办法{right}，' if right else ''}你方对考核结果如有异议，可在规定时间{until}内，"
        f"向{office(result)}书面申请复核，写明所涉指标、异议理由，并附相关佐证材料。"
    )


def _lost(result: ScorecardResult) -> Table:
    """The table of indicators below their maximum, each with the reasons."""
    rows = []
    for _, board in result.ordered_boards:
        for name, indicator in board.official:
            if Fraction(indicator.points) < Fraction(indicator.max):
                explanation = _explanation(result, indicator)
                rows.append((f"{name} {indicator.target}", indicator.points, indicator.max, explanation))
    columns = (
        Column("指标", 3.2),
        Column("得分", 0.8, "right"),
        Column("分值", 0.7, "right"),
        Column("未得满分的要点及原因", 4.6),
    )
    return Table("", columns, tuple(rows))


def _explanation(result: ScorecardResult, indicator: IndicatorScore) -> str:
    """The reasons of an indicator's lost points: arithmetic, rows set aside and limits."""
    reasons, lines = result.regulation.reasons, []
    for item_id, item in indicator.items.items():
        if Fraction(item.points) >= Fraction(item.cap):
            continue
        full = format_shortest(Fraction(item.cap))
        line = f"{item_id} {item.label}（满分{full}分）：{item.arithmetic}"
        if aside := item.set_aside_by_reason:
            each = "、".join(f"{reasons[reason]}{len(keys)}条" for reason, keys in aside.items())
            line += f"；未计入：{each}"
        lines.append(line)
    lines += [limit.words for limit in indicator.limits or ()]
    return "\n".join(lines) or indicator.caps_differ or ""


def _warned(result: ScorecardResult) -> Table:
    rows = tuple(
        (
            result.title_of(finding.table),
            finding.title,
            str(finding.number),
            f"{finding.remedy}。",
        )
        for finding in result.found("warning")
    )
    columns = (Column("材料表", 1.5), Column("问题", 3), Column("条数", 0.7, "right"), Column("处理", 3))
    return Table("", columns, rows)
