"""What happens in the synthetic city: events, reports on them, check-ins by the rules and against them."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

import city_text as text

Row = dict[str, str]


@dataclass(frozen=True)
class Home:
    """A home's row, its walk-ins and events in a year, and the days on which it is open."""

    row: Row
    walk_ins: int
    events: int
    days: list[date]

    @property
    def id(self) -> str:
        return self.row["home_id"]


City = dict[str, Home]


class Door:
    """Every home's door: who came so far, and in which part of which day a talent is somewhere."""

    def __init__(self, rng: Random, talents: list[Row], staff: list[Row]) -> None:
        self.rng = rng
        self.talents = talents
        self.came: list[Row] = []
        self._own_staff = {(row["home_id"], row["person_id"]) for row in staff}
        self._busy: set[tuple[str, date, str]] = set()
        keen = rng.choices((1, 2, 3, 5), (3, 2, 1, 1), k=len(talents))
        self._crowds: dict[str, list[float]] = {}  # by county, the talents' summed weights
        for county in text.COUNTIES:
            near = [9.0 if talent["county"] == county else 0.6 for talent in talents]
            self._crowds[county] = list(accumulate(a * b for a, b in zip(keen, near, strict=True)))

    def guests(self, home: Home, at: datetime, number: int) -> list[Row]:
        """Talents who are nowhere else then, mostly valid ones from nearby; never the home's own staff."""
        sums = self._crowds[home.row["county"]]
        found: list[Row] = []
        while len(found) < number:
            talent = self.talents[bisect_right(sums, self.rng.random() * sums[-1])]
            there = (talent["talent_id"], at.date(), part_of(at)) in self._busy
            own = (home.id, talent["talent_id"]) in self._own_staff
            valid = valid_on(talent, str(at.date())) or self.rng.random() < 0.15
            if valid and not there and not own and talent not in found:
                found.append(talent)
        return found

    def enter(self, home: Home, talent: Row, at: datetime, event_id: str = "", device: str = "") -> Row:
        """Check a talent in, by default with the talent's own device, at times without naming any."""
        own = f"D{talent['talent_id'][1:]}" if self.rng.random() < 0.97 else ""
        row = {"home_id": home.id, "talent_id": talent["talent_id"], "event_id": event_id}
        row |= {"at": str(at), "device": device or own}
        self._busy.add((talent["talent_id"], at.date(), part_of(at)))
        self.came.append(row)
        return row

    def again(self, home: Home, talent: Row, at: datetime) -> None:
        """Check a talent in once more after a while, if it is still the same part of the day."""
        later = at + timedelta(seconds=self.rng.randint(15 * 60, 60 * 60))
        if part_of(later) == part_of(at):
            self.enter(home, talent, later)


def part_of(at: datetime) -> str:
    """The part of the day; between two of them lies more than half an hour without check-ins."""
    return "morning" if at.hour < 13 else "afternoon" if at.hour < 18 else "evening"


def valid_on(talent: Row, day: str) -> bool:
    return talent["valid_from"] <= day <= (talent["valid_to"] or day)


def spread(rng: Random, count: int, days: list[date]) -> list[date]:
    """Days evenly scattered over those given, in order."""
    return [days[int((n + rng.random()) * len(days) / count)] for n in range(count)]


def numbered(rows: list[Row], key: str, prefix: str, by: str) -> list[Row]:
    """The rows in the order of their dates, with their ids."""
    rows.sort(key=lambda row: (row[by], row.get("home_id", ""), row.get("talent_id", "")))
    width = max(3, len(str(len(rows))))
    for n, row in enumerate(rows, start=1):
        row[key] = f"{prefix}{n:0{width}d}"
    return rows


def weighted(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def yes(holds: bool) -> str:
    return str(holds).lower()


def events(rng: Random, city: City) -> list[Row]:
    """The events, none in a month's last days: their check-ins would look like a rush."""
    rows = []
    for home in city.values():
        days = [day for day in home.days if (day + timedelta(4)).month == day.month]
        after = [day for day in days if day.year == 2026][-1:]
        for n, day in enumerate(spread(rng, home.events, [day for day in days if day.year == 2025]) + after):
            start = datetime.combine(day, time.fromisoformat(rng.choice(text.STARTS)))
            told = datetime.combine(day - timedelta(rng.randint(3, 14)), time(rng.randint(9, 17), 30))
            chance, titles = rng.random(), text.TITLES[home.row["type"]]
            if chance < 0.03:  # too late, some of them just in the minute of the start
                told = start + timedelta(minutes=rng.choice((0, 40, 1440)))
            cost = rng.randint(6, 60) * 100
            rows.append(
                {
                    "home_id": home.id,
                    "title": f"{titles[n % len(titles)]}（示例第{n + 1}期）",
                    "announced_at": "" if chance > 0.96 else str(told),
                    "starts_at": str(start),
                    "ends_at": str(start + timedelta(minutes=rng.choice((90, 120, 150)))),
                    "publicised": yes(rng.random() > 0.06),
                    "sign_up_open": yes(rng.random() > 0.02),
                    "region_limited": yes(rng.random() < 0.008),
                    "fee": f"{rng.randint(2, 9) * 100}.00" if rng.random() < 0.1 else "",
                    "cost": f"{cost}.00",
                }
            )
    return numbered(rows, "event_id", "E", by="starts_at")


def media(rng: Random, held: list[Row]) -> list[Row]:
    """The reports on about half of the publicised events; two events of one home share an address."""
    rows = []
    nth: Counter[str] = Counter()
    for event in held:
        nth[event["home_id"]] += 1
        central = event["home_id"] in text.CENTRAL and nth[event["home_id"]] == 5
        if event["publicised"] == "false" or not (central or rng.random() < 0.55):
            continue
        held_on = date.fromisoformat(event["starts_at"][:10])
        for report in range(rng.choice((1, 1, 1, 2, 3))):
            tier = "central" if central and report == 0 else weighted(rng, text.TIERS)
            rows.append(
                {
                    "event_id": event["event_id"],
                    "outlet": rng.choice(text.OUTLETS[tier]),
                    "tier": tier,
                    "published_on": str(held_on + timedelta(rng.randrange(5))),
                }
            )
    for row in numbered(rows, "media_id", "M", by="published_on"):
        row["url"] = f"https://news.example.com/2025/{row['media_id']}" if rng.random() < 0.9 else ""
    ours = [event["event_id"] for event in held if event["home_id"] == "H31"]
    first, *others = [row for row in rows if row["event_id"] in ours and row["url"]]
    next(row for row in others if row["event_id"] != first["event_id"])["url"] = first["url"]
    return rows


def attend(door: Door, city: City, events: list[Row]) -> None:
    """Check in those who come to events; some stay on and check in again."""
    nth: Counter[str] = Counter()
    for event in events:
        home = city[event["home_id"]]
        nth[home.id] += 1
        size = door.rng.randint(3 + home.walk_ins // 80, 7 + home.walk_ins // 40)
        if home.id in text.UNATTENDED and nth[home.id] == 2:
            size = 0
        start = datetime.fromisoformat(event["starts_at"])
        for talent in door.guests(home, start, size):
            at = start + timedelta(seconds=door.rng.randint(-25 * 60, 20 * 60))
            door.enter(home, talent, at, event["event_id"])
            if door.rng.random() < 0.07:
                door.again(home, talent, at)


def walk_in(door: Door, home: Home) -> None:
    """Check in those who just come by, four a month at least and evenly, so that none looks like a rush."""
    rng = door.rng
    for month, share in text.SEASON.items():
        days = [day for day in home.days if str(day)[:7] == month]
        often = [day for day in days for _ in range(4 if day.weekday() < 5 else 1)]
        number = max(4, round(home.walk_ins / 12 * share * rng.uniform(0.8, 1.2)))
        for day in spread(rng, number, often) if often else ():
            first, last = rng.choice(text.HOURS)
            seconds = rng.randrange(first * 60, last * 60)
            at = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
            talent = door.guests(home, at, 1)[0]
            door.enter(home, talent, at)
            if rng.random() < 0.04:
                door.again(home, talent, at)


def pad(door: Door, city: City, events: list[Row]) -> list[Row]:
    """Every pattern of padded points, for the checks to find; the check-ins outside an event's hours."""
    for one, other, clock in (("H01", "H05", "2025-04-16 10:05:12"), ("H37", "H40", "2025-10-23 15:21:40")):
        at = datetime.fromisoformat(clock)
        talent = door.guests(city[one], at, 1)[0]
        door.enter(city[one], talent, at)
        door.enter(city[other], talent, at + timedelta(minutes=18))

    crowded = next(row for row in events if row["home_id"] == "H19" and row["starts_at"] > "2025-09")
    at = datetime.fromisoformat(crowded["starts_at"]) - timedelta(minutes=4)
    for n, talent in enumerate(door.guests(city["H19"], at, 33)):
        door.enter(city["H19"], talent, at + timedelta(seconds=3 + n), crowded["event_id"])

    at = datetime(2025, 10, 22, 15, 2, 31)
    for n, talent in enumerate(door.guests(city["H26"], at, 8)):
        door.enter(city["H26"], talent, at + timedelta(seconds=185 * n), device="D9001")

    outside = []
    for event in [row for row in events if row["home_id"] == "H21"][3:5]:
        at = datetime.fromisoformat(f"{event['starts_at'][:10]} 10:12:45") + timedelta(days=1)
        talent = door.guests(city["H21"], at, 1)[0]
        outside.append(door.enter(city["H21"], talent, at, event["event_id"]))

    own = next(row for row in door.talents if row["talent_id"] == text.TALENTS_ON_STAFF["H12"][0])
    door.enter(city["H12"], own, datetime(2025, 5, 20, 9, 14, 8))

    calm = sum(row["home_id"] == "H36" and row["at"][:7] == "2025-09" for row in door.came)
    for n in range(calm + 2):
        at = datetime(2025, 9, 29 + n % 2, 14, 40) + timedelta(seconds=door.rng.randrange(8000))
        door.enter(city["H36"], door.guests(city["H36"], at, 1)[0], at)
    return outside
