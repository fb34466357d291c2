"""运营费支付说明: what is to be paid, by which clause and by which arithmetic."""

from fractions import Fraction

from talentcalc.core.decimals import money, percent
from talentcalc.report.labels import kind_of, scored_by
from talentcalc.report.letters.capitals import in_capitals
from talentcalc.report.letters.letter import (
    Addressee,
    Approvals,
    Letter,
    basis,
    caution,
    composite_clause,
    office,
    operator,
    signature,
    span,
    with_report,
)
from talentcalc.report.render.blocks import Block, Cell, Column, Heading, Prose, Table
from talentcalc.result.model.result import ScorecardResult
from talentcalc.result.model.scorecard import BandAmount, BandedPart, PaymentResult, ProportionalPart

_RULES = {
    "capped": "按应得额支付，至多为整体运营费的规定比例，再减去此前已付额",
    "portion": "按应得额的规定比例支付，再减去此前已付额",
    "whole": "应得额减去此前已付额",
    "of_rest": "剩余运营费按应得额占整体运营费的比例支付",
}


def payment_note(result: ScorecardResult) -> Letter:
    """The note, with room for those who handle, check and approve it."""
    paid = result.payment
    clauses = [*composite_clause(result), *paid.clauses]
    opening = (
        f"依据{basis(result, *clauses)}，根据{operator(result)}{span(result)}的{kind_of(result)}结果，"
        f"现将运营费支付说明如下。整体运营费为{money(paid.fee)}元。"
    )
    numbers = "一二三四五六七八九十"
    parts: list[Block] = []
    for number, part in zip(numbers, paid.parts, strict=False):
        parts += [Heading(f"{number}、{part.title}（{part.clause}）"), *_part(result, part)]
    return Letter(
        "运营费支付说明",
        (
            Addressee(f"{office(result)}："),
            *caution(result),
            Prose((opening,)),
            *parts,
            Heading(f"{numbers[len(paid.parts)]}、本期应付"),
            Prose((*_balance(result), *_due(paid))),
            _table(paid),
            with_report(result, "考核结果反馈书（feedback.pdf）"),
            signature(result),
            Approvals("办理和审批", ("环节", "签名", "日期"), ("经办", "审核", "批准")),
            Prose((f"抄送：{operator(result)}。",)),
        ),
    )


def _part(result: ScorecardResult, part: BandedPart | ProportionalPart) -> list[Block]:
    board = result.boards[part.board].title
    got = "综合考核分数为" if result.payment.basis == "composite" else "得"
    fee, amount = result.payment.fee, Fraction(part.amount)
    if isinstance(part, BandedPart):
        here = part.bands[part.reached]
        words = (
            f"{board}{got}{part.score}分，在“{_band(here)}”一档，按整体运营费的{percent(part.share)}"
            f"支付：{money(fee)}元 × {percent(part.share)} = {money(amount)}元。各档支付比例如下。"
        )
        return [Prose((words,)), _bands(part, here)]
    exact = Fraction(part.score) / Fraction(part.of) * Fraction(part.share_of_fee) * Fraction(fee)
    words = (
        f"{board}{got}{part.score}分，按{scored_by(result)}占{part.of}分的比例和整体运营费的"
        f"{percent(part.share_of_fee)}支付：{part.score} ÷ {part.of} × "
        f"{percent(part.share_of_fee)} × {money(fee)}元 {_equals(exact, amount)} {money(amount)}元。"
    )
    return [Prose((words,))]


def _equals(exact: Fraction, amount: Fraction) -> str:
    return "=" if exact == amount else "≈"


def _band(band: BandAmount) -> str:
    if band.above is None:
        return f"{band.up_to}分及以下"
    return f"{band.above}分以上至{band.up_to}分（含）"


def _bands(part: BandedPart, here: BandAmount) -> Table:
    rows = tuple(
        tuple(
            Cell(text, strong=band is here)
            for text in (
                _band(band),
                percent(band.share),
                money(band.amount),
                "本次得分所在" if band is here else "",
            )
        )
        for band in part.bands
    )
    columns = (
        Column("得分", 2.4),
        Column("支付比例", 1.2, "right"),
        Column("金额（元）", 1.8, "right"),
        Column("本次", 1.6, "center"),
    )
    return Table(f"{part.title}的支付档位", columns, rows)


def _balance(result: ScorecardResult) -> list[str]:
    """The sentences on the balance: the clause's words, and the arithmetic from entitlement to amount due."""
    paid = result.payment
    parts = " + ".join(f"{money(part.amount)}元" for part in paid.parts)
    earned, before = money(paid.entitlement), money(paid.paid)
    words = [f"应得额为各部分之和：{parts} = {earned}元。此前已付{before}元。"]
    quotes = {clause.id: clause.quote for clause in result.regulation.clauses}
    clause, quote = paid.balance_clause, quotes.get(paid.balance_clause)
    rule = _RULES[paid.balance_rule]
    words.append(
        (f"{clause}规定：“{quote}”" if quote else f"依据{clause}，")
        + f"本次计算方式：{rule}。{_reckoned(paid)}"
    )
    return words


def _reckoned(paid: PaymentResult) -> str:
    fee, entitlement, before = (Fraction(amount) for amount in (paid.fee, paid.entitlement, paid.paid))
    due = paid.due
    if paid.balance_rule == "of_rest":
        rest, equals = money(fee - before), _equals(entitlement / fee * (fee - before), due)
        return (
            f"剩余运营费为{money(fee)}元 − {money(before)}元 = {rest}元，"
            f"{rest}元 × {money(entitlement)} ÷ {money(fee)} {equals} {money(due)}元。"
        )
    allowed, limit_words = due + before, ""
    if paid.balance_rule == "capped":
        over = allowed < entitlement
        limit_words = f"应得额{'超过上限，以上限' if over else '未超过上限，以应得额'}{money(allowed)}元计："
    elif paid.balance_rule == "portion":
        limit_words = f"应得额的规定比例计{money(allowed)}元："
    return f"{limit_words}{money(allowed)}元 − {money(before)}元 = {money(due)}元。"


def _due(paid: PaymentResult) -> list[str]:
    words = [f"本期应付{money(paid.payable)}元（大写：人民币{in_capitals(paid.payable)}）。"]
    if Fraction(paid.overpaid):
        words.append(
            f"多付{money(paid.overpaid)}元（大写：人民币{in_capitals(paid.overpaid)}），"
            "如何处理由考核方决定；本说明不作抵扣。"
        )
    return words


def _table(paid: PaymentResult) -> Table:
    rows: list[tuple[str | Cell, ...]] = [("整体运营费", "—", money(paid.fee))]
    rows += [(part.title, part.clause, money(part.amount)) for part in paid.parts]
    rows += [
        ("应得额", "—", money(paid.entitlement)),
        ("此前已付", "—", money(paid.paid)),
        tuple(Cell(text, strong=True) for text in ("本期应付", paid.balance_clause, money(paid.payable))),
        ("多付（由考核方决定如何处理）", paid.balance_clause, money(paid.overpaid)),
    ]
    columns = (Column("项目", 3), Column("依据", 1.8), Column("金额（元）", 1.8, "right"))
    return Table("运营费支付计算", columns, tuple(rows))
