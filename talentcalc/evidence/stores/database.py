"""Read tables of a database as of one moment, and nothing else: the one place that imports SQLAlchemy.

What a driver says of an error may hold names, values or credentials: it is never shown.
"""

import os
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from talentcalc.core.errors import InputError, Problem, UnreadableEvidence, quote_value
from talentcalc.params.source import PASSWORD, USER, Database

Place = tuple[str | None, str]
"""A schema, if it is named, and a table or view."""

_AT_A_TIME = 10_000  # rows in memory
_NUMBERS = (types.Integer, types.Numeric, types.Float)
_PLAIN = (types.String, *_NUMBERS, types.Boolean, types.Date, types.DateTime, types.Uuid)
_COLLATIONS = {"postgresql": "C", "sqlite": "BINARY"}  # by code point, whatever the server is set to
_CHECK = f"check the address, that the server runs, and the credentials in {USER} and {PASSWORD}"


@dataclass(frozen=True)
class ColumnKind:
    """What a column holds: whether it is text that is ordered by a collation, and why it is not read."""

    collated: bool
    refused: str | None = None


class DatabaseReading:
    """One transaction that only reads."""

    def __init__(self, source: Database, connection: sa.Connection) -> None:
        self.source, self.connection = source, connection

    def columns(self, place: Place) -> dict[str, ColumnKind] | None:
        """The columns of a table or view; None if there is none at `place`."""
        schema, table = place
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a type that SQLAlchemy does not know is refused
                told = sa.inspect(self.connection)
                if schema is not None and schema not in told.get_schema_names():
                    return None
                found = told.get_columns(_exactly(table), schema=_exactly(schema))
        except sa.exc.NoSuchTableError:
            return None
        except SQLAlchemyError as error:
            self._lost(place, error)
        return {str(one["name"]): self._kind(one["type"]) for one in found}

    def hold(self, place: Place, columns: Sequence[str]) -> None:
        """Find out whether columns may be read; until the end nobody empties or alters their table."""
        try:
            self.connection.execute(_select(place, columns).where(sa.false())).close()
        except SQLAlchemyError as error:
            self._lost(place, error)

    def parts(
        self, place: Place, columns: Sequence[str], kinds: Sequence[ColumnKind]
    ) -> Iterator[Sequence[Any]]:
        """The rows in parts, ordered by their columns, the first first."""
        collation = _COLLATIONS.get(self.connection.dialect.name)
        order = [
            sa.collate(one, collation) if collation and kind.collated else one
            for one, kind in zip(_columns(columns), kinds, strict=True)
        ]
        wanted = _select(place, columns).order_by(*order)
        try:
            with self.connection.execute(wanted, execution_options={"yield_per": _AT_A_TIME}) as found:
                yield from found.partitions()
        except (SQLAlchemyError, ValueError) as error:
            self._lost(place, error)

    def _kind(self, kind: Any) -> ColumnKind:
        kind = getattr(kind, "data_type", kind)  # a domain is what it is made of
        if isinstance(kind, types.DateTime) and kind.timezone:
            return ColumnKind(False, "time zone")
        untyped = isinstance(kind, types.NullType) and self.source.local  # its values have types of their own
        if not isinstance(kind, _PLAIN) and not untyped:
            return ColumnKind(False, quote_value(type(kind).__name__))
        enumerated = isinstance(kind, types.Enum)
        return ColumnKind(self.source.local or (isinstance(kind, types.String) and not enumerated))

    def _lost(self, place: Place, error: Exception) -> NoReturn:
        """Why a table could not be read."""
        where, state = f"{self.source.where}: {told(place)}", _state(error)
        if state == "42501":
            found, remedy = "no permission to read all of it", "grant SELECT; row security must not hide rows"
        elif isinstance(error, DBAPIError) and error.connection_invalidated:
            found, remedy = "the connection was lost", "try again"
        else:
            known = f" ({state})" if state else ""
            found = f"an error of the database{known}: {type(getattr(error, 'orig', error)).__name__}"
            remedy = "have a look at the table with the database's own tools"
        raise UnreadableEvidence(
            Problem(where, found, "a table that can be read to its end", remedy)
        ) from None


def told(place: Place) -> str:
    """A table as messages name it."""
    return quote_value(".".join(part for part in place if part is not None))


@contextmanager
def opened(source: Database) -> Iterator[DatabaseReading]:
    """A transaction that only reads, in which all tables are of one moment.

    Raises:
        InputError: no such dialect, driver, server or database, or the credentials are wrong.
    """
    engine = _engine(source)
    try:
        with engine.connect() as connection:
            connection = _read_only(connection)
            try:
                yield DatabaseReading(source, connection)
            finally:
                if not connection.invalidated:
                    connection.rollback()
    except SQLAlchemyError as error:
        raise InputError(_not_connected(source, error)) from None
    finally:
        engine.dispose()


def _engine(source: Database) -> sa.Engine:
    dialect = "postgresql+psycopg" if source.dialect == "postgresql" else source.dialect
    own: dict[str, Any] = {}
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if source.local:
        user = password = None
        file = f"file:{quote(source.name)}?mode=ro"
        own["creator"] = lambda: sqlite3.connect(file, uri=True, isolation_level=None)
    elif dialect.startswith("postgresql"):
        own["connect_args"] = {"client_encoding": "utf8"}
    url = sa.URL.create(
        dialect,
        user,
        password,
        source.host.strip("[]") or None,
        source.port,
        source.name or None,
        dict(source.options),
    )
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True, **own)
    except (NoSuchModuleError, ImportError, ArgumentError):
        engine = None
    if engine is None or engine.dialect.is_async:
        found, expected = (
            f"{quote_value(source.dialect)}, which is not installed here",
            "postgresql or sqlite",
        )
        raise InputError(Problem(source.where, found, expected, "correct it, or install its driver"))
    return engine


def _read_only(connection: sa.Connection) -> sa.Connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")  # or it is no database
    elif connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.exec_driver_sql("SET LOCAL row_security = off")  # an error, where it would hide rows
        connection.exec_driver_sql("SET LOCAL extra_float_digits = 1")  # the shortest decimal, exactly
    else:  # nothing but SELECT is ever sent
        connection = connection.execution_options(isolation_level="SERIALIZABLE")
    return connection


def _not_connected(source: Database, error: SQLAlchemyError) -> Problem:
    cause = getattr(error, "orig", None)
    link = getattr(cause, "pgconn", None)
    if getattr(link, "needs_password", False):
        found = "a server that asks for a password"
    elif getattr(link, "used_password", False):
        found = "a server that does not let these credentials into such a database"
    else:
        found = f"no database that can be opened ({type(cause or error).__name__})"
    return Problem(source.where, f"{found} at {source.shown}", "a database that can be read", _CHECK)


def _state(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _exactly(name: str | None) -> Any:
    """A name as it is, quoted wherever it stands in SQL."""
    return None if name is None else sa.quoted_name(name, quote=True)


def _columns(names: Sequence[str]) -> list[sa.ColumnClause[Any]]:
    return [sa.column(_exactly(name)) for name in names]


def _select(place: Place, columns: Sequence[str]) -> sa.Select[Any]:
    schema, table = place
    own = {} if schema is None else {"schema": _exactly(schema)}
    return sa.select(*_columns(columns)).select_from(sa.table(_exactly(table), **own))
