"""In which encoding is a text file written, and where is it damaged?

A file is UTF-8 if all of it is. Else it is GB18030 if all of it is that, unless most of what is not ASCII
in it is sound UTF-8 all the same: then it is UTF-8 with a damaged line. The two are counted in bytes: those
in sound UTF-8 sequences of three or four, which Chinese takes, against those in no sound sequence at all.
"""

import codecs
from typing import BinaryIO

import numpy as np

from talentcalc.evidence.tables.grid import Unreadable

MOST_LINE = 16 << 20
"""Bytes of one line: a hundred cells as long as a spreadsheet allows, in Chinese; more is a flood."""

_PART = 1 << 20
_ENOUGH = 4  # parts after the first that is no UTF-8, from which the two encodings can be told apart
_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16（Excel 的“Unicode 文本”）",
    codecs.BOM_UTF16_BE: "UTF-16（Excel 的“Unicode 文本”）",
}
_SAVE = "请另存为“CSV UTF-8（逗号分隔）”"


def encoding_of(stream: BinaryIO) -> str:
    """The encoding of a file's text: UTF-8 (its mark aside) or GB18030; the stream is then at its beginning.

    Raises:
        Unreadable: another encoding, or bytes that are none in it, or a line without end.
    """
    stream.seek(0)
    start = stream.read(4096)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            raise Unreadable(f"编码是 {name}，不是 UTF-8；{_SAVE}")
    if (nothing := start.count(b"\0")) * 3 > len(start):
        raise Unreadable(f"内容像是 UTF-16 或不是文字（开头有 {nothing} 个空字节）；{_SAVE}")
    wrong = _first_wrong(stream, "utf-8")
    encoding = "utf-8"
    if wrong is not None:
        marked = start.startswith(codecs.BOM_UTF8)
        if marked or _mostly_utf_8(stream):
            raise Unreadable(f"第 {wrong} 行有字节不是 UTF-8，而其余是 UTF-8；该行已损坏，请重新导出")
        encoding = "gb18030"
        if (other := _first_wrong(stream, "gb18030")) is not None:
            raise Unreadable(f"编码既不是 UTF-8 也不是 GB18030（第 {other} 行）；{_SAVE}")
    stream.seek(0)
    return encoding


def _first_wrong(stream: BinaryIO, encoding: str) -> int | None:
    """The first line with bytes that are nothing in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    line, run = 1, 0
    while True:
        part = stream.read(_PART)
        last = max(part.rfind(b"\n"), part.rfind(b"\r"))
        run = run + len(part) if last < 0 else len(part) - last - 1
        if run > MOST_LINE:
            raise Unreadable(f"一行超过 {MOST_LINE} 字节（从第 {line} 行起没有换行）；不是合格的 CSV")
        held = decoder.getstate()[0]
        try:
            decoder.decode(part, final=not part)
        except UnicodeDecodeError as error:
            return line + (held + part)[: error.start].count(b"\n")
        if not part:
            return None
        line += part.count(b"\n")


def _mostly_utf_8(stream: BinaryIO) -> bool:
    """Whether more bytes are in long UTF-8 sequences than are in no sequence."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    stream.seek(0)
    sound = unsound = after = 0
    while after <= _ENOUGH and (part := stream.read(_PART)):
        codes = np.frombuffer(decoder.decode(part).encode("utf-32-le", "surrogatepass"), np.uint32)
        none = (codes >= 0xDC80) & (codes <= 0xDCFF)
        sound += 3 * int(((codes >= 0x800) & ~none).sum())
        unsound += int(none.sum())
        after += unsound > 0
    return sound > unsound
