"""Evidence files: the same rows in every form the contract allows, and every unreadable thing named.

The contract, “Evidence tables”: CSV in UTF-8 (BOM or not) or GB18030, Parquet, or one workbook; headers in
English or Chinese; dates ISO or real Excel dates; booleans true/false, 是/否, 1/0; an empty cell is missing.
"""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

from talentcalc.checks.plain import run_plain
from talentcalc.checks.plan import plan
from talentcalc.checks.record import run_checks
from talentcalc.errors import Refusal
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.template import write_template
from talentcalc.finding import Finding, Place
from talentcalc.params import open_audit
from talentcalc.rulebook.table import Column

from .conftest import BOOK, Case

Tables = dict[str, list[dict[str, Any]]]
SPRING, LATER = date(2025, 3, 1), date(2025, 3, 2)
NAMES = {"policy_expert": "王𠮷", "expert_pool": "<b>=1+1</b>", "talent_added": "Zoé, “甲”"}

ROWS: Tables = {
    "activities": [
        {"activity_id": "A1", "kind": "exchange", "title": "讲座，上", "held_on": SPRING, "place": "一楼"},
        {"activity_id": "A2", "kind": "cooperation", "title": "合作", "held_on": LATER, "declared_attendance": 1},
    ],
    "attendance": [
        {"activity_id": "A1", "person_id": "P1", "signed_at": datetime(2025, 3, 1, 9, 57, 3)},
        {"activity_id": "A2", "person_id": "P1"},
    ],
    "work_orders": [
        {"order_id": f"W{n}", "mode": "consulting", "client": "甲", "opened_on": SPRING, "closed_on": LATER,
         "outcome": "resolved", "client_confirmed": n != 5} for n in range(1, 6)
    ],
    "contracts": [
        {"contract_id": f"C{n}", "service": "测试", "client": "甲", "amount": amount, "signed_on": SPRING}
        for n, amount in enumerate([Decimal("499990.10"), Decimal("4500009.90")])
    ],
    "milestones": [{"item": "A13.1", "achieved": True, "achieved_on": SPRING}, {"item": "A13.2", "achieved": False}],
    "judgements": [{"item": "B12.1", "reviewer": "R1", "mark": Decimal("5.5"), "reason": "好"}],
    "register": [
        {"entry_id": f"R{n}", "kind": kind, "entity_id": f"E{n}", "name": name, "since": SPRING}
        for n, (kind, name) in enumerate(NAMES.items())
    ],
}
ROWS["proofs"] = [
    {"proof_id": f"{table}-{n}", "table": table, "row_id": next(iter(row.values())), "medium": "paper"}
    for table in ("activities", "work_orders", "contracts", "milestones", "register")
    for n, row in enumerate(ROWS[table])
]
POINTS = {"B09": "0.40", "B17": "2.00", "A02.1": "0.40", "A02.2": "2.00", "A13": "2.00", "B12.1": "5.50",
          "B07": "1.00", "A09.5": "0.10", "A08.6": "0.08"}  # by hand: 5 orders; 5,000,000.00; 1 of each


def cell(column: Column, value: Any, chinese: bool, truths: tuple[str, str]) -> Any:
    """A value as typed into a cell: a choice by its title, a boolean as one of two words."""
    if isinstance(value, bool):
        return truths[not value]
    return column.choices.get(value, value) if chinese and column.choices else value


def grids(chinese: bool, truths: tuple[str, str]) -> dict[str, list[list[Any]]]:
    """Each table as its header and its rows."""
    return {
        name: [[column.title if chinese else key for key, column in BOOK.tables[name].columns.items()]] + [
            [cell(column, row.get(key), chinese, truths) for key, column in BOOK.tables[name].columns.items()]
            for row in rows
        ]
        for name, rows in ROWS.items()
    }


def as_csv(folder: Path, encoding: str, chinese: bool, truths: tuple[str, str]) -> Path:
    for name, grid in grids(chinese, truths).items():
        text = io.StringIO()
        csv.writer(text).writerows(grid)
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return folder


def as_xlsx(folder: Path, chinese: bool, truths: tuple[Any, Any]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in grids(chinese, truths).items():
        sheet = book.create_sheet(BOOK.tables[name].title if chinese else name)
        for row in grid:
            sheet.append(row)
    book.save(folder / "evidence.xlsx")
    return folder / "evidence.xlsx"


ARROW = {"date": pa.date32(), "moment": pa.timestamp("ms"), "integer": pa.int32(), "number": pa.float64(),
         "money": pa.decimal128(18, 2), "boolean": pa.bool_(), "choice": pa.dictionary(pa.int8(), pa.string())}


def as_parquet(folder: Path, days: pa.DataType) -> Path:
    for name, rows in ROWS.items():
        types = {key: ARROW | {"date": days} for key in BOOK.tables[name].columns}
        schema = pa.schema([(key, types[key].get(column.type, pa.string()))
                            for key, column in BOOK.tables[name].columns.items()])
        native = [row | {"mark": float(row["mark"])} if "mark" in row else row for row in rows]
        pq.write_table(pa.Table.from_pylist(native, schema), folder / f"{name}.parquet")
    return folder


FORMS: dict[str, Callable[[Path], Path]] = {
    "UTF-8, BOM": lambda folder: as_csv(folder, "utf-8-sig", False, ("TRUE", "False")),
    "UTF-8, Chinese": lambda folder: as_csv(folder, "utf-8", True, ("是", "否")),
    "GB18030, Chinese": lambda folder: as_csv(folder, "gb18030", True, ("1", "0")),
    "Parquet, date32": lambda folder: as_parquet(folder, pa.date32()),
    "Parquet, timestamp": lambda folder: as_parquet(folder, pa.timestamp("ns")),
    "workbook": lambda folder: as_xlsx(folder, False, (True, False)),
    "workbook, Chinese": lambda folder: as_xlsx(folder, True, ("是", "否")),
    "workbook, numbers": lambda folder: as_xlsx(folder, True, (1, 0)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_typed_tables_and_result(case: Case, tmp_path: Path, form: str) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    first = as_csv(tmp_path / "plain", "utf-8", False, ("true", "false"))
    second = FORMS[form](tmp_path / "other")
    expected, got = read_evidence(first, BOOK), read_evidence(second, BOOK)
    assert expected.findings == got.findings == ()
    for name in BOOK.tables:
        pd.testing.assert_frame_equal(got[name].frame, expected[name].frame, obj=name)
    assert [got["work_orders"].frame[name].dtype.kind for name in ("opened_on", "client_confirmed")] == ["M", "b"]
    assert list(got["contracts"].frame["amount"]) == [Decimal("499990.10"), Decimal("4500009.90")]
    assert list(got["register"].frame["name"]) == list(NAMES.values())
    results = []
    for path in (first, second):
        case.params["evidence"] = str(path)
        results.append({key: case.result()[key] for key in ("boards", "payment", "checks", "status")})
    assert results[0] == results[1]
    assert {wanted: case.points(wanted) for wanted in POINTS} == POINTS


@given(st.lists(st.text("aé́ \u3000文=+-@<&>\"',\n;𠮷_0", max_size=8), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_text_stays_the_same_text_in_every_form(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    # By hand: NFC, then trimmed; what is then empty is missing. Formulas and markup are just text.
    expected = [unicodedata.normalize("NFC", text).strip() or None for text in texts]
    folder = tmp_path_factory.mktemp("text")
    with (folder / "opinions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["unit", "comment"], *((f"U{n}", one) for n, one in enumerate(texts))])
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "opinions"
    for n, row in enumerate([["unit", "comment"], *([f"U{n}", one] for n, one in enumerate(texts))], start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(n, column, value).data_type = "s"
    (folder / "x").mkdir()
    book.save(folder / "x/evidence.xlsx")
    for path in (folder, folder / "x"):
        frame = read_evidence(path, BOOK)["opinions"].frame
        assert [None if pd.isna(one) else one for one in frame["comment"]] == expected, path


def found(case: Case, files: dict[str, bytes | str], path: Path | None = None) -> dict[str, Finding]:
    """What reading and checking these files found, the marks still owed aside."""
    params = case.write()
    for name, content in files.items():
        (case.folder / "evidence" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    audit = open_audit(params)
    evidence = read_evidence(audit.evidence, audit.rulebook)
    record = run_checks(plan(audit, evidence), evidence, run_plain)
    findings = [one for one in record.findings if one.check != "judgements.all_marked"]
    assert len({one.check for one in findings}) == len(findings)
    return {one.check: one for one in findings}


def workbook(fill: Callable[[Any], object]) -> bytes:
    """A workbook with one sheet `opinions`, its header written, the rest filled in by the test."""
    book, content = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.title = "opinions"
    sheet.append(["unit", "score", "comment"])
    fill(sheet)
    book.save(content)
    return content.getvalue()
