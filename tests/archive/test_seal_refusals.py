"""What is not sealed: a run whose inputs have changed, an altered result, names that no manifest can hold."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from talentcalc.archive.verify import verify
from talentcalc.cli import main
from talentcalc.result.document import canonical
from talentcalc.rulebook import load
from tests.support.archive_packages import audited, closed, copied, files, sealed, stamps, stand_in
from tests.unit.test_evidence_forms import as_xlsx, native

pytestmark = pytest.mark.slow

RUN = "outputs/2025/case"
Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a finished run."""
    folder = tmp_path_factory.mktemp("refusals") / "repository"
    stand_in(audited(folder).write())
    return folder


@pytest.fixture
def home(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same to break; it is the working folder."""
    monkeypatch.chdir(shutil.copytree(repository, tmp_path / "home"))
    return Path.cwd()


def refused(told: Told, *arguments: str) -> str:
    """What is told when sealing is refused, which leaves nothing but a lock."""
    assert main(["seal", RUN, *arguments]) == 2
    out, err = told.readouterr()
    assert out == "" and "Traceback" not in err
    assert not Path("outputs/archive").exists()
    assert {one.suffix for one in Path(".work").rglob("*")} <= {".lock"}
    return err


_AGAIN = "run the audit again, then seal that run"


@pytest.mark.parametrize(("file", "named"), [
    ("evidence/activities.csv", "evidence/activities.csv"),
    ("evidence/proofs/纪要.txt", "evidence/proofs/纪要.txt"),
    ("case.yaml", "case.yaml"),
])  # fmt: skip
def test_an_input_that_is_not_what_the_run_was_made_from_is_named(
    home: Path, capsys: Told, file: str, named: str
) -> None:
    was = (home / file).read_bytes()
    (home / file).write_bytes(was + b"\n")
    told = refused(capsys)
    for word in (f"talentcalc: {named}: found sha256 ", "which the run was made from", _AGAIN):
        assert word in told
    assert (
        hashlib.sha256(was + b"\n").hexdigest()[:16] in told and hashlib.sha256(was).hexdigest()[:16] in told
    )
    (home / file).unlink()
    assert named in refused(capsys)
    (home / file).write_bytes(was)
    assert main(["seal", RUN]) == 0


def test_tables_that_were_added_since_are_named(home: Path, tmp_path: Path, capsys: Told) -> None:
    (home / "evidence/opinions.csv").write_text("unit,score,comment\n甲,100,\n", "utf-8")
    (home / "evidence/notes.csv").write_text("no table of the rulebook\n", "utf-8")
    told = refused(capsys)
    assert "evidence/opinions.csv: found a table that was added" in told and "notes" not in told
    (home / "evidence/opinions.csv").unlink()
    workbook = as_xlsx(audited(tmp_path / "other"), tmp_path, native, False)
    shutil.move(workbook, home / "evidence")
    assert "evidence/evidence.xlsx: found a table that was added" in refused(capsys)


def test_several_changes_are_told_at_once(home: Path, capsys: Told) -> None:
    for name in ("activities.csv", "work_orders.csv", "proofs/b.pdf"):
        (home / "evidence" / name).write_bytes(b"x")
    told = refused(capsys)
    lines = [one for one in told.splitlines() if one.startswith("talentcalc: ")]
    assert [one.split(": ")[1] for one in lines] == [
        f"evidence/{name}" for name in ("activities.csv", "proofs/b.pdf", "work_orders.csv")
    ]


def test_a_rulebook_that_has_changed_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    shelf = shutil.copytree(load.SHELF, home.parent / "rulebooks")
    with (shelf / "dongsheng-2025/rulebook.yaml").open("a") as file:
        file.write("# another edition\n")
    monkeypatch.setattr(load, "SHELF", shelf)
    told = refused(capsys)
    assert "rulebook dongsheng-2025: found sha256 " in told and "the run was made from" in told


def instead(content: bytes) -> Callable[[bytes], bytes]:
    return lambda _: content


@pytest.mark.parametrize("alter", [
    lambda content: content.replace(b'"points": "0.00"', b'"points": "1.00"', 1),
    lambda content: content.replace("示例机构".encode(), "另一机构".encode()),
    lambda content: json.dumps(json.loads(content)).encode(),
    lambda content: content + b"\n",
    lambda content: content[:-10],
    instead(b'{"schema": "talentcalc/result/1", "x": NaN}'),
    instead(b"[" * 100_000),
    instead(b""),
    instead(b"\xff"),
], ids=["points", "agency", "form", "line", "end", "NaN", "depth", "empty", "bytes"])  # fmt: skip
def test_a_result_that_was_altered_by_hand_is_refused(
    home: Path, capsys: Told, alter: Callable[[bytes], bytes]
) -> None:
    file = home / RUN / "result.json"
    was = file.read_bytes()
    file.write_bytes(alter(was))
    assert file.read_bytes() != was
    told = refused(capsys)
    assert "result.json" in told and _AGAIN in told


@pytest.mark.parametrize(
    "path", ["outputs/2025/none", "outputs", "evidence", "case.yaml", "outputs/archive/2025/case"]
)
def test_a_folder_that_is_no_finished_run_is_refused(home: Path, capsys: Told, path: str) -> None:
    sealed(home / RUN)
    before = stamps(home / "outputs")
    assert main(["seal", path]) == 2
    told = capsys.readouterr().err
    assert path in told and "the folder of a finished run" in told and "name outputs/YEAR/AUDIT" in told
    assert stamps(home / "outputs") == before


def test_params_outside_the_repository_are_named_by_an_option(
    home: Path, tmp_path: Path, capsys: Told
) -> None:
    shutil.rmtree("outputs")
    outside = tmp_path / "outside"
    case = audited(outside)
    (outside / "pyproject.toml").unlink()
    case.params["evidence"] = str(outside / "evidence")
    os.replace(case.write(), outside / "far.yaml")
    Path("case.yaml").unlink()
    run = stand_in(outside / "far.yaml")
    assert run == home / "outputs/2025/far"
    assert main(["seal", "outputs/2025/far"]) == 2
    assert f"{home}/far.yaml" in capsys.readouterr().err
    assert main(["seal", "outputs/2025/far", "--params", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err and not Path("outputs/archive").exists()
    assert main(["seal", "outputs/2025/far", "--params", str(outside / "far.yaml")]) == 0
    assert capsys.readouterr().out == "outputs/archive/2025/far\n"
    held = files(home / "outputs/archive/2025/far/data")
    assert held["params/far.yaml"] == (outside / "far.yaml").read_bytes()
    assert "evidence/proofs/纪要.txt" in held  # of evidence at an absolute path


@pytest.mark.usefixtures("home")
def test_the_params_of_another_audit_are_refused(tmp_path: Path, capsys: Told) -> None:
    other = audited(tmp_path / "other")
    other.params["fee"] = "2.00"
    assert "case.yaml: found sha256" in refused(capsys, "--params", str(other.write()))


def test_proofs_whose_names_no_manifest_can_hold_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    names = ["a\nb", "a\u2028b", "a\x85b", "a\\b", "a%0Ab", "a%0db", "a%25", "a\x1b"]
    stand_in(audited(tmp_path, {f"proofs/{name}": b"x" for name in names}).write())
    monkeypatch.chdir(tmp_path)
    lines = [one for one in refused(capsys).splitlines() if one.startswith("talentcalc: a file's name: ")]
    assert len(lines) == len(names) and all("rename it" in one for one in lines)


def test_proofs_of_any_other_name_are_sealed(tmp_path: Path) -> None:
    held = {
        "proofs/a b%20c.txt": "proofs/a b%20c.txt",
        "./proofs//x/../100%.txt": "proofs/100%.txt",
        "proofs/#&';=+[]{}$!.txt": "proofs/#&';=+[]{}$!.txt",
        "佐证/會議 紀要（一）𠮷.txt": "佐证/會議 紀要（一）𠮷.txt",
        "proofs/~$-": "proofs/~$-",
    }
    (tmp_path / "evidence/proofs/x").mkdir(parents=True)
    contents = {path: str(number).encode() for number, path in enumerate(held)}
    pack = sealed(stand_in(audited(tmp_path, contents).write()))
    for path, name in held.items():
        assert (pack / "data/evidence" / name).read_bytes() == contents[path]
    assert bagit.Bag(str(pack)).validate() and verify(pack).problems == []


def test_a_blocked_audit_can_be_sealed_with_what_blocked_it(tmp_path: Path) -> None:
    params = audited(tmp_path).write()
    (tmp_path / "evidence/opinions.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "evidence/proofs/b.pdf").unlink()
    run = stand_in(params)
    assert json.loads((run / "result.json").read_bytes())["status"] == "blocked"
    pack = sealed(run)
    held = files(pack / "data")
    assert held["evidence/opinions.csv"] == b"\xff\xfe\x00" and "evidence/proofs/b.pdf" not in held
    assert verify(pack).problems == []


def another_run(home: Path, pack: Path) -> str:
    assert pack.is_dir()
    stand_in(audited(home).many("work_orders", 7).write())
    return "another package, of an earlier run"


def damage(home: Path, pack: Path) -> str:
    (home / pack / "data/evidence/activities.csv").write_bytes(b"")
    return "the same package, damaged: data/evidence/activities.csv"


def forgery(home: Path, pack: Path) -> str:
    damage(home, pack)
    closed(pack)
    return "another package, of an earlier run"


def a_link(home: Path, pack: Path) -> str:
    pack.rename(home / "elsewhere")
    pack.symlink_to(home / "elsewhere")
    return "no folder and no file"


def a_device(home: Path, pack: Path) -> str:
    os.mkfifo(home / pack / "data/x")
    return "data/x: found a link or a device; "


@pytest.mark.parametrize("change", [another_run, damage, forgery, a_link, a_device])
def test_what_stands_on_the_shelf_is_never_overwritten(
    home: Path, change: Callable[[Path, Path], str], capsys: Told
) -> None:
    expected = change(home, sealed(home / RUN))
    before = stamps(home / "outputs/archive")
    assert main(["seal", RUN]) == 2
    told = capsys.readouterr().err
    assert expected in told and "Traceback" not in told
    assert stamps(home / "outputs/archive") == before
    assert [one.suffix for one in (home / ".work").rglob("*")] == [".lock"]


def test_a_file_that_is_no_package_keeps_its_place(home: Path, capsys: Told) -> None:
    place = home / "outputs/archive/2025/case.zip"
    place.parent.mkdir(parents=True)
    place.write_bytes(canonical({"mine": True}))
    assert main(["seal", RUN, "--zip"]) == 2
    told = capsys.readouterr().err
    assert "case.zip: found no readable zip" in told
    assert "case.zip: found no package; expected an empty place" in told
    assert place.read_bytes() == canonical({"mine": True}) and copied(place, home.parent / "kept").is_file()
