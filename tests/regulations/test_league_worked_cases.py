"""The worked cases of the rulings on 市级“人才之家”积分规则, and every sentence on points, by clause.

Every expected number is the ruling's own, or worked by hand where a comment says how. Ranks and stars
(worked cases 6 and 8), money and the other readings: `test_league_readings.py`.
"""

from typing import Any

import pytest

from tests.support.city import City

pytestmark = pytest.mark.slow


def held(city: City, day: str = "2025-03-10", talents: int = 1, **event: Any) -> str:
    """An event of a home at 14:00, announced unless told otherwise, with T001 … at it; its id."""
    home = event.setdefault("home_id", "H01")
    city.many("talents", max(0, talents - len(city.tables.get("talents", []))))
    times = {"announced_at": "2019-12-01", "starts_at": f"{day} 14:00:00", "ends_at": f"{day} 17:00:00"}
    city.add("events", times | event)
    made: str = city.tables["events"][-1]["event_id"]
    who = [f"T{n:03d}" for n in range(1, talents + 1)]
    city.visit(who, home_id=home, event_id=made, at=f"{day} 14:30:00")
    return made


def void(table: str, row: str, on: str = "2025-06-01", home: str = "H01") -> dict[str, Any]:
    """A decision that a record of a home counts for nothing."""
    return {"kind": "void", "table": table, "row_id": row, "decided_on": on, "home_id": home}


def earned(home: dict[str, Any]) -> tuple[int, int, int]:
    """A home's points for events, media and check-ins."""
    return home["events"], home["media"], home["checkins"]


def events_of(home: dict[str, Any]) -> dict[str, int]:
    """The points of each event, without its media."""
    return {event: one["points"] for event, one in home["trace"]["events"].items()}


def checks_of(result: dict[str, Any]) -> dict[str, list[str]]:
    """The rows of each finding."""
    return {one["check"]: [row["row"] for row in one["rows"]] for one in result["findings"]}


def test_case_1_annex_1_1_announced_and_publicised_with_central_and_city_reports(city: City) -> None:
    # Worked case 1: 5 + 20 + 12 = 37; each talent 1.
    held(city, talents=12)
    city.add("media", {"event_id": "E0001", "tier": "city"}, {"event_id": "E0001", "tier": "central"})
    result = city.result()
    home = result["homes"]["H01"]
    assert earned(home) == (5, 20, 12)
    assert (home["points"], home["total"], home["months"]) == (37, 37, {"2025-03": 37})
    assert [one["earned"] for one in result["talents"].values()] == [1] * 12
    assert result["talents"]["T012"] == {"earned": 1, "spent": 0, "balance": 1}


def test_case_2_annex_1_1_not_announced_with_a_county_report(city: City) -> None:
    # Worked case 2: 8; with `media_without_event: scores` 11.
    held(city, talents=8, announced_at="")
    city.add("media", {"event_id": "E0001", "tier": "county"})
    assert earned(city.home()) == (0, 0, 8)
    assert earned(city.home(media_without_event="scores")) == (0, 3, 8)


def test_case_3_annex_1_1_only_the_highest_tier_whatever_the_number_or_order(city: City) -> None:
    # Worked case 3: a city report, two county reports → media 5; later a provincial one → 10.
    held(city)
    city.add("media", *({"event_id": "E0001", "tier": tier} for tier in ("county", "city", "county")))
    assert city.home()["media"] == 5
    city.add("media", {"event_id": "E0001", "tier": "provincial", "published_on": "2025-06-30"})
    assert city.home()["media"] == 10


@pytest.mark.parametrize(
    ("reading", "points"), [("talent_day", 2), ("visit_and_event", 3), ("every_record", 4)]
)
def test_case_4_annex_1_2_one_talent_at_one_home(city: City, reading: str, points: int) -> None:
    # Worked case 4: 09:00 and 14:00 walk-ins, 15:00 at an event, next day once.
    city.add("talents", {}).add("events", {})
    for at in ("10 09:00:00", "10 14:00:00", "11 09:00:00"):
        city.visit(["T001"], at=f"2025-03-{at}")
    city.visit(["T001"], event_id="E0001", at="2025-03-10 15:00:00")
    result = city.result(check_in=reading)
    assert earned(result["homes"]["H01"]) == (5, 0, points)
    assert result["talents"]["T001"]["earned"] == points  # 站点和人才各获1个积分


def test_case_5_annex_2_1_second_year_after_designation(city: City) -> None:
    # Worked case 5: designated 2024-11-20: from 2025-01-01; designated 2025-01-01: from 2026-01-01.
    city.add("homes", {"designated_on": "2024-11-20"}, {"designated_on": "2025-01-01", "opening_points": 7})
    city.add("talents", {}).add("adjustments", {"home_id": "H03", "points": 9})
    for home in ("H02", "H03"):
        for day in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
            city.visit(["T001"], home_id=home, at=f"{day} 10:00:00")
    result = city.result()
    entered, later = result["homes"]["H02"], result["homes"]["H03"]
    assert (entered["participates"], entered["months"]) == (True, {"2025-01": 1, "2025-12": 1})
    # The ruling: it earns nothing, its adjustment included, and is not counted in N.
    assert (later["participates"], later["points"], later["total"]) == (False, 0, 7)
    assert later["adjustment"] == 0 and later["months"] == {}
    assert not {"rank", "rank_in_type"} & set(later)
    assert result["ranked"] == 2
    assert checks_of(result)["adjustments.without_season"] == ["H03/2025"]
    city.params["year"] = 2026
    assert city.home("H03")["months"] == {"2026-01": 1}


def test_case_7_annex_1_3_adjustments(city: City) -> None:
    # Worked case 7: 212 points and +50 → 262; 30 and −50 → −20. 212 by hand: 8 × (5 + 20 + 1) + 4.
    city.add("homes", {"opening_points": 100}).many("talents", 30)
    for n in range(1, 9):
        city.add("media", {"event_id": held(city, f"2025-03-{n:02d}"), "tier": "central"})
    city.visit(["T001", "T002", "T003", "T004"], at="2025-04-01 10:00:00")
    city.visit([f"T{n:03d}" for n in range(1, 31)], home_id="H02", at="2025-05-05 10:00:00")
    city.add("adjustments", {"points": 50}, {"home_id": "H02", "points": -50}, {"year": 2024, "points": 1})
    result = city.result()
    up, down = result["homes"]["H01"], result["homes"]["H02"]
    assert (*earned(up), up["adjustment"], up["points"], up["total"]) == (40, 160, 12, 50, 262, 262)
    # The ruling: for the year and the total, not for a month; totals may go below zero.
    assert up["months"] == {"2025-03": 208, "2025-04": 4}
    assert (down["points"], down["total"], down["months"]) == (-20, 80, {"2025-05": 30})
    city.tables["homes"][1]["opening_points"] = "-1"
    assert city.home("H02")["total"] == -21


def test_annex_1_1_announced_strictly_before_it_starts_and_publicised(city: City) -> None:
    # The ruling: strictly after `announced_at`; empty = not announced; publicised too. By hand 1 of 5 counts.
    held(city, "2025-03-01", announced_at="2025-03-01 13:59:59")
    held(city, "2025-03-02", announced_at="2025-03-02 14:00:00")
    held(city, "2025-03-03", announced_at="2025-03-03 14:00:01")
    held(city, "2025-03-04", announced_at="")
    held(city, "2025-03-05", publicised="false")
    home = city.home()
    assert events_of(home) == {"E0001": 5, "E0002": 0, "E0003": 0, "E0004": 0, "E0005": 0}
    assert earned(home) == (5, 0, 5)


def test_annex_1_1_at_least_one_valid_talent(city: City) -> None:
    # The ruling: valid on a day within `valid_from` … `valid_to`; an expired talent is no attendance.
    # By hand, event day 2025-03-10: none; expired the day before; last day; first day; from the next day.
    spans = [("2020-01-01", "2025-03-09"), ("2020-01-01", "2025-03-10")]
    spans += [("2025-03-10", ""), ("2025-03-11", "")]
    city.add("talents", *({"valid_from": first, "valid_to": last} for first, last in spans))
    held(city, talents=0)
    for n in range(1, 5):
        event = held(city, talents=0)
        city.visit([f"T{n:03d}"], event_id=event)
    city.visit(["T004"], at="2025-03-11 09:00:00")
    result = city.result()
    home = result["homes"]["H01"]
    assert events_of(home) == {"E0001": 0, "E0002": 0, "E0003": 5, "E0004": 5, "E0005": 0}
    assert (home["checkins"], home["months"]) == (3, {"2025-03": 13})
    assert [one["earned"] for one in result["talents"].values()] == [0, 1, 1, 1]


def test_annex_1_1_media_belong_to_the_month_of_the_event(city: City) -> None:
    # The ruling: booked to the event's month, whatever `published_on` says, be it the next year.
    city.add("media", {"event_id": held(city, "2025-03-31"), "published_on": "2025-04-02"})
    city.add("media", {"event_id": held(city, "2025-12-30"), "tier": "county", "published_on": "2026-01-03"})
    city.add("media", {"event_id": held(city, "2024-12-30"), "published_on": "2025-01-02"})
    home = city.home()
    assert home["months"] == {"2025-03": 5 + 5 + 1, "2025-12": 5 + 3 + 1}
    assert earned(home) == (10, 8, 2)


def test_annex_1_1_of_one_tier_the_earliest_report_decides(city: City) -> None:
    # The ruling: where one point stands for several records, the earliest decides.
    held(city)
    for day in ("2025-03-13", "2025-03-11", "2025-03-12"):
        city.add("media", {"event_id": "E0001", "published_on": day})
    reports = city.home()["trace"]["events"]["E0001"]["media"]
    assert {one["row"]: one["points"] for one in reports} == {"M0001": 0, "M0002": 5, "M0003": 0}
    # By hand: without the earliest the next of the tier still earns 5; without all of them nothing.
    city.add("sanctions", void("media", "M0002"))
    assert city.home()["media"] == 5
    city.add("sanctions", void("media", "M0001"), void("media", "M0003"))
    assert earned(city.home()) == (5, 0, 1)


@pytest.mark.parametrize("reading", ["nothing", "scores"])
def test_annex_3_3_a_void_event_takes_its_media_and_its_check_ins(city: City, reading: str) -> None:
    # The ruling: under every reading, whenever decided. T001 was there on the same day too, on his own: 1.
    held(city, talents=2)
    city.add("media", {"event_id": "E0001", "tier": "central"})
    city.visit(["T001"], at="2025-03-10 09:00:00")
    city.add("sanctions", void("events", "E0001", "2027-01-01"))
    result = city.result(media_without_event=reading)
    assert earned(result["homes"]["H01"]) == (0, 0, 1)
    assert [one["earned"] for one in result["talents"].values()] == [1, 0]


def test_annex_3_3_a_void_check_in_counts_for_nothing(city: City) -> None:
    # The ruling: neither home nor talent nor the event's attendance; a void acts whenever decided.
    held(city, talents=2)
    city.add("media", {"event_id": "E0001"})
    city.add("sanctions", void("checkins", "C0001", "2024-01-01"))
    result = city.result()
    assert earned(result["homes"]["H01"]) == (5, 5, 1)
    assert [one["earned"] for one in result["talents"].values()] == [0, 1]
    city.add("sanctions", void("checkins", "C0002", "2026-01-20"))
    assert earned(city.home()) == (0, 0, 0)
    # By hand: only a `void` takes points; a talk does not.
    city.tables["sanctions"] = []
    city.add("sanctions", {"kind": "warning", "table": "events", "row_id": "E0001"})
    assert earned(city.home()) == (5, 5, 2)


def test_annex_1_2_a_check_in_belongs_to_the_month_of_its_own_at(city: City) -> None:
    # The ruling: an event to the month of `starts_at`, a check-in to that of `at`.
    city.many("talents", 2).add("events", {"starts_at": "2025-03-31 22:00:00", "ends_at": "2025-04-01 02:00"})
    city.visit(["T001"], event_id="E0001", at="2025-03-31 23:59:59")
    city.visit(["T002"], event_id="E0001", at="2025-04-01 00:00:00")
    assert city.home()["months"] == {"2025-03": 6, "2025-04": 1}


def test_annex_1_2_the_earliest_of_several_records_decides_the_month(city: City) -> None:
    # By hand: one point for one event over two months: March, or April if the March record is void.
    city.add("talents", {}).add("events", {"starts_at": "2025-03-31 22:00:00", "ends_at": "2025-04-01 02:00"})
    for at in ("2025-04-01 01:00:00", "2025-03-31 23:00:00"):
        city.visit(["T001"], event_id="E0001", at=at)
    assert city.home(check_in="visit_and_event")["months"] == {"2025-03": 6}
    city.add("sanctions", void("checkins", "C0002"))
    assert city.home()["months"] == {"2025-03": 5, "2025-04": 1}


def test_annex_2_1_the_year_runs_on_for_the_extension_days(city: City) -> None:
    # The ruling: ten days belong to 2025's December alone; 2026 starts after them. 2026-01-10 is the tenth.
    for day in ("2025-01-01", "2026-01-10", "2026-01-11"):
        city.add("media", {"event_id": held(city, day), "tier": "county"})
    city.add("extensions", {"days": 10})
    home = city.home()
    assert home["months"] == {"2025-01": 9, "2025-12": 9}
    assert earned(home) == (10, 6, 2)
    city.params["year"] = 2026
    result = city.result()
    assert result["homes"]["H01"]["months"] == {"2026-01": 9}
    assert "extensions.without_season" not in checks_of(result)
    assert result["talents"]["T001"]["earned"] == 3
    # By hand: of another year's extension nothing is seen two years on.
    city.params["year"] = 2027
    assert city.home()["points"] == 0


def test_annex_2_1_last_years_extension_shifts_the_start_even_without_a_season(city: City) -> None:
    # The ruling: even if it did not take part in y − 1 (a finding). Designated 2024: no season in 2024.
    city.add("homes", {"designated_on": "2024-06-01"}).add("talents", {})
    city.add("extensions", {"home_id": "H02", "year": 2024, "days": 31})
    for day in ("2025-01-31", "2025-02-01"):
        city.visit(["T001"], home_id="H02", at=f"{day} 10:00:00")
    result = city.result()
    assert result["homes"]["H02"]["months"] == {"2025-02": 1}
    found = {one["check"]: one["severity"] for one in result["findings"]}
    assert found["extensions.without_season"] == "warning"
    assert checks_of(result)["extensions.without_season"] == ["H02/2024"]


def test_annex_2_3_a_delisted_home_takes_no_part_from_that_year_on(city: City) -> None:
    # The ruling: from the year of `delisted_on` on, be it the last day; talents earn there all the same.
    delisted = {"opening_points": 40, "stars": 1, "drops": 2}
    city.add("homes", delisted | {"delisted_on": "2025-12-31"}, delisted | {"delisted_on": "2026-01-01"})
    city.add("talents", {})
    for home in ("H02", "H03"):
        held(city, home_id=home)
    result = city.result()
    gone, last = result["homes"]["H02"], result["homes"]["H03"]
    assert (gone["participates"], gone["points"], gone["total"], gone["delisted"]) == (False, 0, 40, True)
    assert "rank" not in gone and (gone["stars_after"], gone["drops"]) == (1, 2)
    assert (last["participates"], last["total"], last["delisted"]) == (True, 46, False)
    assert (result["ranked"], result["talents"]["T001"]["earned"]) == (2, 2)


def test_annex_2_talents_earn_at_every_home_and_in_every_year(city: City) -> None:
    # The ruling: at every home of the table, whatever its state or year. By hand 4 homes, 4 years: 4.
    states = [
        {"designated_on": "2025-06-01"},
        {"delisted_on": "2021-01-01"},
        {"category": "talent_community"},
    ]
    city.add("homes", *states).many("talents", 2)
    for home, year in (("H01", 2020), ("H02", 2024), ("H03", 2025), ("H04", 2026)):
        city.visit(["T001"], home_id=home, at=f"{year}-01-15 10:00:00")
    city.add("redemptions", {"redeemed_on": "2026-01-15", "points": 3})
    # The ruling: a day's earnings before its redemptions; to zero, not below.
    city.add("redemptions", {"redeemed_on": "2026-01-15", "points": 1})
    result = city.result(communities="apart")
    assert result["talents"] == {
        "T001": {"earned": 4, "spent": 4, "balance": 0},
        "T002": {"earned": 0, "spent": 0, "balance": 0},
    }
