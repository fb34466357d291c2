"""Open a package that anyone may have made: nothing leaves it, no link is followed, sizes are bounded."""

import io
import os
import re
import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from talentcalc.archive import layout
from talentcalc.archive.zipped import zip_into
from talentcalc.errors import Problem, Refusal, shown

MOST_FILES = 1_000_000
MOST_DEEP = 100  # folders in one another
MOST_IN_MEMORY = 256 << 20  # bytes of a file that is read whole: a manifest, a result
_BLOCK = 1 << 20
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|(^|/)(\.{0,2})(/|$)|^[A-Za-z]:")


class NoPack(Exception):
    """What was opened is no package as this program makes them: a finding, not a mistake of the caller."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Pack(ABC):
    """The files of a package: path to size in bytes. `root` is the folder that all of a zip lies in."""

    def __init__(self, path: Path, files: dict[str, int], root: str) -> None:
        self.path = path
        self.files = files
        self.root = root

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """One of its files as a stream of bytes."""

    def read(self, path: str) -> bytes:
        """A file that is read whole; one that is not there is empty.

        Raises:
            NoPack: it is larger than any such file.
        """
        if path not in self.files:
            return b""
        if self.files[path] > MOST_IN_MEMORY:
            raise _no_pack(path, f"{self.files[path]} bytes", f"at most {MOST_IN_MEMORY}")
        with self.open(path) as stream:
            return stream.read()

    def extract(self, prefix: str, folder: Path) -> None:
        """Write the files whose path starts with `prefix` below a folder of one's own, for oneself alone."""
        for path in self.files:
            if path.startswith(prefix):
                target = folder / path.removeprefix(prefix)
                try:
                    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    written = open(target, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
                except (FileExistsError, NotADirectoryError):
                    raise _no_pack(path, "a file where a folder is", "one of them") from None
                with self.open(path) as read, written:
                    while block := read.read(_BLOCK):
                        written.write(block)


@contextmanager
def open_pack(path: Path) -> Iterator[Pack]:
    """A package that is a folder or a `.zip`.

    Raises:
        Refusal: nothing is there.
        NoPack: a link, a path that leads out, a bomb, a zip in another form than `seal` writes.
    """
    if path.is_dir() and not path.is_symlink():
        yield _Folder(path)
    elif path.is_file() and not path.is_symlink():
        with path.open("rb") as file, _unzipped(path, file) as pack:
            yield pack
    else:
        raise Refusal(
            Problem(
                "PACK",
                f"{shown(str(path))}, no folder and no file",
                "a package",
                "name one below outputs/archive",
            )
        )


class _Folder(Pack):
    def __init__(self, path: Path) -> None:
        super().__init__(path, dict(_walked(path, "")), path.name)

    def open(self, path: str) -> BinaryIO:
        # A file that became a link since it was listed is not followed either.
        return os.fdopen(os.open(self.path / path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _walked(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    if prefix.count("/") > MOST_DEEP:
        raise _no_pack(f"{prefix[:40]}…", "folders in folders", f"at most {MOST_DEEP} of them")
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            path = f"{prefix}{entry.name}"
            if _UNSAFE.search(path):
                raise _no_pack(path, "a name that no package has", "a plain name")
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from _walked(Path(entry.path), f"{path}/")
            elif stat.S_ISREG(mode):
                yield path, entry.stat(follow_symlinks=False).st_size
            else:
                raise _no_pack(path, "a link or a device", "a plain file")


class _Zip(Pack):
    def __init__(self, path: Path, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        own = archive.infolist()[0].filename.split("/")[0]
        super().__init__(path, {name: entry.file_size for name, entry in entries.items()}, own)
        self.archive, self.entries = archive, entries

    def open(self, path: str) -> BinaryIO:
        return self.archive.open(self.entries[path])  # type: ignore[return-value]


@contextmanager
def _unzipped(path: Path, file: BinaryIO) -> Iterator[Pack]:
    try:
        archive = zipfile.ZipFile(file)
    except Exception as error:  # zipfile lets through whatever damaged headers raise
        raise _no_pack(path.name, f"no readable zip ({type(error).__name__})", "a package") from None
    with archive:
        listed = archive.infolist()
        pack = _Zip(path, archive, dict(_entries(listed, path)))
        try:
            _must_be_its_one_form(pack, [one.filename for one in listed], file)
        except NoPack:
            raise
        except Exception as error:  # the same, and every wrong CRC
            raise _no_pack(path.name, f"a damaged zip ({type(error).__name__})", "a whole one") from None
        yield pack


def _entries(listed: list[zipfile.ZipInfo], path: Path) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    if len(listed) > MOST_FILES:
        raise _no_pack(path.name, f"{len(listed)} entries", f"at most {MOST_FILES}")
    roots = {entry.filename.split("/")[0] for entry in listed}
    if len(roots) != 1:
        raise _no_pack(path.name, f"{len(roots)} folders at the top", "one")
    names: set[str] = set()
    for entry in listed:
        mode = entry.external_attr >> 16
        if _UNSAFE.search(entry.filename) or "/" not in entry.filename:
            raise _no_pack(entry.filename, "a path that leads out, or a folder", "a path below the package")
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise _no_pack(entry.filename, "a link or a device", "a plain file")
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise _no_pack(entry.filename, "compressed content", "files stored as they are")
        if entry.filename in names:
            raise _no_pack(entry.filename, "two entries of one name", "each once")
        names.add(entry.filename)
        yield entry.filename.split("/", 1)[1], entry


class _Differs(Exception):
    """A zip is not what it would be if written again: nothing more of it is read."""


class _Comparing:
    """Takes a zip as it is written, and compares it with the one that is there, up to where they part."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.at = file, 0
        self.same = True

    def write(self, data: bytes, /) -> int:
        self.file.seek(self.at)
        self.same = self.same and self.file.read(len(data)) == bytes(data)
        if not self.same:
            raise _Differs
        self.at += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def _must_be_its_one_form(pack: _Zip, names: list[str], file: BinaryIO) -> None:
    """Written again, the zip must be the same bytes: what no checksum covers is covered so."""
    paths = sorted(pack.files)
    if [f"{pack.root}/{path}" for path in paths] != names:
        raise _no_pack(pack.path.name, "entries in another order", "sorted by path")
    again = _Comparing(file)
    try:
        zip_into(again, entries_of(pack))
    except Exception:  # zipfile wraps what its stream raises
        if again.same:
            raise
    file.seek(0, os.SEEK_END)
    if not again.same or again.at != file.tell():
        raise _no_pack(
            pack.path.name, "damage, or bytes that no file of it explains", "a zip as `seal` writes it"
        )


def entries_of(
    pack: Pack, other: Mapping[str, bytes] = MappingProxyType({})
) -> Iterator[tuple[str, int, int, BinaryIO]]:
    """A package's files, by path, as a zip has them: name, mode, size in bytes, content; some are `other`."""
    private = layout.is_private(pack.read(layout.INFO))
    for path in sorted({*pack.files, *other}):
        size = len(other[path]) if path in other else pack.files[path]
        content: BinaryIO = io.BytesIO(other[path]) if path in other else pack.open(path)
        yield f"{pack.root}/{path}", layout.mode_of(path, private), size, content


def _no_pack(where: str, found: str, expected: str) -> NoPack:
    return NoPack(Problem(where, found, expected, "do not rely on it; ask for the package again"))
