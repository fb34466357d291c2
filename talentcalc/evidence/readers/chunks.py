"""Reads a table's content in chunks of rows, whatever its format."""

from collections.abc import Iterator

from talentcalc.evidence.readers.csv_file import csv_grids
from talentcalc.evidence.readers.file_bytes import HashedFile
from talentcalc.evidence.readers.parquet_file import parquet_grids
from talentcalc.evidence.tables.grid import Grid
from talentcalc.rulebook.table import Table

Content = Grid | HashedFile
"""A table in memory, or the file of one that may be too large for memory."""


def read_chunks(content: Content, spec: Table, max_rows: int) -> Iterator[Grid]:
    """Yield the grids of a table, each of at most `max_rows` if it is read from a file.

    Raises:
        Unreadable: the file is damaged, passes a limit, or is not the one that was hashed.
    """
    if isinstance(content, Grid):
        yield content
        return
    read_grids = parquet_grids if content.path.suffix.lower() == ".parquet" else csv_grids
    with content.opened() as stream:
        yield from read_grids(stream, spec, max_rows)
