"""Where the evidence is: in files, or in a database, whose address never has credentials."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import AfterValidator, Field

from talentcalc.core.errors import Problem, UnfitValue, quote_value
from talentcalc.core.models import StrictModel
from talentcalc.messages.message import message
from talentcalc.rulebook.table import Table

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
"""The suffixes of files that hold a table in each sheet."""

SNAPSHOT = "evidence"
"""The folder of a run that holds what was read from a database."""

USER, PASSWORD = "TALENTCALC_DB_USER", "TALENTCALC_DB_PASSWORD"
"""The environment variables that hold a database's credentials."""

_ADDRESS = re.compile(
    r"(?P<dialect>[a-z]\w*(\+[a-z]\w*)?)://(?P<host>\[[0-9a-f:.]+\]|[\w.-]*)(:(?P<port>\d{1,5}))?"
    r"(/(?P<name>[^?\x00-\x1f]*))?(\?(?P<options>[^\x00-\x1f]*))?",
    re.IGNORECASE | re.ASCII,
)
_OPTIONS = {"host", "port", "service", "sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding"}
_OPTIONS |= {"gssencmode", "target_session_attrs", "connect_timeout", "charset", "driver"}
_ALLOWED = message("params.options", known=tuple(sorted(_OPTIONS)))
_LOCAL = ("sqlite", "sqlite+pysqlite")
_CREDENTIALS = message("params.credentials", user=USER, password=PASSWORD)


def _identifier(value: str) -> str:
    if not value.strip() or "\0" in value:
        raise UnfitValue(message("params.name_in_database"))
    return value


def _table_name(value: str) -> str:
    if not all(part.strip() for part in value.partition(".")[:: 2 if "." in value else 3]):
        raise UnfitValue(message("params.table_in_database"))
    return _identifier(value)


class TableSource(StrictModel):
    """What a table of the rulebook and its columns are called in the database, where not as in files."""

    name: Annotated[str, AfterValidator(_table_name)] | None = Field(default=None, alias="from")
    columns: dict[str, Annotated[str, AfterValidator(_identifier)]] = {}

    @property
    def place(self) -> tuple[str | None, str] | None:
        """Its schema, if it is named, and its name."""
        if self.name is None:
            return None
        schema, dot, table = self.name.partition(".")
        return (schema, table) if dot else (None, schema)


@dataclass(frozen=True)
class Database:
    """A database that evidence is read from; `where` is its place in the params, for messages.

    `name` of a local one is its file. `proofs` is the folder that proof paths are relative to.
    """

    where: str
    dialect: str
    host: str
    port: int | None
    name: str
    options: Mapping[str, str]
    tables: Mapping[str, TableSource]
    proofs: Path | None

    @property
    def local(self) -> bool:
        """Whether it is a file."""
        return self.dialect in _LOCAL

    @property
    def shown(self) -> str:
        """The address as messages have it: without options."""
        port = "" if self.port is None else f":{self.port}"
        return quote_value(f"{self.dialect}://{self.host}{port}/{self.name}")


def names_a_database(evidence: str) -> bool:
    """Whether `evidence` of the params is an address, not a path."""
    return "://" in evidence


def database_of(
    evidence: str, tables: Mapping[str, TableSource], proofs: str | None, root: Path, where: str
) -> Database:
    """The database that sound params name; files are relative to `root`."""
    found = _ADDRESS.fullmatch(evidence.strip())
    assert found is not None
    dialect, port, name = found["dialect"].lower(), found["port"], found["name"] or ""
    options = dict(parse_qsl(found["options"] or ""))
    if dialect in _LOCAL:
        name = str(root / name)
    folder = None if proofs is None else root / proofs
    return Database(where, dialect, found["host"], int(port) if port else None, name, options, tables, folder)


def source_problems(data: Mapping[str, Any], elsewhere: str | None, root: Path, file: str) -> list[Problem]:
    """What is wrong with where params say that the evidence is; `elsewhere` is where it lies now instead."""
    named, proofs = data.get("evidence"), data.get("proofs_folder")
    problems = list[Problem]()
    if isinstance(named, str) and names_a_database(named):
        problems += _address_problems(named.strip(), f"{file}: evidence")
        if elsewhere is None and isinstance(proofs, str) and not _is(root / proofs, folder=True):
            missing = message("params.no_proofs_folder", path=quote_value(proofs))
            problems.append(Problem(f"{file}: proofs_folder", missing))
    else:
        problems += (
            Problem(f"{file}: {key}", message("params.key_for_database"))
            for key in ("tables", "proofs_folder")
            if key in data
        )
        elsewhere = named if elsewhere is None else elsewhere
    if isinstance(elsewhere, str) and not _is(root / elsewhere, folder=False):
        missing = message("params.no_evidence", path=quote_value(elsewhere))
        problems.append(Problem(f"{file}: evidence", missing))
    return problems


def mapping_problems(tables: object, known: Mapping[str, Table], file: str) -> Iterator[Problem]:
    """Tables and columns of the mapping that the rulebook does not have."""
    for name, source in tables.items() if isinstance(tables, dict) else ():
        if name not in known:
            yield Problem(f"{file}: tables.{name}", message("params.unknown_table", known=tuple(known)))
            continue
        columns = source.get("columns") if isinstance(source, dict) else None
        for column in columns if isinstance(columns, dict) else ():
            if column not in known[name].columns:
                where = f"{file}: tables.{name}.columns.{column}"
                yield Problem(where, message("params.unknown_column", known=tuple(known[name].columns)))


def _address_problems(text: str, where: str) -> Iterator[Problem]:
    """Never with what stands there: it may be a password."""
    local = text.lower().startswith(tuple(f"{scheme}:" for scheme in _LOCAL))
    found = _ADDRESS.fullmatch(text)
    options = text.partition("?")[2]
    if "@" in (options if local else text):
        yield Problem(where, message("params.credentials_in_address", credentials=_CREDENTIALS))
    elif found is None:
        yield Problem(where, message("params.no_address", credentials=_CREDENTIALS))
    elif local and (found["host"] or found["port"] or not found["name"]):
        yield Problem(where, message("params.no_file_of_database"))
    for key, _ in parse_qsl(options, keep_blank_values=True):
        if local or key not in _OPTIONS:
            name = key if re.fullmatch("[A-Za-z_]{1,30}", key) and f"{key}=" in options else "…"
            allowed = message("params.no_option") if local else _ALLOWED
            yield Problem(
                where,
                message("params.option_in_address", option=name, allowed=allowed, credentials=_CREDENTIALS),
            )


def _is(path: Path, folder: bool) -> bool:
    try:
        return path.is_dir() or (not folder and path.is_file() and path.name.lower().endswith(WORKBOOKS))
    except (OSError, ValueError):  # no file can have such a name
        return False
