"""Which rows count: the rulings' “What counts”, each reason in its order, stock, duplicates, attendance.

Every expected reason is the ruling's own: the first that applies of rejected, not_resolved, outside_period,
unproven, duplicate.
"""

from typing import Any

import pytest

from tests.conftest import Case
from tests.support.documents import ResultJson

OUT, IN = "2026-01-01", "2025-06-30"
ALIKE = {  # table, what its item counts, its date, and what makes two rows the same
    "activities": ("B17.1", "held_on", {"kind": "cooperation", "title": "同名", "held_on": IN}),
    "documents": ("B15.2", "issued_on", {"kind": "study_report", "title": "同名", "issued_on": IN}),
    "register": ("A08.6", "since", {"kind": "talent_added", "entity_id": "E1", "since": IN}),
}
KEYS = {
    "activities": "activity_id",
    "documents": "document_id",
    "register": "entry_id",
    "work_orders": "order_id",
}


def item(result: ResultJson, wanted: str) -> tuple[list[str], dict[str, str]]:
    """The rows that an item counts, and those set aside, each with its reason."""
    found = next(
        indicator["items"][wanted]
        for board in result["boards"].values()
        for indicator in board["indicators"].values()
        if wanted in indicator["items"]
    )
    return found["counted"], {one["row"]: one["why"] for one in found["set_aside"]}


def put(
    case: Case, table: str, key: str, row: dict[str, Any], proven: bool = True, rejected: bool = False
) -> None:
    """A row by its own key, with or without proof, and perhaps rejected by a verification."""
    case.add(table, {KEYS[table]: key, **row}, proven=proven)
    if rejected:
        case.add("verifications", {"table": table, "row_id": key})


def test_a_work_order_is_set_aside_for_the_first_reason_that_applies(case: Case) -> None:
    # By hand: each order has one flaw fewer than the one before it, in the ruling's order.
    put(case, "work_orders", "W1", {"outcome": "open", "closed_on": OUT}, proven=False, rejected=True)
    put(case, "work_orders", "W2", {"outcome": "withdrawn", "closed_on": OUT}, proven=False)
    put(case, "work_orders", "W3", {"closed_on": OUT}, proven=False)
    put(case, "work_orders", "W4", {"closed_on": ""}, proven=False)
    put(case, "work_orders", "W5", {}, proven=False)
    put(case, "work_orders", "W6", {})
    case.add("verifications", {"table": "work_orders", "row_id": "W6", "outcome": "accepted"})
    assert item(case.result(), "B09.1") == (
        ["W6"],
        {
            "W1": "rejected",
            "W2": "not_resolved",
            "W3": "outside_period",
            "W4": "outside_period",
            "W5": "unproven",
        },
    )


@pytest.mark.parametrize("table", ALIKE)
def test_a_repeated_row_is_set_aside_for_the_first_reason_that_applies(case: Case, table: str) -> None:
    # By hand: flaws as above, then the bare duplicate; what counts is last in the file but first by id.
    name, dated, same = ALIKE[table]
    put(case, table, "K1", same | {dated: OUT}, proven=False, rejected=True)
    put(case, table, "K2", same | {dated: OUT}, proven=False)
    put(case, table, "K3", same, proven=False)
    put(case, table, "K4", same)
    put(case, table, "K0", same)
    assert item(case.result(), name) == (
        ["K0"],
        {
            "K1": "rejected",
            "K2": "outside_period",
            "K3": "unproven",
            "K4": "duplicate",
        },
    )


@pytest.mark.parametrize("table", ALIKE)
def test_only_a_row_that_counts_makes_a_later_one_a_duplicate(case: Case, table: str) -> None:
    # By hand, ids as text: 10 < 100 < 9. The first is rejected, so the second counts and the third does not.
    name, _, same = ALIKE[table]
    put(case, table, "9", same)
    put(case, table, "100", same)
    put(case, table, "10", same, rejected=True)
    assert item(case.result(), name) == (["100"], {"9": "duplicate", "10": "rejected"})
    case.tables["verifications"][0]["outcome"] = "accepted"
    assert item(case.result(), name) == (["10"], {"9": "duplicate", "100": "duplicate"})


def test_an_unproven_row_that_a_reading_counts_makes_later_ones_duplicates(case: Case) -> None:
    name, _, same = ALIKE["documents"]
    put(case, "documents", "D1", same, proven=False)
    put(case, "documents", "D2", same)
    assert item(case.result(), name) == (["D2"], {"D1": "unproven"})
    assert item(case.result(unproven="count"), name) == (["D1"], {"D2": "duplicate"})


@pytest.mark.parametrize(
    ("table", "other", "duplicate"),
    [
        ("activities", {"held_on": "2025-06-29"}, False),
        ("activities", {"title": "同名 二"}, False),
        ("activities", {"title": " 同名　", "place": "乙"}, True),
        ("documents", {"issued_on": "2025-06-29"}, True),
        ("documents", {"title": "同\u3000名"}, False),
        ("register", {"since": "2025-06-29", "name": "别名"}, True),
        ("register", {"entity_id": "e1"}, False),
    ],
)
def test_what_makes_two_rows_the_same(case: Case, table: str, other: dict[str, str], duplicate: bool) -> None:
    # The ruling: activities by kind, title and date; documents by kind, title; register by kind, entity.
    name, _, same = ALIKE[table]
    put(case, table, "K1", same)
    put(case, table, "K2", same | other)
    assert item(case.result(), name)[1] == ({"K2": "duplicate"} if duplicate else {})


def test_titles_are_compared_after_nfc_and_trimming(case: Case) -> None:
    # é as one character and as two; another kind of the same title and date is no duplicate.
    row = {"kind": "cooperation", "held_on": IN}
    put(case, "activities", "A1", row | {"title": "Caf\u00e9"})
    put(case, "activities", "A2", row | {"title": " Cafe\u0301 "})
    put(case, "activities", "A3", row | {"title": "Café", "kind": "exchange"})
    result = case.result()
    assert item(result, "B17.1") == (["A1"], {"A2": "duplicate"})
    assert item(result, "B14.1") == (["A3"], {})


@pytest.mark.parametrize(
    ("since", "until", "stock", "flow"),
    [
        ("2020-01-01", "", True, False),
        ("2024-12-31", "2026-01-01", True, False),
        ("2025-01-01", "", True, True),
        ("2025-12-31", "", True, True),
        ("2026-01-01", "", False, False),
        ("2025-03-01", "2025-12-31", False, True),
        ("2025-03-01", "2025-06-30", False, True),
        ("2020-01-01", "2025-12-31", False, False),
    ],
)
def test_stock_stands_at_the_end_and_the_rest_is_achieved_within(
    case: Case, since: str, until: str, stock: bool, flow: bool
) -> None:
    # The ruling: stock if since ≤ end and until missing or > end; all other kinds by `since` alone.
    kinds = {
        "policy_expert": "B07.1",
        "institution_introduced": "B10.1",
        "institution_reserved": "B10.2",
        "expert_pool": "A09.5",
        "project_reserved": "A10.4",
        "partner_contact": "A10.3",
        "region_talent": "A09.1",
        "talent_added": "A08.6",
    }
    for kind in kinds:
        put(case, "register", kind, {"kind": kind, "since": since, "until": until})
    result = case.result()
    for kind, name in kinds.items():
        counts = flow if kind in ("partner_contact", "region_talent", "talent_added") else stock
        assert item(result, name) == (([kind], {}) if counts else ([], {kind: "outside_period"})), kind


def test_a_milestone_counts_however_early_it_was_reached(case: Case) -> None:
    # The ruling: achieved and achieved_on ≤ period end.
    days = {"A13.1": "2019-05-01", "A13.2": "2025-12-31", "A14.1": OUT, "A12.1": ""}
    for name, day in days.items():
        case.add("milestones", {"item": name, "achieved_on": day, "achieved": "true" if day else "false"})
    result = case.result()
    assert [item(result, name)[0] for name in days] == [["A13.1"], ["A13.2"], [], []]
    assert item(result, "A14.1")[1] == {"A14.1": "outside_period"}
    assert item(result, "A12.1")[1] == {"A12.1": "not_achieved"}


def test_a_rejected_proof_is_none(case: Case) -> None:
    # P0001 and P0002 prove A0001 and A0002; A0002 has a second proof that nobody rejected.
    case.many("activities", 2, kind="cooperation")
    case.add("proofs", {"table": "activities", "row_id": "A0002", "medium": "paper"})
    case.add("verifications", *({"table": "proofs", "row_id": f"P000{n}"} for n in (1, 2)))
    assert item(case.result(), "B17.1") == (["A0002"], {"A0001": "unproven"})


def test_a_proof_or_rejection_of_another_table_is_not_this_rows(case: Case) -> None:
    # A contract and an activity of one id: the proof names the one, the verification the other.
    case.add("activities", {"activity_id": "X1", "kind": "cooperation"}, proven=False)
    case.add("contracts", {"contract_id": "X1"})
    case.add("verifications", {"table": "activities", "row_id": "X1"})
    result = case.result(unproven="count")
    assert item(result, "B17.1") == ([], {"X1": "rejected"})
    assert item(result, "A02.1") == (["X1"], {})


def test_attendance_counts_through_counted_activities_less_rejected_rows(case: Case) -> None:
    # By hand: 3 at A0001 of which one is rejected; A0002 is outside, A0003 rejected, A0004 another kind.
    case.add("activities", {}, {"held_on": OUT}, {}, {"kind": "cooperation"})
    for n in (1, 2, 3, 4):
        case.attend(f"A000{n}", ["P1", "P2", "P3"] if n == 1 else ["P9"])
    case.add(
        "verifications",
        {"table": "attendance", "row_id": "A0001/P2"},
        {"table": "activities", "row_id": "A0003"},
    )
    assert item(case.result(), "B14.2") == (
        ["A0001/P1", "A0001/P3"],
        {
            "A0001/P2": "rejected",
            "A0002/P9": "outside_period",
            "A0003/P9": "rejected",
        },
    )
