"""A package whose manifests fit is held to what `seal` asks: what is not its result's is named, exit 4.

Expected: the result says which inputs it was made from; the views and the notebook are those of the result.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from talentcalc.archive.verify import verify
from talentcalc.cli import main
from talentcalc.result.document import canonical
from tests.support.archive_packages import ALL, audited, chain, closed, copied, keys, sealed, stand_in, where

Told = pytest.CaptureFixture[str]
Alter = Callable[[Path], object]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a package of a small audit, and keys beside it."""
    home = tmp_path_factory.mktemp("agreement")
    sealed(stand_in(audited(home).write()))
    keys(home / "own")
    return home


@pytest.fixture
def pack(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package to alter; the folder it lies in is the working folder."""
    monkeypatch.chdir(tmp_path)
    return copied(home / "outputs/archive/2025/case", tmp_path)


def written(path: str, content: bytes) -> Alter:
    return lambda pack: (pack / "data" / path).write_bytes(content)


def another(path: str, old: bytes, new: bytes) -> Alter:
    """Other bytes in a file, which has the old ones."""

    def alter(pack: Path) -> None:
        was = (pack / "data" / path).read_bytes()
        assert old in was
        (pack / "data" / path).write_bytes(was.replace(old, new))

    return alter


def gone(path: str) -> Alter:
    return lambda pack: (pack / "data" / path).unlink()


def another_result(pack: Path) -> None:
    """Other points, and nothing else made anew."""
    file = pack / "data/run/result.json"
    result = json.loads(file.read_bytes())
    result["payment"]["payable"] = "999999.00"
    file.write_bytes(canonical(result))


SHA256 = hashlib.sha256(b"").hexdigest().encode()
ALTERED: dict[str, tuple[Alter, str]] = {
    "result replaced": (another_result, "run/report.html"),
    "PDF replaced": (written("run/report.pdf", b"%PDF- another"), "run/report.pdf"),
    "page of another result": (written("run/report.html", SHA256), "run/report.html"),
    "letter replaced": (written("run/payment-note.pdf", b"%PDF-" + SHA256), "run/payment-note.pdf"),
    "letter gone": (gone("run/payment-note.docx"), "run/payment-note.docx"),
    "page gone": (gone("run/report.html"), "run/report.html"),
    "workbook gone": (gone("run/scorecard.xlsx"), "run/scorecard.xlsx"),
    "executed notebook gone": (gone("run/audit.ipynb"), "run/audit.ipynb"),
    "executed notebook empty": (written("run/audit.ipynb", b"{}\n"), "run/audit.ipynb"),
    "executed notebook deep": (written("run/audit.ipynb", b"[" * 100_000), "run/audit.ipynb"),
    "checks replaced": (
        another("run/checks.json", b'"status": "draft"', b'"status": "final"'),
        "run/checks.json",
    ),
    "file added to the run": (written("run/note.txt", b""), "run/note.txt"),
    "page of a league added": (written("run/leaderboard.html", b""), "run/leaderboard.html"),
    "notebook of another code": (
        another("notebook/scorecard_audit.ipynb", b"read_evidence(", b"forged("),
        "run/audit.ipynb",
    ),
    "second notebook": (written("notebook/league_audit.ipynb", b"{}"), "notebook/league_audit.ipynb"),
    "notebook gone": (gone("notebook/scorecard_audit.ipynb"), "notebook/scorecard_audit.ipynb"),
    "rulebook altered": (another("rulebook/rulebook.yaml", b"points", b"punkte"), "rulebook/rulebook.yaml"),
    "regulation altered": (written("rulebook/regulation.txt", b""), "rulebook/"),
    "file added to the rulebook": (
        written("rulebook/circular.txt", b"another rule"),
        "rulebook/circular.txt",
    ),
    "regulation twice": (
        lambda pack: shutil.copy(pack / "data/rulebook/regulation.txt", pack / "data/rulebook/rules.txt"),
        "rulebook/rules.txt",
    ),
    "params altered": (another("params/case.yaml", b"1000000", b"2000000"), "params/case.yaml"),
    "second params": (written("params/other.yaml", b""), "params/other.yaml"),
    "lock gone": (gone("software/uv.lock"), "software/uv.lock"),
    "versions gone": (gone("software/versions.json"), "software/versions.json"),
    "table altered": (written("evidence/activities.csv", b""), "evidence/activities.csv"),
    "table added": (written("evidence/opinions.csv", b""), "evidence/opinions.csv"),
    "table of another name added": (written("evidence/notes.csv", b""), "evidence/notes.csv"),
    "workbook added": (written("evidence/more.xlsx", b""), "evidence/more.xlsx"),
    "proof gone": (gone("evidence/proofs/b.pdf"), "evidence/proofs/b.pdf"),
    "proof added": (written("evidence/proofs/c.pdf", b""), "evidence/proofs/c.pdf"),
    "text added": (written("evidence/readme.txt", b""), "evidence/readme.txt"),
    "note of a redacted one": (written("redaction.json", b"{}"), "redaction.json"),
}


@pytest.mark.parametrize("name", ALTERED)
def test_whatever_is_not_the_results_is_named_though_the_manifests_fit(
    pack: Path, capsys: Told, name: str
) -> None:
    alter, place = ALTERED[name]
    alter(pack)
    closed(pack)
    found = where(verify(pack).problems)
    assert place in found and (len(found) == 1 or name == "result replaced"), found
    assert main(["verify", "case", "--unsigned"]) == 4
    out, err = capsys.readouterr()
    assert out == "" and place in err


def test_the_package_itself_agrees_also_with_its_manifests_made_anew(pack: Path) -> None:
    assert verify(pack).problems == []
    assert verify(closed(pack)).problems == []


def told(asked: str, capsys: Told) -> tuple[int, list[str], str]:
    """The exit status, what is said last of the procedure, and what is missing."""
    status = main(["verify", "case", *asked.split()])
    out, err = capsys.readouterr()
    return status, out.splitlines()[-5:], err


@pytest.mark.parametrize("kept", [4, 3, 2, 1, 0])
def test_signatures_that_were_cut_off_are_missing_steps(
    home: Path, pack: Path, capsys: Told, kept: int
) -> None:
    own = {name: home / "own" / name for name in "甲乙丙戊"}
    chain(pack, own, ALL[:4])
    signed = (pack / "signatures.json").read_bytes()
    assert len(json.loads(signed)["signatures"]) == 4
    if kept:
        chain(pack, own, ALL[:kept])
    else:
        (pack / "signatures.json").unlink()
    titles = ["编制", "校核", "审定", "签收", "申请复核", "复核决定"]
    steps = [one for one, _ in ALL]
    trust = f"--trust {home}/own/trust.yaml" if kept else "--unsigned"
    status, last, err = told(trust, capsys)
    assert (status, err) == (0, "")
    missing = ", ".join(f"{title} ({step})" for title, step in zip(titles[kept:], steps[kept:], strict=True))
    assert last[-1] == f"missing: {missing}"
    signers = [f"{n}. {titles[n - 1]} 2026-01-15 {ALL[n - 1][1]}" for n in range(1, kept + 1)]
    assert [line.split(" (")[0] for line in last[-1 - kept : -1]] == signers
    status, last, err = told(f"{trust} --require approved,received", capsys)
    wanted = [f"{titles[n]} ({steps[n]})" for n in (2, 3) if n >= kept]
    assert status == (4 if wanted else 0) and last[-1] == f"missing: {missing}"
    assert [line.split(": ")[1] for line in err.splitlines()] == wanted


@pytest.mark.usefixtures("pack")
def test_an_unsigned_package_is_accepted_only_by_name(capsys: Told) -> None:
    assert told("", capsys)[0] == 4 and told("--rerun", capsys)[0] == 4
    assert told("--unsigned", capsys)[0] == 0
    assert main(["-q", "verify", "case"]) == 4
    out, err = capsys.readouterr()
    assert out == "" and "--unsigned" in err


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("steps", ["aproved", "approved,x", "审定"])
def test_a_step_that_the_procedure_lacks_is_refused_with_those_it_has(capsys: Told, steps: str) -> None:
    status, _, err = told(f"--require {steps}", capsys)
    assert status == 2 and "prepared, reviewed, approved, received, review_requested" in err


def test_a_file_whose_name_another_system_wrote_in_its_other_form_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    pack = sealed(stand_in(audited(tmp_path, {"proofs/Zo\u00e9.pdf": b"1"}).write()))
    (pack / "data/evidence/proofs/Zo\u00e9.pdf").rename(pack / "data/evidence/proofs/Zoe\u0301.pdf")
    monkeypatch.chdir(pack.parent)
    status, _, err = told("--unsigned", capsys)
    assert (status, err) == (0, "")
    assert main(["verify", "case", "--unsigned"]) == 0
    assert "1 names are in another Unicode form there" in capsys.readouterr().out
    shutil.copy(pack / "data/evidence/proofs/Zoe\u0301.pdf", pack / "data/evidence/proofs/Zo\u00e9.pdf")
    found = verify(pack).problems
    assert any(str(one).partition(": ")[2].startswith("found one name twice") for one in found)
