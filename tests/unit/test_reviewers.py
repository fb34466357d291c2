"""Marks of several reviewers: their agreement by a published example, their weight a second way."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentcalc.analysis.reviewers import agreement
from talentcalc.core.decimals import format_decimal, round_half_up
from talentcalc.report.sections.reviewers import reviewer_marks
from talentcalc.rulebook.score import Graded, Milestone
from tests.conftest import Case, SampleResult, scorecard_book
from tests.support.documents import scorecard_of

pytestmark = pytest.mark.slow

BOOK = scorecard_book()
GRADED = {item.id: Fraction(item.rule.points) for item in BOOK.items() if isinstance(item.rule, Graded)}
MILESTONES = [item.id for item in BOOK.items() if isinstance(item.rule, Milestone)]
_FIVE = ["B12.1", "B12.2", "B13.1", "B13.2"]

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units.
_PUBLISHED = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def test_alpha_of_the_published_example() -> None:
    rows = [line.split() for line in _PUBLISHED.strip().splitlines()]
    items = list(GRADED)  # twelve graded items for twelve units; a mark is a share of its item's points
    found = {
        item: {f"R{n}": int(row[unit]) * GRADED[item] / 5 for n, row in enumerate(rows) if row[unit] != "."}
        for unit, item in enumerate(items)
    }
    assert len(items) == 12
    alpha = agreement(BOOK, found)
    assert alpha is not None and round_half_up(alpha, 3) == Fraction(
        "0.849"
    )  # as printed there, interval metric


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, None),
        ({"B12.1": {"R1": Fraction(3)}}, None),  # nobody to agree with
        ({"B12.1": {"R1": Fraction(3), "R2": Fraction(3)}}, None),  # nothing to tell apart
        (
            {
                "B12.1": {"R1": Fraction(3), "R2": Fraction(3)},
                "B13.1": {"R1": Fraction(8), "R2": Fraction(8)},
            },
            1,
        ),
    ],
)
def test_alpha_at_its_ends(found: dict[str, dict[str, Fraction]], expected: int | None) -> None:
    assert agreement(BOOK, found) == expected


def judged(case: Case, given: dict[str, dict[str, str]], reviewers: list[str]) -> Case:
    """An audit with these marks, by item and reviewer."""
    case.params["review"] = {"agency": "示例机构", "reviewers": reviewers, "dated": "2026-01-15"}
    for item, of in given.items():
        case.add("judgements", *({"item": item, "reviewer": who, "mark": mark} for who, mark in of.items()))
    return case.many("work_orders", 5)


_MARK = st.integers(0, 600).map(lambda cents: format_decimal(Fraction(cents, 100)))
_MARKS = st.dictionaries(st.sampled_from(_FIVE), st.dictionaries(st.sampled_from(["R1", "R2", "R3"]), _MARK))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=_MARKS)
def test_without_a_reviewer_is_the_audit_in_which_that_one_never_marked(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, dict[str, str]]
) -> None:
    reviewers = ["R1", "R2", "R3"]
    said = judged(Case(tmp_path_factory.mktemp("all")), found, reviewers).whole()["firmness"]["marks"]
    for who in reviewers:
        others = {
            item: {name: mark for name, mark in of.items() if name != who} for item, of in found.items()
        }
        one = judged(Case(tmp_path_factory.mktemp("other")), others, reviewers).result()
        told = said["reviewers"][who]
        assert told["boards"] == {name: board["score"] for name, board in one["boards"].items()}
        assert (told["payable"], told["overpaid"]) == (one["payment"]["payable"], one["payment"]["overpaid"])
        assert told["alone"] == [item for item in GRADED if set(found.get(item, {})) == {who}]
        assert told["missing"] == [item for item in GRADED if who not in found.get(item, {})]


def test_the_range_of_judgement_is_that_of_all_marks_and_milestones_at_their_ends(case: Case) -> None:
    case.many("work_orders", 150).many("activities", 5, kind="cooperation")
    said = case.whole()["firmness"]["marks"]["judged"]["base"]
    assert said["lowest"] == case.result()["boards"]["base"]["score"] == "22.00"  # 12 for B09, 10 for B17
    for item, most in GRADED.items():
        case.add("judgements", {"item": item, "mark": format_decimal(most)})
    for item in MILESTONES:
        case.add("milestones", {"item": item})
    full = case.result()
    # 40 of the base board's points are judged (rulings, Payment): 62 is in the second band
    assert said["highest"] == full["boards"]["base"]["score"] == "62.00"
    assert [(step["above"], step["up_to"], step["shares"]["base"]) for step in said["steps"]] == [
        ("22.00", "60.00", "0.10"),
        ("60.00", "62.00", "0.20"),
    ]
    # additional: 0; a tenth and a fifth of 1,000,000 yuan
    assert [step["payable"] for step in said["steps"]] == ["100000.00", "200000.00"]


def test_a_mark_that_moves_the_band_is_told_with_its_money(case: Case) -> None:
    # 30 units of B09 = 12, five cooperations = 10, 24 of marks by R1 alone: 46; R2 gives nothing: 34
    for number in (150,):
        case.many("work_orders", number).many("activities", 5, kind="cooperation")
    for item in MILESTONES:
        case.add("milestones", {"item": item})
    full = {item: {"R1": format_decimal(GRADED[item]), "R2": "0"} for item in GRADED if item.startswith("B")}
    said = judged(case, full, ["R1", "R2"]).whole()
    low, high = (said["firmness"]["marks"]["reviewers"][who] for who in ("R1", "R2"))
    assert (low["boards"]["base"], high["boards"]["base"]) == (
        "28.00",
        "62.00",
    )  # 22 + 6 milestones; + 34 marks
    assert (low["shares"]["base"], high["shares"]["base"]) == ("0.10", "0.20")
    assert Fraction(high["change"]) == Fraction(high["payable"]) - Fraction(said["payment"]["payable"]) > 0


def test_the_report_shows_every_mark_spread_and_reviewer(sample_result: SampleResult) -> None:
    result = sample_result("dongsheng-2025-annual")
    items, people = reviewer_marks(scorecard_of(result)).blocks[2:4]
    said = result["firmness"]["marks"]
    assert items.kind == people.kind == "table"
    shown = {str(row[0]).split()[0]: row for row in items.rows}
    assert set(shown) == set(said["items"]) == set(GRADED)
    for item, one in said["items"].items():
        reviewers = result["review"]["reviewers"]
        assert list(shown[item][2:-3]) == [one["marks"].get(who, "—") for who in reviewers]
        assert shown[item][-3] == one["spread"]
    assert [row[0] for row in people.rows] == ["全部打分", *(f"去掉 {who}" for who in said["reviewers"])]
