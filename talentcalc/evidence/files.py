"""From a file to a grid of text: CSV, Parquet, or one sheet of a workbook."""

import codecs
import csv
import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa

from talentcalc.evidence.cells import as_text

_ESCAPED = re.compile(r"_x005F(?=_x[0-9A-Fa-f]{4}_)")
_MOST_UNPACKED = 1 << 30  # a workbook of a million rows unpacks to less; a zip bomb to more


class Unreadable(Exception):
    """A file that is no table at all; the message is for the reviewer."""


@dataclass(frozen=True)
class Grid:
    """Headers, one array of text for each, the file's line of each row, and cells refused."""

    headers: list[str]
    columns: list[pa.Array]
    lines: list[int]
    refused: list[tuple[int, str, str]] = field(default_factory=list)  # line, found, expected


def read_bytes(path: Path) -> bytes:
    """A file's content, read once: what is hashed is what is read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None


@dataclass(frozen=True)
class OnDisk:
    """A file too large to be held: its hash, and how it was when it was hashed."""

    path: Path
    sha256: str
    size: int
    modified: int

    def must_be_unchanged(self) -> None:
        """Refuse a file that is not what was hashed."""
        now = self.path.stat() if self.path.exists() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (self.size, self.modified):
            raise Unreadable("文件在读取过程中被改动")


def on_disk(path: Path) -> OnDisk:
    """A file as it is now."""
    try:
        was = path.stat()
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"{error.strerror}") from None
    return OnDisk(path, sha256, was.st_size, was.st_mtime_ns)


def read_csv(content: bytes) -> Grid:
    """A CSV file in UTF-8 (with or without BOM) or GB18030. Every ragged line is refused."""
    return next(csv_grids(io.BytesIO(content)))


def csv_grids(stream: BinaryIO, most: int | None = None) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, of a file that may be too large for memory."""
    text = io.TextIOWrapper(stream, encoding=_encoding(stream), newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    rows = _numbered(csv.reader(text, strict=True))
    header = next(rows, (1, []))
    for number in itertools.count():
        part = list(itertools.islice(rows, most))
        if part or number == 0:
            yield _grid(itertools.chain([header], part))
        if most is None or len(part) < most:
            return


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


def read_parquet(content: bytes, known: Collection[str]) -> Grid:
    """A Parquet file; the values of its known columns as the text that a CSV file would have for them."""
    return next(parquet_grids(pa.BufferReader(content), known))


def parquet_grids(source: Any, known: Collection[str], most: int | None = None) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, of a file (or its path) that may be too large for memory."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(source)
        headers = [str(name) for name in file.schema_arrow.names]
        line = 2
        for part in file.iter_batches(most) if most else [file.read().combine_chunks()]:
            part.validate(full=True)
            wanted = [header in known or not header.strip() for header in headers]
            columns = [
                _texts(header, column) if want else pa.nulls(part.num_rows, pa.string())
                for header, column, want in zip(headers, part.columns, wanted, strict=True)
            ]
            yield Grid(headers, columns, list(range(line, line + part.num_rows)))
            line += part.num_rows
        if line == 2 and most:
            yield Grid(headers, [pa.nulls(0, pa.string()) for _ in headers], [])
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{str(error).splitlines()[0][:120]}）") from None


def parquet_schema(path: Path) -> tuple[list[tuple[str, Any]], int]:
    """A Parquet file's columns with their Arrow types, and how many rows it has."""
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"不是可读的 Parquet 文件（{str(error).splitlines()[0][:120]}）") from None
    return [(str(one.name), one.type) for one in schema], int(metadata.num_rows)


def read_sheets(content: bytes, known: Collection[str]) -> Iterator[tuple[str, Grid]]:
    """Each sheet of a workbook, but hidden ones that are not `known`: they hold drop-down lists.

    A formula is refused: its value is not evidence.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MOST_UNPACKED:
            raise Unreadable(
                f"工作簿展开后有 {unpacked} 字节，超过 {_MOST_UNPACKED} 字节；请改用 CSV 或 Parquet"
            )
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible" or sheet.title.strip() in known:
                sheet.reset_dimensions()
                formulas: list[tuple[int, str, str]] = []
                yield sheet.title.strip(), _grid(_sheet_rows(sheet, formulas), formulas)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl lets through whatever its XML and ZIP parts raise
        raise Unreadable(f"不是可读的 Excel 工作簿（{type(error).__name__}）") from None


def _numbered(rows: Any) -> Iterator[tuple[int, list[str | None]]]:
    line = 1
    try:
        for row in rows:
            if row:
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"第 {line} 行起不是合格的 CSV（{error}）") from None


def _sheet_rows(sheet: Any, formulas: list[tuple[int, str, str]]) -> Iterator[tuple[int, list[str | None]]]:
    width = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        values: list[str | None] = []
        for cell in cells:
            if cell.data_type == "f":
                formulas.append((line, f"公式（{cell.coordinate}）", "数值；请粘贴为值"))
                values.append(None)
            elif cell.data_type == "e":
                formulas.append((line, f"错误值 {cell.value}（{cell.coordinate}）", "数值"))
                values.append(None)
            else:
                values.append(as_text(_as_typed(cell.value)))
        while len(values) > width and values[-1] is None:
            values.pop()
        width = width or len(values)  # the header's
        if any(values):
            yield line, values + [None] * (width - len(values))


def _as_typed(value: Any) -> Any:
    """Text that looks like a character's code, as it was typed: a workbook's file has `_x005F` before it."""
    return _ESCAPED.sub("", value) if isinstance(value, str) else value


def _grid(
    rows: Iterator[tuple[int, list[str | None]]], refused: list[tuple[int, str, str]] | None = None
) -> Grid:
    refused = [] if refused is None else refused
    header = [(name or "").strip() for name in next(rows, (1, []))[1]]
    kept: list[list[str | None]] = []
    lines: list[int] = []
    width = len(header)
    for line, row in rows:
        if len(row) != width:
            refused.append((line, f"{len(row)} 格", f"{width} 格，与表头一致"))
            row = (row + [None] * width)[:width]
        kept.append(row)
        lines.append(line)
    columns = (
        [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        if kept
        else [pa.array([], pa.string()) for _ in header]
    )
    return Grid(header, columns, lines, refused)


def _texts(name: str, column: Any) -> pa.Array:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return column.cast(pa.string())
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    if pa.types.is_nested(kind) or binary:
        raise Unreadable(f"列 {name} 的类型 {kind} 不是文字、数字、日期或是否")
    values = column.to_pylist()
    if pa.types.is_float32(kind):  # the shortest decimal of a short float is shorter than that of a long one
        values = [None if value is None else float(str(np.float32(value))) for value in values]
    return pa.array([as_text(value) for value in values], pa.string())
