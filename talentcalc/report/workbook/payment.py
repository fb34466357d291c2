"""The payment in the workbook: bands, shares and the balance, from the boards' scores."""

from collections.abc import Generator, Iterator, Mapping

from talentcalc.core.decimals import percent
from talentcalc.report.workbook.page import PLAIN, POINTS, SHARE, YUAN, Checked, Page
from talentcalc.report.workbook.rules import half_up, near
from talentcalc.result.model.scorecard import BandedPart, PaymentResult, ProportionalPart

WIDTHS = (34, 20, 18, 18, 22, 24)
_HEADS = ("项目", "条款", "得分高于（分）", "至（分，含）", "付运营费的比例", "金额（元）")
_HEAD_ROW, _FEE, _PAID, _FIRST = 3, 4, 5, 6
_ABOUT = "运营费和已付额（黄色）可以修改；得分取自各板块的{source}。金额先化为分，再四舍五入。"
_SOURCES = {"boards": "总计", "composite": "综合考核分数"}
_BALANCES = {
    "capped": ("应得额（至多为运营费的 {share}）减本期此前已付", "MIN({ent},{of}*{fee})-{paid}"),
    "portion": ("应得额的 {share} 减本期此前已付", "{ent}*{of}-{paid}"),
    "whole": ("应得额减本期此前已付", "{ent}-{paid}"),
    "of_rest": ("（运营费 − 已付）× 应得额 ÷ 运营费", "{ent}/{fee}*({fee}-{paid})"),
}
"""Of each rule of the balance: its words, and what is due before rounding; below nothing if overpaid."""

_Lines = Generator[Checked, None, int]
"""The formulas of some rows, and the row after them."""


def write_payment(page: Page, payment: PaymentResult, scores: Mapping[str, str]) -> Iterator[Checked]:
    """Fill the sheet of the payment; `scores` names the cell that payment rests on, by board."""
    source = _SOURCES[payment.basis]
    page.heading("运营费支付", _ABOUT.format(source=source))
    page.head(_HEAD_ROW, _HEADS)
    page.repeat(_HEAD_ROW)
    for row, words, value in ((_FEE, "整体运营费", payment.fee), (_PAID, "本期此前已付", payment.paid)):
        _words(page, row, words, "", "参数文件所列")
        page.entry(f"F{row}", value, YUAN)
    row, amounts = _FIRST, []
    for part in payment.parts:
        score = scores[part.board], f"板块{source}"
        if isinstance(part, BandedPart):
            row = yield from _banded(page, row, part, *score, payment.round_to)
        else:
            row = yield from _proportional(page, row, part, *score, payment.round_to)
        amounts.append(f"F{row - 1}")
    yield from _balance(page, row, payment, amounts)


def _banded(page: Page, row: int, part: BandedPart, score: str, source: str, round_to: str) -> _Lines:
    title, bands, first, last = part.title, part.bands, row, row + len(part.bands) - 1
    for number, band in enumerate(bands, start=1):
        page.text(f"A{row}", f"{title}：第 {number} 档")
        page.text(f"B{row}", part.clause)
        if band.above is None:
            page.text(f"C{row}", "—", align="right")
        else:
            page.number(f"C{row}", band.above)
        page.number(f"D{row}", band.up_to)
        page.number(f"E{row}", band.share, SHARE)
        amount = half_up(f"E{row}*F{_FEE}", round_to)
        yield _line(page, row, f"{title} 第 {number} 档金额", amount, band.amount, YUAN)
        row += 1
    _words(page, row, f"{title}：得分", "", source)
    yield _line(page, row, f"{title} 得分", score, part.score, POINTS)
    _words(page, row + 1, f"{title}：所在档", "", "得分不超过其上界的第一档")
    passed = f"SUMPRODUCT(--(D{first}:D{last}<{near(f'F{row}')}))"  # the bands that end below the score
    yield _line(page, row + 1, f"{title} 所在档", f"1+{passed}", str(part.reached + 1), PLAIN)
    _words(page, row + 2, f"{title}：付费比例", "", "所在档的比例")
    yield _line(page, row + 2, f"{title} 付费比例", f"INDEX(E{first}:E{last},F{row + 1})", part.share, SHARE)
    _words(page, row + 3, title, part.clause, "所在档的金额", total=True)
    amount = f"INDEX(F{first}:F{last},F{row + 1})"
    yield _line(page, row + 3, f"{title} 金额", amount, part.amount, YUAN, total=True)
    return row + 4


def _proportional(
    page: Page, row: int, part: ProportionalPart, score: str, source: str, round_to: str
) -> _Lines:
    title = part.title
    _words(page, row, f"{title}：得分", "", source)
    yield _line(page, row, f"{title} 得分", score, part.score, POINTS)
    how = f"得分 ÷ {part.of} × {percent(part.share_of_fee)} × 整体运营费"
    _words(page, row + 1, title, part.clause, how, total=True)
    amount = half_up(f"F{row}/{part.of}*{part.share_of_fee}*F{_FEE}", round_to)
    yield _line(page, row + 1, f"{title} 金额", amount, part.amount, YUAN, total=True)
    return row + 2


def _balance(page: Page, row: int, payment: PaymentResult, amounts: list[str]) -> Iterator[Checked]:
    share, round_to = payment.balance_share or "0", payment.round_to
    words, due = _BALANCES[payment.balance_rule]
    entitled = half_up("+".join(amounts), round_to)
    named = {"ent": f"F{row}", "of": share, "fee": f"F{_FEE}", "paid": f"F{_PAID}"}
    due, clause = half_up(due.format(**named), round_to), payment.balance_clause
    _words(page, row, "应得额", "", "各部分之和", total=True)
    yield _line(page, row, "应得额", entitled, payment.entitlement, YUAN, total=True)
    _words(page, row + 1, "本期应付", clause, words.format(share=percent(share)), total=True)
    yield _line(page, row + 1, "本期应付", f"MAX(0,{due})", payment.payable, YUAN, total=True)
    _words(page, row + 2, "多付", clause, "已付额超出部分，由考核方决定，不自动抵扣")
    yield _line(page, row + 2, "多付", f"MAX(0,-({due}))", payment.overpaid, YUAN)


def _words(page: Page, row: int, name: str, clause: str, how: str, *, total: bool = False) -> None:
    for cells, words in ((f"A{row}", name), (f"B{row}", clause), (f"C{row}:E{row}", how)):
        (page.total if total else page.text)(cells, words)
    page.high(row, 16)


def _line(
    page: Page, row: int, what: str, formula: str, value: str, form: str, *, total: bool = False
) -> Checked:
    page.formula(f"F{row}", formula, form, total=total)
    page.high(row, 16)
    return Checked(what, page.at(f"F{row}"), value, form)
