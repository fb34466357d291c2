"""The verification plan as a workbook: to print, to fill in, and to read back."""

import re
from collections.abc import Iterator
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
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Message, Text, message
from talentcalc.params.audit import Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.report.workbook.page import DAY, PLAIN, TEXT, Page, in_bytes
from talentcalc.rulebook.table import Column

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_EXTRA = {
    message("pipeline.why_selected"): 12.0,
    message("pipeline.for_items"): 16.0,
    message("pipeline.proofs"): 24.0,
    message("pipeline.record"): 42.0,
}
_DESIGN = (
    message("pipeline.item"),
    message("pipeline.name_of_item"),
    message("pipeline.table"),
    message("pipeline.method"),
    message("pipeline.population"),
    message("pipeline.sample_size"),
    message("pipeline.drawn"),
)
_PLAN = message("pipeline.plan")
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
            Problem(f"{row.table} {quote_value(row.key)}", message("pipeline.key_with_control_character"))
            for row in unfit
        )
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    _to_fill_in(workbook, audit, evidence, plan)
    _design(workbook, audit, plan)
    _use(workbook, audit, plan)
    title = message("pipeline.plan_of_subject", subject=audit.params.subject)
    return in_bytes(workbook, _worded(title), audit.params.review.dated)


def _worded(text: Text) -> str:
    return wording(text, PAPERS)


def _to_fill_in(workbook: Workbook, audit: Audit, evidence: Evidence, plan: Plan) -> None:
    """The table as it is read back, with columns behind it that tell what to verify and where it lies."""
    spec = audit.rulebook.tables[VERIFICATIONS]
    widths = [
        _WIDTHS.get(column.type, _KEY if column.key else _FREE if name == "reason" else 10.0)
        for name, column in spec.columns.items()
    ]
    page = Page(workbook, spec.title, (*widths, *_EXTRA.values()))
    page.sheet.protection.sheet = False  # rows may be added and deleted
    page.sheet.oddHeader.center.text = _worded(_PLAN)
    page.head(1, (*(column.title for column in spec.columns.values()), *map(_worded, _EXTRA)))
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
            _worded(_why(row)),
            _worded(message("pipeline.listed", texts=row.items)),
            "；".join(map(_worded, proofs.get((row.table, row.key), ()))),
            "，".join(map(_worded, described.cells(row.table, row.key))),
        )
        for letter, text in zip(list(page.widths)[len(spec.columns) :], extra, strict=True):
            page.text(f"{letter}{at}", text)
            page.high(at, page.need(text, page.widths[letter]))
    lists.write()


def _why(row: SelectedRow) -> Message:
    if row.critical and row.items:
        return message("pipeline.critical_and_drawn")
    if row.critical:
        return message("pipeline.critical")
    return message("pipeline.drawn_row") if row.items else message("pipeline.verified_besides")


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
    page = Page(workbook, DESIGN_SHEET, (9, 44, 16, 20, 12, 18, 12))
    page.heading(
        DESIGN_SHEET,
        _worded(
            message(
                "pipeline.design",
                confidence=percent(Fraction(sampling.confidence)),
                tolerable=percent(Fraction(sampling.tolerable)),
                seed=sampling.seed,
            )
        ),
    )
    page.head(3, tuple(map(_worded, _DESIGN)))
    page.repeat(3)
    for at, sample in enumerate(plan.samples, start=4):
        item = sample.item
        title = audit.rulebook.tables[item.measure.table].title
        method = _worded(_method(sample))
        for letter, text in zip("ABCD", (item.id, item.label, title, method), strict=True):
            page.text(f"{letter}{at}", text)
        size = (
            message("pipeline.size_in_units", number=sample.size)
            if sample.units
            else message("pipeline.size_in_rows", number=sample.size)
        )
        page.number(f"E{at}", str(len(sample.population)), PLAIN)
        page.text(f"F{at}", _worded(size), align="center")
        page.number(f"G{at}", str(len(sample.drawn)), PLAIN)
        page.high(at, max(page.need(item.label, 44), page.need(method, 20)))


def _method(sample: Sample) -> Message:
    if sample.units is not None:
        interval = money(Fraction(sample.units.interval * 100 // 1, 100))
        return message("pipeline.by_monetary_units", interval=interval)
    if sample.size == len(sample.population):
        return message("pipeline.every_row")
    return message("pipeline.simple_random_sample")


def _use(workbook: Workbook, audit: Audit, plan: Plan) -> None:
    """What the workbook is for, and how it comes back."""
    title = audit.rulebook.tables[VERIFICATIONS].title
    page = Page(workbook, USE_SHEET, (14, 110))
    page.heading(_worded(_PLAN), f"{audit.params.subject}　{audit.rulebook.title}")
    for at, (name, text) in enumerate(_lines(audit, plan, title), start=3):
        line = _worded(text)
        page.text(f"A{at}", _worded(name), bold=True)
        page.text(f"B{at}", line)
        page.high(at, page.need(line, 110))


def _lines(audit: Audit, plan: Plan, title: str) -> Iterator[tuple[Message, Message]]:
    critical = sum(row.critical for row in plan.rows)
    drawn = sum(bool(row.items) for row in plan.rows)
    rows = len(plan.rows)
    yield (
        message("pipeline.content"),
        message("pipeline.content.text", table=title, rows=rows, critical=critical, drawn=drawn),
    )
    yield message("pipeline.filling_in"), message("pipeline.filling_in.text")
    yield (
        message("pipeline.handing_in"),
        message("pipeline.handing_in.text", file=VERIFICATIONS, table=title),
    )
    yield message("pipeline.sample_size"), message("pipeline.sample_size.text")
    if any(sample.units for sample in plan.samples):
        yield message("pipeline.monetary_units"), message("pipeline.monetary_units.text")
    yield message("pipeline.repeatable"), message("pipeline.repeatable.text")
    review = audit.params.review
    yield (
        message("pipeline.agency"),
        message("pipeline.agency.text", agency=review.agency, dated=review.dated),
    )
