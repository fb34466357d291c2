"""Small Parquet files that unpack beyond reason, and a program that reads them within bounds.

As a program: `python -m tests.parquet_bombs FOLDER` reads the files there and prints for each a line of
JSON: its name, what was said, the seconds, and the peak of memory until then in MB (Linux, macOS).
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.support.workbook_bombs import peak

LONG = "x" * 100_000


def _again(text: str, rows: int) -> Any:
    """A column that has one text in every row, written once."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))


def _written(path: Path, column: Any, name: str = "note", **options: Any) -> None:
    ids = [f"N{n}" for n in range(len(column))]
    dictionary = {"dictionary_pagesize_limit": 1 << 30, "row_group_size": len(column), "store_schema": False}
    pq.write_table(pa.table({"id": ids, name: column}), path, compression="zstd", **(dictionary | options))


def _delta(path: Path) -> None:
    """Each text as what it has beyond the one before: nothing."""
    options: dict[str, Any] = {"use_dictionary": False, "column_encoding": {"note": "DELTA_BYTE_ARRAY"}}
    _written(path, pa.array([LONG] * 2000), "note", **options)


BOMBS: dict[str, tuple[Callable[[Path], None], str]] = {
    "one_text_in_20000_rows.parquet": (
        lambda path: _written(path, _again(LONG, 20_000)),
        "展开后有 2000108890 字节以上，超过 268435456 字节",  # 20,000 x 100,000, and the ids N0 to N19999
    ),
    "one_text_in_150000_rows.parquet": (
        lambda path: _written(path, _again(LONG, 150_000)),
        "字节以上，超过 268435456 字节",
    ),
    "one_text_that_is_not_read.parquet": (
        lambda path: _written(path, _again(LONG, 20_000), "x"),
        "20000 rows",
    ),
    "texts_of_bytes.parquet": (
        lambda path: _written(path, _again(LONG, 20_000).cast(pa.dictionary(pa.int32(), pa.binary()))),
        "列 note 的类型",
    ),
    "json.parquet": (
        lambda path: _written(path, pa.array([LONG] * 2000, pa.json_()), store_schema=True),
        "列 note 的类型",
    ),
    "wide_bytes_not_read.parquet": (
        lambda path: _written(path, pa.array([LONG.encode()] * 2000, pa.binary(100_000)), "x"),
        "2000 rows",
    ),
    "prefixes.parquet": (_delta, "列 note 的编码（DELTA_BYTE_ARRAY"),
}


def _read(file: Path, most: int | None) -> str:
    from talentcalc.evidence.readers.parquet_file import parquet_grids, read_parquet
    from talentcalc.evidence.tables.grid import Unreadable
    from tests.support.sloppy import SPEC

    try:
        if most is None:
            return f"{len(read_parquet(file.read_bytes(), SPEC).lines)} rows"
        return f"{sum(len(part.lines) for part in parquet_grids(file, SPEC, most))} rows"
    except Unreadable as error:
        return str(error)


def main(folder: Path) -> None:
    """Read each file of a folder, as a table in memory and in parts."""
    for file in sorted(folder.iterdir()):
        for most in (None, 100_000):
            start = time.process_time()
            said = _read(file, most)
            sys.stdout.write(json.dumps([file.name, said, time.process_time() - start, peak()]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
