"""Where evidence lies for a while: private, held while a command lives, cleared by the next after a kill."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from talentcalc.cli import main
from talentcalc.core.files.temporary import clear_temporary_folders, temporary_files, temporary_folder
from tests.conftest import ROOT
from tests.support.archive_packages import audited


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's place for such folders."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def killed_holding(place: Path) -> Path:
    """The folder that a process held when it was killed, with evidence in it."""
    child = os.fork()
    if child == 0:
        with temporary_folder(str(place)) as folder:
            (folder / "evidence.csv").write_text("person_id\n", "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (left,) = place.iterdir()
    return left


def test_a_folder_is_its_owners_alone_and_gone_afterwards(place: Path) -> None:
    before = os.umask(0)
    try:
        with temporary_folder() as folder:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and folder.parent == place
            (folder / "a/b").mkdir(parents=True)
    finally:
        os.umask(before)
    assert list(place.iterdir()) == []


def test_what_libraries_write_for_a_while_lies_in_one_too(place: Path) -> None:
    with temporary_files(), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent.parent == place
    assert tempfile.gettempdir() == str(place) and list(place.iterdir()) == []


def test_what_a_killed_command_left_is_cleared_by_the_next_of_any_kind(place: Path) -> None:
    left = killed_holding(place)
    assert (left / "evidence.csv").exists()
    assert main(["rulebook", "list"]) == 0
    assert list(place.iterdir()) == []


def test_a_folder_in_use_another_users_or_a_link_is_left_alone(place: Path, tmp_path: Path) -> None:
    aimed_at = tmp_path / "precious"
    aimed_at.mkdir()
    (aimed_at / ".lock").touch()
    (place / f"talentcalc-{'0' * 16}").symlink_to(aimed_at)
    (place / f"talentcalc-{'1' * 16}").mkdir()
    (place / f"talentcalc-{'1' * 16}" / "mine.txt").touch()  # without a lock it is no folder of ours
    (place / "talentcalc-main").mkdir()
    (place / "talentcalc-main/.lock").touch()
    before = sorted(place.rglob("*"))
    with temporary_folder() as folder:
        clear_temporary_folders()
        assert folder.exists()
    clear_temporary_folders()
    assert sorted(place.rglob("*")) == before and (aimed_at / ".lock").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_another_users_folder_is_left_alone(place: Path) -> None:
    planted = place / f"talentcalc-{'2' * 16}"
    planted.mkdir()
    (planted / ".lock").touch()
    os.chown(planted, 12345, 12345)
    clear_temporary_folders()
    assert planted.exists()


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[int, int]]]:
    """A repository where a run was stopped in its kernel, by each signal; and how it ended."""
    home = tmp_path_factory.mktemp("stopped")
    audited(home).write()
    (home / "tmp").mkdir()
    ended = {}
    for number in (signal.SIGTERM, signal.SIGKILL):
        command = subprocess.Popen(
            [sys.executable, "-m", "talentcalc", "-q", "run", str(home / "case.yaml")],
            cwd=ROOT, env=os.environ | {"TMPDIR": str(home / "tmp")}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 120
        while (kernel := kernel_of(command.pid)) is None and time.monotonic() < until:
            time.sleep(0.05)
        assert kernel is not None
        command.send_signal(number)
        ended[int(number)] = command.wait(60)
        while kernel.exists() and time.monotonic() < until:  # it ends at once, but not before us
            time.sleep(0.05)
        assert not kernel.exists()
        if number == signal.SIGTERM:
            assert not [one for one in home.rglob("*") if "talentcalc-" in one.name]
    yield home, ended


def kernel_of(command: int) -> Path | None:
    """The process, as `/proc` has it, of the kernel that a command started."""
    for children in Path(f"/proc/{command}/task").glob("*/children"):
        for child in children.read_text().split():
            if b"kernel_process" in Path(f"/proc/{child}/cmdline").read_bytes():
                return Path(f"/proc/{child}")
    return None


def test_asked_to_end_a_run_clears_up_and_its_kernel_is_gone(stopped: tuple[Path, dict[int, int]]) -> None:
    home, ended = stopped
    assert ended == {signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}
    assert [
        one for one in (home / "outputs").rglob("*") if one.is_file() and "talentcalc-part" not in str(one)
    ] == []


def test_after_a_kill_nothing_of_the_evidence_stays(
    stopped: tuple[Path, dict[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = stopped
    monkeypatch.setattr(tempfile, "tempdir", str(home / "tmp"))
    assert list((home / "tmp").iterdir())
    assert main(["rulebook", "list"]) == 0
    assert list((home / "tmp").iterdir()) == []
