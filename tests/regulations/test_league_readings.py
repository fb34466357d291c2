"""Ranks, stars and money of 市级“人才之家”, and every reading in all its choices, by clause.

Every expected number is the ruling's own, or worked by hand where a comment says how. Where only ranks
matter, a home's points are its adjustment of the year. Worked cases on points: `test_league_worked_cases.py`.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.regulations.test_league_worked_cases import checks_of, earned, held
from tests.support.city import City

pytestmark = pytest.mark.slow


def field(city: City, *points: int, **home: Any) -> City:
    """H01, H02, …, homes alike, each with so many points of the year."""
    city.tables["homes"] = []
    city.many("homes", len(points), **home)
    return city.add("adjustments", *({"home_id": f"H{n:02d}", "points": p} for n, p in enumerate(points, 1)))


def of_each(result: dict[str, Any], what: str) -> list[Any]:
    """One thing of every home, in order."""
    return [result["homes"][home].get(what) for home in sorted(result["homes"])]


def changes(up: int, same: int, down: int) -> list[str]:
    return ["up"] * up + ["same"] * same + ["down"] * down


@pytest.mark.parametrize(("homes", "up", "down"), [(25, 5, 2), (14, 2, 1), (9, 1, 0), (4, 0, 0)])
def test_case_6_annex_2_2_up_and_down_by_the_number_of_homes(
    city: City, homes: int, up: int, down: int
) -> None:
    # Worked case 6. Points 1 below one another: the rank is the position.
    result = field(city, *range(homes, 0, -1)).result()
    assert of_each(result, "change") == changes(up, homes - up - down, down)
    assert of_each(result, "rank") == list(range(1, homes + 1))
    assert of_each(result, "stars_after") == [4] * up + [3] * (homes - up - down) + [2] * down
    assert result["ranked"] == homes


@pytest.mark.parametrize(
    ("reading", "homes", "up", "down"),
    [
        ("half_up", 14, 3, 1),
        ("half_up", 15, 3, 2),
        ("half_up", 12, 2, 1),
        ("ceil", 12, 3, 2),
        ("ceil", 10, 2, 1),
    ],
)
def test_reading_cut(city: City, reading: str, homes: int, up: int, down: int) -> None:
    # By hand: 2.8, 1.4; 3, 1.5; 2.4, 1.2; the same; 2, 1.
    result = field(city, *range(homes, 0, -1)).result(cut=reading)
    assert of_each(result, "change") == changes(up, homes - up - down, down)


def test_case_8_annex_2_3_two_consecutive_down_years(tmp_path: Path) -> None:
    # Worked case 8: 3 → 2 → 1 delisted at the second; 3 → 2, a year not down, → 1: not delisted.
    def years(*downs: bool) -> list[tuple[int, int, bool]]:
        stars: int | str = ""  # homes start at 3 stars
        drops: int | str = ""
        stood = []
        for down in downs:  # N = 10: the last goes down, the fifth stays
            city = field(City(tmp_path), *range(10, 0, -1))
            city.tables["homes"][9 if down else 4] |= {"stars": stars, "drops": drops}
            home = city.home("H10" if down else "H05")
            stars, drops = home["stars_after"], home["drops"]
            stood.append((home["stars_after"], home["drops"], home["delisted"]))
        return stood

    assert years(True, True) == [(2, 1, False), (1, 2, True)]
    assert years(True, False, True) == [(2, 1, False), (2, 0, False), (1, 1, False)]


def test_annex_2_2_ties_share_a_rank_and_a_cut_favours_the_home(city: City) -> None:
    # By hand, N = 10, 2 up, 1 down: ranks 1 2 2 4 5 5 7 8 9 9; three are ≤ 2, none is > 9.
    result = field(city, 9, 8, 8, 7, 6, 6, 5, 4, 3, 3).result()
    assert of_each(result, "rank") == [1, 2, 2, 4, 5, 5, 7, 8, 9, 9]
    assert of_each(result, "change") == changes(3, 7, 0)
    assert of_each(result, "grant_top_ceiling") == ["50000.00"] * 3 + ["0.00"] * 7
    # The ruling: a tie across a cut is a finding; the tie of ranks 5 lies across none.
    assert checks_of(result) == {"ranking.tie_up": ["H02", "H03"], "ranking.tie_down": ["H09", "H10"]}
    assert result["checks"] == {"critical": 0, "warning": 2, "info": 0}


def test_annex_2_2_ties_inside_a_cut_need_no_ruling(city: City) -> None:
    # By hand, N = 20, 4 up, 2 down: the pairs end exactly at the cuts.
    result = field(city, 20, 20, 18, 18, *range(14, 0, -1), -1, -1).result()
    assert of_each(result, "change") == changes(4, 14, 2)
    assert checks_of(result) == {}


def test_annex_2_2_all_alike_all_go_up(city: City) -> None:
    # By hand, N = 10: every rank is 1, inside the upper cut and not below the lower; both ties are named.
    result = field(city, *[0] * 10).result()
    assert of_each(result, "change") == changes(10, 0, 0)
    everyone = sorted(result["homes"])
    assert checks_of(result) == {"ranking.tie_up": everyone, "ranking.tie_down": everyone}


def test_annex_2_2_a_home_inside_both_cuts_keeps_its_stars(city: City) -> None:
    # By hand, N = 1, ceil: 1 up and 1 down. The top ceiling is for whoever is inside the upper cut.
    city.tables["homes"][0]["drops"] = 1
    result = city.result(cut="ceil")
    home = result["homes"]["H01"]
    assert (home["stars_after"], home["change"], home["drops"], home["delisted"]) == (3, "same", 0, False)
    assert home["grant_top_ceiling"] == "50000.00"
    assert checks_of(result) == {"ranking.both_cuts": ["H01"]}


def test_reading_ranking_by_type_and_the_rank_within_the_type(city: City) -> None:
    # By hand: overall N = 15: 3 up, 1 down; ten of one type: 2 up, 1 down; five: 1 up, none down.
    field(city, *range(15, 0, -1))
    for row in city.tables["homes"][10:]:
        row["type"] = "service"
    overall = city.result()
    assert of_each(overall, "change") == changes(3, 11, 1)
    by_type = city.result(ranking="by_type")
    assert of_each(by_type, "change") == changes(2, 7, 1) + changes(1, 4, 0)
    for result in (overall, by_type):
        assert of_each(result, "rank") == list(range(1, 16))
        assert of_each(result, "rank_in_type") == [*range(1, 11), *range(1, 6)]


def test_reading_star_ceiling(city: City) -> None:
    # By hand, N = 10: two up from 5. A star drop takes its star after the ceiling.
    field(city, *range(10, 0, -1)).add("sanctions", {"home_id": "H02", "kind": "star_drop"})
    for row in city.tables["homes"][:2]:
        row["stars"] = 5
    city.tables["homes"][9]["stars"] = 1
    free = city.result()
    assert of_each(free, "stars_after") == [6, 5, *[3] * 7, 0]
    assert checks_of(free) == {"stars.above_highest": ["H01"], "stars.below_lowest": ["H10"]}
    held_at_five = city.result(star_ceiling="five")
    assert of_each(held_at_five, "stars_after") == [5, 4, *[3] * 7, 0]
    assert of_each(held_at_five, "change") == changes(2, 7, 1)
    assert checks_of(held_at_five) == {"stars.below_lowest": ["H10"]}


@pytest.mark.parametrize(
    ("reading", "drops", "delisted"),
    [
        ("apart", {"H05": 0, "H06": 0, "H11": 1}, []),
        ("counts_as_down", {"H05": 2, "H06": 1, "H11": 2}, ["H05", "H11"]),
    ],
)
def test_reading_sanction_drop(city: City, reading: str, drops: dict[str, int], delisted: list[str]) -> None:
    # By hand, N = 10: the tenth is down by rank; H11 takes no part. All start at 3 stars.
    field(city, *range(10, 0, -1)).add("homes", *[{"designated_on": "2025-05-01", "drops": 1}] * 2)
    for n in (4, 5, 8):
        city.tables["homes"][n - 1]["drops"] = 1
    for home in ("H05", "H06", "H06", "H10", "H11"):
        city.add("sanctions", {"home_id": home, "kind": "star_drop"})
    for year in (2024, 2026):  # sanctions act in the year of `decided_on`
        city.add("sanctions", {"home_id": "H07", "kind": "star_drop", "decided_on": f"{year}-06-01"})
    city.add("sanctions", {"home_id": "H08", "kind": "warning"})
    result = city.result(sanction_drop=reading)
    stars = dict(zip(sorted(result["homes"]), of_each(result, "stars_after"), strict=True))
    assert {home: n for home, n in stars.items() if n != 3} == {
        "H01": 4,
        "H02": 4,
        "H05": 2,
        "H06": 1,
        "H10": 1,
        "H11": 2,
    }  # H10: one by rank, one by sanction
    # A down year once: H06 with two decisions, H10 down by rank too. A year not down resets H04 and H08.
    wanted = {"H04": 0, "H07": 0, "H08": 0, "H10": 1, "H12": 1} | drops
    assert {home: result["homes"][home]["drops"] for home in wanted} == wanted
    assert [home for home in sorted(result["homes"]) if result["homes"][home]["delisted"]] == delisted
    assert of_each(result, "change") == [*changes(2, 7, 1), "same", "same"]  # from the ranking alone


def test_annex_3_3_delisted_by_sanction_its_rank_of_the_year_stands(city: City) -> None:
    # The ruling: `delist`: delisted at the year's end. A decision of another year does not act.
    field(city, *range(10, 0, -1)).add("sanctions", {"home_id": "H01", "kind": "delist"})
    city.add("sanctions", {"home_id": "H02", "kind": "delist", "decided_on": "2026-01-01"})
    result = city.result()
    first = result["homes"]["H01"]
    assert (first["rank"], first["change"], first["stars_after"], first["points"]) == (1, "up", 4, 10)
    assert (of_each(result, "delisted"), result["ranked"]) == ([True] + [False] * 9, 10)


def test_reading_communities(city: City) -> None:
    # By hand: ranked N = 10: 2 up, 1 down; apart N = 9: 1 up, none down. The ceiling is for a 人才之家 alone.
    field(city, *range(10, 0, -1)).tables["homes"][0]["category"] = "talent_community"
    result = city.result()
    assert (of_each(result, "change"), result["ranked"]) == (changes(2, 7, 1), 10)
    assert of_each(result, "grant_top_ceiling") == ["0.00", "50000.00"] + ["0.00"] * 8
    result = city.result(communities="apart")
    assert (of_each(result, "change"), result["ranked"]) == (["same", *changes(1, 8, 0)], 9)
    assert of_each(result, "rank") == [None, *range(1, 10)]
    apart = result["homes"]["H01"]
    assert (apart["participates"], apart["points"]) == (True, 10) and "rank_in_type" not in apart
    assert of_each(result, "grant_top_ceiling") == ["0.00", "50000.00"] + ["0.00"] * 8


def test_measure_12_selection_in_the_year(city: City) -> None:
    # The ruling: 50,000 for a 人才之家, 100,000 for a 人才社区, `designated_on` in the year.
    for category in ("talent_home", "talent_community"):
        for day in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
            city.add("homes", {"category": category, "designated_on": day})
    home, community = ["0.00", "50000.00", "50000.00", "0.00"], ["0.00", "100000.00", "100000.00", "0.00"]
    assert of_each(city.result(), "grant_selection") == ["0.00", *home, *community]


def test_reading_participation(city: City) -> None:
    # By hand: twelve months after 2024-11-20 is 2025-11-20; after 2024-12-31 the year's last day.
    days = ("2024-11-20", "2024-12-31", "2025-01-01", "2023-12-31")
    city.add("homes", *({"designated_on": day} for day in days)).add("talents", {})
    for home in ("H02", "H03", "H04", "H05"):
        for day in ("01-01", "11-19", "11-20", "12-31"):
            city.visit(["T001"], home_id=home, at=f"2025-{day} 10:00:00")
    city.add("adjustments", {"home_id": "H02", "points": -3}, {"home_id": "H04", "points": 5})
    whole = city.result()
    assert (of_each(whole, "points"), whole["ranked"]) == ([0, 1, 4, 0, 4], 4)
    part = city.result(participation="after_twelve_months")
    assert (of_each(part, "points"), part["ranked"]) == ([0, -1, 1, 0, 4], 4)
    assert part["homes"]["H02"]["months"] == {"2025-11": 1, "2025-12": 1}
    assert part["homes"]["H04"]["participates"] is False
    city.params["year"] = 2024  # the year in which H05 has one day, and H02 none
    before = city.result()
    assert (of_each(before, "participates"), before["ranked"]) == ([True, False, False, False, True], 2)


def test_reading_media_without_event(city: City) -> None:
    # By hand: not publicised 20, highest only; nobody there 3; both outside what takes part: nothing.
    city.add("homes", {"designated_on": "2025-01-01"})
    unknown = held(city, publicised="false")
    city.add("media", *({"event_id": unknown, "tier": tier} for tier in ("city", "central")))
    for event in (held(city, talents=0), held(city, "2024-12-31"), held(city, home_id="H02")):
        city.add("media", {"event_id": event, "tier": "county"})
    assert earned(city.home()) == (0, 0, 1)
    result = city.result(media_without_event="scores")
    assert earned(result["homes"]["H01"]) == (0, 23, 1)
    assert result["homes"]["H01"]["months"] == {"2025-03": 24}
    assert earned(result["homes"]["H02"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("reading", "first", "second"),
    [("talent_day", 1, 1), ("visit_and_event", 3, 1), ("every_record", 5, 1)],
)
def test_reading_check_in(city: City, reading: str, first: int, second: int) -> None:
    # By hand, one day: two walk-ins, twice at one event, once at another; once at a second home.
    city.add("homes", {}).add("talents", {}).many("events", 2)
    for event in ("", "", "E0001", "E0001", "E0002"):
        city.visit(["T001"], event_id=event)
    city.visit(["T001"], home_id="H02", at="2025-03-10 09:00:00")
    result = city.result(check_in=reading)
    assert of_each(result, "checkins") == [first, second]
    assert result["talents"]["T001"]["earned"] == first + second


@pytest.mark.parametrize(
    ("reading", "april", "july"),
    [("month_points", ["H02"], ["H02"]), ("standing", ["H01"], ["H01", "H02"])],
)
def test_reading_month_first(city: City, reading: str, april: list[str], july: list[str]) -> None:
    # By hand: March 3 : 0; April 0 : 1; May 1 : 1; June none; July 0 : 2. Standing 3:0, 3:1, 4:2, 4:4.
    city.add("homes", {}, {"designated_on": "2025-01-01"}).many("talents", 5)
    city.add("adjustments", {"home_id": "H02", "points": 50})  # counts for no month
    for home, month, n in (
        ("H01", 3, 3),
        ("H02", 4, 1),
        ("H01", 5, 1),
        ("H02", 5, 1),
        ("H02", 7, 2),
        ("H03", 6, 5),
    ):
        city.visit([f"T{one:03d}" for one in range(1, n + 1)], home_id=home, at=f"2025-{month:02d}-08")
    firsts = {month: one["first"] for month, one in city.result(month_first=reading)["months"].items()}
    may = ["H01", "H02"] if reading == "month_points" else ["H01"]
    assert firsts == {"2025-03": ["H01"], "2025-04": april, "2025-05": may, "2025-07": july}


def test_reading_staff_minimum(city: City) -> None:
    # The ruling: at least one, or twelve as the damaged text literally says.
    city.add("homes", {}, {})
    city.add("staff", *({"home_id": "H02", "person_id": f"S{n}"} for n in range(11)))
    city.add("staff", *({"home_id": "H03", "person_id": f"S{n}"} for n in range(12)))
    for reading, wanted in (("one", ["not_met", "met", "met"]), ("twelve", ["not_met", "not_met", "met"])):
        lines = of_each(city.result(staff_minimum=reading), "conformity")
        assert [one["3-人员"]["outcome"] for one in lines] == wanted
