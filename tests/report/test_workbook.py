"""The workbook with live formulas: the official tables, the same bytes, and points and money a second way.

Every formula is computed by a tiny spreadsheet program (`spreadsheet.py`) and held against result.json.
"""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.record import CheckRecord
from talentcalc.core.decimals import format_shortest, round_half_up
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess, check_evidence
from talentcalc.report.companion_files import companion_files
from talentcalc.report.workbook.book import scorecard_workbook
from talentcalc.result.document import canonical
from talentcalc.rulebook.score import Capped, Graded, Milestone, OfRest, PerUnit, Portion, Whole
from tests.conftest import BOOK, ROOT, SampleResult, scorecard_book
from tests.support.documents import ResultJson, as_read, document_of, least, result_of
from tests.support.hostile import AGENCY, SUBJECT
from tests.support.spreadsheet import Spreadsheet
from tests.support.workbook_reading import computed, items_of, made, of_marks, parts, row_of, scored, told

pytestmark = pytest.mark.slow

READINGS = [{name: choice} for name, reading in BOOK.readings.items() for choice in reading.choices]
OF_HALF_A_YEAR = [one for one in READINGS if one.keys() & {"half_year_payment", "payment_basis"}]

BY_BOARDS = [one for one in READINGS if one != {"payment_basis": "composite"}]  # for results without rows


@pytest.fixture(scope="module")
def annual(sample_result: SampleResult) -> ResultJson:
    """The annual sample's result."""
    return sample_result("dongsheng-2025-annual")


Read = tuple[Evidence, CheckRecord]


@pytest.fixture(scope="module")
def read() -> Callable[[str], Read]:
    """The evidence of a sample, read and checked once: no reading changes what was submitted."""

    @cache
    def read(sample: str) -> Read:
        audit = open_audit(ROOT / f"params/dongsheng-2025-{sample}.yaml")
        evidence = read_evidence(audit.evidence, audit.rulebook)
        return evidence, check_evidence(audit, evidence, run_with_pandas)

    return read


@pytest.fixture(scope="module")
def sheet(annual: ResultJson) -> Spreadsheet:
    """Its workbook."""
    return Spreadsheet(made(annual))


def cells(sheet: Spreadsheet, title: str) -> dict[str, Any]:
    """What stands in a sheet."""
    return {one.coordinate: one.value for row in sheet.book[title].iter_rows() for one in row if one.value}


def test_the_sheets_are_the_official_tables(sheet: Spreadsheet, annual: ResultJson) -> None:
    titles = [annual["boards"][name]["title"] for name in annual["order"]["boards"]]
    assert sheet.book.sheetnames == ["说明", *titles, "评分", "综合评议", "支付", "核对"]
    for name in annual["order"]["boards"]:
        board = annual["boards"][name]
        said = list(cells(sheet, board["title"]).values())
        assert [str(one).replace("\n", "") for one in said if "（分）" in str(one)][:1] == ["分值（分）"]
        for category in board["categories"]:
            assert {category["title"], *(task["title"] for task in category["tasks"])} <= set(said)
        for number, indicator in board["indicators"].items():
            assert f"{number} {indicator['target']}" in said and indicator["criterion"] in said


def test_every_quantity_and_every_formula_is_there(sheet: Spreadsheet, annual: ResultJson) -> None:
    assert computed(sheet).keys() == dict(told(annual)).keys()
    for name, item in items_of(annual).items():
        title, row = row_of(sheet, name)
        page = sheet.book[title]
        assert Decimal(repr(float(sheet.value(title, f"G{row}")))) == Decimal(item["quantity"])
        assert page[f"G{row}"].protection.locked is ("marks" in item)
        assert page[f"H{row}"].value == item["unit"] and page[f"J{row}"].data_type == "f"
        assert Decimal(str(page[f"K{row}"].value)) == Decimal(item["cap"])
        assert page[f"I{row}"].value.count("分") >= 1
    marks = [item["marks"] for item in items_of(annual).values() if "marks" in item]
    typed = [value for cell, value in cells(sheet, "评分").items() if re.fullmatch(r"E(?!3$)\d+", cell)]
    assert sorted(map(float, typed)) == sorted(float(mark) for each in marks for mark in each)


def test_no_formula_has_a_value_before_it_is_computed(sheet: Spreadsheet, annual: ResultJson) -> None:
    values = load_workbook(io.BytesIO(made(annual)), data_only=True)
    assert len(sheet.formulas) > 300
    assert {values[title][cell].value for title, cell in sheet.formulas} == {None}


def test_only_what_may_be_changed_is_not_locked(sheet: Spreadsheet) -> None:
    for page in sheet.book.worksheets:
        assert page.protection.sheet and page.protection.password is None
        for row in page.iter_rows():
            for one in row:
                yellow = one.fill.fgColor.rgb == "FFFFF2A8"
                assert one.protection.locked is not yellow and not (yellow and one.data_type == "f")
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        assert page.page_setup.fitToWidth == 1 and page.page_setup.fitToHeight == 0
        assert page.title == "说明" or (page.print_title_rows and page.freeze_panes)


@pytest.mark.parametrize(
    ("sample", "readings"),
    [*(("annual", one) for one in READINGS), *(("half-year", one) for one in OF_HALF_A_YEAR)],
    ids=str,
)
def test_the_formulas_compute_the_sample_under_every_reading(
    tmp_path: Path, read: Callable[[str], Read], sample: str, readings: dict[str, str]
) -> None:
    params = (ROOT / f"params/dongsheng-2025-{sample}.yaml").read_text("utf-8")
    params = params.replace("evidence: ", f"evidence: {ROOT}/") + f"readings: {json.dumps(readings)}\n"
    (tmp_path / "sample.yaml").write_text(params, encoding="utf-8")
    result = document_of(assess(open_audit(tmp_path / "sample.yaml"), *read(sample), analysis=False))
    sheet = Spreadsheet(made(result))
    assert parts(sheet, result) == [] and sheet.value("核对", "E3") == sheet.value("说明", "B15") == 0


def edges(item: Any) -> st.SearchStrategy[Fraction | None]:
    """Quantities at and beside the edges of an item's rule."""
    rule = item.rule
    if isinstance(rule, Graded):
        return st.none() | st.integers(0, int(Fraction(rule.points) * 100)).map(lambda n: Fraction(n, 100))
    if isinstance(rule, Milestone):
        return st.integers(0, 1).map(Fraction)
    edge, step = (rule.per, 1) if isinstance(rule, PerUnit) else (rule.at_least, Fraction(1, 100))
    near = st.sampled_from([-step, 0, step])
    times = st.integers(0, 200) if isinstance(rule, PerUnit) else st.integers(1, 1)
    return st.builds(lambda n, by: max(Fraction(0), n * Fraction(edge) + by), times, near)


CASES = st.fixed_dictionaries({item.id: edges(item) for item in BOOK.items()})
MONEY = st.integers(1, 10**9).map(lambda cents: format_shortest(Fraction(cents, 100)))
BALANCES = [Whole(kind="whole"), OfRest(kind="of_rest"), Capped(kind="capped", share=Decimal("0.50")),
            Portion(kind="portion", share=Decimal("0.35"))]  # fmt: skip
many = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(CASES, st.sampled_from(BY_BOARDS), MONEY, MONEY, st.sampled_from(BALANCES))
def test_the_formulas_compute_any_case(
    values: dict[str, Fraction | None], readings: dict[str, str], fee: str, paid: str, rule: Any
) -> None:
    book = scorecard_book(**readings)
    balance = {"annual": book.scorecard.payment.balance["annual"].model_copy(update={"rule": rule})}
    result = scored(values, book, fee, paid, balance=balance)
    assert parts(Spreadsheet(made(result)), result) == []


@many
@given(CASES, CASES, st.sampled_from(BY_BOARDS))
def test_a_quantity_typed_in_is_scored_as_the_audit_would(
    before: dict[str, Fraction | None], after: dict[str, Fraction | None], readings: dict[str, str]
) -> None:
    book = scorecard_book(**readings)
    graded = {item.id for item in book.items() if isinstance(item.rule, Graded)}
    after = {name: before[name] if name in graded else value for name, value in after.items()}
    sheet, wanted = Spreadsheet(made(scored(before, book))), scored(after, book)
    for name in after.keys() - graded:
        title, row = row_of(sheet, name)
        sheet.set(title, f"G{row}", float(after[name] or 0))
    found = computed(sheet)
    for name, value in told(wanted):
        assert abs(found[name] - Decimal(value)) <= Decimal("1e-10"), name


@pytest.mark.parametrize("number", [3, 10, 40])
@pytest.mark.parametrize(("score", "band"), [
    ("0", 1), ("59.99", 1), ("60", 1), ("60.01", 2), ("79.98", 2), ("80", 2), ("80.01", 3), ("90", 3),
    ("90.05", 4), ("100", 4),
])  # fmt: skip
def test_the_edge_of_a_band_belongs_below_it_however_decimals_add_up(
    score: str, band: int, number: int
) -> None:
    book, left, marks = of_marks(number), Fraction(score), {}
    for n in range(number):  # tenths, whose sums in binary are a little above or below the edge
        mark = left if n == number - 1 else min(left, Fraction(n % 7 + 1, 10) * Fraction(40, number))
        marks[f"B01.{n}"], left = round_half_up(mark), left - round_half_up(mark)
    result = scored({**marks}, book)
    sheet = Spreadsheet(made(result))
    assert Fraction(result["boards"]["base"]["score"]) == Fraction(score)
    assert parts(sheet, result) == [] and computed(sheet)["基础部分 所在档"] == band


@pytest.mark.parametrize("round_to", ["0.01", "1"])
def test_half_a_cent_is_rounded_up_and_never_down(round_to: str) -> None:
    scale = 1 if round_to == "0.01" else 100
    for cents in (5, 15, 25, 35, 1005, 123456785, 99999999995):  # a tenth of each ends in half a cent
        fee = format_shortest(Fraction(cents * scale, 100))
        result = scored({}, of_marks(1), fee, round_to=Decimal(round_to))
        assert Fraction(result["payment"]["base_amount"]) * 100 == Fraction(cents + 5, 10) * scale
        assert parts(Spreadsheet(made(result)), result) == []


def test_limits_over_several_items_hold_whether_they_bite_or_not() -> None:
    book = scorecard_book(enclave_caps="shared")
    for quantity in (4, 5):
        result = scored({"A05.4": Fraction(quantity), "A05.5": Fraction(quantity)}, book)
        assert result["boards"]["additional"]["indicators"]["A05"]["points"] == f"{min(8, 2 * quantity)}.00"
        assert parts(Spreadsheet(made(result)), result) == []


def test_a_draft_says_so_and_takes_the_marks_that_are_owed() -> None:
    owed = next(item for item in BOOK.items() if isinstance(item.rule, Graded))
    result = scored({owed.id: None})
    sheet = Spreadsheet(made(result))
    assert result["status"] == "draft" and owed.id in cells(sheet, "说明").values()
    for page in sheet.book.worksheets:
        header = page.oddHeader
        assert header is not None and header.right is not None and "草稿" in str(header.right.text)
    assert parts(sheet, result) == []
    row = next(int(cell[1:]) for cell, text in cells(sheet, "评分").items() if str(text).startswith(owed.id))
    sheet.set("评分", f"E{row}", 0.1)
    sheet.set("评分", f"E{row + 1}", 0.11)
    title, at = row_of(sheet, owed.id)
    assert sheet.value(title, f"G{at}") == 0.11  # 0.105, half up


def test_changed_figures_are_counted_on_the_check_sheet(annual: ResultJson) -> None:
    sheet = Spreadsheet(made(annual))
    assert sheet.value("核对", "E3") == 0
    title, row = row_of(sheet, "B03.1")
    sheet.set(title, f"G{row}", 0)
    assert sheet.value("核对", "E3") >= 4


HOSTILE = ["=HYPERLINK(\"http://pages.example\";\"x\")", "+1", "-1+1", "@x", "'quoted", "=1+1\n=2", "_x0041_",
           "\x00\x07\x1b\u202e\ufffe\ud800", SUBJECT, AGENCY, "<b>&amp;</b>", "长" * 40_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    result = scored({}) | {"subject": text}
    result["regulation"] = result["regulation"] | {"title": text}
    result["review"] = {"agency": text, "reviewers": [text], "dated": "2026-01-15"}
    result = json.loads(json.dumps(result))
    board = result["boards"]["base"]
    board["title"] = board["categories"][0]["title"] = text
    item = board["indicators"]["B01"]["items"]["B01.1"]
    item["label"] = item["unit"] = board["indicators"]["B01"]["target"] = text
    if "\ud800" in text:  # half a character, which no result can hold
        text = text.replace("\ud800", "")
        result = json.loads(json.dumps(result).replace("\\ud800", ""))
    content = made(result)
    sheet = Spreadsheet(content)
    assert sheet.value("核对", "E3") == 0
    texts = [(one, row) for page in sheet.book.worksheets for row in page.iter_rows() for one in row]
    for one, _ in texts:
        if isinstance(one.value, str) and one.data_type != "f":
            assert one.data_type == "s" and not re.search("[\x00-\x09\x0b-\x1f\u202e]", one.value)
            assert one.quotePrefix is one.value.startswith(("=", "+", "-", "@", "'"))
    assert all(not re.search("HYPERLINK|cmd", formula.split("!")[-1]) for formula in sheet.formulas.values())
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        xml = {name: held.read(name) for name in held.namelist()}
    assert not any("externalLink" in name for name in xml)
    assert not any(b"hyperlink" in content.lower() for name, content in xml.items() if "rels" in name)


def test_the_same_result_gives_the_same_bytes(annual: ResultJson, tmp_path: Path) -> None:
    content = made(annual)
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = held.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[0-9:]+Z", core) == ["2026-01-15T00:00:00Z"] * 2
    (tmp_path / "result.json").write_bytes(canonical(annual))
    program = (
        "import pathlib, sys; from talentcalc.report.workbook.book import scorecard_workbook as made;"
        "from talentcalc.result.document import read_result;"
        "sys.stdout.buffer.write(made(read_result(pathlib.Path(sys.argv[1]).read_bytes())))"
    )
    for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "America/Los_Angeles")):
        again = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "result.json"],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
        )
        assert again.stdout == content


def test_only_a_scorecard_that_was_scored_has_a_workbook(
    annual: ResultJson, sample_result: SampleResult
) -> None:
    assert scorecard_workbook(result_of(least())) is None
    assert scorecard_workbook(result_of(sample_result("quanzhou-2025"))) is None
    assert "scorecard.xlsx" in companion_files(result_of(as_read(annual)))
