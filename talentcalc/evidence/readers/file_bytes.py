"""Reads files so that the bytes read are the ones hashed: small files at once, large ones again in chunks."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from talentcalc.evidence.evidence_file import open_regular, reason_of
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

MOST_BYTES = 1 << 28
"""Bytes of a file that is held in memory: with the table made of it, within a gigabyte. A rulebook's large
tables are read in chunks and have no bound."""


def read_bytes(path: Path) -> bytes:
    """Read a file's content at once.

    Raises:
        Unreadable: it cannot be opened, or is too large to be held in memory.
    """
    try:
        with open_regular(path, path.parent) as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(reason_of(error)) from None
    if len(content) > MOST_BYTES:
        raise Unreadable(message("evidence.file_too_large", most=MOST_BYTES))
    return content


FileState = tuple[int, ...]
"""A file's device, inode, size, and times of the last change of its content and of anything else of it."""

_CHANGED = message("evidence.file_changed")


@dataclass(frozen=True)
class HashedFile:
    """A file too large to be held in memory: its hash, and its state when it was hashed.

    It is opened again to be read. Another file in its place, a link put there, a write, or a time set back
    changes its state, which is compared when it is opened and again when it has been read; where the system
    has no time of change (Windows has that of creation), a write whose time is set back is not noticed.
    """

    path: Path
    sha256: str
    size: int
    state: FileState

    @contextmanager
    def opened(self) -> Iterator[BufferedReader]:
        """Open the hashed file to read it.

        Raises:
            Unreadable: it cannot be opened, or was changed.
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
        """Refuse a file that was changed after it was hashed."""
        with self.opened():
            pass


def hash_file(path: Path) -> HashedFile:
    """Hash a file in its present state."""
    try:
        with open_regular(path, path.parent) as stream:
            before = os.fstat(stream.fileno())
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise Unreadable(reason_of(error)) from None
    if _state(after) != _state(before):
        raise Unreadable(_CHANGED)
    return HashedFile(path, sha256, before.st_size, _state(before))


def _state(status: os.stat_result) -> FileState:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
