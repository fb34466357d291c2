"""The workbook in LibreOffice: its formulas, computed by a real spreadsheet program, against result.json."""

import copy
import io
import os
import re
import shutil
import subprocess
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook, load_workbook

from talentcalc.report.render.characters import literal
from tests.conftest import ROOT, Case, scorecard_book
from tests.support.documents import ResultJson, assess_file
from tests.support.hostile import AGENCY, SUBJECT
from tests.support.spreadsheet import Spreadsheet
from tests.support.workbook_reading import computed, items_of, made, of_marks, parts, row_of, scored


def soffice() -> str:
    """The program; without it these tests fail rather than look as if all were well."""
    found = shutil.which("soffice")
    if found is None:
        pytest.fail(
            "the tests of the workbook need LibreOffice Calc: apt-get install libreoffice-calc-nogui",
            pytrace=False,
        )
    return found


class Office:
    """A workbook after LibreOffice has opened, computed and saved it."""

    def __init__(self, before: bytes, after: bytes) -> None:
        self.book: Workbook = load_workbook(io.BytesIO(after), data_only=True)
        with zipfile.ZipFile(io.BytesIO(before)) as held:  # what was not there is not read back but computed
            assert not any(re.search(rb"</f>\s*<v>[^<]", held.read(name)) for name in held.namelist())

    def value(self, sheet: str, cell: str) -> Any:
        return self.book[sheet][cell].value


def opened(program: str, folder: Path, workbooks: dict[str, bytes]) -> dict[str, Office]:
    """Each workbook opened in LibreOffice, all by one start, with a profile of its own."""
    (folder / "in").mkdir()
    for name, content in workbooks.items():
        (folder / f"in/{name}.xlsx").write_bytes(content)
    done = subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", folder / "out", *sorted((folder / "in").iterdir())],
        env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {
        name: Office(content, (folder / f"out/{name}.xlsx").read_bytes())
        for name, content in workbooks.items()
    }


def typed(content: bytes, quantities: dict[str, float]) -> bytes:
    """A workbook in which someone has typed other quantities."""
    sheet, written = Spreadsheet(content), io.BytesIO()
    for item, quantity in quantities.items():
        title, row = row_of(sheet, item)
        sheet.set(title, f"G{row}", quantity)
    sheet.book.save(written)
    return written.getvalue()


def results(folder: Path) -> dict[str, ResultJson]:
    """The samples, audits at the edges, and one with hostile names."""
    thirds = scorecard_book(partial_units="pro_rata")
    marks: dict[str, dict[str, Fraction | None]] = {
        score: {f"B01.{n}": Fraction(score) / 40 for n in range(40)} for score in ("60", "80", "90")
    }
    tenths: dict[str, Fraction | None] = {f"B01.{n}": Fraction(3, 10) for n in range(40)}
    tenths["B01.0"] = Fraction(60) - Fraction(39 * 3, 10)
    last = {**tenths, "B01.1": Fraction(31, 100)}
    made_up = {
        "annual": assess_file(ROOT / "params/dongsheng-2025-annual.yaml"),
        "half-year": assess_file(ROOT / "params/dongsheng-2025-half-year.yaml"),
        "third": scored({"B03.1": Fraction(1), "B02.1": Fraction(3)}, thirds, "1234567.85"),
        "two-thirds": scored({"B03.1": Fraction(2), "B08.2": Fraction(299)}, thirds, "0.05", "0.01"),
        "threshold": scored({"A02.2": Fraction(5_000_000)}),
        "below": scored({"A02.2": Fraction(499_999_999, 100)}),
        "tenths": scored(tenths, of_marks(40), "1234567.85"),
        "above": scored(last, of_marks(40), "1234567.85"),
        "overpaid": scored({"B09.1": Fraction(149)}, fee="999999999.95", paid="999999999.94"),
        **{f"edge-{score}": scored(each, of_marks(40), "333.35") for score, each in marks.items()},
    }
    params = yaml.safe_load((ROOT / "params/dongsheng-2025-annual.yaml").read_text("utf-8"))
    params["evidence"] = str(ROOT / params["evidence"])
    for choices in ({"marks": "median"}, {"marks": "trimmed_mean"}, {"payment_basis": "composite"}):
        (name,) = choices.values()
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(params | {"readings": choices}, allow_unicode=True), "utf-8")
        made_up[name] = assess_file(path)
    assert made_up["tenths"]["payment"]["base_share"] == "0.10" and folder.is_dir()
    assert made_up["above"]["payment"]["base_share"] == "0.20"
    return made_up


HOSTILE = ['=HYPERLINK("http://pages.example","x")', "+1", "-1", "@x", "_x0041_", "1/2", SUBJECT, AGENCY]


@pytest.fixture(scope="module")
def program() -> str:
    """LibreOffice, before anything else: without it there is no need to score audits."""
    return soffice()


@pytest.fixture(scope="module")
def scores(program: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ResultJson]:
    """The results whose workbooks are opened."""
    assert program
    return results(tmp_path_factory.mktemp("scores"))


@pytest.fixture(scope="module")
def office(
    program: str, scores: dict[str, ResultJson], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Office]:
    """Their workbooks, opened, and one in which a quantity was typed in."""
    before = Case(tmp_path_factory.mktemp("before")).many("work_orders", 12).result()
    hostile = copy.deepcopy(scores["third"])
    for text, item in zip(HOSTILE, items_of(hostile).values(), strict=False):
        item["unit"] = text
    books = {name: made(result) for name, result in scores.items()}
    books |= {"typed": typed(made(before), {"B09.1": 149, "B03.1": 7}), "hostile": made(hostile)}
    return opened(program, tmp_path_factory.mktemp("office"), books)


def test_libreoffice_computes_what_the_result_says(
    office: dict[str, Office], scores: dict[str, ResultJson]
) -> None:
    assert {name: parts(office[name], result) for name, result in scores.items()} == {
        name: [] for name in scores
    }


def test_every_formula_is_computed_and_none_fails(
    office: dict[str, Office], scores: dict[str, ResultJson]
) -> None:
    for name in scores:
        assert office[name].value("核对", "E3") == office[name].value("说明", "B15") == 0, name
    for name in ("annual", "half-year", "third", "overpaid", "median", "trimmed_mean", "composite"):
        small = Spreadsheet(made(scores[name]))
        for sheet, cell in small.formulas:
            value = office[name].value(sheet, cell)
            assert isinstance(value, int | float), (name, sheet, cell, value)
            assert abs(value - small.value(sheet, cell)) < 1e-9, (name, sheet, cell)


def test_a_quantity_typed_in_is_scored_as_the_audit_would(office: dict[str, Office], tmp_path: Path) -> None:
    case = Case(tmp_path).many("work_orders", 149)
    result = case.many("activities", 7, kind="showcase").result()
    assert parts(office["typed"], result) == []
    assert computed(office["typed"])["B09 考核分数"] > 0 and office["typed"].value("核对", "E3") > 0


def test_text_that_looks_like_a_formula_stays_text(
    office: dict[str, Office], scores: dict[str, ResultJson]
) -> None:
    for text, item in zip(HOSTILE, items_of(scores["third"]), strict=False):
        title, row = row_of(office["hostile"], item)
        said = office["hostile"].value(title, f"H{row}")
        assert said == literal(text)
    assert office["hostile"].value("核对", "E3") == 0


def test_without_libreoffice_these_tests_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="apt-get install libreoffice-calc"):
        soffice()
