"""The verification plan as a workbook: what is in it, that it comes back, and that text stays text."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from talentcalc.analysis.sampling.plan import Plan, plan
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess, check_evidence
from talentcalc.pipeline.verification_plan import plan_workbook
from talentcalc.report.sections.findings import verification
from tests.conftest import BOOK, ROOT, Case
from tests.support.archive_packages import redacted
from tests.support.documents import assess_file, document_of, result_of
from tests.support.problems import where_of
from tests.support.sampling_results import verify

SPEC = BOOK.tables["verifications"]
OWN = [column.title for column in SPEC.columns.values()]


def planned(case: Case, pivotal: dict[str, tuple[str, ...]] | None = None) -> tuple[Plan, bytes]:
    """An audit's plan, and its workbook."""
    audit = open_audit(case.write())
    evidence = read_evidence(audit.evidence, audit.rulebook)
    made = plan(audit, evidence, pivotal or {})
    return made, plan_workbook(audit, evidence, made)


def sheet(path: Path, content: bytes) -> Any:
    """The table in a plan's workbook, which is written to `path`."""
    path.write_bytes(content)
    return openpyxl.load_workbook(path)[SPEC.title]


def test_plan_has_pivotal_rows_samples_and_what_is_verified_already(case: Case) -> None:
    case.many("work_orders", 100).many("activities", 2, kind="cooperation")
    case.add("verifications", {"table": "proofs", "row_id": "P0007", "outcome": "accepted"})
    drawn = planned(case)[0].samples[0].drawn
    outside = next(f"W{n:04}" for n in range(1, 101) if f"W{n:04}" not in drawn)
    # marks cannot be verified, so that pivotal ones are no rows to verify
    pivotal = {"work_orders": (drawn[0], outside), "judgements": ("B12.1/R1",)}
    rows = planned(case, pivotal)[0].rows
    assert [(row.table, row.key) for row in rows] == [
        ("activities", "A0001"),
        ("activities", "A0002"),
        *(("work_orders", key) for key in sorted({*drawn, outside})),
        ("proofs", "P0007"),
    ]
    by_key = {row.key: (row.critical, row.items) for row in rows}
    assert by_key["A0001"] == (False, ("B17.1",))
    assert by_key[drawn[0]] == (True, ("B09.1",))
    assert by_key[outside] == (True, ())
    assert by_key["P0007"] == (False, ())


def test_sheet_has_the_tables_columns_first_and_then_where_to_look(case: Case, tmp_path: Path) -> None:
    case.add("contracts", {"contract_id": "C1", "client": "某人", "service": "检测", "amount": "1234.50"})
    case.add("proofs", {"proof_id": "P9", "table": "contracts", "row_id": "C1", "medium": "paper",
                        "location": "柜3"})  # fmt: skip
    case.add("activities", {"activity_id": "X1", "title": "沙龙", "held_on": "2025-05-06"}).attend(
        "X1", ["甲"]
    )
    verify(case, "contracts", ["C1"], 0)
    made = sheet(tmp_path / "p.xlsx", planned(case, {"contracts": ("C1",)})[1])
    head, *rows = made.iter_rows(values_only=True)
    assert list(head) == [*OWN, "选取原因", "用于要点", "佐证材料", "记录内容"]
    by_key = {row[1]: row for row in rows}
    assert list(by_key) == ["X1", "X1/甲", "C1"]  # in the order of the rulebook's tables
    assert by_key["C1"][:5] == ("技术服务合同", "C1", "认可", "理由", "R1")
    assert by_key["C1"][5].date() == date(2026, 1, 5)
    assert by_key["C1"][6:] == (
        "关键记录、抽样",
        "A02.1、A02.2",
        "P0001；P9（柜3）",
        "检测，交易额（元） 1,234.50，签订日期 2025-03-01",  # the client is personal, and left out
    )
    assert by_key["X1/甲"][2:6] == (None,) * 4
    assert by_key["X1/甲"][9] == "培训与学习交流，沙龙，举办日期 2025-05-06"  # of the activity
    lists = {str(rule.sqref)[0]: rule.formula1 for rule in made.data_validations.dataValidation}
    assert set(lists) == {"A", "C"}  # the table and the outcome are chosen from lists
    assert (made.print_title_rows, made.page_setup.orientation) == ("$1:$1", "landscape")


def filled(path: Path, rejected: set[str]) -> None:
    """Fill in every row that is not verified yet."""
    book = openpyxl.load_workbook(path)
    for row in book[SPEC.title].iter_rows(min_row=2):
        if row[2].value is None:
            row[2].value = "不予认可" if row[1].value in rejected else "认可"
            row[3].value, row[4].value, row[5].value = "查阅原件", "R1", date(2026, 1, 10)
    book.save(path)


def test_filled_in_it_comes_back_as_the_table_and_is_scored(case: Case) -> None:
    case.many("work_orders", 100).many("contracts", 3, amount="10.00").many("activities", 4, kind="exchange")
    case.attend("A0001", ["001", "2", " 3 "])  # a number's text stays text
    verify(case, "work_orders", ["W0001"], 0)
    made, content = planned(case)
    path = case.folder / "evidence" / "verifications.xlsx"
    path.write_bytes(content)
    wrong = made.samples[0].drawn[0]
    filled(path, {wrong})
    both = assess_file(case.write())
    assert [one["check"] for one in both["findings"] if one["severity"] == "critical"] == [
        "verifications.one_source"
    ]
    (case.folder / "evidence" / "verifications.csv").unlink()
    del case.tables["verifications"]
    result = assess_file(case.write())
    assert result["checks"]["critical"] == 0
    assert result["evidence"]["verifications"]["file"] == f"verifications.xlsx（{SPEC.title}）"
    assert result["evidence"]["verifications"]["rows"] == len(made.rows)
    said = result["sampling"]["items"]
    assert all(one["verified"] == len(one["drawn"]) and "upper_rate" in one for one in said.values())
    assert said["B09.1"]["errors"] == 1 and {"row": wrong, "why": "rejected"} in _aside(result)
    unknown = [one["title"] for one in result["findings"] if one["check"] == "verifications.unknown_column"]
    assert len(unknown) == 4  # where to look: kept and ignored, with a note
    again = planned(case)[0]
    assert [(row.table, row.key) for row in again.rows] == [(row.table, row.key) for row in made.rows]


def _aside(result: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = result["boards"]["base"]["indicators"]["B09"]["items"]["B09.1"]["set_aside"]
    return found


def test_a_row_left_empty_is_to_be_filled_in_or_deleted(case: Case) -> None:
    case.many("work_orders", 5)
    (case.folder / "evidence").mkdir()
    (case.folder / "evidence" / "verifications.xlsx").write_bytes(planned(case)[1])
    result = assess_file(case.write())
    assert result["status"] == "blocked"
    (empty,) = [one for one in result["findings"] if one["check"] == "verifications.outcome.filled"]
    assert len(empty["rows"]) == 5 and empty["remedy"] == "填写该单元格，或删除该行"


def test_text_stays_text_and_keys_come_back_to_the_letter(case: Case) -> None:
    keys = ["=1+1", "+1", "-1", "@A", "'x", "001", "_x0041_", "a\u200bb", "甲 乙", "<b>&amp;</b>", "1e5"]
    case.add("documents", *({"document_id": key, "title": f'=HYPERLINK("x","{key}")'} for key in keys))
    path = case.folder / "plan.xlsx"
    made = sheet(path, planned(case)[1])
    cells = [cell for row in made.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    said = [row[1].value.replace("_x005F_", "_") for row in made.iter_rows(min_row=2)]
    assert said == sorted(keys)
    filled(path, set())
    path.rename(case.folder / "evidence" / "verifications.xlsx")
    result = assess_file(case.write())
    assert result["checks"]["critical"] == 0  # every key is that of a row that is there
    assert result["evidence"]["documents"]["verified"] == {"accepted": len(keys)}


def test_a_key_that_no_workbook_holds_is_refused(case: Case) -> None:
    case.add("work_orders", {"order_id": "W\x07"}, {"order_id": "W2"})
    with pytest.raises(InputError) as refused:
        planned(case)
    assert [one.where for one in refused.value.problems] == ["work_orders 'W\\x07'"]


def test_same_plan_same_bytes(case: Case) -> None:
    case.many("work_orders", 30).many("register", 30)
    assert planned(case)[1] == planned(case)[1]


def test_other_tables_in_a_tables_workbook_are_read_unless_they_have_no_row(case: Case) -> None:
    case.many("work_orders", 5)
    book = openpyxl.Workbook()
    book.worksheets[0].title = "服务工单"
    book.create_sheet("说明").append(["随便"])
    case.write()
    path = case.folder / "evidence" / "verifications.xlsx"
    book.save(path)
    found = {one["check"]: one for one in assess_file(case.write())["findings"]}
    assert "没有名为“独立核查”" in found["verifications.readable"]["title"]
    book.create_sheet("verifications").append(list(SPEC.columns))
    book.save(path)
    result = assess_file(case.write())
    assert result["checks"]["critical"] == 0
    assert result["evidence"]["work_orders"]["rows"] == 5
    book["服务工单"].append(["工单编号"])
    book["服务工单"].append(["W9"])
    book.save(path)
    checks = [one["check"] for one in assess_file(case.write())["findings"] if one["severity"] == "critical"]
    assert "work_orders.one_source" in checks


def test_command_writes_a_new_file_and_nothing_else(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    params, file = case.many("work_orders", 5).write(), case.folder / "plan.xlsx"

    def asked(*arguments: str | Path) -> tuple[int, str]:
        status = main(["-q", "plan", *map(str, arguments)])
        return status, capsys.readouterr().err

    assert asked(params, file) == (0, "")
    assert file.read_bytes() == planned(case)[1]
    assert [asked(params, case.folder / name)[0] for name in ("plan.xlsx", "plan.csv", "no/p.xlsx")] == [
        2
    ] * 3
    status, said = asked(ROOT / "params/quanzhou-2025.yaml", case.folder / "league.xlsx")
    assert status == 2 and "found a league" in said
    assert sorted(one.name for one in case.folder.iterdir()) == ["case.yaml", "evidence", "plan.xlsx"]


def submitted_as_a_workbook(case: Case) -> Path:
    """An audit whose verifications came back as a workbook; the params file."""
    case.many("work_orders", 5).add("activities", {"activity_id": "X1"}).attend("X1", ["张三"])
    path = case.folder / "evidence" / "verifications.xlsx"
    params = case.write()
    path.write_bytes(planned(case)[1])
    filled(path, {"W0002", "X1/张三"})
    return params


def test_a_package_has_the_workbook_as_it_was_read(case: Case) -> None:
    from talentcalc.archive.finished_run import FinishedRun, members

    audit = open_audit(submitted_as_a_workbook(case))
    result, folder = assess_file(audit.file), case.folder / "run"
    folder.mkdir()
    kept = {one.path: one for one in members(FinishedRun(folder, result_of(result), audit))}
    path = case.folder / "evidence" / "verifications.xlsx"
    assert kept["evidence/verifications.xlsx"].source == path
    assert kept["evidence/verifications.xlsx"].sha256 == sha256(path.read_bytes()).hexdigest()
    path.rename(path.with_name("register.xlsx"))
    with pytest.raises(InputError) as refused:  # one is gone, another was added
        members(FinishedRun(folder, result_of(result), audit))
    assert sorted(where_of(one) for one in refused.value.problems) == [
        "evidence/register.xlsx",
        f"evidence/verifications.xlsx（{SPEC.title}）",
    ]


def test_a_published_audit_has_it_as_a_table_without_the_persons(case: Case) -> None:
    audit = open_audit(submitted_as_a_workbook(case))
    before = assess_file(audit.file)
    evidence, note = redacted(audit, b"s" * 32, case.folder / "public")
    assert not (evidence / "verifications.xlsx").exists()
    assert "张三" not in (evidence / "verifications.csv").read_text(encoding="utf-8")
    published = open_audit(audit.file, evidence, note)
    read = read_evidence(evidence, published.rulebook, published.withheld)
    after = document_of(assess(published, read, check_evidence(published, read, run_with_pandas)))
    assert after["boards"]["base"]["score"] == before["boards"]["base"]["score"]
    assert after["evidence"]["attendance"]["verified"] == {"rejected": 1}
    # under other keys other rows would be drawn: a published result says nothing of samples
    assert "sampling" in before and "sampling" not in after
    assert "抽样核查的情况见原报告" in str(verification(result_of(after)).blocks)
