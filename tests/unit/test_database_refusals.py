"""What is refused of a database and its address: all at once, and never with credentials in the message."""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from talentcalc.cli import main
from talentcalc.core.errors import InputError, UnreadableEvidence, quote_value
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess_plainly
from tests.conftest import Case
from tests.support.databases import SECRET, Tables, stored
from tests.support.problems import is_whole, where_of


def refused(path: Path, kind: type[InputError] = InputError) -> list[str]:
    """What is refused; each line says all that it has to, and none the secret."""
    with pytest.raises(InputError) as error:
        assess_plainly(open_audit(path))
    assert type(error.value) is kind
    assert all(where_of(one).startswith("case.yaml") and is_whole(one) for one in error.value.problems)
    lines = [str(one) for one in error.value.problems]
    assert not any(SECRET in line or "hunter2" in line for line in lines)
    return lines


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://boss:{SECRET}@db.example/talent",
        f"postgresql://{SECRET}@db.example/talent",
        f"postgresql://boss:{SECRET}/x@db.example/talent",
        f"postgresql://boss:{SECRET}",
        f"postgresql:///boss:{SECRET}@db.example/talent",
        f"postgresql://db.example/talent?password={SECRET}",
        f"postgresql://db.example/talent?{SECRET}",
        f"postgresql://db.example/talent?user={SECRET}&sslmode=require",
        f"postgresql://db.example/talent?options=-c{SECRET}",
        f"mssql+pyodbc:///?odbc_connect=PWD={SECRET}",
        f"sqlite:///e.db?{SECRET}",
        f"sqlite://{SECRET}/e.db",
        "sqlite://",
        f"://{SECRET}",
    ],
)
def test_credentials_in_an_address_are_refused_and_not_told(case: Case, address: str) -> None:
    case.params["evidence"] = address
    lines = refused(case.write())
    assert lines and all(line.startswith("case.yaml: evidence: ") for line in lines)


def test_an_environment_without_the_extra_says_what_to_install(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.params["evidence"] = "sqlite:///e.db"
    for name in [*sys.modules]:
        if name.partition(".")[0] == "sqlalchemy" or name == "talentcalc.evidence.stores.database":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    (line,) = refused(case.write())
    assert "sqlalchemy, which is not installed here" in line and "the extra `database`" in line


def test_a_message_never_shows_what_stands_before_an_at() -> None:
    for value in (f"postgresql://u:{SECRET}@h/d", [f"postgresql://u:{SECRET}@h/d"], f"x ://{SECRET}@" * 9):
        assert "hunter2" not in quote_value(value)
    assert quote_value("a@b.cn") == "'a@b.cn'"


def test_everything_wrong_with_a_mapping_is_named_at_once(case: Case) -> None:
    case.params |= {
        "evidence": "postgresql://db.example/talent",
        "fee": "0",
        "proofs_folder": "no-such",
        "tables": {
            "activity": {"from": "x"},
            "opinions": {"from": "a.", "columns": {"units": "x", "score": " "}},
            "proofs": {"form": "x"},
        },
    }
    wanted = "fee proofs_folder tables.activity tables.opinions.columns.score tables.opinions.columns.units"
    wanted += " tables.opinions.from tables.proofs.form"
    lines = refused(case.write())
    assert sorted(line.split(": ")[1] for line in lines) == wanted.split()


def test_keys_of_a_database_are_refused_beside_files(case: Case) -> None:
    case.params |= {"tables": {}, "proofs_folder": "."}
    assert [line.split(": ")[1] for line in refused(case.write())] == ["tables", "proofs_folder"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"evidence": "nosuch://db.example/x"}, "not installed here"),
        ({"evidence": "mysql+nosuch://db.example/x"}, "not installed here"),
        ({"evidence": "sqlite:////no/such.db"}, "no database that can be opened"),
        ({"evidence": f"sqlite:///{__file__}"}, "no database that can be opened"),
        ({"evidence": "postgresql://127.0.0.1:1/x?connect_timeout=3"}, "no database that can be opened"),
        ({"tables": {"opinions": {"from": "opinion"}}}, "no table or view 'opinion'"),
        ({"tables": {"opinions": {"from": "other.opinions"}}}, "no table or view 'other.opinions'"),
        ({"tables": {"proofs": {"columns": {"path": "p"}}}}, "no table or view 'proofs' or '佐证材料'"),
        ({"tables": {"opinions": {"columns": {"score": "points"}}}}, "no column 'points'"),
    ],
)
def test_what_params_name_and_is_not_there_is_refused(case: Case, said: dict[str, Any], found: str) -> None:
    (line,) = refused(stored(case, {"opinions": (["unit", "score"], [["U1", 1]])}, **said))
    assert found in line


@pytest.mark.parametrize(
    ("tables", "found"),
    [
        ({"opinions": (["unit"], []), "成员单位意见": (["unit"], [])}, "both 'opinions' and"),
        ({"opinions": (["unit", "成员单位"], [])}, "both unit and 成员单位"),
        ({"Opinion": (["unit"], [])}, "none of the tables"),
    ],
)
def test_what_could_be_meant_in_two_ways_or_in_none_is_refused(
    case: Case, tables: Tables, found: str
) -> None:
    (line,) = refused(stored(case, tables))
    assert found in line


@pytest.mark.parametrize("value", [b"\x00\xff", b""])
def test_a_value_that_is_no_text_is_evidence_that_cannot_be_read(case: Case, value: bytes) -> None:
    (line,) = refused(stored(case, {"opinions": (["unit", "comment"], [["U1", value]])}), UnreadableEvidence)
    assert "opinions in 'opinions', comment" in line and "bytes" in line


def test_text_that_is_no_unicode_is_not_told(case: Case) -> None:
    path = stored(case, {"opinions": (["unit", "comment"], [])})
    with sqlite3.connect(case.folder / "e.db") as made:
        made.execute("INSERT INTO opinions VALUES ('U1', CAST(? AS TEXT))", [b"hunter2\xff"])
    made.close()
    (line,) = refused(path, UnreadableEvidence)
    assert "'opinions'" in line and "OperationalError" in line


def test_a_column_of_a_type_that_is_no_cell_is_refused_even_if_it_is_empty(case: Case) -> None:
    path = stored(case, {"proofs": (["proof_id"], [])})
    with sqlite3.connect(case.folder / "e.db") as made:
        made.execute("CREATE TABLE opinions (unit TEXT, score BLOB, comment JSON, other BLOB)")
    made.close()
    one, two = refused(path, UnreadableEvidence)
    assert "score" in one and "BLOB" in one and "comment" in two and "JSON" in two


def test_exit_statuses(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[int, str]] = []
    wrong: tuple[Tables, ...] = ({"opinions": (["unit"], [[b"x"]])}, {"x": (["unit"], [])})
    for given in wrong:
        path = stored(case, given)
        for command in ("score", "check", "run"):
            status = main(["-q", command, str(path)])
            told.append((status, capsys.readouterr().err))
    assert [status for status, _ in told] == [3, 3, 3, 2, 2, 2]
    assert all(len(text.splitlines()) == 1 and text.startswith("talentcalc: case.yaml") for _, text in told)


def test_the_credentials_of_the_environment_are_not_told(
    case: Case, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TALENTCALC_DB_USER", f"{SECRET}-user")
    monkeypatch.setenv("TALENTCALC_DB_PASSWORD", SECRET)
    case.params["evidence"] = "postgresql://127.0.0.1:1/talent?sslmode=disable"
    assert main(["-q", "run", str(case.write())]) == 2
    told = capsys.readouterr()
    assert "hunter2" not in told.out + told.err and "postgresql://127.0.0.1:1/talent'" in told.err


@pytest.mark.parametrize("path", ["activities.csv", "x.PARQUET", "a/../b.xlsx"])
def test_a_proof_that_would_pass_for_a_table_is_refused(case: Case, path: str) -> None:
    (case.folder / "shelf/a").mkdir(parents=True)
    (case.folder / "shelf" / os.path.normpath(path)).write_bytes(b"x")
    row = ["P1", "electronic", path]
    (line,) = refused(
        stored(
            case,
            {"proofs": (["proof_id", "medium", "path"], [row])},
            proofs_folder=str(case.folder / "shelf"),
        ),
        UnreadableEvidence,
    )
    assert "a proof at" in line
