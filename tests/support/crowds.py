"""Check-ins by chance, so few people, homes and minutes that every pattern and every flaw is among them."""

import csv
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.record import CheckRecord, Engine, run_checks
from tests.support.city import LEAGUE, City
from tests.support.flaws import planned

COLUMNS = list(LEAGUE.tables["checkins"].columns)
SMALL, LARGE = 100_000, 1
"""Rows up to which a table is held in memory: those of the tests always are, or never."""
PART = 7
"""The same where there are more rows than these: those in memory at a time while a large CSV is read."""

CHECKS = [
    *("key.unique", "checkin_id.filled", "home_id.filled", "talent_id.filled", "at.filled", "at.readable"),
    *("home_id.references", "talent_id.references", "event_id.references", "event_of_home", "two_places"),
    *("crowd", "shared_device", "outside_hours", "own_staff", "month_end"),
]
"""Every check of check-ins that a row can fail."""


@contextmanager
def memory_for(rows: int) -> Iterator[None]:
    """As if a table of more rows were too large for memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("talentcalc.evidence.stores.large_tables.SMALL", rows)
        yield


def checked(params: Path, rows: int, engine: Engine = run_with_pandas) -> CheckRecord:
    """What the checks say where no more rows than these are held in memory."""
    with memory_for(rows):
        checks, evidence = planned(params)
    assert ("checkins" in evidence.tables) == (rows == SMALL or not evidence.stored["checkins"].rows)
    return run_checks(checks, evidence, engine)


def lines(record: CheckRecord) -> dict[str, list[int]]:
    """All lines that failed each check of check-ins, also beyond those that a finding lists."""
    return {
        check.removeprefix("checkins."): failed.tolist()
        for check, failed in record.failing.items()
        if check.startswith("checkins.")
    }


def write_checkins(folder: Path, rows: list[list[Any]], header: list[str] | None = None) -> Path:
    """`checkins.csv` cell by cell."""
    path = folder / "checkins.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header or COLUMNS, *rows])
    return path


class Crowd:
    """One such city, made by a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def yes(self, share: float) -> bool:
        return self.rng.random() < share

    def moment(self, day: str) -> str:
        """Full quarters and tenths of hours, so that half an hour apart is common; now and then a second on.

        The event's hours are 14:00 to 17:00, with its grace 13:00 to 18:00.
        """
        hour = self.rng.choice((12, 13, 14, 14, 14, 15, 18))
        minute = self.rng.choice((0, 0, 10, 15, 20, 30, 40, 45, 59))
        second = self.rng.choice((0, 0, 0, 1, 59))
        text = f"{day}{self.rng.choice(' T')}{hour}:{minute:02d}:{second:02d}"
        return text.removesuffix(":00") if self.yes(0.2) else text

    def row(self, **known: str) -> dict[str, str]:
        """One check-in, any of its cells spoilt now and then."""
        rng = self.rng
        row = {
            "checkin_id": f"C{rng.randrange(400):04d}",
            "home_id": rng.choice(("H01", "H01", "H02", "H03")),
            "talent_id": f"T{rng.randint(1, 8):03d}",
            "event_id": rng.choice(("", "", "E0001", "E0002", "E0003", "E0004")),
            "at": self.moment(rng.choice(("2025-03-10", "2025-03-10", "2025-03-30", "2025-03-31"))),
            "device": rng.choice(("", "D1", "D1", "D2")),
        } | known
        if self.yes(0.1):
            row[rng.choice(COLUMNS)] = rng.choice(
                ("", " ", "\u3000", "H99", "T999", "E9999", "H03", "2025-02-30 10:00", "2025-03-10", "昨天")
            )
        return row

    def burst(self) -> list[dict[str, str]]:
        """About as many check-ins at one home, about a minute long, as make a crowd of more than thirty."""
        day = self.rng.choice((10, 31))
        start = datetime(2025, 3, day, 14, self.rng.randrange(3), self.rng.randrange(60))
        step, home = timedelta(seconds=self.rng.choice((0, 1, 2, 2, 3))), self.rng.choice(("H01", "H02"))
        return [
            self.row(home_id=home, at=str(start + n * step), event_id="")
            for n in range(self.rng.randint(29, 36))
        ]

    def fill(self, city: City, most: int | None = None) -> City:
        """Homes, talents, staff and events, some of these flawed too, and the check-ins, `most` or fewer."""
        city.add("homes", {}, {}, {}).many("talents", 8)
        city.add("staff", {"person_id": "T001"}, {"home_id": "H02", "person_id": "T002"})
        city.add("staff", {"home_id": "H99", "person_id": "T003"}, {"person_id": "S1"})
        city.add("events", {}, {"home_id": "H02"}, {"home_id": "H03", "ends_at": "2025-03-10 14:20:00"})
        city.add("events", {"starts_at": "2025-03-31 14:00:00", "ends_at": "2025-03-31 14:30:00"})
        if self.yes(0.2):
            city.add("events", {"event_id": "E0001", "home_id": "H03"}, {"event_id": ""})
        if self.yes(0.2):
            city.tables["events"][1] |= {"home_id": "H99", "starts_at": "", "ends_at": "昨天"}
        if self.yes(0.2):
            city.add("talents", {"talent_id": "T001"}, {"talent_id": ""})
        rows = [self.row() for _ in range(most or self.rng.choice((8, 20, 60, 90)))]
        for _ in range(3 if most else self.rng.choice((0, 1, 1, 2))):
            rows += self.burst()
        self.rng.shuffle(rows)
        return city.add("checkins", *rows)
