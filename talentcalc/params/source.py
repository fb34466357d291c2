"""Where the evidence is: in files, or in a database, whose address never has credentials."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import AfterValidator, Field

from talentcalc.core.errors import Problem, quote_value
from talentcalc.core.models import StrictModel
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
_PATH = "a path relative to the repository, or outside any to the current folder"
_LOCAL = ("sqlite", "sqlite+pysqlite")
_CREDENTIALS = f"credentials come from the environment: {USER} and {PASSWORD}, or PGUSER and PGPASSWORD"


def _identifier(value: str) -> str:
    if not value.strip() or "\0" in value:
        raise ValueError("a name in the database")
    return value


def _table_name(value: str) -> str:
    if not all(part.strip() for part in value.partition(".")[:: 2 if "." in value else 3]):
        raise ValueError("a table or view, as `table` or `schema.table`")
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
            found, expected = f"no folder at {quote_value(proofs)}", _PATH
            problems.append(Problem(f"{file}: proofs_folder", found, expected, "correct the path"))
    else:
        problems += (
            Problem(
                f"{file}: {key}", "a key for evidence in a database", "evidence in files", "remove the key"
            )
            for key in ("tables", "proofs_folder")
            if key in data
        )
        elsewhere = named if elsewhere is None else elsewhere
    if isinstance(elsewhere, str) and not _is(root / elsewhere, folder=False):
        problems.append(
            Problem(
                f"{file}: evidence",
                f"no folder and no workbook at {quote_value(elsewhere)}",
                f"{_PATH}, or an absolute one",
                "correct the path",
            )
        )
    return problems


def mapping_problems(tables: object, known: Mapping[str, Table], file: str) -> Iterator[Problem]:
    """Tables and columns of the mapping that the rulebook does not have."""
    for name, source in tables.items() if isinstance(tables, dict) else ():
        if name not in known:
            expected = f"one of {', '.join(known)}"
            yield Problem(f"{file}: tables.{name}", "a table that the rulebook lacks", expected, "correct it")
            continue
        columns = source.get("columns") if isinstance(source, dict) else None
        for column in columns if isinstance(columns, dict) else ():
            if column not in known[name].columns:
                where = f"{file}: tables.{name}.columns.{column}"
                expected = f"one of {', '.join(known[name].columns)}"
                yield Problem(where, "a column that the rulebook lacks", expected, "correct it")


def _address_problems(text: str, where: str) -> Iterator[Problem]:
    """Never with what stands there: it may be a password."""
    local = text.lower().startswith(tuple(f"{scheme}:" for scheme in _LOCAL))
    found = _ADDRESS.fullmatch(text)
    options = text.partition("?")[2]
    if "@" in (options if local else text):
        found_there = "a user name or password in the address"
        yield Problem(where, found_there, "dialect://host/database", f"remove it; {_CREDENTIALS}")
    elif found is None:
        expected = "dialect://host:port/database, such as postgresql://db.example.cn/talent"
        yield Problem(where, "an address that is none", expected, f"correct it; {_CREDENTIALS}")
    elif local and (found["host"] or found["port"] or not found["name"]):
        expected = "sqlite:///path relative to the repository root, or sqlite:////absolute path"
        yield Problem(where, "no file of a database", expected, "correct the address")
    for key, _ in parse_qsl(options, keep_blank_values=True):
        if local or key not in _OPTIONS:
            name = key if re.fullmatch("[A-Za-z_]{1,30}", key) and f"{key}=" in options else "…"
            allowed = "no option" if local else f"options among {', '.join(sorted(_OPTIONS))}"
            yield Problem(where, f"the option {name} in the address", allowed, f"remove it; {_CREDENTIALS}")


def _is(path: Path, folder: bool) -> bool:
    try:
        return path.is_dir() or (not folder and path.is_file() and path.name.lower().endswith(WORKBOOKS))
    except (OSError, ValueError):  # no file can have such a name
        return False
