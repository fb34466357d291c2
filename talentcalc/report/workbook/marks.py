"""The reviewers' marks in the workbook, and how each item's become one."""

from collections.abc import Iterator

from talentcalc.report.labels import COMBINED
from talentcalc.report.workbook.page import PLAIN, Checked, Page
from talentcalc.report.workbook.rules import combined
from talentcalc.result.model.result import ScorecardResult
from talentcalc.result.model.scorecard import ItemScore

WIDTHS = (26, 60, 10, 24, 12, 14)
_HEADS = ("要点", "给分要点", "满分（分）", "评分记录", "评分（分）", "合成分（分）")
_HEAD_ROW, _FIRST = 3, 4
_ABOUT = (
    "黄色的评分可以修改；合成分为各评分的{ways}，四舍五入到 0.01 分，作为该要点的数量。尚无评分的暂计 0 分。"
)


def marked(result: ScorecardResult) -> dict[str, ItemScore]:
    """The items whose quantity is made of marks, in the regulation's order."""
    return {
        name: item
        for _, board in result.ordered_boards
        for _, indicator in board.official
        for name, item in indicator.items.items()
        if item.combined is not None
    }


def write_marks(page: Page, result: ScorecardResult) -> Iterator[tuple[str, Checked]]:
    """Fill the sheet of marks; yield each item with the formula of its combined mark."""
    ways = dict.fromkeys(COMBINED[item.combined] for item in marked(result).values() if item.combined)
    page.heading("评审打分", _ABOUT.format(ways="、".join(ways)))
    page.head(_HEAD_ROW, _HEADS)
    page.repeat(_HEAD_ROW)
    row = _FIRST
    for name, item in marked(result).items():
        label, records = f"{name} {item.label}", _records(result, item)
        last = row + len(records) - 1
        for at, (record, mark) in enumerate(records, start=row):
            page.text(f"D{at}", record)
            page.entry(f"E{at}", mark, PLAIN, item.rule.points)
            page.high(at, page.need(record, WIDTHS[3]))
        for column, words in (("A", label), ("B", item.quote)):
            page.text(f"{column}{row}:{column}{last}", words)
            for at in range(row, last + 1):
                page.high(at, page.need(words, page.widths[column]) / len(records))
        page.number(f"C{row}:C{last}", item.rule.points)
        page.formula(f"F{row}:F{last}", combined(item.combined or "mean", f"E{row}:E{last}"))
        yield name, Checked(f"{label} 合成分", page.at(f"F{row}"), item.quantity)
        row = last + 1


def _records(result: ScorecardResult, item: ItemScore) -> list[tuple[str, str | None]]:
    """Each mark with the key of its row; without marks, an empty place for each reviewer."""
    if item.marks:
        return list(zip(item.counted, item.marks, strict=True))
    return [(f"{reviewer}（待评）", None) for reviewer in result.review.reviewers]
