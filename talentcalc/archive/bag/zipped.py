"""A package as one `.zip` in the one form it can have: stored, by path, no time, no machine."""

import io
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from talentcalc.archive.bag import layout

_EPOCH = (1980, 1, 1, 0, 0, 0)
_LARGE = 1 << 30  # beyond, an entry's sizes take eight bytes: decided by its size, known beforehand


class Written(Protocol):
    """A stream that a zip can be written to."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


def zip_into(sink: Written, entries: Iterator[tuple[str, int, int, BinaryIO]]) -> None:
    """Write entries (name, mode, size in bytes, content) to a stream that is never sought in."""
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as made:  # type: ignore[call-overload]
        for name, mode, size, content in entries:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | mode) << 16
            with made.open(info, "w", force_zip64=size >= _LARGE) as entry, content:
                shutil.copyfileobj(content, entry, 1 << 20)


class Unseekable(io.RawIOBase):
    """A file as a stream: zipfile then writes each header once."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        return self.file.write(data)


def write_zip(folder: Path, target: Path, name: str) -> Path:
    """Write the files of a package's folder as `name`/… into a zip; a private one only its owner may read."""
    private = layout.is_private((folder / layout.INFO).read_bytes())
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    entries = (
        (
            f"{name}/{path}",
            layout.mode_of(path, private),
            (folder / path).stat().st_size,
            (folder / path).open("rb"),
        )
        for path in files
    )
    target.touch(0o600 if private else 0o666, exist_ok=False)
    with target.open("r+b") as file:
        zip_into(Unseekable(file), entries)
    return target
