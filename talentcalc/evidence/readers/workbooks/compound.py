"""The streams of a compound document (OLE), in which .xls files and those with a password are kept.

xlrd has a reader of its own, which follows the directory as a tree: a crafted one keeps it busy for ever.
"""

from collections.abc import Callable
from struct import error, iter_unpack, unpack_from

from talentcalc.evidence.tables.grid import Unreadable

_END, _NONE = 0xFFFFFFFE, 0xFFFFFFFF
_ENTRY = 128  # bytes of the directory for a stream
_STREAM, _ROOT = 2, 5
_MINIATURE = 64  # bytes of a sector of small streams


class Compound:
    """A compound document; `sizes` are its streams and how long each is.

    Raises:
        Unreadable: the document is damaged or breaks off.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._sector = 1 << unpack_from("<H", content, 30)[0]
            if self._sector not in (512, 4096):
                raise IndexError
            directory, self._cutoff, mini_table = unpack_from("<I4xII", content, 48)
            self._table = self._read_table()
            entries = self._chain(directory, self._table, self._at, self._sector)
            self._streams: dict[str, tuple[int, int]] = {}
            root = 0, _END
            for start in range(0, len(entries) - _ENTRY + 1, _ENTRY):
                length, kind = unpack_from("<HB", entries, start + 64)
                first, size = unpack_from("<II", entries, start + 116)
                if kind == _STREAM and 2 <= length <= 64:
                    name = entries[start : start + length - 2].decode("utf-16-le", "replace")
                    self._streams.setdefault(name, (first, size))
                elif kind == _ROOT:
                    root = size, first
            held = self._chain(mini_table, self._table, self._at, self._sector)
            self._mini_table = [one for (one,) in iter_unpack("<I", held[: len(held) // 4 * 4])]
            self._mini = self._chain(root[1], self._table, self._at, self._sector)[: root[0]]
        except (error, IndexError):
            raise _damaged() from None

    @property
    def names(self) -> set[str]:
        """The names of its streams."""
        return set(self._streams)

    def stream(self, name: str) -> bytes:
        """A stream's content."""
        first, size = self._streams[name]
        try:
            if size < self._cutoff:
                content = self._chain(first, self._mini_table, self._mini_at, _MINIATURE)
            else:
                content = self._chain(first, self._table, self._at, self._sector)
        except (error, IndexError):
            raise _damaged() from None
        if len(content) < size:
            raise _damaged()
        return content[:size]

    def _read_table(self) -> list[int]:
        """Which sector follows each."""
        more, count = unpack_from("<II", self._content, 68)
        where = [one for one in unpack_from("<109I", self._content, 76) if one < _END]
        each = self._sector // 4
        for _ in range(min(count, len(self._content) // self._sector + 1)):
            if more >= _END:
                break
            *some, more = unpack_from(f"<{each}I", self._content, (more + 1) * self._sector)
            where += [one for one in some if one < _END]
        if len(set(where)) != len(where):
            raise IndexError
        return [
            one for at in where for one in unpack_from(f"<{each}I", self._content, (at + 1) * self._sector)
        ]

    def _chain(self, first: int, table: list[int], at: Callable[[int, int], bytes], size: int) -> bytes:
        pieces, seen = [], bytearray(len(table))
        while first < len(table):
            if seen[first]:
                raise IndexError  # it goes round in a circle
            seen[first] = 1
            pieces.append(at(first, size))
            first = table[first]
        if first not in (_END, _NONE):
            raise IndexError
        return b"".join(pieces)

    def _at(self, sector: int, size: int) -> bytes:
        return self._content[(sector + 1) * size : (sector + 2) * size]

    def _mini_at(self, sector: int, size: int) -> bytes:
        return self._mini[sector * size : (sector + 1) * size]


def _damaged() -> Unreadable:
    return Unreadable(
        "内容是复合文档（旧版 .xls 或加了密码的工作簿），不完整或已损坏；请用 Excel 或 WPS 另存为 .xlsx"
    )
