"""What changed between two audits, and what each change did: every number by hand, or a second way."""

import copy
import dataclasses
import random
import shutil
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.comparison.difference import difference
from talentcalc.comparison.side import Side, opened
from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess_plainly
from talentcalc.report.terminal.difference import diff_lines
from talentcalc.result.document import canonical
from talentcalc.rulebook.load import SHELF
from tests.conftest import BOOK, ROOT, Case
from tests.support.city import City
from tests.support.crowds import memory_for
from tests.support.documents import ResultJson, document_of, least, result_of, scored_of

pytestmark = pytest.mark.slow

NOTHING: ResultJson = {"software": {}, "evidence": {}, "rulings": {}, "terms": {}, "rulebook": {}}
YEAR, PAPER = {"kind": "annual"}, {"medium": "paper"}
PER_FIVE = 'points: "0.4", per: "5"'  # B09: 每 5 单 0.4 分


def side_of(params: Path, name: str = "", rulebook: Path | None = None) -> Side:
    """An audit that was just run, under another rulebook than the installed one if that is given."""
    audit = open_audit(params)
    book = rulebook or SHELF / audit.rulebook.id / "rulebook.yaml"
    side = Side(name or params.parent.name, result_of(least()), params, audit.evidence, book)
    return dataclasses.replace(side, result=assess_plainly(opened(side), analysis=False)[1])


def again(case: Case, folder: str) -> Case:
    """The same audit once more, in a folder beside, to be changed."""
    beside = case.folder.with_name(f"{case.folder.name}-{folder}")
    return Case(beside, copy.deepcopy(case.tables), copy.deepcopy(case.params))


def compared(a: Case | City, b: Case | City) -> ResultJson:
    """The difference of two audits; its lines can be made, and the sums are right."""
    found = difference(side_of(a.write()), side_of(b.write()))
    if "effects" in found:
        must_add_up(found)
    assert "不相符" not in "\n".join(diff_lines(found))
    return found


def must_add_up(found: ResultJson) -> None:
    """The effects of all parts together are exactly what is different between the two."""
    summed: dict[tuple[str, ...], Fraction] = {}
    for effect in found["effects"]:
        for path, by in leaves(effect["figures"]):
            assert Fraction(by) != 0
            summed[path] = summed.get(path, Fraction(0)) + Fraction(by)
    moved = {path: Fraction(b or 0) - Fraction(a or 0) for path, (a, b) in leaves(found["figures"])}
    assert {path: by for path, by in summed.items() if by} == {path: by for path, by in moved.items() if by}


def leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The values of a tree, by path."""
    if isinstance(tree, dict):
        for name, branch in tree.items():
            yield from leaves(branch, (*path, name))
    else:
        yield path, tree


def effect_of(found: ResultJson, *parts: str) -> ResultJson:
    """What these parts did together."""
    (figures,) = (one["figures"] for one in found["effects"] if one["together"] == list(parts))
    assert isinstance(figures, dict)
    return figures


def only(found: ResultJson, part: str) -> ResultJson:
    """What the one part did that did anything."""
    assert [name for name, change in found["parts"].items() if change] == [part]
    for other in NOTHING:
        assert other == part or effect_of(found, other) == {}
    return effect_of(found, part)


def corrected_book(folder: Path, *replaced: tuple[str, str], name: str = "dongsheng-2025") -> Path:
    """The rulebook with some words replaced, in a folder of its own."""
    shutil.copytree(SHELF / name, folder / name)
    file = folder / name / "rulebook.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in replaced:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_same_twice_is_no_difference(case: Case) -> None:
    case.many("work_orders", 6).add("judgements", {"item": "B04.2", "mark": "0.5"})
    for other in (case, again(case, "b")):
        found = compared(case, other)
        assert found["parts"] == NOTHING
        assert [(one["together"], one["figures"]) for one in found["effects"]] == [
            ([part], {}) for part in NOTHING
        ]
    assert "\n".join(diff_lines(found)).count("没有变化") == 10  # five parts: their effects, their changes


def test_a_row_more_lifts_a_unit(case: Case) -> None:
    # B09, 每 5 单 0.4 分: 4 orders earn nothing, the fifth 0.40; below 60 points the share stays 10 %.
    case.many("work_orders", 4)
    more = again(case, "b").add("work_orders", {})
    found = compared(case, more)
    assert only(found, "evidence") == {"boards": {"base": "0.40"}, "indicators": {"B09": "0.40"}}
    tables = found["parts"]["evidence"]["tables"]
    assert tables.keys() == {"work_orders", "proofs"}
    assert tables["work_orders"] == {
        "rows": [4, 5],
        "added": {"count": 1, "keys": ["W0005"]},
        "removed": {"count": 0, "keys": []},
        "changed": {"count": 0, "rows": {}},
    }
    assert effect_of(compared(more, case), "evidence")["indicators"] == {"B09": "-0.40"}


def test_points_become_money(case: Case) -> None:
    # A02, 10 services 2 points, so 0.2 each: 0.2 ÷ 100 × 60 % × 1,000,000 = 1,200 yuan.
    case.many("contracts", 9)
    moved = only(compared(case, again(case, "b").add("contracts", {})), "evidence")
    assert moved["indicators"] == {"A02": "0.20"}
    assert moved["payment"] == {"entitlement": "1200.00", "payable": "1200.00"}


def test_a_rejected_verification(case: Case) -> None:
    case.many("work_orders", 5)
    found = compared(case, again(case, "b").add("verifications", {"table": "work_orders", "row_id": "W0003"}))
    assert only(found, "rulings")["indicators"] == {"B09": "-0.40"}
    assert found["parts"]["rulings"]["tables"]["verifications"]["added"]["keys"] == ["work_orders/W0003"]


def test_a_changed_mark(case: Case) -> None:
    case.add("judgements", {"item": "B04.2", "mark": "0.50"})
    other = again(case, "b")
    other.tables["judgements"][0]["mark"] = "0.9"
    found = compared(case, other)
    assert only(found, "rulings") == {"boards": {"base": "0.40"}, "indicators": {"B04": "0.40"}}
    changed = found["parts"]["rulings"]["tables"]["judgements"]["changed"]
    assert changed == {"count": 1, "rows": {"B04.2/R1": {"mark": ["0.50", "0.9"]}}}
    other.tables["judgements"][0]["mark"] = "0.5"  # the same mark, written otherwise
    assert compared(case, other)["parts"] == NOTHING


def test_a_reading(case: Case) -> None:
    # 4 ÷ 5 × 0.4 = 0.32; thirds have no last digit, and the sums are exact all the same.
    case.many("work_orders", 4).many("activities", 11, kind="showcase")
    other = again(case, "b")
    other.params["readings"] = {"partial_units": "pro_rata"}
    found = compared(case, other)
    assert only(found, "rulings")["indicators"] == {"B03": "0.666666666667", "B09": "0.32"}
    assert found["parts"]["rulings"] == {"readings": {"partial_units": ["whole", "pro_rata"]}}
    other.params["readings"] = {"partial_units": "whole"}  # what was in force anyhow
    assert compared(case, other)["parts"] == NOTHING


def test_terms_and_their_money(case: Case) -> None:
    # No points: 10 % of the fee. 2,000,000 − 1,000,000 = 1,000,000 more of it, and 50,000 paid.
    other = again(case, "b")
    other.params |= {"fee": "2000000.00", "paid": "50000.00", "subject": "另一中心"}
    found = compared(case, other)
    assert only(found, "terms") == {"payment": {"entitlement": "100000.00", "payable": "50000.00"}}
    assert found["parts"]["terms"] == {
        "fee": ["1000000.00", "2000000.00"],
        "paid": ["0", "50000.00"],
        "subject": ["示例中心", "另一中心"],
    }
    lines = diff_lines(found)
    assert "  总体运营费  1,000,000.00 元 → 2,000,000.00 元" in lines
    assert "  对象  示例中心 → 另一中心" in lines


def test_a_corrected_rulebook(case: Case, tmp_path: Path) -> None:
    book = corrected_book(tmp_path / "book", (PER_FIVE, 'points: "0.4", per: "4"'))
    params = case.many("work_orders", 4).write()
    found = difference(side_of(params), side_of(params, rulebook=book))
    must_add_up(found)
    assert only(found, "rulebook")["indicators"] == {"B09": "0.40"}
    part = found["parts"]["rulebook"]
    assert part["differs"] == {"scorecard": {"added": [], "removed": [], "changed": ["B09.1"]}}
    assert len(set(part["sha256"])) == 2
    assert "  指标  更改 B09.1" in diff_lines(found)


def test_a_rulebook_that_is_only_written_otherwise(case: Case, tmp_path: Path) -> None:
    book = corrected_book(tmp_path / "book", (PER_FIVE, 'points: "0.4",  per: "5"'))
    params = case.write()
    found = difference(side_of(params), side_of(params, rulebook=book))
    assert found["parts"]["rulebook"]["differs"] == {}
    assert effect_of(found, "rulebook") == {}


def test_a_reading_that_only_one_rulebook_knows(case: Case, tmp_path: Path) -> None:
    # 9 services worth 5,000,000: 3.80, and joint 1.80 (worked case 5); A's rulebook calls it otherwise.
    named = (("joint: 项数满 10 项", "both: 项数满 10 项"), ("joint: {item: A02.1", "both: {item: A02.1"))
    book = corrected_book(tmp_path / "book", *named)
    case.many("contracts", 8, amount="555555.55").add("contracts", {"amount": "555555.60"})
    other = again(case, "b")
    other.params["readings"] = {"services_gate": "joint"}
    found = difference(side_of(case.write(), rulebook=book), side_of(other.write()))
    must_add_up(found)
    assert effect_of(found, "rulings", "rulebook")["indicators"] == {"A02": "-2.00"}
    assert "评审决定＋规则书的影响分不开" in "\n".join(diff_lines(found))


def test_software_acts_at_both_ends(case: Case) -> None:
    # As if older software had given A 1.00 less of B09 and 600 yuan less, and B 0.15 more.
    a = side_of(case.many("work_orders", 10).write(), "旧")
    b = side_of(again(case, "b").many("work_orders", 5).write(), "新")
    older = []
    for one, points, version in ((a, "-0.20", "0.0.1"), (b, "1.35", "0.0.2")):
        result = document_of(one.result)
        result["provenance"]["talentcalc"] = version
        result["boards"]["base"]["indicators"]["B09"]["points"] = points
        if one is a:
            result["payment"]["payable"] = "99400.00"
        older.append(dataclasses.replace(one, result=result_of(result)))
    found = difference(*older)
    must_add_up(found)
    assert found["parts"]["software"] == {"talentcalc": ["0.0.1", "0.0.2"]}
    # By hand: 0.80 − −0.20 and 1.35 − 1.20; five orders more are 0.40.
    assert effect_of(found, "software")["indicators"] == {"B09": "1.15"}
    assert effect_of(found, "software")["payment"] == {"payable": "600.00"}
    assert effect_of(found, "evidence")["indicators"] == {"B09": "0.40"}


def test_several_at_once(case: Case, tmp_path: Path) -> None:
    # 4 orders → 8; one rejected → 7; in parts; by fours. 0 → 0.40 → 7 ÷ 5 × 0.4 = 0.56 → 7 ÷ 4 × 0.4 = 0.70.
    case.many("work_orders", 4)
    other = again(case, "b").many("work_orders", 4)
    other.add("verifications", {"table": "work_orders", "row_id": "W0008"})
    other.params |= {"fee": "3000000.00", "readings": {"partial_units": "pro_rata"}}
    book = corrected_book(tmp_path / "book", (PER_FIVE, 'points: "0.4", per: "4"'))
    found = difference(side_of(case.write()), side_of(other.write(), rulebook=book))
    must_add_up(found)
    moved = {part: effect_of(found, part) for part in NOTHING}
    assert {part: one.get("indicators", {}).get("B09") for part, one in moved.items()} == {
        "software": None,
        "evidence": "0.40",
        "rulings": "0.16",
        "terms": None,
        "rulebook": "0.14",
    }
    assert moved["terms"] == {"payment": {"entitlement": "200000.00", "payable": "200000.00"}}
    assert found["order"]["parts"] == list(NOTHING)


def test_year_on_year_with_other_keys_throughout(case: Case) -> None:
    # 5 orders of 2025, one rejected; 10 of 2026, none: 0.00 → 0.80, and no way to say by what.
    case.many("work_orders", 5).add("verifications", {"table": "work_orders", "row_id": "W0001"})
    later = Case(case.folder / "2026", params={"period": dict(YEAR, start="2026-01-01", end="2026-12-31")})
    for n in range(1, 11):
        days = {"opened_on": "2026-03-01", "closed_on": "2026-03-02"}
        later.add("work_orders", {"order_id": f"X{n:04d}"} | days, proven=False)
        later.add("proofs", {"proof_id": f"Q{n}", "table": "work_orders", "row_id": f"X{n:04d}"} | PAPER)
    later.add("verifications", {"table": "work_orders", "row_id": "X0001", "outcome": "accepted"})
    found = compared(case, later)
    assert effect_of(found, "evidence", "rulings")["indicators"] == {"B09": "0.80"}
    (merged,) = (one for one in found["effects"] if len(one["together"]) > 1)
    assert merged["because"] == {"verifications.row_there": "核查所指的记录不存在"}
    assert found["parts"]["evidence"]["period"][1] == dict(YEAR, start="2026-01-01", end="2026-12-31")
    orders = found["parts"]["evidence"]["tables"]["work_orders"]
    assert (orders["added"]["count"], orders["removed"]["count"]) == (10, 5)
    lines = "\n".join(diff_lines(found))
    assert "材料＋评审决定的影响分不开" in lines and "核查所指的记录不存在" in lines


def test_a_verified_row_that_is_withdrawn(case: Case) -> None:
    # 6 orders, W0006 rejected: 0.40. The operator withdraws it and its proof: the ruling goes with it.
    case.many("work_orders", 6).add("verifications", {"table": "work_orders", "row_id": "W0006"})
    other = again(case, "b")
    for table in ("work_orders", "proofs", "verifications"):
        other.tables[table].pop()
    found = compared(case, other)
    assert effect_of(found, "evidence", "rulings") == {}
    assert found["parts"]["rulings"]["tables"]["verifications"]["removed"]["count"] == 1


def test_what_is_blocked_has_rows_but_no_effects(case: Case) -> None:
    other = again(case.many("work_orders", 5), "b")
    other.add("work_orders", {"order_id": "W0001", "client": "重复"})
    found = compared(case, other)
    assert found["sides"]["b"]["status"] == "blocked"
    assert "effects" not in found and "figures" not in found
    assert found["parts"]["evidence"]["tables"]["work_orders"]["added"]["keys"] == ["W0001（第 2 条）"]
    assert any("乙未评分" in line for line in diff_lines(found))


def test_half_year_and_annual_sample() -> None:
    a, b = (
        side_of(ROOT / "params" / f"dongsheng-2025-{kind}.yaml", kind) for kind in ("half-year", "annual")
    )
    found = difference(a, b)
    must_add_up(found)
    # The sample's README and params: what the half-year owed was paid, and the annual audit takes it off.
    owed = scored_of(document_of(a.result)).payment.payable
    assert effect_of(found, "terms") == {"payment": {"payable": f"-{owed}"}}
    points = [effect_of(found, part)["boards"] for part in ("evidence", "rulings")]
    for board in ("base", "additional"):
        scores = [Fraction(scored_of(document_of(one.result)).boards[board].score) for one in (a, b)]
        assert scores[0] + sum(Fraction(one[board]) for one in points) == scores[1]
    assert found["parts"]["evidence"]["tables"]["work_orders"]["rows"] == [95, 190]  # lines of the files
    assert canonical(found) == canonical(difference(a, b))
    lines = diff_lines(found)
    assert "    新增  GD096–GD115；另 75 条" in lines
    assert any(line.startswith("\x1b[1m甲") for line in diff_lines(found, colour=True))


def test_personal_values_are_never_shown(case: Case) -> None:
    case.add("work_orders", {"client": "张三"}).add("activities", {}).attend("A0001", ["P1", "P2"])
    other = again(case, "b").attend("A0001", ["P3"])
    other.tables["work_orders"][0] |= {"client": "李四\n甲  伪造\u202e", "outcome": "open"}
    found = compared(case, other)
    changed = found["parts"]["evidence"]["tables"]["work_orders"]["changed"]["rows"]
    assert changed == {"W0001": {"client": [None, None], "outcome": ["resolved", "open"]}}
    assert found["parts"]["evidence"]["tables"]["attendance"]["added"]["keys"] == ["A0001/P3"]
    lines = "\n".join(diff_lines(found))
    for name in ("张三", "李四"):
        assert name not in lines and name.encode() not in canonical(found)
    assert "W0001  服务对象：个人信息，不显示；办理结果：已办结 → 办理中" in lines


def test_what_evidence_says_is_shown_literally(case: Case) -> None:
    case.add("contracts", {"service": "服务"})
    other = again(case, "b")
    other.tables["contracts"][0]["service"] = "假\n核对：相符\x1b[31m\u202e"
    lines = diff_lines(compared(case, other))
    assert any("服务内容：服务 → 假⏎核对：相符U+001B[31mU+202E" in line for line in lines)


def test_long_lists_are_cut_short_and_counted(case: Case) -> None:
    found = compared(case, again(case, "b").many("contracts", 30))
    assert found["parts"]["evidence"]["tables"]["contracts"]["added"]["count"] == 30
    assert "    新增  C0001–C0020；另 10 条" in diff_lines(found)


def test_what_cannot_be_compared_is_refused(case: Case, city: City) -> None:
    with pytest.raises(InputError, match="an audit by a league rulebook"):
        difference(side_of(case.write()), side_of(city.write()))
    note = case.folder / "redaction.json"
    note.write_text(
        f'{{"note": "talentcalc/redaction/1", "key": "{"0" * 64}", "columns": {{}}, "withheld": {{}}}}'
    )
    whole = side_of(case.write())
    with pytest.raises(InputError, match="persons redacted in one"):
        difference(whole, dataclasses.replace(whole, redaction=note))


@pytest.mark.parametrize("in_memory", [100_000, 1])
def test_a_league(city: City, in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # H01 one point, H02 two: ranks 2 and 1. Two check-ins more at H01: 3 points, ranks 1 and 2.
    # Both declared void: 1 point, ranks 2 and 1 again.
    monkeypatch.setattr("talentcalc.comparison.row_changes.PART", 2)
    city.add("homes", {}).many("talents", 3)
    city.visit(["T001"]).visit(["T001", "T002"], home_id="H02")
    other = City(city.folder / "b", copy.deepcopy(city.tables)).visit(["T002", "T003"])
    for row in ("C0004", "C0005"):
        other.add("sanctions", {"kind": "void", "table": "checkins", "row_id": row})
    with memory_for(in_memory):
        found = compared(city, other)
    up = {"H01": {"points": "2", "total": "2", "rank": "-1"}, "H02": {"rank": "1"}}
    down = {"H01": {"points": "-2", "total": "-2", "rank": "1"}, "H02": {"rank": "-1"}}
    assert effect_of(found, "evidence") == {"homes": up}
    assert effect_of(found, "rulings") == {"homes": down}
    assert found["parts"]["evidence"]["tables"] == {
        "checkins": {
            "rows": [3, 5],
            "added": {"count": 2, "keys": ["C0004", "C0005"]},
            "removed": {"count": 0, "keys": []},
            "changed": {"count": 0, "rows": {}},
        }
    }
    assert "  H02 示例之家：名次 1 → 1（材料 +1，评审决定 -1）" in diff_lines(found)


@pytest.mark.parametrize("in_memory", [100_000, 1])
def test_changed_check_ins_are_found_in_memory_and_in_duckdb(city: City, in_memory: int) -> None:
    # One moved by a minute, one taken over by another talent, one gone, one at a home that is not there.
    city.many("talents", 3).visit(["T001", "T002", "T003"]).visit(["T001"], device="D1")
    other = City(city.folder / "b", copy.deepcopy(city.tables))
    rows = other.tables["checkins"]
    rows[0]["at"], rows[1]["talent_id"], rows[3]["home_id"] = "2025-03-10 14:31:00", "T003", "H99"
    del rows[2]
    with memory_for(in_memory):
        found = compared(city, other)
    table = found["parts"]["evidence"]["tables"]["checkins"]
    assert table["removed"] == {"count": 1, "keys": ["C0003"]}
    assert table["changed"] == {
        "count": 3,
        "rows": {
            "C0001": {"at": ["2025-03-10 14:30:00", "2025-03-10 14:31:00"]},
            "C0002": {"talent_id": [None, None]},
            "C0004": {"home_id": ["H01", "H99"]},
        },
    }
    assert found["sides"]["b"]["status"] == "blocked"


def test_a_home_more_and_its_grant(city: City) -> None:
    # Five homes, 20 % is one: the first gains a star and 50,000. H06 comes new in the year: 50,000.
    city.many("homes", 4).many("talents", 2).visit(["T001"])
    other = City(city.folder / "b", copy.deepcopy(city.tables))
    other.add("homes", {"designated_on": "2025-05-01"}).visit(["T001", "T002"], home_id="H02")
    found = compared(city, other)
    moved = effect_of(found, "evidence")
    assert moved["number"] == {"homes": "1"}
    assert moved["homes"]["H01"] == {"rank": "1", "stars": "-1", "grant_top_ceiling": "-50000.00"}
    assert moved["homes"]["H02"]["grant_top_ceiling"] == "50000.00"
    assert moved["homes"]["H06"] == {"stars": "3", "grant_selection": "50000.00"}
    assert found["figures"]["homes"]["H06"]["stars"] == [None, "3"]
    lines = diff_lines(found)
    assert any("H06 示例之家：星级 — → 3（材料）" in line for line in lines)
    assert any("H01 示例之家：名次 1 → 2（材料 +1）；星级 4 → 3（材料 -1）" in line for line in lines)


def changed_at_random(case: Case, rng: random.Random) -> Case:
    """Another audit of the same subject: rows more and fewer, other rulings, terms and readings."""
    for table in ("work_orders", "contracts", "activities"):
        rows = case.tables.get(table, [])
        for _ in range(rng.randrange(3)):
            if rows:
                gone = rows.pop(rng.randrange(len(rows)))[BOOK.tables[table].key[0]]
                case.tables["proofs"] = [one for one in case.tables["proofs"] if one["row_id"] != gone]
        for number in range(rng.randrange(4)):
            key = f"N{rng.randrange(10**6):06d}{number}"
            case.add(table, {BOOK.tables[table].key[0]: key}, proven=False)
            proof = {"proof_id": f"Q{key}{table}", "table": table, "row_id": key}
            case.add("proofs", proof | PAPER)
    there = [one["order_id"] for one in case.tables.get("work_orders", [])]
    case.tables["verifications"] = []
    for row in rng.sample(there, min(len(there), rng.randrange(3))):
        case.add("verifications", {"table": "work_orders", "row_id": row})
    case.tables["judgements"] = []
    case.add("judgements", {"item": "B04.2", "mark": f"0.{rng.randrange(10)}"})
    case.params["fee"] = f"{rng.randrange(1, 4) * 1000000}.00"
    case.params["readings"] = {"partial_units": rng.choice(["whole", "pro_rata"])}
    return case


@given(st.integers(0, 2**32))
@settings(max_examples=6, deadline=None)
def test_effects_telescope_and_are_those_of_audits_in_files(seed: int) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder) / "a").many("work_orders", rng.randrange(12))
        case.many("contracts", rng.randrange(12)).many("activities", rng.randrange(6))
        case = changed_at_random(case, rng)
        other = changed_at_random(again(case, "b"), rng)
        found = compared(case, other)
        # A second way: an audit in files with B's evidence and A's rulings and terms.
        mixed = Case(Path(folder) / "mixed", dict(other.tables), case.params)
        for table in ("verifications", "judgements"):
            mixed.tables[table] = case.tables[table]
        if (between := mixed.result())["status"] == "blocked":
            effect = effect_of(found, "evidence", "rulings")
            between = other_terms(other, case).result()
        else:
            effect = effect_of(found, "evidence")
        first = case.result()
        for board in ("base", "additional"):
            by = Fraction(between["boards"][board]["score"]) - Fraction(first["boards"][board]["score"])
            assert Fraction(effect.get("boards", {}).get(board, 0)) == by
        payable = [Fraction(one["payment"]["payable"]) for one in (first, between)]
        assert Fraction(effect.get("payment", {}).get("payable", 0)) == payable[1] - payable[0]


def other_terms(case: Case, terms: Case) -> Case:
    """An audit with the terms of another, and its own readings."""
    made = again(case, "terms")
    made.params["fee"] = terms.params["fee"]
    return made
