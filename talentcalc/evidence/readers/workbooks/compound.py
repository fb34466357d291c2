"""Reads the streams of a compound document (OLE), the container of .xls files and of encrypted workbooks.

xlrd's own reader follows the directory as a tree, and never ends on a crafted one.
"""

from collections.abc import Callable
from struct import error, iter_unpack, unpack_from

from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_END, _NONE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY_BYTES = 128  # bytes of the directory for a stream
_STREAM, _ROOT = 2, 5
_MINI_SECTOR = 64  # bytes of a sector of small streams


class Compound:
    """A compound document.

    Raises:
        Unreadable: the document is damaged or truncated.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._sector = 1 << unpack_from("<H", content, 30)[0]
            if self._sector not in (512, 4096):
                raise IndexError
            directory, self._cutoff, mini_table = unpack_from("<I4xII", content, 48)
            self._table = self._read_table()
            entries = self._chain(directory, self._table, self._read_sector, self._sector)
            self._streams: dict[str, tuple[int, int]] = {}
            root = 0, _END
            for start in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
                length, kind = unpack_from("<HB", entries, start + 64)
                first, size = unpack_from("<II", entries, start + 116)
                if kind == _STREAM and 2 <= length <= 64:
                    name = entries[start : start + length - 2].decode("utf-16-le", "replace")
                    self._streams.setdefault(name, (first, size))
                elif kind == _ROOT:
                    root = size, first
            mini_entries = self._chain(mini_table, self._table, self._read_sector, self._sector)
            self._mini_table = [
                sector for (sector,) in iter_unpack("<I", mini_entries[: len(mini_entries) // 4 * 4])
            ]
            self._mini = self._chain(root[1], self._table, self._read_sector, self._sector)[: root[0]]
        except (error, IndexError):
            raise _damaged() from None

    @property
    def names(self) -> set[str]:
        """The names of the document's streams."""
        return set(self._streams)

    def stream(self, name: str) -> bytes:
        """The content of a stream."""
        first, size = self._streams[name]
        try:
            if size < self._cutoff:
                content = self._chain(first, self._mini_table, self._read_mini_sector, _MINI_SECTOR)
            else:
                content = self._chain(first, self._table, self._read_sector, self._sector)
        except (error, IndexError):
            raise _damaged() from None
        if len(content) < size:
            raise _damaged()
        return content[:size]

    def _read_table(self) -> list[int]:
        """The sector allocation table: for each sector, the one that follows it."""
        next_sector, count = unpack_from("<II", self._content, 68)
        sectors = [sector for sector in unpack_from("<109I", self._content, 76) if sector < _END]
        entries = self._sector // 4
        for _ in range(min(count, len(self._content) // self._sector + 1)):
            if next_sector >= _END:
                break
            *more, next_sector = unpack_from(f"<{entries}I", self._content, (next_sector + 1) * self._sector)
            sectors += [sector for sector in more if sector < _END]
        if len(set(sectors)) != len(sectors):
            raise IndexError
        return [
            entry
            for sector in sectors
            for entry in unpack_from(f"<{entries}I", self._content, (sector + 1) * self._sector)
        ]

    def _chain(self, first: int, table: list[int], read: Callable[[int, int], bytes], size: int) -> bytes:
        """The content of a chain of sectors; `read` reads one of the given size."""
        pieces, seen = [], bytearray(len(table))
        while first < len(table):
            if seen[first]:
                raise IndexError  # the chain is a cycle
            seen[first] = 1
            pieces.append(read(first, size))
            first = table[first]
        if first not in (_END, _NONE):
            raise IndexError
        return b"".join(pieces)

    def _read_sector(self, sector: int, size: int) -> bytes:
        return self._content[(sector + 1) * size : (sector + 2) * size]

    def _read_mini_sector(self, sector: int, size: int) -> bytes:
        return self._mini[sector * size : (sector + 1) * size]


def _damaged() -> Unreadable:
    return Unreadable(message("evidence.compound_document_damaged"))
