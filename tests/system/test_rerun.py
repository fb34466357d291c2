"""`verify --rerun`: the audit comes out again from its package, byte for byte, and nothing of it is executed.

Expected: a real run's outputs; where they were altered, the place is that of the alteration.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from talentcalc.archive import rerun
from talentcalc.archive.bag.completeness import result_in
from talentcalc.archive.bag.opening import open_package
from talentcalc.archive.finished_run import result_at
from talentcalc.cli import main
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.run import Run, RunFailed, run_audit
from talentcalc.result.document import canonical
from tests.support.archive_packages import (
    audited,
    closed,
    copied,
    entries_of,
    files,
    manifest,
    sealed,
    stamps,
    with_result,
    zip_of,
)

Told = pytest.CaptureFixture[str]
_OUTPUTS = {
    *("audit.ipynb", "checks.json", "paper-proofs.pdf", "report.html", "report.pdf", "result.json"),
    "scorecard.xlsx",
    *("feedback.docx", "feedback.pdf", "payment-note.docx", "payment-note.pdf"),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run, sealed; its params file lies among the evidence, where anyone may."""
    home = tmp_path_factory.mktemp("real")
    params = home / "evidence/case.yaml"
    os.replace(audited(home).write(), params)
    sealed(run_audit(open_audit(params), lambda _: None, False).folder)
    return home


@pytest.fixture
def pack(real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of its package in the working folder; temporary files have a folder, of a short name."""
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        monkeypatch.chdir(tmp_path)
        yield copied(real / "outputs/archive/2025/case", tmp_path)
        assert list(Path(temporary).iterdir()) == []


@pytest.fixture
def again(real: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The audit comes out again at once: what the real run made stands for it."""
    folder = real / "outputs/2025/case"
    monkeypatch.setattr(rerun, "run_audit", lambda *_: Run(folder, result_at(folder / "result.json")))
    return folder


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """No audit is run."""
    monkeypatch.setattr(rerun, "run_audit", lambda *_: pytest.fail("an audit was run"))


def found(name: str = "case") -> list[str]:
    """What differs when a package is run again, whatever `verify` says of it; all is left as it was."""
    before = stamps(Path.cwd())
    with open_package(Path(name)) as pack:
        result, _ = result_in(pack)
    assert result is not None
    problems = rerun.rerun(Path(name), result, lambda _: None, False)
    assert stamps(Path.cwd()) == before
    return [str(one) for one in problems]


def test_a_real_run_is_sealed_with_all_its_outputs(real: Path) -> None:
    pack = real / "outputs/archive/2025/case"
    assert set(files(pack / "data/run")) == _OUTPUTS
    assert files(pack / "data/run") == files(real / "outputs/2025/case")
    assert (pack / "data/params/case.yaml").read_bytes() == (real / "evidence/case.yaml").read_bytes()


def planted_in(pack: Path, marker: Path, *folders: str) -> None:
    """Modules in a package's folders that would say so at `marker` if they were imported."""
    planted = f"open({str(marker)!r}, 'a').write(__file__ + chr(10))\n"
    for folder in folders:
        (pack / "data" / folder / "pyproject.toml").touch()  # as if a repository began there
        for name in ("pandas", "json", "sitecustomize", "usercustomize", "ipykernel", "talentcalc/__init__"):
            file = pack / f"data/{folder}/{name}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(planted, "utf-8")
    closed(pack)


def test_the_same_comes_out_again_and_nothing_of_the_package_is_imported(pack: Path) -> None:
    marker = pack.parent / "executed"
    planted_in(pack, marker, "rulebook", "params")
    assert found() == []
    assert not marker.exists(), marker.read_text("utf-8")
    assert {one.name for one in Path().iterdir()} == {"case"}


def test_what_is_planted_among_the_evidence_is_named_and_not_imported(pack: Path) -> None:
    marker = pack.parent / "executed"
    planted_in(pack, marker, "evidence")
    differing = found()  # the checks name what is no table and no proof
    assert differing and all(one.startswith("run/") for one in differing)
    assert not marker.exists(), marker.read_text("utf-8")


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def alter(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return alter


def amount(content: bytes) -> bytes:
    result = json.loads(content)
    result["payment"]["payable"] = "999999.00"
    result["review"]["reviewers"] = ["R9"]  # after it: the first difference is told
    return canonical(result)


def in_a_list(content: bytes) -> bytes:
    result = json.loads(content)
    result["checks_run"][1]["failed"] = 7
    return canonical(result)


@pytest.mark.parametrize(("name", "alter", "place", "was"), [
    ("result.json", amount, 'payment.payable "', '"999999.00"'),
    ("result.json", in_a_list, "checks_run[1].failed 0", "7"),
    ("checks.json", replaced(b"{", b"{{"), "a difference at byte 1, line 1", "bytes, all the same"),
    ("report.html", replaced(b"</html>", b"</HTML>"), "a difference at byte ", "bytes, all the same"),
    ("report.pdf", lambda content: content + b"\n", "a difference at byte ", "bytes, all the same"),
], ids=["amount", "list", "no JSON", "HTML", "PDF"])  # fmt: skip
def test_outputs_altered_to_fit_their_manifests_are_found(
    pack: Path, again: Path, name: str, alter: Any, place: str, was: str
) -> None:
    honest = (again / name).read_bytes()
    altered = alter(honest)
    (pack / "data/run" / name).write_bytes(altered)
    closed(pack)
    told = found()
    assert len(told) == 1 and told[0].startswith(f"run/{name}: found {place}")
    if was.endswith("same"):
        at = next((n for n, (a, b) in enumerate(zip(honest, altered, strict=False)) if a != b), len(honest))
        line = honest[:at].count(b"\n") + 1
        was = f"byte {at}, line {line}, {len(honest)} bytes; expected {len(altered)} {was}"
    else:
        was = f"; expected {was}; compare both"
    assert was in told[0] and "other versions" not in told[0]


def test_an_output_that_is_missing_or_too_many_is_found(pack: Path, again: Path, capsys: Told) -> None:
    assert set(files(again)) == _OUTPUTS
    assert main(["verify", "case", "--unsigned", "--rerun"]) == 0
    assert "run again: every output is the same, byte for byte" in capsys.readouterr().out.splitlines()
    (pack / "data/run/report.pdf").write_bytes((pack / "data/run/report.pdf").read_bytes() + b"\n")
    assert main(["verify", str(closed(pack)), "--unsigned"]) == 0  # the hash is in it still
    assert main(["verify", "case", "--unsigned", "--rerun"]) == 4
    assert "run/report.pdf: found a difference at byte" in capsys.readouterr().err
    (pack / "data/run/report.pdf").rename(pack / "data/run/报告.pdf")
    closed(pack)
    assert [one.split(";")[0] for one in found()] == [
        "run/report.pdf: found made, but not archived",
        "run/报告.pdf: found not made again",
    ]


@pytest.mark.usefixtures("again")
@pytest.mark.parametrize(("versions", "told"), [
    ({"python": "3.11.0", "packages": {"pandas": "1.0"}}, " (other versions than then: pandas, python)"),
    ([], ""),
    ({"packages": []}, ""),
])  # fmt: skip
def test_other_versions_are_told_with_a_difference(pack: Path, versions: Any, told: str) -> None:
    (pack / "data/software/versions.json").write_bytes(canonical(versions))
    (pack / "data/run/report.html").write_bytes(b"")
    closed(pack)
    lines = found()
    assert len(lines) == 1 and lines[0].endswith(f"the archived one is what was signed{told}.")


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("shown", [
    "../../x.yaml", "../x.yaml", "a/../../x.yaml", "/etc/x.yaml", "json.py", "evidence/pandas.py", ".x.yaml",
    "x.yaml\n", "x.yaml/", "a//x.yaml", "~/x.yaml", "a\\x.yaml", "", "..",
])  # fmt: skip
def test_a_params_file_is_written_nowhere_else(pack: Path, shown: str) -> None:
    result = json.loads((pack / "data/run/result.json").read_bytes())
    plain = shown.rpartition("/")[2].strip()
    if plain not in ("", "..") and "\\" not in plain:
        shutil.copy(pack / "data/params/case.yaml", pack / "data/params" / plain)
    (pack / "data/params/case.yaml").replace(pack / "data/params/case.yaml.x")
    with_result(pack, provenance=result["provenance"] | {"params_file": shown})
    told = found()
    assert len(told) == 1 and "its params file" in told[0] and not Path("/etc/x.yaml").exists()


@pytest.mark.usefixtures("never")
def test_a_notebook_or_rulebook_of_another_kind_is_told_and_not_run(pack: Path) -> None:
    file = pack / "data/notebook/scorecard_audit.ipynb"
    notebook = json.loads(file.read_bytes())
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "x",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(0, cell | {"source": ["import os; os.system('touch executed')"]})
    file.write_text(json.dumps(notebook), "utf-8")
    (pack / "data/notebook/more.py").write_text("x = 1\n")
    book = (pack / "data/rulebook/rulebook.yaml").read_bytes() + b"# another edition\n"
    (pack / "data/rulebook/rulebook.yaml").write_bytes(book)
    result = json.loads((pack / "data/run/result.json").read_bytes())
    made = result["provenance"] | {"rulebook_sha256": hashlib.sha256(book).hexdigest()}
    with_result(pack, provenance=made)
    assert [one.split(";")[0] for one in found()] == [
        f"data/{name}: found another one than the installed"
        for name in ("notebook/more.py", "notebook/scorecard_audit.ipynb", "rulebook/rulebook.yaml")
    ]
    with_result(pack, rulebook="../../etc")
    assert "rulebook: found '../../etc'; expected one of dongsheng-2025" in found()[0]
    assert not Path("executed").exists()


@pytest.mark.usefixtures("never")
def test_a_file_where_a_folder_is_and_params_that_are_none_are_findings(pack: Path) -> None:
    (pack / "data/evidence/zz").write_bytes(b"")
    (pack / "data/evidence/zz+b").write_bytes(b"")
    held = entries_of(closed(pack))
    held["case/data/evidence/zz/b"] = held.pop("case/data/evidence/zz+b")
    payload = {path.removeprefix("case/"): one for path, one in held.items() if "/data/" in path}
    held["case/manifest-sha256.txt"] = manifest(payload)
    tags = {name: held[f"case/{name}"] for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")}
    held["case/tagmanifest-sha256.txt"] = manifest(tags)
    zip_of(sorted(held.items()), Path("case.zip"))
    told = found("case.zip")
    assert len(told) == 1 and told[0].startswith("data/evidence/zz/b: found a file where a folder is")
    params = b"rulebook: dongsheng-2025\nfee: x\n"
    (pack / "data/params/case.yaml").write_bytes(params)
    result = json.loads((pack / "data/run/result.json").read_bytes())
    with_result(pack, provenance=result["provenance"] | {"params_sha256": hashlib.sha256(params).hexdigest()})
    assert any(one.startswith("case.yaml: fee: found 'x'") for one in found())


def test_an_audit_that_does_not_run_to_its_end_is_a_finding(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Run:
        raise RunFailed("坏了", Path("kept"))

    monkeypatch.setattr(rerun, "run_audit", fail)
    assert (pack / "data/run/report.pdf").is_file()
    assert found()[0].startswith("the run: found 坏了; expected an audit that runs to its end")
