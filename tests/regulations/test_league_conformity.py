"""Measures 1–9: every line of the conformity table, met, not met, not applicable, pending.

The lines and what makes them conform come from the rulings, “Construction, activities, services”.
"""

from typing import Any

import pytest

from tests.regulations.test_league_worked_cases import held, void
from tests.support.city import City

FACILITIES = ("plaque", "light_box", "service_bar", "coffee_lounge", "multimedia", "event_space")
COMMON = ("policy_consulting", "talent_registration", "coffee_exchange")
MEASURES = range(1, 10)
MONTH_ENDS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)
BEFORE = ["2024-12-31", *(f"2025-{month:02d}-{day}" for month, day in enumerate(MONTH_ENDS, start=1))]
COMPUTED = ("1-类型", "2-设施", "3-人员", "4-计划", "5-开放", "6-收费", "7-共性", "7-个性")
MET = dict.fromkeys([*COMPUTED, *(f"{n}-评判" for n in MEASURES)], "met") | {"3-外语": "not_applicable"}
NO_EVENT = {"5-开放": "not_applicable", "6-收费": "not_applicable"}


def conforming(city: City, home: str) -> City:
    """All that a home needs: plans uploaded a second before each month, one event, its fee at its cost."""
    held(city, home_id=home, fee="12.50", cost="12.50")
    for month, day in enumerate(BEFORE, start=1):
        city.add("plans", {"home_id": home, "month": f"2025-{month:02d}", "uploaded_at": f"{day} 23:59:59"})
    city.add("facilities", *({"home_id": home, "facility": one} for one in FACILITIES))
    city.add("services", *({"home_id": home, "service": one} for one in COMMON))
    city.add("services", {"home_id": home, "service": "管家", "scope": "specific"})
    city.add("staff", {"home_id": home})
    return city.add("conformity", *({"home_id": home, "measure": str(n)} for n in MEASURES))


def outcomes(result: dict[str, Any], home: str = "H01") -> dict[str, str]:
    return {line: one["outcome"] for line, one in result["homes"][home]["conformity"].items()}


@pytest.fixture
def sound(city: City) -> City:
    return conforming(city, "H01")


def test_measures_1_to_9_all_met_is_final(sound: City) -> None:
    result = sound.result()
    assert outcomes(result) == MET
    assert (result["status"], result["checks"]["critical"]) == ("final", 0)


def test_measures_computed_lines_not_met(sound: City) -> None:
    # Each home conforms but for one of its rows: which, and other cells in it; None: it is not there.
    flaws: list[tuple[str, int, dict[str, str] | None, str]] = [
        ("facilities", 5, None, "2-设施"),
        ("facilities", 2, {"present": "false"}, "2-设施"),
        ("staff", 0, None, "3-人员"),
        ("homes", 0, {"overseas": "true"}, "3-外语"),  # and no language staff
        ("plans", 2, {"uploaded_at": "2025-03-01 00:00:00"}, "4-计划"),  # as the month begins
        ("plans", 11, None, "4-计划"),
        ("events", 0, {"sign_up_open": "false"}, "5-开放"),
        ("events", 0, {"region_limited": "true"}, "5-开放"),
        ("events", 0, {"fee": "12.51"}, "6-收费"),
        ("events", 0, {"cost": ""}, "6-收费"),
        ("services", 2, None, "7-共性"),
        ("services", 2, {"scope": "specific"}, "7-共性"),
        ("services", 3, None, "7-个性"),
        ("conformity", 7, {"outcome": "not_met"}, "8-评判"),
    ]
    wanted = {"H01": MET}
    for n, (table, row, cells, line) in enumerate(flaws, start=2):
        home = f"H{n:02d}"
        conforming(sound.add("homes", {}), home)
        spoilt = [one for one in sound.tables[table] if one["home_id"] == home][row]
        if cells is None:
            sound.tables[table].remove(spoilt)
        else:
            spoilt.update(cells)
        wanted[home] = MET | {line: "not_met"}
    result = sound.result()
    assert {home: outcomes(result, home) for home in result["homes"]} == wanted
    # The ruling: beside the points, never mixed into them. By hand 5 for the event, 1 for the talent.
    assert {one["points"] for one in result["homes"].values()} == {6}
    assert result["status"] == "final"


def test_measures_lines_met_otherwise_or_not_applicable(sound: City) -> None:
    # By title as well as by code; free of charge; part-time staff; a language only where it is wanted.
    for n in range(2, 5):
        conforming(sound.add("homes", {}), f"H{n:02d}")
    sound.tables["facilities"][0]["facility"], sound.tables["services"][0]["service"] = "牌匾", "涉才政策咨询"
    sound.tables["events"][0] |= {"fee": "", "cost": ""}
    sound.tables["homes"][1]["overseas"] = "true"
    sound.tables["staff"][1] |= {"languages": "英语", "employment": "part_time"}
    # No event in the year: another year's, or a void one.
    sound.tables["events"][2] |= {"starts_at": "2024-12-31 14:00:00", "ends_at": "2024-12-31 17:00:00"}
    sound.add("sanctions", void("events", "E0004", home="H04"))
    result = sound.result()
    assert [outcomes(result, f"H{n:02d}") for n in range(1, 5)] == [
        MET,
        MET | {"3-外语": "met"},
        MET | NO_EVENT,
        MET | NO_EVENT,
    ]


def test_measures_judged_lines_await_a_reviewer_who_gives_a_reason(sound: City) -> None:
    # The ruling: the rest is judged, by a reviewer with a reason; until then a draft.
    sound.tables["conformity"].pop(3)
    result = sound.result()
    assert outcomes(result) == MET | {"4-评判": "pending"}
    assert (result["status"], result["awaiting"]) == ("draft", ["H01"])
    judged = result["homes"]["H01"]["conformity"]["9-评判"]
    assert (judged["reviewer"], judged["words"]) == ("R1", "理由")


def test_measures_every_home_has_its_own_table(sound: City) -> None:
    # By hand: one with nothing to show; one that is delisted in the year has nothing left to judge.
    sound.add("homes", {}, {"delisted_on": "2025-06-01"})
    result = sound.result()
    bare = dict.fromkeys(MET, "not_met") | {f"{n}-评判": "pending" for n in MEASURES} | {"1-类型": "met"}
    assert outcomes(result, "H02") == bare | NO_EVENT | {"3-外语": "not_applicable"}
    assert outcomes(result) == MET
    assert (result["status"], result["awaiting"]) == ("draft", ["H02"])


def test_measure_5_an_event_in_the_extension_days_belongs_to_the_old_year(sound: City) -> None:
    # The ruling: what falls into the extension days belongs to the old year alone. 2026-01-10 is the tenth.
    sound.add("extensions", {"days": 10})
    held(sound, "2026-01-10", region_limited="true")
    held(sound, "2026-01-11", fee="1", cost="0")
    assert outcomes(sound.result()) == MET | {"5-开放": "not_met"}
    sound.params["year"] = 2026
    later = outcomes(sound.result())
    assert (later["5-开放"], later["6-收费"]) == ("met", "not_met")
