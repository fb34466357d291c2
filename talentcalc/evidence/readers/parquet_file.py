"""Reads Parquet files as grids of text: the known columns, as a CSV file would have them."""

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
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.table import Table

MOST_UNPACKED = 1 << 29
"""Bytes that a table held in memory unpacks to, by its file's metadata: twice the largest CSV file."""

MOST_IN_A_GROUP = 1 << 29
"""The same of one row group of a large table, which is read page by page."""

MOST_TEXTS = 1 << 28
"""Bytes of the texts of a table held in memory, or of one chunk of a large one, counted for each row: the
metadata count a text that many rows share once. A CSV file has no more."""

MOST_METADATA_TEXT, MOST_METADATA_ITEMS = 1 << 24, 1 << 20
"""Bytes of a text, and items of a list, in a file's metadata: far more than any file needs."""

_BATCH_ROWS = 1 << 16


def read_parquet(content: bytes, spec: Table) -> Grid:
    """Read the Parquet file of a table that is held in memory.

    Raises:
        Unreadable: no Parquet file, a column of a type that cells cannot have, or too large for memory.
    """
    return _concatenated([*_grids(pa.BufferReader(content), spec, None)])


def parquet_grids(source: Any, spec: Table, max_rows: int) -> Iterator[Grid]:
    """Yield the same in grids of at most `max_rows` rows, of a file that may be too large for memory."""
    return _grids(source, spec, max_rows)


def parquet_schema(source: Any) -> tuple[list[tuple[str, Any]], int]:
    """The columns of a large Parquet file with their Arrow types, and its number of rows.

    Raises:
        Unreadable: no Parquet file, or one whose unpacked size passes a bound or cannot be known.
    """
    try:
        file = _opened(source)
        _must_fit(file.metadata, 0, max_rows=1)
        return [(str(column.name), column.type) for column in file.schema_arrow], int(file.metadata.num_rows)
    except _DAMAGED as error:
        raise _damaged(error) from None


_DAMAGED = (pa.ArrowException, OSError, MemoryError, OverflowError, ValueError)


def _damaged(error: BaseException) -> Unreadable:
    found = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return Unreadable(message("evidence.parquet_damaged", error=found))


def _opened(source: Any, **options: Any) -> Any:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(
        source,
        coerce_int96_timestamp_unit="us",  # nanoseconds overflow after the year 2262
        thrift_string_size_limit=MOST_METADATA_TEXT,
        thrift_container_size_limit=MOST_METADATA_ITEMS,
        **options,
    )
    if len(file.schema_arrow) > MOST_COLUMNS:
        count = len(file.schema_arrow)
        raise Unreadable(message("evidence.too_many_columns", count=count, most=MOST_COLUMNS))
    return file


def _grids(source: Any, spec: Table, max_rows: int | None) -> Iterator[Grid]:
    """Yield the grids, without rows that have no value; unknown columns are only examined for values."""
    try:
        file, matcher = _opened(source), HeaderMatcher(spec)
        headers = [str(name) for name in file.schema_arrow.names]
        read = [not header.strip() or matcher.match(header) is not None for header in headers]
        for header, is_read, column in zip(headers, read, file.schema_arrow, strict=True):
            if is_read:
                texts_of(header, pa.nulls(0, column.type))  # refuses other types before they are unpacked
        _must_fit(file.metadata, sum(read), max_rows)
        # Lists and the like in a column that is not read are not unpacked.
        skipped = [
            not is_read and _is_unbounded(column.type)
            for is_read, column in zip(read, file.schema_arrow, strict=True)
        ]
        unpacked = [header for header, is_skipped in zip(headers, skipped, strict=True) if not is_skipped]
        if any(skipped):
            _must_be_distinguishable(file, unpacked)
        line, size, grids, rows = 2, 0, list[Grid](), 0
        batch_rows = min(max_rows or _BATCH_ROWS, _BATCH_ROWS)
        for batch in _batches(source, file, unpacked if any(skipped) else None, batch_rows):
            batch.validate()
            batch_columns = iter(batch.columns)
            columns = [
                pa.nulls(batch.num_rows) if is_skipped else next(batch_columns) for is_skipped in skipped
            ]
            if grids and max_rows is not None and rows + batch.num_rows > max_rows:
                yield _concatenated(grids)
                size, grids, rows = 0, [], 0
            size += sum(bytes_of(column) for column, is_read in zip(columns, read, strict=True) if is_read)
            if size > MOST_TEXTS:
                raise Unreadable(too_much_text(size, MOST_TEXTS))
            grids.append(_grid(columns, headers, read, line))
            line += batch.num_rows
            rows += batch.num_rows
        if grids:
            yield _concatenated(grids)
        else:
            yield Grid(headers, [pa.nulls(0, pa.string()) for _ in headers], [])
    except _DAMAGED as error:
        raise _damaged(error) from None


def too_much_text(size: int, bound: int) -> Message:
    """The message that a file has too many bytes of text to be read."""
    return message("evidence.too_much_text", size=size, most=bound)


def _is_unbounded(arrow_type: Any) -> bool:
    """Whether a single value of a type, other than a text, may be of any size."""
    return (
        types.is_nested(arrow_type)
        or types.is_fixed_size_binary(arrow_type)
        or isinstance(arrow_type, pa.BaseExtensionType)
    )


def _must_be_distinguishable(file: Any, selected: list[str]) -> None:
    """Refuse a selected name that would also select another column, or a part of one."""
    counts = Counter[str]()
    for column in range(len(file.schema)):
        path = file.schema.column(column).path.split(".")
        counts.update(set(accumulate(path, lambda prefix, name: f"{prefix}.{name}")))
    for name, count in Counter(selected).items():
        if counts[name] != count:
            raise Unreadable(message("evidence.ambiguous_column_name", column=name))


def _batches(source: Any, file: Any, selected: list[str] | None, rows: int) -> Iterator[Any]:
    """Yield the rows in batches; texts stay dictionary-encoded wherever they can be, each held once."""
    metadata = file.metadata
    columns = range(metadata.num_columns)
    for encoded, groups in groupby(
        range(metadata.num_row_groups),
        lambda n: [
            metadata.row_group(n).column(c).path_in_schema
            for c in columns
            if _LENGTHS not in metadata.row_group(n).column(c).encodings
        ],
    ):
        reader = _opened(source, metadata=metadata, read_dictionary=encoded)
        yield from reader.iter_batches(rows, row_groups=[*groups], columns=selected)


_LENGTHS, _PREFIXES = "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"
"""Encodings of texts: one after the other, of the size in the metadata; and each as its difference from the
one before, of which the size is unknown, as every text may repeat the one before."""

_DICTIONARIES = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}


def _must_fit(metadata: Any, columns: int, max_rows: int | None) -> None:
    if max_rows is None:
        must_fit_in_memory(metadata.num_rows, columns)
    sizes = []
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        chunks = [group.column(n) for n in range(group.num_columns)]
        sizes.append(sum(chunk.total_uncompressed_size for chunk in chunks))
        for chunk in chunks:
            is_mixed = _LENGTHS in chunk.encodings and _DICTIONARIES & {*chunk.encodings}
            if is_mixed or _PREFIXES in chunk.encodings:
                raise Unreadable(
                    message(
                        "evidence.unknown_unpacked_size",
                        column=chunk.path_in_schema,
                        prefixes=_PREFIXES,
                        lengths=_LENGTHS,
                    )
                )
    if max_rows is None:
        size, bound = sum(sizes), MOST_UNPACKED
    else:
        size, bound = max(sizes, default=0), MOST_IN_A_GROUP
    if size > bound:
        raise Unreadable(message("evidence.parquet_too_large", size=size, most=bound))


def _grid(columns: list[Any], headers: list[str], read: list[bool], line: int) -> Grid:
    """The grid of a batch whose first row is at `line`, without the rows that have no value."""
    read_texts = [
        texts_of(header, column) if is_read else None
        for header, column, is_read in zip(headers, columns, read, strict=True)
    ]
    lines = np.arange(line, line + len(columns[0]) if columns else line)
    filled = np.zeros(len(lines), dtype=bool)
    for texts in read_texts:
        if texts is not None:
            filled |= has_value(texts.texts)
            filled[texts.inexact] = True
    for column, texts in zip(columns, read_texts, strict=True):
        if texts is None and not filled.all():
            filled |= has_value(column)
    arrays = [pa.nulls(len(lines), pa.string()) if texts is None else texts.texts for texts in read_texts]
    refused = [
        Refused(line + n, *_LONG_FLOAT, position)
        for position, texts in enumerate(read_texts)
        if texts is not None
        for n in texts.inexact[:LISTED]
    ]
    if filled.all():
        return Grid(headers, arrays, lines.tolist(), refused)
    mask = pa.array(filled)
    return Grid(headers, [array.filter(mask) for array in arrays], lines[filled].tolist(), refused)


_LONG_FLOAT = message("evidence.long_float.found"), message("evidence.long_float.expected")


def _concatenated(grids: list[Grid]) -> Grid:
    """One grid of all the rows of several with the same headers."""
    if len(grids) == 1:
        return grids[0]
    headers = grids[0].headers
    columns = [pa.concat_arrays(grid.columns[n] for grid in grids) for n in range(len(headers))]
    lines = [line for grid in grids for line in grid.lines]
    return Grid(headers, columns, lines, [item for grid in grids for item in grid.refused])
