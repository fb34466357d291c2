"""How firm a score is: every other reading scored again, told in the result and in the report.

Expected numbers are worked by hand, or found a second way: by an audit whose params name the reading.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentcalc.core.decimals import money, percent
from talentcalc.report.render.blocks import Bullets, Cell, Notice, Picture, Prose, Table
from talentcalc.report.sections.sensitivity import sensitivity
from tests.conftest import BOOK, ROOT, Case, SampleResult
from tests.support.documents import ResultJson, assess_file, scorecard_of

pytestmark = pytest.mark.slow

ANNUAL = ROOT / "params" / "dongsheng-2025-annual.yaml"
OTHERS = [
    (name, choice)
    for name, reading in BOOK.readings.items()
    for choice in reading.choices
    if choice != reading.default
]


def told(result: ResultJson) -> dict[str, Any]:
    """Of a result, what the firmness of another says of it."""
    paid = result["payment"]
    return {
        "status": result["status"],
        "boards": {name: board["score"] for name, board in result["boards"].items()},
        **{name: paid[name] for name in ("entitlement", "payable", "overpaid")},
    }


def points(result: ResultJson) -> dict[str, Fraction]:
    """Every indicator's points."""
    return {
        name: Fraction(one["points"])
        for board in result["boards"].values()
        for name, one in board["indicators"].items()
    }


def assert_as_scored(outcome: dict[str, Any], own: ResultJson, alternative: ResultJson) -> None:
    """What is told of a reading is what an audit under it says."""
    assert {key: outcome[key] for key in told(alternative)} == told(alternative)
    assert outcome["shares"]["base"] == alternative["payment"]["base_share"]
    before, after = points(own), points(alternative)
    differ = {name for name in before if before[name] != after[name]}
    assert set(outcome["changes"]) == differ
    for name in differ:  # thirds are written with twelve decimals, and so is their difference
        assert abs(Fraction(outcome["changes"][name]) - (after[name] - before[name])) < Fraction(1, 10**11)
        assert outcome["changes"][name][0] == ("+" if after[name] > before[name] else "-")


def test_each_reading_of_the_sample_is_what_an_audit_under_it_says(
    tmp_path: Path, sample_result: SampleResult
) -> None:
    own = sample_result(ANNUAL.stem)
    params = yaml.safe_load(ANNUAL.read_text("utf-8"))
    params["evidence"] = str(ROOT / params["evidence"])
    said = own["firmness"]["readings"]
    assert {(name, choice) for name, one in said.items() for choice in one} == set(OTHERS)
    for name, choice in OTHERS:
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(params | {"readings": {name: choice}}), encoding="utf-8")
        assert_as_scored(said[name][choice], own, assess_file(path, analysis=False))


def test_alternatives_are_to_the_readings_in_force_not_to_the_defaults(case: Case) -> None:
    # 149 orders pro rata are 11.92 points; whole units would be 11.60: 0.32 less.
    case.many("work_orders", 149)
    own = case.whole(partial_units="pro_rata", unproven="count")
    said = own["firmness"]["readings"]
    assert list(said["partial_units"]) == ["whole"]
    assert list(said["unproven"]) == ["set_aside"]
    assert said["partial_units"]["whole"]["changes"] == {"B09": "-0.32"}
    assert_as_scored(said["partial_units"]["whole"], own, case.whole(partial_units="whole", unproven="count"))


def test_b09_149_orders_more_points_and_not_a_cent(case: Case) -> None:
    # Worked case 3: 11.60 whole, 11.92 pro rata. Both in the lowest band: 10 % of 1,000,000.
    result = case.many("work_orders", 149).whole()
    assert result["firmness"]["readings"]["partial_units"]["pro_rata"] == {
        "status": "draft",
        "boards": {"base": "11.92", "additional": "0.00"},
        "shares": {"base": "0.10", "additional": "0.00"},
        "entitlement": "100000.00",
        "payable": "100000.00",
        "overpaid": "0.00",
        "changes": {"B09": "+0.32"},
    }
    ends = result["firmness"]["extremes"]  # no reading moves the money: none is told
    assert [ends[end]["readings"] for end in ("lowest", "highest")] == [{}, {}]


def nine_contracts(case: Case) -> Case:
    """Worked case 5: 9 contracts worth 5,000,000: A02 3.80, under the joint reading 1.80."""
    return case.many("contracts", 8, amount="555555.55").add("contracts", {"amount": "555555.60"})


def test_a02_services_gate_and_its_money(case: Case) -> None:
    # By hand, fee 1,000,000: 100,000 + 3.8 % × 600,000 = 122,800; joint 100,000 + 10,800 = 110,800.
    result = nine_contracts(case).whole()
    assert result["payment"]["payable"] == "122800.00"
    joint = result["firmness"]["readings"]["services_gate"]["joint"]
    assert (joint["payable"], joint["changes"]) == ("110800.00", {"A02": "-2.00"})
    ends = result["firmness"]["extremes"]
    assert (ends["lowest"]["payable"], ends["lowest"]["readings"]) == (
        "110800.00",
        {"services_gate": "joint"},
    )
    assert (ends["highest"]["payable"], ends["highest"]["readings"]) == ("122800.00", {})


def test_article_7_1_half_year_readings(case: Case) -> None:
    # By hand: half of 122,800 is 61,400; the joint reading as well, half of 110,800, 55,400.
    case.params["period"] = {"kind": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
    result = nine_contracts(case).whole()
    said = result["firmness"]
    assert said["readings"]["half_year_payment"]["halved"]["payable"] == "61400.00"
    assert said["readings"]["annual_balance"]["share_of_rest"]["payable"] == "122800.00"
    assert said["extremes"]["lowest"]["payable"] == "55400.00"
    assert said["extremes"]["lowest"]["readings"] == {"services_gate": "joint", "half_year_payment": "halved"}


def test_article_7_2_an_overpayment_under_one_reading_only(case: Case) -> None:
    # By hand, 200,000 paid: 122,800 − 200,000 = −77,200; or 12.28 % of the remaining 800,000 = 98,240.
    case.params["paid"] = "200000.00"
    result = nine_contracts(case).whole()
    said = result["firmness"]
    assert (result["payment"]["payable"], result["payment"]["overpaid"]) == ("0.00", "77200.00")
    rest = said["readings"]["annual_balance"]["share_of_rest"]
    assert (rest["payable"], rest["overpaid"]) == ("98240.00", "0.00")
    assert (said["extremes"]["lowest"]["payable"], said["extremes"]["lowest"]["readings"]) == ("0.00", {})
    assert said["extremes"]["highest"]["readings"] == {"annual_balance": "share_of_rest"}
    assert said["extremes"]["highest"]["payable"] == "98240.00"


def test_a_reading_may_move_the_score_into_another_band(case: Case) -> None:
    # By hand: all countable items full but B03, 11 of 12: 59.00 + 1.00 mark = 60.00, and 10 %;
    # pro rata 11 ÷ 3 for 3: 60.666…, and 20 %: 100,000 more of 1,000,000.
    counted = {"policy_talk": 4, "policy_display": 12, "showcase": 11, "policy_training": 4, "exchange": 12}
    for kind, number in (counted | {"study_tour": 2, "cooperation": 5}).items():
        case.many("activities", number, kind=kind)
    first = {row["kind"]: row["activity_id"] for row in case.tables["activities"]}
    case.attend(first["exchange"], (f"P{n}" for n in range(800)))
    case.attend(first["policy_training"], (f"P{n}" for n in range(500)))
    case.many("work_orders", 150).many("documents", 2, kind="study_report")
    case.add("documents", {"kind": "policy_compendium"}, {"kind": "service_guide"})
    for kind, number in {"policy_expert": 3, "institution_introduced": 5, "institution_reserved": 8}.items():
        case.many("register", number, kind=kind)
    result = case.add("judgements", {"item": "B04.2", "mark": "1"}).whole()
    assert (result["boards"]["base"]["score"], result["payment"]["base_share"]) == ("60.00", "0.10")
    shares = result["firmness"]["readings"]["partial_units"]["pro_rata"]
    assert shares["boards"]["base"] == "60.666666666667"
    assert shares["changes"] == {"B03": "+0.666666666667"}
    assert (shares["shares"]["base"], shares["payable"]) == ("0.20", "200000.00")
    assert result["firmness"]["extremes"]["highest"]["readings"] == {"partial_units": "pro_rata"}


def test_nothing_at_all_and_a_blocked_audit(case: Case, tmp_path: Path) -> None:
    said = case.whole()["firmness"]
    assert {one["payable"] for choices in said["readings"].values() for one in choices.values()} == {
        "100000.00"
    }
    assert not any(one["changes"] for choices in said["readings"].values() for one in choices.values())
    assert said["extremes"]["lowest"] == said["extremes"]["highest"]
    blocked = Case(tmp_path / "blocked").add("work_orders", {"opened_on": "2025-03-03"}).whole()
    assert blocked["status"] == "blocked" and "firmness" not in blocked
    assert "firmness" not in assess_file(ROOT / "params" / "quanzhou-2025.yaml")


def _cells(row: tuple[str | Cell, ...]) -> list[str]:
    return [cell.text if isinstance(cell, Cell) else cell for cell in row]


def test_the_report_shows_every_reading_and_the_extremes(sample_result: SampleResult) -> None:
    result = sample_result(ANNUAL.stem)
    blocks = sensitivity(scorecard_of(result)).blocks
    one, ends = (block for block in blocks if isinstance(block, Table))
    rules, paid, said = result["regulation"]["readings"], result["payment"], result["firmness"]
    wanted, still = [], []
    for name in BOOK.readings:
        for choice, outcome in said["readings"][name].items():
            words = f"{rules[name]['title']}：{rules[name]['choices'][choice]}"
            more = Fraction(outcome["payable"]) - Fraction(paid["payable"])
            if not more and not outcome["changes"]:
                still.append(words)
                continue
            changes = [f"{key}\u00a0{by}" for key, by in outcome["changes"].items()]
            shown = [words, *(outcome["boards"][board] for board in ("base", "additional"))]
            shown += [percent(outcome["shares"]["base"]), money(outcome["payable"])]
            wanted.append((shown, set(changes) or {"—"}, Fraction(more)))
    rows = [_cells(row) for row in one.rows]
    assert rows[0][0] == "本次采用的理解" and rows[0][-1] == "—"
    assert [[row[0], *row[2:-1]] for row in rows[1:]] == [shown for shown, _, _ in wanted]
    assert [set(row[1].split("，")) for row in rows[1:]] == [changes for _, changes, _ in wanted]
    shown_more = [Fraction(row[-1].replace(",", "").replace("—", "0")) for row in rows[1:]]
    assert shown_more == [more for _, _, more in wanted]
    assert [block.entries for block in blocks if isinstance(block, Bullets)] == [tuple(still)]
    assert len(still) == 4 and len(wanted) == 10  # in the sample
    for row, end in zip((ends.rows[0], ends.rows[2]), ("lowest", "highest"), strict=True):
        assert _cells(row)[-2] == money(said["extremes"][end]["payable"])
        for name, choice in said["extremes"][end]["readings"].items():
            assert f"{rules[name]['title']}：{rules[name]['choices'][choice]}" in _cells(row)[1]
    (picture,) = (block for block in blocks if isinstance(block, Picture))
    for shown, _, _ in wanted:
        assert f"{shown[0]} {shown[-1]} 元" in picture.alt
    assert "9,216 种组合" in "".join(block.paragraphs[0] for block in blocks if isinstance(block, Prose))


def test_the_report_says_when_nothing_changes_and_when_a_band_does(case: Case) -> None:
    nothing = sensitivity(scorecard_of(case.whole())).blocks
    assert not [block for block in nothing if isinstance(block, Picture)]
    (still,) = (block for block in nothing if isinstance(block, Bullets))
    assert len(still.entries) == len(OTHERS) - 1  # without weights there is no composite
    (left_out,) = (block for block in nothing if isinstance(block, Notice) and block.level == "info")
    assert "各板块综合考核分数" in left_out.text and "composite" in left_out.text
    result = case.whole()
    result["firmness"]["readings"]["partial_units"]["pro_rata"]["shares"]["base"] = "0.20"
    notice, _ = (block for block in sensitivity(scorecard_of(result)).blocks if isinstance(block, Notice))
    assert notice.level == "warning" and "按比例折算计分（20%）" in notice.text


def test_the_report_shows_an_overpayment_where_there_is_one(case: Case) -> None:
    case.params["paid"] = "200000.00"
    blocks = sensitivity(scorecard_of(nine_contracts(case).whole())).blocks
    one = next(block for block in blocks if isinstance(block, Table))
    rest = next(_cells(row) for row in one.rows if "按应得比例" in _cells(row)[0])
    # By hand: from −77,200 to 98,240 is 175,440.
    assert _cells(one.rows[0])[-3:] == ["0.00", "77,200.00", "—"]
    assert rest[-3:] == ["98,240.00", "0.00", "+175,440.00"]
