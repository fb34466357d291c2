"""A PostgreSQL server of the tests' own: Debian's programs, a folder in /tmp, a socket, nothing else.

The fixtures are for the modules that import them.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from talentcalc.params.audit import Audit, open_audit
from tests.conftest import Case

ACCOUNT = "postgres"  # Debian's user and group for its servers
BOSS, BOSS_PASSWORD = "boss", "boss-密码"
AUDITOR, PASSWORD = "auditor", "hunter2-漏"
LOGIN = {"TALENTCALC_DB_USER": AUDITOR, "TALENTCALC_DB_PASSWORD": PASSWORD}
PROGRAMS = Path("/usr/lib/postgresql")


def programs() -> Path:
    """The folder of the newest server's programs; without them the tests fail rather than look well."""
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    if not found:
        pytest.fail("the tests of databases need PostgreSQL: apt-get install postgresql", pytrace=False)
    return found[-1].parent


Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Server:
    """A server and its folder, whose one superuser is the boss."""

    folder: Path
    programs: Path

    @property
    def url(self) -> str:
        """The address of the database `talent`, as params have it."""
        return f"postgresql:///talent?host={self.folder}"

    @property
    def log(self) -> list[str]:
        """What the auditor sent and what it was told."""
        lines = (self.folder / "log").read_text("utf-8").splitlines()
        return [line.removeprefix(f"{AUDITOR} ") for line in lines if line.startswith(f"{AUDITOR} ")]

    def connected(self, database: str = "talent", **said: Any) -> Connection:
        """A connection of the boss."""
        own = {"user": BOSS, "password": BOSS_PASSWORD} | said
        return psycopg.connect(host=str(self.folder), dbname=database, autocommit=True, **own)

    def control(self, *told: str) -> None:
        """Start or stop it."""
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c log_statement=all"
        command: list[str | Path] = [
            self.programs / "pg_ctl",
            "-D",
            self.folder / "data",
            "-l",
            self.folder / "log",
            "-w",
        ]
        more = ["-o", f"{settings} -c log_line_prefix='%u ' -c lc_messages=C"] if told == ("start",) else []
        unprivileged(*command, *more, *told)


def unprivileged(*command: str | Path) -> None:
    """Run a program as a user that PostgreSQL accepts: never root."""
    user: Any = {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [*map(str, command)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server
        timeout=120,
        check=False,
        cwd="/",
        **user,
    )
    assert done.returncode == 0, command[0]


@contextmanager
def served() -> Iterator[Server]:
    """A server with an empty database `talent`; gone afterwards."""
    found = programs()
    folder = Path(tempfile.mkdtemp(prefix="talentcalc-pg-", dir="/tmp"))
    try:
        (folder / "password").write_text(BOSS_PASSWORD, "utf-8")
        if os.geteuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, ACCOUNT, ACCOUNT)
        server = Server(folder, found)
        secret = f"--pwfile={folder / 'password'}"
        how = ("--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        unprivileged(found / "initdb", "-D", folder / "data", "-U", BOSS, secret, *how)
        server.control("start")
        try:
            with server.connected("postgres") as boss:
                boss.execute("CREATE DATABASE talent")
                boss.execute(f"CREATE ROLE {AUDITOR} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            server.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server for a module."""
    with served() as started:
        yield started


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    """The auditor's credentials, where they belong."""
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def schema(server: Server) -> Iterator[Connection]:
    """The boss, and a `public` that is empty again afterwards."""
    with server.connected() as boss:
        yield boss
        boss.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        boss.execute(f"GRANT USAGE ON SCHEMA public TO {AUDITOR}")


def audit_of(case: Case, server: Server, **said: Any) -> Audit:
    """An audit of the server."""
    case.params = {"evidence": server.url} | said
    return open_audit(case.write())
