"""How is a table's content read in parts, in whatever form it lies?"""

from collections.abc import Iterator

from talentcalc.evidence.readers.csv_file import csv_grids
from talentcalc.evidence.readers.file_bytes import OnDisk
from talentcalc.evidence.readers.parquet_file import parquet_grids
from talentcalc.evidence.tables.grid import Grid
from talentcalc.rulebook.table import Table

Content = Grid | OnDisk
"""A table in memory, or the file of one that may be too large for it."""


def parts_of(content: Content, spec: Table, rows: int) -> Iterator[Grid]:
    """The grids of a table, each of at most `rows` where it is read from a file.

    Raises:
        Unreadable: the file is damaged, passes a limit, or is not the one that was hashed.
    """
    if isinstance(content, Grid):
        yield content
        return
    read = parquet_grids if content.path.suffix.lower() == ".parquet" else csv_grids
    with content.opened() as stream:
        yield from read(stream, spec, rows)
