"""The composite in the workbook: the scores of each component's rows, and each board's composite."""

from collections.abc import Mapping

from talentcalc.report.workbook.page import PLAIN, POINTS, SHARE, Checked, Page
from talentcalc.report.workbook.rules import exact_points
from talentcalc.result.model.composite import ComponentResult, CompositeReview
from talentcalc.result.model.result import ScorecardResult

WIDTHS = (30, 26, 24, 14, 20, 12)
_HEADS = ("部分", "材料表", "记录", "评分（分）", "平均分（分）", "权重")
_HEAD_ROW, _FIRST = 3, 4
_ABOUT = (
    "黄色的评分可以修改；各部分取计入记录评分的平均值，不取整。综合考核分数为各部分与板块得分按权重之和，"
    "{basis}。没有记录的部分暂计 0 分。"
)
_BASES = {"boards": "列于板块得分之旁，支付依据板块得分", "composite": "支付以此为依据"}


def write_composite(
    page: Page, result: ScorecardResult, review: CompositeReview, scores: Mapping[str, str]
) -> tuple[list[Checked], dict[str, str]]:
    """Fill the sheet of the composite; `scores` names the cell of each board's score.

    Every formula and what the result says of it; and the cell of each board's composite.
    """
    page.heading("综合评议", _ABOUT.format(basis=_BASES[result.payment.basis]))
    page.head(_HEAD_ROW, _HEADS)
    page.repeat(_HEAD_ROW)
    row, weighed, checked = _FIRST, [], []
    for component in review.components:
        last = _rows(page, row, component, review.scale)
        for column, words in (("A", component.title), ("B", result.evidence[component.table].title)):
            page.text(f"{column}{row}:{column}{last}", words)
        cells = f"D{row}:D{last}"
        page.formula(f"E{row}:E{last}", exact_points(f"SUM({cells})/MAX(1,COUNT({cells}))"), PLAIN)
        page.number(f"F{row}:F{last}", component.weight or "0", SHARE)
        checked.append(
            Checked(f"{component.title} 平均分", page.at(f"E{row}"), component.value or "0", PLAIN)
        )
        weighed.append(f"$E${row}*$F${row}")
        row = last + 1
    page.text(f"A{row}:D{row}", review.boards.title)
    page.text(f"E{row}", "各板块总计", align="right")
    page.number(f"F{row}", review.boards.weight or "0", SHARE)
    page.high(row, 16)
    board_weight, composites = f"$F${row}", {}
    for at, (name, board) in enumerate(result.ordered_boards, start=row + 1):
        page.total(f"A{at}:D{at}", f"{board.title}：综合考核分数")
        page.formula(
            f"E{at}:F{at}", exact_points("+".join([f"{scores[name]}*{board_weight}", *weighed])), total=True
        )
        page.high(at, 18)
        composites[name] = page.at(f"E{at}")
        what = f"{board.title} 综合考核分数"
        checked.append(Checked(what, composites[name], (review.scores or {})[name], POINTS))
    return checked, composites


def _rows(page: Page, row: int, component: ComponentResult, scale: str) -> int:
    """Write a component's rows with their scores, or an empty one; the number of the last row."""
    records: list[tuple[str, str | None]] = list(zip(component.counted, component.scores, strict=True))
    records = records or [("（尚无记录）", None)]
    for at, (record, score) in enumerate(records, start=row):
        page.text(f"C{at}", record)
        page.entry(f"D{at}", score, PLAIN, scale)
        page.high(at, page.need(record, WIDTHS[2]))
    return row + len(records) - 1
