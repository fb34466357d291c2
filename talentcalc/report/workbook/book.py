"""The second calculation: the official tables with live formulas, for the office to compute again itself."""

from openpyxl import Workbook

from talentcalc.report.labels import STATUSES, edition_of, kind_of, labels_of, owed, span_of
from talentcalc.report.workbook import board as boards
from talentcalc.report.workbook import composite, marks, payment
from talentcalc.report.workbook.check import WIDTHS as CHECK_WIDTHS
from talentcalc.report.workbook.check import write_check
from talentcalc.report.workbook.page import PLAIN, Checked, Page, in_bytes
from talentcalc.result.document import fingerprint
from talentcalc.result.model.result import Result, ScorecardResult

_TITLE = "考核计分表"
_OWED = ("待评要点", "综合评议待补记录")
_WIDTHS = (26, 120)
_USE = (
    (
        "用途",
        "本工作簿按考核指标原表列示各要点的数量，由公式重新计算每一项得分和运营费支付额，供考核方自行复算。",
    ),
    (
        "使用",
        "修改黄色单元格中的数量、评分、运营费或已付额，得分和金额随即重算；其余单元格已锁定，没有密码。",
    ),
    (
        "核对",
        "末页“核对”逐项比较公式的计算值与 result.json，未改数量时应全部相差 0；有差异的单元格显示为红色。",
    ),
    (
        "效力",
        "试改数量只用于复算和推演。考核结果以 result.json 及由其生成的报告为准，更正须改佐证材料后重新运行。",
    ),
    (
        "精度",
        "电子表格以二进制小数计算，0.1 + 0.2 并不恰好等于 0.3。为此，取整和与界线比较之前先取到 10 位小数，"
        "得分取到 12 位小数（与 result.json 相同，三分之一即 0.333333333333），金额先化为分再四舍五入。"
        "电子表格只有 15 位有效数字，更长的数量不能准确表示。",
    ),
)


def scorecard_workbook(result: Result) -> bytes | None:
    """`scorecard.xlsx`, the same bytes for the same result; None where no scorecard was scored."""
    if not isinstance(result, ScorecardResult):
        return None
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    draft = labels_of(result).draft if result.status == "draft" else ""
    about = Page(workbook, "说明", _WIDTHS, draft)
    pages = {name: Page(workbook, board.title, boards.WIDTHS, draft) for name, board in result.ordered_boards}
    checked, means = [], {}
    if marks.marked(result):
        page = Page(workbook, "评分", marks.WIDTHS, draft)
        for item, formula in marks.write_marks(page, result):
            checked.append(formula)
            means[item] = formula.cell
    checked += _boards(result, pages, means)
    scores = {name: page.at(boards.total_cell(_places(result)[name])) for name, page in pages.items()}
    if result.composite and result.composite.scores:
        page = Page(workbook, "综合评议", composite.WIDTHS, draft)
        lines, composites = composite.write_composite(page, result, result.composite, scores)
        checked += lines
        scores = composites if result.payment.basis == "composite" else scores
    page = Page(workbook, "支付", payment.WIDTHS, draft)
    checked += payment.write_payment(page, result.payment, scores)
    different = write_check(Page(workbook, "核对", CHECK_WIDTHS, draft), checked)
    _about(about, result, different)
    return in_bytes(workbook, f"{_TITLE}：{result.subject}", result.review.dated)


def _places(result: ScorecardResult) -> dict[str, boards.BoardCells]:
    return {name: boards.board_cells(board) for name, board in result.ordered_boards}


def _boards(result: ScorecardResult, pages: dict[str, Page], means: dict[str, str]) -> list[Checked]:
    """Fill each board's sheet; its formulas. A rule may name a quantity on another sheet."""
    places = _places(result)
    quantities = {
        item: pages[name].at(boards.quantity_cell(at, item))
        for name, at in places.items()
        for item in at.items
    }
    return [
        formula
        for name, board in result.ordered_boards
        for formula in boards.write_board(pages[name], board, places[name], quantities, means)
    ]


def _about(page: Page, result: ScorecardResult, different: str) -> None:
    words = labels_of(result)
    page.heading(f"{result.regulation.title}　{_TITLE}", "")
    edition = edition_of(result)
    facts = (
        (words.subject, result.subject),
        (words.kind, kind_of(result)),
        (words.span, span_of(result)),
        ("评审机构", result.review.agency),
        ("报告日期", str(result.review.dated)),
        ("状态", STATUSES[result.status] + (f"（{edition}）" if edition else "")),
        *((name, "、".join(waits)) for name, waits in zip(_OWED, owed(result), strict=True) if waits),
        ("result.json 的 SHA-256", fingerprint(result)),
        *_USE,
    )
    for row, (name, text) in enumerate(facts, start=3):
        page.text(f"A{row}", name, bold=True)
        page.text(f"B{row}", text)
        page.high(row, page.need(text, _WIDTHS[1]))
    page.total(f"A{len(facts) + 3}", "与 result.json 不一致的项数")
    page.formula(f"B{len(facts) + 3}", different, PLAIN, total=True)
    page.red_unless_zero(f"B{len(facts) + 3}")
