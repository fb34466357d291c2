"""A believable city's year for the benchmark, with as many check-ins as are asked for; no real person."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.support.city import City

TALENTS, HOMES, EVENTS_OF_HOME = 20_000, 40, 50
_NEW_YEAR = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000  # in microseconds
FRAUDS = 200  # check-ins of each kind of fraud, however many there are in all

_FACILITIES = ("plaque", "light_box", "service_bar", "coffee_lounge", "multimedia", "event_space")
_SERVICES = ("policy_consulting", "talent_registration", "coffee_exchange")


def city(folder: Path, rows: int) -> Path:
    """A believable city's year with so many check-ins, the same every time; its params file."""
    made = City(folder)
    _homes(made)
    _events(made)
    for n in range(TALENTS):
        valid = {"valid_from": "2025-04-01" if n % 100 == 3 else "2022-01-01"}
        made.add("talents", _talent(n) | valid | {"valid_to": "2025-06-30" if n % 50 == 7 else ""})
    for n in range(500):
        made.add("redemptions", _talent(40 * n) | {"points": str(1 + n % 20)})
    made.add(
        "sanctions",
        _home(0) | {"kind": "void", "table": "events", "row_id": _event(0, 2)},
        _home(0) | {"kind": "void", "table": "media", "row_id": "M0006"},
        _home(0) | {"kind": "void", "table": "checkins", "row_id": "C1000000003"},  # one of a crowd
        _home(8) | {"kind": "star_drop"},
    )
    params = made.write()
    _check_ins(folder / "evidence" / "checkins.parquet", rows)
    return params


def _homes(made: City) -> None:
    """The homes with what each has; one is new this year, one was delisted in the last."""
    kinds = ("comprehensive", "industry", "professional", "service")
    for n in range(HOMES):
        home = _home(n)
        made.add(
            "homes",
            home
            | {
                "category": "talent_community" if n % 10 == 6 else "talent_home",
                "type": kinds[n % 4],
                "designated_on": "2025-03-01" if n == 37 else "2021-06-18",
                "delisted_on": "2024-11-30" if n == 36 else "",
                "stars": n % 5 + 1,
                "drops": n % 2,
                "opening_points": 50 * n,
            },
        )
        made.add("adjustments", home | {"points": n % 21 - 10})
        made.add("facilities", *(home | {"facility": facility} for facility in _FACILITIES))
        made.add("services", *(home | {"service": service} for service in _SERVICES))
        made.add("staff", home | {"person_id": f"S{n:03d}"})
        made.add("plans", *(home | {"month": f"2025-{m:02d}"} for m in range(1, 13)))
        made.add("conformity", *(home | {"measure": measure} for measure in "123456789"))
    made.add("staff", *(_home(3 * n) | {"person_id": _talent(n)["talent_id"]} for n in range(3)))
    made.add("extensions", _home(5) | {"year": 2024}, _home(9))


def _events(made: City) -> None:
    """Fifty events a home, of three days each; some fail a condition, half of them are reported on."""
    for n in range(HOMES):
        for number in range(EVENTS_OF_HOME):
            event = _event(n, number)
            first = date(2025, 1, 1) + timedelta(number * 7 + n % 5)
            made.add(
                "events",
                _home(n)
                | {
                    "event_id": event,
                    "announced_at": "" if number % 31 == 30 else f"{first - timedelta(5)} 09:00:00",
                    "starts_at": f"{first} 08:30:00",
                    "ends_at": f"{first + timedelta(2)} 19:30:00",
                    "publicised": "false" if number % 29 == 28 else "true",
                },
            )
            for tier in ("county", "city", "provincial")[: number % 4]:
                address = f"https://example.com/{event}/{tier}"
                made.add("media", {"event_id": event, "tier": tier, "published_on": first, "url": address})
    made.tables["media"][-1]["url"] = made.tables["media"][0]["url"]


def _check_ins(file: Path, rows: int) -> None:
    """The check-ins, in the order of their days: talents mostly at one home a day, one in five at an event.

    Of every `rows // FRAUDS` rows, the first four are planted: the talent of the fifth is at another home
    within ten minutes, another comes outside the event's hours, another with the device of others, and
    another in a crowd. The last home is shut in February but for its last two days.
    """
    file.unlink(missing_ok=True)
    day_of = f"* 365 // {rows}"
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            COPY (
                WITH numbered AS (
                    SELECT range AS i, i % {rows // FRAUDS} AS fraud, i // {rows // FRAUDS} AS nth,
                        i + CASE fraud WHEN 0 THEN 4 ELSE 0 END AS j, hash(j) AS h
                    FROM range({rows})
                ), people AS (
                    SELECT i, fraud, nth, h, CAST(h % {TALENTS} AS INTEGER) AS talent,
                        CAST((h >> 20) % 39600 AS INTEGER) AS nth_second, nth_second >= 14400 AS afternoon,
                        CAST(CASE fraud WHEN 2 THEN (nth // 10 * 37 + 5) % 365
                            WHEN 3 THEN nth // 40 * 40 * {rows // FRAUDS} {day_of}
                            ELSE j {day_of} END AS INTEGER) AS day,
                        CAST(CASE fraud WHEN 3 THEN 54000 + nth % 40 WHEN 0 THEN 600 ELSE 0 END
                            + CASE WHEN fraud = 3 THEN 0 WHEN afternoon THEN 32400 + nth_second
                              ELSE 28800 + nth_second END AS INTEGER) AS second,
                        hash(talent, day) AS where_to
                    FROM numbered
                ), visits AS (
                    SELECT *, CAST(CASE WHEN afternoon AND (where_to >> 20) % 10 = 0
                            THEN where_to >> 30 ELSE where_to END % {HOMES} AS INTEGER) AS own,
                        CAST(CASE WHEN fraud = 0 THEN (own + 1 + nth % 38) % {HOMES}
                            WHEN fraud = 3 THEN nth // 40 * 7 % {HOMES}
                            WHEN own = {HOMES - 1} AND day BETWEEN 31 AND 56 THEN {HOMES - 2}
                            ELSE own END AS INTEGER) AS home,
                        CASE WHEN fraud = 1 THEN (day // 7 + 10) % {EVENTS_OF_HOME}
                            WHEN fraud <> 0 AND day >= home % 5 AND (day - home % 5) % 7 < 3
                                AND (day - home % 5) // 7 < {EVENTS_OF_HOME} AND (h >> 50) % 2 = 0
                            THEN (day - home % 5) // 7 END AS event
                    FROM people
                )
                SELECT 'C' || (1000000000 + i) AS checkin_id, 'H' || (10 + home) AS home_id,
                    'T' || (10000 + talent) AS talent_id,
                    'E' || (1000 + home * {EVENTS_OF_HOME} + event) AS event_id,
                    make_timestamp((day * 86400 + second) * 1000000::BIGINT + {_NEW_YEAR}) AS "at",
                    CASE WHEN fraud = 2 THEN 'P' || (10 + nth // 10)
                        WHEN (h >> 45) % 32 > 0 THEN 'D' || (10000 + talent) END AS device
                FROM visits
            ) TO '{file}' (FORMAT parquet, COMPRESSION zstd)
            """
        )


def _home(number: int) -> dict[str, Any]:
    return {"home_id": f"H{10 + number}"}


def _talent(number: int) -> dict[str, Any]:
    return {"talent_id": f"T{10_000 + number}"}


def _event(home: int, number: int) -> str:
    return f"E{1000 + home * EVENTS_OF_HOME + number}"
