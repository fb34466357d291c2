"""The league worked out a second way: in plain Python, from the rulings and nothing else.

Every number and every word below is typed from the rulings on the Quanzhou text and its annex, none
is taken from rulebook.yaml: this holds the rulebook to the rulings, and the package to the
arithmetic. Rows are dicts of text, as the csv module reads them; an empty cell is "".
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = dict[str, str]
Tables = Mapping[str, list[Row]]

CHOICES: dict[str, tuple[str, ...]] = {
    "check_in": ("talent_day", "visit_and_event", "every_record"),
    "cut": ("floor", "half_up", "ceil"),
    "ranking": ("overall", "by_type"),
    "star_ceiling": ("none", "five"),
    "participation": ("next_calendar_year", "after_twelve_months"),
    "media_without_event": ("nothing", "scores"),
    "sanction_drop": ("apart", "counts_as_down"),
    "communities": ("ranked", "apart"),
    "month_first": ("month_points", "standing"),
    "staff_minimum": ("one", "twelve"),
}
"""Every reading of the rulings with its choices, the default first."""

EVENT = 5
TIERS = {"central": 20, "provincial": 10, "city": 5, "county": 3}
UP, DOWN = Fraction(20, 100), Fraction(10, 100)
ROUNDED: dict[str, Callable[[Fraction], int]] = {
    "floor": floor,
    "half_up": lambda exact: floor(exact + Fraction(1, 2)),
    "ceil": ceil,
}
SELECTED = {"talent_home": "50000.00", "talent_community": "100000.00"}
TOP = "50000.00"
STAFF = {"one": 1, "twelve": 12}


def read_folder(folder: Path) -> Tables:
    """A folder of CSV and Parquet files, every cell as text."""
    tables: dict[str, list[Row]] = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            tables[path.stem] = list(csv.DictReader(stream))
    for path in folder.glob("*.parquet"):
        tables[path.stem] = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in pq.read_table(path).to_pylist()
        ]
    return tables


@dataclass(frozen=True)
class Point:
    """One point for a check-in, to the home and to the talent, on the day of its earliest record."""

    home: str
    talent: str
    day: date


@dataclass(frozen=True)
class Stand:
    """Where a home stands in the year, and whether that is inside either cut."""

    overall: int
    in_type: int
    up: bool
    down: bool


class PlainLeague:
    """One city's year under given readings; `readings` names only what differs from the default."""

    def __init__(self, tables: Tables, year: int, readings: Mapping[str, str]) -> None:
        self.tables: Tables = defaultdict(list, tables)
        self.year = year
        self.readings = {name: choices[0] for name, choices in CHOICES.items()} | dict(readings)
        self.homes = {row["home_id"]: row for row in self.tables["homes"]}
        self.void = {
            (row["table"], row["row_id"]) for row in self.tables["sanctions"] if row["kind"] == "void"
        }
        self.seasons = {home: self._season(row) for home, row in self.homes.items()}
        self.attended: set[str] = set()
        self.points = self._check_in_points()

    def _season(self, home: Row) -> tuple[date, date] | None:
        """The days of the home's year, both ends included."""
        since = date.fromisoformat(home["designated_on"])
        if self.readings["participation"] == "next_calendar_year":
            entry = date(since.year + 1, 1, 1)
        elif (since.month, since.day) == (2, 29):
            entry = date(since.year + 1, 2, 28)
        else:
            entry = since.replace(year=since.year + 1)
        gone = home["delisted_on"]
        if entry.year > self.year or (gone and int(gone[:4]) <= self.year):
            return None
        extra = {
            int(row["year"]): timedelta(int(row["days"]))
            for row in self.tables["extensions"]
            if row["home_id"] == home["home_id"]
        }
        start = date(self.year, 1, 1) + extra.get(self.year - 1, timedelta(0))
        return max(start, entry), date(self.year, 12, 31) + extra.get(self.year, timedelta(0))

    def _month(self, home: str, day: date) -> str | None:
        """The month of the home's year that a day belongs to; extension days are December's."""
        season = self.seasons[home]
        if season is None or not season[0] <= day <= season[1]:
            return None
        return f"{self.year}-{day.month if day.year == self.year else 12:02d}"

    def _check_in_points(self) -> list[Point]:
        """One for each valid visit; over all years and homes, whatever takes part when."""
        talents = {row["talent_id"]: row for row in self.tables["talents"]}
        points, seen = [], set()
        for number, row in enumerate(sorted(self.tables["checkins"], key=lambda row: _moment(row["at"]))):
            event, day = row["event_id"], _moment(row["at"]).date()
            talent = talents[row["talent_id"]]
            valid = talent["valid_from"] <= str(day) <= (talent["valid_to"] or "9999")
            if not valid or {("checkins", row["checkin_id"]), ("events", event)} & self.void:
                continue
            self.attended.add(event)
            visit: tuple[object, ...] = ("day", day)
            if self.readings["check_in"] == "every_record":
                visit = ("record", number)
            elif self.readings["check_in"] == "visit_and_event" and event:
                visit = ("event", event)
            visit = (row["home_id"], row["talent_id"], *visit)
            if visit not in seen:
                seen.add(visit)
                points.append(Point(row["home_id"], row["talent_id"], day))
        return points

    def _home_points(self, home: str) -> tuple[dict[str, int], Counter[str]]:
        """The points of the year by what they are for, and those of each month."""
        parts, months = dict.fromkeys(("events", "media", "checkins", "adjustment"), 0), Counter[str]()

        def book(part: str, month: str, points: int) -> None:
            parts[part] += points
            months[month] += points

        for point in (point for point in self.points if point.home == home):
            if month := self._month(home, point.day):
                book("checkins", month, 1)
        for row in self.tables["events"]:
            event, starts = row["event_id"], _moment(row["starts_at"])
            month = self._month(home, starts.date()) if row["home_id"] == home else None
            if month is None or ("events", event) in self.void:
                continue
            announced = row["announced_at"] and _moment(row["announced_at"]) < starts
            qualifies = bool(announced) and row["publicised"] == "true" and event in self.attended
            book("events", month, EVENT if qualifies else 0)
            if qualifies or self.readings["media_without_event"] == "scores":
                told = [
                    TIERS[media["tier"]]
                    for media in self.tables["media"]
                    if media["event_id"] == event and ("media", media["media_id"]) not in self.void
                ]
                book("media", month, max(told, default=0))
        for row in self.tables["adjustments"]:
            if row["home_id"] == home and int(row["year"]) == self.year and self.seasons[home]:
                parts["adjustment"] += int(row["points"])
        return parts, months

    def _stands(self, points: Mapping[str, int]) -> dict[str, Stand]:
        """The homes that are ranked, against all of them and against those of their type."""

        def rank(home: str, among: list[str]) -> int:
            return 1 + sum(points[other] > points[home] for other in among)

        rounded = ROUNDED[self.readings["cut"]]
        stands = {}
        for home in points:
            kind = self.homes[home]["type"]
            alike = [other for other in points if self.homes[other]["type"] == kind]
            group = alike if self.readings["ranking"] == "by_type" else list(points)
            stand = rank(home, group)
            up = stand <= rounded(UP * len(group))
            down = stand > len(group) - rounded(DOWN * len(group))
            stands[home] = Stand(rank(home, list(points)), rank(home, alike), up, down)
        return stands

    def _rating(self, home: str, stand: Stand | None) -> dict[str, Any]:
        """Stars, drops and delisting, from the ranking and from what was decided in the year."""
        row = self.homes[home]
        decided = [
            sanction["kind"]
            for sanction in self.tables["sanctions"]
            if sanction["home_id"] == home and int(sanction["decided_on"][:4]) == self.year
        ]
        before, drops = int(row["stars"] or 3), int(row["drops"] or 0)
        move = 0 if stand is None else int(stand.up) - int(stand.down)
        after = before + move
        if self.readings["star_ceiling"] == "five":
            after = min(after, 5)
        after -= decided.count("star_drop")
        counted = self.readings["sanction_drop"] == "counts_as_down" and "star_drop" in decided
        is_down = move < 0 or counted
        if is_down:
            drops += 1
        elif self.seasons[home]:
            drops = 0
        gone = bool(row["delisted_on"]) and int(row["delisted_on"][:4]) <= self.year
        return {
            "stars_before": before,
            "stars_after": after,
            "change": {1: "up", 0: "same", -1: "down"}[move],
            "drops": drops,
            "delisted": gone or "delist" in decided or (is_down and drops >= 2),
        }

    def result(self) -> dict[str, Any]:
        """What the contract says of a league, as far as it is worked out here."""
        worked = {home: self._home_points(home) for home in self.homes}
        year_points = {home: sum(parts.values()) for home, (parts, _) in worked.items()}
        ranked = [home for home in self.homes if self.seasons[home]]
        if self.readings["communities"] == "apart":
            ranked = [home for home in ranked if self.homes[home]["category"] == "talent_home"]
        stands = self._stands({home: year_points[home] for home in ranked})
        homes = {}
        for home, row in self.homes.items():
            parts, months = worked[home]
            stand, category = stands.get(home), row["category"]
            homes[home] = {
                "participates": self.seasons[home] is not None,
                **parts,
                "points": year_points[home],
                "total": int(row["opening_points"] or 0) + year_points[home],
                "months": {month: points for month, points in months.items() if points},
                **({} if stand is None else {"rank": stand.overall, "rank_in_type": stand.in_type}),
                **self._rating(home, stand),
                "grant_selection": (
                    SELECTED[category] if int(row["designated_on"][:4]) == self.year else "0.00"
                ),
                "grant_top_ceiling": TOP if stand and stand.up and category == "talent_home" else "0.00",
            }
        firsts = self._firsts({home: worked[home][1] for home in ranked})
        return {"homes": homes, "ranked": len(ranked), "months": firsts, "talents": self._balances()}

    def _firsts(self, of_homes: Mapping[str, Counter[str]]) -> dict[str, Any]:
        """Who has the most of each month; ties share, a month without points has no first."""
        firsts = {}
        for month in (f"{self.year}-{number:02d}" for number in range(1, 13)):
            if any(months[month] for months in of_homes.values()):
                standing = self.readings["month_first"] == "standing"
                most = {
                    home: sum(n for one, n in months.items() if one == month or (standing and one < month))
                    for home, months in of_homes.items()
                }
                best = max(most.values())
                firsts[month] = {"first": sorted(home for home, n in most.items() if n == best)}
        return firsts

    def _balances(self) -> dict[str, dict[str, int]]:
        """What each talent earned, spent and has left, over all years."""
        earned, spent = Counter(point.talent for point in self.points), Counter[str]()
        for row in self.tables["redemptions"]:
            spent[row["talent_id"]] += int(row["points"])
        return {
            one: {"earned": earned[one], "spent": spent[one], "balance": earned[one] - spent[one]}
            for one in (row["talent_id"] for row in self.tables["talents"])
        }

    def overdrawn(self) -> set[str]:
        """The talents whom a redemption would leave with less than nothing on its day."""
        beyond = set()
        for one in self.tables["redemptions"]:
            talent, day = one["talent_id"], one["redeemed_on"]
            earned = sum(point.talent == talent and str(point.day) <= day for point in self.points)
            redeemed = sum(
                int(row["points"])
                for row in self.tables["redemptions"]
                if row["talent_id"] == talent and row["redeemed_on"] <= day
            )
            if redeemed > earned:
                beyond.add(talent)
        return beyond

    def well_staffed(self) -> set[str]:
        """The homes with staff enough for measure 3."""
        people = Counter(row["home_id"] for row in self.tables["staff"])
        return {home for home in self.homes if people[home] >= STAFF[self.readings["staff_minimum"]]}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
