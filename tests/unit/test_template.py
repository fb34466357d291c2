"""The empty workbook: what the contract's `template` promises, and that it can be filled in and scored."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from talentcalc.core.errors import InputError
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.template import write_template
from talentcalc.rulebook.load import find, open_rulebook
from tests.conftest import BOOK, Case


def test_template_has_a_sheet_a_table_with_titles_lists_and_notes(tmp_path: Path) -> None:
    write_template("dongsheng-2025", tmp_path / "empty.xlsx")
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown] == [table.title for table in BOOK.tables.values()]
    for sheet, (name, table) in zip(shown, BOOK.tables.items(), strict=True):
        assert [cell.value for cell in sheet[1]] == [column.title for column in table.columns.values()]
        lists = {}
        for rule in sheet.data_validations.dataValidation:
            hidden, _, area = str(rule.formula1).removeprefix("=").partition("!")
            left, top, right, bottom = range_boundaries(area.replace("$", ""))
            values = book[hidden].iter_rows(top, bottom, left, right, values_only=True)
            lists[str(rule.sqref)[0]] = [value for row in values for value in row]
        for cell, (column_name, column) in zip(sheet[1], table.columns.items(), strict=True):
            assert cell.comment and column_name in cell.comment.text
            items = [one.id for one in BOOK.items_measured_from(name)] if column.type == "item" else []
            wanted = ["是", "否"] if column.type == "boolean" else [*column.choices.values()] or items
            assert lists.get(cell.coordinate[0], []) == wanted


def test_template_is_dated_as_the_regulation_is_and_never_by_the_clock(tmp_path: Path) -> None:
    write_template("dongsheng-2025", tmp_path / "empty.xlsx")
    properties = openpyxl.load_workbook(tmp_path / "empty.xlsx").properties
    assert BOOK.signed is not None
    assert properties.modified.date() == properties.created.date() == BOOK.signed


@pytest.mark.parametrize("name", ["dongsheng-2025", "quanzhou-talent-home"])
def test_the_templates_lists_pass_without_a_word(name: str, tmp_path: Path) -> None:
    write_template(name, tmp_path / "empty.xlsx")
    said = read_evidence(tmp_path / "empty.xlsx", open_rulebook(find(name)).in_force({})).findings
    assert not [one for one in said if "选项" in str(one) or one.check.endswith("hidden_sheet")]


def test_template_filled_in_is_scored(case: Case) -> None:
    # By hand: 5 orders × 0.4 ÷ 5; one cooperation 2; its electronic proof lies beside the workbook.
    path = case.folder / "filled.xlsx"
    write_template("dongsheng-2025", path)
    (case.folder / "证明.txt").write_bytes(b"proof")
    book = openpyxl.load_workbook(path)
    day = date(2025, 3, 1)
    for n in range(5):
        book["服务工单"].append([f"W{n}", "咨询帮办", "甲", day, day, "已办结", "是"])
        book["佐证材料"].append([f"P{n}", "服务工单", f"W{n}", "纸质", None, None, "柜1"])
    book["活动台账"].append(["A1", "机构交流合作", "合作", day])
    book["佐证材料"].append(["P9", "活动台账", "A1", "电子", "证明.txt", sha256(b"proof").hexdigest()])
    book.save(path)
    case.params["evidence"] = str(path)
    assert (case.points("B09"), case.points("B17")) == ("0.40", "2.00")
    assert case.result()["checks"] == {"critical": 0, "warning": 1, "info": 0}  # nobody has judged


def test_template_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.xlsx").write_bytes(b"mine")
    for name in ("mine.xlsx", "mine.csv", "none/mine.xlsx"):
        with pytest.raises(InputError):
            write_template("dongsheng-2025", tmp_path / name)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("mine.xlsx", b"mine")]
