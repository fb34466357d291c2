"""The last sheet of the workbook: each formula beside the figure of result.json, red where they part."""

from collections.abc import Sequence

from talentcalc.report.workbook.page import PLAIN, Checked, Page
from talentcalc.report.workbook.rules import near

WIDTHS = (64, 30, 24, 24, 24)
_HEADS = ("项目", "单元格", "本表计算", "result.json", "相差")
_HEAD_ROW, _FIRST = 4, 5
_ABOUT = (
    "逐项核对本表公式的计算值与 result.json：数量未改时应全部相差 0；改动数量后，此处显示各项因此增减多少。"
)


def write_check(page: Page, checked: Sequence[Checked]) -> str:
    """Fill the sheet of differences; the cell that counts them."""
    last = _FIRST + len(checked) - 1
    differences = f"E{_FIRST}:E{last}"
    page.heading("核对", _ABOUT)
    page.total("A3:D3", "不一致的项数")
    page.formula("E3", f"SUMPRODUCT(--({differences}<>0))", PLAIN, total=True)
    page.high(3, 18)
    page.head(_HEAD_ROW, _HEADS)
    page.repeat(_HEAD_ROW)
    for row, formula in enumerate(checked, start=_FIRST):
        page.text(f"A{row}", formula.what)
        page.text(f"B{row}", formula.cell.replace("$", "").replace("'", ""))
        page.formula(f"C{row}", formula.cell, formula.format)
        page.number(f"D{row}", formula.value, formula.format)
        page.formula(f"E{row}", near(f"C{row}-D{row}"), PLAIN)
        page.high(row, page.need(formula.what, WIDTHS[0]))
    page.red_unless_zero(differences)
    page.red_unless_zero("E3")
    return page.at("E3")
