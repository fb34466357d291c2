"""What is published of an audit: the whole report once more, and nobody's name in any of it."""

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from talentcalc.assess import assess_file
from talentcalc.params import open_audit
from talentcalc.publication.pseudonyms import fingerprint, pseudonym
from talentcalc.publication.redact import redact
from talentcalc.publication.same_points import same_points
from talentcalc.report.blocks import Notice
from talentcalc.report.sections import scope
from talentcalc.result.document import Result
from talentcalc.rulebook.check import NamesOwnRow, RowThere
from talentcalc.run import run_audit

from .conftest import ROOT
from .league_runs import LeagueReport
from .reading import Report, copied, only, squeezed

SECRET = bytes(range(32))


class Published(NamedTuple):
    """A redacted audit run in full: what was written, its report, and who may not be told of."""

    folder: Path
    report: Report
    persons: set[str]


def persons_of(params: Path) -> set[str]:
    """Every text of the personal columns but those that stand elsewhere too, as a project's name may."""
    audit = open_audit(params)
    naming = {
        (check.table, check.column)
        for check in audit.rulebook.checks
        if isinstance(check, RowThere | NamesOwnRow)
    }
    persons, others = set[str](), [params.read_text("utf-8")]
    for name, table in audit.rulebook.tables.items():
        for row in rows_of(audit.evidence, name):
            for key, column in table.columns.items():
                if column.personal:
                    persons.add(row[key])
                elif (name, key) not in naming:
                    others.append(row[key])
    return persons - {""} - set(leaked(persons, "\n".join(others)))


def rows_of(evidence: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table, read with the csv module or pyarrow alone."""
    file = evidence / f"{table}.csv"
    if file.exists():
        return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    file = file.with_suffix(".parquet")
    rows = pq.read_table(file).to_pylist() if file.exists() else []
    return [{key: "" if one is None else str(one) for key, one in row.items()} for row in rows]


def told_by(file: Path) -> str:
    """What a published file says."""
    if file.suffix == ".pdf":
        return "".join(squeezed(one.extract_text()) for one in PdfReader(file).pages)
    if file.suffix == ".parquet":
        return "\n".join("\n".join(row.values()) for row in rows_of(file.parent, file.stem))
    if file.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(file) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist())
    return file.read_text("utf-8-sig")


def leaked(persons: set[str], text: str) -> list[str]:
    """Which of the persons stand in a text: a plain word only as a whole one."""
    words = set(re.findall(r"\w+", text, re.ASCII))
    plain = {one for one in persons if re.fullmatch(r"\w+", one, re.ASCII)}
    return sorted(plain & words) + [one for one in sorted(persons - plain) if one and one in text]


@pytest.fixture(scope="module", params=["dongsheng-2025-annual", "quanzhou-2025"])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Each sample, redacted and run."""
    folder = copied(tmp_path_factory.mktemp("published"))
    params = folder / f"params/{request.param}.yaml"
    persons = persons_of(params)
    evidence, note = redact(open_audit(params), SECRET, folder / "redacted")
    run = run_audit(open_audit(params, evidence=evidence, redaction=note), lambda _: None, False)
    kind = Report if "period" in run.result else LeagueReport
    return Published(folder / "redacted", kind(run.folder, 0, ""), persons)


def original(published: Published) -> Result:
    """The result of the audit that was redacted, by the plain checks."""
    return assess_file(ROOT / f"params/{published.report.result['audit']}.yaml")


def test_nobody_is_told_of_in_anything_that_is_published(published: Published) -> None:
    files = [*published.folder.rglob("*.*"), *published.report.folder.iterdir()]
    texts = {file.name: told_by(file) for file in files}
    assert {"report.html", "report.pdf", "audit.ipynb", "result.json", "redaction.json"} <= set(texts)
    assert len(published.persons) > 500
    assert {name: told for name, text in texts.items() if (told := leaked(published.persons, text))} == {}
    sample = ROOT / f"evidence/{published.report.result['audit']}"
    seen = "\n".join(told_by(file) for file in sample.iterdir() if file.suffix in (".csv", ".parquet"))
    assert set(leaked(published.persons, seen)) == published.persons


def test_points_ranks_and_money_are_those_of_the_original(published: Published) -> None:
    before, after = original(published), published.report.result
    assert same_points(before, after) == ()
    for part in ("boards", "payment", "homes", "ranked", "months"):
        assert (part in before) == (part in after)
    assert before["status"] == after["status"] == "final"


def test_the_report_says_on_every_page_that_it_is_the_public_one(published: Published) -> None:
    report = published.report
    assert len(report.bodies) == len(report.pages)  # and each has its head and foot
    assert all("定稿公开版" in page for page in report.pages)
    assert report.page.title is not None and report.page.title.text.endswith(" · 公开版")
    for part in ("header", "footer"):
        assert "定稿·公开版" in squeezed(only(report.page, f"body > {part}").text)


def test_the_report_names_what_is_replaced_and_withheld(published: Published) -> None:
    result = published.report.result
    assert result["redacted"]["key"] == fingerprint(SECRET)
    notice = {
        "dongsheng-2025-annual": "公开版：活动签到的人员编号；服务工单的服务对象；成果名册的对象编号、名称、"
        "证书编号；技术服务合同的委托方；佐证材料的文件路径；服务对象满意度的答卷编号已用代号替换，"
        "同一人始终为同一代号。电子佐证文件未公开，仅列摘要。",
        "quanzhou-2025": "公开版：高层次人才名册的人才编号；打卡记录的人才编号、设备编号；"
        "工作人员的人员编号；积分兑换的人才编号已用代号替换，同一人始终为同一代号。",
    }[result["audit"]]
    assert notice in published.report.html
    assert published.report.prints(notice)


def test_an_ordinary_report_says_nothing_of_it(published: Published) -> None:
    before = original(published)
    assert "redacted" not in before
    notices = [one for one in scope(before).blocks if isinstance(one, Notice)]
    assert not any("公开版" in one.text for one in notices)


def test_the_pseudonyms_are_those_of_the_secret(published: Published) -> None:
    note = json.loads((published.folder / "redaction.json").read_text("utf-8"))
    known = {pseudonym(SECRET, one) for one in published.persons}
    table, (column, *_) = next(iter(note["columns"].items()))
    found = {row[column] for row in rows_of(published.folder / "evidence", table)}
    assert len(found) > 1 and found <= known | {""}
