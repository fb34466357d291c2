"""A scorecard's audit goes on: what the next period starts with, and what becomes of this one's findings.

Expected rows and figures are by hand: a *stock* entry stands if `since` ≤ the period's end and `until` is
missing or later (rulings, “What counts”); what was paid of a year is what the half-year owed (article 7).
"""

import contextlib
import csv
import hashlib
import os
import shutil
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.params.form import Period, ScorecardParams
from talentcalc.pipeline.assess import assess_plainly
from talentcalc.report.render.blocks import Block, Heading, Notice, Table
from talentcalc.report.sections.findings import findings
from talentcalc.rollover.period import following, named_on
from talentcalc.rulebook.lint import lint
from tests.conftest import BOOK, ROOT, Case
from tests.regulations.test_rulebook import changed
from tests.support.archive_packages import redacted
from tests.support.documents import ResultJson, assess_file, document_of, result_of
from tests.support.hostile import PAYLOADS
from tests.support.problems import where_of

pytestmark = pytest.mark.slow

Said = pytest.CaptureFixture[str]
HALF = {"kind": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
STOCK = {"kind": "expert_pool"}


def rows_of(file: Path) -> list[dict[str, str]]:
    """A table as written: UTF-8 with its mark, English headers."""
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    reader = csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True))
    rows = list(reader)
    assert list(reader.fieldnames or ()) == list(BOOK.tables[file.stem].columns)
    return rows


def next_of(case: Case, name: str = "2026") -> tuple[Path, Path]:
    """The params file and the evidence folder that `next-year` writes."""
    assert main(["-q", "next-year", str(case.write())]) == 0
    return case.folder / f"case-{name}.yaml", case.folder / f"evidence-{name}"


def filled(params: Path, **values: Any) -> Path:
    """The params file with what a person had to say."""
    data = yaml.safe_load(params.read_text("utf-8"))
    owed = {"fee": "1000000.00", "paid": "0.00"}
    data |= {name: value for name, value in owed.items() if data[name] == "待填"} | values
    data["review"] |= {"dated": date(2027, 1, 15)}
    params.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return params


def followed(result: ResultJson) -> tuple[list[str], list[Table], list[Block]]:
    """What the report says of the findings before: its notices, its table; and all of the section."""
    blocks = list(findings(result_of(result)).blocks)
    place = [n for n, one in enumerate(blocks) if isinstance(one, Heading)]
    part = blocks[place[0] :] if place else []
    notices = [one.text for one in part if isinstance(one, Notice)]
    return notices, [one for one in part if isinstance(one, Table)], blocks


def left_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_exactly_the_stock_that_stands_and_is_not_rejected_goes_on(case: Case, capfd: Said) -> None:
    case.add(
        "register",
        STOCK | {"entry_id": "last day", "since": "2025-12-31"},
        STOCK | {"entry_id": "too late", "since": "2026-01-01"},
        STOCK | {"entry_id": "ends that day", "since": "2024-01-01", "until": "2025-12-31"},
        STOCK | {"entry_id": "ends after", "since": "2024-01-01", "until": "2026-01-01"},
        STOCK | {"entry_id": "rejected"},
        {"entry_id": "no stock", "kind": "talent_added"},
        STOCK | {"entry_id": "again", "entity_id": "E0001"},
    ).add("register", STOCK | {"entry_id": "unproven"}, proven=False)
    case.add("verifications", {"table": "register", "row_id": "rejected"})
    case.add("verifications", {"table": "register", "row_id": "again", "outcome": "accepted"})
    case.many("work_orders", 5).add("judgements", {"item": "B04.2", "mark": "1"})
    before = rows_before(case)
    assert main(["next-year", str(case.write())]) == 0
    folder = case.folder / "evidence-2026"
    said = capfd.readouterr()
    kept = ["again", "ends after", "last day", "unproven"]
    assert rows_of(folder / "register.csv") == [before[one] for one in kept]
    # `again` is the same as `last day` and comes first by its id: the later of the two is the duplicate.
    assert "成果名册：带入期末仍有效的 4 条，须重新提交佐证材料；其中本期未计入：" in said.err
    assert "与已计入的记录重复 1 条、无有效佐证材料 1 条，请核实" in said.err
    assert said.out.splitlines() == [os.path.relpath(folder), os.path.relpath(case.folder / "case-2026.yaml")]
    tables = {file.stem: rows_of(file) for file in folder.iterdir()}
    assert set(tables) == set(BOOK.tables)
    assert {name for name, rows in tables.items() if rows} == {"register", "followups"}


def rows_before(case: Case) -> dict[str, dict[str, str]]:
    columns = BOOK.tables["register"].columns
    return {
        row["entry_id"]: {name: str(row.get(name, "")) for name in columns} for row in case.tables["register"]
    }


def test_params_are_refused_until_filled_in_and_then_name_the_next_year(case: Case) -> None:
    case.params |= {"readings": {"partial_units": "pro_rata"}, "paid": "5.00"}
    case.params["review"] = {"agency": "甲：乙 #丙", "reviewers": ["R1", "R'2"], "dated": "2026-01-15"}
    case.params["review"]["objections_by"] = "2026-02-01"
    params, folder = next_of(case.add("register", STOCK))
    with pytest.raises(InputError) as refused:
        open_audit(params)
    places = {where_of(problem).partition(": ")[2] for problem in refused.value.problems}
    assert places == {"fee", "paid", "review.dated", "review.objections_by"}
    text = params.read_text("utf-8")
    assert text.count("待填") == 5 and "上年度 1,000,000.00 元" in text  # four values, and the note on top
    text = text.replace("objections_by: 待填", "objections_by: 2027-02-01").replace(
        "dated: 待填", "dated: 2027-01-15"
    )
    params.write_text(text.replace("fee: 待填", 'fee: "2.00"').replace("paid: 待填", 'paid: "1.00"'), "utf-8")
    audit = open_audit(params)
    assert isinstance(audit.params, ScorecardParams)
    assert (str(audit.params.fee), str(audit.params.paid), audit.evidence) == ("2.00", "1.00", folder)
    assert audit.params.period == Period(kind="annual", start=date(2026, 1, 1), end=date(2026, 12, 31))
    assert audit.params.readings == {"partial_units": "pro_rata"}
    assert (audit.params.review.agency, audit.params.review.reviewers) == ("甲：乙 #丙", ("R1", "R'2"))
    assert audit.params.subject == "示例中心"


def test_the_next_audit_runs_and_its_report_shows_what_became_of_the_findings(case: Case) -> None:
    case.add("register", STOCK).add("contracts", {}, {"signed_on": "2024-12-31"})
    case.add("documents", {}, proven=False).add("activities", {}, proven=False)
    params, folder = next_of(case)
    rows = {row["check"]: row for row in rows_of(folder / "followups.csv")}
    marked = {
        "documents.unproven",
        "contracts.outside_period",
        "activities.unproven",
        "judgements.all_marked",
    }
    assert set(rows) == marked and {row["state"] for row in rows.values()} == {"open"}
    assert rows["contracts.outside_period"]["rows"] == "C0002"
    assert rows["contracts.outside_period"]["finding_id"] == "case:contracts.outside_period"
    after = Case(case.folder / "later", {"followups": list(rows.values())})
    states = {
        "documents.unproven": "已整改",
        "contracts.outside_period": "已整改",
        "judgements.all_marked": "不再适用",
    }
    for check, state in states.items():
        rows[check]["state"] = state
    rows["contracts.outside_period"]["note"] = "已说明"
    after.tables["register"] = rows_of(folder / "register.csv")
    after.add("documents", {"issued_on": "2026-03-01"}, {"issued_on": "2026-03-01"}, proven=False)
    after.write()
    for name in ("followups", "register", "documents"):
        shutil.copy(after.folder / f"evidence/{name}.csv", folder)
    evidence, found_then = assess_plainly(open_audit(filled(params)), analysis=False)
    result = document_of(found_then)
    assert result["status"] == "draft" and result["checks"]["critical"] == 0
    assert evidence["register"].keys.tolist() == ["R0001"]
    found = {one["check"]: (one["state"], one["again"]) for one in result["followups"]}
    assert found == {
        "activities.unproven": ("open", 0),
        "contracts.outside_period": ("done", 0),
        "documents.unproven": ("done", 2),
        "judgements.all_marked": ("dropped", found["judgements.all_marked"][1]),
    }
    assert found["judgements.all_marked"][1] > 0
    notices, (table,), _ = followed(result)
    assert notices == [
        "上期问题中 1 项尚未整改：活动没有有效佐证。",
        "上期问题中 2 项已作了结而本期又有发现：材料没有有效佐证；评审员尚未评分的要点。",
    ]
    shown = {str(row[2]).partition("\n")[0]: row for row in table.rows}
    assert shown["合同不在考核期内签订"][3:] == ("C0002", "已整改：已说明", "未再发现")
    assert shown["材料没有有效佐证"][4:] == ("已整改", "仍有 2 条")
    # Once more: what is open still stays on the list; what was found again is there as this audit's.
    assert main(["-q", "next-year", str(params)]) == 0
    again = {row["check"]: row["finding_id"] for row in rows_of(case.folder / "evidence-2027/followups.csv")}
    assert again["activities.unproven"] == "case:activities.unproven"
    assert again["documents.unproven"] == "case-2026:documents.unproven"
    assert "contracts.outside_period" not in again


def test_without_the_table_or_where_all_is_done_the_report_says_so(case: Case) -> None:
    result = case.many("work_orders", 5).result()
    assert "followups" not in result and followed(result)[:2] == ([], [])
    one = {
        "finding_id": "1",
        "check": "x",
        "severity": "warning",
        "table": "payment",
        "title": "题",
        "remedy": "改",
    }
    result = case.add("followups", one | {"state": "dropped"}).result()
    notices, (table,), _ = followed(result)
    assert notices == ["上期问题均已了结，本期未再发现。"]
    assert table.rows == (("警示", "payment", "题\n改。", "—", "不再适用", "未再发现"),)
    assert (
        "followups" not in case.add("contracts", {"amount": "-1"}).result()
    )  # blocked: only what to correct


def test_after_a_half_year_the_whole_year_with_all_that_was_submitted(case: Case, capfd: Said) -> None:
    case.params |= {"period": HALF, "paid": "1.50"}
    case.many("work_orders", 5).add("register", STOCK, {"until": "2025-05-01"})
    case.add("contracts", {"signed_on": "2025-09-01", "amount": "12345678.90"}).add(
        "activities", {"held_on": "2025-02-01"}
    )
    case.attend("A0001", ["甲", "乙"]).add("satisfaction", SATISFIED)
    case.add(
        "judgements", *({"item": item.id, "mark": "0.5"} for item in BOOK.items_measured_from("judgements"))
    )
    case.add("verifications", {"table": "work_orders", "row_id": "W0001"})
    proof = case.folder / "evidence/证明/a.txt"
    proof.parent.mkdir(parents=True)
    proof.write_bytes(b"proof")
    case.tables["proofs"][0] |= {"medium": "electronic", "path": "证明/../证明/a.txt", "sha256": SHA256}
    params, folder = next_of(case, "annual")
    half = case.result()
    assert half["status"] == "final"
    before, after = (read_evidence(one, BOOK) for one in (case.folder / "evidence", folder))
    for name, table in BOOK.tables.items():
        if table.ruling:
            assert name == "followups" or after[name].frame.empty
        else:
            assert [*after[name].records()] == [*before[name].records()]
    assert (folder / "证明/a.txt").read_bytes() == b"proof"
    data = yaml.safe_load(params.read_text("utf-8"))
    assert data["period"] == {"kind": "annual", "start": date(2025, 1, 1), "end": date(2025, 12, 31)}
    # Less than half of the fee: owed is the entitlement less what was paid, and then it is all paid.
    due = half["payment"]["payable"]
    assert (data["fee"], data["paid"]) == ("1000000.00", half["payment"]["entitlement"])
    assert f"应付 {float(due):,.2f} 元，此前已付 1.50 元" in params.read_text("utf-8")
    with pytest.raises(InputError) as refused:
        open_audit(params)
    assert [one.where for one in refused.value.problems] == ["case-annual.yaml: review.dated"]
    year = assess_file(filled(params), analysis=False)
    assert year["checks"]["critical"] == 0 and year["boards"]["base"]["indicators"]["B09"]["points"] == "0.40"
    assert half["boards"]["base"]["indicators"]["B09"]["points"] == "0.00"  # one of the five was rejected
    assert next(one for one in year["followups"] if one["check"] == "contracts.outside_period")["again"] == 0
    capfd.readouterr()
    params.unlink()
    shutil.rmtree(folder)
    case.tables["judgements"].clear()
    assert main(["next-year", str(case.write())]) == 0
    said = capfd.readouterr().err
    assert "佐证文件 1 个" in said and "独立核查：1 条不带入，须重新作出" in said and "评审打分" not in said
    assert yaml.safe_load(params.read_text("utf-8"))["paid"] == "待填"  # what a draft owes is not settled yet


SATISFIED = {
    "respondent_id": "甲",
    "field": "教育",
    "level": "高",
    "score": "76.0",
    "answered_on": "2025-05-01",
}
SHA256 = hashlib.sha256(b"proof").hexdigest()


def test_nothing_is_overwritten(case: Case, capfd: Said) -> None:
    params = case.many("work_orders", 5).write()
    for there in ("case-2026.yaml", "evidence-2026"):
        (case.folder / there).mkdir()
        before = left_in(case.folder)
        assert main(["next-year", str(params)]) == 2
        said = capfd.readouterr()
        assert said.out == "" and f"{there}, which is already there" in said.err
        assert "nothing is overwritten" in said.err and left_in(case.folder) == before
        (case.folder / there).rmdir()


def with_a_proof(case: Case) -> Path:
    """A half-year with an electronic proof."""
    case.params["period"] = HALF
    case.many("work_orders", 5)
    (case.folder / "evidence").mkdir()
    (case.folder / "evidence/a.txt").write_bytes(b"proof")
    case.tables["proofs"][0] |= {"medium": "electronic", "path": "a.txt", "sha256": SHA256}
    return case.write()


def test_a_blocked_audit_does_not_go_on(case: Case, capfd: Said) -> None:
    params = case.add("contracts", {"amount": "-1"}).write()
    before = left_in(case.folder)
    assert main(["next-year", str(params)]) == 3
    assert capfd.readouterr().out == "" and left_in(case.folder) == before


def test_a_workbook_with_chinese_titles_goes_on_as_a_folder(case: Case) -> None:
    case.add("register", STOCK | {"name": "张三, “丰”"}, STOCK | {"until": "2025-12-31"})
    case.params["period"] = HALF | {"end": "2025-12-31"} | {"kind": "annual"}
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in case.tables.items():
        table = BOOK.tables[name]
        sheet = book.create_sheet(table.title)
        sheet.append([column.title for column in table.columns.values()])
        for row in rows:
            cells = ((row.get(name), column.choices) for name, column in table.columns.items())
            sheet.append([choices.get(str(value), value) for value, choices in cells])
    file = case.folder / "东胜 2025 年度.xlsx"
    book.save(file)
    case.params["evidence"] = str(file)
    assert main(["-q", "next-year", str(case.write())]) == 0
    (row,) = rows_of(case.folder / "东胜 2026 年度/register.csv")
    assert (row["kind"], row["name"], row["since"]) == ("expert_pool", "张三, “丰”", "2025-03-01")
    result = assess_file(filled(case.folder / "case-2026.yaml"), analysis=False)
    assert result["checks"]["critical"] == 0 and result["evidence"]["register"]["rows"] == 1


def test_beside_a_workbook_a_proof_that_would_pass_for_a_table_is_refused(case: Case, capfd: Said) -> None:
    params = with_a_proof(case)
    (case.folder / "evidence/a.txt").rename(case.folder / "evidence/证明.csv")
    case.tables["proofs"][0]["path"] = "证明.csv"
    before = left_in(case.folder)
    assert main(["next-year", str(case.write())]) == 2
    assert "a folder of its own" in capfd.readouterr().err and left_in(case.folder) == before
    assert params.exists()


def test_a_databases_half_year_goes_on_in_files_with_its_proofs(case: Case) -> None:
    with_a_proof(case)
    (case.folder / "pyproject.toml").touch()
    (case.folder / "evidence").rename(case.folder / "proofs")
    with contextlib.closing(sqlite3.connect(case.folder / "e.db")) as base, base:
        for name, rows in case.tables.items():
            columns = list(BOOK.tables[name].columns)
            base.execute(f"CREATE TABLE {name} ({', '.join(map(repr, columns))})")
            marks = ", ".join("?" for _ in columns)
            values = ([row.get(column) for column in columns] for row in rows)
            base.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    case.params |= {"evidence": "sqlite:///e.db", "proofs_folder": "proofs"}
    params = case.write()
    shutil.rmtree(case.folder / "evidence")
    assert main(["-q", "next-year", str(params)]) == 0
    folder = case.folder / "evidence/case-annual"
    assert (folder / "a.txt").read_bytes() == b"proof" and len(rows_of(folder / "work_orders.csv")) == 5
    result = assess_file(filled(case.folder / "case-annual.yaml"), analysis=False)
    assert result["checks"]["critical"] == 0
    assert result["boards"]["base"]["indicators"]["B09"]["points"] == "0.40"


def test_hostile_text_goes_on_cell_for_cell_and_is_shown_as_text(case: Case) -> None:
    payloads = [one.replace("/", "") for one in PAYLOADS] + ['"', "a\rb", "a\nb", "a\r\nb", ",;\t'", "'=1"]
    case.add(
        "register",
        *(STOCK | {"entry_id": f"{one}{n}", "name": one} for n, one in enumerate(payloads)),
        proven=False,
    )
    case.params["subject"] = "<b>题</b>: {x} #1 'y' \"z\" \\ 倒\u202e😀"
    params, folder = next_of(case)
    before, after = (read_evidence(one, BOOK)["register"] for one in (case.folder / "evidence", folder))
    assert len(before.frame) == len(payloads) and [*before.records()] == [*after.records()]
    audit = open_audit(filled(params))
    assert audit.params.subject == open_audit(case.folder / "case.yaml").params.subject
    result = assess_file(audit.file, analysis=False)
    (one,) = (one for one in result["followups"] if one["check"] == "register.unproven")
    assert one["rows"].endswith(f" 等 {len(payloads)} 条") and one["again"] == len(payloads)
    html = str(findings(result_of(result))._repr_mimebundle_()["text/html"])
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_what_is_published_names_no_row_and_no_remark(case: Case, tmp_path: Path) -> None:
    one = {"finding_id": "1", "check": "x", "severity": "warning", "table": "attendance", "title": "题"}
    case.add("followups", one | {"remedy": "改", "state": "done", "rows": "A0001/张三", "note": "张三已说明"})
    folder, note = redacted(open_audit(case.write()), bytes(32), tmp_path / "public")
    result = document_of(assess_plainly(open_audit(case.folder / "case.yaml", folder, note))[1])
    (row,) = result["followups"]
    assert "张三" not in str(result) and row["state"] == "done" and row["rows"] and row["note"]


def test_names_and_periods() -> None:
    year, half = Period(kind="annual", start=date(2025, 1, 1), end=date(2025, 12, 31)), Period(**HALF)  # type: ignore[arg-type]
    for name, then in {
        "dongsheng-2025-annual": "dongsheng-2026-annual",
        "东胜2025年": "东胜2026年",
        "mine": "mine-2026",
        "12025": "12025-2026",
    }.items():
        assert named_on(name, year, following(year, "")) == then
    for name, then in {
        "dongsheng-2025-half-year": "dongsheng-2025-annual",
        "东胜2025半年评估": "东胜2025年度考核",
        "东胜2025": "东胜2025-annual",
    }.items():
        assert named_on(name, half, following(half, "")) == then
    for first, last, start, end in (
        (date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
        (date(2023, 3, 1), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28)),
        (date(2023, 3, 1), date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28)),
    ):
        later = following(Period(kind="annual", start=first, end=last), "")
        assert (later.start, later.end) == (start, end)
    with pytest.raises(InputError):
        following(Period(kind="half_year", start=date(2025, 1, 1), end=date(2026, 1, 1)), "x.yaml")


def test_the_samples_half_year_goes_on_into_its_year(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    name = "dongsheng-2025-half-year"
    shutil.copytree(ROOT / "evidence" / name, tmp_path / "evidence" / name)
    (tmp_path / "params").mkdir()
    shutil.copy(ROOT / f"params/{name}.yaml", tmp_path / "params")
    assert main(["-q", "next-year", str(tmp_path / f"params/{name}.yaml")]) == 0
    params = filled(tmp_path / "params/dongsheng-2025-annual.yaml")
    written, sample = (
        yaml.safe_load(one.read_text("utf-8")) for one in (params, ROOT / "params" / params.name)
    )
    assert {key: value for key, value in written.items() if key != "review"} == {
        key: value for key, value in sample.items() if key != "review"
    }
    result = assess_file(params, analysis=False)
    assert result["checks"]["critical"] == 0 and result["payment"]["paid"] == "703400.00"
    assert main(["-q", "next-year", str(params)]) == 0
    assert (tmp_path / "params/dongsheng-2026-annual.yaml").exists()


@pytest.mark.parametrize("change", [
    lambda table: table["columns"].pop("remedy"),
    lambda table: table["columns"]["state"]["choices"].pop("open"),
    lambda table: table["columns"]["severity"]["choices"].pop("critical"),
])  # fmt: skip
def test_lint_refuses_a_follow_up_list_that_lacks_something(tmp_path: Path, change: Any) -> None:
    problems = lint(changed(tmp_path, lambda data: change(data["tables"]["followups"])))
    assert problems and all("tables.followups" in str(problem) for problem in problems)
