"""A Parquet file as a grid of text: its known columns as a CSV file would have them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from talentcalc.evidence.extent import MOST_COLUMNS
from talentcalc.evidence.grid import Grid, Refused, Unreadable, must_be_held
from talentcalc.evidence.header_names import HeaderNames
from talentcalc.evidence.readers.arrow_texts import has_value, texts_of
from talentcalc.finding import LISTED
from talentcalc.rulebook.table import Table

MOST_UNPACKED = 1 << 29
"""Bytes that a table held in memory unpacks to, as its file says: twice the largest CSV file."""

MOST_IN_A_GROUP = 1 << 31
"""The same of one group of rows of a large table, which is read page by page."""

MOST_TEXT, MOST_PARTS = 1 << 24, 1 << 20
"""Bytes of a text, and elements of a list, in a file's description of itself: far more than any needs."""

_AT_A_TIME = 1 << 16  # rows


def read_parquet(content: bytes, spec: Table) -> Grid:
    """A Parquet file of a table that is held in memory.

    Raises:
        Unreadable: no Parquet file, a column of a type that is no cell's, or more than is held in memory.
    """
    return _one([*_grids(pa.BufferReader(content), spec, None)])


def parquet_grids(source: Any, spec: Table, most: int) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, of a file (or its path) that may be too large for memory."""
    return _grids(source, spec, most)


def parquet_schema(path: Path) -> tuple[list[tuple[str, Any]], int]:
    """A Parquet file's columns with their Arrow types, and how many rows it has."""
    try:
        file = _opened(path)
        return [(str(one.name), one.type) for one in file.schema_arrow], int(file.metadata.num_rows)
    except _DAMAGED as error:
        raise _damaged(error) from None


_DAMAGED = (pa.ArrowException, OSError, MemoryError, OverflowError, ValueError)


def _damaged(error: BaseException) -> Unreadable:
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return Unreadable(f"不是可读的 Parquet 文件（{said}）")


def _opened(source: Any) -> Any:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(
        source,
        coerce_int96_timestamp_unit="us",  # or what is beyond the year 2262 comes round again
        thrift_string_size_limit=MOST_TEXT,
        thrift_container_size_limit=MOST_PARTS,
    )
    if len(file.schema_arrow) > MOST_COLUMNS:
        raise Unreadable(f"有 {len(file.schema_arrow)} 列，超过 {MOST_COLUMNS} 列；请只保留要填的列")
    return file


def _grids(source: Any, spec: Table, most: int | None) -> Iterator[Grid]:
    """A row without any value is none. Columns that the table does not know are only asked for values."""
    try:
        file, names = _opened(source), HeaderNames(spec)
        headers = [str(name) for name in file.schema_arrow.names]
        wanted = [not header.strip() or names.meant(header) is not None for header in headers]
        _must_fit(file.metadata, sum(wanted), most)
        # Lists and the like in a column that is not read are not unpacked.
        apart = [
            not want and pa.types.is_nested(one.type)
            for want, one in zip(wanted, file.schema_arrow, strict=True)
        ]
        chosen = [header for header, left in zip(headers, apart, strict=True) if not left]
        line = 2
        for part in file.iter_batches(most or _AT_A_TIME, columns=chosen if any(apart) else None):
            part.validate(full=True)
            there = iter(part.columns)
            columns = [pa.nulls(part.num_rows) if left else next(there) for left in apart]
            yield _grid(columns, headers, wanted, line)
            line += part.num_rows
        if line == 2:
            yield Grid(headers, [pa.nulls(0, pa.string()) for _ in headers], [])
    except _DAMAGED as error:
        raise _damaged(error) from None


def _must_fit(metadata: Any, columns: int, most: int | None) -> None:
    if most is None:
        must_be_held(metadata.num_rows, columns)
    groups = [
        sum(group.column(n).total_uncompressed_size for n in range(group.num_columns))
        for group in map(metadata.row_group, range(metadata.num_row_groups))
    ]
    held, bound = (sum(groups), MOST_UNPACKED) if most is None else (max(groups, default=0), MOST_IN_A_GROUP)
    if held > bound:
        raise Unreadable(f"展开后有 {held} 字节，超过 {bound} 字节；请拆分，或以较小的行组重新导出")


def _grid(columns: list[Any], headers: list[str], wanted: list[bool], line: int) -> Grid:
    """A batch's rows, the first at `line`, but for those without any value."""
    found = [texts_of(*one) if want else None for *one, want in zip(headers, columns, wanted, strict=True)]
    lines = np.arange(line, line + len(columns[0]) if columns else line)
    filled = np.zeros(len(lines), dtype=bool)
    for one in found:
        if one is not None:
            filled |= has_value(one.texts)
            filled[one.inexact] = True
    for column, one in zip(columns, found, strict=True):
        if one is None and not filled.all():
            filled |= has_value(column)
    texts = [pa.nulls(len(lines), pa.string()) if one is None else one.texts for one in found]
    refused = [
        Refused(line + n, "位数过多的浮点数", _WHOLE, place)
        for place, one in enumerate(found)
        if one is not None
        for n in one.inexact[:LISTED]
    ]
    if filled.all():
        return Grid(headers, texts, lines.tolist(), refused)
    kept = pa.array(filled)
    return Grid(headers, [one.filter(kept) for one in texts], lines[filled].tolist(), refused)


_WHOLE = "以文本或整数类型保存的编号；浮点数保不住这么多位"


def _one(parts: list[Grid]) -> Grid:
    """The parts of a table as one."""
    columns = [pa.concat_arrays(part.columns[n] for part in parts) for n in range(len(parts[0].headers))]
    lines = [line for part in parts for line in part.lines]
    return Grid(parts[0].headers, columns, lines, [one for part in parts for one in part.refused])
