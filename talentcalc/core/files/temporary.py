"""Temporary folders for evidence: each is held by its command, and cleared by the next after a kill.

What a killed command left is cleared away by the next command of any kind.
"""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from talentcalc.core.files.locks import clear_abandoned, lock_folder, remove_folder

SHORT = "/tmp"  # noqa: S108  # where a socket lies if the usual place has too long a name
_PREFIX = "talentcalc-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}")


@contextmanager
def temporary_folder(beneath: str | None = None) -> Iterator[Path]:
    """A new folder that only its owner may enter, in the system's place for such (or `beneath`).

    Raises:
        OSError: a full disk, or no folder may be made there.
    """
    folder, clear = lasting_folder(beneath)
    try:
        yield folder
    finally:
        clear()


def lasting_folder(beneath: str | None = None) -> tuple[Path, Callable[[], None]]:
    """The same for whoever keeps it longer than a block; and what clears it away."""
    while True:
        folder = Path(beneath or tempfile.gettempdir()).resolve() / f"{_PREFIX}{secrets.token_hex(8)}"
        if (let_go := lock_folder(folder)) is not None:
            break

    def clear() -> None:
        remove_folder(folder)
        let_go()

    return folder, clear


@contextmanager
def temporary_files() -> Iterator[None]:
    """What libraries put on disk for a while in the block (a workbook's sheets) lies in such a folder."""
    before = tempfile.tempdir
    with temporary_folder() as folder:
        tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before


def clear_temporary_folders() -> None:
    """Remove the folders that killed commands of this user left."""
    for place in {os.path.realpath(path) for path in (tempfile.gettempdir(), SHORT)}:
        with contextlib.suppress(OSError):  # what cannot be seen is no reason to stop
            clear_abandoned(Path(place), _is_ours, remove_folder)


def _is_ours(name: str) -> bool:
    return _NAME.fullmatch(name) is not None
