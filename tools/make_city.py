"""Write the synthetic evidence of Quanzhou's talent homes in 2025; the same bytes every time.

python tools/make_city.py
"""

import csv
import io
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import city_text as text
import pyarrow as pa
import pyarrow.parquet as pq
from city_life import (
    City,
    Door,
    Home,
    Row,
    attend,
    events,
    media,
    numbered,
    pad,
    spread,
    valid_on,
    walk_in,
    weighted,
    yes,
)

Tables = dict[str, list[Row]]

REPOSITORY = Path(__file__).resolve().parents[1]
REVIEWERS = ("R1", "R2", "R3")


def each_day(first: str, last: str) -> Iterator[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return (start + timedelta(n) for n in range((end - start).days + 1))


def homes() -> City:
    """Each home. It opens with the year, or in the month after its designation."""
    shut = {day for first, last in text.HOLIDAYS for day in each_day(first, last)}
    numbers: Counter[tuple[str, str]] = Counter()
    city: City = {}
    for line in text.HOMES.splitlines():
        home_id, county, category, kind, since, walk_ins, events, *state = line.split()
        numbers[county, category] += 1
        title = "人才社区" if category == "talent_community" else "人才之家"
        stars, drops, opening = ("" if value == "-" else value for value in state)
        row = {
            "home_id": home_id,
            "name": f"{county}示例{title}{numbers[county, category]:02d}",
            "category": category,
            "type": kind,
            "county": county,
            "designated_on": since,
            "overseas": yes(home_id in text.OVERSEAS),
            "stars": stars,
            "drops": drops,
            "opening_points": opening,
            "delisted_on": text.DELISTED.get(home_id, ""),
            "payee": f"{county}{'党工委' if county.startswith('泉州') else '委'}组织部（示例）",
        }
        closed = list(each_day(*text.CLOSED[home_id])) if home_id in text.CLOSED else []
        days = [
            day
            for day in each_day("2025-01-01", text.AFTER_THE_YEAR.get(home_id, "2025-12-31"))
            if day.weekday() < 6 and day not in shut and day not in closed and str(day)[:7] > since[:7]
        ]
        city[home_id] = Home(row, int(walk_ins), int(events), days if int(walk_ins) else [])
    return city


def takes_part(home: Home) -> bool:
    return home.row["designated_on"] < "2025" and not home.row["delisted_on"]


def talents(rng: Random) -> list[Row]:
    """The talents; the validity of eight ends in the middle of the year, that of eight more begins there."""
    rows = []
    for n in range(1, 601):
        since = f"{rng.randint(2019, 2024)}-{rng.randint(1, 12):02d}-01"
        until = f"{rng.randint(2026, 2029)}-12-31"
        if n % 75 == 20:
            until = rng.choice(("2025-05-31", "2025-06-30", "2025-07-31"))
        elif n % 75 == 60:
            since = rng.choice(("2025-06-01", "2025-07-01", "2025-08-15"))
        elif rng.random() < 0.6:
            until = ""
        rows.append(
            {
                "talent_id": f"T{n:04d}",
                "level": weighted(rng, text.LEVELS),
                "county": weighted(rng, text.COUNTIES) if rng.random() < 0.97 else "",
                "valid_from": since,
                "valid_to": until,
            }
        )
    return rows


def adjustments(rng: Random, city: City) -> list[Row]:
    rows = []
    for home in filter(takes_part, city.values()):
        awareness, satisfaction = rng.randint(620, 990), rng.randint(700, 995)
        points = max(-12, min(45, (awareness + satisfaction - 1500) // 10))
        row = {"home_id": home.id, "year": "2025", "points": str(points), "approved_by": text.APPROVED_BY}
        rows.append(row | {"awareness": f"{awareness / 10:.1f}", "satisfaction": f"{satisfaction / 10:.1f}"})
    return rows


def extensions() -> list[Row]:
    names = text.COLUMNS["extensions"].split()
    return [dict(zip(names, (*row, text.APPROVED_BY), strict=True)) for row in text.EXTENSIONS]


def sanctions(tables: Tables, outside: list[Row]) -> list[Row]:
    """A void of each kind, of records that would count, and what two homes with padded check-ins get."""
    would_count = {
        row["event_id"]: row["home_id"]
        for row in tables["events"]
        if "" < row["announced_at"] < row["starts_at"] and row["publicised"] == "true"
    }
    told = Counter(row["event_id"] for row in tables["media"])
    event = next(event for event, home in would_count.items() if home == "H14" and told[event])
    report = next(
        row
        for row in tables["media"]
        if row["tier"] == "provincial"
        and told[row["event_id"]] > 1
        and would_count.get(row["event_id"]) not in (None, "H14")
    )
    reported = (would_count[report["event_id"]], "2026-01-15", "void", "media", report["media_id"])
    rows = (
        ("H14", "2025-06-18", "void", "events", event, "活动未实际举办，台账不实（示例）"),
        ("H21", "2025-09-10", "void", "checkins", outside[0]["checkin_id"], "现场影像未见该人才（示例）"),
        ("H26", "2025-11-05", "warning", "", "", "前台设备代人打卡，予以提醒谈话（示例）"),
        ("H19", "2025-11-20", "star_drop", "", "", "集中代刷打卡，造成不良后果（示例）"),
        (*reported, "报道与活动无关（示例）"),
    )
    names = text.COLUMNS["sanctions"].split()
    return [dict(zip(names, (f"J{n:03d}", *row), strict=True)) for n, row in enumerate(rows, start=1)]


def plans(rng: Random, city: City) -> list[Row]:
    """Each month's plan of each home that takes part; a few come late, a few not at all."""
    rows = []
    for home in filter(takes_part, city.values()):
        for month in (month for month in text.SEASON if month < "2026"):
            days = rng.randint(0, 6) if rng.random() < 0.02 else -rng.randint(1, 9)
            day = date.fromisoformat(f"{month}-01") + timedelta(days)
            if rng.random() > 0.01:
                uploaded = datetime.combine(day, time(rng.randint(8, 18), rng.randrange(60)))
                rows.append({"home_id": home.id, "month": month, "uploaded_at": str(uploaded)})
    return rows


def facilities(rng: Random, city: City) -> list[Row]:
    """The six facilities of each home; a few are absent, some of these not even listed."""
    rows = []
    for home in city.values():
        checked_on = str(date(2025, 11, 3) + timedelta(rng.randrange(19)))
        for facility in text.FACILITIES:
            absent = rng.random() < 0.04
            if not home.row["delisted_on"] and not (absent and rng.random() < 0.3):
                row = {"home_id": home.id, "facility": facility, "present": yes(not absent)}
                rows.append(row | {"checked_on": checked_on})
    return rows


def services(rng: Random, city: City) -> list[Row]:
    """Three common services and one to three of the home's type; H34 has none of these."""
    rows = []
    for home in city.values():
        if not home.row["delisted_on"]:
            own = rng.sample(text.SERVICES[home.row["type"]], 0 if home.id == "H34" else rng.randint(1, 3))
            rows += [{"home_id": home.id, "service": one, "scope": "common"} for one in text.COMMON_SERVICES]
            rows += [{"home_id": home.id, "service": one, "scope": "specific"} for one in own]
    return rows


def staff(rng: Random, city: City) -> list[Row]:
    """One to five people a home, and two talents who help out."""
    rows: list[Row] = []
    for home in city.values():
        number = 0 if home.row["delisted_on"] else rng.randint(1, 5)
        persons = [f"S{len(rows) + n:03d}" for n in range(1, number + 1)]
        for n, person in enumerate(persons + text.TALENTS_ON_STAFF.get(home.id, [])):
            speaks = text.LANGUAGES.get(home.id, rng.choice(("", "", "", "英语")))
            whole = n == 0 or (person[0] == "S" and rng.random() < 0.5)
            row = {"home_id": home.id, "person_id": person, "languages": speaks if n == 0 else ""}
            rows.append(row | {"employment": "full_time" if whole else "part_time"})
    return rows


def conformity(rng: Random, city: City) -> list[Row]:
    rows = []
    for home in city.values():
        for measure, judged in () if home.row["delisted_on"] else text.JUDGED.items():
            met = rng.random() > 0.03
            row = {"home_id": home.id, "measure": measure, "outcome": "met" if met else "not_met"}
            row["reason"] = rng.choice(judged.met) if met else judged.not_met
            rows.append(row | {"reviewer": rng.choice(REVIEWERS)})
    return rows


def redemptions(rng: Random, tables: Tables) -> list[Row]:
    """Eighty late in the year, each for at most half of what the talent has on the day before."""
    people = {row["talent_id"]: row for row in tables["talents"]}
    void = [row["row_id"] for row in tables["sanctions"]]
    earned = {
        (row["talent_id"], row["home_id"], row["at"][:10])
        for row in tables["checkins"]
        if valid_on(people[row["talent_id"]], row["at"][:10])
        and {row["event_id"], row["checkin_id"]}.isdisjoint(void)
    }
    spent: Counter[str] = Counter()
    rows: list[Row] = []
    for day in spread(rng, 80, list(each_day("2025-10-13", "2026-01-09"))):
        balance = Counter(talent for talent, _, earned_on in earned if earned_on < str(day))
        balance.subtract(spent)
        talent = rng.choice([talent for talent in people if balance[talent] >= 12])
        points = rng.choice([points for points in text.GOODS if points * 2 <= balance[talent]])
        spent[talent] += points
        row = {"talent_id": talent, "redeemed_on": str(day), "points": str(points)}
        rows.append(row | {"goods": text.GOODS[points]})
    return numbered(rows, "redemption_id", "X", by="redeemed_on")


def write(folder: Path, tables: Tables) -> None:
    """Every table in the order of its key, which is that of time where rows are numbered."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, columns in ((name, columns.split()) for name, columns in text.COLUMNS.items()):
        rows = sorted(tables[name], key=lambda row: (row[columns[0]], row[columns[1]]))
        if name == "checkins":
            write_parquet(folder / "checkins.parquet", rows, columns)
            continue
        lines = io.StringIO()
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_bytes(lines.getvalue().encode("utf-8-sig"))
    (folder / "README.md").write_bytes(text.README.encode())


def write_parquet(path: Path, rows: list[Row], columns: list[str]) -> None:
    """Uncompressed and without the Arrow schema: the bytes hang on fewer libraries."""
    cells = {name: pa.array([row[name] or None for row in rows], pa.string()) for name in columns}
    cells["at"] = pa.array([datetime.fromisoformat(row["at"]) for row in rows], pa.timestamp("us"))
    pq.write_table(pa.table(cells), path, compression="none", store_schema=False, version="2.6")


def main() -> None:
    rng = Random(2025)
    city = homes()
    tables: Tables = {"homes": [home.row for home in city.values()], "talents": talents(rng)}
    tables["staff"] = staff(rng, city)
    tables["events"] = events(rng, city)
    tables["media"] = media(rng, tables["events"])
    door = Door(rng, tables["talents"], tables["staff"])
    attend(door, city, tables["events"])
    for home in city.values():
        walk_in(door, home)
    outside = pad(door, city, tables["events"])
    tables["checkins"] = numbered(door.came, "checkin_id", "C", by="at")
    tables |= {"adjustments": adjustments(rng, city), "extensions": extensions()}
    tables |= {"plans": plans(rng, city), "facilities": facilities(rng, city)}
    tables |= {"services": services(rng, city), "conformity": conformity(rng, city)}
    tables["sanctions"] = sanctions(tables, outside)
    tables["redemptions"] = redemptions(rng, tables)
    write(REPOSITORY / "evidence" / "quanzhou-2025", tables)


if __name__ == "__main__":
    main()
