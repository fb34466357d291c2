"""No stream of a PDF may end in a carriage return, or its length can be read in two ways.

A stream's data is followed by a line end and `endstream`. Where the last byte of compressed data
happens to be a CR, a reader that goes by the line end takes CR LF for it and finds one byte less
than /Length says, which fails PDF/A (ISO 19005-2, 6.1.7.1). Such a stream gets a space after its
data, which no decoder reads.
"""

import re

_HEAD = re.compile(rb"\d+ 0 obj\n<<(?:[^>]*?/)?Length (\d+)\D.*?>>\nstream\n", re.DOTALL)
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) n")


def without_final_returns(pdf: bytes) -> bytes:
    """The PDF with a space after each stream that ends in a carriage return; it has one classic xref table.

    Raises:
        ValueError: the file is not of the form that Typst writes.
    """
    start = re.search(rb"startxref\n(\d+)\n%%EOF\s*\Z", pdf)
    table = int(start[1]) if start else -1
    if start is None or not pdf.startswith(b"xref\n", table):
        raise ValueError("no cross-reference table where the PDF says it is")
    offsets = sorted(int(entry[1]) for entry in _ENTRY.finditer(pdf, table))
    moved, parts = {}, [pdf[: offsets[0]]]
    place = offsets[0]
    for offset, end in zip(offsets, [*offsets[1:], table], strict=True):
        moved[offset] = place
        parts.append(_plain(pdf[offset:end]))
        place += len(parts[-1])
    tail = _ENTRY.sub(
        lambda entry: b"%010d %s n" % (moved[int(entry[1])], entry[2]), pdf[table : start.start()]
    )
    return b"".join([*parts, tail, b"startxref\n%d\n%%%%EOF" % place]) + pdf[start.end(1) + 6 :]


def _plain(written: bytes) -> bytes:
    head = _HEAD.match(written)
    if head is None:
        return written
    end = head.end() + int(head[1])
    if not written.startswith(b"\nendstream", end):
        raise ValueError(f"no end of a stream where its length says: {written[:40]!r}")
    if written[end - 1 : end] != b"\r":
        return written
    longer = written[: head.start(1)] + b"%d" % (int(head[1]) + 1) + written[head.end(1) : end]
    return longer + b" " + written[end:]
