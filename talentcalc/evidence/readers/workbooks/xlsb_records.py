"""The records of an .xlsb file's parts, and the texts in them."""

from collections.abc import Iterator
from struct import error, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.tables.grid import Unreadable

_AT_ONCE = 4096  # records that are counted together


def read_records(content: bytes, bounds: Bounds) -> Iterator[tuple[int, bytes]]:
    """The kind and content of each record of a part.

    Raises:
        Unreadable: the part breaks off.
    """
    at, end, count = 0, len(content), 0
    try:
        while at < end:
            kind, at = _short(content, at, 2)
            size, at = _short(content, at, 4)
            if at + size > end:
                raise IndexError
            count += 1
            if count % _AT_ONCE == 0:
                bounds.mark(_AT_ONCE * 4)  # a record is as much work as a cell's elements
            yield kind, content[at : at + size]
            at += size
    except (IndexError, error, UnicodeDecodeError):
        raise Unreadable("内容不完整或已损坏；请重新导出或另存") from None


def wide_text(record: bytes, at: int) -> tuple[str, int]:
    """A text, with a length before it, and where it ends; a missing one is empty."""
    length = unpack_from("<I", record, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(record):
        raise IndexError
    return record[at + 4 : end].decode("utf-16-le", "surrogatepass"), end


def rich_text(record: bytes, at: int) -> tuple[str, list[int]]:
    """A text and the numbers of the fonts of its parts."""
    text, end = wide_text(record, at + 1)
    if not record[at] & 1:
        return text, []
    count = unpack_from("<I", record, end)[0]
    return text, [unpack_from("<H", record, end + 6 + 4 * one)[0] for one in range(count)]


def _short(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number in as many bytes as it needs, seven bits in each."""
    value = 0
    for place in range(most):
        byte = content[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    return value, at + most
