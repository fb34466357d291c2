"""A database as the source: the same result as files, the same bytes, nothing written to it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy
import yaml

from talentcalc.cli import main
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.stores.database import read_transaction
from talentcalc.evidence.stores.snapshot import in_files
from talentcalc.params.audit import open_audit
from talentcalc.rollover.league_year import next_year_file
from tests.conftest import BOOK, ROOT, Case
from tests.support.archive_packages import files
from tests.support.databases import (
    SAMPLES,
    SECRET,
    Tables,
    book_of,
    but_for_files,
    fill,
    in_sqlite,
    params_of,
    repository,
    stored,
    tables_in,
)
from tests.support.documents import assess_file

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_database_gives_the_same_result_as_files(tmp_path: Path, sample: str) -> None:
    evidence = repository(tmp_path, sample)
    expected = assess_file(params_of(tmp_path, sample, "files", evidence="files"), analysis=False)
    mapping = in_sqlite(evidence, tmp_path / "e.db", book_of(SAMPLES[sample]))
    said: dict[str, Any] = {"evidence": "sqlite:///e.db", "tables": mapping, "proofs_folder": "files"}
    result = assess_file(params_of(tmp_path, sample, **said), analysis=False)
    assert but_for_files(result) == but_for_files(expected)
    read = {one["file"] for one in result["evidence"].values() if "file" in one}
    assert read == {f"{name}.csv" for name in mapping}


@pytest.mark.parametrize("chinese", [False, True])
def test_without_a_mapping_tables_have_their_name_or_title(case: Case, chinese: bool) -> None:
    path = case.many("work_orders", 6).add("opinions", {"unit": "U1", "score": "90"}).write()
    expected = assess_file(path, analysis=False)
    made: Tables = {}
    for name, (header, rows) in tables_in(case.folder / "evidence").items():
        spec = BOOK.tables[name]
        titles = [spec.columns[column].title if chinese else column for column in header]
        made[spec.title if chinese else name] = titles, rows
    fill(case.folder / "e.db", made)
    case.params["evidence"] = f"sqlite:///{case.folder}/e.db"
    assert but_for_files(case.result()) == but_for_files(expected)


def written(params: Path) -> dict[str, bytes]:
    """The files of an audit's snapshot."""
    with in_files(open_audit(params)) as audit:
        assert stat.S_IMODE(audit.evidence.stat().st_mode) == 0o700
        assert {stat.S_IMODE(one.stat().st_mode) for one in audit.evidence.glob("*.csv")} == {0o600}
        return files(audit.evidence)


def test_the_same_rows_give_the_same_bytes(case: Case) -> None:
    # By hand: the rulebook's columns in its order, rows by key and then by the rest; code points, not words.
    header = ["note", "comment", "score", "unit"]
    rows = [["x", "b", 1.0, "b"], ["x", None, 0.1, "B"], ["x", "", 2, "é"], ["x", "a,\n", 1.50, "b"]]
    expected = 'unit,score,comment\nB,0.1,\nb,1,b\nb,1.5,"a,\n"\né,2,\n'
    for order in (rows, rows[::-1]):
        assert written(stored(case, {"opinions": (header, order)})) == {"opinions.csv": expected.encode()}


NAMES = ['a"b', "x'; DROP TABLE opinions; --", "%s%%(a)s", ":p", "a b\n,c", "表\u200b\u3000", "$1 ?", "or"]
VALUES = ["'; DROP TABLE x; --", '"', "a\r\nb\n", "=1+1", "%(x)s", "\ufeff甲", "a\x00b", "x" * 70_000, ","]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_and_values_are_only_names_and_values(case: Case, name: str) -> None:
    rows = [[f"U{n}", value, n] for n, value in enumerate(VALUES)]
    mapping = {"opinions": {"from": f"{name}t", "columns": {"unit": f"{name}u", "comment": name}}}
    path = stored(case, {f"{name}t": ([f"{name}u", name, "score"], rows)}, tables=mapping)
    with in_files(open_audit(path)) as audit:
        read = read_evidence(audit.evidence, BOOK)["opinions"].frame
    assert read["comment"].tolist() == [value.strip() for value in VALUES]
    assert read["unit"].tolist() == [row[0] for row in rows]


def test_a_missing_column_is_a_finding_as_in_a_file(case: Case) -> None:
    result = assess_file(stored(case, {"opinions": (["unit", "other"], [["U1", "x"]])}))
    assert result["status"] == "blocked"
    assert "opinions.columns.present" in {one["check"] for one in result["findings"]}


def test_frames_are_those_of_files(case: Case) -> None:
    # SQLite has numbers, and 1 and 0 for booleans; files have text.
    case.many("work_orders", 2).add("work_orders", {"client_confirmed": "false"}).write()
    expected = read_evidence(case.folder / "evidence", BOOK)["work_orders"].frame
    header, rows = tables_in(case.folder / "evidence")["work_orders"]
    place = header.index("client_confirmed")
    typed = [[*row[:place], int(row[place] == "true"), *row[place + 1 :]] for row in rows]
    with in_files(open_audit(stored(case, {"work_orders": (header, typed)}))) as audit:
        pd.testing.assert_frame_equal(read_evidence(audit.evidence, BOOK)["work_orders"].frame, expected)


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is sent to a database."""
    sent: list[str] = []

    def heard(*given: Any) -> None:
        sent.append(str(given[2]))

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", heard)
    yield sent
    sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", heard)


def test_a_database_is_only_read(case: Case, statements: list[str]) -> None:
    path = stored(case, {"opinions": (["unit", "score"], [["U1", 1]])})
    before = (case.folder / "e.db").read_bytes()
    assess_file(path)
    assert statements and {one.split()[0] for one in statements} == {"SELECT", "PRAGMA", "BEGIN"}
    database = open_audit(path).database
    assert database is not None
    with read_transaction(database) as reading:
        for attempt in ("DELETE FROM opinions", "CREATE TABLE made (x)", "PRAGMA user_version = 5"):
            with pytest.raises(sqlalchemy.exc.OperationalError, match=r"readonly|read-only"):
                reading.connection.exec_driver_sql(attempt)
    assert (case.folder / "e.db").read_bytes() == before
    assert [one.name for one in case.folder.iterdir() if one.name.startswith("e.db")] == ["e.db"]


def test_a_proof_outside_its_folder_is_not_taken(case: Case) -> None:
    (case.folder / "shelf").mkdir()
    (case.folder / "secret.txt").write_text(SECRET, "utf-8")
    (case.folder / "shelf/link.txt").symlink_to(case.folder / "secret.txt")
    paths = ["../secret.txt", "link.txt", str(case.folder / "secret.txt"), "no.txt", "a\x00b", "."]
    rows = [[f"P{n}", "electronic", path] for n, path in enumerate(paths)]
    given = {"proofs": (["proof_id", "medium", "path"], rows)}
    assert set(written(stored(case, given, proofs_folder=str(case.folder / "shelf")))) == {"proofs.csv"}


@pytest.mark.parametrize("linked", [True, False])
def test_a_proof_is_linked_or_copied(case: Case, monkeypatch: pytest.MonkeyPatch, linked: bool) -> None:
    def never(*_: object) -> None:
        raise OSError("another disk")

    if not linked:
        monkeypatch.setattr(os, "link", never)
    (case.folder / "shelf/a").mkdir(parents=True)
    (case.folder / "shelf/a/b.txt").write_bytes(b"proof")
    rows = [["P1", "electronic", "a/b.txt"], ["P2", "electronic", " a/./b.txt "]]
    path = stored(
        case,
        {"proofs": (["proof_id", "medium", "path"], rows)},
        proofs_folder=str(case.folder / "shelf"),
    )
    assert written(path)["a/b.txt"] == b"proof"
    assert (case.folder / "shelf/a/b.txt").read_bytes() == b"proof"


def test_next_year_of_a_database_is_a_folder_of_evidence(case: Case) -> None:
    path = stored(case, {"opinions": (["unit"], [])})
    path = path.rename(path.with_name("city-2025.yaml"))
    audit = open_audit(path)
    assert next_year_file(audit) == audit.root / "evidence/city-2026/homes.csv"


def test_nothing_of_a_check_is_left(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    path = stored(case, {"opinions": (["unit", "score"], [["U1", 1]])})
    for command in ("score", "check"):
        main(["-q", command, str(path)])
    capsys.readouterr()
    assert [one for one in (tmp_path / "tmp").rglob("*") if one.is_file()] == []


def test_readme_shows_a_mapping_that_is_allowed(case: Case) -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("\n## A database as the source\n")[2]
    example = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    (case.folder / "proofs").mkdir()
    case.params |= example | {"proofs_folder": str(case.folder / "proofs")}
    database = open_audit(case.write()).database
    assert database is not None and database.tables.keys() == example["tables"].keys()
