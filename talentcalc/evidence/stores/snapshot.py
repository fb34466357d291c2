"""What was read from a database, as the folder of files that it would have been submitted as."""

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
from talentcalc.evidence.stores.snapshot_proofs import for_the_owner, keep_proofs
from talentcalc.evidence.tables.cells import as_text
from talentcalc.evidence.tables.csv_writing import write_rows
from talentcalc.params.audit import Audit
from talentcalc.params.source import Database, TableSource
from talentcalc.rulebook.table import Table

if TYPE_CHECKING:  # SQLAlchemy is loaded only where evidence is in a database
    from talentcalc.evidence.stores.database import ColumnKind, DatabaseReading, Place

_PLAIN = {int, bool, float, Decimal, date, datetime, UUID}
_A_VIEW = "name a view in `tables` that casts it"
_IN_A_ZONE = "name a view in `tables` with the column AT TIME ZONE 'Asia/Shanghai'"


@dataclass(frozen=True)
class _Found:
    """A table of the rulebook: where it is in the database, its columns there, and what they hold."""

    name: str
    place: "Place"
    columns: Mapping[str, str]
    kinds: "tuple[ColumnKind, ...]"


@contextmanager
def in_files(audit: Audit) -> Iterator[Audit]:
    """The audit with its evidence in files: those of a database in a temporary folder, gone afterwards.

    Raises:
        InputError: as `snapshot`.
    """
    if audit.database is None:
        yield audit
        return
    with temporary_folder() as folder:
        yield snapshot(audit, folder / "evidence")


def snapshot(audit: Audit, folder: Path) -> Audit:
    """Write what the audit's database holds into a new folder; the audit of that folder.

    A table is a CSV file in UTF-8 with the rulebook's columns under their English names, in its order;
    the rows are in the order of their keys. The same rows give the same bytes. Only the owner may read it.

    Raises:
        InputError: no connection, no SQLAlchemy, or the params name what is not there.
        Unread: what is there cannot be read; the folder is not to be used.
    """
    database = audit.database
    assert database is not None
    try:
        from talentcalc.evidence.stores.database import opened
    except ModuleNotFoundError as error:
        absent, remedy = f"{error.name}, which is not installed here", "install the extra `database`"
        raise InputError(Problem(database.where, absent, "what reads a database", remedy)) from None
    folder.mkdir(mode=0o700)
    with opened(database) as reading:
        found = _found(reading, database, audit.rulebook.tables)
        for one in found:
            if one.columns:
                reading.hold(one.place, list(one.columns.values()))
        for one in found:
            _write(reading, one, audit.rulebook.tables[one.name], folder / f"{one.name}.csv")
    keep_proofs(audit.rulebook, database, folder)
    return dataclasses.replace(audit, evidence=folder, database=None)


def _found(reading: "DatabaseReading", database: Database, tables: Mapping[str, Table]) -> list[_Found]:
    """Every table of the rulebook that is there: where the params say, or under its name or title."""
    found, missing, unread = list[_Found](), list[Problem](), list[Problem]()
    for name, spec in tables.items():
        source = database.tables.get(name, TableSource())
        asked: list[Place] = [source.place] if source.place else [(None, name), (None, spec.title)]
        there = {place: kinds for place in asked if (kinds := reading.columns(place)) is not None}
        where = f"{database.where}: {name}"
        if not there and name in database.tables:
            names = " or ".join(_told(place) for place in asked)
            missing.append(Problem(where, f"no table or view {names}", "the one that `tables` names", _NAMES))
        if len(there) > 1:
            names = " and ".join(_told(place) for place in there)
            missing.append(Problem(where, f"both {names}", "one of them", "name it in `tables`, as `from`"))
        for place, held in list(there.items())[:1]:
            columns = _columns(where, spec, source, held, missing)
            unread += _not_plain(f"{where} in {_told(place)}", columns, held)
            found.append(_Found(name, place, columns, tuple(held[one] for one in columns.values())))
    if not found and not missing:
        missing.append(Problem(database.where, "none of the tables", ", ".join(tables), _NAMES))
    if missing:
        raise InputError(missing)
    if unread:
        raise UnreadableEvidence(unread)
    return found


_NAMES = "correct `tables`, or let the user see it; names are case-sensitive"


def _columns(
    where: str, spec: Table, source: TableSource, there: "Mapping[str, ColumnKind]", missing: list[Problem]
) -> dict[str, str]:
    """What each column of the rulebook is called; one that is nowhere is left out, as in a file."""
    columns = {}
    for name, column in spec.columns.items():
        mapped = source.columns.get(name)
        asked = [mapped] if mapped is not None else [name, column.title]
        own = [one for one in asked if one in there]
        if mapped is not None and not own:
            missing.append(Problem(f"{where}.{name}", f"no column {mapped!r:.80}", "the one named", _NAMES))
        if len(own) > 1:
            found = f"both {' and '.join(own)}"
            missing.append(Problem(f"{where}.{name}", found, "one of them", "name it in `tables`"))
        if own:
            columns[name] = own[0]
    return columns


def _not_plain(
    where: str, columns: Mapping[str, str], kinds: "Mapping[str, ColumnKind]"
) -> Iterator[Problem]:
    for name, column in columns.items():
        refused = kinds[column].refused
        if refused == "time zone":
            yield Problem(f"{where}, {name}", "a time with a time zone", "a local time", _IN_A_ZONE)
        elif refused is not None:
            yield Problem(f"{where}, {name}", f"a column of type {refused}", _PLAIN_TYPES, _A_VIEW)


_PLAIN_TYPES = "text, numbers, dates, times or booleans"


def _write(reading: "DatabaseReading", found: _Found, spec: Table, file: Path) -> None:
    where = f"{reading.source.where}: {found.name} in {_told(found.place)}"
    in_order = sorted(range(len(found.kinds)), key=lambda n: list(found.columns)[n] not in spec.key)
    names = list(found.columns)
    with open(file, "x", encoding="utf-8", newline="", opener=for_the_owner) as stream:
        write_rows(stream, [names])
        if not names:
            return
        columns = [found.columns[names[n]] for n in in_order]
        places = [in_order.index(n) for n in range(len(names))]
        try:
            for part in reading.parts(found.place, columns, [found.kinds[n] for n in in_order]):
                write_rows(
                    stream,
                    (
                        [_text(row[place], where, name) for name, place in zip(names, places, strict=True)]
                        for row in part
                    ),
                )
        except UnicodeEncodeError:  # half a character
            problem = Problem(where, "text that is no Unicode", "text", "correct it in the database")
            raise UnreadableEvidence(problem) from None


def _text(value: Any, where: str, column: str) -> str | None:
    kind = type(value)
    if value is None or kind is str:
        return value  # type: ignore[no-any-return]
    if kind not in _PLAIN:
        raise UnreadableEvidence(
            Problem(f"{where}, {column}", f"a value of type {kind.__name__}", _PLAIN_TYPES, _A_VIEW)
        )
    if kind is datetime and value.tzinfo is not None:
        raise UnreadableEvidence(
            Problem(f"{where}, {column}", "a time with a time zone", "a local time", _IN_A_ZONE)
        )
    return as_text(value)


def _told(place: "Place") -> str:
    from talentcalc.evidence.stores.database import told

    return told(place)
