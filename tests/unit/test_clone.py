"""A clone has the bytes of the repository on every system: evidence and proofs are known by their sha256."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.archive_packages import files

_FOLDERS = ("evidence", "notebooks", "params", "talentcalc", "tests")
_UNFIT = re.compile(
    r'[<>:"|?*\\]|[ .](/|$)|(^|/)(con|prn|aux|nul|com\d|lpt\d)(\.|/|$)', re.IGNORECASE
)  # no such name on Windows
_ENDS = {"windows": "\r\n", "mac": "\r", "unix": "\n", "mixed": "\r\n\n\r"}


def git(folder: Path, *words: str | Path) -> None:
    """Git, whoever runs it."""
    who = ("-c", "user.name=n", "-c", "user.email=n@example.cn", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that are here now as a repository, beside evidence with the line ends of each system."""
    home = tmp_path_factory.mktemp("here")
    for one in ROOT.iterdir():
        if one.is_file() and one.name != ".git":  # a file in a worktree
            shutil.copy(one, home)
    for name in _FOLDERS:
        left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, home / name, ignore=left_out)
    for name, end in _ENDS.items():
        (home / f"evidence/{name}.csv").write_bytes(f"编号,名称{end}1,甲{end}".encode())
    git(home, "init", "--quiet")
    git(home, "-c", "core.autocrlf=false", "add", "--all")
    git(home, "commit", "--quiet", "--message", "as it is")
    return home


def test_a_clone_has_the_same_bytes(here: Path, tmp_path: Path) -> None:
    settings = ("-c", "core.autocrlf=true")  # what Git for Windows is installed with
    git(tmp_path, "clone", "--quiet", *settings, here, "clone")
    was, now = (
        {path: content for path, content in files(home).items() if not path.startswith(".git/")}
        for home in (here, tmp_path / "clone")
    )
    assert len(was) > 800 and [path for path in {*was, *now} if was.get(path) != now.get(path)] == []


def test_what_is_committed_on_windows_has_the_bytes_it_was_handed_in_with(here: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", here, "desk")
    (tmp_path / "desk/evidence/new.txt").write_bytes(b"a\r\nb\n")
    git(tmp_path / "desk", "-c", "core.autocrlf=true", "add", "--all")
    git(tmp_path / "desk", "commit", "--quiet", "--message", "handed in")
    git(tmp_path, "clone", "--quiet", "desk", "clone")
    assert (tmp_path / "clone/evidence/new.txt").read_bytes() == b"a\r\nb\n"


def test_every_name_is_one_on_every_system(here: Path) -> None:
    names = [path for path in files(here) if not path.startswith(".git/")]
    assert len({unicodedata.normalize("NFC", one).casefold() for one in names}) == len(names) > 800
    assert [one for one in names if _UNFIT.search(one) or unicodedata.normalize("NFC", one) != one] == []
