"""Evidence files: the same rows in every form the contract allows.

The contract, “Evidence tables”: CSV in UTF-8 (BOM or not) or GB18030, Parquet, or one workbook; headers in
English or Chinese; dates ISO or real Excel dates; booleans true/false, 是/否, 1/0; an empty cell is missing.
"""

import csv
import io
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.readers.file_bytes import hash_file
from talentcalc.evidence.tables.formula_text import escape_formula
from talentcalc.evidence.tables.grid import Unreadable
from tests.conftest import BOOK, Case
from tests.support.documents import ResultJson

Cell = Callable[[str, str], Any]  # from a column's type and a cell's text to what a file holds
NATIVE: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "integer": int,
    "number": float,
    "money": Decimal,
    "boolean": "true".__eq__,
}
ARROW = {
    "moment": pa.timestamp("ms"),
    "integer": pa.int32(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "money": pa.decimal128(18, 2),
    "choice": pa.dictionary(pa.int8(), pa.string()),
}
NAMES = ["王𠮷", "<b>=1+1</b>", "Zoé, “甲”\n乙"]


def filled(case: Case) -> Case:
    """Rows with every type of column in them, empty cells too."""
    case.many("work_orders", 4).add("work_orders", {"client_confirmed": "false"})
    case.add("activities", {"kind": "cooperation", "place": "一楼"}, {"declared_attendance": "2"})
    case.add(
        "attendance",
        {"activity_id": "A0002", "person_id": "P1", "signed_at": "2025-03-01 09:57:03"},
        {"activity_id": "A0002", "person_id": "P2"},
    )
    case.add("contracts", {"amount": "499990.10"}, {"amount": "4500009.90"})
    case.add("milestones", {"item": "A13.1"}, {"item": "A13.2", "achieved": "false", "achieved_on": None})
    case.add("judgements", {"item": "B12.1", "mark": "5.5"})
    return case.add("register", *({"kind": "expert_pool", "name": name} for name in NAMES))


def native(kind: str, text: str) -> Any:
    return NATIVE.get(kind, str)(text)


def typed(words: tuple[str, str], kind: str, text: str) -> str:
    return words[text == "false"] if kind == "boolean" else text


def grid(case: Case, name: str, cell: Cell, chinese: bool) -> list[list[Any]]:
    """A table's header and rows; in Chinese with titles for columns and choices."""
    columns = BOOK.tables[name].columns
    rows: list[list[Any]] = [[column.title if chinese else key for key, column in columns.items()]]
    for row in case.tables[name]:
        texts = {key: row.get(key) for key in columns}
        rows.append(
            [
                None
                if texts[key] is None
                else column.choices[str(texts[key])]
                if chinese and column.choices
                else cell(column.type, str(texts[key]))
                for key, column in columns.items()
            ]
        )
    return rows


def as_csv(case: Case, folder: Path, encoding: str, chinese: bool, words: tuple[str, str]) -> Path:
    for name in case.tables:
        text = io.StringIO()
        csv.writer(text).writerows(grid(case, name, partial(typed, words), chinese))
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return folder


def as_xlsx(case: Case, folder: Path, cell: Cell, chinese: bool) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in case.tables:
        sheet = book.create_sheet(BOOK.tables[name].title if chinese else name)
        for row in grid(case, name, cell, chinese):
            sheet.append(row)
    book.save(folder / "evidence.xlsx")
    return folder / "evidence.xlsx"


def as_parquet(case: Case, folder: Path, days: pa.DataType) -> Path:
    for name in case.tables:
        columns = BOOK.tables[name].columns
        header, *rows = grid(case, name, native, False)
        schema = pa.schema(
            [
                (key, (ARROW | {"date": pa.date32()}).get(column.type, pa.string()))
                for key, column in columns.items()
            ]
        )
        table = pa.Table.from_pylist([dict(zip(header, row, strict=True)) for row in rows], schema)
        wanted = [pa.field(one.name, days) if one.type == pa.date32() else one for one in schema]
        pq.write_table(table.cast(pa.schema(wanted)), folder / f"{name}.parquet")
    return folder


FORMS: dict[str, Callable[[Case, Path], Path]] = {
    "UTF-8, BOM": partial(as_csv, encoding="utf-8-sig", chinese=False, words=("TRUE", "False")),
    "UTF-8, Chinese": partial(as_csv, encoding="utf-8", chinese=True, words=("是", "否")),
    "GB18030, Chinese": partial(as_csv, encoding="gb18030", chinese=True, words=("1", "0")),
    "Parquet, date32": partial(as_parquet, days=pa.date32()),
    "Parquet, timestamp": partial(as_parquet, days=pa.timestamp("ns")),
    "workbook": partial(as_xlsx, cell=native, chinese=False),
    "workbook, Chinese": partial(as_xlsx, cell=native, chinese=True),
    "workbook, text": partial(as_xlsx, cell=partial(typed, ("1", "0")), chinese=True),
}


def item_points(result: ResultJson) -> dict[str, str]:
    """The points of every item that has any."""
    return {
        name: item["points"]
        for board in result["boards"].values()
        for one in board["indicators"].values()
        for name, item in one["items"].items()
        if item["points"] != "0.00"
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_typed_tables_and_result(case: Case, tmp_path: Path, form: str) -> None:
    expected_result = filled(case).result()
    (tmp_path / "other").mkdir()
    other = FORMS[form](case, tmp_path / "other")
    expected, got = read_evidence(case.folder / "evidence", BOOK), read_evidence(other, BOOK)
    assert expected.findings == got.findings == ()
    for name in BOOK.tables:
        pd.testing.assert_frame_equal(got[name].frame, expected[name].frame, obj=name)
    orders = got["work_orders"].frame
    assert [orders[name].dtype.kind for name in ("opened_on", "client_confirmed")] == ["M", "b"]
    assert list(got["contracts"].frame["amount"]) == [Decimal("499990.10"), Decimal("4500009.90")]
    assert list(got["register"].frame["name"]) == NAMES
    case.params["evidence"] = str(other)
    result = case.result()
    for key in ("boards", "payment", "checks", "status"):
        assert result[key] == expected_result[key]
    # By hand: 5 orders; 2 sign-ins are no hundred; 1 cooperation; 2 contracts worth 5,000,000.00; and so on.
    assert item_points(result) == {
        "B09.1": "0.40",
        "B12.1": "5.50",
        "B17.1": "2.00",
        "A02.1": "0.40",
        "A02.2": "2.00",
        "A09.5": "0.30",
        "A13.1": "2.00",
    }


def workbook_of_text(rows: list[list[str]]) -> openpyxl.Workbook:
    """A workbook of one sheet `opinions`, every cell of it text, even what starts with =."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "opinions"
    for n, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(n, column, value).data_type = "s"
    return book


@given(st.lists(st.text("aé́ \u3000文=+-@<&>\"',\n;𠮷_0", max_size=8), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_any_text_stays_the_same_text_in_every_form(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    # By hand: NFC, then trimmed; what is then empty is missing. Formulas and markup are just text; in CSV an
    # apostrophe before a formula only marks it as text.
    expected = [unicodedata.normalize("NFC", text).strip() or None for text in texts]
    rows = [["unit", "comment"], *([f"U{n}", text] for n, text in enumerate(texts))]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[escape_formula(cell) for cell in row] for row in rows])
    folder = tmp_path_factory.mktemp("text")
    (folder / "opinions.csv").write_bytes(text.getvalue().encode())
    (folder / "x").mkdir()
    workbook_of_text(rows).save(folder / "x/evidence.xlsx")
    for path in (folder, folder / "x"):
        comments = read_evidence(path, BOOK)["opinions"].frame["comment"]
        assert [None if pd.isna(one) else one for one in comments] == expected, path


def test_a_large_file_that_is_no_longer_what_was_hashed_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "checkins.csv"
    file.write_text("checkin_id\nC1\n", encoding="utf-8")
    hashed = hash_file(file)
    hashed.must_be_unchanged()
    file.write_text("checkin_id\nC1\nC2\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="改动"):
        hashed.must_be_unchanged()
    file.unlink()
    with pytest.raises(Unreadable, match="改动"):
        hashed.must_be_unchanged()


def test_a_large_file_written_anew_at_its_old_time_or_behind_a_link_is_refused(tmp_path: Path) -> None:
    # Of the same size and time of writing: what tells is the time of change, or which file it is.
    file, other = tmp_path / "checkins.csv", tmp_path / "other.csv"
    file.write_text("checkin_id\nC1\n", encoding="utf-8")
    hashed, times = hash_file(file), file.stat()
    with hashed.opened() as stream:
        assert stream.read() == b"checkin_id\nC1\n"
    os.replace(shutil.copy2(file, other), file)
    with pytest.raises(Unreadable, match="改动"):
        hashed.must_be_unchanged()
    if sys.platform == "win32":
        return
    hashed = hash_file(file)
    file.write_text("checkin_id\nC2\n", encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(Unreadable, match="改动"), hashed.opened():
        pass
    hashed = hash_file(file)
    other.symlink_to(shutil.copy2(file, tmp_path / "third.csv"))
    os.replace(other, file)
    with pytest.raises(Unreadable, match="改动"), hashed.opened():
        pass
