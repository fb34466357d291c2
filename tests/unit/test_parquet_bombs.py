"""Parquet files that unpack beyond reason end soon, in little memory, the limit named (issue 11, 3.3)."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from talentcalc.evidence.readers import parquet_file
from talentcalc.evidence.readers.parquet_file import read_parquet
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.catalogue import wording
from tests.conftest import ROOT
from tests.support.city import City
from tests.support.crowds import LARGE, SMALL
from tests.support.parquet_bombs import BOMBS
from tests.support.sloppy import SPEC
from tests.unit.test_large_flaws import CELLS
from tests.unit.test_large_flaws import parquet as checkins
from tests.unit.test_large_forms import base, read
from tests.unit.test_workbook_bombs import MEGABYTES, SECONDS

pytestmark = pytest.mark.slow


def test_each_ends_soon_in_little_memory_and_says_why(tmp_path: Path) -> None:
    for name, (write, _) in BOMBS.items():
        write(tmp_path / name)
        assert (tmp_path / name).stat().st_size < 2_000_000, name
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.parquet_bombs", tmp_path],
        cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == 2 * len(BOMBS)
    assert [one for one in told if BOMBS[one[0]][1] not in one[1]] == []
    assert [one for one in told if one[2] > SECONDS or one[3] > MEGABYTES] == []


def test_a_large_table_has_no_more_text_for_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Eight rows, in each a device of 1,000 characters: 8,000 bytes and those of the other cells.
    evidence = base(City(tmp_path)).write().parent / "evidence"
    checkins(CELLS | {"device": ["x" * 1000] * 8}, evidence)
    for held in (LARGE, 3, SMALL):
        assert read(evidence, held).findings == ()
    for place in ("readers.parquet_file", "stores.loading"):
        monkeypatch.setattr(f"talentcalc.evidence.{place}.MOST_TEXTS", 8000)
    for held in (LARGE, SMALL):
        (finding,) = (one for one in read(evidence, held).findings if one.check == "checkins.readable")
        assert "超过 8000 字节" in wording(finding.title, "zh")


@pytest.mark.parametrize("version", ["DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_texts_that_are_not_behind_a_dictionary_are_read_as_they_are(tmp_path: Path, version: str) -> None:
    # Groups of two rows, parts of four: none is lost where groups or parts end.
    rows = pa.table({"id": [f"N{n}" for n in range(9)], "note": ["甲", None, ""] * 3})
    encodings = dict.fromkeys(rows.column_names, version)
    path = tmp_path / "t.parquet"
    pq.write_table(rows, path, use_dictionary=False, column_encoding=encodings, row_group_size=2)
    grid = read_parquet(path.read_bytes(), SPEC)
    assert [column.to_pylist() for column in grid.columns] == [*rows.to_pydict().values()]
    parts = [len(part.lines) for part in parquet_file.parquet_grids(path, SPEC, 4)]
    assert parts == [4, 4, 1]


@pytest.mark.parametrize("other", ["note", "note.kind"])
def test_a_name_that_is_also_another_columns_is_refused(tmp_path: Path, other: str) -> None:
    # Left out by its name, a list or record would take another column of the name with it, or bring one in.
    record = pa.array([{"kind": "1"}])
    names = ["note", other, "id"] if other == "note" else ["x", "x.kind", "id"]
    table = pa.Table.from_arrays([record, pa.array(["甲"]), pa.array(["N0"])], names=names)
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(Unreadable, match="列 note 的类型" if other == "note" else r"列名 x\.kind 同时"):
        read_parquet((tmp_path / "t.parquet").read_bytes(), SPEC)
    twice = pa.Table.from_arrays([record, pa.array(["甲"]), pa.array(["N0"])], names=["x", "x", "id"])
    pq.write_table(twice, tmp_path / "t.parquet")
    with pytest.raises(Unreadable, match="列名 x 同时"):
        read_parquet((tmp_path / "t.parquet").read_bytes(), SPEC)
    apart = pa.Table.from_arrays([record, pa.array(["甲"]), pa.array(["N0"])], names=["x", "x.other", "id"])
    pq.write_table(apart, tmp_path / "t.parquet")
    grid = read_parquet((tmp_path / "t.parquet").read_bytes(), SPEC)
    assert [column.to_pylist() for column in grid.columns] == [[None], [None], ["N0"]]


@pytest.mark.parametrize("folder", ["plain", "year=2025", "a[b]c", "all*"])
@pytest.mark.parametrize("privileged", [True, False])
def test_duckdb_reads_the_file_wherever_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, privileged: bool
) -> None:
    if "*" in folder and sys.platform == "win32":
        pytest.skip("no such folder there")

    def refused(*_: object) -> None:  # as Windows does to whoever may not make links
        raise OSError(1314, "a required privilege is not held by the client")

    if not privileged:
        monkeypatch.setattr("os.symlink", refused)
    evidence = base(City(tmp_path / folder)).write().parent / "evidence"
    checkins(CELLS, evidence)
    found = read(evidence, LARGE)
    assert found.findings == () and found.stored["checkins"].rows == 8
