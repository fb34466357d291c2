"""Faults: killed at any moment, a full disk, a folder that may not be written to, two at once.

A child process does the work and is killed, or refused, at its n-th step on the file system, for
every n: what is left must be what was there before, or the whole of what is new.
"""

import contextlib
import ctypes
import errno
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from talentcalc import run as running
from talentcalc.archive import sign as signing
from talentcalc.archive.finished import finished_run
from talentcalc.archive.keys import make_key, read_signer
from talentcalc.archive.seal import seal
from talentcalc.archive.sign import sign
from talentcalc.archive.verify import verify
from talentcalc.errors import Refusal
from talentcalc.params import open_audit
from talentcalc.report.exporters import ReportHTMLExporter
from talentcalc.run import run_audit
from talentcalc.workplace import workplace

from .conftest import Case, Command

Files = dict[str, bytes]
Job = Callable[[], Any]

_STEPS = {
    "open",
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "ctypes.dlsym",
    "shutil.rmtree",
}


def files(folder: Path) -> Files:
    """Every file below a folder, by its path."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def in_child(job: Job, at: int, fault: Callable[[], None] | None) -> int:
    """Do a job in a child process, with a fault at its n-th step; how the child ended.

    Exit status 0: done before its n-th step; 1: ended by an OSError; 2: done all the same; 3: ended by
    anything else; negative: the signal.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event not in _STEPS or (event == "open" and arguments[1] in ("r", "rb")):
            return
        count += 1
        if count == at and fault is not None:
            fault()

    try:
        sys.addaudithook(watch)
        job()
        status = 2 if fault is not None and count >= at else 0
    except OSError:
        status = 1
    except BaseException:
        traceback.print_exc()
        status = 3
    os._exit(status)


def killed() -> None:
    """The process is gone at once, as by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    """The disk has no room for this step."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


def moments(job: Job, fault: Callable[[], None]) -> Iterator[tuple[int, int]]:
    """The job with a fault at its first step, its second, and so on until it has no more."""
    at = 0
    while True:
        at += 1
        ended = in_child(job, at, fault)
        yield at, ended
        if ended == 0:
            return


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which a small audit has been run once."""
    home = tmp_path_factory.mktemp("faults")
    (home / "pyproject.toml").touch()
    case = Case(home, params={"evidence": "evidence"}).many("work_orders", 5)
    run_audit(open_audit(case.write()), lambda _: None, False)
    other = Path(shutil.copytree(home, tmp_path_factory.mktemp("loaded") / "home"))
    sealed(other, False)()  # so that no child has to load the libraries
    return home


@pytest.fixture(autouse=True)
def sheetless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PDF in a child: Typst's threads are the parent's."""
    monkeypatch.setattr(signing, "signature_sheet_pdf", lambda _sheet: b"sheet")


@pytest.fixture
def again(home: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(home, tmp_path / "home"))


@pytest.fixture
def quick(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without a kernel, whose reports are other than those of the run before."""
    notebook = home / "outputs/2025/case/audit.ipynb"

    def exported(exporter: Any, _notebook: Any) -> str | bytes:
        return "new" if exporter is ReportHTMLExporter else b"new"

    monkeypatch.setattr(running, "_execute", lambda _audit, raw, _progress: shutil.copyfile(notebook, raw))
    monkeypatch.setattr(running, "_exported", exported)
    reports = {"audit.ipynb", "report.html", "report.pdf", "result.json"}
    beside = sorted(one.name for one in notebook.parent.iterdir() if one.name not in reports)
    monkeypatch.setattr(running, "files_beside", lambda _result: dict.fromkeys(beside, b"new"))


def rerun(home: Path) -> Job:
    """The audit, run again."""
    return lambda: run_audit(open_audit(home / "case.yaml"), lambda _: None, False)


def sealed(home: Path, as_zip: bool) -> Job:
    """The run, sealed."""
    return lambda: seal(finished_run(home / "outputs/2025/case"), home, as_zip, lambda _: None)


def restored(home: Path, again: Path) -> None:
    """Put the run back that was there before."""
    shutil.rmtree(again / "outputs/2025/case")
    shutil.copytree(home / "outputs/2025/case", again / "outputs/2025/case")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("fault", [killed, full])
def test_a_run_stopped_at_any_moment_leaves_the_old_one_or_the_new_one(
    home: Path, again: Path, fault: Callable[[], None]
) -> None:
    target = again / "outputs/2025/case"
    old, seen = files(target), []
    for at, ended in moments(rerun(again), fault):
        assert ended in (0, 1, 2, -signal.SIGKILL), (at, ended)
        left = files(target)
        assert left == old or (set(left) == set(old) and left["report.pdf"] == b"new"), at
        seen.append(left == old)
        assert set(files(again / "outputs")) == {f"2025/case/{name}" for name in old}, at
        restored(home, again)
    assert len(seen) > 12 and True in seen and not seen[-1]
    assert [one.suffix for one in (again / ".work").rglob("*")] == [".lock"]


@pytest.mark.usefixtures("quick")
def test_where_two_folders_cannot_be_swapped_the_next_run_puts_the_old_one_back(
    home: Path, again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talentcalc.workplace._exchanged", lambda _one, _other: False)
    target = again / "outputs/2025/case"
    old = files(target)
    gone = 0
    for at, ended in moments(rerun(again), killed):
        if not target.exists():
            gone += 1
            with workplace(again, 2025, "case", target):
                assert files(target) == old, at
        assert ended in (0, -signal.SIGKILL)
        last = files(target)
        restored(home, again)
    assert gone and last["report.html"] == b"new"


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("fault", [killed, full])
def test_sealing_stopped_at_any_moment_leaves_a_whole_package_or_none(
    again: Path, as_zip: bool, fault: Callable[[], None]
) -> None:
    target = again / "outputs/archive/2025" / ("case.zip" if as_zip else "case")
    before = files(again / "outputs/2025")
    whole = []
    for at, ended in moments(sealed(again, as_zip), fault):
        assert ended in (0, 1, 2, -signal.SIGKILL), (at, ended)
        assert files(again / "outputs/2025") == before, at
        assert target.exists() or files(again / "outputs/archive") == {}, at
        whole.append(target.exists())
        if target.exists():
            assert verify(target).problems == [], at
            shutil.rmtree(again / "outputs/archive")
    assert whole.count(False) > 20 and whole[-1]
    assert [one.suffix for one in (again / ".work").rglob("*")] == [".lock"]


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("fault", [killed, full])
def test_signing_stopped_at_any_moment_leaves_the_package_as_it_was_or_signed(
    again: Path, as_zip: bool, fault: Callable[[], None]
) -> None:
    sealed(again, as_zip)()
    pack = again / "outputs/archive/2025" / ("case.zip" if as_zip else "case")
    make_key(again / "zhang.key", "张三", "agency", None)
    signer = read_signer(again / "zhang.key", lambda: b"")
    shutil.copytree(pack.parent, again / "unsigned")
    signed = []
    for at, ended in moments(lambda: sign(pack, signer, "prepared", None), fault):
        found = verify(pack)
        assert found.problems == [] and ended in (0, 1, 2, -signal.SIGKILL), (at, ended)
        signed.append(len(found.signatures))
        if signed[-1]:
            shutil.rmtree(pack.parent)
            shutil.copytree(again / "unsigned", pack.parent)
    assert 0 in signed and signed[-1] == 1 and len(signed) > 3


def test_a_seal_beside_a_run_of_the_same_audit_is_told_to_wait(again: Path) -> None:
    with workplace(again, 2025, "case", again / "outputs/2025/case"):
        for job in (sealed(again, False), rerun(again)):
            with pytest.raises(Refusal, match="another run of this audit"):
                job()
    assert not (again / "outputs/archive").exists()


def limited(home: Path, talentcalc: Command, *arguments: str) -> "tuple[int, str]":
    """A command that may write no file beyond 20 kB: a disk as good as full."""
    del talentcalc
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "talentcalc", *arguments],
        cwd=home, capture_output=True, text=True, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_full_disk_is_told_in_one_line_and_leaves_nothing(again: Path, talentcalc: Command) -> None:
    before = files(again / "outputs")
    for arguments in (
        ("run", "case.yaml"),
        ("seal", "outputs/2025/case"),
        ("seal", "--zip", "outputs/2025/case"),
    ):
        status, told = limited(again, talentcalc, *arguments)
        assert status == 1 and "Traceback" not in told, told
        assert "File too large" in told, told
        assert files(again / "outputs") == before
        assert [one.suffix for one in (again / ".work").rglob("*")] == [".lock"]


def read_only(folder: Path) -> Callable[[], None]:
    """Before a command starts: the folder may not be written to, not even by root."""

    def prepare() -> None:
        folder.chmod(0o555)
        if os.geteuid() == 0:  # root writes where nobody may, unless that power is taken from it
            libc, drop_from_bounding_set, dac_override = ctypes.CDLL(None), 24, 1
            assert libc.prctl(drop_from_bounding_set, dac_override, 0, 0, 0) == 0

    return prepare


@pytest.mark.parametrize(("command", "folder"), [
    ("run case.yaml", "."), ("run case.yaml", "outputs/2025"),
    ("seal outputs/2025/case", "."), ("seal outputs/2025/case", "outputs"),
])  # fmt: skip
def test_a_folder_that_may_not_be_written_to_is_named(again: Path, command: str, folder: str) -> None:
    import subprocess

    if folder == ".":
        shutil.rmtree(again / ".work")
    before = files(again / "outputs")
    done = subprocess.run(
        [sys.executable, "-m", "talentcalc", *command.split()], cwd=again, capture_output=True, text=True,
        timeout=120, preexec_fn=read_only(again / folder),
    )  # fmt: skip
    with contextlib.suppress(FileNotFoundError):
        (again / folder).chmod(0o755)
    assert done.returncode == 1 and "Permission denied" in done.stderr, done.stderr
    assert str(again) in done.stderr and "Traceback" not in done.stderr and "try again" in done.stderr
    assert files(again / "outputs") == before
