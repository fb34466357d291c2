"""The verification plan as a workbook: to print, to fill in, and to read back."""

import re
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

import pandas as pd
from openpyxl import Workbook

from talentcalc.analysis.sampling.plan import Plan, SelectedRow
from talentcalc.analysis.sampling.row_descriptions import RowDescription, proofs_of
from talentcalc.analysis.sampling.samples import Sample
from talentcalc.core.decimals import money, percent
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.template import DropDownLists
from talentcalc.evidence.unrecognised_files import DESIGN_SHEET, USE_SHEET
from talentcalc.evidence.verifications import VERIFICATIONS
from talentcalc.params.audit import Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.report.workbook.page import DAY, PLAIN, TEXT, Page, in_bytes
from talentcalc.rulebook.table import Column

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_EXTRA = {"选取原因": 12.0, "用于要点": 16.0, "佐证材料": 24.0, "记录内容": 42.0}
_WIDTHS = {"choice": 11.0, "date": 12.0}  # of the table's own columns; of texts:
_KEY, _FREE = 19.0, 20.0


def plan_workbook(audit: Audit, evidence: Evidence, plan: Plan) -> bytes:
    """The workbook of a plan, the same bytes for the same plan: the table to fill in, the design, the use.

    Raises:
        InputError: a row's key that no workbook can hold, so that it could not be read back.
    """
    unfit = [row for row in plan.rows if _NOT_IN_XML.search(row.key)]
    if unfit:
        raise InputError(
            Problem(
                f"{row.table} {quote_value(row.key)}",
                "a control character",
                "a key to print",
                "correct the key",
            )
            for row in unfit
        )
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _to_fill_in(workbook, audit, evidence, plan)
    _design(workbook, audit, plan)
    _use(workbook, audit, plan)
    title = f"独立核查计划：{audit.params.subject}"
    return in_bytes(workbook, title, audit.params.review.dated)


def _to_fill_in(workbook: Workbook, audit: Audit, evidence: Evidence, plan: Plan) -> None:
    """The table as it is read back, with columns behind it that tell what to verify and where it lies."""
    spec = audit.rulebook.tables[VERIFICATIONS]
    widths = [
        _WIDTHS.get(column.type, _KEY if column.key else _FREE if name == "reason" else 10.0)
        for name, column in spec.columns.items()
    ]
    page = Page(workbook, spec.title, (*widths, *_EXTRA.values()))
    page.sheet.protection.sheet = False  # rows may be added and deleted
    page.sheet.oddHeader.center.text = "独立核查计划"
    page.head(1, (*(column.title for column in spec.columns.values()), *_EXTRA))
    page.repeat(1)
    lists = DropDownLists(workbook)
    for letter, column in zip(page.widths, spec.columns.values(), strict=False):
        lists.add_drop_down(page.sheet, letter, column, [], len(plan.rows) + 1)
    done = _by_row(evidence)
    described, proofs = RowDescription(evidence), proofs_of(audit, evidence)
    for at, row in enumerate(plan.rows, start=2):
        known = done.get((row.table, row.key), {"table": row.table, "row_id": row.key})
        for letter, (name, column) in zip(page.widths, spec.columns.items(), strict=False):
            _cell(page, f"{letter}{at}", column, known.get(name))
        extra = (
            _why(row),
            "、".join(row.items),
            "；".join(proofs.get((row.table, row.key), ())),
            described.words(row.table, row.key),
        )
        for letter, text in zip(list(page.widths)[len(spec.columns) :], extra, strict=True):
            page.text(f"{letter}{at}", text)
            page.high(at, page.need(text, page.widths[letter]))
    lists.write()


def _why(row: SelectedRow) -> str:
    reasons = ["关键记录"] * row.critical + ["抽样"] * bool(row.items)
    return "、".join(reasons) or "另行核查"


def _cell(page: Page, cell: str, column: Column, value: Any) -> None:
    if value is None:
        page.blank(cell, DAY if column.type == "date" else TEXT)
        return
    if column.type == "date":
        page.text(cell, "")
        page.sheet[cell].value, page.sheet[cell].number_format = value.to_pydatetime(), DAY
        return
    text = column.choices.get(value, value)
    exact = not _NOT_IN_XML.search(text)
    page.text(cell, text, exact=exact)
    page.sheet[cell].number_format = TEXT
    page.high(page.sheet[cell].row, page.need(text, page.widths[page.sheet[cell].column_letter]))


def _by_row(evidence: Evidence) -> dict[tuple[str, str], dict[str, Any]]:
    """The verifications there are, by the row that each is of."""
    frame = evidence[VERIFICATIONS].frame
    return {
        (row["table"], row["row_id"]): {str(name): value for name, value in row.items() if not pd.isna(value)}
        for row in frame.to_dict("records")
    }


def _design(workbook: Workbook, audit: Audit, plan: Plan) -> None:
    """How each item's sample was drawn."""
    params = audit.params
    assert isinstance(params, ScorecardParams)
    sampling = params.sampling
    head = ("要点", "要点名称", "材料表", "方法", "总体（条）", "样本量", "抽中（条）")
    page = Page(workbook, DESIGN_SHEET, (9, 44, 16, 20, 12, 18, 12))
    page.heading(
        DESIGN_SHEET,
        f"置信水平 {percent(Fraction(sampling.confidence))}，"
        f"可容忍差错率 {percent(Fraction(sampling.tolerable))}，"
        f"种子 {sampling.seed}（见参数文件）。总体为不计核查时应计入该要点的全部记录。",
    )
    page.head(3, head)
    page.repeat(3)
    for at, sample in enumerate(plan.samples, start=4):
        item = sample.item
        title = audit.rulebook.tables[item.measure.table].title
        for letter, text in zip("ABCD", (item.id, item.label, title, _method(sample)), strict=True):
            page.text(f"{letter}{at}", text)
        size = f"{sample.size} 个货币单位点" if sample.units else f"{sample.size} 条"
        page.number(f"E{at}", str(len(sample.population)), PLAIN)
        page.text(f"F{at}", size, align="center")
        page.number(f"G{at}", str(len(sample.drawn)), PLAIN)
        page.high(at, max(page.need(item.label, 44), page.need(_method(sample), 20)))


def _method(sample: Sample) -> str:
    if sample.units is not None:
        return f"货币单位抽样，间隔 {money(Fraction(sample.units.interval * 100 // 1, 100))} 元"
    return "全部核查" if sample.size == len(sample.population) else "简单随机抽样"


def _use(workbook: Workbook, audit: Audit, plan: Plan) -> None:
    """What the workbook is for, and how it comes back."""
    title = audit.rulebook.tables[VERIFICATIONS].title
    page = Page(workbook, USE_SHEET, (14, 110))
    page.heading("独立核查计划", f"{audit.params.subject}　{audit.rulebook.title}")
    for at, (name, text) in enumerate(_lines(audit, plan, title), start=3):
        page.text(f"A{at}", name, bold=True)
        page.text(f"B{at}", text)
        page.high(at, page.need(text, 110))


def _lines(audit: Audit, plan: Plan, title: str) -> Iterator[tuple[str, str]]:
    critical = sum(row.critical for row in plan.rows)
    drawn = sum(bool(row.items) for row in plan.rows)
    yield (
        "内容",
        f"表“{title}”共 {len(plan.rows)} 条：关键记录 {critical} 条，各要点抽样 {drawn} 条（一条记录可同时"
        "属于几类、用于几个要点），其余为已另行核查的记录。已核查的记录照原结论列出。",
    )
    yield (
        "填写",
        "逐条核查，填写黄色单元格：核查结论从列表中选择，理由、核查人和核查日期均须填写。不需核查的行整行删除，"
        "不要只留空。另行核查的记录可在表末添行。右侧四列供查找记录用，读取时不参与计算。",
    )
    yield (
        "交回",
        f"材料为文件夹的，将本工作簿命名为 {VERIFICATIONS}.xlsx 放入材料文件夹，并移走 {VERIFICATIONS}.csv；"
        f"材料为一个工作簿的，将本表各行复制到该工作簿的“{title}”表。然后重新运行。",
    )
    yield (
        "样本量",
        "取最小的样本量，使得：假如总体中差错达到可容忍差错率（至少 1 条），不重复抽取的样本中没有一条差错的"
        "概率不超过 1 减置信水平（超几何分布，精确计算）。总体越小，所需比例越高；很小的总体须全部或几乎全部"
        "核查。",
    )
    if any(sample.units for sample in plan.samples):
        yield (
            "货币单位抽样",
            "以金额计的要点按金额抽样：记录按抽取顺序首尾相接，每隔一个间隔取一点，落在其上的记录即抽中；"
            "金额不小于间隔的必然抽中，金额为 0 的不抽。点数按二项分布计算，起点由种子决定。",
        )
    yield (
        "可重复",
        "抽取顺序为“种子/要点/记录编号”的 SHA-256 由小到大，任何人可以重新抽取并得到同样的样本；"
        "样本不因核查结论而变化。",
    )
    dated = datetime.combine(audit.params.review.dated, datetime.min.time())
    yield "评审机构", f"{audit.params.review.agency}（{dated:%Y-%m-%d}）"
