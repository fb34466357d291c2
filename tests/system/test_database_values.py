"""A real PostgreSQL, started here: what its types become, and what it does not let anyone read."""

import pytest

from talentcalc.core.errors import InputError, UnreadableEvidence
from talentcalc.evidence.stores.snapshot import in_files
from talentcalc.params.audit import Audit
from tests.conftest import Case
from tests.support.postgres import (
    AUDITOR,
    LOGIN,
    PASSWORD,
    Connection,
    Server,
    audit_of,
    login,
    schema,
    server,
)

pytestmark = pytest.mark.usefixtures("login")
__all__ = ["login", "schema", "server"]  # fixtures


def opinions(case: Case, server: Server, boss: Connection, made: str) -> str:
    """The snapshot of the table `opinions` that a statement makes."""
    boss.execute(f"{made}; GRANT SELECT ON opinions TO {AUDITOR}")
    with in_files(audit_of(case, server)) as audit:
        return (audit.evidence / "opinions.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234567890123456789.10::numeric", "1234567890123456789.10"),
        ("0.1::real", "0.1"),
        ("0.1::double precision + 0.2", "0.30000000000000004"),
        ("'1e300'::double precision", "1" + "0" * 300),
        ("true", "true"),
        ("date '2025-03-01'", "2025-03-01"),
        ("timestamp '2025-03-01 09:30:00.5'", "2025-03-01 09:30:00.500000"),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("'ab'::char(4)", "ab  "),
        ("9223372036854775807", "9223372036854775807"),
        ("NULL::text", ""),
        ("E'甲\\n\"乙\"'", '"甲\n""乙"""'),
    ],
)
def test_values_are_read_exactly(
    case: Case, server: Server, schema: Connection, value: str, text: str
) -> None:
    schema.execute(f"ALTER ROLE {AUDITOR} SET extra_float_digits = -15")
    made = opinions(
        case, server, schema, f"CREATE VIEW opinions AS SELECT 'U' unit, 1 score, {value} comment"
    )
    assert made == f"unit,score,comment\nU,1,{text}\n"


def test_domains_and_enumerations_are_what_they_are_made_of(
    case: Case, server: Server, schema: Connection
) -> None:
    schema.execute("CREATE DOMAIN code AS text; CREATE TYPE mood AS ENUM ('low', 'high')")
    made = "CREATE TABLE opinions (unit code, score numeric, comment mood)"
    rows = "INSERT INTO opinions VALUES ('b', 1, 'low'), ('B', 2, 'high'), ('é', 3, NULL)"
    assert opinions(case, server, schema, f"{made}; {rows}").split() == [
        "unit,score,comment",
        "B,2,high",
        "b,1,low",
        "é,3,",
    ]


def unread(audit: Audit, kind: type[InputError] = UnreadableEvidence) -> list[str]:
    """Why a database cannot be read."""
    with pytest.raises(InputError) as error, in_files(audit):
        pass
    assert type(error.value) is kind
    lines = [str(one) for one in error.value.problems]
    assert not any(secret in line for line in lines for secret in ("hunter2", AUDITOR, "王"))
    return lines


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("timestamptz", "AT TIME ZONE 'Asia/Shanghai'"),
        ("text[]", "ARRAY"),
        ("json", "JSON"),
        ("jsonb", "JSONB"),
        ("bytea", "BYTEA"),
        ("money", "MONEY"),
        ("interval", "INTERVAL"),
        ("time", "TIME"),
        ("point", "NullType"),
        ("int4range", "RANGE"),
    ],
)
def test_a_type_that_is_no_cell_is_refused_though_empty(
    case: Case, server: Server, schema: Connection, kind: str, found: str
) -> None:
    made = f"CREATE TABLE opinions (unit text, comment {kind}, other bytea)"
    schema.execute(f"{made}; GRANT SELECT ON opinions TO {AUDITOR}")
    (line,) = unread(audit_of(case, server))
    assert "opinions in 'opinions', comment" in line and found in line


def test_no_permission_is_told_and_columns_that_are_needed_suffice(
    case: Case, server: Server, schema: Connection
) -> None:
    schema.execute("CREATE TABLE opinions (unit text, score int, secret text)")
    schema.execute("INSERT INTO opinions VALUES ('U1', 1, '王')")
    (line,) = unread(audit_of(case, server))
    assert "'opinions'" in line and "no permission" in line and "grant SELECT" in line
    schema.execute(f"GRANT SELECT (unit, score) ON opinions TO {AUDITOR}")
    with in_files(audit_of(case, server)) as audit:
        assert (audit.evidence / "opinions.csv").read_text("utf-8") == "unit,score\nU1,1\n"


def test_rows_that_are_hidden_from_the_user_are_never_passed_over(
    case: Case, server: Server, schema: Connection
) -> None:
    schema.execute("CREATE TABLE opinions (unit text, score int)")
    schema.execute("ALTER TABLE opinions ENABLE ROW LEVEL SECURITY")
    schema.execute(f"CREATE POLICY few ON opinions USING (score > 1); GRANT SELECT ON opinions TO {AUDITOR}")
    (line,) = unread(audit_of(case, server))
    assert "row security" in line


def test_a_value_that_python_does_not_have_is_not_told(
    case: Case, server: Server, schema: Connection
) -> None:
    schema.execute("CREATE TABLE opinions (unit text, score date)")
    schema.execute(f"INSERT INTO opinions VALUES ('王', 'infinity'); GRANT SELECT ON opinions TO {AUDITOR}")
    (line,) = unread(audit_of(case, server))
    assert "'opinions'" in line and "DataError" in line


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"TALENTCALC_DB_PASSWORD": "hunter2-wrong"}, "does not let these credentials"),
        ({"TALENTCALC_DB_USER": "hunter2-nobody"}, "does not let these credentials"),
        ({"TALENTCALC_DB_PASSWORD": ""}, "asks for a password"),
        ({"///talent?": "///nothere?"}, "does not let these credentials into such a database"),
        ({"host=": "host=/no"}, "no database that can be opened"),
    ],
)
def test_no_connection_is_told_in_a_line(
    case: Case, server: Server, monkeypatch: pytest.MonkeyPatch, change: dict[str, str], found: str
) -> None:
    url = server.url
    for old, new in change.items():
        if old in LOGIN:
            monkeypatch.setenv(old, new)
        url = url.replace(old, new)
    (line,) = unread(audit_of(case, server, evidence=url), InputError)
    assert found in line and "TALENTCALC_DB_PASSWORD" in line and "host=" not in line


def test_libpq_may_have_the_credentials(
    case: Case, server: Server, schema: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in LOGIN:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PGUSER", AUDITOR)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
    made = opinions(case, server, schema, "CREATE VIEW opinions AS SELECT '甲' unit, 1 score")
    assert made == "unit,score\n甲,1\n"
