"""A small league made in code: a test says only what matters to it, the rest is filled in."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from talentcalc.rulebook.load import find, open_rulebook
from talentcalc.rulebook.model import LeagueRulebook
from tests.support.documents import ResultJson, assess_file


def league_book(**readings: str) -> LeagueRulebook:
    """The Quanzhou rulebook under these readings."""
    book = open_rulebook(find("quanzhou-talent-home")).in_force(readings)
    assert isinstance(book, LeagueRulebook)
    return book


LEAGUE = league_book()

_DEFAULTS: dict[str, dict[str, Any]] = {
    "homes": {
        "name": "示例之家",
        "category": "talent_home",
        "type": "comprehensive",
        "county": "示例区",
        "designated_on": "2020-05-01",
        "overseas": "false",
    },
    "talents": {"level": "三", "valid_from": "2020-01-01"},
    "events": {
        "home_id": "H01",
        "title": "活动",
        "announced_at": "2025-03-01 08:00:00",
        "starts_at": "2025-03-10 14:00:00",
        "ends_at": "2025-03-10 17:00:00",
        "publicised": "true",
        "sign_up_open": "true",
        "region_limited": "false",
    },
    "media": {"outlet": "示例日报", "tier": "city", "published_on": "2025-03-11"},
    "checkins": {"home_id": "H01", "talent_id": "T001", "at": "2025-03-10 14:30:00"},
    "adjustments": {"home_id": "H01", "year": "2025", "points": "0", "approved_by": "示例单位"},
    "extensions": {
        "home_id": "H01",
        "year": "2025",
        "days": "10",
        "reason": "事由",
        "approved_by": "示例单位",
    },
    "sanctions": {"home_id": "H01", "decided_on": "2025-06-01", "kind": "warning", "reason": "事由"},
    "plans": {"home_id": "H01", "month": "2025-03", "uploaded_at": "2025-02-20 10:00:00"},
    "facilities": {"home_id": "H01", "present": "true", "checked_on": "2025-12-01"},
    "services": {"home_id": "H01", "scope": "common"},
    "staff": {"home_id": "H01", "person_id": "S1", "employment": "full_time"},
    "conformity": {"home_id": "H01", "outcome": "met", "reviewer": "R1", "reason": "理由"},
    "redemptions": {"talent_id": "T001", "redeemed_on": "2025-12-31", "points": "1", "goods": "纪念品"},
}


@dataclass
class City:
    """One league audit: tables of rows, and what its params say beside the default."""

    folder: Path
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)

    def add(self, table: str, *rows: dict[str, Any]) -> "City":
        """Add rows, with what they do not say filled in; single keys are numbered."""
        key = LEAGUE.tables[table].key
        for row in rows:
            filled = {**_DEFAULTS[table], **row}
            number = len(self.tables.setdefault(table, [])) + 1
            if len(key) == 1 and key[0] not in filled:
                letter, width = {"homes": ("H", 2), "talents": ("T", 3)}.get(table, (table[0].upper(), 4))
                filled[key[0]] = f"{letter}{number:0{width}d}"
            self.tables[table].append(filled)
        return self

    def many(self, table: str, number: int, **row: Any) -> "City":
        """Add `number` rows alike but for their ids."""
        return self.add(table, *({**row} for _ in range(number)))

    def visit(self, talents: Iterable[str], **row: Any) -> "City":
        """A check-in of each of these talents, alike but for who."""
        return self.add("checkins", *({**row, "talent_id": talent} for talent in talents))

    def write(self) -> Path:
        """Write evidence and params; the params file."""
        evidence = self.folder / "evidence"
        evidence.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables.items():
            with (evidence / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(LEAGUE.tables[name].columns))
                writer.writeheader()
                writer.writerows(rows)
        params = {
            "rulebook": "quanzhou-talent-home",
            "subject": "示例市",
            "year": 2025,
            "evidence": str(evidence),
            "review": {"agency": "示例机构", "reviewers": ["R1"], "dated": "2026-02-10"},
        } | self.params
        path = self.folder / "city.yaml"
        path.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
        return path

    def result(self, **readings: str) -> ResultJson:
        """The result, under these readings."""
        if readings:
            self.params["readings"] = readings
        return assess_file(self.write())

    def home(self, home: str = "H01", **readings: str) -> dict[str, Any]:
        """One home of the result."""
        result = self.result(**readings)
        assert result["status"] != "blocked", [one["check"] for one in result["findings"]]
        found: dict[str, Any] = result["homes"][home]
        return found
