"""The worked cases of the rulings on 东胜区人才服务中心考核管理办法, by clause.

Every expected number is the ruling's own worked case, recomputed by hand where the case says how.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from talentcalc.rulebook.score import PeriodKind
from talentcalc.scorecard.payment import near_edges, pay
from tests.conftest import BOOK, Case, scorecard_book

pytestmark = pytest.mark.slow


def paid(
    base: str,
    additional: str,
    kind: PeriodKind = "annual",
    paid: str = "0",
    fee: str = "1000000",
    **readings: str,
) -> Any:
    """The payment for two board scores."""
    book = scorecard_book(**readings)
    scores = {"base": Fraction(base), "additional": Fraction(additional)}
    return pay(book.scorecard.payment, kind, scores, Fraction(fee), Fraction(paid))


def test_case_1_nothing_at_all_still_earns_ten_percent(case: Case) -> None:
    # Worked case 1: fee 1,000,000, no evidence: B = 0, A = 0 → 100,000.00.
    result = case.result()
    assert result["payment"]["entitlement"] == "100000.00"
    assert result["payment"]["payable"] == "100000.00"
    assert [result["boards"][name]["score"] for name in ("base", "additional")] == ["0.00", "0.00"]
    assert result["status"] == "draft"  # nobody has judged the graded items


@pytest.mark.parametrize(
    ("base", "entitlement"),
    [
        ("60", 400_000),
        ("60.01", 500_000),
        ("80", 500_000),
        ("80.01", 600_000),
        ("90", 600_000),
        ("90.01", 700_000),
    ],
)
def test_case_2_note_on_base_board_band_edges_belong_below(base: str, entitlement: int) -> None:
    # Worked case 2: A = 50 gives 300,000; the band's share of 1,000,000 is added.
    assert paid(base, "50").entitlement == entitlement


def test_base_note_every_band_edge_against_a_second_way() -> None:
    # By hand from 说明: ≤60 10 %, ≤80 20 %, ≤90 30 %, else 40 %; every hundredth of a point.
    million, none = Fraction(1_000_000), Fraction(0)
    for hundredths in range(10_001):
        share = 10 if hundredths <= 6000 else 20 if hundredths <= 8000 else 30 if hundredths <= 9000 else 40
        scores = {"base": Fraction(hundredths, 100), "additional": none}
        payment = pay(BOOK.scorecard.payment, "annual", scores, million, none)
        assert payment.entitlement == share * 10_000


@pytest.mark.parametrize(
    ("orders", "points", "pro_rata"),
    [
        (4, "0.00", "0.32"),
        (5, "0.40", "0.40"),
        (149, "11.60", "11.92"),
        (150, "12.00", "12.00"),
        (160, "12.00", "12.00"),
    ],
)
def test_case_3_b09_work_orders_by_fives(case: Case, orders: int, points: str, pro_rata: str) -> None:
    # Worked case 3; 4 ÷ 5 × 0.4 = 0.32 by hand.
    case.many("work_orders", orders)
    assert case.points("B09") == points
    assert case.points("B09", partial_units="pro_rata") == pro_rata


@pytest.mark.parametrize(("displays", "points"), [(11, "2.50"), (13, "3.00")])
def test_case_3_b02_displays_by_twos(case: Case, displays: int, points: str) -> None:
    # Worked case 3: 11 → 2.5; 13 → 3 (cap).
    assert case.many("activities", displays, kind="policy_display").points("B02") == points


def test_case_3_b03_showcases_by_threes(case: Case) -> None:
    # Worked case 3: 11 → 3. Pro rata 11 ÷ 3 = 3.666… written with twelve decimals.
    case.many("activities", 11, kind="showcase")
    assert case.points("B03") == "3.00"
    assert case.points("B03", partial_units="pro_rata") == "3.666666666667"


def test_case_4_b14_exchanges_and_attendances(case: Case) -> None:
    # Worked case 4: 11 activities, 799 attendances → 5 + 3.5 = 8.5.
    case.many("activities", 11, kind="exchange")
    for n, size in enumerate([73] * 10 + [69], start=1):  # 10 × 73 + 69 = 799
        case.attend(f"A{n:04d}", (f"P{one}" for one in range(size)))
    assert case.points("B14") == "8.50"
    # By hand: 73 distinct persons are no full hundred.
    assert case.points("B14", exchange_coverage="persons") == "5.00"


def test_b08_2_training_coverage_counts_persons_by_default(case: Case) -> None:
    # By hand: 2 trainings × 0.25; 150 persons at both → 1 full hundred persons, 3 of attendances.
    case.many("activities", 2, kind="policy_training")
    for activity in ("A0001", "A0002"):
        case.attend(activity, (f"P{one}" for one in range(150)))
    assert case.points("B08") == "0.90"
    assert case.points("B08", training_coverage="attendances") == "1.70"


def test_case_5_a01_one_city_and_one_regional_platform(case: Case) -> None:
    # Worked case 5: 2 + 4, held to the indicator's 4.
    case.add("register", {"kind": "platform_city"}, {"kind": "platform_region"})
    indicator = case.result()["boards"]["additional"]["indicators"]["A01"]
    assert indicator["points"] == "4.00"
    assert [item["points"] for item in indicator["items"].values()] == ["2.00", "4.00"]
    assert indicator["limits"][0]["earned"] == "6.00"


def test_case_5_a02_contracts_and_their_worth(case: Case, tmp_path: Any) -> None:
    # Worked case 5: 10 contracts worth 4,999,900 → 2; 9 worth 5,000,000 → 3.8 (joint 1.8).
    case.many("contracts", 10, amount="499990.00")
    assert case.points("A02") == "2.00"
    nine = Case(tmp_path / "nine")
    nine.many("contracts", 8, amount="555555.55").add("contracts", {"amount": "555555.60"})
    assert (
        nine.result()["boards"]["additional"]["indicators"]["A02"]["items"]["A02.2"]["quantity"]
        == "5000000.00"
    )
    assert nine.points("A02") == "3.80"
    assert nine.points("A02", services_gate="joint") == "1.80"


def test_case_6_a08_talents_and_teams(case: Case) -> None:
    # Worked case 6: 12, 4, 0, 5, 1, 87 → 2 + 0.8 + 0 + 4 + 2 + 6.96 = 15.76.
    kinds = {
        "reserve_high_end": 12,
        "reserve_team": 4,
        "high_level_landed": 5,
        "team_landed": 1,
        "talent_added": 87,
    }
    for kind, number in kinds.items():
        case.many("register", number, kind=kind)
    assert case.points("A08") == "15.76"


def test_case_7_article_7_half_year_then_annual() -> None:
    # Worked case 7: B = 55, A = 30 → 280,000; then B = 92.5, A = 81.3, paid 280,000 → 607,800.00.
    half = paid("55", "30", kind="half_year")
    assert (half.entitlement, half.payable) == (280_000, 280_000)
    year = paid("92.5", "81.3", paid="280000")
    assert (year.entitlement, year.payable, year.overpaid) == (887_800, 607_800, 0)


def test_article_7_1_half_year_pays_at_most_half_of_the_fee() -> None:
    # By hand: B = 95, A = 80 earns 400,000 + 480,000; 最高支付整体运营费用的 50% is 500,000.
    assert paid("95", "80", kind="half_year").payable == 500_000
    assert paid("95", "80", kind="half_year", half_year_payment="halved").payable == 440_000


def test_article_7_2_readings_of_the_annual_balance_and_an_overpayment() -> None:
    # By hand: entitlement 400,000 of 1,000,000; paid 500,000. 400,000 − 500,000; 0.4 × 500,000.
    over = paid("60", "50", paid="500000")
    assert (over.payable, over.overpaid) == (0, 100_000)
    rest = paid("60", "50", paid="500000", annual_balance="share_of_rest")
    assert (rest.payable, rest.overpaid) == (200_000, 0)


def test_money_is_rounded_half_up_part_by_part() -> None:
    # By hand: fee 0.05: 10 % = 0.005 → 0.01; 50 ÷ 100 × 60 % = 0.015 → 0.02; together 0.03.
    small = paid("0", "50", fee="0.05")
    assert [part.amount for part in small.parts] == [Fraction(1, 100), Fraction(2, 100)]
    assert small.entitlement == Fraction(3, 100)


def test_base_board_countable_record_alone_is_sixty() -> None:
    # The ruling: graded and yes/no items of the base board add up to exactly 40 points.
    judged = [
        indicator.cap_of(item)
        for indicator in BOOK.scorecard.boards["base"].indicators()
        for item in indicator.items
        if item.rule.kind in ("graded", "milestone")
    ]
    assert sum(judged) == Decimal(40)


def test_article_9_an_unproven_row_is_set_aside_unless_the_reading_counts_it(case: Case) -> None:
    case.add("activities", {"kind": "cooperation"}, proven=False)
    assert case.points("B17") == "0.00"
    assert case.points("B17", unproven="count") == "2.00"


def test_a04_station_cap(case: Case) -> None:
    # By hand: 2 stations × 2 = 4; by target 2; indicator_only 4, its whole points.
    case.many("register", 2, kind="talent_station")
    assert case.points("A04") == "2.00"
    assert case.points("A04", station_cap="indicator_only") == "4.00"


@pytest.mark.parametrize(
    ("reading", "points"), [("indicator_only", "14.00"), ("one_each", "8.00"), ("shared", "14.00")]
)
def test_a05_enclave_caps(case: Case, reading: str, points: str) -> None:
    # By hand, 3 of each and the milestone: 2+6+6+3+3 = 20 → 14; 2+2+2+1+1 = 8; 2+2+2+min(6,8) = 12.
    case.add("milestones", {"item": "A05.1"})
    more = 5 if reading == "shared" else 3  # shared with 5 of .4 and .5: 2+2+2+min(10,8) = 14
    for kind in ("specialised_new_enterprise", "high_tech_enterprise"):
        case.many("register", 3, kind=kind)
    for kind in ("high_end_innovator", "innovation_platform"):
        case.many("register", more, kind=kind)
    assert case.points("A05", enclave_caps=reading) == points


def test_a13_fund_or_pool(case: Case) -> None:
    # The ruling: additive 2 each; either: one of the two earns all 4.
    case.add("milestones", {"item": "A13.1"})
    assert case.points("A13") == "2.00"
    assert case.points("A13", fund_or_pool="either") == "4.00"
    case.add("milestones", {"item": "A13.2"})
    assert case.points("A13", fund_or_pool="either") == "4.00"


def test_graded_items_are_the_mean_of_the_marks_half_up(case: Case) -> None:
    # By hand: (5 + 5.5 + 6) ÷ 3 = 5.5; (1 + 1 + 0.985) ÷ 3 = 0.995 → 1.00.
    case.params["review"] = {"agency": "甲", "reviewers": ["R1", "R2", "R3"], "dated": "2026-01-15"}
    for n, (six, one) in enumerate([("5", "1"), ("5.5", "1"), ("6", "0.985")], start=1):
        case.add(
            "judgements",
            {"item": "B12.1", "reviewer": f"R{n}", "mark": six},
            {"item": "B04.2", "reviewer": f"R{n}", "mark": one},
        )
    assert case.points("B12.1") == "5.50"
    assert case.points("B04.2") == "1.00"


def test_a02_joint_reading_opens_at_exactly_ten_contracts(case: Case) -> None:
    # The ruling: A02.2 only if at least 10 counted contracts too: 10 × 0.2 + 2.
    case.many("contracts", 10, amount="500000.00")
    assert case.points("A02", services_gate="joint") == "4.00"


@pytest.mark.parametrize(
    ("base", "near"), [("59.49", 0), ("59.5", 1), ("60.5", 1), ("60.51", 0), ("90", 1), ("99.8", 0)]
)
def test_a_base_score_within_half_a_point_of_a_band_edge_is_a_finding(base: str, near: int) -> None:
    # The ruling: base score within 0.5 of a band edge; 100 is the end of the last band, no edge.
    assert len(near_edges(paid(base, "0"), Fraction(BOOK.scorecard.payment.near_edge))) == near


def test_near_edge_reaches_the_result_as_a_warning(case: Case) -> None:
    # By hand: B09 12 + B17 10 + B14 10 + … all countable items full is 60.00, on the first edge.
    counted = {"policy_talk": 4, "policy_display": 12, "showcase": 12, "policy_training": 4, "exchange": 12}
    counted |= {"study_tour": 2, "cooperation": 5}
    for kind, number in counted.items():
        case.many("activities", number, kind=kind)
    activities = [row["activity_id"] for row in case.tables["activities"] if row["kind"] == "exchange"]
    trainings = [row["activity_id"] for row in case.tables["activities"] if row["kind"] == "policy_training"]
    case.attend(activities[0], (f"P{n}" for n in range(800))).attend(
        trainings[0], (f"P{n}" for n in range(500))
    )
    case.many("work_orders", 150).many("documents", 2, kind="study_report")
    case.add("documents", {"kind": "policy_compendium"}, {"kind": "service_guide"})
    for kind, number in {"policy_expert": 3, "institution_introduced": 5, "institution_reserved": 8}.items():
        case.many("register", number, kind=kind)
    result = case.result()
    assert result["boards"]["base"]["score"] == "60.00"
    assert result["payment"]["base_share"] == "0.10"
    assert [one["check"] for one in result["findings"] if "near_edge" in one["check"]] == [
        "payment.base.near_edge"
    ]
