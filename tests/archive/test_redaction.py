"""Personal data: what is published has pseudonyms for persons, and not a point, rank or yuan changes."""

import csv
import hmac
import json
import unicodedata
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.core.errors import InputError
from talentcalc.evidence.evidence import Evidence
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess_plainly
from talentcalc.redaction import original, pseudonyms
from talentcalc.redaction.pseudonyms import fingerprint, pseudonym
from talentcalc.redaction.same_points import same_points
from tests.conftest import BOOK, Case
from tests.support.archive_packages import redacted as redacted_evidence
from tests.support.archive_packages import what_was_found
from tests.support.city import City
from tests.support.documents import ResultJson, document_of, result_of
from tests.unit.test_evidence_forms import FORMS, filled

pytestmark = pytest.mark.slow

SECRET = bytes(range(32))
HOSTILE = [
    *('=cmd()|"x"!A0', "一行\n二行\r三行", 'Zoé, "甲"', "𠮷野家\u200d\u202e", "\x1b[31m红", "a/b", "#2"),
    *("空 格", "P0123456789abcdef", "'; DROP TABLE", "\x85x", "NULL", "nan", "-", "007", "7.0"),
]


def redacted(params: Path, folder: Path, secret: bytes = SECRET) -> tuple[ResultJson, Evidence, ResultJson]:
    """The result as it was, and evidence and result as published; the same points."""
    audit = open_audit(params)
    evidence, note = redacted_evidence(audit, secret, folder)
    _, before = assess_plainly(audit, analysis=False)
    read, after = assess_plainly(open_audit(params, evidence=evidence, redaction=note), analysis=False)
    assert same_points(before, after) == ()
    return document_of(before), read, document_of(after)


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of a redacted table, read with the csv module alone."""
    with (folder / f"evidence/{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_person_has_one_pseudonym_in_every_table_and_year(city: City, tmp_path: Path) -> None:
    city.add("talents", {"talent_id": "林一"}, {"talent_id": "T2"})
    city.add("staff", {"person_id": "林一 "}).visit(["林一", "T2"]).add("redemptions", {"talent_id": "林一"})
    before, _, after = redacted(city.write(), tmp_path / "a")
    one = pseudonym(SECRET, "林一")
    for table, column in (("talents", "talent_id"), ("staff", "person_id"), ("redemptions", "talent_id")):
        assert rows_of(tmp_path / "a", table)[0][column] == one
    assert [row["talent_id"] for row in rows_of(tmp_path / "a", "checkins")] == [one, pseudonym(SECRET, "T2")]
    assert set(before["talents"]) == {"林一", "T2"} and one in after["talents"]
    # He is on the staff of the home where he checked in, before as after.
    assert "checkins.own_staff" in {found["check"] for found in after["findings"]}
    city.params["year"] = 2026
    city.tables["checkins"][0]["at"] = "2026-04-01 10:00:00"
    city.tables["redemptions"][0]["redeemed_on"] = "2026-05-01"
    redacted(city.write(), tmp_path / "b")
    assert rows_of(tmp_path / "b", "talents") == rows_of(tmp_path / "a", "talents")


def test_another_secret_gives_other_pseudonyms_and_the_same_points(case: Case, tmp_path: Path) -> None:
    case.add("activities", {"kind": "exchange"}).attend("A0001", ["甲", "乙"])
    params = case.write()
    redacted(params, tmp_path / "a")
    redacted(params, tmp_path / "b", b"x" * 32)
    a, b = ({row["person_id"] for row in rows_of(tmp_path / name, "attendance")} for name in "ab")
    assert len(a) == len(b) == 2 and not a & b
    keys = [json.loads((tmp_path / name / "redaction.json").read_text())["key"] for name in "ab"]
    assert keys == [fingerprint(SECRET), fingerprint(b"x" * 32)]


def coverage(result: ResultJson) -> list[tuple[str, int]]:
    """Of every item of sign-ins: its quantity, and how many rows do not count."""
    return [
        (item["quantity"], len(item["set_aside"]))
        for board in result["boards"].values()
        for indicator in board["indicators"].values()
        for item in indicator["items"].values()
        if item["table"] == "attendance"
    ]


def test_a_rejected_sign_in_is_set_aside_under_its_new_key(case: Case, tmp_path: Path) -> None:
    case.add("activities", {"kind": "exchange"}).attend("A0001", ["甲", "乙", "a/b", " 丙"])
    for person in ("甲", "a/b", "丙"):
        case.add("verifications", {"table": "attendance", "row_id": f"A0001/{person}"})
    case.add("proofs", {"table": "attendance", "row_id": "A0001/乙", "medium": "paper"})
    params = case.write()
    before, evidence, after = redacted(params, tmp_path / "r")
    assert ("1", 3) in coverage(before) and coverage(before) == coverage(after)
    named = {row["row_id"] for row in rows_of(tmp_path / "r", "verifications")}
    assert named == {f"A0001/{pseudonym(SECRET, person)}" for person in ("甲", "a/b", "丙")}
    proof = rows_of(tmp_path / "r", "proofs")[-1]
    assert (proof["table"], proof["row_id"]) == ("attendance", f"A0001/{pseudonym(SECRET, '乙')}")
    assert set(evidence["verifications"].frame["row_id"]) <= set(evidence["attendance"].keys)
    (tmp_path / "r/evidence/verifications.csv").unlink()
    _, accepted = assess_plainly(
        open_audit(params, evidence=tmp_path / "r/evidence", redaction=tmp_path / "r/redaction.json")
    )
    assert ("4", 0) in coverage(document_of(accepted))
    assert "result.boards" in str(same_points(result_of(before), accepted)[0])


def test_keys_of_other_tables_stay_and_what_names_no_row_becomes_a_pseudonym(
    city: City, tmp_path: Path
) -> None:
    city.many("talents", 1).add("events", {}).visit(["T001"], event_id="E0001")
    named = [("checkins", "C0001"), ("events", "E0001"), ("talents", "T001"), ("talents", "张三")]
    named += [("某处", "李四"), ("", "王五"), ("", "")]
    city.add("sanctions", *({"kind": "warning", "table": table, "row_id": row} for table, row in named))
    city.add("sanctions", {"kind": "void", "table": "checkins", "row_id": "C0001"})
    redacted(city.write(), tmp_path / "r")
    assert [row["row_id"] for row in rows_of(tmp_path / "r", "sanctions")] == [
        *("C0001", "E0001"),
        *(pseudonym(SECRET, one) for one in ("T001", "张三", "李四", "王五")),
        *("", "C0001"),
    ]


def test_hostile_values_become_pseudonyms_like_any_other(case: Case, tmp_path: Path) -> None:
    case.add("activities", {"kind": "exchange", "title": '=1+1,"题"\r\n二行'}).attend("A0001", HOSTILE)
    case.add("verifications", *({"table": "attendance", "row_id": f"A0001/{one}"} for one in HOSTILE[:4]))
    case.add("work_orders", *({"client": one} for one in HOSTILE))
    redacted(case.write(), tmp_path / "r")
    expected = [pseudonym(SECRET, one) for one in HOSTILE]
    assert len(set(expected)) == len(HOSTILE)
    assert [row["person_id"] for row in rows_of(tmp_path / "r", "attendance")] == expected
    assert [row["client"] for row in rows_of(tmp_path / "r", "work_orders")] == expected
    assert rows_of(tmp_path / "r", "activities")[0]["title"] == '\'=1+1,"题"\r\n二行'  # text, no formula


def test_one_name_in_two_unicode_forms_is_one_person(case: Case, tmp_path: Path) -> None:
    for number in range(2):
        case.add("activities", {"kind": "exchange", "held_on": f"2025-03-0{number + 1}"})
    case.attend("A0001", ["Zoe\u0301"]).attend("A0002", ["\u3000Zo\u00e9 "])
    before, _, _ = redacted(case.write(), tmp_path / "r")
    assert len({row["person_id"] for row in rows_of(tmp_path / "r", "attendance")}) == 1
    assert before["status"] != "blocked"


PERSONS = st.lists(
    st.sampled_from(HOSTILE)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
    unique_by=lambda one: unicodedata.normalize("NFC", one).strip(),
    max_size=6,
).map(lambda persons: [one for one in persons if one.strip()])


@given(PERSONS, st.sets(st.integers(0, 5)), st.sampled_from(["persons", "attendances"]), st.data())
@settings(max_examples=15, deadline=None)
def test_any_persons_can_be_redacted_and_no_point_changes(
    tmp_path_factory: pytest.TempPathFactory,
    persons: list[str],
    rejected: set[int],
    counted: str,
    data: st.DataObject,
) -> None:
    case = Case(tmp_path_factory.mktemp("any"), params={"readings": {"exchange_coverage": counted}})
    case.add("activities", {"kind": "exchange"}, {"kind": "policy_training"}).attend("A0001", persons)
    case.attend("A0002", data.draw(st.permutations(persons)) if persons else [])
    for number in sorted(rejected & set(range(len(persons)))):
        person = unicodedata.normalize("NFC", persons[number]).strip()
        case.add("verifications", {"table": "attendance", "row_id": f"A0001/{person}"})
    case.add("register", *({"entity_id": one, "name": one, "certificate_no": one} for one in persons))
    before, evidence, after = redacted(case.write(), case.folder / "r")
    assert before["status"] != "blocked"
    assert coverage(before) == coverage(after)
    assert evidence["attendance"].frame["person_id"].nunique() == len(persons)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_evidence_gives_the_same_redacted_audit(
    case: Case, tmp_path: Path, form: str
) -> None:
    filled(case).add("verifications", {"table": "attendance", "row_id": "A0002/P1"})
    expected, plain, _ = redacted(case.write(), tmp_path / "plain")
    (tmp_path / "other").mkdir()
    case.params["evidence"] = str(FORMS[form](case, tmp_path / "other"))
    before, got, _ = redacted(case.write(), tmp_path / "r")
    assert same_points(result_of(expected), result_of(before)) == ()
    for name in BOOK.tables:
        pd.testing.assert_frame_equal(got[name].frame, plain[name].frame, obj=name)
    suffixes = {path.suffix for path in (tmp_path / "r/evidence").iterdir()}
    assert suffixes == {".parquet" if "Parquet" in form else ".csv"}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_large_table_is_redacted_in_parts(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(original, "ROWS", 3)
    monkeypatch.setattr(pseudonyms, "_GATHERED", 2)
    city.many("talents", 8).visit([f"T00{1 + n % 8}" for n in range(20)], device="=1+1")
    params = city.write()
    if suffix == ".parquet":
        file = city.folder / "evidence/checkins.csv"
        frame = pd.read_csv(file, dtype=str, parse_dates=["at"])
        frame.to_parquet(file.with_suffix(suffix), index=False)
        file.unlink()
    _, evidence, _ = redacted(params, tmp_path / "r")
    assert evidence.stored["checkins"].rows == 20
    if suffix == ".parquet":
        file = pq.ParquetFile(tmp_path / "r/evidence/checkins.parquet")
        assert {str(one.type) for one in file.schema_arrow} == {"string"}
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        assert file.metadata.num_row_groups == 7
        devices = file.read()["device"].to_pylist()
    else:
        devices = [row["device"] for row in rows_of(tmp_path / "r", "checkins")]
    assert devices == [pseudonym(SECRET, "=1+1")] * 20


def test_only_columns_that_the_rulebook_knows_are_published(case: Case, tmp_path: Path) -> None:
    params = case.many("work_orders", 1).write()
    file = case.folder / "evidence/work_orders.csv"
    header, row = file.read_text("utf-8").splitlines()
    file.write_text(f"备注,{header}\n电话13800000000,{row}\n", "utf-8")
    (case.folder / "evidence/notes.md").write_text("name\n张三\n", "utf-8")
    redacted(params, tmp_path / "r")
    assert set(rows_of(tmp_path / "r", "work_orders")[0]) == set(BOOK.tables["work_orders"].columns)
    assert {one.name for one in (tmp_path / "r/evidence").iterdir()} == {"proofs.csv", "work_orders.csv"}


def proven(case: Case) -> Path:
    """One work order with an electronic proof whose name tells of a person."""
    case.add("work_orders", {}, proven=False)
    proof = {"table": "work_orders", "row_id": "W0001", "medium": "electronic", "path": "佐证/张三.txt"}
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # of abc, FIPS 180
    params = case.add("proofs", proof | {"sha256": sha256}).write()
    (case.folder / "evidence/佐证").mkdir()
    (case.folder / "evidence/佐证/张三.txt").write_text("abc")
    return params


def test_proofs_are_withheld_and_their_hashes_still_checked(case: Case, tmp_path: Path) -> None:
    params = proven(case)
    before, _, after = redacted(params, tmp_path / "r")
    assert {path.suffix for path in (tmp_path / "r").rglob("*.*")} == {".csv", ".json"}
    path = pseudonym(SECRET, "佐证/张三.txt")
    plain = before["proofs"]["files"]["佐证/张三.txt"]
    sha256 = hmac.digest(SECRET, b"talentcalc proof " + plain.encode(), "sha256").hex()
    assert rows_of(tmp_path / "r", "proofs")[0]["sha256"] == sha256
    assert after["proofs"]["files"] == {path: sha256}
    note = tmp_path / "r/redaction.json"
    said = json.loads(note.read_text("utf-8"))
    assert said["withheld"] == {path: sha256}
    assert said["columns"] == {"proofs": ["path"], "work_orders": ["client"]}
    forgeries: list[tuple[dict[str, str], str]] = [({path: "0" * 64}, "proofs.file_same")]
    for forged, check in (*forgeries, ({}, "proofs.file_there")):
        note.write_text(json.dumps(said | {"withheld": forged}), "utf-8")
        _, found = assess_plainly(open_audit(params, evidence=tmp_path / "r/evidence", redaction=note))
        critical = [one.check for one in found.found("critical")]
        assert critical == [check] and found.status == "blocked"


def test_a_blocked_audit_is_not_published(case: Case, tmp_path: Path) -> None:
    params = case.add("work_orders", {"opened_on": "2025-03-09"}).write()
    audit = open_audit(params)
    evidence, note = redacted_evidence(audit, SECRET, tmp_path / "r")
    _, before = assess_plainly(audit)
    _, after = assess_plainly(open_audit(params, evidence=evidence, redaction=note))
    assert [what_was_found(one) for one in same_points(before, after)] == ["blocked", "blocked"]


@pytest.mark.parametrize(
    ("file", "content", "check"),
    [
        ("activities.csv", b"\xff\xff", "activities.readable"),
        ("activities.csv", b"activity_id\n1,2\n", "activities.shape"),
        ("activities.csv", b"activity_id,activity_id\n1,2\n", "activities.activity_id.once"),
        ("work_orders.parquet", b"PAR1", "work_orders.readable"),
        ("more.xlsx", b"", "evidence.readable"),
    ],
)
def test_evidence_that_cannot_be_read_whole_is_refused(
    case: Case, tmp_path: Path, file: str, content: bytes, check: str
) -> None:
    params = case.many("work_orders", 1).write()
    (case.folder / "evidence" / file).write_bytes(content)
    with pytest.raises(InputError, match=check):
        redacted_evidence(open_audit(params), SECRET, tmp_path / "r")
    assert not (tmp_path / "r/redaction.json").exists()


def test_neither_a_redacted_audit_nor_a_folder_in_use_is_redacted(case: Case, tmp_path: Path) -> None:
    params = case.many("work_orders", 1).write()
    evidence, note = redacted_evidence(open_audit(params), SECRET, tmp_path / "r")
    with pytest.raises(InputError, match="exists"):
        redacted_evidence(open_audit(params), SECRET, tmp_path / "r")
    with pytest.raises(InputError, match="a redacted audit"):
        redacted_evidence(open_audit(params, evidence=evidence, redaction=note), SECRET, tmp_path / "s")


def test_what_differs_is_named_and_no_value_is(case: Case) -> None:
    case.add("activities", {"kind": "exchange"}).attend("A0001", ["甲", "乙"])
    _, before = assess_plainly(open_audit(case.write()))
    other = document_of(before)
    other["payment"]["payable"] = "1.00"
    other["evidence"]["attendance"]["rows"] = 1
    other["findings"] = []
    found = [one.where for one in same_points(before, result_of(other))]
    assert found[:2] == ["result.evidence.attendance.rows", "result.findings"] and len(found) == 3
    assert "1.00" not in str(same_points(before, result_of(other)))
