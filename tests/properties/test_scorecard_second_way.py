"""The sample audits scored a second way: from the rulings' own table, in plain Python, without the rulebook.

The table below is typed from the rulings on the Dongsheng annex (id, measured from, rule, cap), not
taken from rulebook.yaml: it holds the rulebook to the rulings, and the package to the arithmetic.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.documents import assess_file

# item: table, kind, points each, per how many, cap
COUNTED = """
B01.1 activities policy_talk 0.5 1 2           | B02.1 activities policy_display 0.5 2 3
B03.1 activities showcase 1 3 4                | B06.1 documents policy_compendium 2 1 2
B06.2 documents service_guide 2 1 2            | B07.1 register policy_expert 1 1 3
B08.1 activities policy_training 0.25 1 1      | B09.1 work_orders - 0.4 5 12
B10.1 register institution_introduced 1 1 5    | B10.2 register institution_reserved 0.25 1 2
B14.1 activities exchange 1 2 6                | B15.1 activities study_tour 0.5 1 1
B15.2 documents study_report 0.5 1 1           | B17.1 activities cooperation 2 1 10
A01.1 register platform_city 2 1 4             | A01.2 register platform_region 4 1 4
A02.1 contracts - 0.2 1 2                      | A03.1 activities results_event 0.5 1 4
A04.1 register talent_station 2 1 2            | A05.2 register specialised_new_enterprise 2 1 14
A05.3 register high_tech_enterprise 2 1 14     | A05.4 register high_end_innovator 1 1 14
A05.5 register innovation_platform 1 1 14      | A07.1 activities talent_visit 0.5 1 2
A08.1 register reserve_high_end 0.2 1 2        | A08.2 register reserve_team 0.2 1 1
A08.3 register top_talent 3 1 3                | A08.4 register high_level_landed 1 1 4
A08.5 register team_landed 2 1 2               | A08.6 register talent_added 0.08 1 8
A09.1 register region_talent 1 1 3             | A09.2 register region_team 2 1 2
A09.3 register city_talent 0.5 1 3             | A09.4 register city_team 0.5 1 1
A09.5 register expert_pool 0.1 1 7             | A10.1 activities partner_district 2 1 2
A10.2 activities partner_regular 1 1 6         | A10.3 register partner_contact 0.04 1 2
A10.4 register project_reserved 0.04 1 2       | A11.1 activities project_review 0.5 1 1
A11.2 documents project_opinion 0.1 1 3        | A15.1 register service_scene 1 1 4
"""
MILESTONES = """B04.1 1 B11.1 1 B16.1 2 B16.2 1 B16.3 1 A04.2 1 A05.1 2 A06.1 1 A06.2 1 A12.1 1 A13.1 2
A13.2 2 A14.1 1 A16.1 1"""
GRADED = """B04.2 1 B05.1 2 B05.2 3 B11.2 2 B12.1 6 B12.2 6 B13.1 8 B13.2 6 A04.3 1 A12.2 1 A14.2 1 A16.2 1"""
POINTS = """B01 2 B02 3 B03 4 B04 2 B05 5 B06 4 B07 3 B08 3 B09 12 B10 7 B11 3 B12 12 B13 14 B14 10 B15 2
B16 4 B17 10 A01 4 A02 4 A03 4 A04 4 A05 14 A06 2 A07 2 A08 20 A09 16 A10 12 A11 4 A12 2 A13 4 A14 2
A15 4 A16 2"""
STOCK = {"policy_expert", "institution_introduced", "institution_reserved", "expert_pool", "project_reserved"}
DATE = {
    "activities": "held_on",
    "documents": "issued_on",
    "contracts": "signed_on",
    "work_orders": "closed_on",
}
SAME = {
    "activities": ("kind", "title", "held_on"),
    "documents": ("kind", "title"),
    "register": ("kind", "entity_id"),
}

Row = dict[str, str]


def pairs(text: str) -> dict[str, Decimal]:
    """`name number name number …` as a mapping."""
    words = text.split()
    return dict(zip(words[::2], map(Decimal, words[1::2]), strict=True))


class Sample:
    """One sample audit, read with the csv module alone."""

    def __init__(self, folder: Path, start: str, end: str) -> None:
        self.start, self.end = start, end
        self.tables: dict[str, list[Row]] = {}
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                self.tables[path.stem] = list(csv.DictReader(stream))
        self.rejected = {
            (row["table"], row["row_id"])
            for row in self.tables["verifications"]
            if row["outcome"] == "rejected"
        }
        self.proven = {
            (row["table"], row["row_id"])
            for row in self.tables["proofs"]
            if ("proofs", row["proof_id"]) not in self.rejected
        }

    def in_time(self, table: str, row: Row) -> bool:
        """Whether the row's date counts."""
        if table == "register" and row["kind"] in STOCK:
            return row["since"] <= self.end and (not row["until"] or row["until"] > self.end)
        day = row["since"] if table == "register" else row[DATE[table]]
        return self.start <= day <= self.end

    def counting(self, table: str, kind: str) -> list[str]:
        """The ids of the rows of a kind that count."""
        seen: set[tuple[str, ...]] = set()
        ids = []
        first = next(iter(self.tables[table][0]))
        for row in sorted(self.tables[table], key=lambda one: one[first]):
            key = (table, row[first])
            if (
                kind not in ("-", row.get("kind"))
                or row.get("outcome", "resolved") != "resolved"
                or not self.in_time(table, row)
                or key in self.rejected
                or key not in self.proven
            ):
                continue
            same = tuple(row[name] for name in SAME.get(table, (first,)))
            if same not in seen:
                seen.add(same)
                ids.append(row[first])
        return ids

    def people(self, kind: str) -> list[str]:
        """The person of each sign-in at a counted activity of a kind."""
        held = set(self.counting("activities", kind))
        return [
            row["person_id"]
            for row in self.tables["attendance"]
            if row["activity_id"] in held
            and ("attendance", f"{row['activity_id']}/{row['person_id']}") not in self.rejected
        ]

    def items(self) -> dict[str, Fraction]:
        """Every item's points."""
        points: dict[str, Fraction] = {}
        for entry in COUNTED.replace("|", "\n").strip().splitlines():
            item, table, kind, each, per, cap = entry.split()
            units = len(self.counting(table, kind)) // int(per)
            points[item] = min(units * Fraction(each), Fraction(cap))
        points["B08.2"] = min(len(set(self.people("policy_training"))) // 100 * Fraction("0.4"), Fraction(2))
        points["B14.2"] = min(len(self.people("exchange")) // 100 * Fraction("0.5"), Fraction(4))
        worth = {row["contract_id"]: Decimal(row["amount"]) for row in self.tables["contracts"]}
        total = sum(worth[one] for one in self.counting("contracts", "-"))
        points["A02.2"] = Fraction(2 if total >= 5_000_000 else 0)
        done = {row["item"]: row for row in self.tables["milestones"]}
        for item, most in pairs(MILESTONES).items():
            row, key = done.get(item), ("milestones", item)
            stands = (
                row is not None and row["achieved"] in ("true", "是", "1") and row["achieved_on"] <= self.end
            )
            points[item] = Fraction(most if stands and key in self.proven and key not in self.rejected else 0)
        for item in pairs(GRADED):
            marks = [Decimal(row["mark"]) for row in self.tables["judgements"] if row["item"] == item]
            mean = (sum(marks, Decimal(0)) / len(marks)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            points[item] = Fraction(mean)
        return points


@pytest.mark.parametrize(
    ("audit", "start", "end"),
    [
        ("dongsheng-2025-annual", "2025-01-01", "2025-12-31"),
        ("dongsheng-2025-half-year", "2025-01-01", "2025-06-30"),
    ],
)
def test_the_sample_scores_the_same_a_second_way(audit: str, start: str, end: str) -> None:
    result = assess_file(ROOT / "params" / f"{audit}.yaml")
    expected = Sample(ROOT / "evidence" / audit, start, end).items()
    assert len(expected) == 71
    found = {
        item: Fraction(one["points"])
        for board in result["boards"].values()
        for indicator in board["indicators"].values()
        for item, one in indicator["items"].items()
    }
    assert found == expected
    limits = pairs(POINTS)
    assert sum(limits.values()) == 200
    for name, letter in (("base", "B"), ("additional", "A")):
        board = result["boards"][name]
        for indicator, most in limits.items():
            if indicator.startswith(letter):
                earned = sum(value for item, value in expected.items() if item.startswith(f"{indicator}."))
                assert Fraction(board["indicators"][indicator]["points"]) == min(earned, Fraction(most))
        assert Fraction(board["score"]) == sum(
            Fraction(one["points"]) for one in board["indicators"].values()
        )
