"""Workbooks that LibreOffice wrote: the same lines and refusals in every form it has."""

import io
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.foreign_workbooks import sheets

VALUES: list[tuple[Any, str | None]] = [
    ("000123", None), (123, "000000"), (1234.5, "#,##0.00"), (0.5, "0%"), (True, None), ("a\nb  c", None),
    (date(2025, 3, 1), 'yyyy"年"m"月"d"日"'), (datetime(2025, 3, 1, 9, 57, 3), "yyyy/m/d h:mm"),
    (85.55, "0"), (-5, "0;0"), (5, ";;;"), (152701199001011011, "0"), ("=1+1", None), (-1.5, "0.00_);(0.00)"),
]  # fmt: skip


def test_every_form_of_libreoffice_is_read_alike(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("this test needs LibreOffice Calc: apt-get install libreoffice-calc-nogui", pytrace=False)
    book, made = openpyxl.Workbook(), io.BytesIO()
    for place, (value, code) in enumerate(VALUES, start=1):
        cell = book.worksheets[0].cell(1, place, value)
        cell.number_format = code or "General"
    book.worksheets[0].column_dimensions["C"].hidden = True
    book.save(made)
    (tmp_path / "a.xlsx").write_bytes(made.getvalue())
    (expected,) = sheets(made.getvalue())
    refused = [3, 8, 9, 10, 11, 12]  # by hand: from 0, what is shown otherwise, lost digits or is computed
    assert [one.position for one in expected.refused] == refused
    for suffix in ("xlsx", "xls", "ods"):
        subprocess.run(
            [program, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
             "--convert-to", suffix, "--outdir", tmp_path / suffix, tmp_path / "a.xlsx"],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        (got,) = sheets((tmp_path / suffix / f"a.{suffix}").read_bytes(), f".{suffix}")
        assert list(got.lines) == list(expected.lines), suffix
        assert [one.position for one in got.refused] == refused, suffix
        assert [one.kind for one in got.remarks] == ["hidden_columns"], suffix
