"""The large table of check-ins: checked alike in memory and in DuckDB, scored alike, gone without a trace.

Whether a table is small or large is a matter of memory alone, and may change nothing that anyone
reads. `memory_for` makes the same few rows the one or the other.
"""

import importlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT, Command
from tests.support.city import City
from tests.support.crowds import CHECKS, LARGE, PART, SMALL, Crowd, checked, lines, memory_for
from tests.support.documents import ResultJson, assess_file

pytestmark = pytest.mark.slow

Rows = list[dict[str, str]]


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_memory_and_duckdb_find_the_same_rows(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    params = Crowd(seed).fill(City(tmp_path_factory.mktemp("crowd"))).write()
    small, large = checked(params, SMALL), checked(params, PART)
    assert lines(small) == lines(large)
    assert small == large


def test_great_expectations_finds_them_too(tmp_path: Path) -> None:
    # A crowd large enough for every check of check-ins to find something.
    great: Any = importlib.import_module("talentcalc.checks.engines.great_expectations")
    params = Crowd(1).fill(City(tmp_path), 300).write()
    record = checked(params, SMALL, great.run_with_great_expectations)
    assert {f"checkins.{name}" for name in CHECKS} <= {one.check for one in record.findings}
    assert lines(record) == lines(checked(params, SMALL)) == lines(checked(params, PART))
    assert record == checked(params, SMALL) == checked(params, PART)


def at(minutes: float = 0, seconds: float = 0, /, **cells: str) -> dict[str, str]:
    """A check-in, by T001 at H01 unless told otherwise, so long after 14:00 on the day of the event E0001."""
    moment = datetime(2025, 3, 10, 14) + timedelta(minutes=minutes, seconds=seconds)
    return {"at": str(moment)} | cells


def seconds_apart(number: int, last: float) -> Rows:
    """So many check-ins, the last so many seconds after the others."""
    return [at() for _ in range(number - 1)] + [at(0, last)]


def on_one_device(talents: int, **cells: str) -> Rows:
    return [at(n, 0, talent_id=f"T{n:03d}", device="D1", **cells) for n in range(1, talents + 1)]


def of_march(late: int, early: int) -> Rows:
    """Check-ins on the last two days of March, and before these."""
    return [{"at": f"2025-03-{day} 00:00:00"} for day in ["30", "31"] * (late // 2) + ["29"] * early]


EDGES: dict[str, tuple[Rows, dict[str, list[int]]]] = {
    # “one talent at two homes within 30 minutes”: line 2 and 3, and both ways
    "30 min": ([at(), at(30, home_id="H02")], {"two_places": [2, 3]}),
    "30 min 1 s": ([at(), at(30, 1, home_id="H02")], {}),
    "30 min and a millionth": ([at(), at(30, 0.000001, home_id="H02")], {}),
    "at once": ([at(), at(home_id="H02"), at()], {"two_places": [2, 3, 4]}),
    "between two stays": ([at(), at(20), at(45, home_id="H02"), at(80)], {"two_places": [3, 4]}),
    "two talents": ([at(), at(5, home_id="H02", talent_id="T002")], {}),
    "over midnight": (
        [{"at": "2025-03-10 23:45:00"}, {"at": "2025-03-11 00:15:00", "home_id": "H02"}],
        {"two_places": [2, 3]},
    ),
    # “more than 30 check-ins of a home within one minute”
    "30 in a minute": (seconds_apart(30, 60), {}),
    "31 in a minute": (seconds_apart(31, 60), {"crowd": [*range(2, 33)]}),
    "31 in a minute and a bit": (seconds_apart(31, 60.000001), {}),
    "31, half seconds": ([at(0, 0.5)] * 30 + [at(0, 60.5)], {"crowd": [*range(2, 33)]}),
    "two homes": ([*seconds_apart(30, 1), at(home_id="H02", talent_id="T002")], {}),
    # “one device used by more than five talents on a day”
    "5 talents": (on_one_device(5), {}),
    "6 talents": (on_one_device(6), {"shared_device": [*range(2, 8)]}),
    "6 talents, at two homes": (
        on_one_device(5) + on_one_device(6, home_id="H02")[5:],
        {"shared_device": [*range(2, 8)]},
    ),
    "6 talents, one the day after": (
        [*on_one_device(5), {"talent_id": "T006", "device": "D1", "at": "2025-03-11 00:00:00"}],
        {},
    ),
    # “outside its hours (one hour of grace)”: 14:00 to 17:00
    "13:00 and 18:00": ([at(-60, event_id="E0001"), at(240, event_id="E0001")], {}),
    "12:59:59 and 18:00:01": (
        [at(-60, -1, event_id="E0001"), at(240, 1, event_id="E0001")],
        {"outside_hours": [2, 3]},
    ),
    # “a talent who is on the home's staff”: T007 is on that of H01, not of H02
    "staff": ([at(talent_id="T007"), at(31, talent_id="T007", home_id="H02")], {"own_staff": [2]}),
    # “at least half of a home's month in its last two days”
    "half": (of_march(2, 2), {"month_end": [2, 3]}),
    "less than half": (of_march(2, 3), {}),
    # “a check-in to an event of another home”
    "another's event": ([at(home_id="H02", event_id="E0001")], {"event_of_home": [2]}),
}


@pytest.mark.parametrize("edge", EDGES)
def test_the_edges_of_every_pattern(tmp_path: Path, edge: str) -> None:
    # By hand from the words of the rulings, quoted above each group. A row more keeps the table large.
    rows, expected = EDGES[edge]
    city = City(tmp_path).add("homes", {}, {}, {}).many("talents", 9).add("events", {})
    city.add("staff", {"person_id": "T007"})
    params = city.add("checkins", *rows, {"home_id": "H03", "talent_id": "T009"}).write()
    for held in (SMALL, LARGE):
        assert lines(checked(params, held)) == expected, held


def test_the_sample_scores_the_same_as_a_large_table() -> None:
    # 14,264 check-ins with every pattern among them, and the points at stake on each.
    params = ROOT / "params/quanzhou-2025.yaml"
    with memory_for(1000):
        large = assess_file(params)
    assert len([one for one in large["findings"] if one.get("at_stake", {}).get("points")]) > 5
    assert large == assess_file(params)


def test_a_row_without_an_id_has_no_name_to_refer_to(tmp_path: Path) -> None:
    # A finding calls it by its line, #3; a check-in that names an event #3 names none.
    city = City(tmp_path).add("homes", {}).many("talents", 2).add("events", {}, {"event_id": ""})
    params = city.visit(["T001", "T002"], event_id="#3").write()
    for held in (SMALL, LARGE):
        assert lines(checked(params, held)) == {"event_id.references": [2, 3]}, held


HOSTILE = {
    "quotes": ["'", '"', "''", '"; --', "\\'", "$$x$$", "`x`", "'||'", "x'y\"z"],
    "SQL": ["'; DROP TABLE checkins; --", "') UNION SELECT 1 --", "NULL", "null", "%", "_", "?", "$1", "{}"],
    "formulas": ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "1e5", "007", "0x1F", "true"],
    "controls": [*("\x01", "\x07", "\x1b[31m", "\x7f", "\x85", "\x9b", "\u200b", "\u202e", "\ufeff")],
    "other lines": ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\tb", "a,b", "a;b", "#2", "a/b"],
    "not ASCII": ["𠮷", "é", "王·芳", "\ue000", "😀", "\u0378", "\U0010ffff", "İ", "ß"],
    "NUL": [*("a\0b", "甲\0乙", "é\0", "\0", "甲\0丙", "é\0é", "\0\0", "甲\0乙\0", "王\0")],
}


def crowded(city: City, names: list[str]) -> Path:
    """A scored city with warnings, whose homes, talents, events, check-ins and devices are called so."""
    homes, talents = [f"H{n}{names[n]}H" for n in (0, 1)], [f"T{n}{name}T" for n, name in enumerate(names)]
    events = [f"E{n}{names[n]}E" for n in (2, 3)]
    city.add("homes", *({"home_id": home} for home in homes))
    city.add("talents", *({"talent_id": talent} for talent in talents))
    city.add("events", *({"event_id": one, "home_id": home} for one, home in zip(events, homes, strict=True)))
    city.add("staff", {"home_id": homes[0], "person_id": talents[0]})
    for n, (talent, name) in enumerate(zip(talents, names, strict=True)):
        for m, home in enumerate(homes):
            row = {
                "checkin_id": f"C{n}{m}{name}C",
                "talent_id": talent,
                "home_id": home,
                "event_id": events[m],
            }
            city.add("checkins", at(n + 20 * m, 0, device=f"D{names[4]}D", **row))
    city.add("checkins", at(-90, 0, checkin_id=f"C9{names[5]}C", talent_id=talents[6], home_id=homes[1]))
    void = {"home_id": homes[0], "kind": "void"}
    city.add("sanctions", void | {"table": "checkins", "row_id": f"C80{names[8]}C"})
    return city.write()


def renamed(result: ResultJson, names: list[str], plain: list[str]) -> Any:
    """The result with plain names for others; without hashes, and lines, which a name may hold too."""
    text = json.dumps({key: value for key, value in result.items() if key not in ("provenance", "evidence")})
    for name, other in zip(names, plain, strict=True):
        for before, after in (("H", "H"), ("T", "T"), ("E", "E"), ("C", "C"), ("D", "D")):
            for n in ("", *range(10), *(f"{n}{m}" for n in range(10) for m in range(2))):
                old, new = (json.dumps(f"{before}{n}{one}{after}")[1:-1] for one in (name, other))
                text = text.replace(old, new)
    return json.loads(text, object_pairs_hook=lambda pairs: {key: one for key, one in pairs if key != "line"})


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_change_nothing_but_themselves(tmp_path: Path, kind: str) -> None:
    names, plain = HOSTILE[kind], [f"n{n}" for n in range(9)]
    harmless = assess_file(crowded(City(tmp_path / "harmless"), plain))
    params = crowded(City(tmp_path / "hostile"), names)
    expected = renamed(harmless, plain, plain)
    # By hand: 9 talents and an event at each home; T8 is voided at the first, T6 comes twice to the other.
    assert {home: one["points"] for home, one in expected["homes"].items()} == {"H0n0H": 13, "H1n1H": 14}
    for held in (SMALL, LARGE):
        with memory_for(held):
            assert renamed(assess_file(params), names, plain) == expected, held


def many(folder: Path, rows: int) -> Path:
    """A home with so many check-ins as Parquet: 200 talents a day, day after day, year after year anew."""
    params = City(folder).add("homes", {}).many("talents", 200).write()
    days = [datetime(2025, 1, 1, 9) + timedelta(days=n // 200 % 365) for n in range(rows)]
    cells = {
        "checkin_id": pa.array([f"C{n:06d}" for n in range(rows)]),
        "home_id": pa.array(["H01"] * rows),
        "talent_id": pa.array([f"T{n % 200 + 1:03d}" for n in range(rows)]),
        "event_id": pa.nulls(rows, pa.string()),
        "at": pa.array(days, pa.timestamp("us")),
        "device": pa.nulls(rows, pa.string()),
    }
    pq.write_table(pa.table(cells), folder / "evidence/checkins.parquet")
    return params


@pytest.mark.parametrize("flaw", ["", "at", "cut"])
def test_a_large_table_leaves_no_temporary_folder(tmp_path: Path, talentcalc: Command, flaw: str) -> None:
    # By hand: 100,001 rows are one more than are held in memory; 200 talents on 365 days are 73,000 points.
    params, place = many(tmp_path, 100_001), tmp_path / "it's a [temp] folder"
    place.mkdir()
    file = tmp_path / "evidence/checkins.parquet"
    if flaw == "at":
        pq.write_table(pq.read_table(file).drop_columns(["at"]), file)
    elif flaw == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    scored = talentcalc("score", params, cwd=tmp_path, TMPDIR=str(place))
    assert scored.returncode == (3 if flaw else 0), scored.stderr
    result = json.loads(scored.stdout)
    if not flaw:
        assert (result["homes"]["H01"]["checkins"], result["evidence"]["checkins"]["rows"]) == (
            73_000,
            100_001,
        )
    assert [one.name for one in place.iterdir() if one.name.startswith("talentcalc-")] == []
