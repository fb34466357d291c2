"""恶意刷分: each warning of the rulings on both sides of its boundary, and the points at stake.

The boundaries come from the rulings, “Checks” (warning); the rows and the points are worked by hand. The
points at stake are those that a `void` of the rows raised then takes away, no more and no less.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from talentcalc.core.findings import LISTED
from tests.regulations.test_league_worked_cases import checks_of, held, void
from tests.support.city import LEAGUE, City

pytestmark = pytest.mark.slow

Spoil = Callable[[City], Any]
NOON = datetime(2025, 3, 12, 12)


def visits(*rows: tuple[str, str, float]) -> Spoil:
    """Check-ins: who, where, and how many seconds after noon."""

    def spoil(city: City) -> None:
        for talent, home, after in rows:
            at = (NOON + timedelta(seconds=after)).isoformat(" ")
            city.add("checkins", {"talent_id": talent, "home_id": home, "at": at})

    return spoil


def crowd(number: int, seconds: float, home: str = "H01") -> Spoil:
    """So many talents at a home, the last one so many seconds after noon and after the others."""
    return visits(*((f"T{n:03d}", home, seconds if n == number else 0) for n in range(1, number + 1)))


def at_device(*rows: tuple[int, int]) -> Spoil:
    """Check-ins by one device: the number of the talent, the day of March."""
    return lambda city: city.add(
        "checkins",
        *({"talent_id": f"T{n:03d}", "device": "D1", "at": f"2025-03-{day:02d} 09:00:00"} for n, day in rows),
    )


def at_event(*times: str, **event: Any) -> Spoil:
    """An event 14:00–17:00 with a central report; T001, T002, … there, each at a time."""

    def spoil(city: City) -> None:
        city.add("media", {"event_id": held(city, talents=0, **event), "tier": "central"})
        for n, time in enumerate(times, start=1):
            city.visit([f"T{n:03d}"], event_id="E0001", at=f"2025-03-10 {time}")

    return spoil


def staffed(home: str, *talents: str) -> Spoil:
    """T001 is on a home's staff, and these check in at H01 at noon, one by one."""
    return lambda city: visits(*((who, "H01", 0) for who in talents))(
        city.add("staff", {"home_id": home, "person_id": "T001"})
    )


def reports(*rows: tuple[str, str, str]) -> Spoil:
    """Reports of two events, one of each home: event, tier, address."""

    def spoil(city: City) -> None:
        for home in ("H01", "H02"):
            held(city, home_id=home)
        city.add("media", *({"event_id": one, "tier": tier, "url": url} for one, tier, url in rows))
        city.tables["checkins"][1]["at"] = "2025-03-10 15:30:00"

    return spoil


def on_days(*days: str) -> Spoil:
    """T001 at H01 once on each of these days."""
    return lambda city: city.add("checkins", *({"at": f"{day} 09:00:00"} for day in days))


def ids(letter: str, *numbers: int) -> list[str]:
    return [f"{letter}{n:04d}" for n in numbers]


TWO, CROWD, DEVICE = "checkins.two_places", "checkins.crowd", "checkins.shared_device"
HOURS, STAFF, ADDRESS = "checkins.outside_hours", "checkins.own_staff", "media.one_event"
MONTH = "checkins.month_end"
URLS = (("E0001", "u"), ("E0001", "u"), ("E0001", ""), ("E0002", ""), ("E0002", "v"))
RAISED = [
    # What is done, the warning it raises, the rows, and the points of each home that stand on them.
    (visits(("T001", "H01", 0), ("T001", "H02", 1800)), TWO, ids("C", 1, 2), {"H01": 1, "H02": 1}),
    # The 09:00 visit is apart; with the 12:00 one void the day's point still stands.
    (
        visits(("T001", "H01", -10800), ("T001", "H01", 0), ("T001", "H02", 60)),
        TWO,
        ids("C", 2, 3),
        {"H02": 1},
    ),
    (crowd(31, 60), CROWD, ids("C", *range(1, 32)), {"H01": 31}),
    (crowd(40, 61), CROWD, ids("C", *range(1, 40)), {"H01": 39}),  # the fortieth is a second late
    (at_device(*((n, 5) for n in range(1, 7))), DEVICE, ids("C", *range(1, 7)), {"H01": 6}),
    (at_device(*((n, 5) for n in range(1, 7)), (1, 6)), DEVICE, ids("C", *range(1, 7)), {"H01": 6}),
    # Both talents, and without them the event (5) and its report (20).
    (at_event("12:59:59", "18:00:01"), HOURS, ids("C", 1, 2), {"H01": 27}),
    (at_event("12:59:59", "14:30:00"), HOURS, ids("C", 1), {"H01": 1}),
    (at_event("12:59:59", announced_at=""), HOURS, ids("C", 1), {"H01": 1}),
    (staffed("H01", "T001", "T002", "T001"), STAFF, ids("C", 1, 3), {"H01": 1}),
    # Central 20 falls to the county report's 3; city 5 falls to nothing.
    (
        reports(("E0001", "central", "u"), ("E0001", "county", ""), ("E0002", "city", "u")),
        ADDRESS,
        ids("M", 1, 3),
        {"H01": 17, "H02": 5},
    ),
    (on_days("2025-03-01", "2025-03-29", "2025-03-30", "2025-03-31"), MONTH, ids("C", 3, 4), {"H01": 2}),
    (on_days("2025-02-26", "2025-02-27"), MONTH, ids("C", 2), {"H01": 1}),
    # Outside H01's years: raised, but no points of 2025 stand on it.
    (on_days("2024-12-31", "2025-01-01"), MONTH, ids("C", 1), {}),
]
FINE = {
    # T001 is at H02 thirty minutes and a second after he left H01; T002 is somebody else.
    "half an hour": visits(
        ("T001", "H01", 0), ("T001", "H01", 60), ("T001", "H02", 1861), ("T002", "H02", 0)
    ),
    "thirty at once": crowd(30, 0),
    "thirty-one in 61 seconds": crowd(31, 61),
    "thirty-one at two homes": visits(*((f"T{n:03d}", "H02" if n > 15 else "H01", 0) for n in range(1, 32))),
    "five talents on a device": at_device(*((n, 5) for n in (1, 2, 3, 4, 5, 1)), (6, 6)),
    "an hour of grace": at_event("13:00:00", "18:00:00"),
    "another home's staff": staffed("H02", "T001"),
    "one address, one event": reports(*((event, "city", url) for event, url in URLS)),
    "two of five late": on_days("2025-03-01", "2025-03-02", "2025-03-29", "2025-03-30", "2025-03-31"),
    "the third last day of a leap February": on_days("2024-02-27"),
}


@pytest.fixture
def town(city: City) -> City:
    """Two homes, sixty talents."""
    return city.add("homes", {}).many("talents", 60)


def points(result: dict[str, Any]) -> dict[str, int]:
    return {home: one["points"] for home, one in result["homes"].items()}


def after_void(city: City, check: str, rows: list[str], **readings: str) -> dict[str, int]:
    """The points of every home after these rows were declared void."""
    table = check.split(".")[0]
    key = LEAGUE.tables[table].key[0]
    events = {one["event_id"]: one["home_id"] for one in city.tables.get("events", [])}
    for row in city.tables[table]:
        if row[key] in rows:
            home = row.get("home_id") or events[row["event_id"]]
            city.add("sanctions", void(table, row[key], home=home))
    return points(city.result(**readings))


def stake_of(result: dict[str, Any], check: str) -> dict[str, int]:
    """The points at stake by home; their sum is said too."""
    (finding,) = (one for one in result["findings"] if one["check"] == check)
    stake: dict[str, int] = finding.get("at_stake", {"points": 0, "homes": {}})["homes"]
    assert finding.get("at_stake", {"points": 0})["points"] == sum(stake.values())
    return stake


@pytest.mark.parametrize(("spoil", "check", "rows", "stake"), RAISED)
def test_annex_3_3_a_pattern_is_raised_with_what_stands_on_it(
    town: City, spoil: Spoil, check: str, rows: list[str], stake: dict[str, int]
) -> None:
    spoil(town)
    result = town.result()
    assert checks_of(result) == {check: rows}
    assert result["checks"] == {"critical": 0, "warning": 1, "info": 0}
    assert stake_of(result, check) == stake
    before = points(result)
    wanted = {home: before[home] - stake.get(home, 0) for home in before}
    assert after_void(town, check, rows) == wanted


@pytest.mark.parametrize("fine", FINE)
def test_annex_3_3_just_before_the_boundary_nothing_is_raised(town: City, fine: str) -> None:
    FINE[fine](town)
    assert checks_of(town.result()) == {}


@pytest.mark.parametrize(
    ("readings", "stake"),
    [
        # By hand: T001 outside the hours twice, T001 on his own at noon.
        pytest.param({"check_in": "talent_day"}, 25, id="his day's point stays"),
        pytest.param({"check_in": "visit_and_event"}, 26, id="the event's point falls"),
        pytest.param({"check_in": "every_record"}, 27, id="both records' points fall"),
        pytest.param({"media_without_event": "scores"}, 5, id="its report still scores"),
    ],
)
def test_annex_3_3_points_at_stake_under_other_readings(
    town: City, readings: dict[str, str], stake: int
) -> None:
    at_event("12:59:59")(town)
    town.visit(["T001"], event_id="E0001", at="2025-03-10 18:00:01").visit(["T001"], at="2025-03-10 12:00:00")
    result = town.result(**readings)
    assert stake_of(result, HOURS) == {"H01": stake}
    assert after_void(town, HOURS, ids("C", 1, 2))["H01"] == result["homes"]["H01"]["points"] - stake


def test_annex_3_3_points_at_stake_of_more_rows_than_a_finding_lists(town: City) -> None:
    # By hand: a county report's 3 points at each of two events; every report of both has the one address.
    reports(*[("E0001", "county", "u")] * LISTED, ("E0002", "county", "u"))(town)
    result = town.result()
    (finding,) = result["findings"]
    assert (finding["check"], finding["count"], len(finding["rows"])) == (ADDRESS, LISTED + 1, LISTED)
    assert stake_of(result, ADDRESS) == {"H01": 3, "H02": 3}
