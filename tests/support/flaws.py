"""Sound evidence, and for every check the smallest flaw that it has to find."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from talentcalc.checks.planned_check import PlannedCheck
from talentcalc.checks.planning import plan
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from tests.conftest import BOOK, Case

Flaw = tuple[Callable[[Case], Any], list[str]]
"""What to do to sound evidence, and the keys of the rows that then fail, in the order of the file."""

GRADED = [item.id for item in BOOK.items_measured_from("judgements")]
DAY = "2025-03-01"


def planned(params: Path) -> tuple[tuple[PlannedCheck, ...], Evidence]:
    """Every check of the audit that a params file names, ready to run, and its evidence."""
    audit = open_audit(params)
    evidence = read_evidence(audit.evidence, audit.rulebook)
    return plan(audit, evidence), evidence


def sound(case: Case) -> Case:
    """A row in every table, and nothing for any check to find."""
    case.add("activities", {}).add("work_orders", {}).add("register", {}).add("documents", {})
    case.add("contracts", {}).add("milestones", {"item": "A13.1"})
    case.attend("A0001", ["P1"])
    case.add("judgements", *({"item": item} for item in GRADED))
    case.add("verifications", {"table": "activities", "row_id": "A0001", "outcome": "accepted"})
    case.add("opinions", {"unit": "甲", "score": "100"})
    left = {"check": "activities.title.filled", "severity": "warning", "table": "activities", "title": "问题"}
    case.add("followups", {"finding_id": "half:activities", "remedy": "更正", "state": "open"} | left)
    case.add("satisfaction", {"field": "教育", "level": "技能", "score": "0", "answered_on": DAY})
    return case.add("inspections", {"inspected_on": DAY, "subject": "档案", "score": "87.6"})


def adding(table: str, *rows: dict[str, Any], proven: bool = True) -> Callable[[Case], Any]:
    return lambda case: case.add(table, *rows, proven=proven)


def changing(table: str, **cells: Any) -> Callable[[Case], Any]:
    """Other cells in the table's first row."""
    return lambda case: case.tables[table][0].update(cells)


def once_late(table: str, column: str, key: str, **cells: Any) -> Flaw:
    return adding(table, {column: "2026-01-01", **cells}), [key]


FLAWS: dict[str, Flaw] = {
    "work_orders.closed_after_opened": (changing("work_orders", opened_on="2025-03-03"), ["W0001"]),
    "register.until_after_since": (changing("register", until="2025-02-28"), ["R0001"]),
    "milestones.achieved_dated": (changing("milestones", achieved_on=""), ["A13.1"]),
    "judgements.mark_in_range": (changing("judgements", mark="1.01"), ["B04.2/R1"]),
    "proofs.row_there": (
        adding("proofs", {"table": "attendance", "row_id": "A0001/P2", "medium": "paper"}),
        ["P0007"],
    ),
    "verifications.row_there": (
        adding("verifications", {"table": "contracts", "row_id": "A0001"}),
        ["contracts/A0001"],
    ),
    "proofs.file_there": (changing("proofs", medium="electronic", path="none.txt"), ["P0001"]),
    "proofs.file_same": (
        changing("proofs", medium="electronic", path="opinions.csv", sha256="0" * 64),
        ["P0001"],
    ),
    "activities.outside_period": once_late("activities", "held_on", "A0002"),
    "work_orders.outside_period": once_late("work_orders", "closed_on", "W0002"),
    "register.outside_period": once_late("register", "since", "R0002"),
    "documents.outside_period": once_late("documents", "issued_on", "D0002"),
    "contracts.outside_period": once_late("contracts", "signed_on", "C0002"),
    "milestones.outside_period": once_late("milestones", "achieved_on", "A13.2", item="A13.2"),
    "inspections.outside_period": once_late(
        "inspections", "inspected_on", "I0002", subject="档案", score="1"
    ),
    "activities.unproven": (adding("activities", {}, proven=False), ["A0002"]),
    "work_orders.unproven": (adding("work_orders", {}, proven=False), ["W0002"]),
    "register.unproven": (adding("register", {}, proven=False), ["R0002"]),
    "documents.unproven": (adding("documents", {}, proven=False), ["D0002"]),
    "contracts.unproven": (adding("contracts", {}, proven=False), ["C0002"]),
    "milestones.unproven": (adding("milestones", {"item": "A13.2"}, proven=False), ["A13.2"]),
    "register.one_kind": (
        adding("register", {"kind": "top_talent", "entity_id": "E0001"}),
        ["R0001", "R0002"],
    ),
    "activities.one_kind": (
        adding("activities", {"kind": "cooperation", "title": "活动1"}),
        ["A0001", "A0002"],
    ),
    "activities.alike": (
        lambda case: case.add(
            "activities",
            {"title": "人才政策 宣讲（一）"},
            {"title": "人才政策宣讲(一)"},
            {"title": "人才政策宣讲（二）"},
        ),
        ["A0002", "A0003"],
    ),
    "documents.alike": (
        adding("documents", {"title": "政策汇编【上】"}, {"title": "政策汇编〔上〕"}),
        ["D0002", "D0003"],
    ),
    "register.alike": (
        adding(
            "register", {"entity_id": "E8", "name": "ＡＢＣ公司"}, {"entity_id": "E9", "name": "abc 公司"}
        ),
        ["R0002", "R0003"],
    ),
    "proofs.one_row": (
        lambda case: [proof.update(path="opinions.csv") for proof in case.tables["proofs"][:2]],
        ["P0001", "P0002"],
    ),
    "activities.declared": (changing("activities", declared_attendance="2"), ["A0001"]),
    "attendance.one_place": (
        lambda case: (
            case.add("activities", {"place": "甲"}, {"place": "乙"}, {"place": "甲"})
            .attend("A0002", ["P1", "P2"])
            .attend("A0003", ["P1"])
            .attend("A0004", ["P2"])
        ),
        ["A0002/P1", "A0003/P1"],
    ),
    "work_orders.late_rush": (
        lambda case: case.many("work_orders", 3).add("work_orders", {"closed_on": "2025-12-22"}),
        ["W0005"],
    ),
    "work_orders.confirmed": (changing("work_orders", client_confirmed="false"), ["W0001"]),
    "judgements.apart": (
        adding("judgements", {"item": "B12.1", "reviewer": "R2", "mark": "1.81"}),
        ["B12.1/R1", "B12.1/R2"],
    ),
    "judgements.all_marked": (lambda case: case.tables["judgements"].pop(0), ["B04.2/R1"]),
    # What every table brings with it, one of each kind; `unique` and `known` in their two forms.
    "opinions.columns.present": (lambda case: headless(case, "unit,score\n甲,100\n"), []),
    "opinions.score.filled": (changing("opinions", score=""), ["甲"]),
    "inspections.inspection_id.filled": (changing("inspections", inspection_id=" "), ["#2"]),
    "judgements.reason.filled": (changing("judgements", reason=""), ["B04.2/R1"]),
    "contracts.key.unique": (adding("contracts", {"contract_id": "C0001"}), ["C0001", "C0001"]),
    "attendance.key.unique": (lambda case: case.attend("A0001", ["P2", "P1"]), ["A0001/P1", "A0001/P1"]),
    "documents.kind.known": (changing("documents", kind="novel"), ["D0001"]),
    "milestones.item.known": (adding("milestones", {"item": "B09.1"}), ["B09.1"]),
    "verifications.table.known": (
        adding("verifications", {"table": "judgements", "row_id": "B04.2/R1"}),
        ["judgements/B04.2/R1"],
    ),
    "attendance.activity_id.references": (lambda case: case.attend("A0002", ["P1"]), ["A0002/P1"]),
    "contracts.amount.in_range": (changing("contracts", amount="-0.01"), ["C0001"]),
    "satisfaction.score.in_range": (changing("satisfaction", score="100.01"), ["S0001"]),
    "inspections.score.in_range": (changing("inspections", score="-0.1"), ["I0001"]),
}
WARNINGS = (
    "outside_period",
    "unproven",
    "one_kind",
    "alike",
    "one_row",
    "declared",
    "one_place",
    "late_rush",
    "confirmed",
    "apart",
    "all_marked",
)  # by the rulings; all the others are critical


def headless(case: Case, text: str) -> None:
    """The opinions as a file without one of its columns."""
    del case.tables["opinions"]
    (case.folder / "evidence").mkdir(exist_ok=True)
    (case.folder / "evidence/opinions.csv").write_text(text, encoding="utf-8")
