"""Reads the parts of a workbook that is a ZIP archive, within bounds."""

import io
import posixpath
import zipfile
import zlib

from talentcalc.evidence.readers.workbooks.bounds import MOST_BYTES, Bounds
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_MOST_PARTS = 10_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1  # a flag of a member


class ZipParts:
    """A workbook's parts by name; as in the standard, names ignore case."""

    def __init__(self, content: bytes, bounds: Bounds) -> None:
        if content.count(_DIRECTORY_ENTRY) > _MOST_PARTS:  # before the directory is read into memory
            raise Unreadable(message("evidence.too_many_parts", most=f"{_MOST_PARTS:,}"))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(message("evidence.file_damaged", error=type(error).__name__)) from None
        self._bounds = bounds
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._archive.infolist():
            name = _key(member.filename)
            if name in self._members:
                raise Unreadable(message("evidence.two_parts_of_one_name", part=name[:60]))
            self._members[name] = member

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    def read(self, name: str) -> bytes:
        """Read and unpack a part.

        Raises:
            Unreadable: no such part, a damaged or encrypted one, or more bytes than the bounds allow.
        """
        member = self._members.get(_key(name))
        if member is None:
            raise Unreadable(message("evidence.missing_part", part=name[:60]))
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable(message("evidence.file_has_password"))
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(message("evidence.unknown_compression"))
        try:
            with self._archive.open(member) as stream:
                content = stream.read(MOST_BYTES - self._bounds.unpacked + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(
                message("evidence.part_damaged", part=name[:60], error=type(error).__name__)
            ) from None
        self._bounds.count_unpacked(len(content))
        return content


def _key(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()
