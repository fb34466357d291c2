"""The checks of a large table in DuckDB. Each answers with the lines that fail, as those in memory do.

References are enumerations here: a cell that refers to a row that is not there is missing, and
its text stands in a table of its own.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pyarrow as pa

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Lines
from talentcalc.evidence.stores.duckdb_table import StoredTable, key_type, named, quoted, unread
from talentcalc.evidence.tables.cells import LOST_DIGITS
from talentcalc.rulebook.check import (
    Link,
    MonthEndRush,
    NoCrowd,
    NotListed,
    PlacesApart,
    SameAsLinked,
    SharedByFew,
    WithinHours,
)
from talentcalc.rulebook.table import Column


def empty_cells(rows: StoredTable, column: str) -> Lines:
    """Cells with nothing in them."""
    return rows.store.lines(
        f"SELECT line FROM {_of(rows)} WHERE {named(column)} IS NULL "
        f"AND line NOT IN ({_unread(rows, column)})"
    )


def lost_references(rows: StoredTable, column: str) -> Lines:
    """Cells that refer to a row that is not there."""
    lost = f"SELECT line FROM {named(unread(rows.name))} WHERE col = {quoted(column)}"
    return rows.store.lines(f"{lost} AND NOT regexp_matches(text, {quoted(LOST_DIGITS)})")


def repeated_keys(rows: StoredTable) -> Lines:
    """Rows that have their key in common: found by its hash, which is small, and then by itself."""
    key = named(rows.spec.key[0])
    return rows.store.lines(
        f"""
        WITH twice AS (
            SELECT hash({key}) AS hashed FROM {_of(rows)} WHERE {key} IS NOT NULL
            GROUP BY hashed HAVING count(*) > 1
        ), suspect AS (
            SELECT line, {key} AS key FROM {_of(rows)} WHERE hash({key}) IN (SELECT hashed FROM twice)
        )
        SELECT line FROM suspect WHERE key IN (SELECT key FROM suspect GROUP BY key HAVING count(*) > 1)
        """
    )


def same_as_linked(check: SameAsLinked, rows: StoredTable, setting: CheckContext) -> Lines:
    """Not what the linked row says."""
    there = _beside(rows, check.link, {"there": check.column}, setting)
    return rows.store.lines(
        f"SELECT line FROM {_of(rows)} t JOIN {there} l ON t.{named(check.link.column)} = l.key "
        f"WHERE t.{named(check.column)} <> l.there"
    )


def within_hours(check: WithinHours, rows: StoredTable, setting: CheckContext) -> Lines:
    """Outside the hours of the linked row, grace included."""
    there = _beside(rows, check.link, {"starts": check.starts, "ends": check.ends}, setting)
    at, grace = f"t.{named(check.column)}", f"INTERVAL {check.grace_minutes} MINUTE"
    return rows.store.lines(
        f"SELECT line FROM {_of(rows)} t JOIN {there} l ON t.{named(check.link.column)} = l.key "
        f"WHERE {at} < l.starts - {grace} OR {at} > l.ends + {grace}"
    )


def not_listed(check: NotListed, rows: StoredTable, setting: CheckContext) -> Lines:
    """Listed in the other table with the same values."""
    listed = setting.evidence[check.listed].frame[list(check.same.values())].dropna().drop_duplicates()
    rows.store.put("_listed", {name: pa.array(listed[name], pa.string()) for name in listed.columns})
    pairs = " AND ".join(
        f"t.{named(own)} = {_as(rows.spec.columns[own], f'l.{named(theirs)}')}"
        for own, theirs in check.same.items()
    )
    return rows.store.lines(f"SELECT line FROM {_of(rows)} t SEMI JOIN _listed l ON {pairs}")


def places_apart(check: PlacesApart, rows: StoredTable, _setting: CheckContext) -> Lines:
    """At another place too, within so many minutes before or after."""
    who, place, at = named(check.who), named(check.place), named(check.column)
    within = f"INTERVAL {check.minutes} MINUTE"
    return rows.store.lines(
        f"""
        WITH suspects AS (
            SELECT DISTINCT who FROM (
                SELECT {who} AS who, {place} <> lag({place}) OVER w AS moved, {at} - lag({at}) OVER w AS after
                FROM {_of(rows)} WHERE {_filled(who, place, at)}
                WINDOW w AS (PARTITION BY {who} ORDER BY {at}, {place})
            ) WHERE moved AND after <= {within}
        ), steps AS (
            SELECT line, {who} AS who, {place} AS place, {at} AS at_,
                lag({place}) OVER w IS DISTINCT FROM {place} AS new
            FROM {_of(rows)} WHERE {_filled(who, place, at)} AND {who} IN (SELECT who FROM suspects)
            WINDOW w AS (PARTITION BY {who} ORDER BY {at}, {place}, line)
        ), stays AS (
            SELECT line, who, at_, count(*) FILTER (new) OVER (
                PARTITION BY who ORDER BY at_, place, line ROWS UNBOUNDED PRECEDING) AS stay
            FROM steps
        ), ends AS (
            SELECT who, stay, min(at_) AS came, max(at_) AS went FROM stays GROUP BY ALL
        )
        SELECT s.line FROM stays s
        LEFT JOIN ends b ON b.who = s.who AND b.stay = s.stay - 1
        LEFT JOIN ends n ON n.who = s.who AND n.stay = s.stay + 1
        WHERE s.at_ - b.went <= {within} OR n.came - s.at_ <= {within}
        """
    )


def no_crowd(check: NoCrowd, rows: StoredTable, _setting: CheckContext) -> Lines:
    """Among more than `most` rows of the place within so many seconds."""
    place, at = named(check.place), named(check.column)
    bucket = f"epoch({at})::BIGINT // {check.seconds}"
    return rows.store.lines(
        f"""
        WITH counts AS (
            SELECT {place} AS place, {bucket} AS bucket, count(*) AS n
            FROM {_of(rows)} WHERE {_filled(place, at)} GROUP BY ALL
        ), pairs AS (
            SELECT a.place, a.bucket FROM counts a LEFT JOIN counts b
            ON a.place = b.place AND b.bucket = a.bucket + 1 WHERE a.n + coalesce(b.n, 0) > {check.most}
        ), near AS (
            SELECT line, {place} AS place, {at} AS at_ FROM {_of(rows)} WHERE ({place}, {bucket}) IN (
                SELECT (place, bucket) FROM pairs UNION SELECT (place, bucket + 1) FROM pairs)
        ), runs AS (
            SELECT line, place, at_, lead(at_, {check.most}) OVER w AS until FROM near
            WINDOW w AS (PARTITION BY place ORDER BY at_, line)
        ), reached AS (
            SELECT line, at_, max(until) FILTER (until - at_ <= INTERVAL {check.seconds} SECOND) OVER (
                PARTITION BY place ORDER BY at_, line ROWS UNBOUNDED PRECEDING) AS until FROM runs
        )
        SELECT line FROM reached WHERE at_ <= until
        """
    )


def shared_by_few(check: SharedByFew, rows: StoredTable, _setting: CheckContext) -> Lines:
    """On a day when more than `most` have the same: suspects over all days first, which are few."""
    what, who, at = named(check.column), named(check.who), named(check.at)
    return rows.store.lines(
        f"""
        WITH suspects AS (
            SELECT what FROM (SELECT DISTINCT {what} AS what, {who} AS who FROM {_of(rows)}
                              WHERE {_filled(what, who, at)})
            GROUP BY what HAVING count(*) > {check.most}
        ), uses AS (
            SELECT line, {what} AS what, {who} AS who, CAST({at} AS DATE) AS day FROM {_of(rows)}
            WHERE {_filled(what, who, at)} AND {what} IN (SELECT what FROM suspects)
        ), shared AS (
            SELECT what, day FROM uses GROUP BY what, day HAVING count(DISTINCT who) > {check.most}
        )
        SELECT line FROM uses SEMI JOIN shared USING (what, day)
        """
    )


def month_end_rush(check: MonthEndRush, rows: StoredTable, _setting: CheckContext) -> Lines:
    """In the last days of a month that has so large a share there."""
    place, at, share = named(check.place), named(check.column), Fraction(check.share)
    late = f"day({at}) > day(last_day(CAST({at} AS DATE))) - {check.days}"
    month = f"year({at}) * 12 + month({at})"
    return rows.store.lines(
        f"""
        WITH rushed AS (
            SELECT {place} AS place, {month} AS month FROM {_of(rows)} WHERE {_filled(place, at)} GROUP BY ALL
            HAVING count(*) FILTER ({late}) * {share.denominator} >= {share.numerator} * count(*)
        )
        SELECT line FROM {_of(rows)} t JOIN rushed r ON t.{place} = r.place AND {month} = r.month WHERE {late}
        """
    )


KINDS_IN_DUCKDB: dict[str, Callable[[Any, StoredTable, CheckContext], Lines]] = {
    function.__name__: function
    for function in (
        month_end_rush,
        no_crowd,
        not_listed,
        places_apart,
        same_as_linked,
        shared_by_few,
        within_hours,
    )
}


def _of(rows: StoredTable) -> str:
    return named(rows.name)


def _filled(*columns: str) -> str:
    return " AND ".join(f"{column} IS NOT NULL" for column in columns)


def _unread(rows: StoredTable, column: str) -> str:
    return f"SELECT line FROM {named(unread(rows.name))} WHERE col = {quoted(column)}"


def _as(column: Column, value: str) -> str:
    """A text as a value of a column; missing if it is none."""
    return (
        value if column.references is None else f"TRY_CAST({value} AS {named(key_type(column.references))})"
    )


def _beside(rows: StoredTable, link: Link, wanted: dict[str, str], setting: CheckContext) -> str:
    """The rows that a column links to, each once, with what is wanted of them."""
    other = setting.evidence[link.table]
    first = ~other.keys.duplicated().to_numpy()
    columns: dict[str, Iterable[Any]] = {"key": pa.array(other.keys[first], pa.string())}
    casts = [f"{_as(rows.spec.columns[link.column], 'key')} AS key"]
    for name, column in wanted.items():
        moment = other.spec.columns[column].type == "moment"
        columns[name] = pa.array(other.frame[column][first], pa.timestamp("us") if moment else pa.string())
        casts.append(f"{_as(other.spec.columns[column], name)} AS {name}")
    rows.store.put("_linked", columns)
    return f"(SELECT {', '.join(casts)} FROM _linked)"
