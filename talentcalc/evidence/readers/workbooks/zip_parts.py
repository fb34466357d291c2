"""Reads the parts of a workbook that is a ZIP archive, within bounds."""

import io
import posixpath
import zipfile
import zlib

from talentcalc.evidence.readers.workbooks.bounds import MOST_BYTES, Bounds
from talentcalc.evidence.tables.grid import Unreadable

_MOST_PARTS = 10_000
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1  # a flag of a member


class ZipParts:
    """A workbook's parts by name; as in the standard, names ignore case."""

    def __init__(self, content: bytes, bounds: Bounds) -> None:
        if content.count(_DIRECTORY_ENTRY) > _MOST_PARTS:  # before the directory is read into memory
            raise Unreadable(f"工作簿内超过 {_MOST_PARTS:,} 个部件；请另存为 .xlsx 或改用 CSV")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(f"文件不完整或已损坏（{type(error).__name__}）；请重新导出或另存") from None
        self._bounds = bounds
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._archive.infolist():
            name = _key(member.filename)
            if name in self._members:
                raise Unreadable(f"工作簿内有两个部件同名（{name[:60]}）；请另存后重新提交")
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
            raise Unreadable(f"工作簿缺少部件 {name[:60]}；请另存后重新提交")
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("文件有密码；请取消密码后另存")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("工作簿的压缩方式不是表格软件所用的；请另存为 .xlsx")
        try:
            with self._archive.open(member) as stream:
                content = stream.read(MOST_BYTES - self._bounds.unpacked + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
            raise Unreadable(f"部件 {name[:60]} 已损坏（{type(error).__name__}）；请重新导出") from None
        self._bounds.count_unpacked(len(content))
        return content


def _key(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()
