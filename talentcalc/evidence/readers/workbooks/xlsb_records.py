"""Reads the records of an .xlsb file's parts, and the texts in them."""

from collections.abc import Iterator
from struct import error, unpack_from

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_AT_ONCE = 4096  # records that are counted at once


def read_records(content: bytes, bounds: Bounds) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and content of each record of a part.

    Raises:
        Unreadable: the part is truncated.
    """
    position, end, count = 0, len(content), 0
    try:
        while position < end:
            kind, position = _variable_number(content, position, 2)
            size, position = _variable_number(content, position, 4)
            if position + size > end:
                raise IndexError
            count += 1
            if count % _AT_ONCE == 0:
                bounds.count_marks(_AT_ONCE * 4)  # a record is as much work as a cell's elements
            yield kind, content[position : position + size]
            position += size
    except (IndexError, error, UnicodeDecodeError):
        raise Unreadable(message("evidence.xlsb_part_damaged")) from None


def wide_text(record: bytes, position: int) -> tuple[str, int]:
    """The text at a position, after its length, and the position of its end; a missing text is empty."""
    length = unpack_from("<I", record, position)[0]
    if length == 0xFFFFFFFF:
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(record):
        raise IndexError
    return record[position + 4 : end].decode("utf-16-le", "surrogatepass"), end


def rich_text(record: bytes, position: int) -> tuple[str, list[int]]:
    """The rich text at a position, and the fonts of its runs."""
    text, end = wide_text(record, position + 1)
    if not record[position] & 1:
        return text, []
    count = unpack_from("<I", record, end)[0]
    return text, [unpack_from("<H", record, end + 6 + 4 * n)[0] for n in range(count)]


def _variable_number(content: bytes, position: int, max_bytes: int) -> tuple[int, int]:
    """The number at a position, seven bits in each byte, and the position of its end."""
    value = 0
    for index in range(max_bytes):
        byte = content[position + index]
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value, position + index + 1
    return value, position + max_bytes
