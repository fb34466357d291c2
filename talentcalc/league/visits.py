"""Check-ins to points, in DuckDB (附件一.2): who was there, what is one visit, when does it count."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from talentcalc.checks.planned_check import Lines
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.stores.duckdb_table import Store
from talentcalc.evidence.stores.stored_table import key_type, named
from talentcalc.league.homes import Season
from talentcalc.league.sanctions import Sanctions
from talentcalc.rulebook.league import CheckInPoints

_UNITS = {
    "talent_day": "day",
    "visit_and_event": "event_id, CASE WHEN event_id IS NULL THEN day END",
    "every_record": "line",
}
"""What check-ins of one talent at one home have in common if they are one."""


@dataclass(frozen=True)
class Visits:
    """Points by home and month and by talent, attendance by event, and what else became of check-ins."""

    points: Mapping[str, Mapping[str, int]]
    earned: Mapping[str, int]
    attendance: Mapping[str, int]
    records: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class CheckIn:
    """One check-in: the month of the home's season it falls into, if it does, and why it earns nothing."""

    row: str
    home: str
    talent: str
    month: str | None
    why: str | None


class Ledger:
    """The check-ins in the store, with what decides about them beside."""

    def __init__(
        self,
        evidence: Evidence,
        rule: CheckInPoints,
        seasons: Mapping[str, Season],
        sanctions: Sanctions,
    ) -> None:
        self.store: Store = evidence.stored["checkins"].store
        self.rule = rule
        talents = evidence["talents"].frame
        day = pa.date32()
        self._put(
            "talents",
            "talent_id",
            talent_id=pa.array(talents["talent_id"], pa.string()),
            valid_from=pa.array(talents["valid_from"].dt.date, day),
            valid_to=pa.array(talents["valid_to"].dt.date.where(talents["valid_to"].notna(), None), day),
        )
        homes = sorted(seasons)
        self._put(
            "homes",
            "home_id",
            home_id=pa.array(homes, pa.string()),
            year=pa.array([seasons[home].year for home in homes], pa.int64()),
            first=pa.array([seasons[home].first for home in homes], day),
            last=pa.array([seasons[home].last for home in homes], day),
        )
        self.store.put("_void_events", {"key": pa.array(sorted(sanctions.void_in("events")), pa.string())})
        self.store.put(
            "_void_checkins", {"key": pa.array(sorted(sanctions.void_in("checkins")), pa.string())}
        )
        # Why a check-in counts for nothing, whatever else there is; NULL if it may count.
        valid = "day >= valid_from AND (valid_to IS NULL OR day <= valid_to)"
        reasons = [(f"NOT coalesce({valid}, false)", "talent_not_valid")]
        if sanctions.void_in("events"):
            events = f"SELECT TRY_CAST(key AS {named(key_type('events'))}) FROM _void_events"
            reasons.insert(0, (f"event_id IN ({events})", "event_voided"))
        if sanctions.void_in("checkins"):
            reasons.insert(0, ("checkin_id IN (SELECT key FROM _void_checkins)", "voided"))
        cases = " ".join(f"WHEN {when} THEN '{why}'" for when, why in reasons)
        kinds = ", ".join(f"'{why}'" for _, why in reasons)
        self.store.connection.execute(
            f"""
            CREATE OR REPLACE TABLE _checkins AS
            SELECT line, home_id, talent_id, event_id, day, CAST(CASE {cases} END AS ENUM({kinds})) AS why
            FROM (SELECT *, CAST("at" AS DATE) AS day FROM checkins) LEFT JOIN _talents USING (talent_id)
            """
        )

    def _put(self, table: str, key: str, **columns: pa.Array) -> None:
        self.store.put("_given_rows", columns)
        self.store.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE _{table} AS SELECT * REPLACE "
            f"(CAST({key} AS {named(key_type(table))}) AS {key}) FROM _given_rows"
        )

    def units(self, where: str = "") -> str:
        """One row for each point: who, where, and the day of its earliest check-in."""
        rows = f"FROM _checkins WHERE why IS NULL {where}"
        if self.rule.once == "every_record":
            return f"SELECT home_id, talent_id, day {rows}"
        if self.rule.once == "talent_day":
            return f"SELECT DISTINCT home_id, talent_id, day {rows}"
        return (
            f"SELECT home_id, talent_id, min(day) AS day {rows} "
            f"GROUP BY home_id, talent_id, {_UNITS[self.rule.once]}"
        )

    def visits(self) -> Visits:
        """Everything that the points of a year need of the check-ins."""
        self.store.connection.execute(
            f"""
            CREATE OR REPLACE TABLE _earned AS
            SELECT home_id, talent_id, {MONTH} AS month, count(*) AS points
            FROM ({self.units()}) LEFT JOIN _homes USING (home_id) GROUP BY ALL
            """
        )
        each = self.rule.points
        points: dict[str, dict[str, int]] = {}
        for home, month, number in self.store.rows(
            "SELECT home_id, month, sum(points) FROM _earned WHERE month IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        ):
            points.setdefault(str(home), {})[_month(month)] = int(number) * each
        earned = self.store.rows("SELECT talent_id, sum(points) FROM _earned GROUP BY ALL ORDER BY ALL")
        attended = self.store.rows(
            "SELECT event_id, count(DISTINCT talent_id) FROM _checkins "
            "WHERE why IS NULL AND event_id IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        records: dict[str, dict[str, int]] = {}
        for home, why, number in self.store.rows(
            "SELECT home_id, coalesce(CAST(why AS VARCHAR), 'may_count') AS why, count(*) "
            "FROM _checkins JOIN _homes USING (home_id) "
            "WHERE day BETWEEN first AND last GROUP BY ALL ORDER BY ALL"
        ):
            records.setdefault(str(home), {})[str(why)] = int(number)
        return Visits(
            points,
            {str(talent): int(number) * each for talent, number in earned},
            {str(event): int(number) for event, number in attended},
            records,
        )

    def earned_by_day(self, talents: list[str]) -> dict[str, dict[str, int]]:
        """What each of these talents earned, by day YYYY-MM-DD."""
        self.store.put("_few", {"key": pa.array(sorted(talents), pa.string())})
        few = f"AND talent_id IN (SELECT TRY_CAST(key AS {named(key_type('talents'))}) FROM _few)"
        days: dict[str, dict[str, int]] = {}
        for talent, day, number in self.store.rows(
            f"SELECT talent_id, day, count(*) FROM ({self.units(few)}) GROUP BY ALL ORDER BY ALL"
        ):
            days.setdefault(str(talent), {})[str(day)] = int(number) * self.rule.points
        return days

    def points_without(self, lines: Lines) -> dict[str, int]:
        """By home, the points of the year that would fall if these check-ins were void."""
        self._flag(lines)
        unit = _UNITS[self.rule.once]
        lost = self.store.rows(
            f"""
            WITH touched AS (
                SELECT DISTINCT home_id, talent_id FROM _checkins
                WHERE why IS NULL AND line IN (SELECT line FROM _flagged)
            ), units AS (
                SELECT home_id, min(day) AS with_them,
                    min(day) FILTER (line NOT IN (SELECT line FROM _flagged)) AS without_them
                FROM _checkins SEMI JOIN touched USING (home_id, talent_id)
                WHERE why IS NULL GROUP BY home_id, talent_id, {unit}
            )
            SELECT home_id, count(*) FILTER (with_them BETWEEN first AND last)
                - count(*) FILTER (without_them BETWEEN first AND last)
            FROM units JOIN _homes USING (home_id) GROUP BY home_id ORDER BY home_id
            """
        )
        return {str(home): int(number) * self.rule.points for home, number in lost if number}

    def attendance_without(self, lines: Lines) -> dict[str, int]:
        """The attendance of the events that these check-ins were at, if the check-ins were void."""
        self._flag(lines)
        left = self.store.rows(
            """
            SELECT event_id, count(DISTINCT talent_id) FILTER (line NOT IN (SELECT line FROM _flagged))
            FROM _checkins WHERE why IS NULL AND event_id IN (
                SELECT event_id FROM checkins
                WHERE event_id IS NOT NULL AND line IN (SELECT line FROM _flagged))
            GROUP BY event_id
            """
        )
        return {str(event): int(number) for event, number in left}

    def records(self, column: str, key: str) -> list[CheckIn]:
        """The check-ins of one home (`home_id`) or one talent (`talent_id`), by key."""
        unit = _UNITS[self.rule.once]
        self.store.put("_few", {"key": pa.array([key], pa.string())})
        rows = self.store.rows(
            f"""
            SELECT checkin_id, home_id, talent_id, {MONTH} AS month,
                coalesce(CAST(why AS VARCHAR), CASE WHEN nth > 1 THEN 'repeated' END)
            FROM (
                SELECT *, CASE WHEN why IS NULL THEN row_number() OVER (
                    PARTITION BY why, home_id, talent_id, {unit} ORDER BY "at", line) END AS nth
                FROM (SELECT c.*, a.checkin_id, a."at" FROM _checkins c JOIN checkins a USING (line)
                      WHERE CAST(c.{column} AS VARCHAR) IN (SELECT key FROM _few))
            ) LEFT JOIN _homes USING (home_id) ORDER BY checkin_id
            """
        )
        return [
            CheckIn(str(row), str(home), str(talent), None if month is None else _month(month), why)
            for row, home, talent, month, why in rows
        ]

    def _flag(self, lines: Lines) -> None:
        self.store.put("_flagged", {"line": pa.array(lines, pa.int64())})


MONTH = (
    "CASE WHEN day BETWEEN first AND last THEN "
    "year * 12 + CASE year(day) WHEN year THEN month(day) ELSE 12 END END"
)
"""The month of the home's season to which a day belongs, as one number; extension days are December's."""


def _month(number: int) -> str:
    year, month = divmod(number - 1, 12)
    return f"{year:04d}-{month + 1:02d}"
