"""A CSV file as a grid of text, in UTF-8 (with or without BOM) or GB18030."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from talentcalc.evidence.formulas import plain
from talentcalc.evidence.grid import Grid, Line, Unreadable, grids_of


def read_csv(content: bytes, known: Collection[str]) -> Grid:
    """A CSV file; every ragged line is refused. `known` are the names and titles of the table's columns."""
    return next(csv_grids(io.BytesIO(content), known))


def csv_grids(stream: BinaryIO, known: Collection[str], most: int | None = None) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, of a file that may be too large for memory."""
    text = io.TextIOWrapper(stream, encoding=_encoding(stream), newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    for grid in grids_of(_numbered(csv.reader(text, strict=True)), known, most):
        yield replace(grid, columns=[plain(texts) for texts in grid.columns])


def _encoding(stream: BinaryIO) -> str:
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        stream.seek(0)
        try:
            while part := stream.read(1 << 20):
                decoder.decode(part)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        stream.seek(0)
        return encoding
    raise Unreadable("编码既不是 UTF-8 也不是 GB18030")


def _numbered(rows: Any) -> Iterator[Line]:
    line = 1
    try:
        for row in rows:
            if row:
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"第 {line} 行起不是合格的 CSV（{error}）") from None
