"""Sealing: a package holds just what the run was made from, the same bytes everywhere, or is not made.

The forms are those of RFC 8493 (BagIt 1.0), RO-Crate 1.1 and Process Run Crate 0.5, each judged by a
program of others: `bagit` and `rocrate_validator`.
"""

import hashlib
import json
import os
import platform
import shutil
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bagit
import pytest
import responses
import rocrate
from rocrate_validator import models, services  # type: ignore[import-untyped]

from talentcalc.archive.signing.sign import sign
from talentcalc.cli import main
from tests.conftest import ROOT, Command
from tests.support.archive_packages import (
    PROOFS,
    audited,
    copied,
    files,
    keys,
    sealed,
    signer,
    stamps,
    stand_in,
)
from tests.support.hostile import AGENCY, SUBJECT
from tests.unit.test_evidence_forms import FORMS

pytestmark = pytest.mark.slow

NAMED = {"proofs/纪要 100% #1!.txt": b"1\n", "proofs/../proofs/a&b.txt": b"2\n", "甲/x'[1]~.txt": b"3\n"}
_RUN = {"result.json", "report.html", "report.pdf", "audit.ipynb", "checks.json", "scorecard.xlsx"}
_RUN |= {f"{name}.{form}" for name in ("feedback", "payment-note") for form in ("pdf", "docx")}
_RUN |= {"paper-proofs.pdf"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a finished run and its package, of proofs with names of all kinds."""
    folder = tmp_path_factory.mktemp("seal") / "repository"
    sealed(stand_in(audited(folder, NAMED).write()))
    return folder


@pytest.fixture
def home(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same repository without the package, to break; it is the working folder."""
    home = shutil.copytree(repository, tmp_path / "home")
    shutil.rmtree(home / "outputs/archive")
    monkeypatch.chdir(home)
    return home


def crate_of(pack: Path) -> dict[str, dict[str, Any]]:
    """The entities of a package's RO-Crate by their ids."""
    graph = json.loads((pack / "data/ro-crate-metadata.json").read_bytes())["@graph"]
    return {one["@id"]: one for one in graph}


@pytest.mark.parametrize("form", ["CSV", "Parquet, date32", "workbook, Chinese"])
def test_a_package_holds_just_what_the_run_was_made_from(tmp_path: Path, form: str) -> None:
    case = audited(tmp_path)
    if form != "CSV":
        shutil.copytree(tmp_path / "evidence/proofs", tmp_path / "submitted/proofs")
        made = FORMS[form](case, tmp_path / "submitted").relative_to(tmp_path)
        case.params["evidence"] = made.as_posix()
    params = case.write()
    run = stand_in(params)
    held = files(sealed(run) / "data")
    book = ROOT / "talentcalc/rulebooks/dongsheng-2025"
    evidence = files(tmp_path / ("evidence" if form == "CSV" else "submitted"))
    assert set(files(run)) == _RUN
    assert set(evidence) > set(PROOFS) and len(evidence) == {"w": 3}.get(form[0], 5)
    expected = {f"run/{name}": content for name, content in files(run).items()}
    expected |= {f"evidence/{path}": content for path, content in evidence.items()}
    expected |= {
        f"rulebook/{name}": (book / name).read_bytes() for name in ("rulebook.yaml", "regulation.txt")
    }
    expected |= {"params/case.yaml": params.read_bytes(), "software/uv.lock": (ROOT / "uv.lock").read_bytes()}
    notebook = "scorecard_audit.ipynb"
    expected |= {f"notebook/{notebook}": (ROOT / "notebooks" / notebook).read_bytes()}
    assert set(held) - set(expected) == {"ro-crate-metadata.json", "software/versions.json"}
    assert [path for path in expected if held[path] != expected[path]] == []


def test_the_versions_are_those_that_are_installed(repository: Path) -> None:
    said = json.loads((repository / "outputs/archive/2025/case/data/software/versions.json").read_bytes())
    locked = {one["name"] for one in tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]}
    assert said["python"] == platform.python_version()
    assert {"pandas", "duckdb", "typst", "bagit"} <= set(said["packages"]) <= locked
    assert said["packages"] == {name: version(name) for name in said["packages"]}


def test_bagit_itself_finds_folder_and_zip_valid(home: Path, tmp_path: Path) -> None:
    run = home / "outputs/2025/case"
    folder, archive = sealed(run), sealed(run, as_zip=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "unzipped")
        assert {one.compress_type for one in opened.infolist()} == {zipfile.ZIP_STORED}
    assert files(tmp_path / "unzipped/case") == files(folder)
    for bag in (folder, tmp_path / "unzipped/case"):
        assert bagit.Bag(str(bag)).validate()
    declared = (folder / "bagit.txt").read_text("utf-8")
    assert declared == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"  # RFC 8493, section 2.1.1
    (folder / "data/evidence/proofs/a&b.txt").write_bytes(b"3\n")
    with pytest.raises(bagit.BagValidationError, match="a&b"):
        bagit.Bag(str(folder)).validate()


def test_texts_on_several_lines_are_one_in_the_bags_description(tmp_path: Path) -> None:
    case = audited(tmp_path, {})
    case.params["subject"] = f"{SUBJECT}\u2028行\x85Payload-Oxum: 1.1\nBag-Size: 0"
    case.params["review"] = {"agency": f"{AGENCY}\n\tx", "reviewers": ["R1"], "dated": "2026-01-15"}
    info = bagit.Bag(str(sealed(stand_in(case.write())))).info
    assert "Bag-Size" not in info and isinstance(info["Payload-Oxum"], str)
    assert info["Source-Organization"].endswith("x") and "Payload-Oxum: 1.1" in info["External-Description"]


def test_the_crate_has_every_files_hash_and_size(repository: Path) -> None:
    pack = repository / "outputs/archive/2025/case"
    held = files(pack / "data")
    del held["ro-crate-metadata.json"]
    described = {unquote(name): one for name, one in crate_of(pack).items() if "File" in one["@type"]}
    assert set(described) == set(held) and "evidence/proofs/纪要 100% #1!.txt" in held
    for path, content in held.items():
        said = (described[path]["sha256"], described[path]["contentSize"])
        assert said == (hashlib.sha256(content).hexdigest(), str(len(content)))


def test_the_crate_says_which_software_made_what_of_what(repository: Path) -> None:
    entities = crate_of(repository / "outputs/archive/2025/case")
    action = entities["#run"]
    assert action["@type"] == "CreateAction" and action["endTime"] == "2026-01-15"
    software = entities[action["instrument"]["@id"]]
    assert (software["name"], software["softwareVersion"]) == ("talentcalc", version("talentcalc"))
    parts = software["hasPart"] if isinstance(software["hasPart"], list) else [software["hasPart"]]
    assert [one["@id"] for one in parts] == ["notebook/scorecard_audit.ipynb"]
    paths = {name for name, one in entities.items() if "File" in one["@type"]}
    inputs = ("params/", "evidence/", "rulebook/", "notebook/")
    assert {one["@id"] for one in action["object"]} == {one for one in paths if one.startswith(inputs)}
    assert {one["@id"] for one in action["result"]} == {f"run/{name}" for name in _RUN}
    assert entities["./"]["datePublished"] == "2026-01-15"  # the day of the review, not of the sealing


@responses.activate
def issues(data: Path) -> list[str]:
    """What roc-validator finds required and missing; the RO-Crate context comes from the library's copy."""
    context = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()
    address = "https://w3id.org/ro/crate/1.1/context"
    responses.add(responses.GET, address, body=context, content_type="application/ld+json")
    asked = services.ValidationSettings(
        rocrate_uri=str(data),
        profile_identifier="process-run-crate-0.5",
        requirement_severity=models.Severity.REQUIRED,
    )
    found = services.validate(asked)
    told = [str(one.message) for one in found.get_issues()]
    assert found.passed() == (not told)
    return told


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_roc_validator_finds_a_process_run_crate_and_what_is_taken_out_of_one(
    repository: Path, tmp_path: Path
) -> None:
    pack = copied(repository / "outputs/archive/2025/case", tmp_path)
    assert issues(pack / "data") == []
    metadata = json.loads((pack / "data/ro-crate-metadata.json").read_bytes())
    entities = {one["@id"]: one for one in metadata["@graph"]}
    for name, said in (("#run", "instrument"), ("./", "conformsTo"), ("./", "datePublished")):
        del entities[name][said]
    (pack / "data/ro-crate-metadata.json").write_text(json.dumps(metadata), "utf-8")
    (pack / "data/evidence/proofs/纪要 100% #1!.txt").unlink()
    told = issues(pack / "data")
    for words in (
        "instrument",
        "versioned permalink of the profile",
        "datePublished",
        "as part of its payload",
    ):
        assert sum(words in one for one in told) == 1, (words, told)
    assert len(told) == 4


def test_the_same_run_gives_the_same_bytes_everywhere(
    repository: Path, tmp_path: Path, talentcalc: Command
) -> None:
    far = shutil.copytree(repository, tmp_path / "远方 {2025}" / "x")  # copytree keeps times: set others
    shutil.rmtree(far / "outputs/archive")
    for one in [*far.rglob("*")]:
        os.utime(one, (1, 1))
    run = far / "outputs/2025/case"
    east = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}
    west = {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}
    folder = talentcalc("seal", os.path.relpath(run, tmp_path), cwd=tmp_path, **east)
    archive = talentcalc("-q", "seal", run, "--zip", cwd=far, **west)
    assert (folder.returncode, archive.returncode) == (0, 0), folder.stderr + archive.stderr
    assert archive.stdout == "outputs/archive/2025/case.zip\n" and archive.stderr == ""
    assert [folder.stderr.find(f"{n}/3 ") >= 0 for n in (1, 2, 3)] == [True] * 3
    here, there = repository / "outputs/archive/2025/case", far / "outputs/archive/2025"
    assert files(there / "case") == files(here)
    assert (there / "case.zip").read_bytes() == sealed(repository / "outputs/2025/case", True).read_bytes()
    (repository / "outputs/archive/2025/case.zip").unlink()


@pytest.mark.parametrize("as_zip", [[], ["--zip"]])
def test_sealing_again_writes_nothing_and_leaves_the_signatures(
    home: Path, as_zip: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["seal", "outputs/2025/case", *as_zip]) == 0
    pack = home / capsys.readouterr().out.strip()
    sign(pack, signer(keys(home.parent / "keys")["甲"]), None, None)
    before = stamps(home / "outputs")
    assert main(["seal", "outputs/2025/case", *as_zip]) == 0
    assert "the same package was there already; nothing was written" in capsys.readouterr().err
    assert stamps(home / "outputs") == before


def test_sealing_with_a_key_also_signs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = ["--key", str(keys(home.parent / "keys")["甲"])]
    assert main(["seal", "outputs/2025/case", *key, "--as", "approved"]) == 2
    assert "signature 1, 甲: found step approved; expected prepared" in capsys.readouterr().err
    assert main(["seal", "outputs/2025/case", *key, "--dated", "2026-01-20"]) == 0
    told = capsys.readouterr()
    assert told.out == "outputs/archive/2025/case\n"
    assert told.err.splitlines()[-2:] == [
        "signed as prepared by 甲 (agency), 2026-01-20",
        "outputs/archive/2025/case.signatures.pdf",
    ]
    with pytest.raises(SystemExit):
        main(["sign", "outputs/archive/2025/case", *key, "--dated", "2026-02-30"])
