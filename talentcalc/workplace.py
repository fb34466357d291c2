"""Where is something made before it appears, whole or not at all? One at a time, and never half."""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from talentcalc.errors import Problem, Refusal

WORK, OUTPUTS, FAILED = ".work", "outputs", "failed"


@contextmanager
def workplace(root: Path, year: int, audit: str, target: Path) -> Iterator[Path]:
    """An empty folder for making an audit's `target`, below the repository at `root`; gone afterwards.

    What an interrupted maker for the same audit left is cleared away, and what it had set aside put back.

    Raises:
        Refusal: the same is being made already.
    """
    name = f"{year}-{audit}"
    work = root / WORK / name
    work.parent.mkdir(exist_ok=True)
    try:
        with FileLock(work.parent / f"{name}.lock", timeout=0):
            _recover(work, target)
            work.mkdir()
            try:
                yield work
            finally:
                _recover(work, target)
    except Timeout:
        raise Refusal(
            Problem(
                f"{audit}.yaml", "another run of this audit", "one at a time", "wait until it is finished"
            )
        ) from None


def publish(made: Path, target: Path, work: Path) -> None:
    """Let what was made stand at `target`, in the place of an older one, at one stroke."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        made.rename(target)
    elif not _exchanged(made, target):  # no such call here: a kill in between is put right by the next maker
        target.rename(work / "previous")
        made.rename(target)


def _exchanged(one: Path, other: Path) -> bool:
    """Linux can swap two folders at one stroke; Python has no name for it."""
    if not sys.platform.startswith("linux"):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call is not None and call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def _recover(work: Path, target: Path) -> None:
    if (work / "previous").exists() and not target.exists():
        (work / "previous").rename(target)
    shutil.rmtree(work, ignore_errors=True)
