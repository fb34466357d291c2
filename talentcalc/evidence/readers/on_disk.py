"""A file's bytes, read once: what is hashed is what is read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from talentcalc.evidence.grid import Unreadable
from talentcalc.evidence.plain_file import open_plain

MOST_BYTES = 1 << 28
"""Bytes of a file that is held in memory: with what is made of it, within a gigabyte. A rulebook's large
tables are read in parts and have no bound."""


def read_bytes(path: Path) -> bytes:
    """A file's content, read once: what is hashed is what is read.

    Raises:
        Unreadable: it cannot be opened, or is too large to be held.
    """
    try:
        with open_plain(path, path.parent) as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES} 字节；请拆分")
    return content


@dataclass(frozen=True)
class OnDisk:
    """A file too large to be held: its hash, and how it was when it was hashed."""

    path: Path
    sha256: str
    size: int
    modified: int

    def must_be_unchanged(self) -> None:
        """Refuse a file that is not what was hashed."""
        now = self.path.stat() if self.path.exists() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (self.size, self.modified):
            raise Unreadable("文件在读取过程中被改动")


def on_disk(path: Path) -> OnDisk:
    """A file as it is now."""
    try:
        was = path.stat()
        with open_plain(path, path.parent) as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None
    return OnDisk(path, sha256, was.st_size, was.st_mtime_ns)
