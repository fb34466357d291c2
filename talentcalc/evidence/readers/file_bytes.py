"""A file's bytes: what is hashed is what is read, at once or, of a large file, again in parts."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from talentcalc.evidence.evidence_file import open_regular
from talentcalc.evidence.tables.grid import Unreadable

MOST_BYTES = 1 << 28
"""Bytes of a file that is held in memory: with what is made of it, within a gigabyte. A rulebook's large
tables are read in parts and have no bound."""


def read_bytes(path: Path) -> bytes:
    """A file's content, read once: what is hashed is what is read.

    Raises:
        Unreadable: it cannot be opened, or is too large to be held.
    """
    try:
        with open_regular(path, path.parent) as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES} 字节；请拆分")
    return content


State = tuple[int, ...]
"""Which file it is, its size, and when its content and anything else of it were changed last."""

_CHANGED = "文件在读取过程中被改动"


@dataclass(frozen=True)
class OnDisk:
    """A file too large to be held: its hash, and how it was when it was hashed.

    It is opened again to be read. Another file in its place, a link put there, a write, or a time set back
    shows in its state, which is compared when it is opened and once more when it has been read; where the
    system tells no time of change (Windows has that of creation), a write whose time is set back does not.
    """

    path: Path
    sha256: str
    size: int
    state: State

    @contextmanager
    def opened(self) -> Iterator[BufferedReader]:
        """The file that was hashed, to be read.

        Raises:
            Unreadable: it cannot be opened, or is not what was hashed.
        """
        try:
            stream = open_regular(self.path, self.path.parent)
        except OSError:
            raise Unreadable(_CHANGED) from None
        with stream:
            if _state(os.fstat(stream.fileno())) != self.state:
                raise Unreadable(_CHANGED)
            yield stream

    def must_be_unchanged(self) -> None:
        """Refuse a file that is not what was hashed."""
        with self.opened():
            pass


def on_disk(path: Path) -> OnDisk:
    """A file as it is now."""
    try:
        with open_regular(path, path.parent) as stream:
            was = os.fstat(stream.fileno())
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            now = os.fstat(stream.fileno())
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None
    if _state(now) != _state(was):
        raise Unreadable(_CHANGED)
    return OnDisk(path, sha256, was.st_size, _state(was))


def _state(now: os.stat_result) -> State:
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns
