"""Several reviewers' marks as one, by the reading: mean, median, trimmed mean.

Expected numbers are worked by hand, found by Python's own `statistics`, or by the workbook's formulas.
"""

import statistics
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.rulebook.score import Combined, Graded, Mean, Median, TrimmedMean
from talentcalc.scorecard.counting import combined
from tests.conftest import BOOK, Case, scorecard_book
from tests.support.spreadsheet import Spreadsheet
from tests.support.workbook_reading import computed, made, parts

pytestmark = pytest.mark.slow

WAYS: dict[str, Combined] = {
    "mean": Mean(mean="mark"),
    "median": Median(median="mark"),
    "trimmed_mean": TrimmedMean(trimmed_mean="mark"),
}
REVIEWERS = ["R1", "R2", "R3", "R4"]


def test_every_graded_item_is_measured_by_the_reading() -> None:
    for choice, way in WAYS.items():
        graded = [one for one in scorecard_book(marks=choice).items() if isinstance(one.rule, Graded)]
        assert len(graded) == 12  # the rulings' table
        assert {type(one.measure.count) for one in graded} == {type(way)}
    assert BOOK.readings["marks"].default == "mean"


# By hand. Of fewer than three marks none is trimmed; a tie is rounded up.
@pytest.mark.parametrize(
    ("marks", "mean", "median", "trimmed"),
    [
        ("", None, None, None),
        ("5", "5", "5", "5"),
        ("4 5", "4.5", "4.5", "4.5"),
        ("0 5 5.5", "3.5", "5", "5"),
        ("6 0 5 5.5", "4.13", "5.25", "5.25"),  # 16.5 ÷ 4 = 4.125
        ("1 1 1 6", "2.25", "1", "1"),  # one highest and one lowest, however many are alike
        ("0 0.01 1 1 5", "1.4", "1", "0.67"),  # 2.01 ÷ 3
        ("0.01 0.02", "0.02", "0.02", "0.02"),  # 0.015
    ],
)
def test_marks_as_one_by_hand(marks: str, mean: str | None, median: str | None, trimmed: str | None) -> None:
    given_marks = [Fraction(one) for one in marks.split()]
    for way, wanted in zip(WAYS.values(), (mean, median, trimmed), strict=True):
        assert combined(way, given_marks) == (None if wanted is None else Fraction(wanted))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1400).map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=8))
def test_marks_as_one_by_pythons_own_statistics(marks: list[Decimal]) -> None:
    inner = sorted(marks)[1:-1] if len(marks) > 2 else marks
    wanted = {
        "mean": sum(marks) / Decimal(len(marks)),
        "median": Decimal(statistics.median(marks)),
        "trimmed_mean": sum(inner) / Decimal(len(inner)),
    }
    for name, value in wanted.items():
        rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert combined(WAYS[name], [Fraction(one) for one in marks]) == Fraction(rounded)


def marked(case: Case, **items: str) -> Case:
    """An audit by four reviewers with these marks, in their order; B12_1 stands for B12.1."""
    case.params["review"] = {"agency": "示例机构", "reviewers": REVIEWERS, "dated": "2026-01-15"}
    for name, marks in items.items():
        item = name.replace("_", ".")
        case.add(
            "judgements",
            *(
                {"item": item, "reviewer": who, "mark": mark}
                for who, mark in zip(REVIEWERS, marks.split(), strict=False)
            ),
        )
    return case


@pytest.mark.parametrize(
    ("choice", "points", "arithmetic"),
    [
        ("mean", "4.13", "（6 + 0 + 5 + 5.5）÷ 4 位评审员 = 4.13 分"),
        ("median", "5.25", "6、0、5、5.5 的中位数 = 5.25 分"),
        (
            "trimmed_mean",
            "5.25",
            "6、0、5、5.5 去掉最高分 6 和最低分 0：（5 + 5.5）÷ 2 位评审员 = 5.25 分",
        ),
    ],
)
def test_the_trace_shows_the_arithmetic_that_was_done(
    case: Case, choice: str, points: str, arithmetic: str
) -> None:
    result = marked(case, B12_1="6 0 5 5.5", B12_2="2 3").result(marks=choice)
    items = result["boards"]["base"]["indicators"]["B12"]["items"]
    one, few = items["B12.1"], items["B12.2"]
    assert (one["points"], one["arithmetic"], one["combined"]) == (points, arithmetic, choice)
    assert few["points"] == "2.50"
    if choice == "trimmed_mean":
        assert few["arithmetic"] == "不足三个评分，不去掉：（2 + 3）÷ 2 位评审员 = 2.50 分"


def test_each_reading_in_the_firmness_is_the_audit_under_it(case: Case) -> None:
    # By hand: B12.1 4.13, 5.25 or 5.25; B13.1 of 8, 0, 1: 3, 1 or 1.
    own = marked(case, B12_1="6 0 5 5.5", B13_1="8 0 1").whole()
    said = own["firmness"]["readings"]["marks"]
    for choice in ("median", "trimmed_mean"):
        assert said[choice]["changes"] == {"B12": "+1.12", "B13": "-2.00"}
        other = case.result(marks=choice)
        assert said[choice]["boards"] == {name: one["score"] for name, one in other["boards"].items()}
    extremes = case.whole()["firmness"]["extremes"]
    assert Fraction(extremes["lowest"]["payable"]) <= Fraction(own["payment"]["payable"])


def test_without_a_reviewer_the_others_are_combined_in_the_same_way(case: Case) -> None:
    # By hand: without R1 (6) there is the median of 0, 5, 5.5; trimmed: 5; mean: 10.5 ÷ 3 = 3.50.
    marked(case, B12_1="6 0 5 5.5")
    for choice, wanted in (("mean", "3.50"), ("median", "5.00"), ("trimmed_mean", "5.00")):
        said = case.whole(marks=choice)["firmness"]["marks"]["reviewers"]["R1"]
        assert said["boards"]["base"] == wanted


@pytest.mark.parametrize("choice", list(WAYS))
def test_the_workbook_combines_marks_by_a_live_formula(case: Case, choice: str) -> None:
    marked(case, B12_1="6 0 5 5.5", B12_2="2 3", B13_1="8 1 0", B05_2="1.01")
    result = case.result(marks=choice)
    sheet = Spreadsheet(made(result))
    assert parts(sheet, result) == []
    row = next(
        one[0].row for one in sheet.book["评分"].iter_rows(max_col=1) if str(one[0].value).startswith("B12.1")
    )
    sheet.set("评分", f"E{row}", 1.0)  # 1, 0, 5, 5.5: mean 2.875, median and trimmed mean 3
    wanted = {"mean": Decimal("2.88")}.get(choice, Decimal(3))
    label = result["boards"]["base"]["indicators"]["B12"]["items"]["B12.1"]["label"]
    assert computed(sheet)[f"B12.1 {label} 合成分"] == wanted
