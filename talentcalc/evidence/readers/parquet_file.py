"""A Parquet file as a grid of text: its known columns as a CSV file would have them."""

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as types

from talentcalc.core.findings import LISTED
from talentcalc.evidence.readers.arrow_texts import bytes_of, has_value, texts_of
from talentcalc.evidence.tables.extent import MOST_COLUMNS
from talentcalc.evidence.tables.grid import Grid, Refused, Unreadable, must_fit_in_memory
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.rulebook.table import Table

MOST_UNPACKED = 1 << 29
"""Bytes that a table held in memory unpacks to, as its file says: twice the largest CSV file."""

MOST_IN_A_GROUP = 1 << 29
"""The same of one group of rows of a large table, which is read page by page."""

MOST_TEXTS = 1 << 28
"""Bytes of the texts of a table held in memory, or of one part of a large one, each as often as it stands
there: the file says of a text that many rows have only what it takes once. A CSV file has no more."""

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


def parquet_schema(source: Any) -> tuple[list[tuple[str, Any]], int]:
    """The columns of a large Parquet file with their Arrow types, and how many rows it has.

    Raises:
        Unreadable: no Parquet file, or one whose size is beyond bounds or cannot be known.
    """
    try:
        file = _opened(source)
        _must_fit(file.metadata, 0, most=1)
        return [(str(one.name), one.type) for one in file.schema_arrow], int(file.metadata.num_rows)
    except _DAMAGED as error:
        raise _damaged(error) from None


_DAMAGED = (pa.ArrowException, OSError, MemoryError, OverflowError, ValueError)


def _damaged(error: BaseException) -> Unreadable:
    said = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return Unreadable(f"不是可读的 Parquet 文件（{said}）")


def _opened(source: Any, **options: Any) -> Any:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(
        source,
        coerce_int96_timestamp_unit="us",  # or what is beyond the year 2262 comes round again
        thrift_string_size_limit=MOST_TEXT,
        thrift_container_size_limit=MOST_PARTS,
        **options,
    )
    if len(file.schema_arrow) > MOST_COLUMNS:
        raise Unreadable(f"有 {len(file.schema_arrow)} 列，超过 {MOST_COLUMNS} 列；请只保留要填的列")
    return file


def _grids(source: Any, spec: Table, most: int | None) -> Iterator[Grid]:
    """A row without any value is none. Columns that the table does not know are only asked for values."""
    try:
        file, names = _opened(source), HeaderMatcher(spec)
        headers = [str(name) for name in file.schema_arrow.names]
        wanted = [not header.strip() or names.match(header) is not None for header in headers]
        for header, want, one in zip(headers, wanted, file.schema_arrow, strict=True):
            if want:
                texts_of(header, pa.nulls(0, one.type))  # what is no cell's is not unpacked either
        _must_fit(file.metadata, sum(wanted), most)
        # Lists and the like in a column that is not read are not unpacked.
        apart = [
            not want and _is_apart(one.type) for want, one in zip(wanted, file.schema_arrow, strict=True)
        ]
        chosen = [header for header, left in zip(headers, apart, strict=True) if not left]
        if any(apart):
            _must_be_told_apart(file, chosen)
        line, texts, parts, rows = 2, 0, list[Grid](), 0
        for part in _batches(
            source, file, chosen if any(apart) else None, min(most or _AT_A_TIME, _AT_A_TIME)
        ):
            part.validate()
            there = iter(part.columns)
            columns = [pa.nulls(part.num_rows) if left else next(there) for left in apart]
            if parts and most is not None and rows + part.num_rows > most:
                yield _one(parts)
                texts, parts, rows = 0, [], 0
            texts += sum(bytes_of(column) for column, want in zip(columns, wanted, strict=True) if want)
            if texts > MOST_TEXTS:
                raise Unreadable(too_much_text(texts, MOST_TEXTS))
            parts.append(_grid(columns, headers, wanted, line))
            line += part.num_rows
            rows += part.num_rows
        yield _one(parts) if parts else Grid(headers, [pa.nulls(0, pa.string()) for _ in headers], [])
    except _DAMAGED as error:
        raise _damaged(error) from None


def too_much_text(found: int, most: int) -> str:
    """Why a file with so many bytes of text is not read."""
    return f"各格文字展开后有 {found} 字节以上，超过 {most} 字节；请拆分，或删去过长的文字"


def _is_apart(kind: Any) -> bool:
    """Whether the values of a type may each be of any size, and are no text."""
    return types.is_nested(kind) or types.is_fixed_size_binary(kind) or isinstance(kind, pa.BaseExtensionType)


def _must_be_told_apart(file: Any, chosen: list[str]) -> None:
    """A name chooses every column of that name, and whatever lies in one: of such, none can be left out."""
    met = Counter[str]()
    for column in range(len(file.schema)):
        path = file.schema.column(column).path.split(".")
        met.update(set(accumulate(path, lambda before, part: f"{before}.{part}")))
    for name, count in Counter(chosen).items():
        if met[name] != count:
            raise Unreadable(f"列名 {name} 同时指另一列或其中的一部分；请改名，或删去不填的列")


def _batches(source: Any, file: Any, chosen: list[str] | None, rows: int) -> Iterator[Any]:
    """The rows in batches, texts behind a dictionary wherever the file may have them so: each but once."""
    metadata = file.metadata
    columns = range(metadata.num_columns)
    for kept, groups in groupby(
        range(metadata.num_row_groups),
        lambda n: [
            metadata.row_group(n).column(c).path_in_schema
            for c in columns
            if _LENGTHS not in metadata.row_group(n).column(c).encodings
        ],
    ):
        part = _opened(source, metadata=metadata, read_dictionary=kept)
        yield from part.iter_batches(rows, row_groups=[*groups], columns=chosen)


_LENGTHS, _PREFIXES = "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"
"""Encodings of texts: one after the other, as large as the file says; and each as what it has beyond the
one before, which may be as large as that again and again."""

_DICTIONARIES = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}
_UNKNOWN = f"（{_PREFIXES}，或 {_LENGTHS} 与字典混用）展开后的大小无从预知；请以默认编码重新导出"


def _must_fit(metadata: Any, columns: int, most: int | None) -> None:
    if most is None:
        must_fit_in_memory(metadata.num_rows, columns)
    groups = []
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        parts = [group.column(n) for n in range(group.num_columns)]
        groups.append(sum(part.total_uncompressed_size for part in parts))
        for part in parts:
            mixed = _LENGTHS in part.encodings and _DICTIONARIES & {*part.encodings}
            if mixed or _PREFIXES in part.encodings:
                raise Unreadable(f"列 {part.path_in_schema} 的编码{_UNKNOWN}")
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
    if len(parts) == 1:
        return parts[0]
    columns = [pa.concat_arrays(part.columns[n] for part in parts) for n in range(len(parts[0].headers))]
    lines = [line for part in parts for line in part.lines]
    return Grid(parts[0].headers, columns, lines, [one for part in parts for one in part.refused])
