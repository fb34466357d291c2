"""What is handed in is read, or the audit says so: every file and sheet, by whatever name and in any place.

The right figures: one work order that a verification rejects counts for nothing (B09.1, 0.00); were the
verification lost, it would be 0.40 / 5 = 0.08 points, as the rulebook's B09.1 has 0.08 each.
"""

import csv
import io
import os
import shutil
import unicodedata
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from talentcalc.cli import main
from talentcalc.core.errors import InputError, UnreadableEvidence
from talentcalc.evidence.evidence_file import NotRegularFile, open_regular
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.submitted_files import submission_of
from talentcalc.evidence.tables.table_names import nearest_title, nearest_title_for_path, table_named
from talentcalc.evidence.unrecognised_files import UNNAMED
from talentcalc.messages.catalogue import wording
from tests.conftest import BOOK, Case
from tests.support.documents import assess_file

pytestmark = pytest.mark.slow

TITLE = BOOK.tables["verifications"].title
HEADER = [*BOOK.tables["verifications"].columns]


@pytest.fixture
def rejected(case: Case) -> Case:
    """Five work orders, of which verifications reject all: in `verifications.csv`."""
    case.many("work_orders", 5)
    orders = [row["order_id"] for row in case.tables["work_orders"]]
    case.add("verifications", *({"table": "work_orders", "row_id": one} for one in orders))
    case.write()
    return case


def said(case: Case) -> dict[str, Any]:
    """The result of what lies there now, and its findings by check."""
    result = assess_file(case.folder / "case.yaml", analysis=False)
    return {"status": result["status"], "found": {one["check"]: one for one in result["findings"]}, **result}


def points(result: dict[str, Any]) -> str:
    return str(result["boards"]["base"]["indicators"]["B09"]["items"]["B09.1"]["points"])


def as_workbook(file: Path, sheets: dict[str, list[list[Any]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(file)


def rows_of(file: Path) -> list[list[Any]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [[cell or None for cell in row] for row in csv.reader(stream)]


READ = ["{}.csv", "{}.CSV", "{}.csv", "{}.xlsx", "{}.XLSX"]
UNREAD = [
    *("{}.tsv", "{}.txt", "{}.csv.gz", "{}.zip", "{}", "{}(1).csv", "{} - 副本.csv", "{}_2025.csv"),
    *("2025/{}.csv", "2025/{}.xlsx", "2025/a.csv", "{}/2025.csv", "{}.csv.bak", "核查.csv", "{}.json"),
]


@pytest.mark.parametrize(
    ("form", "name"),
    list(
        zip(
            READ,
            [TITLE, "verifications", " Verifications ", "ｖｅｒｉｆｉｃａｔｉｏｎｓ", TITLE],
            strict=True,
        )
    ),
)
def test_a_table_is_found_by_name_or_title_in_any_form(rejected: Case, form: str, name: str) -> None:
    file = rejected.folder / "evidence/verifications.csv"
    rows, to = rows_of(file), file.with_name(form.format(name))
    if to.suffix.lower() == ".xlsx":
        file.unlink()
        as_workbook(to, {"Sheet1": rows, "Sheet2": []})
    else:
        file.rename(to)
    result = said(rejected)
    assert (result["status"], points(result)) == ("draft", "0.00")
    assert ("verifications.sheet" in result["found"]) == (to.suffix.lower() == ".xlsx")


@pytest.mark.parametrize("form", UNREAD)
def test_what_could_be_a_table_and_is_not_read_blocks_and_names_itself(rejected: Case, form: str) -> None:
    file = rejected.folder / "evidence/verifications.csv"
    to = file.parent / form.format("verifications")
    to.parent.mkdir(exist_ok=True)
    file.rename(to)
    result = said(rejected)
    assert result["status"] == "blocked"
    inside = to.relative_to(file.parent).as_posix()
    (finding,) = (one for one in result["findings"] if one["severity"] == "critical")
    assert finding["file"] == inside and inside in finding["title"]
    assert [one["row"] for one in finding["rows"]] == [inside]
    assert f"是否指 {TITLE}？" in finding["title"] or form == "2025/a.csv"


def test_a_second_copy_and_a_sheet_by_another_name_block(rejected: Case) -> None:
    folder = rejected.folder / "evidence"
    rows = rows_of(folder / "verifications.csv")
    as_workbook(folder / "all.xlsx", {TITLE: rows})
    assert "verifications.one_source" in said(rejected)["found"]
    as_workbook(folder / "all.xlsx", {"补充": rows})  # found by its headers
    finding = said(rejected)["found"]["verifications.not_read"]
    assert finding["file"] == "all.xlsx（补充）" and f"是否指 {TITLE}？" in finding["title"]
    as_workbook(folder / "all.xlsx", {"Sheet1": [["备忘", "二"]], "说明": [["甲", "乙"]]})
    found = said(rejected)["found"]
    assert found["evidence.not_read"]["file"] == "all.xlsx（Sheet1）"  # two filled cells could be a row
    assert [one["row"] for one in found[UNNAMED]["rows"]] == ["all.xlsx（说明）"]
    as_workbook(folder / "all.xlsx", {"Sheet1": [["备忘"]], "Sheet2": []})
    assert (said(rejected)["status"], points(said(rejected))) == ("draft", "0.00")
    as_workbook(folder / "all.xlsx", {TITLE: rows[:1]})  # an unused sheet of the template gives way
    assert points(said(rejected)) == "0.00"


@pytest.mark.parametrize("lines", [["备注：核查不通过"], ["填报单位：某中心", *HEADER]])
def test_a_sheet_with_anything_but_a_header_gives_way_to_no_other_source(
    rejected: Case, lines: list[Any]
) -> None:
    sheet = [HEADER, lines] if lines[0].startswith("备注") else [lines[:1], HEADER]
    as_workbook(rejected.folder / "evidence/核查.xlsx", {TITLE: sheet})
    result = said(rejected)
    assert result["status"] == "blocked" and "verifications.one_source" in result["found"]


def test_a_drop_down_that_offers_a_hidden_table_hides_it_from_nobody(rejected: Case) -> None:
    """One validation over all cells makes any sheet one of lists; only a sheet without a header is one."""
    folder = rejected.folder / "evidence"
    rows = rows_of(folder / "verifications.csv")
    (folder / "verifications.csv").unlink()

    def hidden(title: str, rows: list[list[Any]]) -> dict[str, Any]:
        as_workbook(folder / "all.xlsx", {"Sheet": [], title: rows})
        book = openpyxl.load_workbook(folder / "all.xlsx")
        book[title].sheet_state = "hidden"
        offered = DataValidation("list", formula1=f"='{title}'!$A$1:$H$100", sqref="B2:B9")
        book["Sheet"].add_data_validation(offered)
        book.save(folder / "all.xlsx")
        return said(rejected)

    read = hidden(TITLE, rows)
    assert points(read) == "0.00" and read["found"]["verifications.hidden_sheet"]["severity"] == "warning"
    near = hidden(f"{TITLE}意见", rows)
    assert near["found"]["verifications.not_read"]["file"] == f"all.xlsx（{TITLE}意见）"
    lists = hidden("列表", [["通过", "甲"], ["不通过", "乙"]])
    assert not any("all.xlsx" in str(one) for one in lists["findings"])


def test_what_the_params_leave_out_is_not_read_and_stands_in_the_result(rejected: Case) -> None:
    folder = rejected.folder / "evidence"
    (folder / "草稿").mkdir()
    shutil.copy(folder / "verifications.csv", folder / "草稿/独立核查.csv")
    as_workbook(folder / "all.xlsx", {"笔记": [["甲", "乙"]], "随记": [["甲", "乙"]]})
    assert said(rejected)["status"] == "blocked"
    rejected.params["ignore"] = ["草稿/*", "all.xlsx/笔记", "all.xlsx（随记）"]
    rejected.write()
    result = said(rejected)
    assert (result["status"], points(result)) == ("draft", "0.00")
    assert result["ignored"] == rejected.params["ignore"]
    rejected.params["ignore"] = ["草稿\\*"]
    with pytest.raises(InputError, match="草稿/"):
        assess_file(rejected.write())


def test_names_of_the_system_and_of_locks_are_no_submission(rejected: Case) -> None:
    folder = rejected.folder / "evidence"
    for name in ("._verifications.xlsx", ".~verifications.xlsx", "~$all.xlsx", ".DS_Store", ".git/x.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\0" * 9)
    assert said(rejected)["found"].keys() == {"judgements.all_marked"}


def test_a_folder_without_a_table_is_refused(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    params, folder = case.write(), case.folder / "evidence"
    (folder / "satisfaction.csv").unlink()
    (folder / "a.pdf").write_bytes(b"x")
    (folder / "2025").mkdir()
    (folder / "2025/opinions.csv").write_text("unit\n")
    for command in ("score", "run"):
        assert main(["-q", command, str(params)]) == 2
        assert "2025/opinions.csv (is 成员单位意见 meant?)" in capsys.readouterr().err
    case.params["evidence"] = "/etc"
    assert main(["-q", "score", str(case.write())]) == 2
    assert "no table in '/etc'" in capsys.readouterr().err


def test_a_tree_of_too_many_files_is_refused(rejected: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talentcalc.evidence.submitted_files.MOST", 2)
    with pytest.raises(InputError, match="more than 2 files"):
        said(rejected)


def _chain(path: Path, out: Path) -> None:
    path.with_name(".hop").symlink_to(out)
    path.symlink_to(".hop")


ODD: dict[str, Callable[[Path, Path], Any]] = {
    "a link out": lambda path, out: path.symlink_to(out),
    "a chain of links out": lambda path, out: _chain(path, out),
    "a link to nothing": lambda path, _: path.symlink_to("nowhere"),
    "a link to itself": lambda path, _: path.symlink_to(path.name),
    "a device": lambda path, _: path.symlink_to("/dev/zero"),
    "a pipe": lambda path, _: os.mkfifo(path),
    "a folder elsewhere": lambda path, out: path.symlink_to(out.parent),
}


@pytest.mark.parametrize(
    ("odd", "name"),
    list(zip(ODD, cycle(["notes.csv", "opinions.csv", "独立核查.xlsx", "佐证/a.pdf", "x"]), strict=False)),
)
def test_only_plain_files_of_the_folder_are_opened(rejected: Case, odd: str, name: str) -> None:
    path, out = rejected.folder / "evidence" / name, rejected.folder / "keys" / "agency.key"
    out.parent.mkdir()
    out.write_text("SECRET,KEY\n1,2\n")
    path.parent.mkdir(exist_ok=True)
    ODD[odd](path, out)
    result = said(rejected)
    assert result["status"] == "blocked" and "SECRET" not in str(result)
    critical = [one for one in result["findings"] if one["severity"] == "critical"]
    assert any(name in (one.get("file"), *(row["row"] for row in one["rows"])) for one in critical)
    with pytest.raises(NotRegularFile):
        open_regular(path, rejected.folder / "evidence")


def test_links_inside_the_folder_are_followed_and_what_is_swapped_is_not(tmp_path: Path) -> None:
    folder, out = tmp_path / "evidence", tmp_path / "secret"
    (folder / "a").mkdir(parents=True)
    (folder / "a/x.csv").write_text("inside")
    out.write_text("secret")
    (folder / "y.csv").symlink_to("a/x.csv")
    (folder / "b").symlink_to("a")
    assert submission_of(folder).files == ("a/x.csv", "y.csv")
    with open_regular(folder / "y.csv", folder) as stream:
        assert stream.read() == b"inside"
    opened = os.open

    def swapping(_path: str, flags: int) -> int:
        (folder / "a/x.csv").unlink(missing_ok=True)
        (folder / "a/x.csv").symlink_to(out)
        return opened(out, flags)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(NotRegularFile):
        patch.setattr(os, "open", swapping)
        open_regular(folder / "y.csv", folder)


def test_a_proof_is_found_by_the_one_name_that_is_the_same_in_nfc(tmp_path: Path) -> None:
    name = "Zoé ガ"
    (tmp_path / unicodedata.normalize("NFD", name)).mkdir()
    file = tmp_path / unicodedata.normalize("NFD", name) / unicodedata.normalize("NFD", f"{name}.pdf")
    file.write_bytes(b"x")
    files = ProofFiles(tmp_path)
    for path in (f"{name}/{name}.pdf", f"{name}\\{name}.pdf", f"./{name}//{name}.pdf"):
        assert files.real_path(path) == os.path.realpath(file), path
    assert not files.exists(f"{name}/{name}.PDF".upper())  # case is not Unicode form
    file.with_name("Zoé ガ.pdf").write_bytes(b"y")  # é and ガ: one of the four ways to write them
    alike = ProofFiles(tmp_path).locate(f"{name}/{name}.pdf")
    assert alike.path is not None or "2 个名称" in wording(alike.problem or "", "zh")


def test_two_files_of_one_name_and_an_unreadable_one_block_their_rows(
    rejected: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = rejected.folder / "evidence"
    electronic = {"medium": "electronic", "path": "ệ.pdf"}  # U+1EC7; by hand two other ways to write it
    rejected.tables["proofs"][0] |= electronic
    for way in ("e\u0323\u0302.pdf", "\u1eb9\u0302.pdf"):
        (folder / way).write_bytes(b"x")
    rejected.write()
    found = said(rejected)["found"]
    finding = found["proofs.path.file_readable"]
    assert [one["row"] for one in finding["rows"]] == ["P0001"]
    assert "\\u0323\\u0302" in finding["rows"][0]["found"] and "\\u1eb9" in finding["rows"][0]["found"]
    assert "proofs.file_there" not in found  # one cause, one finding
    (folder / "\u1eb9\u0302.pdf").unlink()
    assert said(rejected)["status"] == "draft"

    def denied(*_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("talentcalc.evidence.proofs.open_regular", denied)
    result = said(rejected)
    assert [one["check"] for one in result["findings"] if one["severity"] == "critical"] == [
        "proofs.path.file_readable"
    ]


def test_a_folder_that_may_not_be_opened_is_one_refusal(
    rejected: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def denied(path: Any) -> Any:
        if Path(path) == rejected.folder / "evidence":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(UnreadableEvidence, match="Permission denied") as refused:
        said(rejected)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        ("交流会（第一期）", "交流会(第一期)", True),
        ("《指南》 一", "“指南”一", True),
        ("ＡＢＣ 论坛", "abc论坛", True),
        ("A—B", "A-B", True),
        ("交流会（第一期）", "交流会（第二期）", False),
        ("第1-11号", "第11-1号", False),
    ],
)
def test_near_duplicates_are_a_warning_with_both_rows(
    case: Case, first: str, second: str, near: bool
) -> None:
    case.add("documents", {"title": "其他"}, {"title": first}, {"title": second})
    case.add("register", {"name": first}, {"name": second}, {"name": second})
    case.write()
    found = said(case)["found"]
    rows = {table: [f"{table[0].upper()}000{n}" for n in numbers] for table, numbers in NEAR.items()}
    for table, keys in rows.items():
        one = found.get(f"{table}.alike")
        assert (one is not None) == near
        if one is not None:
            assert one["severity"] == "warning" and [row["row"] for row in one["rows"]] == keys


NEAR = {"documents": (2, 3), "register": (1, 2, 3)}


def test_a_tables_name_is_meant_by_what_is_like_it() -> None:
    assert table_named(f" {TITLE}", BOOK) == table_named("VERIFICATIONS", BOOK) == "verifications"
    assert table_named("核查", BOOK) is None
    for text in (
        "核查",
        "独立核查(1)",
        "verifications - 副本",
        "verification",
        "verificatons",
        "2025独立核查表",
    ):
        assert nearest_title(text, BOOK) == TITLE, text
    assert nearest_title("abc", BOOK) is None
    assert nearest_title_for_path("独立核查/一月.csv", BOOK) == TITLE


PLACES = st.sampled_from(["", "2025/", "佐证/", ".git/", "草稿/"])
NAMES = st.sampled_from(["verifications", TITLE, "独立核查(1)", "核查", "a", "说明", "~$x", ".y", "opinions"])
SUFFIXES = st.sampled_from([".csv", ".CSV", ".tsv", ".txt", ".xls", ".xlsx", ".pdf", "", ".csv.gz", ".md"])
LAYOUTS = st.lists(st.tuples(PLACES, NAMES, SUFFIXES).map("".join), max_size=5, unique=True)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=LAYOUTS, named=st.lists(st.integers(0, 4), max_size=2))
def test_every_file_is_a_table_a_proof_left_out_or_told(
    tmp_path_factory: pytest.TempPathFactory, layout: list[str], named: list[int]
) -> None:
    # Whatever a folder looks like: what could have held the verifications never vanishes without a word.
    case = Case(tmp_path_factory.mktemp("layout"), params={"ignore": ["草稿/*"]})
    case.many("work_orders", 5)
    proofs = [layout[n] for n in named if n < len(layout)]
    for path in proofs:
        row = {"table": "work_orders", "row_id": "W0001", "medium": "electronic", "path": path}
        case.add("proofs", row)
    folder = case.write().parent / "evidence"
    content = io.BytesIO(b"table,row_id,outcome,reason,reviewer,checked_on\n")
    for path in layout:
        (folder / path).parent.mkdir(exist_ok=True)
        if not (folder / path).exists():
            (folder / path).write_bytes(content.getvalue() + b"work_orders,W0001,rejected,x,R1,2026-01-05\n")
    result = said(case)
    files = {one["file"] for one in result["evidence"].values() if "file" in one}
    told = {row["row"] for one in result["findings"] for row in one["rows"]}
    told |= {one["file"] for one in result["findings"] if "file" in one}
    told |= {name for one in result["findings"] if one["check"].endswith("one_source") for name in layout}
    for path in layout:
        parts = path.split("/")
        hidden = any(part.startswith((".", "~$")) for part in parts) or parts[0] == "草稿"
        assert hidden or path in files | told or path in result["proofs"]["files"], path
        if path.endswith((".csv", ".CSV", ".tsv", ".txt", ".xls", ".csv.gz")) and not hidden:
            lost = path not in files and path not in proofs
            assert result["status"] == "blocked" or not lost, path
