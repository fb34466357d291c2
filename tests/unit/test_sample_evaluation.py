"""After verification: error rates, bounds, and the score if they held throughout, worked by hand."""

from fractions import Fraction
from typing import Any

import pytest

from talentcalc.analysis.sampling.bounds import upper_error_limit
from talentcalc.analysis.sampling.projection import evaluate_samples
from talentcalc.analysis.scenario import Scenarios
from talentcalc.core.decimals import format_decimal
from talentcalc.params.audit import open_audit
from talentcalc.params.form import ScorecardParams
from talentcalc.report.render.blocks import Table
from talentcalc.report.sections.findings import verification
from tests.conftest import Case, scorecard_book
from tests.support.documents import ResultJson, result_of
from tests.support.sampling_results import said, verify


def test_what_a_sample_of_work_orders_says(case: Case) -> None:
    case.many("work_orders", 100)
    drawn = said(case)["items"]["B09.1"]["drawn"]
    verify(case, "work_orders", drawn, 2)
    result = case.whole()
    told, one = result["sampling"], result["sampling"]["items"]["B09.1"]
    assert (one["verified"], one["errors"], one["observed_rate"]) == (45, 2, format_decimal(Fraction(2, 45)))
    # scipy.stats.hypergeom.cdf(2, 100, M, 45) is 0.0538 for M = 11 and 0.0312 for M = 12
    assert (one["upper_errors"], one["upper_rate"]) == (11, "0.11")
    # 0.4 for each five: 98 count now, 19 fives; 100 × 43 ÷ 45 = 95.5, 19 fives; 89 = 17 fives
    base = result["boards"]["base"]["score"]
    assert (base, told["projection"]["observed"]["boards"]["base"]) == ("7.60", "7.60")
    assert told["projection"]["upper"]["boards"]["base"] == "6.80"
    # the base share is a tenth of 1,000,000 yuan all the same: no money moves
    assert told["projection"]["upper"]["payable"] == result["payment"]["payable"] == "100000.00"
    assert told["projection"]["upper"]["change"] == "0.00"


def test_scores_and_money_if_it_held_throughout(case: Case) -> None:
    case.many("register", 100).many("register", 5, kind="region_talent")
    drawn = said(case)["items"]["A08.6"]["drawn"]
    verify(case, "register", drawn, 0)
    verify(case, "register", [f"R{n:04}" for n in range(101, 106)], 5)
    result = case.whole()
    # scipy.stats.hypergeom.cdf(0, 100, M, 45) is 0.0848 for M = 4 and 0.0462 for M = 5
    assert result["sampling"]["items"]["A08.6"]["upper_errors"] == 4
    assert result["sampling"]["items"]["A09.1"]["upper_errors"] == 5  # all five: no doubt is left
    # 0.08 each, at most 8: 100 earn 8 points, 96 earn 7.68. A point of the additional board is worth 0.60 %
    # of 1,000,000 yuan: 100,000 + 8 × 6,000 = 148,000; 0.32 points less are 1,920 yuan less.
    upper, observed = (result["sampling"]["projection"][name] for name in ("upper", "observed"))
    assert upper["boards"] == {"base": "0.00", "additional": "7.68"}
    assert (upper["payable"], upper["change"]) == ("146080.00", "-1920.00")
    assert (observed["payable"], observed["change"]) == ("148000.00", "0.00")
    assert result["payment"]["payable"] == "148000.00"  # a projection changes nothing


def test_never_more_than_counts_now(case: Case) -> None:
    # 40 orders, 31 drawn and accepted, the nine others rejected: the sample says nothing was wrong
    case.many("work_orders", 40)
    drawn = said(case)["items"]["B09.1"]["drawn"]
    verify(case, "work_orders", drawn, 0)
    others = [f"W{n:04}" for n in range(1, 41) if f"W{n:04}" not in drawn]
    assert len(others) == 9
    verify(case, "work_orders", others, 9)
    result = case.whole()
    assert result["sampling"]["items"]["B09.1"]["observed_rate"] == "0.00"
    # 31 count: six fives, 2.4
    assert result["boards"]["base"]["score"] == "2.40"
    assert result["sampling"]["projection"]["observed"]["boards"]["base"] == "2.40"


def test_an_attendance_is_wrong_where_its_activity_is(case: Case) -> None:
    case.add("activities", {"activity_id": "X1"}, {"activity_id": "X2"})
    case.attend("X1", ["P1", "P2"]).attend("X2", ["P1"])
    verify(case, "activities", ["X1"], 1)
    one = said(case)["items"]["B14.2"]
    assert (one["population"], one["size"], one["verified"], one["errors"]) == (3, 3, 2, 2)
    verify(case, "attendance", ["X2/P1"], 0)
    assert said(case)["items"]["B14.2"]["observed_rate"] == format_decimal(Fraction(2, 3))


def contracts(case: Case, rejected: list[str]) -> dict[str, Any]:
    """Two contracts that are certain, and 100 small ones, as far as drawn verified."""
    case.many("contracts", 100, amount="1000.00").many("contracts", 2, amount="50000.00")
    drawn = said(case)["items"]["A02.2"]["drawn"]
    for key in drawn:
        outcome = "rejected" if key in rejected else "accepted"
        case.add("verifications", {"table": "contracts", "row_id": key, "outcome": outcome})
    found: dict[str, Any] = said(case)["items"]["A02.2"]
    return found


def test_money_that_is_certain_has_no_doubt_and_the_rest_that_of_its_hits(case: Case) -> None:
    # 200,000 yuan, 59 points: an interval is 3,389.83; the two of 50,000 are certain, and known to be right.
    one = contracts(case, [])
    tried = sum(times for key, times in one["hits"].items() if key < "C0101")
    assert tried in (29, 30)  # 100,000 ÷ 3,389.83 = 29.5
    expected = upper_error_limit(tried, 0, Fraction("0.95")) / 2  # half of the money is in the small ones
    assert 0 <= Fraction(one["upper_rate"]) - expected < Fraction(1, 10**12)
    assert one["observed_rate"] == "0.00" and "upper_errors" not in one
    assert expected < upper_error_limit(59, 0, Fraction("0.95")) < Fraction("0.05")  # surer than all as one


def test_a_certain_contract_that_is_rejected_counts_as_what_it_is(case: Case) -> None:
    one = contracts(case, ["C0101"])
    tried = sum(times for key, times in one["hits"].items() if key < "C0101")
    assert one["observed_rate"] == "0.25"  # 50,000 of 200,000 yuan
    bound = Fraction(1, 4) + upper_error_limit(tried, 0, Fraction("0.95")) / 2
    assert 0 <= Fraction(one["upper_rate"]) - bound < Fraction(1, 10**12)


def test_money_that_is_all_verified_is_known(case: Case) -> None:
    case.add("contracts", *({"amount": f"{n}000.00"} for n in range(1, 5)), {"amount": "0.00"})
    verify(case, "contracts", ["C0001", "C0002", "C0003", "C0004"], 1)
    one = said(case)["items"]["A02.2"]
    assert one["observed_rate"] == one["upper_rate"] == "0.10"  # 1,000 of 10,000 yuan


def test_money_left_is_rounded_down_to_cents(case: Case) -> None:
    case.many("contracts", 300, amount="33333.33")
    drawn = said(case)["items"]["A02.2"]["drawn"]
    verify(case, "contracts", drawn, 1)
    audit = open_audit(case.write())
    from talentcalc.evidence.read import read_evidence

    evidence, params = read_evidence(audit.evidence, audit.rulebook), audit.params
    book = scorecard_book()
    assert isinstance(params, ScorecardParams)
    found = evaluate_samples(Scenarios(book, params, evidence))
    one = next(one for one in found.found if one.sample.item.id == "A02.2")
    assert one.rates is not None and one.rates.observed == Fraction(1, 59)
    # 9,999,999 yuan × 58 ÷ 59 = 9,830,507.491…: both ends are above 5,000,000, so A02.2 keeps its 2 points
    assert found.observed is not None and found.upper is not None
    assert found.observed.scores["additional"] == found.upper.scores["additional"] == 4


@pytest.mark.parametrize("rejected", [0, 3])
def test_the_report_says_that_it_is_a_projection(case: Case, rejected: int) -> None:
    case.many("work_orders", 100)
    plain = verification(result_of(case.whole())).blocks
    assert any("样本尚未开始核查" in str(block) for block in plain)
    (table,) = [block for block in plain if isinstance(block, Table)]
    assert [column.title for column in table.columns] == ["给分要点", "总体", "样本"]
    drawn = said(case)["items"]["B09.1"]["drawn"]
    verify(case, "work_orders", drawn, rejected)
    result = case.whole()
    blocks = verification(result_of(result)).blocks
    assert any("推算，不改变本次得分和支付" in str(block) for block in blocks)
    tables = [block for block in blocks if isinstance(block, Table)]
    (row,) = tables[1].rows
    assert row[:5] == ("B09.1 " + _label(result), "100 条", "45 条", "45", str(rejected))
    assert [row[0] for row in tables[2].rows] == ["本次结果", "按观察到的差错率", "按差错率上限"]


def _label(result: ResultJson) -> str:
    return str(result["boards"]["base"]["indicators"]["B09"]["items"]["B09.1"]["label"])
