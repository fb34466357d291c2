"""The league's part of `make bench`: ten million check-ins against pandas, a hundred million against memory.

python tests/bench_league.py [--quick]

Whatever is measured runs in a process of its own, so that nothing measured before it counts as its memory.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from tests.bench import BIN, ROOT, Ratio
from tests.city import City

ROWS = 10_000_000
QUICK = 1_000_000
TALENTS, HOMES, EVENTS_OF_HOME = 20_000, 40, 50
_NEW_YEAR = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000  # in microseconds
FRAUDS = 200  # check-ins of each kind of fraud, however many there are in all
GB = 1e9

T = TypeVar("T")

_FACILITIES = ("plaque", "light_box", "service_bar", "coffee_lounge", "multimedia", "event_space")
_SERVICES = ("policy_consulting", "talent_registration", "coffee_exchange")

# Runs a command with its output in a file; says how long it took and how large it became. A process counts
# as its own the memory of the one that started it: hence this small one in between.
_WATCH = """\
import json, os, subprocess, sys, time
with open(sys.argv[1], "wb") as out:
    start = time.perf_counter()
    child = subprocess.Popen(sys.argv[2:], stdout=out)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
worked = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, worked, usage.ru_maxrss * 1024]))
"""


@dataclass(frozen=True)
class Memory(Ratio):
    """A ratio of peak memory, in GB, not of time."""

    def __str__(self) -> str:
        return super().__str__().replace(" s,", " GB,").replace(" s)", " GB)")


@dataclass(frozen=True)
class Spent:
    """What a command took, and what it wrote; `worked` are the seconds of all its processors."""

    seconds: float
    worked: float
    peak: float
    wrote: Any


def ratios(folder: Path, rows: int = ROWS) -> Iterator[Ratio]:
    """Every ratio of the league, with so many check-ins and with ten times as many."""
    label, more = f"{rows // 10**6} million", f"{rows // 10**5} million"
    params = city(folder / "some", rows)
    ours = watched(folder, BIN / "talentcalc", "score", params)
    other = watched(folder, sys.executable, ROOT / "tests" / "pandas_league.py", params.parent / "evidence")
    assert_agreed(ours.wrote, other.wrote)
    name, pandas = f"{label} check-ins, Parquet to result.json", "the same rules in straightforward pandas"
    yield Ratio(name, pandas, ours.seconds, other.seconds, 0.25)
    yield Memory(f"{name}, peak memory", pandas, ours.peak / GB, other.peak / GB, 0.5)

    took = watched(folder, sys.executable, __file__, "--parts", params).wrote
    yield Ratio(f"every check on {label} check-ins", "the points", took["checks"], took["points"], 3)
    took |= {"all in processor time": ours.worked, "pandas in processor time": other.worked}
    print("     " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in took.items()), flush=True)
    shutil.rmtree(folder / "some")

    many = watched(folder, BIN / "talentcalc", "score", city(folder / "many", 10 * rows))
    shutil.rmtree(folder / "many")
    yield Memory(f"{more} check-ins, peak memory", "2 GB", many.peak / GB, 2.0, 1)
    yield Ratio(f"{more} check-ins", f"the time of {label}", many.seconds, ours.seconds, 12)
    print(f"     in processor time {many.worked:.1f} s", flush=True)


def watched(folder: Path, *words: str | Path) -> Spent:
    """Run a command that writes JSON, in a process of its own; its own files stay below `folder`."""
    out = folder / "out.json"
    watch = [sys.executable, "-c", _WATCH, str(out), *map(str, words)]
    done = subprocess.run(
        watch, cwd=ROOT, check=True, stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(folder)}
    )
    status, seconds, worked, peak = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{' '.join(watch[4:])}: exit status {status}")
    return Spent(seconds, worked, peak, json.loads(out.read_bytes()))


def assert_agreed(ours: dict[str, Any], other: dict[str, Any]) -> None:
    """Both say the same of every home, month, talent and check, as far as pandas says anything.

    Raises:
        AssertionError: where they do not, first of all.
    """
    failed = {ran["check"]: ran["failed"] for ran in ours["checks_run"]}
    at_stake = {one["check"]: one["at_stake"]["homes"] for one in ours["findings"] if "at_stake" in one}
    ours = ours | {"checks": failed, "at_stake": at_stake}
    for what, said in other.items():
        _assert_within(what, ours[what], said)


def _assert_within(where: str, own: Any, other: Any) -> None:
    if not isinstance(other, dict):
        assert own == other, f"{where}: {own} by talentcalc, {other} by pandas"
        return
    if where in ("months", "talents", "homes") or where.endswith(".months"):
        assert own.keys() == other.keys(), f"{where}: not of the same {own.keys() ^ other.keys()}"
    for key, value in other.items():
        assert key in own, f"{where}.{key}: only by pandas"
        _assert_within(f"{where}.{key}", own[key], value)


def parts(params: Path) -> dict[str, float]:
    """The seconds of reading, of the checks and of the points, of one audit in this process.

    The points are everything from the stored table to every home's points, ranks and stars and every
    talent's balance: the whole of `play`. It is given no findings, because what would fall with a finding
    is work for the checks' sake; with it the points would look slower and the checks better.
    """
    from talentcalc.checks.plain import run_plain
    from talentcalc.checks.plan import plan
    from talentcalc.checks.record import CheckRecord, run_checks
    from talentcalc.evidence.read import read_evidence
    from talentcalc.league.reckoning import Reckoning
    from talentcalc.league.year import play
    from talentcalc.params import open_audit
    from talentcalc.rulebook.model import LeagueRulebook

    audit = open_audit(params)
    book = audit.rulebook
    assert isinstance(book, LeagueRulebook)
    league, year = book.league, audit.params.last_day.year
    reading, evidence = timed(lambda: read_evidence(audit.evidence, book))
    checks, record = timed(lambda: run_checks(plan(audit, evidence), evidence, run_plain))
    assert not record.blocked, [finding.check for finding in record.findings]
    points, _ = timed(lambda: play(Reckoning(league, year, evidence), CheckRecord((), ())))
    with_stakes, _ = timed(lambda: play(Reckoning(league, year, evidence), record))
    return {"reading": reading, "checks": checks, "points": points, "points and stakes": with_stakes}


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that a piece of work takes, and its outcome."""
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


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


def main() -> int:
    """Measure and show every ratio; 1 if any is over its limit."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="with a tenth of the check-ins")
    asked.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.parts:
        print(json.dumps(parts(given.parts)))
        return 0
    kept = True
    with tempfile.TemporaryDirectory() as name:
        for ratio in ratios(Path(name), QUICK if given.quick else ROWS):
            print(ratio, flush=True)
            kept &= ratio.kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
