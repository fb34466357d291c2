"""What cannot be read is a critical finding with its place, never passed over.

The contract, “Evidence tables”: a missing cell where none may be, a file without its columns and an
unreadable type are critical; unknown columns are noted. Every refusal names file, row, found and expected.
"""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.planning import plan
from talentcalc.checks.record import run_checks
from talentcalc.core.findings import Finding, Location
from talentcalc.evidence.read import read_evidence
from talentcalc.messages.catalogue import wording
from talentcalc.params.audit import open_audit
from tests.conftest import BOOK, Case
from tests.support.findings import found_text

NAMES = ["unit", "score", "comment"]
HEAD = "unit,score,comment\n"
Content = bytes | str | Callable[[], bytes]


def found(case: Case, files: dict[str, Content] | None = None) -> dict[str, Finding]:
    """What reading and checking found, these files beside the case's; the marks still owed aside."""
    audit = open_audit(case.write())
    for name, content in (files or {}).items():
        made = content() if callable(content) else content
        (audit.evidence / name).write_bytes(made.encode() if isinstance(made, str) else made)
    evidence = read_evidence(audit.evidence, audit.rulebook)
    record = run_checks(plan(audit, evidence), evidence, run_with_pandas)
    assert record.blocked == any(one.severity == "critical" for one in record.findings)
    findings = [one for one in record.findings if one.check != "judgements.all_marked"]
    assert len({one.check for one in findings}) == len(findings)
    return {one.check: one for one in findings}


def workbook(*rows: list[Any], title: str = "opinions") -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].title = title
    for row in rows:
        book.worksheets[0].append(row)
    book.save(content)
    return content.getvalue()


def torn(book: bytes) -> bytes:
    """A workbook whose sheet breaks off in its middle."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: -150 if name.startswith("xl/worksheets/") else None])
    return content.getvalue()


def parquet(unit: bytes = b"a") -> bytes:
    """A Parquet file whose one unit is these bytes, taken for UTF-8 unseen."""
    ends = pa.py_buffer(b"\0\0\0\0" + len(unit).to_bytes(4, "little"))
    units = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(unit)])
    content = io.BytesIO()
    pq.write_table(pa.table({"unit": units, "score": [1], "comment": ["x"]}), content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("table", "column", "typed"),
    [
        *(("documents", "issued_on", typed) for typed in ("2025-02-30", "03/01/2025", "2025.3", "45717")),
        *(("contracts", "amount", typed) for typed in ("1,00.00", "1.005", "1e3", "NaN", "一千", "12万")),
        *(("satisfaction", "score", typed) for typed in ("NaN", "inf", "85.5分", "0x10")),
        *(("activities", "declared_attendance", typed) for typed in ("1.5", "-", "1 000")),
        *(("attendance", "signed_at", typed) for typed in ("2025-03-01 25:00", "9:57", "2025-03-01T09:57Z")),
        *(("work_orders", "client_confirmed", typed) for typed in ("maybe", "2", "yes")),
        *(("milestones", "achieved", typed) for typed in ("完成", "-1")),
    ],
)
def test_a_cell_of_the_wrong_type_is_critical_and_never_repaired(
    case: Case, table: str, column: str, typed: str
) -> None:
    # The second row of the table, so line 3; its key is what the key columns of that row say.
    told: dict[str, list[dict[str, str]]] = {
        "attendance": [{"activity_id": "A0001", "person_id": f"P{n}"} for n in (1, 2)],
        "milestones": [{"item": "A13.1"}, {"item": "A13.2"}],
    }
    first, second = told.get(table, [{}, {}])
    case.add(table, first, {**second, column: typed})
    key = "/".join(case.tables[table][1][name] for name in BOOK.tables[table].key)
    findings = found(case)
    finding = findings[f"{table}.{column}.readable"]
    title = BOOK.tables[table].columns[column].title
    assert (finding.severity, finding.table, finding.file) == ("critical", table, f"{table}.csv")
    assert (finding.column, finding.column_title) == (column, title)
    assert finding.rows == (Location(key, 3, typed),)
    assert finding.expected and finding.remedy
    empty = findings.get(f"{table}.{column}.filled")
    assert not empty or 3 not in [place.line for place in empty.rows]  # unreadable is not empty


def wrong(check: str, files: dict[str, Content], *lines: tuple[int, str], file: str | None = None) -> Any:
    """A case: what is submitted, the finding, its file (the first, unless told) and the lines it names."""
    return pytest.param(check, files, file or next(iter(files)), list(lines), id=f"{check} {'+'.join(files)}")


@pytest.mark.parametrize(
    ("check", "files", "file", "lines"),
    [
        wrong("opinions.shape", {"opinions.csv": HEAD + "a,1,x\nb,2\n"}, (3, "2 格")),
        wrong("opinions.shape", {"opinions.csv": HEAD + "a,1,x,y\n"}, (2, "4 格")),
        wrong("opinions.shape", {"opinions.csv": HEAD + '\n"a\nb",1,x\n\n\nc,2\n'}, (7, "2 格")),
        wrong("opinions.readable", {"opinions.csv": HEAD + 'a,1,x\nb,2,"x\nc,3,x\n'}),
        wrong("opinions.readable", {"opinions.csv": HEAD + 'a,1,"x"y\n'}),
        wrong("opinions.readable", {"opinions.csv": b"\xff\xfe\x00unit"}),
        wrong("opinions.score.once", {"opinions.csv": "unit,score,score\na,1,1\n"}),
        wrong("opinions.score.once", {"opinions.csv": "unit,score,评分\na,1,1\n"}),
        wrong("opinions.columns.present", {"opinions.csv": "unit,comment\na,x\n"}),
        wrong("opinions.columns.present", {"opinions.csv": b""}),
        wrong("opinions.one_source", {"opinions.parquet": parquet, "opinions.csv": HEAD}),
        wrong("opinions.one_source", {"opinions.csv": HEAD, "e.xlsx": lambda: workbook(NAMES, ["a", 1])}),
        wrong(
            "opinions.one_source",
            {name: lambda: workbook(NAMES, ["a", 1]) for name in ("a.xlsx", "b.xlsx")},
            file="b.xlsx（opinions）",
        ),
        wrong(
            "opinions.shape",
            {"e.xlsx": lambda: workbook(NAMES, ["a", "=1+1", "x"], ["b", 1, "=A2"])},
            (2, "公式（B2）"),
            (3, "公式（C3）"),
            file="e.xlsx（opinions）",
        ),
        wrong(
            "opinions.shape",
            {"e.xlsx": lambda: workbook(NAMES, ["a", 1, "#N/A"])},
            (2, "错误值 #N/A（C2）"),
            file="e.xlsx（opinions）",
        ),
        wrong("evidence.readable", {"e.xlsx": b"PK\x03\x04 no workbook"}),
        wrong("evidence.readable", {"e.xlsx": lambda: workbook(NAMES)[:-99]}),
        wrong(
            "opinions.readable",
            {"e.xlsx": lambda: torn(workbook(NAMES, ["a", 1]))},
            file="e.xlsx（opinions）",
        ),
        wrong("opinions.readable", {"opinions.parquet": b"PAR1 none"}),
        wrong("opinions.readable", {"opinions.parquet": lambda: parquet()[:-9]}),
        wrong("opinions.readable", {"opinions.parquet": lambda: parquet(b"\xff")}),
    ],
)
def test_a_file_that_is_no_sound_table_is_critical(
    case: Case, check: str, files: dict[str, Content], file: str, lines: list[tuple[int, str]]
) -> None:
    finding = found(case, files)[check]
    assert (finding.severity, finding.file or "-") == ("critical", file)
    assert [(place.line, found_text(place)) for place in finding.rows] == lines
    assert finding.title and finding.remedy
    assert check.endswith(".readable") or finding.expected or "来源" in wording(finding.title, "zh")


def test_an_open_quote_is_named_by_the_line_that_opens_it(case: Case) -> None:
    # The reader runs to the end of the file; the reviewer has to be sent to line 3.
    finding = found(case, {"opinions.csv": HEAD + 'a,1,x\nb,2,"x\n' + "c,3,x\n" * 50})["opinions.readable"]
    assert "第 3 行" in wording(finding.title, "zh")


def test_lines_are_those_of_the_file(case: Case) -> None:
    # By hand: header 1; a on 2–3; blank 4; b on 5–7; c on 8. In the workbook, b on 4.
    text = HEAD + 'a,1,"x\ny"\n\nb,bad,"x\n\ny"\nc,worse,x\n'
    for typed in (text, text.replace("\n", "\r\n")):
        (finding,) = found(case, {"opinions.csv": typed}).values()
        assert finding.rows == (Location("b", 5, "bad"), Location("c", 8, "worse"))
    (case.folder / "evidence/opinions.csv").unlink()
    sheet = workbook(["成员单位", "评分", "意见"], ["a", 1], [], ["b", "bad"], title="成员单位意见")
    (finding,) = found(case, {"e.xlsx": sheet}).values()
    assert finding.rows == (Location("b", 4, "bad"),)


def test_unknown_things_are_noted_and_change_nothing(case: Case) -> None:
    text = "备注,unit,score,comment\n=1+1,a,1,x\n"
    findings = found(case, {"opinions.csv": text, "extra.pdf": "a\n1\n"})
    assert [one.severity for one in findings.values()] == ["info", "info"]
    assert "备注" in wording(findings["opinions.unknown_column"].title, "zh")
    assert "extra.pdf" in wording(findings["evidence.unnamed"].title, "zh")
    assert case.result()["status"] == "draft"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"opinions.csv": "unit,score,comment,\na,1,x,hidden\n"}, id="values without a header"),
        pytest.param({"Activities.CSV": "activity_id\nA1\n"}, id="a table's file by another case"),
    ],
)
def test_nothing_submitted_is_passed_over_in_silence(case: Case, files: dict[str, Content]) -> None:
    # The contract: “Unknown columns are kept and ignored, with a note”; so for what looks like a table.
    assert found(case, files) != {}


def test_a_folder_in_a_tables_place_is_critical(case: Case) -> None:
    case.write()
    (case.folder / "evidence/opinions.csv").mkdir()
    finding = found(case)["opinions.readable"]
    assert (finding.severity, finding.file) == ("critical", "opinions.csv")


def test_all_that_is_wrong_is_named_at_once(case: Case) -> None:
    # One flaw in each of five tables, two in one cell's table; none hides another.
    case.add("activities", {"held_on": "soon"}).add("contracts", {"amount": "much"}, {"amount": "-1"})
    case.add("milestones", {"item": "B09.1", "achieved": "perhaps"})
    torn_off: dict[str, Content] = {"opinions.csv": HEAD + "a,good\n", "inspections.parquet": b"none"}
    findings = found(case, torn_off | {"documents.csv": "document_id\nD1\n"})
    wanted = """activities.held_on.readable contracts.amount.readable contracts.amount.in_range
        milestones.item.known milestones.achieved.readable opinions.shape opinions.score.readable
        documents.columns.present inspections.readable"""
    assert {name for name, one in findings.items() if one.severity == "critical"} == set(wanted.split())


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A workbook of a few kilobytes, held to a hundred bytes as a bomb is to a gigabyte.
    monkeypatch.setattr("talentcalc.evidence.readers.workbooks.bounds.MOST_BYTES", 100)
    findings = found(case, {"e.xlsx": lambda: workbook(NAMES, ["a", 1])})
    assert "超过 100 字节" in wording(findings["evidence.readable"].title, "zh")
