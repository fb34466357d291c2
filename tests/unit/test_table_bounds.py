"""What is handed in beyond any reason is refused by the limit that it passes, at once (issue 11, 3.3)."""

import io
import time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from talentcalc.evidence.readers import parquet_file
from talentcalc.evidence.readers.csv_file import csv_grids, read_csv
from talentcalc.evidence.readers.parquet_file import read_parquet
from talentcalc.evidence.tables import grid
from talentcalc.evidence.tables.grid import Unreadable
from tests.support.sloppy import SPEC

pytestmark = pytest.mark.slow

WIDE = ",".join(f"c{n}" for n in range(30_000))
SHORT = ",".join(["id", *map(str, range(999))]).encode()
BOMBS: dict[str, tuple[bytes, str]] = {
    "a header of 30,000 columns": (f"{WIDE}\n".encode() + b"x\n" * 20_000, "30000 列，超过 1000 列"),
    "a million columns": (b"id," + b"," * 10**6 + b"x\n", "列，超过 1000 列"),
    "1,000 columns, short rows": (SHORT + b"\nx" * 10**6, "10000 多行"),
    "one cell": (b"id\n" + b"x" * 10**8, "字节"),
    "a quote never closed": (b'id\n"' + b"x\n" * 10**7, "131072"),
    "empty lines": (b"id\nN1\n" + b"\n" * 10**7, "空行"),
    "lines of commas": (b"id,note\nN1,\n" + b",\n" * 10**7, "空行"),
    "zeros": (b"id\n" + b"\0" * 10**7, "空字节"),
    "totals": (b"id,note\n" + "合计,\n".encode() * 10**6, "合计"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_csv_bomb_is_named_by_its_limit(bomb: str) -> None:
    # Each within 1.2 s of processor time and no memory beyond its own, on two cores of 2026.
    raw, limit = BOMBS[bomb]
    began = time.process_time()
    for read in (lambda: read_csv(raw, SPEC), lambda: [*csv_grids(io.BytesIO(raw), SPEC, 1000)]):
        with pytest.raises(Unreadable, match=limit):
            read()
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("bound", "limit"), [("MOST_ROWS", "超过 70000 行"), ("MOST_CELLS", "超过 70000 格")]
)
def test_a_table_in_memory_has_so_many_rows_and_cells(
    monkeypatch: pytest.MonkeyPatch, bound: str, limit: str
) -> None:
    raw = b"id,note\n" + b"N,x\n" * 140_000
    assert len(read_csv(raw, SPEC).lines) == 140_000
    monkeypatch.setattr(grid, bound, 70_000)
    with pytest.raises(Unreadable, match=limit):
        read_csv(raw, SPEC)
    assert sum(len(part.lines) for part in csv_grids(io.BytesIO(raw), SPEC, 50_000)) == 140_000


def test_a_parquet_file_is_held_to_what_it_says_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    same: Any = pa.DictionaryArray.from_arrays(pa.array([0] * 3_000_000, pa.int8()), ["N"])
    pq.write_table(pa.table({"id": same, "note": same}), content)
    assert len(content.getvalue()) < 100_000
    with pytest.raises(Unreadable, match="2000000 行"):
        read_parquet(content.getvalue(), SPEC)
    content = io.BytesIO()  # a text of a megabyte in a few hundred bytes, held to less
    pq.write_table(pa.table({"id": ["x" * 10**6]}), content, compression="zstd", use_dictionary=False)
    monkeypatch.setattr(parquet_file, "MOST_UNPACKED", 10**6 - 1)
    with pytest.raises(Unreadable, match="展开后有"):
        read_parquet(content.getvalue(), SPEC)
    content = io.BytesIO()
    pq.write_table(pa.table({f"c{n}": [1] for n in range(1001)}), content)
    with pytest.raises(Unreadable, match="超过 1000 列"):
        read_parquet(content.getvalue(), SPEC)
