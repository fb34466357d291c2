"""The large table in every form that a file may have: the same rows in DuckDB, the same result.

Each form is read small (at once, into memory too) and large (CSV in parts, Parquet by DuckDB itself).
"""

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from tests.support.city import LEAGUE, City
from tests.support.crowds import COLUMNS, LARGE, SMALL, memory_for, write_checkins
from tests.support.documents import assess_file

pytestmark = pytest.mark.slow

TITLES = [column.title for column in LEAGUE.tables["checkins"].columns.values()]
Rows = list[list[str]]
DAY = "2025-03-10"
TEXT = pa.string()


def read(path: Path, held: int) -> Evidence:
    """The evidence where no more rows than these are held in memory."""
    with memory_for(held):
        return read_evidence(path, LEAGUE)


def stored(evidence: Evidence) -> list[tuple[Any, ...]]:
    """What DuckDB holds of the check-ins."""
    unread = "(SELECT text FROM \"checkins unread\" u WHERE u.line = t.line AND col = '{}')"
    home, talent, event, at = map(unread.format, ("home_id", "talent_id", "event_id", "at"))
    return evidence.stored["checkins"].store.rows(
        f'SELECT line, checkin_id, home_id, {home}, talent_id, {talent}, event_id, {event}, "at", {at}, '
        "device FROM checkins t ORDER BY line"
    )


def expected(rows: Rows) -> list[tuple[Any, ...]]:
    """The same by hand: the line, then each cell, and what cannot be read of the four that may be unread."""
    made = []
    for line, (checkin, home, talent, event, at, device) in enumerate(rows, start=2):
        moment = datetime.fromisoformat(at)
        made.append(
            (line, checkin, home, None, talent, None, event or None, None, moment, None, device or None)
        )
    return made


def base(city: City) -> City:
    """Two homes, three talents, an event: a city to check in to."""
    return city.add("homes", {}, {}).many("talents", 3).add("events", {})


# Eight check-ins, all of whose ids and devices are whole numbers; three in four at an hour of the day.
PEOPLE = [("H01", "T001", "E0001"), ("H01", "T002", ""), ("H02", "T003", ""), ("H02", "T002", "")]
HOURS: Rows = [
    [str(1001 + n), *PEOPLE[n % 4], f"{DAY} 1{n}:30:0{n}" if n % 4 else f"{DAY} 14:00:00", "7" * (n % 3)]
    for n in range(8)
]
DATES: Rows = [[*row[:4], f"2025-03-1{n}", row[5]] for n, row in enumerate(HOURS)]

Native = dict[str, Callable[[str], Any]]
WHOLE: Native = {"checkin_id": int, "device": int}


def cells(rows: Rows, native: Native) -> dict[str, list[Any]]:
    """The columns, each as Python values of its own; an empty cell is none."""
    return {
        name: [native.get(name, str)(row[place]) if row[place] else None for row in rows]
        for place, name in enumerate(COLUMNS)
    }


def as_csv(folder: Path, rows: Rows, encoding: str = "utf-8", header: list[str] | None = None) -> None:
    path = write_checkins(folder, rows, header)
    path.write_bytes(path.read_bytes().decode().encode(encoding))


def as_parquet(folder: Path, rows: Rows, native: Native | None = None, **types: pa.DataType) -> None:
    """A Parquet file of several row groups: text, but for the columns whose type is named."""
    columns = cells(rows, native or {})
    table = pa.table({name: pa.array(values, types.get(name, TEXT)) for name, values in columns.items()})
    pq.write_table(table, folder / "checkins.parquet", row_group_size=3)


def as_dictionaries(folder: Path, rows: Rows) -> None:
    columns = cells(rows, {"at": datetime.fromisoformat})
    arrays = {name: pa.array(values).dictionary_encode() for name, values in columns.items() if name != "at"}
    pq.write_table(pa.table(arrays | {"at": pa.array(columns["at"])}), folder / "checkins.parquet")


def as_workbook(folder: Path, rows: Rows, native: Native, chinese: bool = False) -> None:
    """All tables of the folder, and the check-ins, in one workbook in their place."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for file in sorted(folder.glob("*.csv")):
        sheet = book.create_sheet(file.stem)
        for row in pd.read_csv(file, header=None, dtype=str).itertuples(index=False):
            sheet.append([None if pd.isna(cell) else cell for cell in row])
        file.unlink()
    sheet = book.create_sheet("打卡记录" if chinese else "checkins")
    sheet.append(TITLES if chinese else COLUMNS)
    for values in zip(*cells(rows, native).values(), strict=True):
        sheet.append(values)
    book.save(folder / "evidence.xlsx")


MOMENT: Native = {"at": datetime.fromisoformat}
FORMS: dict[str, tuple[Rows, Callable[[Path, Rows], None]]] = {
    "CSV": (HOURS, as_csv),
    "CSV, BOM": (HOURS, partial(as_csv, encoding="utf-8-sig")),
    "CSV, GB18030, Chinese": (HOURS, partial(as_csv, encoding="gb18030", header=TITLES)),
    "CSV, dates": (DATES, as_csv),
    "Parquet, text": (HOURS, as_parquet),
    "Parquet, large text": (HOURS, partial(as_parquet, **dict.fromkeys(COLUMNS, pa.large_string()))),
    "Parquet, dictionaries": (HOURS, as_dictionaries),
    "Parquet, whole numbers": (
        HOURS,
        partial(as_parquet, native=WHOLE, checkin_id=pa.int64(), device=pa.int16()),
    ),
    "Parquet, decimals": (HOURS, partial(as_parquet, native={"device": float}, device=pa.float64())),
    **{
        f"Parquet, {unit}": (HOURS, partial(as_parquet, native=MOMENT, at=pa.timestamp(unit)))
        for unit in ("s", "ms", "us", "ns")
    },
    "Parquet, dates": (DATES, partial(as_parquet, native={"at": date.fromisoformat}, at=pa.date32())),
    "Parquet, dates in ms": (DATES, partial(as_parquet, native={"at": date.fromisoformat}, at=pa.date64())),
    "workbook": (HOURS, partial(as_workbook, native=MOMENT | WHOLE)),
    "workbook, Chinese, text": (HOURS, partial(as_workbook, native={}, chinese=True)),
    "workbook, dates": (DATES, partial(as_workbook, native={"at": date.fromisoformat})),
}


def scored(params: Path, held: int) -> Any:
    """The result but for the names and hashes of files."""
    with memory_for(held):
        result = assess_file(params)
    return without_files({key: part for key, part in result.items() if key != "provenance"})


def without_files(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: without_files(one) for key, one in part.items() if key not in ("file", "sha256")}
    return [without_files(one) for one in part] if isinstance(part, list) else part


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_stored_and_scored_alike(tmp_path: Path, form: str) -> None:
    rows, write = FORMS[form]
    plain, other = base(City(tmp_path / "plain")), base(City(tmp_path / "other"))
    reference = plain.write()
    as_csv(plain.folder / "evidence", rows)
    evidence = other.write().parent / "evidence"
    write(evidence, rows)
    path = evidence / "evidence.xlsx" if (evidence / "evidence.xlsx").exists() else evidence
    other.params["evidence"], other.tables = str(path), {}
    params = other.write()
    for held in (SMALL, 3, LARGE):
        read_so = read(path, held)
        assert read_so.findings == ()
        assert ("checkins" in read_so.tables) == (held == SMALL)
        assert stored(read_so) == expected(rows), held
    wanted = scored(reference, SMALL)
    assert wanted["status"] == "draft"
    assert wanted["homes"]["H01"]["points"] == (7 if rows is HOURS else 9)  # 5 + 2 talents; on 4 days, 9
    for held in (SMALL, LARGE):
        assert scored(params, held) == wanted, held


@pytest.mark.parametrize("held", [8, 7, 4, 1])
def test_a_table_is_large_from_one_row_more(tmp_path: Path, held: int) -> None:
    # Eight rows; the last part of a CSV file that is read by four or by one has none.
    evidence = base(City(tmp_path)).write().parent / "evidence"
    for write in (as_csv, as_parquet):
        write(evidence, HOURS)
        read_so = read(evidence, held)
        assert ("checkins" in read_so.tables) == (held == 8)
        assert stored(read_so) == expected(HOURS)
        (evidence / f"checkins.{write.__name__.removeprefix('as_')}").unlink()


SPACES = "\t\v\f\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2009\u2028\u2029\u202f\u205f\u3000\n\r"
LETTERS = "aé\u0301\u0308Å\u2126\uac00\u1100\u1161文=+-@'\"\\,;_%0\x01\x1b\x7f\u200b\ufeff\U0001f600"


def devices(evidence: Evidence) -> list[str | None]:
    """The last cell of each check-in, in DuckDB, which is what it is in memory too, if it is there."""
    held = [row[-1] for row in stored(evidence)]
    if "checkins" in evidence.tables:
        assert [None if pd.isna(one) else one for one in evidence["checkins"].frame["device"]] == held
    return held


@given(st.lists(st.text(SPACES + LETTERS, max_size=6), min_size=2, max_size=9))
@settings(max_examples=15, deadline=None)
def test_any_text_is_cleaned_alike(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    # By hand: NFC, then without the white space around it; what is then empty is missing.
    wanted = [unicodedata.normalize("NFC", text).strip() or None for text in texts]
    evidence = base(City(tmp_path_factory.mktemp("text"))).write().parent / "evidence"
    rows = [[f"C{n}", "H01", "T001", "", DAY, text] for n, text in enumerate(texts)]
    for write in (as_csv, as_parquet):
        write(evidence, rows)
        for held in (SMALL, LARGE):
            assert devices(read(evidence, held)) == wanted, held
        (evidence / f"checkins.{write.__name__.removeprefix('as_')}").unlink()


@pytest.mark.parametrize("text", ["a\0b", "甲\0乙", "\0é"])
def test_a_text_does_not_end_at_a_nul(tmp_path: Path, text: str) -> None:
    evidence = base(City(tmp_path)).write().parent / "evidence"
    as_csv(evidence, [[f"C{n}", "H01", "T001", "", DAY, text] for n in range(2)])
    for held in (LARGE, SMALL):
        assert devices(read(evidence, held)) == [text, text], held


AS_TEXT: dict[str, tuple[pa.Array, str]] = {
    "boolean": (pa.array([True]), "true"),
    "decimal": (pa.array(["1.50"]).cast(pa.decimal128(10, 2)), "1.50"),
    "unsigned": (pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
    "day": (pa.array([date(2025, 3, 10)]), "2025-03-10"),
    "moment": (pa.array([datetime(2025, 3, 10, 14)]), "2025-03-10 14:00:00"),
    "a half": (pa.array([0.5]), "0.5"),
    "a tenth in 32 bits": (pa.array([0.1], pa.float32()), "0.1"),
    "a number of 15 digits": (pa.array([123456789012345.0]), "123456789012345"),
    "an integer of 19 digits": (pa.array([2**62]), "4611686018427387904"),
    "a small number": (pa.array([1e-7]), "0.0000001"),
}


@pytest.mark.parametrize("kind", AS_TEXT)
def test_what_is_no_text_becomes_the_same_text(tmp_path: Path, kind: str) -> None:
    # “the text that a CSV file would have”; of a number “the shortest decimal that stands for it”.
    evidence = base(City(tmp_path)).write().parent / "evidence"
    value, text = AS_TEXT[kind]
    as_parquet(evidence, HOURS[:2])
    table = pq.read_table(evidence / "checkins.parquet").drop_columns(["device"])
    pq.write_table(
        table.append_column("device", pa.concat_arrays([value, value])), evidence / "checkins.parquet"
    )
    for held in (SMALL, LARGE):
        assert devices(read(evidence, held)) == [text, text], held


MOMENTS: dict[str, datetime | None] = {
    "2025-03-10": datetime(2025, 3, 10),
    "2025-03-10 09:05": datetime(2025, 3, 10, 9, 5),
    "2025-03-10T09:05:06": datetime(2025, 3, 10, 9, 5, 6),
    "2025-03-10 09:05:06.7": datetime(2025, 3, 10, 9, 5, 6, 700_000),
    "2025-03-10 09:05:06.789012": datetime(2025, 3, 10, 9, 5, 6, 789_012),
    "\u30002025-03-10 23:59:59 ": datetime(2025, 3, 10, 23, 59, 59),
    "2024-02-29": datetime(2024, 2, 29),
    "0001-01-01": datetime(1, 1, 1),
    "9999-12-31 23:59:59.999999": datetime(9999, 12, 31, 23, 59, 59, 999_999),
    **dict.fromkeys(("2025-02-29", "2025-13-01", "2025-00-10", "2025-03-10 09", "2025-03-10 09:60", "昨天")),
    **dict.fromkeys(
        ("2025-03-10 09:05:60", "2025-03-10 09:05:06.1234567", "2025-03-10 09:05:06Z", "infinity")
    ),
    **dict.fromkeys(
        ("2025/03-10", "3/10/2025", "1741564800", "٢٠٢٥-03-10", "2025-03-10 09:05:06+08:00", "now")
    ),
    **dict.fromkeys(("2025-03-10 下午 3:30", "25/3/10")),
    **dict.fromkeys(("2025-03-10 24:00:00", "2025-03-10 24:00", "0000-01-01")),
}
"""What a cell says, and the moment that it is: none where it is none, for nothing is repaired."""


@pytest.mark.parametrize("text", MOMENTS)
def test_every_moment_is_read_alike(tmp_path: Path, text: str) -> None:
    evidence = base(City(tmp_path)).write().parent / "evidence"
    as_csv(evidence, [[f"C{n}", "H01", "T001", "", text, ""] for n in range(2)])
    for held in (LARGE, SMALL):
        read_so = read(evidence, held)
        unread = None if MOMENTS[text] else text
        assert [row[8:10] for row in stored(read_so)] == [(MOMENTS[text], unread)] * 2, held
        assert [one.check for one in read_so.findings] == (["checkins.at.readable"] if unread else []), held
        if held == SMALL:
            assert list(read_so["checkins"].frame["at"].isna()) == [bool(unread)] * 2
