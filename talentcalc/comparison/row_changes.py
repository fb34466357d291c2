"""The rows of a table that were added, removed or changed between two audits.

Tables in memory are compared there, row by row. A table that is only in DuckDB is compared in DuckDB,
a part of its keys at a time, so that neither side need fit into memory.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from talentcalc.core.errors import InputError, Problem
from talentcalc.core.findings import LISTED
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.cells import as_text
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import message
from talentcalc.rulebook.table import Table

if TYPE_CHECKING:  # DuckDB is loaded only where a rulebook has a large table
    from talentcalc.evidence.stores.stored_table import StoredTable

PART = 1_000_000
"""Rows that are compared at a time in DuckDB."""

Key = tuple[str, int]  # a row's key, and how many rows before it have the same
Cells = dict[str, tuple[Any, Any]]  # the columns that differ, each with both values


def table_difference(name: str, a: Evidence, b: Evidence) -> dict[str, Any]:
    """The difference of a table that either side may lack; empty if its rows are the same.

    Rows belong together by key; every number is exact, and so many rows are named as a finding names.
    """
    specs = _specs(name, a, b)
    if _same_file(name, a, b):
        return {}
    if all(name in side.tables or name not in side.stored for side in (a, b)):
        added, removed, changed = _in_memory(name, a, b)
    else:
        added, removed, changed = _in_duckdb(*_both_stored(name, a, b))
    if not (added.number or removed.number or changed.number):
        return {}
    personal = {
        column for spec in specs for column, definition in spec.columns.items() if definition.personal
    }
    return {
        "rows": [_size(name, a), _size(name, b)],
        "added": {"count": added.number, "keys": [_key_text(key) for key, _ in added.first()]},
        "removed": {"count": removed.number, "keys": [_key_text(key) for key, _ in removed.first()]},
        "changed": {
            "count": changed.number,
            "rows": {_key_text(key): _cell_texts(cells, personal) for key, cells in changed.first()},
        },
    }


class _Rows:
    """Rows added, removed or changed: their number, and those that may be the first by key."""

    def __init__(self, number: int, some: Iterable[tuple[Key, Cells]]) -> None:
        self.number, self.some = number, list(some)

    def first(self) -> list[tuple[Key, Cells]]:
        """The first rows by key, which are named."""
        return sorted(self.some, key=lambda row: row[0])[:LISTED]

    def add(self, rows: "_Rows") -> None:
        """Add the rows of another part of the table."""
        self.number += rows.number
        self.some += rows.some
        self.some = self.first()


def _specs(name: str, *sides: Evidence) -> tuple[Table, ...]:
    found = (side.tables.get(name) or side.stored.get(name) for side in sides)
    return tuple(table.spec for table in found if table is not None)


def _size(name: str, side: Evidence) -> int:
    if name in side.tables:
        return len(side.tables[name].frame)
    return side.stored[name].rows if name in side.stored else 0


def _same_file(name: str, a: Evidence, b: Evidence) -> bool:
    """Whether both were read from the same bytes: what was submitted is the same, however it is read."""
    table_a, table_b = (side.tables.get(name) or side.stored.get(name) for side in (a, b))
    return (
        table_a is not None
        and table_b is not None
        and table_a.source is not None
        and table_a.source == table_b.source
    )


def _key_text(key: Key) -> str:
    row, before = key
    return row if not before else wording(message("comparison.nth_row", row=row, number=before + 1), PAPERS)


def _cell_texts(cells: Cells, personal: set[str]) -> dict[str, list[str | None]]:
    return {
        column: [None, None] if column in personal else [as_text(value) for value in both]
        for column, both in cells.items()
    }


def _in_memory(name: str, a: Evidence, b: Evidence) -> tuple[_Rows, _Rows, _Rows]:
    rows_a, rows_b = _by_key(a.tables.get(name)), _by_key(b.tables.get(name))
    added = [(key, Cells()) for key in rows_b if key not in rows_a]
    removed = [(key, Cells()) for key in rows_a if key not in rows_b]
    changed = [
        (key, cells) for key, row in rows_a.items() if key in rows_b and (cells := _cells(row, rows_b[key]))
    ]
    return _Rows(len(added), added), _Rows(len(removed), removed), _Rows(len(changed), changed)


def _by_key(table: EvidenceTable | None) -> dict[Key, Any]:
    if table is None:
        return {}
    seen: Counter[str] = Counter()
    rows = {}
    in_order = table.keys.iloc[table.keys.argsort(kind="stable")]
    for text, row in zip(in_order, table.records(), strict=True):
        rows[str(text), seen[text]] = row
        seen[text] += 1
    return rows


def _cells(row_a: Any, row_b: Any) -> Cells:
    if row_a == row_b and row_a._fields == row_b._fields:
        return {}
    columns = dict.fromkeys(row_a._fields + row_b._fields)
    both = {column: (getattr(row_a, column, None), getattr(row_b, column, None)) for column in columns}
    return {column: pair for column, pair in both.items() if pair[0] != pair[1]}


def _both_stored(name: str, a: Evidence, b: Evidence) -> tuple["StoredTable", "StoredTable"]:
    if name not in a.stored or name not in b.stored:
        raise InputError(Problem(f"rulebook: tables.{name}.large", message("comparison.large_in_one_only")))
    return a.stored[name], b.stored[name]


def _in_duckdb(a: "StoredTable", b: "StoredTable") -> tuple[_Rows, _Rows, _Rows]:
    columns = list(dict.fromkeys([*a.spec.columns, *b.spec.columns]))
    parts = max(a.rows, b.rows) // PART + 1
    store, found = a.store, (_Rows(0, ()), _Rows(0, ()), _Rows(0, ()))
    differs = " OR ".join(f"_a.c{n} IS DISTINCT FROM _b.c{n}" for n in range(len(columns)))
    both = ", ".join(f"_a.c{n}, _b.c{n}" for n in range(len(columns)))
    queries = (
        ("_b.key, _b.n", "FROM _b ANTI JOIN _a USING (key, n)"),
        ("_a.key, _a.n", "FROM _a ANTI JOIN _b USING (key, n)"),
        (f"_a.key, _a.n, {both}", f"FROM _a JOIN _b USING (key, n) WHERE {differs}"),
    )
    for part in range(parts):
        store.connection.execute(f"CREATE OR REPLACE TEMP TABLE _a AS {_texts(a, columns, part, parts)}")
        given = b.store.connection.sql(_texts(b, columns, part, parts)).to_arrow_table()
        store.put("_b", {name: given[name] for name in given.column_names})
        for rows, (select, query) in zip(found, queries, strict=True):
            number = int(store.rows(f"SELECT count(*) {query}")[0][0])
            some = store.rows(f"SELECT {select} {query} ORDER BY 1, 2 LIMIT {LISTED}") if number else []
            rows.add(_Rows(number, [((row[0], row[1]), _unequal(columns, row[2:])) for row in some]))
    for name in ("_a", "_b"):
        store.connection.execute(f"DROP TABLE {name}")
    return found


def _unequal(columns: Iterable[str], values: tuple[Any, ...]) -> Cells:
    pairs = zip(columns, values[::2], values[1::2], strict=False)
    return {column: (value_a, value_b) for column, value_a, value_b in pairs if value_a != value_b}


def _texts(table: "StoredTable", columns: Iterable[str], part: int, parts: int) -> str:
    """SQL for a part of a table: each row's key, its number among rows of that key, its cells as text.

    A cell that is no value of its column stands beside the table; what is read is what was written.
    The SQL is made from a rulebook's names and from numbers.
    """
    from talentcalc.evidence.stores.stored_table import named, quoted, unread

    unread_table, rows_table = named(unread(table.name)), named(table.name)
    unread_in = dict(table.store.rows(f"SELECT col, count(*) FROM {unread_table} GROUP BY col"))
    cells = []
    for column in columns:
        text = f"CAST(t.{named(column)} AS VARCHAR)" if column in table.spec.columns else "NULL::VARCHAR"
        if column in unread_in:
            there = f"u.line = t.line AND u.col = {quoted(column)}"
            text = f"coalesce({text}, (SELECT any_value(u.text) FROM {unread_table} u WHERE {there}))"
        cells.append(text)
    key = " || '/' || ".join(f"CAST(t.{named(name)} AS VARCHAR)" for name in table.spec.key)
    listed = "".join(f", {text} AS c{n}" for n, text in enumerate(cells))
    rows = f"SELECT t.line, coalesce({key}, '#' || t.line) AS key{listed} FROM {rows_table} t"
    number = "row_number() OVER (PARTITION BY key ORDER BY line) - 1"
    return f"SELECT * EXCLUDE (line), {number} AS n FROM ({rows}) WHERE hash(key) % {parts} = {part}"
