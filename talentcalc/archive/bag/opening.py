"""Open a package that anyone may have made: nothing leaves it, no link is followed, sizes are bounded."""

import io
import os
import re
import stat
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from struct import Struct
from types import MappingProxyType
from typing import BinaryIO

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.zipped import zip_into
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.messages.message import Message, message

MOST_FILES = 200_000
MOST_DEEP = 100  # folders in one another
MOST_LONG = 255  # bytes of a name: no file system has a longer one
MOST_PATH = 2000  # bytes of a path
MOST_IN_MEMORY = 256 << 20  # bytes of a file that is read whole
MOST_LISTED = 32 << 20  # bytes of a zip's list of its entries
_BLOCK = 1 << 20
_END, _LOCATOR, _END_64 = Struct("<4s4H2IH"), Struct("<4sIQI"), Struct("<4sQ2H2I4Q")  # of a zip (APPNOTE 4.3)
_AS_IT_IS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_UNEXPLAINED = message("archive.zip_unexplained")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|(^|/)(\.{0,2})(/|$)|^[A-Za-z]:")


class NotAPackage(Exception):
    """The refusal of what is no package of this program: a finding, not a mistake of the caller."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Package(ABC):
    """The files of a package: path to size in bytes. `root` is the folder that all of a zip lies in."""

    def __init__(self, path: Path, files: dict[str, int], root: str) -> None:
        self.path = path
        self.files = files
        self.root = root

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """One of its files as a stream of bytes."""

    def read(self, path: str, most: int = MOST_IN_MEMORY) -> bytes:
        """A file of at most `most` bytes, read whole; one that is not there is empty.

        Raises:
            NotAPackage: it is larger than any such file, or changes while it is read.
        """
        if path not in self.files:
            return b""
        return b"".join(self.blocks(path, min(most, MOST_IN_MEMORY)))

    def blocks(self, path: str, most: int | None = None) -> Iterator[bytes]:
        """The content of one of its files, of at most `most` bytes.

        Raises:
            NotAPackage: it is larger, or not of the size that it had when the package was opened.
        """
        size = self.files[path]
        if most is not None and size > most:
            raise _no_pack(path, message("archive.file_too_large", size=size, most=most))
        read = 0
        with self.open(path) as stream:
            while block := stream.read(_BLOCK):
                read += len(block)
                if read > size:  # one that grows for ever has no end
                    break
                yield block
        if read != size:
            raise _no_pack(path, message("archive.file_changes", size=size))

    def extract(self, prefix: str, folder: Path) -> None:
        """Write the files whose path starts with `prefix` below a folder of one's own, for oneself alone."""
        for path in self.files:
            if path.startswith(prefix):
                target = folder / path.removeprefix(prefix)
                try:
                    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    written = open(target, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
                except (FileExistsError, NotADirectoryError):
                    raise _no_pack(path, message("archive.file_in_place_of_folder")) from None
                with written:
                    written.writelines(self.blocks(path))


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """A package that is a folder or a `.zip`.

    Raises:
        InputError: nothing is there.
        NotAPackage: a link, a path that leads out, a bomb, a zip in another form than `seal` writes.
    """
    if path.is_dir() and not path.is_symlink():
        yield _Folder(path)
    elif path.is_file() and not path.is_symlink():
        with path.open("rb") as file, _unzipped(path, file) as pack:
            yield pack
    else:
        raise InputError(Problem("PACK", message("archive.no_package_there", path=quote_value(str(path)))))


class _Folder(Package):
    def __init__(self, path: Path) -> None:
        super().__init__(path, dict(islice(_walked(path, ""), MOST_FILES + 1)), path.name)
        if len(self.files) > MOST_FILES:
            raise _no_pack(path.name, message("archive.too_many_files", most=MOST_FILES))

    def open(self, path: str) -> BinaryIO:
        # A file that became a link or a pipe since it was listed is not followed either, nor waited for.
        try:
            opened = os.open(self.path / path, os.O_RDONLY | _AS_IT_IS)
        except OSError as error:
            raise _no_pack(path, message("archive.file_unreadable", reason=str(error.strerror))) from None
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise _no_pack(path, message("archive.no_plain_file"))
        return os.fdopen(opened, "rb")


def _walked(folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
    if prefix.count("/") > MOST_DEEP:
        raise _no_pack(f"{prefix[:40]}…", message("archive.folders_too_deep", most=MOST_DEEP))
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = f"{prefix}{entry.name}"
            if _UNSAFE.search(path):
                raise _no_pack(path, message("archive.no_plain_name"))
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                yield from _walked(Path(entry.path), f"{path}/")
            elif stat.S_ISREG(mode):
                yield path, entry.stat(follow_symlinks=False).st_size
            else:
                raise _no_pack(path, message("archive.no_plain_file"))


class _Zip(Package):
    def __init__(self, path: Path, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        root = archive.infolist()[0].filename.split("/")[0]
        super().__init__(path, {name: entry.file_size for name, entry in entries.items()}, root)
        self.archive, self.entries = archive, entries

    def open(self, path: str) -> BinaryIO:
        return self.archive.open(self.entries[path])  # type: ignore[return-value]


@contextmanager
def _unzipped(path: Path, file: BinaryIO) -> Iterator[Package]:
    _must_end_as_written(path, file)
    try:
        archive = zipfile.ZipFile(file)
    except Exception as error:  # zipfile lets through whatever damaged headers raise
        raise _no_pack(path.name, message("archive.no_readable_zip", error=type(error).__name__)) from None
    with archive:
        listed = archive.infolist()
        pack = _Zip(path, archive, dict(_entries(listed, path)))
        try:
            _must_be_canonical(pack, [entry.filename for entry in listed], file)
        except NotAPackage:
            raise
        except Exception as error:  # the same, and every wrong CRC
            raise _no_pack(path.name, message("archive.zip_damaged", error=type(error).__name__)) from None
        yield pack


def _must_end_as_written(path: Path, file: BinaryIO) -> None:
    """Refuse a zip with another end than `seal` writes, or with too large a list of entries.

    The list is read whole: its size stands in the last bytes.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(-min(size, _END.size + _LOCATOR.size + _END_64.size), os.SEEK_END)
    tail = file.read()
    if len(tail) < _END.size or tail[-_END.size :][:4] != b"PK\5\6":
        if b"PK\5\6" in tail:
            raise _no_pack(path.name, _UNEXPLAINED)
        raise _no_pack(path.name, message("archive.zip_without_end"))
    listed = _END.unpack(tail[-_END.size :])[5]
    if tail[-_END.size - _LOCATOR.size :][:4] == b"PK\6\7":
        listed = max(listed % 0xFFFFFFFF, _END_64.unpack(tail[: _END_64.size])[8])
    if listed > MOST_LISTED:
        raise _no_pack(path.name, message("archive.zip_list_too_long", size=listed, most=MOST_LISTED))


def _entries(listed: list[zipfile.ZipInfo], path: Path) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    if len(listed) > MOST_FILES:
        raise _no_pack(
            path.name, message("archive.zip_too_many_entries", entries=len(listed), most=MOST_FILES)
        )
    roots = {entry.filename.split("/")[0] for entry in listed}
    if len(roots) != 1:
        raise _no_pack(path.name, message("archive.zip_not_one_folder", folders=len(roots)))
    names: set[str] = set()
    for entry in listed:
        mode = entry.external_attr >> 16
        if _is_long(entry.filename):
            long = message("archive.zip_path_too_long", name=MOST_LONG, folders=MOST_DEEP, path=MOST_PATH)
            raise _no_pack(f"{entry.filename[:40]}…", long)
        if _UNSAFE.search(entry.filename) or "/" not in entry.filename:
            raise _no_pack(entry.filename, message("archive.zip_path_leads_out"))
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise _no_pack(entry.filename, message("archive.no_plain_file"))
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise _no_pack(entry.filename, message("archive.zip_compressed"))
        if entry.filename in names:
            raise _no_pack(entry.filename, message("archive.zip_entry_twice"))
        names.add(entry.filename)
        yield entry.filename.split("/", 1)[1], entry


def _is_long(path: str) -> bool:
    parts = path.encode("utf-8", "surrogatepass").split(b"/")
    lengths = [len(part) for part in parts]
    return max(lengths) > MOST_LONG or len(parts) > MOST_DEEP or sum(lengths) + len(parts) > MOST_PATH


class _Differs(Exception):
    """The sign that a zip is not what it would be if written again: nothing more of it is read."""


class _Comparing:
    """A stream that compares a zip, as it is written, with the one there, up to where they part."""

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
        """Do nothing: what is written is compared at once."""


def _must_be_canonical(pack: _Zip, names: list[str], file: BinaryIO) -> None:
    """Refuse a zip that is not the same bytes if written again: what no checksum covers is covered so."""
    paths = sorted(pack.files)
    if [f"{pack.root}/{path}" for path in paths] != names:
        raise _no_pack(pack.path.name, message("archive.zip_out_of_order"))
    again = _Comparing(file)
    try:
        zip_into(again, entries_of(pack))
    except Exception:  # zipfile wraps what its stream raises
        if again.same:
            raise
    file.seek(0, os.SEEK_END)
    if not again.same or again.at != file.tell():
        raise _no_pack(pack.path.name, _UNEXPLAINED)


def entries_of(
    pack: Package, replacements: Mapping[str, bytes] = MappingProxyType({})
) -> Iterator[tuple[str, int, int, BinaryIO]]:
    """A package's files and `replacements`, by path, as a zip has them: name, mode, size, content."""

    @cache
    def private() -> bool:  # asked for after `INFO` itself was written or compared, as that comes first
        with pack.open(layout.INFO) as stream:
            return layout.is_private(stream.read(_BLOCK))

    def entry(path: str) -> tuple[str, int, int, BinaryIO]:
        evidence = path.startswith(f"{layout.PAYLOAD}{layout.EVIDENCE}") and layout.INFO in pack.files
        name, mode = f"{pack.root}/{path}", layout.mode_of(path, evidence and private())
        if path in replacements:
            return name, mode, len(replacements[path]), io.BytesIO(replacements[path])
        return name, mode, pack.files[path], pack.open(path)

    return map(entry, sorted({*pack.files, *replacements}))


def _no_pack(where: str, what: Message) -> NotAPackage:
    return NotAPackage(Problem(where, what))
