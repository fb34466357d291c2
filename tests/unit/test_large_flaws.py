"""What is wrong with the file of a large table is found alike, whether the table is small or large."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from talentcalc.checks.record import CheckRecord
from talentcalc.messages.catalogue import wording
from tests.support.city import City
from tests.support.crowds import COLUMNS, LARGE, SMALL, checked, write_checkins
from tests.support.findings import found_text
from tests.unit.test_large_forms import DAY, HOURS, base, expected, read, stored

pytestmark = pytest.mark.slow

Table = dict[str, Any]
Flawed = Callable[[Path], Any]  # writes the file into the evidence folder
CELLS: Table = dict(zip(COLUMNS, ([*column] for column in zip(*HOURS, strict=True)), strict=True))
CELLS["event_id"] = [one or None for one in CELLS["event_id"]]
MORE = ["more"] * 8


def parquet(columns: Table | list[tuple[str, Any]], folder: Path) -> Path:
    """`checkins.parquet` of these columns, two of which may have one name."""
    pairs = [*columns.items()] if isinstance(columns, dict) else columns
    path = folder / "checkins.parquet"
    pq.write_table(pa.table([pa.array(one) for _, one in pairs], [name for name, _ in pairs]), path)
    return path


def comma(columns: Table | list[tuple[str, Any]], folder: Path) -> Path:
    """The same as `checkins.csv`."""
    pairs = [*columns.items()] if isinstance(columns, dict) else columns
    rows = [list(row) for row in zip(*(one for _, one in pairs), strict=True)]
    return write_checkins(folder, rows, [name for name, _ in pairs])


def cut(share: float, folder: Path) -> None:
    """A Parquet file that ends too soon."""
    path = parquet(CELLS, folder)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])


def lines_of(rows: list[list[str]], folder: Path) -> None:
    """A CSV file, whatever the number of cells in a row."""
    write_checkins(folder, rows)


ROWS = [list(row) for row in HOURS]
NOON = datetime(2025, 3, 10, 12)
WITHOUT = {name: {key: one for key, one in CELLS.items() if key != name} for name in COLUMNS}

FLAWS: dict[str, tuple[Flawed, list[tuple[str, str]]]] = {
    "nothing": (partial(comma, CELLS), []),
    "nothing, Parquet": (partial(parquet, CELLS), []),
    "a cell too few": (
        partial(lines_of, [*ROWS[:3], ROWS[3][:5]]),
        [("checkins.shape", "critical")],
    ),
    "a cell too many": (
        partial(lines_of, [*ROWS[:2], [*ROWS[2], "x"], *ROWS[3:]]),
        [("checkins.shape", "critical")],
    ),
    "ragged and unreadable": (
        partial(lines_of, [*ROWS[:3], ROWS[3][:5], [*ROWS[4][:4], "昨天", ""]]),
        [("checkins.at.readable", "critical"), ("checkins.shape", "critical")],
    ),
    "a quote left open": (
        lambda folder: (folder / "checkins.csv").write_text(
            ",".join(COLUMNS) + '\nC1,H01,T001,,2025-03-10,\nC2,H01,T001,,2025-03-10,"x\n'
        ),
        [("checkins.readable", "critical")],
    ),
    "bytes of no encoding": (
        lambda folder: (folder / "checkins.csv").write_bytes(b"checkin_id\n\xff\xff\n"),
        [("checkins.readable", "critical")],
    ),
    "an empty file": (
        lambda folder: (folder / "checkins.csv").touch(),
        [("checkins.columns.present", "critical")],
    ),
    "an empty Parquet file": (
        lambda folder: (folder / "checkins.parquet").touch(),
        [("checkins.readable", "critical")],
    ),
    "only a header": (partial(lines_of, []), []),
    "no rows, Parquet": (partial(parquet, {name: pa.array([], pa.string()) for name in COLUMNS}), []),
    "a cut file": (partial(cut, 0.9), [("checkins.readable", "critical")]),
    "half a file": (partial(cut, 0.5), [("checkins.readable", "critical")]),
    "an event of another home": (
        partial(lines_of, [*ROWS[:2], [*ROWS[2][:3], "E0001", f"{DAY} 15:00:00", ""]]),
        [("checkins.event_of_home", "critical")],
    ),
    "half a second after noon": (
        partial(lines_of, [*ROWS[:2], [*ROWS[4][:4], f"{DAY} 12:00:00.5", ""]]),
        [("checkins.outside_hours", "warning")],
    ),
    "an id like the line of a row without one": (
        partial(lines_of, [*ROWS[:2], ["", *ROWS[2][1:]], ["#4", *ROWS[3][1:]]]),
        [("checkins.checkin_id.filled", "critical")],
    ),
    "a moment with a time zone": (
        partial(parquet, CELLS | {"at": pa.array([NOON] * 8, pa.timestamp("us", "UTC"))}),
        [("checkins.at.readable", "critical")],
    ),
    "a moment finer than a millionth": (
        partial(parquet, CELLS | {"at": pa.array([1_741_600_000_000_000_001] * 8, pa.timestamp("ns"))}),
        [("checkins.at.readable", "critical")],
    ),
    "a number for a moment": (
        partial(parquet, CELLS | {"at": [1_741_600_000] * 8}),
        [("checkins.at.readable", "critical")],
    ),
    **{
        f"without {name}{', Parquet' if write is parquet else ''}": (
            partial(write, WITHOUT[name]),
            [("checkins.columns.present", "critical")],
        )
        for name in COLUMNS
        for write in (comma, parquet)
    },
    **{
        f"a column {name or 'without a name'}{', Parquet' if write is parquet else ''}": (
            partial(write, {name: MORE} | CELLS),
            [("checkins.unknown_column", "info")],
        )
        for name in ("更多", "AT", "Device", "line", "_line", "file_row_number", "rowid", 'a"b', "", "home")
        for write in (comma, parquet)
    },
    **{
        f"twice {again}{', Parquet' if write is parquet else ''}": (
            partial(write, [*CELLS.items(), (again, MORE)]),
            [("checkins.device.once", "critical")],
        )
        for again in ("device", "设备编号")
        for write in (comma, parquet)
    },
    "an empty column without a name": (partial(comma, {"": [""] * 8} | CELLS), []),
    "an empty column without a name, Parquet": (partial(parquet, {"": [None] * 8} | CELLS), []),
    "a column without a name, filled late": (
        partial(comma, {"": [""] * 7 + ["x"]} | CELLS),
        [("checkins.unknown_column", "info")],
    ),
    **{
        f"{name} of {kind}": (
            partial(parquet, CELLS | {name: pa.array([value] * 8, kind)}),
            [("checkins.readable", "critical") if name == "device" else ("checkins.unknown_column", "info")],
        )
        for name in ("device", "more")
        for kind, value in (
            (pa.list_(pa.string()), ["x"]),
            (pa.struct({"a": pa.int8()}), {"a": 1}),
            (pa.binary(), b"x"),
            (pa.binary(2), b"xy"),
        )
    },
}


def told(record: CheckRecord) -> list[tuple[str, str, list[tuple[str, int | None, str | None]]]]:
    """Each finding: which check, how grave, and which rows."""
    return [
        (one.check, one.severity, [(row.row, row.line, found_text(row)) for row in one.rows])
        for one in record.findings
    ]


@pytest.mark.parametrize("flaw", FLAWS)
def test_every_flaw_is_found_alike(tmp_path: Path, flaw: str) -> None:
    write, wanted = FLAWS[flaw]
    params = base(City(tmp_path)).write()
    write(tmp_path / "evidence")
    small = checked(params, SMALL)
    ours = [one[:2] for one in told(small) if one[0].startswith("checkins.")]
    assert ours == wanted
    large = checked(params, 2)  # two rows at a time
    assert told(large) == told(small)
    assert large.ran == small.ran


@pytest.mark.parametrize(
    ("cells", "line", "found"),
    [(ROWS[3][:5], 5, "5 格"), ([*ROWS[3], "x"], 5, "7 格"), (["C9"], 5, "1 格")],
)
def test_a_ragged_line_is_named(tmp_path: Path, cells: list[str], line: int, found: str) -> None:
    # By hand: the header is line 1, so that the fourth row is line 5; a row has six cells.
    params = base(City(tmp_path)).write()
    write_checkins(tmp_path / "evidence", [*ROWS[:3], cells, *ROWS[4:]])
    for held in (SMALL, LARGE, 3, 4):
        shape = [one for one in checked(params, held).findings if one.check == "checkins.shape"]
        assert [(row.line, found_text(row)) for one in shape for row in one.rows] == [(line, found)], held


def test_a_line_break_in_a_cell_does_not_shift_the_lines_after_it(tmp_path: Path) -> None:
    # By hand: rows at lines 2, 3, 6 and 7, as the second ends at line 5; the last is unreadable.
    rows = [ROWS[0], [*ROWS[1][:5], "a\nb\r\nc"], ROWS[2], [*ROWS[3][:4], "昨天", ""]]
    params = base(City(tmp_path)).write()
    write_checkins(tmp_path / "evidence", rows)
    for held in (SMALL, LARGE, 2):
        evidence = read(tmp_path / "evidence", held)
        assert [row[0] for row in stored(evidence)] == [2, 3, 6, 7], held
        assert stored(evidence)[1][-1] == "a\nb\r\nc"
        assert [row.line for one in checked(params, held).findings for row in one.rows] == [7], held


FOLDERS = [
    "it's a folder",
    "[a-z]*",
    "a?b{c}",
    "100% “人才”",
    "-rf",
    "a;DROP TABLE x --",
    "\\n",
    "..x",
    "#1&a=b",
]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    evidence = base(City(tmp_path / name)).write().parent / "evidence"
    (tmp_path / "a-z").mkdir()
    for write in (comma, parquet):
        path = write(CELLS, evidence)
        for held in (SMALL, LARGE):
            assert stored(read(evidence, held)) == expected(HOURS), held
        path.unlink()


def test_a_link_to_a_large_table_is_followed_inside_the_folder_alone(tmp_path: Path) -> None:
    evidence = base(City(tmp_path / "city")).write().parent / "evidence"
    store, link = evidence / ".a store", evidence / "checkins.parquet"
    store.mkdir()
    path = parquet(CELLS | {"at": [date(2025, 3, 10)] * 8}, store)
    link.symlink_to(path)
    rows = [[*row[:4], DAY, row[5]] for row in HOURS]
    for held in (SMALL, LARGE):
        assert stored(read(evidence, held)) == expected(rows), held
    store.rename(tmp_path / "a store")
    link.unlink()
    link.symlink_to(tmp_path / "a store" / path.name)
    findings = {one.check: one for one in read(evidence, SMALL).findings}
    assert "链接" in wording(findings["checkins.readable"].title, "zh")
