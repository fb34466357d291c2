"""Detects the encoding of a text file, and the line at which it is damaged.

A file is UTF-8 if all of it is valid UTF-8. Otherwise it is GB18030 if all of it is valid GB18030, unless
most of its non-ASCII bytes are valid UTF-8: then it is UTF-8 with a damaged line. The bytes that are compared
are those in valid UTF-8 sequences of three or four, which Chinese takes, and those in no valid sequence.
"""

import codecs
from typing import BinaryIO

import numpy as np

from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import Text, message

MOST_LINE = 16 << 20
"""Bytes of one line: a hundred cells as long as a spreadsheet allows, in Chinese."""

_CHUNK = 1 << 20  # bytes read at a time
_CHUNKS_COMPARED = 4  # after the first that is no UTF-8, which suffice to distinguish the encodings
_OTHER_MARKS: dict[bytes, Text] = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: message("evidence.utf_16"),
    codecs.BOM_UTF16_BE: message("evidence.utf_16"),
}


def encoding_of(stream: BinaryIO) -> str:
    """Detect the encoding of a file, UTF-8 (with or without BOM) or GB18030, and rewind the stream.

    Raises:
        Unreadable: another encoding, bytes that are invalid in it, or a line that is too long.
    """
    stream.seek(0)
    start = stream.read(4096)
    for mark, name in _OTHER_MARKS.items():
        if start.startswith(mark):
            raise Unreadable(message("evidence.other_encoding", encoding=name))
    if (nulls := start.count(b"\0")) * 3 > len(start):
        raise Unreadable(message("evidence.null_bytes", count=nulls))
    invalid_line = _first_invalid_line(stream, "utf-8")
    encoding = "utf-8"
    if invalid_line is not None:
        has_mark = start.startswith(codecs.BOM_UTF8)
        if has_mark or _mostly_utf_8(stream):
            raise Unreadable(message("evidence.damaged_line", line=invalid_line))
        encoding = "gb18030"
        if (invalid_gb18030_line := _first_invalid_line(stream, "gb18030")) is not None:
            raise Unreadable(message("evidence.unknown_encoding", line=invalid_gb18030_line))
    stream.seek(0)
    return encoding


def _first_invalid_line(stream: BinaryIO, encoding: str) -> int | None:
    """The first line with bytes that are invalid in an encoding; None if all are valid."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    line, line_length = 1, 0
    while True:
        chunk = stream.read(_CHUNK)
        line_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        line_length = line_length + len(chunk) if line_end < 0 else len(chunk) - line_end - 1
        if line_length > MOST_LINE:
            raise Unreadable(message("evidence.line_too_long", most=MOST_LINE, line=line))
        pending = decoder.getstate()[0]
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return line + (pending + chunk)[: error.start].count(b"\n")
        if not chunk:
            return None
        line += chunk.count(b"\n")


def _mostly_utf_8(stream: BinaryIO) -> bool:
    """Whether more bytes are in valid UTF-8 sequences of three or four than in no valid sequence."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    stream.seek(0)
    valid = invalid = chunks = 0
    while chunks <= _CHUNKS_COMPARED and (chunk := stream.read(_CHUNK)):
        codes = np.frombuffer(decoder.decode(chunk).encode("utf-32-le", "surrogatepass"), np.uint32)
        is_invalid = (codes >= 0xDC80) & (codes <= 0xDCFF)
        valid += 3 * int(((codes >= 0x800) & ~is_invalid).sum())
        invalid += int(is_invalid.sum())
        chunks += invalid > 0
    return valid > invalid
