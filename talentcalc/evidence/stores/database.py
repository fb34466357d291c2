"""Reads tables of a database in one read-only transaction; the only module that imports SQLAlchemy.

A driver's error message may contain names, values or credentials: it is never shown.
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
from talentcalc.messages.message import message
from talentcalc.params.source import PASSWORD, USER, Database

QualifiedName = tuple[str | None, str]
"""A schema, if one is given, and a table or view."""

_BATCH_ROWS = 10_000  # rows in memory
_NUMERIC_TYPES = (types.Integer, types.Numeric, types.Float)
_READABLE_TYPES = (types.String, *_NUMERIC_TYPES, types.Boolean, types.Date, types.DateTime, types.Uuid)
_COLLATIONS = {"postgresql": "C", "sqlite": "BINARY"}  # by code point, whatever the server is set to


@dataclass(frozen=True)
class ColumnKind:
    """Whether a column is ordered by a collation, as text is, and the reason if it is not read."""

    collated: bool
    refused: str | None = None


class ReadTransaction:
    """One read-only transaction."""

    def __init__(self, source: Database, connection: sa.Connection) -> None:
        self.source, self.connection = source, connection

    def columns(self, name: QualifiedName) -> dict[str, ColumnKind] | None:
        """The columns of a table or view; None if it does not exist."""
        schema, table = name
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a type that SQLAlchemy does not know is refused
                inspector = sa.inspect(self.connection)
                if schema is not None and schema not in inspector.get_schema_names():
                    return None
                columns = inspector.get_columns(_quoted(table), schema=_quoted(schema))
        except sa.exc.NoSuchTableError:
            return None
        except SQLAlchemyError as error:
            self._fail(name, error)
        return {str(column["name"]): self._kind(column["type"]) for column in columns}

    def lock(self, name: QualifiedName, columns: Sequence[str]) -> None:
        """Fail if columns may not be read; keep their table from being emptied or altered until the end."""
        try:
            self.connection.execute(_select(name, columns).where(sa.false())).close()
        except SQLAlchemyError as error:
            self._fail(name, error)

    def batches(
        self, name: QualifiedName, columns: Sequence[str], kinds: Sequence[ColumnKind]
    ) -> Iterator[Sequence[Any]]:
        """The rows in batches, ordered by the columns in the given order."""
        collation = _COLLATIONS.get(self.connection.dialect.name)
        order = [
            sa.collate(column, collation) if collation and kind.collated else column
            for column, kind in zip(_columns(columns), kinds, strict=True)
        ]
        query = _select(name, columns).order_by(*order)
        try:
            with self.connection.execute(query, execution_options={"yield_per": _BATCH_ROWS}) as result:
                yield from result.partitions()
        except (SQLAlchemyError, ValueError) as error:
            self._fail(name, error)

    def _kind(self, kind: Any) -> ColumnKind:
        kind = getattr(kind, "data_type", kind)  # a domain has the type of its data
        if isinstance(kind, types.DateTime) and kind.timezone:
            return ColumnKind(False, "time zone")
        untyped = isinstance(kind, types.NullType) and self.source.local  # each value has its own type
        if not isinstance(kind, _READABLE_TYPES) and not untyped:
            return ColumnKind(False, quote_value(type(kind).__name__))
        enumerated = isinstance(kind, types.Enum)
        return ColumnKind(self.source.local or (isinstance(kind, types.String) and not enumerated))

    @staticmethod
    def display_name(name: QualifiedName) -> str:
        """A table's name in messages."""
        return quote_value(".".join(part for part in name if part is not None))

    def _fail(self, name: QualifiedName, error: Exception) -> NoReturn:
        """Raise the reason why a table could not be read."""
        state, kind = _sql_state(error), type(getattr(error, "orig", error)).__name__
        if state == "42501":
            reason = message("evidence.database_table_without_permission")
        elif isinstance(error, DBAPIError) and error.connection_invalidated:
            reason = message("evidence.database_connection_lost")
        elif state:
            reason = message("evidence.database_error_in_state", state=state, error=kind)
        else:
            reason = message("evidence.database_error", error=kind)
        location = f"{self.source.where}: {self.display_name(name)}"
        raise UnreadableEvidence(Problem(location, reason)) from None


@contextmanager
def read_transaction(source: Database) -> Iterator[ReadTransaction]:
    """Open a read-only transaction, in which all tables are of one moment.

    Raises:
        InputError: no such dialect, driver, server or database, or the credentials are wrong.
    """
    engine = _engine(source)
    try:
        with engine.connect() as connection:
            connection = _read_only(connection)
            try:
                yield ReadTransaction(source, connection)
            finally:
                if not connection.invalidated:
                    connection.rollback()
    except SQLAlchemyError as error:
        raise InputError(_not_connected(source, error)) from None
    finally:
        engine.dispose()


def _engine(source: Database) -> sa.Engine:
    dialect = "postgresql+psycopg" if source.dialect == "postgresql" else source.dialect
    options: dict[str, Any] = {}
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if source.local:
        user = password = None
        file = f"file:{quote(source.name)}?mode=ro"
        options["creator"] = lambda: sqlite3.connect(file, uri=True, isolation_level=None)
    elif dialect.startswith("postgresql"):
        options["connect_args"] = {"client_encoding": "utf8"}
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
        engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True, **options)
    except (NoSuchModuleError, ImportError, ArgumentError):
        engine = None
    if engine is None or engine.dialect.is_async:
        absent = message("evidence.database_dialect_not_installed", dialect=quote_value(source.dialect))
        raise InputError(Problem(source.where, absent))
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
    server_connection = getattr(cause, "pgconn", None)
    if getattr(server_connection, "needs_password", False):
        found = message("evidence.database_asks_for_password", address=source.shown)
    elif getattr(server_connection, "used_password", False):
        found = message("evidence.database_refuses_credentials", address=source.shown)
    else:
        kind = type(cause or error).__name__
        found = message("evidence.database_not_opened", error=kind, address=source.shown)
    return Problem(
        source.where,
        message("evidence.database_not_connected", found=found, user=USER, password=PASSWORD),
    )


def _sql_state(error: Exception) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


def _quoted(name: str | None) -> Any:
    """A name that is always quoted in SQL, so that its case is kept."""
    return None if name is None else sa.quoted_name(name, quote=True)


def _columns(names: Sequence[str]) -> list[sa.ColumnClause[Any]]:
    return [sa.column(_quoted(name)) for name in names]


def _select(name: QualifiedName, columns: Sequence[str]) -> sa.Select[Any]:
    schema, table = name
    options = {} if schema is None else {"schema": _quoted(schema)}
    return sa.select(*_columns(columns)).select_from(sa.table(_quoted(table), **options))
