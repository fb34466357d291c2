"""The folder in which an audit's outputs are made: one command at a time for an audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.durable import NotWritten, making
from talentcalc.messages.message import message

WORK, OUTPUTS, FAILED = ".work", "outputs", "failed"


@contextmanager
def staging_folder(root: Path, year: int, audit: str, target: Path) -> Iterator[Path]:
    """The folder beside an audit's `target` to make it in; `root` is the repository.

    Raises:
        InputError: the audit is being run or sealed already.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    lock = FileLock(root / WORK / f"{year}-{audit}.lock", timeout=0)
    try:
        (root / WORK).mkdir(exist_ok=True)
        lock.acquire()
    except Timeout:
        raise InputError(Problem(f"{audit}.yaml", message("core.audit_is_being_run"))) from None
    except OSError as error:
        raise NotWritten(target, error) from error
    try:
        with making(target) as place:
            yield place
    finally:
        lock.release()
