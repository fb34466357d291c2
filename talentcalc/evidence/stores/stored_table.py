"""A large table in the store, and how SQL names it and its parts.

The store itself loads DuckDB; this does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from talentcalc.core.findings import Location, display_value
from talentcalc.evidence.tables.table import Source
from talentcalc.rulebook.table import Table

if TYPE_CHECKING:
    from talentcalc.evidence.stores.duckdb_table import Store


def named(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def key_type(table: str) -> str:
    """The enumeration of a table's keys."""
    return f"{table} key"


def unread(table: str) -> str:
    """The table of those cells of a table that are no value of their column: line, column, text."""
    return f"{table} unread"


@dataclass(frozen=True)
class StoredTable:
    """One table in the store, under its own name, with `line` beside the columns of `spec`.

    A cell that is no value of its column is missing there, and stands in the table `unread`.
    """

    name: str
    spec: Table
    store: "Store"
    source: Source | None
    missing: tuple[str, ...]
    rows: int
    referenced: Mapping[str, str]  # the titles of the tables that its columns refer to

    def places(self, lines: Iterable[int], column: str | None, shown: bool) -> tuple[Location, ...]:
        """Where these lines are, with what stands in `column` if it may be shown."""
        wanted = ", ".join(str(int(line)) for line in lines)
        if not wanted:
            return ()
        key = " || '/' || ".join(f"CAST({named(name)} AS VARCHAR)" for name in self.spec.key)
        value, other = "NULL", dict[int, str]()
        if column is not None and shown:
            value = named(column)
            cells = f"col = {quoted(column)} AND line IN ({wanted})"
            other = dict(self.store.rows(f"SELECT line, text FROM {named(unread(self.name))} WHERE {cells}"))
        found = self.store.rows(
            f"SELECT line, {key}, {value} FROM {named(self.name)} WHERE line IN ({wanted}) ORDER BY line"
        )
        places = []
        for line, row, cell in found:
            stands = other.get(line) if cell is None else cell
            empty = "空" if column is not None and shown else None
            said = empty if stands is None else display_value(stands)
            places.append(Location(f"#{line}" if row is None else row, line, said))
        return tuple(places)

    def months(self, column: str, first: date, last: date) -> dict[str, int]:
        """How many rows fall into each month of a span, both ends included."""
        own = named(column)
        return dict(
            self.store.rows(
                f"SELECT strftime({own}, '%Y-%m'), count(*) FROM {named(self.name)} "
                f"WHERE CAST({own} AS DATE) BETWEEN DATE '{first}' AND DATE '{last}' "
                "GROUP BY ALL ORDER BY ALL"
            )
        )

    def values(self, column: str, keys: Iterable[str]) -> dict[str, str]:
        """What stands in a text column of the rows with these keys, as far as they are there."""
        self.store.put("_wanted", {"key": pa.array(sorted(set(keys)), pa.string())})
        own = named(self.spec.key[0])
        return dict(
            self.store.rows(
                f"SELECT {own}, CAST({named(column)} AS VARCHAR) FROM {named(self.name)} "
                f"WHERE {own} IN (SELECT key FROM _wanted) AND {named(column)} IS NOT NULL ORDER BY line DESC"
            )
        )
