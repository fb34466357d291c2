"""A real PostgreSQL, started here: runs without it, a user who only reads, one moment, a lost link, size."""

import json
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from psycopg import sql

from talentcalc.core.errors import UnreadableEvidence
from talentcalc.evidence.stores.database import read_transaction
from talentcalc.params.source import Database
from talentcalc.rulebook.model import Rulebook
from tests.conftest import ROOT, Case, Command
from tests.support import postgres
from tests.support.archive_packages import files
from tests.support.databases import SAMPLES, book_of, but_for_files, params_of, renamed, repository, tables_in
from tests.support.documents import assess_file
from tests.support.postgres import AUDITOR, LOGIN, Connection, Server, audit_of, login, schema, server

pytestmark = pytest.mark.usefixtures("login")
__all__ = ["login", "schema", "server"]  # fixtures
TYPES = {
    "date": "date",
    "moment": "timestamp",
    "integer": "bigint",
    "number": "double precision",
    "money": "numeric(18,2)",
    "boolean": "boolean",
}


def load(server: Server, schema: str, evidence: Path, book: Rulebook) -> dict[str, Any]:
    """Put a folder of evidence into a schema, typed and under other names; the mapping."""
    mapping = {}
    with server.connected() as boss:
        boss.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        for name, (header, rows) in tables_in(evidence).items():
            mapping[name] = renamed(name, header, book)
            table = sql.Identifier(schema, mapping[name]["from"])
            own = [sql.Identifier(mapping[name]["columns"][column]) for column in header]
            kinds = [sql.SQL(TYPES.get(book.tables[name].columns[one].type, "text")) for one in header]
            made = [sql.SQL("{} {}").format(*pair) for pair in zip(own, kinds, strict=True)]
            boss.execute(sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(made)))
            copy = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(own))
            with boss.cursor().copy(copy) as stream:
                for row in rows:
                    stream.write_row(row)
            mapping[name]["from"] = f"{schema}.{mapping[name]['from']}"
        granted = sql.SQL("GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1}")
        boss.execute(granted.format(sql.Identifier(schema), sql.Identifier(AUDITOR)))
    return mapping


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_run_is_sealed_and_comes_out_again_with_the_server_stopped(
    server: Server, tmp_path: Path, talentcalc: Command, sample: str
) -> None:
    evidence = repository(tmp_path, sample)
    mapping = load(server, f"库 {sample}", evidence, book_of(SAMPLES[sample]))
    said: dict[str, Any] = {"evidence": server.url, "tables": mapping, "proofs_folder": "files"}
    params = params_of(tmp_path, sample, **said)
    done = talentcalc("run", params, cwd=tmp_path, **LOGIN)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "outputs/2025/audit"
    result = json.loads((run / "result.json").read_bytes())
    expected = assess_file(params_of(tmp_path, sample, "files", evidence="files"))
    assert but_for_files(result) == but_for_files(expected)
    server.control("stop", "-m", "fast")
    try:
        sealed = talentcalc("seal", run, "--zip", cwd=tmp_path)
        assert sealed.returncode == 0, sealed.stderr
        again = talentcalc("verify", sealed.stdout.strip(), "--unsigned", "--rerun", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        lost = talentcalc("score", params, cwd=tmp_path)
        assert lost.returncode == 2 and "no database that can be opened" in lost.stderr
    finally:
        server.control("start")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (run / "evidence").glob("*.csv")} == {0o600}
    told = [*files(run).values(), done.stdout.encode(), done.stderr.encode(), lost.stderr.encode()]
    assert not any(secret.encode() in content for content in told for secret in ("hunter2", AUDITOR))
    scored = talentcalc("score", params, cwd=tmp_path)
    assert json.loads(scored.stdout) == result


def test_nothing_but_reading_was_ever_sent(server: Server) -> None:
    # After the runs above: each statement that the server logged for the auditor begins with one of these.
    allowed = {"begin", "select", "show", "set", "declare", "fetch", "close", "rollback"}
    allowed |= {"savepoint", "release", "deallocate"}
    sent = [re.sub(r"^LOG:\s+(statement|execute [^:]+):\s+", "", one) for one in server.log if "LOG:" in one]
    first = {one.split()[0].lower() for one in sent}
    assert {"select", "declare", "fetch"} <= first <= allowed
    assert {one for one in sent if one.lower().startswith("set")} == {
        "SET LOCAL row_security = off",
        "SET LOCAL extra_float_digits = 1",
    }


def source_of(case: Case, server: Server) -> Database:
    """The server as params name it."""
    database = audit_of(case, server).database
    assert database is not None
    return database


def test_all_tables_are_of_one_moment_and_stay_until_they_are_read(
    case: Case, server: Server, schema: Connection
) -> None:
    schema.execute("CREATE TABLE opinions (unit text); CREATE TABLE inspections (inspection_id text)")
    schema.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {AUDITOR}")
    with read_transaction(source_of(case, server)) as reading:
        kinds = reading.columns((None, "opinions"))
        assert kinds is not None
        reading.lock((None, "opinions"), ["unit"])
        schema.execute("INSERT INTO opinions VALUES ('late')")
        assert list(reading.batches((None, "opinions"), ["unit"], [*kinds.values()])) == []
        for change in ("TRUNCATE opinions", "ALTER TABLE opinions ALTER unit TYPE char(9)"):
            with pytest.raises(psycopg.errors.LockNotAvailable):
                schema.execute(f"SET lock_timeout = 100; {change}")


def test_not_even_a_superuser_writes(
    case: Case, server: Server, schema: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.execute("CREATE TABLE opinions (unit text)")
    monkeypatch.setenv("TALENTCALC_DB_USER", postgres.BOSS)
    monkeypatch.setenv("TALENTCALC_DB_PASSWORD", postgres.BOSS_PASSWORD)
    for attempt in ("INSERT INTO opinions VALUES ('x')", "CREATE TABLE made (x int)", "DROP TABLE opinions"):
        with (
            read_transaction(source_of(case, server)) as reading,
            pytest.raises(sqlalchemy.exc.InternalError, match="read-only transaction"),
        ):
            reading.connection.exec_driver_sql(attempt)


def test_a_connection_that_is_lost_midway_is_told(case: Case, server: Server, schema: Connection) -> None:
    schema.execute("CREATE TABLE opinions AS SELECT n::text AS unit FROM generate_series(1, 50000) n")
    schema.execute(f"GRANT SELECT ON opinions TO {AUDITOR}")
    with (
        pytest.raises(UnreadableEvidence, match="the connection was lost"),
        read_transaction(source_of(case, server)) as reading,
    ):
        kinds = reading.columns((None, "opinions"))
        assert kinds is not None
        parts = reading.batches((None, "opinions"), ["unit"], [*kinds.values()])
        assert len(next(parts)) == 10_000
        schema.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{AUDITOR}'")
        list(parts)


_MEASURE = """
import resource, sys
from pathlib import Path
from talentcalc.evidence.stores.snapshot import snapshot
from talentcalc.params.audit import open_audit
from tests.support.documents import assess_file
made = snapshot(open_audit(sys.argv[1]), Path(sys.argv[2])).evidence / "checkins.csv"
print(sum(1 for _ in made.open("rb")), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_million_check_ins_need_no_more_memory_than_ten_thousand(
    server: Server, schema: Connection, tmp_path: Path
) -> None:
    params = params_of(tmp_path, "quanzhou-2025", evidence=server.url)
    schema.execute(
        "CREATE TABLE checkins (checkin_id text, home_id text, talent_id text, event_id text, at timestamp,"
        f" device text); GRANT SELECT ON checkins TO {AUDITOR}"
    )
    peaks = []
    for first, last in ((1, 10_000), (10_001, 1_000_000)):
        schema.execute(
            "INSERT INTO checkins SELECT 'C' || n, 'H' || n % 40, 'T' || n % 20000, NULL,"
            f" timestamp '2025-01-01' + n * interval '31 seconds', n FROM generate_series({first}, {last}) n"
        )
        command = [sys.executable, "-c", _MEASURE, str(params), str(tmp_path / f"made{last}")]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=170)
        lines, peak = map(int, told.stdout.split())
        assert lines == last + 1
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 40_000, peaks  # kilobytes; the file has 45,000


def test_without_a_server_these_tests_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "PROGRAMS", tmp_path)
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        postgres.programs()
