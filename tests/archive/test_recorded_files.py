"""Which file is a recorded material? The sheet's title and the file's own name may hold brackets alike."""

import tracemalloc
from pathlib import Path

import openpyxl
import pytest

from talentcalc.archive.agreement import _file
from talentcalc.archive.bag import layout
from talentcalc.archive.verify import verify
from tests.support.archive_packages import audited, sealed, stand_in
from tests.unit.test_evidence_forms import grid, native

NAMES = {
    "contracts.csv": "contracts.csv",
    "contracts.xlsx（contracts）": "contracts.xlsx",
    "contracts.xlsx（台账（2025））": "contracts.xlsx",
    "台账（一）.xlsx（表（二））": "台账（一）.xlsx",
    "台账（一）.xlsx": "台账（一）.xlsx",
    "other.xlsx（表）": None,
    "（（": None,
    "": None,
}


@pytest.mark.parametrize("material", NAMES)
def test_the_file_is_the_longest_known_path_before_a_bracket(material: str) -> None:
    known = {"contracts.csv", "contracts.xlsx", "台账", "台账（一）.xlsx"}
    assert layout.file_of(material, known) == NAMES[material]
    expected = f"evidence/{NAMES[material] or material}"
    assert _file(material, dict.fromkeys((f"evidence/{one}" for one in known), "")) == expected


def test_a_name_of_brackets_alone_costs_no_more_than_itself() -> None:
    material = "（" * 1_000_000
    tracemalloc.start()
    assert layout.file_of(material, {"a"}) is None
    assert tracemalloc.get_traced_memory()[1] < 1_000_000  # a copy of it would be two
    tracemalloc.stop()


def test_a_sheet_with_a_bracket_in_its_title_is_sealed_and_verified(tmp_path: Path) -> None:
    # The file is named as the table, and its one sheet as its author likes.
    case = audited(tmp_path)
    params = case.write()
    book = openpyxl.Workbook()
    book.worksheets[0].title = "台账（2025）"
    for row in grid(case, "activities", native, False):
        book.worksheets[0].append(row)
    book.save(tmp_path / "evidence/activities.xlsx")
    (tmp_path / "evidence/activities.csv").unlink()
    run = stand_in(params)
    assert "activities.xlsx（台账（2025））" in (run / "result.json").read_text("utf-8")
    pack = sealed(run)
    held = (pack / "data/evidence/activities.xlsx").read_bytes()
    sent = (tmp_path / "evidence/activities.xlsx").read_bytes()
    assert held == sent
    assert verify(pack).problems == []
