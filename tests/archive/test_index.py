"""The shelf: `index` lists every run and package, says what fails, and tells what it cannot list."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from talentcalc.archive.index import entries_of
from talentcalc.archive.signing.sign import sign
from talentcalc.cli import main
from talentcalc.result.document import canonical
from tests.support.archive_packages import ALL, audited, keys, sealed, signer, stand_in

pytestmark = pytest.mark.slow

Told = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a run, its package signed by two, and its zip; it is the working folder."""
    run = stand_in(audited(tmp_path).write())
    keys(tmp_path / "own")
    pack = sealed(run)
    for _, name in ALL[:2]:
        sign(pack, signer(tmp_path / "own" / name), None, None)
    sealed(run, as_zip=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def page(home: Path) -> BeautifulSoup:
    """The page that `index` writes."""
    assert main(["-q", "index"]) == 0
    return BeautifulSoup((home / "outputs/index.html").read_bytes(), "html.parser")


def test_every_link_leads_to_a_file_and_the_signers_are_named(home: Path, capsys: Told) -> None:
    shown = page(home)
    links = [link["href"] for link in shown.select("a[href]") if not str(link["href"]).startswith("#")]
    assert len(links) >= 5 and all((home / "outputs" / str(link)).exists() for link in links)
    text = shown.get_text()
    assert (
        "示例中心" in text and "archive/2025/case.zip" in text and "未签署" in text
    )  # the zip is not signed
    assert [step for step in ("编制", "校核", "审定") if step in text] == ["编制", "校核"]
    assert capsys.readouterr().err == ""


def test_a_run_that_is_gone_is_listed_from_its_package(home: Path) -> None:
    shutil.rmtree(home / "outputs/2025/case")
    (entry,), left_out = entries_of(home / "outputs")
    assert (entry.folder, entry.files, left_out) == (None, [], [])
    assert [pack["path"] for pack in entry.packs] == ["archive/2025/case", "archive/2025/case.zip"]
    assert "示例中心" in page(home).get_text()


def test_a_damaged_package_is_shown_as_one_and_none_of_its_signatures(home: Path, capsys: Told) -> None:
    with (home / "outputs/archive/2025/case/data/run/report.pdf").open("ab") as file:
        file.write(b"x")
    (entry,), left_out = entries_of(home / "outputs")
    damaged, whole = entry.packs
    assert "report.pdf" in damaged["problem"] and damaged["signatures"] == [] and whole["problem"] is None
    assert left_out == [] and "核验未通过" in page(home).get_text()
    assert "编制" not in page(home).get_text() and capsys.readouterr().err == ""


def test_what_cannot_be_listed_is_told(home: Path, capsys: Told) -> None:
    (home / "outputs/archive/2025/other.zip").write_bytes(b"no zip")
    altered = home / "outputs/2025/altered/result.json"
    altered.parent.mkdir()
    altered.write_text(json.dumps({"schema": "talentcalc/result/1"}), "utf-8")
    page(home)
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[:3] for line in told] == [
        ["talentcalc", "not listed", "2025/altered"],
        ["talentcalc", "not listed", "archive/2025/other.zip"],
    ]


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b'{\n  "schema": "talentcalc/result/1"\n}\n', None,
])  # fmt: skip
def test_one_unreadable_result_never_stops_the_others(
    home: Path, content: bytes | None, capsys: Told
) -> None:
    for name in ("2025/broken", "archive/2025/broken"):
        (home / "outputs" / name).mkdir()
        if content is not None:
            (home / "outputs" / name / "result.json").write_bytes(content)
    shown = page(home)
    told = capsys.readouterr().err
    assert "not listed: 2025/broken" in told and "not listed: archive/2025/broken" in told
    assert (
        "示例中心" in shown.get_text()
        and "2025/broken" in shown.get_text()
        and "未能列出" in shown.get_text()
    )
    sha256 = hashlib.sha256((home / "outputs/2025/case/result.json").read_bytes()).hexdigest()
    assert main(["-q", "verify", "--hash", sha256]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "outputs/2025/case"
    for command in (["seal", "outputs/2025/broken"], ["diff", "outputs/2025/broken", "outputs/2025/case"]):
        assert main(command) in (2, 4) and "Error" not in capsys.readouterr().err
    assert main(["-q", "seal", "outputs/2025/case"]) == 0


def test_a_result_that_no_run_writes_is_left_out(home: Path, capsys: Told) -> None:
    run = home / "outputs/2025/odd/result.json"
    run.parent.mkdir()
    result = json.loads((home / "outputs/2025/case/result.json").read_bytes())
    run.write_bytes(canonical(result | {"audit": "odd", "payment": {"overpaid": "no number"}}))
    assert "示例中心" in page(home).get_text()
    assert "/2025/odd/result.json: found not as a run writes it" in capsys.readouterr().err


def test_a_result_of_another_run_is_said_to_be_one(home: Path) -> None:
    run = home / "outputs/2025/case/result.json"
    result = json.loads(run.read_bytes())
    stand_in(audited(home).many("work_orders", 9).write())
    assert json.loads(run.read_bytes()) != result
    (entry,), _ = entries_of(home / "outputs")
    assert [pack["seals_this_run"] for pack in entry.packs] == [False, False]
    assert "封存的不是现有的这次运行结果" in page(home).get_text()
