"""A Parquet file as a grid of text: its known columns as a CSV file would have them."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from talentcalc.evidence.cells import as_text
from talentcalc.evidence.grid import Grid, Unreadable


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
