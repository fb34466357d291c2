"""The league scored a second way: the sample and generated cities, under every reading.

The second way itself, with every number from the rulings, is plain_league.py.
"""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.support.city import LEAGUE, City
from tests.support.crowds import SMALL, memory_for
from tests.support.documents import ResultJson, assess_file
from tests.support.plain_league import CHOICES, PlainLeague, Row, Tables, read_folder

pytestmark = pytest.mark.slow

OF_A_HOME = [
    *("participates", "events", "media", "checkins", "adjustment", "points", "total", "rank", "rank_in_type"),
    *("months", "stars_before", "stars_after", "change", "drops", "delisted"),
    *("grant_selection", "grant_top_ceiling"),
]
"""Every key of a home in the contract."""

OVERDRAWN = "redemptions.within_balance"

ONE_BY_ONE: list[dict[str, str]] = [{}] + [
    {reading: choice} for reading, choices in CHOICES.items() for choice in choices[1:]
]


def said(result: ResultJson) -> dict[str, Any]:
    """What the contract promises of a result, as the second way says it."""
    assert result["status"] != "blocked", [one["check"] for one in result["findings"]]
    homes = {
        home: {key: one[key] for key in OF_A_HOME if key in one} for home, one in result["homes"].items()
    }
    return {"homes": homes, **{key: result[key] for key in ("ranked", "months", "talents")}}


def well_staffed(result: ResultJson) -> set[str]:
    """The homes that meet measure 3's line on staff."""
    return {
        home
        for home, one in result["homes"].items()
        if one["conformity"].get("3-人员", {}).get("outcome") == "met"
    }


@pytest.fixture(scope="module")
def sample() -> Tables:
    """The sample city, read with the csv module and pyarrow alone."""
    return read_folder(ROOT / "evidence/quanzhou-2025")


def test_every_reading_has_these_choices() -> None:
    # From the rulings' table of readings, the default first.
    assert {name: (one.default, *one.choices) for name, one in LEAGUE.readings.items()} == {
        name: (choices[0], *choices) for name, choices in CHOICES.items()
    }


@pytest.mark.parametrize("readings", ONE_BY_ONE, ids=lambda one: "-".join(one.values()) or "default")
def test_the_sample_scores_the_same_a_second_way(
    tmp_path: Path, sample: Tables, readings: dict[str, str]
) -> None:
    params = yaml.safe_load((ROOT / "params/quanzhou-2025.yaml").read_text("utf-8"))
    params |= {"evidence": str(ROOT / params["evidence"]), "readings": readings}
    (tmp_path / "sample.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    result, second = assess_file(tmp_path / "sample.yaml"), PlainLeague(sample, 2025, readings)
    assert second.overdrawn() == set()
    assert said(result) == second.result()
    assert well_staffed(result) == second.well_staffed()


def test_the_sample_is_not_too_simple(sample: Tables) -> None:
    # Each reading but that of staff moves something of the contract, or it would go unproven.
    default = PlainLeague(sample, 2025, {}).result()
    unmoved = [one for one in ONE_BY_ONE if PlainLeague(sample, 2025, one).result() == default]
    assert [one for one in unmoved if one] == [{"staff_minimum": "twelve"}]


DAYS = [
    *(date(2023, 12, 31) + timedelta(n) for n in range(4)),
    *(date(2024, 12, 30) + timedelta(n) for n in range(14)),
    *(date(2025, month, day) for month in (3, 4, 6, 11) for day in (1, 2)),
    *(date(2025, 2, 28), date(2025, 2, 28)),
    *(date(2025, 12, 29) + timedelta(n) for n in range(14)),
]
"""Days on which much happens, most of them around the turn of a year."""
DESIGNATED = ["2023-03-02", "2023-12-31", "2024-01-01", "2024-02-29", "2024-11-20", "2024-12-31"]
DESIGNATED += ["2025-01-01", "2025-06-30"]
TYPES = ["comprehensive", "industry"]


class Chance:
    """Cities by chance, as crowded as a seed makes them: the same person, home and day again and again."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.days = self.rng.sample(DAYS, self.rng.randint(2, 9))

    def yes(self, share: float) -> bool:
        return self.rng.random() < share

    def day(self) -> date:
        return self.rng.choice(self.days)

    def moment(self) -> str:
        hour = self.rng.choice(("00:00:00", "09:00:00", "14:00:00", "15:30:00", "23:59:59"))
        return f"{self.day()} {hour}"

    def home(self) -> Row:
        since = self.rng.choice(DESIGNATED + ["2020-05-01"] * 8)
        gone = self.rng.choice(("2024-06-01", "2025-01-01", "2025-12-31", "2026-01-05"))
        return {
            "category": "talent_community" if self.yes(0.3) else "talent_home",
            "type": self.rng.choice(TYPES),
            "designated_on": since,
            "stars": self.rng.choice(("", "1", "2", "4", "5")),
            "drops": self.rng.choice(("", "0", "1")),
            "opening_points": self.rng.choice(("", "-20", "100")),
            "delisted_on": gone if self.yes(0.15) and gone >= since else "",
        }

    def event(self, home: str) -> Row:
        starts = datetime.fromisoformat(self.moment())
        ahead = self.rng.choice((timedelta(days=1), timedelta(seconds=1), timedelta(0), -timedelta(hours=1)))
        return {
            "home_id": home,
            "announced_at": "" if self.yes(0.1) else str(starts - (timedelta(1) if self.yes(0.8) else ahead)),
            "starts_at": str(starts),
            "ends_at": str(starts + timedelta(hours=2)),
            "publicised": "false" if self.yes(0.1) else "true",
        }

    def fill(self, city: City) -> City:
        """A city of up to 8 homes, 10 talents, 10 events and 60 check-ins."""
        rng = self.rng
        city.add("homes", *(self.home() for _ in range(rng.randint(1, 8))))
        homes = [row["home_id"] for row in city.tables["homes"]]
        valid = ("", "", "", "", "2025-03-01", "2025-12-31")
        for _ in range(rng.randint(1, 10)):
            since = rng.choice((*["2020-01-01"] * 4, "2025-01-01", "2025-03-02"))
            city.add("talents", {"valid_from": since, "valid_to": rng.choice(valid)})
        talents = [row["talent_id"] for row in city.tables["talents"]]
        busy = rng.sample(homes, rng.randint(1, len(homes)))
        city.add("events", *(self.event(rng.choice(busy)) for _ in range(rng.choice((0, 5, 10, 10)))))
        events = {row["event_id"]: row["home_id"] for row in city.tables.get("events", [])}
        tiers = ("central", "provincial", "city", "county")
        for event in events:
            for _ in range(rng.choice((0, 1, 1, 3))):
                city.add("media", {"event_id": event, "tier": rng.choice(tiers)})
        for _ in range(rng.choice((0, 30, 60, 60))):
            event = rng.choice([*events]) if events and self.yes(0.7) else ""
            home = events[event] if event else rng.choice(busy)
            row = {"home_id": home, "talent_id": rng.choice(talents), "event_id": event}
            city.add("checkins", row | {"at": self.moment()})
        for home in homes:
            for year in ("2024", "2025"):
                if self.yes(0.2):
                    city.add("extensions", {"home_id": home, "year": year, "days": str(rng.randint(1, 9))})
                if self.yes(0.3):
                    points = str(rng.choice((-50, -3, 1, 5, 50)))
                    city.add("adjustments", {"home_id": home, "year": year, "points": points})
            for kind in ("star_drop", "star_drop", "delist", "warning"):
                if self.yes(0.08):
                    city.add("sanctions", {"home_id": home, "kind": kind, "decided_on": str(self.day())})
        self.void(city, events)
        if self.yes(0.2):
            for talent in rng.sample(talents, min(2, len(talents))):
                city.add("redemptions", {"talent_id": talent, "redeemed_on": str(max(self.days))})
        return city

    def void(self, city: City, events: Mapping[str, str]) -> None:
        """Now and then a decision that a record counts for nothing; now and then two on one."""
        for table, key in (("events", "event_id"), ("checkins", "checkin_id"), ("media", "media_id")):
            for row in city.tables.get(table, []):
                while self.yes(0.1):
                    owner = row.get("home_id") or events[row["event_id"]]
                    voided = {"kind": "void", "table": table, "row_id": row[key], "home_id": owner}
                    city.add("sanctions", voided | {"decided_on": str(self.day())})


@given(
    st.integers(0, 2**32),
    st.sampled_from([2024, 2025, 2025, 2025]),
    st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in CHOICES.items()}),
    st.sampled_from([SMALL, 20]),
)
@settings(max_examples=50, deadline=None)
def test_any_city_scores_the_same_a_second_way(
    tmp_path_factory: pytest.TempPathFactory, seed: int, year: int, readings: dict[str, str], held: int
) -> None:
    city = Chance(seed).fill(City(tmp_path_factory.mktemp("city"), params={"year": year}))
    with memory_for(held):
        result = city.result(**readings)
    second = PlainLeague(read_folder(city.folder / "evidence"), year, readings)
    beyond = second.overdrawn()
    if beyond:
        found = {row["row"] for one in result["findings"] for row in one["rows"] if one["check"] == OVERDRAWN}
        rows = {row["redemption_id"]: row["talent_id"] for row in city.tables["redemptions"]}
        assert (result["status"], {rows[one] for one in found}) == ("blocked", beyond)
    else:
        assert said(result) == second.result()
