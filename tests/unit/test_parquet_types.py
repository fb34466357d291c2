"""Every type of a Parquet file is read as what it says, or refused by file and column (issue 11, 1.5)."""

import decimal
import io
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from talentcalc.core.findings import Finding
from talentcalc.evidence.readers.parquet_file import parquet_grids, read_parquet
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.evidence.tables.table import Source
from talentcalc.evidence.tables.typed_table import typed_table
from tests.support.city import City
from tests.support.crowds import COLUMNS, LARGE, SMALL, checked
from tests.support.sloppy import SPEC
from tests.unit.test_large_flaws import CELLS, told
from tests.unit.test_large_flaws import parquet as checkins
from tests.unit.test_large_forms import base


def parquet(column: Any, name: str = "note", **options: Any) -> bytes:
    content = io.BytesIO()
    keys = [f"N{n}" for n in range(len(column))]
    pq.write_table(pa.table({"id": keys, name: column}), content, **options)
    return content.getvalue()


def texts(content: bytes, name: str = "note") -> list[str | None]:
    grid = read_parquet(content, SPEC)
    assert not grid.refused
    return grid.columns[grid.headers.index(name)].to_pylist()  # type: ignore[no-any-return]


READ: dict[str, tuple[Any, str]] = {
    "string_view": (pa.array(["甲"], pa.string_view()), "甲"),
    "large_string": (pa.array(["甲"], pa.large_string()), "甲"),
    "dictionary of text": (pa.array(["甲"]).dictionary_encode(), "甲"),
    "dictionary of numbers": (pa.array([7]).dictionary_encode(), "7"),
    "uint64": (pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
    "int64 id": (pa.array([152701199001011234]), "152701199001011234"),
    "float16": (pa.array([0.1], pa.float16()), "0.1"),
    "float32": (pa.array([499990.1], pa.float32()), "499990.1"),
    "float64": (pa.array([123456789012345.0]), "123456789012345"),
    "decimal256": (pa.array([decimal.Decimal("1" * 60)], pa.decimal256(70, 5)), "1" * 60 + ".00000"),
    "date32": (pa.array([date(2025, 3, 1)], pa.date32()), "2025-03-01"),
    "date64": (pa.array([date(2025, 3, 1)], pa.date64()), "2025-03-01"),
    "time32": (pa.array([time(9, 30)], pa.time32("s")), "09:30:00"),
    "timestamp": (pa.array([datetime(2300, 1, 2, 3)], pa.timestamp("us")), "2300-01-02 03:00:00"),
    "null": (pa.nulls(1), ""),
    "boolean": (pa.array([True]), "true"),
}
REFUSED: dict[str, Any] = {
    "binary": pa.array(["甲".encode()]),
    "bytes behind a dictionary": pa.array(["甲".encode()]).dictionary_encode(),
    "binary_view": pa.array([b"x"], pa.binary_view()),
    "large_binary": pa.array([b"x"], pa.large_binary()),
    "fixed-size binary": pa.array([b"xy"], pa.binary(2)),
    "list": pa.array([["x"]]),
    "struct": pa.array([{"a": 1}]),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    "duration": pa.array([timedelta(1)]),
    "a day of the year 200000": pa.array([72_000_000], pa.int32()).cast(pa.date32()),
    "a moment of the year 200000": pa.array([6_000_000_000_000], pa.timestamp("s")),
    "a zone that is none": pa.array([0], pa.timestamp("us", "Nowhere/None")),
}


@pytest.mark.parametrize("kind", READ)
def test_a_value_becomes_the_text_that_a_csv_file_would_have(kind: str) -> None:
    column, text = READ[kind]
    assert texts(parquet(column)) == [text or None]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_type_that_is_no_cells_is_refused_by_its_column(kind: str) -> None:
    content = parquet(REFUSED[kind])
    with pytest.raises(Unreadable, match="列 note 的类型"):
        read_parquet(content, SPEC)
    with pytest.raises(Unreadable, match="列 note 的类型"):
        [*parquet_grids(io.BytesIO(content), SPEC, 1)]
    assert texts(parquet(REFUSED[kind], "other"), "id") == [
        "N0"
    ]  # of no concern in a column that is not read


@pytest.mark.parametrize("year", [1600, 1970, 2262, 2263, 9999])
def test_an_int96_is_the_moment_that_it_is(year: int) -> None:
    moment = datetime(year, 12, 31, 23, 59, 59, 123456)
    stored = pa.array([moment], pa.timestamp("us"))
    content = parquet(stored, "at", use_deprecated_int96_timestamps=True)
    assert texts(content, "at") == [str(moment)]


@pytest.mark.parametrize(
    "floats",
    [pa.array([1.52701199001011e17]), pa.array([1e7], pa.float32()), pa.array([2048.0], pa.float16())],
)
def test_a_float_too_long_for_its_digits_is_critical(floats: Any) -> None:
    findings: list[Finding] = []
    content = parquet(floats)
    typed_table("t", SPEC, read_parquet(content, SPEC), Source("t.parquet", "0"), findings)
    (shape,) = [one for one in findings if one.check == "t.shape"]
    assert (shape.severity, shape.rows[0].line) == ("critical", 2)
    assert read_parquet(parquet(floats, "other"), SPEC).refused == []


def test_a_row_without_a_value_is_no_row() -> None:
    rows = pa.table(
        {"id": ["N0", None, " ", None], "note": [None, None, "", None], "other": [None, None, None, 1]}
    )
    content = io.BytesIO()
    pq.write_table(rows, content)
    grid = read_parquet(content.getvalue(), SPEC)
    assert grid.lines == [2, 5]  # the last has a value, if in a column that is not read
    assert grid.columns[0].to_pylist() == ["N0", None]


def test_a_large_table_is_read_so_too(tmp_path: Any) -> None:
    params = base(City(tmp_path)).write()
    plain = CELLS | {"at": [datetime.fromisoformat(one) for one in CELLS["at"]]}
    empty = {name: [*plain[name], None, None] for name in COLUMNS}
    sloppy = CELLS | {"at": [one.replace("-", "/") for one in CELLS["at"]]}
    for columns in (empty, sloppy, CELLS | {"device": ["1.5E+17"] * 8}, CELLS | {"home_id": ["1.5E+17"] * 8}):
        checkins(columns, tmp_path / "evidence")
        small = told(checked(params, SMALL))
        for held in (LARGE, 3):
            assert told(checked(params, held)) == small
    assert ("checkins.home_id.readable", "critical") in [one[:2] for one in small]
