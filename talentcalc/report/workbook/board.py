"""A board in the workbook: the official table, a row for each item, a formula for each of its points."""

from collections.abc import Iterator
from dataclasses import dataclass

from talentcalc.report.workbook.page import PLAIN, POINTS, YUAN, Checked, Page
from talentcalc.report.workbook.rules import Named, exact_points, in_words, indicator_points, item_points
from talentcalc.result.model.scorecard import BoardScore, IndicatorScore

WIDTHS = (11, 18, 25, 7.5, 30, 23, 13.5, 6.5, 21, 9, 9, 9)
_HEADS = (
    "考核项目", "工作内容", "年度任务指标", "分值\n（分）", "给分要点", "要点", "数量", "单位", "计算规则",
    "要点得分\n（分）", "要点上限\n（分）", "考核分数\n（分）",
)  # fmt: skip
_HEAD_ROW, _FIRST = 3, 4
_ABOUT = "黄色的数量可以修改，得分随即重算；要点得分按计算规则得出，考核分数为各要点之和，以分值为限。"


@dataclass(frozen=True)
class BoardCells:
    """The rows of a board's sheet: each item's, each category's subtotal, the total."""

    items: dict[str, int]
    categories: tuple[int, ...]
    total: int


def board_cells(board: BoardScore) -> BoardCells:
    """The rows that a board's sheet has: one for each item, a subtotal after each category, the total."""
    row, items, categories = _FIRST, {}, []
    for category in board.categories:
        for name in category.indicators:
            for item in board.indicators[name].items:
                items[item] = row
                row += 1
        categories.append(row)
        row += 1
    return BoardCells(items, tuple(categories), row)


def quantity_cell(at: BoardCells, item: str) -> str:
    """The cell of an item's quantity."""
    return f"G{at.items[item]}"


def total_cell(at: BoardCells) -> str:
    """The cell of a board's score."""
    return f"L{at.total}"


def write_board(
    page: Page, board: BoardScore, at: BoardCells, quantities: Named, means: Named
) -> Iterator[Checked]:
    """Fill a board's sheet; yield every formula with its value in the result."""
    page.heading(board.title, _ABOUT)
    page.head(_HEAD_ROW, _HEADS)
    page.repeat(_HEAD_ROW)
    for category, last in zip(board.categories, at.categories, strict=True):
        first = at.items[next(iter(board.indicators[category.indicators[0]].items))]
        for task in category.tasks:
            for name in task.indicators:
                yield from _indicator(page, name, board.indicators[name], at, quantities, means)
            rows = [at.items[item] for name in task.indicators for item in board.indicators[name].items]
            _label(page, "B", rows[0], rows[-1], task.title)
        _label(page, "A", first, last - 1, category.title)
        page.total(f"A{last}:C{last}", "小计")
        page.number(f"D{last}", category.max, total=True)
        page.total(f"E{last}:K{last}", "")
        page.formula(f"L{last}", exact_points(f"SUM(L{first}:L{last - 1})"), total=True)
        page.high(last, 18)
        yield Checked(f"{category.title} 小计", page.at(f"L{last}"), category.points)
    page.total(f"A{at.total}:C{at.total}", "总计")
    page.number(f"D{at.total}", board.max, total=True)
    page.total(f"E{at.total}:K{at.total}", "各小计之和，以分值为限")
    subtotals = ",".join(f"L{row}" for row in at.categories)
    page.formula(total_cell(at), exact_points(f"MIN(D{at.total},SUM({subtotals}))"), total=True)
    page.high(at.total, 18)
    yield Checked(f"{board.title} 总计", page.at(total_cell(at)), board.score)


def _indicator(
    page: Page, name: str, indicator: IndicatorScore, at: BoardCells, quantities: Named, means: Named
) -> Iterator[Checked]:
    rows = [at.items[item] for item in indicator.items]
    first, last = rows[0], rows[-1]
    for row, (item_id, item) in zip(rows, indicator.items.items(), strict=True):
        label, rule = f"{item_id} {item.label}", in_words(item)
        page.text(f"F{row}", label)
        form = YUAN if item.unit == "元" else PLAIN
        if item_id in means:
            page.formula(f"G{row}", means[item_id])
            yield Checked(f"{label} 数量", page.at(f"G{row}"), item.quantity)
        else:
            page.entry(f"G{row}", item.quantity, form)
        page.text(f"H{row}", item.unit, align="center")
        page.text(f"I{row}", rule)
        page.formula(f"J{row}", item_points(item, f"G{row}", f"K{row}", quantities))
        page.number(f"K{row}", item.cap)
        page.high(row, max(page.need(label, WIDTHS[5]), page.need(rule, WIDTHS[8])))
        yield Checked(f"{label} 得分", page.at(f"J{row}"), item.points)
    _label(page, "C", first, last, f"{name} {indicator.target}")
    page.number(f"D{first}:D{last}", indicator.max)
    _label(page, "E", first, last, indicator.criterion)
    cells = {item: f"J{row}" for item, row in zip(indicator.items, rows, strict=True)}
    page.formula(f"L{first}:L{last}", indicator_points(indicator, cells, f"D{first}"), POINTS)
    yield Checked(f"{name} 考核分数", page.at(f"L{first}"), indicator.points)


def _label(page: Page, column: str, first: int, last: int, words: str) -> None:
    """Write words beside several rows, and make the rows high enough for them."""
    page.text(f"{column}{first}:{column}{last}", words)
    rows = range(first, last + 1)
    short = page.need(words, page.widths[column]) - sum(page.height(row) for row in rows)
    for row in rows if short > 0 else ():
        page.high(row, page.height(row) + short / len(rows))
