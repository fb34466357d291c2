"""Small results made in code, their workbooks, and what the formulas should compute by result.json."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from openpyxl import Workbook

from talentcalc.report.workbook.book import scorecard_workbook
from talentcalc.result.scorecard_part import scorecard_part
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Graded, Scorecard
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.payment import pay
from talentcalc.scorecard.scoring import score_boards
from tests.conftest import BOOK
from tests.support.documents import ResultJson, as_read, document_of, least, result_of


def made(result: ResultJson) -> bytes:
    """The workbook of a result as anyone reads it."""
    content = scorecard_workbook(result_of(as_read(result)))
    assert content is not None
    return content


def items_of(result: ResultJson) -> dict[str, dict[str, Any]]:
    """Every item of a result."""
    return {
        name: item
        for board in result["boards"].values()
        for indicator in board["indicators"].values()
        for name, item in indicator["items"].items()
    }


def told(result: ResultJson) -> Iterator[tuple[str, str]]:
    """What the check sheet names, and result.json's own figure of it."""
    for board in result["boards"].values():
        yield f"{board['title']} 总计", board["score"]
        for category in board["categories"]:
            yield f"{category['title']} 小计", category["points"]
        for name, indicator in board["indicators"].items():
            yield f"{name} 考核分数", indicator["points"]
            for item_id, item in indicator["items"].items():
                yield f"{item_id} {item['label']} 得分", item["points"]
                if "marks" in item:
                    yield f"{item_id} {item['label']} 数量", item["quantity"]
                    yield f"{item_id} {item['label']} 合成分", item["quantity"]
    said = result.get("composite", {})
    for name, composite in (said.get("scores") or {}).items():
        yield f"{result['boards'][name]['title']} 综合考核分数", composite
    for one in said["components"] if said.get("scores") else ():
        yield f"{one['title']} 平均分", one["value"] or "0"
    paid = result["payment"]
    for part in paid["parts"]:
        yield f"{part['title']} 得分", part["score"]
        yield f"{part['title']} 金额", part["amount"]
        if "bands" in part:
            yield f"{part['title']} 付费比例", part["share"]
            ends = [Fraction(band["up_to"]) for band in part["bands"]]
            yield f"{part['title']} 所在档", str(1 + sum(end < Fraction(part["score"]) for end in ends))
        for number, band in enumerate(part.get("bands", ()), start=1):
            yield f"{part['title']} 第 {number} 档金额", band["amount"]
    yield from (("应得额", paid["entitlement"]), ("本期应付", paid["payable"]), ("多付", paid["overpaid"]))


class Computed(Protocol):
    """A workbook that some program has computed."""

    @property
    def book(self) -> Workbook: ...
    def value(self, sheet: str, cell: str) -> Any: ...


def computed(sheet: Computed) -> dict[str, Decimal]:
    """What the formulas that the check sheet names compute: from their own cells, not from there."""
    named = {}
    for name, cell in sheet.book["核对"].iter_rows(min_row=5, max_col=2, values_only=True):
        value = sheet.value(*str(cell).rsplit("!", 1))
        named[str(name)] = Decimal(repr(float(value)))
    return named


def parts(sheet: Computed, result: ResultJson) -> list[str]:
    """Where formulas and result part: what, what the formula computes, what result.json says."""
    wanted, found = dict(told(result)), computed(sheet)
    assert wanted.keys() == found.keys()
    return [
        f"{name}: {found[name]}, not {value}"
        for name, value in wanted.items()
        if abs(found[name] - Decimal(value)) > Decimal("1e-10")  # a third ends after twelve decimals
    ]


def row_of(sheet: Computed, item: str) -> tuple[str, int]:
    """The sheet and row of an item."""
    return next(
        (page.title, int(cell.coordinate[1:]))
        for page in sheet.book.worksheets
        for (cell,) in page.iter_rows(min_col=6, max_col=6)
        if str(cell.value).startswith(f"{item} ")
    )


def scored(
    values: dict[str, Fraction | None],
    book: ScorecardRulebook = BOOK,
    fee: str = "1000000.00",
    paid: str = "0.00",
    **changes: Any,
) -> ResultJson:
    """The result of these quantities; of a graded item its mark."""
    quantities = {}
    for item in book.items():
        value, graded = values.get(item.id, Fraction(0)), isinstance(item.rule, Graded)
        marks = (value,) if graded and value is not None else ()
        quantities[item.id] = Quantity(value, tuple(f"{item.id}/R1" for _ in marks), (), marks)
    boards = score_boards(book.scorecard, quantities)
    payment = book.scorecard.payment.model_copy(update=changes)
    scores = {name: board.score for name, board in boards.items()}
    due = pay(payment, "annual", scores, Fraction(fee), Fraction(paid))
    owed = tuple(name for name, one in quantities.items() if one.value is None)
    card = Card(quantities=quantities, boards=boards, paid=due, findings=(), owed=owed)
    part = document_of(scorecard_part(book.scorecard.model_copy(update={"payment": payment}), card))
    audit = least()
    return audit | part | {"order": audit["order"] | part["order"]}


def of_marks(number: int) -> ScorecardRulebook:
    """A rulebook whose boards are of `number` marks each, and whose payment is Dongsheng's."""

    def board(letter: str) -> dict[str, Any]:
        same = {"quote": "评分", "unit": "分", "rule": {"kind": "graded", "points": "100"}, "cap": "100"}
        measure = {"table": "judgements", "count": {"mean": "mark"}}
        items = [
            {"id": f"{letter}01.{n}", "label": f"要点{n}", "measure": measure, **same} for n in range(number)
        ]
        indicator = {
            "id": f"{letter}01",
            "target": "目标",
            "points": "100",
            "criterion": "评分",
            "items": items,
        }
        category = {"title": f"{letter} 类", "tasks": [{"title": "任务", "indicators": [indicator]}]}
        return {"title": f"板块 {letter}", "points": "100", "categories": [category]}

    boards = {"base": board("B"), "additional": board("A")}
    payment = BOOK.scorecard.payment.model_dump()
    return BOOK.model_copy(
        update={"scorecard": Scorecard.model_validate({"boards": boards, "payment": payment})}
    )
