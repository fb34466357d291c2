"""What is published of an audit: the whole report once more, and nobody's name in any of it."""

import csv
import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
import yaml
from pypdf import PdfReader

from talentcalc.archive.finished_run import finished_run
from talentcalc.archive.seal import seal
from talentcalc.archive.verify import verify
from talentcalc.messages.catalogue import wording
from talentcalc.messages.message import Text
from talentcalc.params.audit import open_audit
from talentcalc.redaction.pseudonyms import fingerprint, pseudonym
from talentcalc.redaction.published_run import redacted_run
from talentcalc.redaction.same_points import same_points
from talentcalc.report.render.blocks import Notice
from talentcalc.report.sections.audit import scope
from talentcalc.result.model.result import AnyScorecard
from tests.conftest import ROOT
from tests.support.archive_packages import stand_in
from tests.support.documents import ResultJson, document_of, result_of
from tests.support.league_runs import LeagueReport
from tests.support.reading import Report, copied, only, squeezed

SECRET = bytes(range(32))


LETTER = (
    "致 {name}：联系电话 13800138000，身份证 11010519491231002X。"
    """With the number that the standard of these numbers has as its example (GB 11643)."""
)
DOCUMENT = "documents.csv"


class Published(NamedTuple):
    """A public package: its payload and report, who and what may not be told of, and what was warned of."""

    folder: Path
    report: Report
    persons: set[str]
    hashes: set[str]
    warnings: list[Text]
    before: ResultJson


def persons_of(params: Path) -> set[str]:
    """Every text of the personal columns."""
    audit = open_audit(params)
    tables = audit.rulebook.tables.items()
    columns = {name: [key for key, one in table.columns.items() if one.personal] for name, table in tables}
    return {
        row[key] for name in columns for row in rows_of(audit.evidence, name) for key in columns[name]
    } - {""}


def with_names_in_texts(folder: Path, params: Path) -> None:
    """A name in a comment of the params; in the scorecard's evidence also in a title, with numbers."""
    name = min(persons_of(params))
    params.write_text(f"# 联系人：{name}\n{params.read_text('utf-8')}", "utf-8")
    file = folder / f"evidence/{params.stem}/{DOCUMENT}"
    if file.exists():
        header, first, *rest = file.read_text("utf-8-sig").splitlines()
        cells = first.split(",")
        cells[header.split(",").index("title")] = LETTER.format(name=name)
        file.write_text("\n".join([header, ",".join(cells), *rest, ""]), "utf-8-sig")


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
    """The public package of each sample, of which the original run is a stand-in."""
    folder = copied(tmp_path_factory.mktemp("published"))
    params = folder / f"params/{request.param}.yaml"
    with_names_in_texts(folder, params)
    run, warnings = finished_run(stand_in(params)), list[Text]()
    with redacted_run(run, SECRET, lambda _: None, warnings.append, progress=False) as made:
        pack = seal(made, folder, False, lambda _: None).path
    kind = Report if isinstance(run.result, AnyScorecard) else LeagueReport
    hashes = {sha256 for sha256 in run.result.proof_files.values() if sha256}
    report = kind(pack / "data/run", 0, "")
    return Published(pack / "data", report, persons_of(params), hashes, warnings, document_of(run.result))


def test_nobody_is_told_of_in_anything_that_is_published(published: Published) -> None:
    texts = {str(file.relative_to(published.folder)): told_by(file) for file in published.folder.rglob("*.*")}
    of_the_audit = {
        name: text for name, text in texts.items() if not name.startswith(("rulebook/", "software/"))
    }
    assert {"run/report.pdf", "run/audit.ipynb", "redaction.json", "ro-crate-metadata.json"} <= set(texts)
    assert len(published.persons) > 500
    assert {
        name: told for name, text in of_the_audit.items() if (told := leaked(published.persons, text))
    } == {}
    assert not [name for name, text in texts.items() if any(sha256 in text for sha256 in published.hashes)]
    assert verify(published.folder.parent).problems == []


def test_params_are_published_as_values(published: Published) -> None:
    (file,) = (published.folder / "params").iterdir()
    text = file.read_text("utf-8")
    sample = yaml.safe_load((ROOT / f"params/{file.name}").read_text("utf-8"))
    assert sample.pop("ignore") == ["README.md"]  # nothing of it lies in the package
    assert "#" not in text and yaml.safe_load(text) == sample | {"evidence": "evidence"}
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert published.report.result["provenance"]["params_sha256"] == sha256


def test_texts_that_name_somebody_and_numbers_that_look_like_a_persons_are_told(published: Published) -> None:
    if published.report.result["audit"] == "quanzhou-2025":
        assert published.warnings == []
        return
    sample = rows_of(ROOT / "evidence/dongsheng-2025-annual", "documents")
    names = {row["name"] for row in rows_of(ROOT / "evidence/dongsheng-2025-annual", "register")}
    naming = sum(any(name in row["title"] for name in names) for row in sample[1:])
    assert naming > 35
    key = sample[0]["document_id"]
    assert [wording(warning, "en") for warning in published.warnings] == [
        f"documents.title: {naming + 1} texts name what a personal column holds; replaced",
        f"documents.title, row {key} (line 2): looks like an identity card's number",
        f"documents.title, row {key} (line 2): looks like a telephone number",
    ]


def test_points_ranks_and_money_are_those_of_the_original(published: Published) -> None:
    before, after = published.before, published.report.result
    assert same_points(result_of(before), result_of(after)) == ()
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
    before = published.before
    assert "redacted" not in before
    notices = [one for one in scope(result_of(before)).blocks if isinstance(one, Notice)]
    assert not any("公开版" in one.text for one in notices)


def test_the_pseudonyms_are_those_of_the_secret(published: Published) -> None:
    note = json.loads((published.folder / "redaction.json").read_text("utf-8"))
    known = {pseudonym(SECRET, one) for one in published.persons}
    table, (column, *_) = next(iter(note["columns"].items()))
    found = {row[column] for row in rows_of(published.folder / "evidence", table)}
    assert len(found) > 1 and found <= known | {""}
