"""Writes a snapshot of evidence in a database as a folder of files, as it would have been submitted."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from talentcalc.core.errors import InputError, Problem, UnreadableEvidence
from talentcalc.core.files.temporary import temporary_folder
from talentcalc.evidence.stores.snapshot_proofs import copy_proofs, open_for_owner
from talentcalc.evidence.tables.cells import as_text
from talentcalc.evidence.tables.csv_writing import write_rows
from talentcalc.messages.message import Message, message
from talentcalc.params.audit import Audit
from talentcalc.params.source import Database, TableSource
from talentcalc.rulebook.table import Table

if TYPE_CHECKING:  # SQLAlchemy is loaded only where evidence is in a database
    from talentcalc.evidence.stores.database import ColumnKind, QualifiedName, ReadTransaction

_READABLE_TYPES = {int, bool, float, Decimal, date, datetime, UUID}
_TIME_WITH_ZONE = message("evidence.time_with_zone")


@dataclass(frozen=True)
class _SourceTable:
    """A table of the rulebook in the database: its name there, its columns there, and their kinds."""

    name: str
    source_name: "QualifiedName"
    columns: Mapping[str, str]
    kinds: "tuple[ColumnKind, ...]"


@contextmanager
def in_files(audit: Audit) -> Iterator[Audit]:
    """Yield the audit with its evidence in files; a database's are in a temporary folder, removed afterwards.

    Raises:
        InputError: as `snapshot`.
    """
    if audit.database is None:
        yield audit
        return
    with temporary_folder() as folder:
        yield snapshot(audit, folder / "evidence")


def snapshot(audit: Audit, folder: Path) -> Audit:
    """Write the evidence in the audit's database into a new folder; return the audit of that folder.

    A table is a CSV file in UTF-8 with the rulebook's columns under their English names, in its order;
    the rows are in the order of their keys. The same rows give the same bytes. Only the owner may read it.

    Raises:
        InputError: no connection, no SQLAlchemy, or the params name a table or column that does not exist.
        UnreadableEvidence: a table, column or proof cannot be read; the folder is incomplete.
    """
    database = audit.database
    assert database is not None
    try:
        from talentcalc.evidence.stores.database import read_transaction
    except ModuleNotFoundError as error:
        absent = message("evidence.database_extra_not_installed", module=str(error.name))
        raise InputError(Problem(database.where, absent)) from None
    folder.mkdir(mode=0o700)
    with read_transaction(database) as transaction:
        tables = _source_tables(transaction, database, audit.rulebook.tables)
        for table in tables:
            if table.columns:
                transaction.lock(table.source_name, list(table.columns.values()))
        for table in tables:
            _write(transaction, table, audit.rulebook.tables[table.name], folder / f"{table.name}.csv")
    copy_proofs(audit.rulebook, database, folder)
    return dataclasses.replace(audit, evidence=folder, database=None)


def _source_tables(
    transaction: "ReadTransaction", database: Database, tables: Mapping[str, Table]
) -> list[_SourceTable]:
    """Find each table of the rulebook under the name that the params give, or under its name or title."""
    source_tables, missing, unreadable = list[_SourceTable](), list[Problem](), list[Problem]()
    for name, spec in tables.items():
        source = database.tables.get(name, TableSource())
        candidates: list[QualifiedName] = (
            [source.place] if source.place else [(None, name), (None, spec.title)]
        )
        existing = {
            candidate: kinds
            for candidate in candidates
            if (kinds := transaction.columns(candidate)) is not None
        }
        location = f"{database.where}: {name}"
        if not existing and name in database.tables:
            first, *others = map(transaction.display_name, candidates)
            absent = message("evidence.database_table_missing", table=first)
            if others:
                absent = message("evidence.database_tables_missing", first=first, second=others[0])
            missing.append(Problem(location, absent))
        if len(existing) > 1:
            first, second = map(transaction.display_name, existing)
            both = message("evidence.two_database_tables", first=first, second=second)
            missing.append(Problem(location, both))
        for source_name, kinds in list(existing.items())[:1]:
            columns = _columns(location, spec, source, kinds, missing)
            place = message(
                "evidence.table_in_database",
                place=location,
                table=transaction.display_name(source_name),
            )
            unreadable += _unreadable_columns(place, columns, kinds)
            column_kinds = tuple(kinds[column] for column in columns.values())
            source_tables.append(_SourceTable(name, source_name, columns, column_kinds))
    if not source_tables and not missing:
        none = message("evidence.database_without_tables", tables=tuple(tables))
        missing.append(Problem(database.where, none))
    if missing:
        raise InputError(missing)
    if unreadable:
        raise UnreadableEvidence(unreadable)
    return source_tables


def _columns(
    location: str,
    spec: Table,
    source: TableSource,
    kinds: "Mapping[str, ColumnKind]",
    missing: list[Problem],
) -> dict[str, str]:
    """The name in the database of each column of the rulebook; missing columns are left out, as in a file."""
    columns = {}
    for name, column in spec.columns.items():
        mapped = source.columns.get(name)
        candidates = [mapped] if mapped is not None else [name, column.title]
        existing = [candidate for candidate in candidates if candidate in kinds]
        if mapped is not None and not existing:
            absent = message("evidence.database_column_missing", column=f"{mapped!r:.80}")
            missing.append(Problem(f"{location}.{name}", absent))
        if len(existing) > 1:
            first, second = existing
            both = message("evidence.two_database_columns", first=first, second=second)
            missing.append(Problem(f"{location}.{name}", both))
        if existing:
            columns[name] = existing[0]
    return columns


def _unreadable_columns(
    table: Message, columns: Mapping[str, str], kinds: "Mapping[str, ColumnKind]"
) -> Iterator[Problem]:
    for name, column in columns.items():
        refused = kinds[column].refused
        place = message("evidence.column_in_database", table=table, column=name)
        if refused == "time zone":
            yield Problem(place, _TIME_WITH_ZONE)
        elif refused is not None:
            yield Problem(place, message("evidence.unreadable_column_type", type=refused))


def _write(transaction: "ReadTransaction", table: _SourceTable, spec: Table, file: Path) -> None:
    place = message(
        "evidence.table_in_database",
        place=f"{transaction.source.where}: {table.name}",
        table=transaction.display_name(table.source_name),
    )
    names = list(table.columns)
    key_first = sorted(range(len(names)), key=lambda n: names[n] not in spec.key)
    with open(file, "x", encoding="utf-8", newline="", opener=open_for_owner) as stream:
        write_rows(stream, [names])
        if not names:
            return
        columns = [table.columns[names[n]] for n in key_first]
        kinds = [table.kinds[n] for n in key_first]
        positions = [key_first.index(n) for n in range(len(names))]
        try:
            for batch in transaction.batches(table.source_name, columns, kinds):
                write_rows(
                    stream,
                    (
                        [
                            _text(row[position], place, name)
                            for name, position in zip(names, positions, strict=True)
                        ]
                        for row in batch
                    ),
                )
        except UnicodeEncodeError:  # an unpaired surrogate
            raise UnreadableEvidence(Problem(place, message("evidence.text_without_unicode"))) from None


def _text(value: Any, table: Message, column: str) -> str | None:
    value_type = type(value)
    if value is None or value_type is str:
        return value  # type: ignore[no-any-return]
    if value_type in _READABLE_TYPES and (value_type is not datetime or value.tzinfo is None):
        return as_text(value)
    raise UnreadableEvidence(
        Problem(
            message("evidence.column_in_database", table=table, column=column),
            _TIME_WITH_ZONE
            if value_type is datetime
            else message("evidence.unreadable_value_type", type=value_type.__name__),
        )
    )
