"""Small scorecards by chance, and a second way to score them: plain loops over the rows as written."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

from talentcalc.analysis.scenario import Scenarios
from talentcalc.core.decimals import format_shortest
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Distinct, Scorecard
from tests.conftest import BOOK, Case

Row = tuple[str, str]
"""A row: its table and its key."""


def small(items: list[dict[str, Any]], limit: dict[str, Any] | None, edges: list[str]) -> ScorecardRulebook:
    """A rulebook with one board and these items, by their indicators, and bands that end at these edges."""
    indicators: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        one = {"label": "要点", "quote": "要点", "unit": "个"} | item
        indicators.setdefault(item["id"].split(".")[0], []).append(one)
    points = {name: str(max(2, len(own))) for name, own in indicators.items()}
    tasks = [
        {
            "title": "任务",
            "indicators": [
                {"id": name, "target": "指标", "criterion": "要点", "points": points[name], "items": own}
                | ({"limits": [limit]} if limit and limit["items"][0].startswith(name) else {})
                for name, own in indicators.items()
            ],
        }
    ]
    whole = str(sum(map(int, points.values())))
    board = {"title": "板块", "points": whole, "categories": [{"title": "项目", "tasks": tasks}]}
    shares = [{"up_to": edge, "share": f"0.{n}"} for n, edge in enumerate([*edges, whole], start=1)]
    part = {"id": "p", "title": "部分", "board": "b", "clause": "第六条", "kind": "banded", "bands": shares}
    balance = {"clause": "第六条", "rule": {"kind": "whole"}}
    payment = {
        "round_to": "0.01",
        "near_edge": "0",
        "parts": [part],
        "balance": {"annual": balance, "half_year": balance},
    }
    return BOOK.model_copy(
        update={"scorecard": Scorecard.model_validate({"boards": {"b": board}, "payment": payment})}
    )


def _unit(item: str, measure: dict[str, Any], points: str, per: str, **more: Any) -> dict[str, Any]:
    rule = {"kind": "per_unit", "points": points, "per": per, "partial": more.pop("partial", "none")}
    return {"id": item, "measure": measure, "rule": rule} | more


def by_chance(number: int) -> tuple[ScorecardRulebook, Case]:
    """A small rulebook, and an audit of a few rows of each table that it counts; the same for a number."""
    dice = random.Random(number)
    made: list[dict[str, Any]] = []
    limit = None
    case = Case(Path())
    partial = dice.choice(["none", "share"])
    if number % 3 != 1:  # trainings, some of them twice, and who was there
        wanted = {"kind": "policy_training"}
        through = {"table": "activities", "column": "activity_id", "where": wanted}
        count: Any = dice.choice(["rows", {"distinct": "person_id"}])
        there = {"table": "attendance", "through": through, "count": count}
        made += [
            _unit("I1.1", {"table": "activities", "where": wanted, "count": "rows"}, "0.5", "1", cap="1"),
            _unit("I1.2", there, "0.7", "2", partial=partial, cap=dice.choice(["0.7", "1.4", "2"])),
        ]
        for title in dice.choices("甲乙丙丁", k=dice.randint(2, 4)):
            case.add("activities", {"kind": "policy_training", "title": title})
        for row in case.tables["activities"]:
            row["title"] = row["title"].rstrip("0123456789")
            case.attend(row["activity_id"], dice.sample(["P1", "P2", "P3"], dice.randint(0, 2)))
    if number % 3 != 2:  # contracts: their number and their amount, by one gate or two
        gate = dice.choice([None, {"item": "I2.1", "at_least": "2"}])
        worth = {"kind": "threshold", "points": "1", "at_least": "5", "only_with": gate}
        made += [
            _unit("I2.1", {"table": "contracts", "count": "rows"}, "0.6", dice.choice(["1", "2"]), cap="1.2"),
            {"id": "I2.2", "measure": {"table": "contracts", "count": {"sum": "amount"}}, "rule": worth},
        ]
        for _ in range(dice.randint(1, 4)):
            case.add("contracts", {"amount": f"{dice.randint(1, 9) / 2:.2f}"})
    if number % 3 != 0:  # two kinds in the register, some twice, held together, and a milestone
        for item, kind in (("I3.1", "city_talent"), ("I3.2", "city_team")):
            made.append(
                _unit(item, {"table": "register", "where": {"kind": kind}, "count": "rows"}, "0.4", "1")
            )
            for entity in dice.choices("XYZ", k=dice.randint(0, 3)):
                case.add("register", {"kind": kind, "entity_id": entity})
        limit = {"items": ["I3.1", "I3.2"], "points": dice.choice(["0.8", "1", "5"])}
        own = {"table": "milestones", "where": {"item": "B04.1"}, "count": "rows"}
        made.append({"id": "I3.3", "measure": own, "rule": {"kind": "milestone", "points": "0.3"}})
        if dice.random() < 0.6:
            case.add("milestones", {"item": "B04.1"})
    whole = sum(
        max(2, len([one for one in made if one["id"].startswith(name)])) for name in _indicators(made)
    )
    edges = sorted(dice.sample(range(2, whole * 10 - 2), 3))
    return small(made, limit, [format_shortest(Fraction(edge, 10)) for edge in edges]), case


def shared_by_chance(number: int) -> tuple[ScorecardRulebook, Case]:
    """The same where a row counts for several items in several ways, of one indicator or of two."""
    dice = random.Random(f"shared {number}")
    case, made = Case(Path()), []
    trainings, both = {"kind": "policy_training"}, {"kind": ["policy_training", "exchange"]}
    if number % 3 != 1:
        through = {"table": "activities", "column": "activity_id"}
        whole = {"table": "activities", "where": both, "count": "rows"}
        made = [
            _unit("I1.1", {"table": "activities", "where": trainings, "count": "rows"}, "0.5", "1", cap="1"),
            _unit("I4.1" if dice.random() < 0.5 else "I1.2", whole, "0.4", dice.choice(["1", "2"])),
        ]
        for place, count in enumerate(["rows", {"distinct": "person_id"}], start=3):
            where = dice.choice([trainings, both])
            there = {"table": "attendance", "through": through | {"where": where}, "count": count}
            if dice.random() < 0.7:
                made.append(_unit(f"I1.{place}", there, "0.3", dice.choice(["1", "2"]), cap="1.2"))
        for title in dice.choices("甲乙丙", k=dice.randint(1, 3)):
            kind = dice.choice(["policy_training", "exchange"]) if case.tables else "policy_training"
            case.add("activities", {"kind": kind, "title": title})
        for row in case.tables["activities"]:
            row["title"] = row["title"].rstrip("0123456789")
            case.attend(row["activity_id"], dice.sample(["P1", "P2", "P3"], dice.randint(0, 2)))
    if number % 3 != 2:
        ways: list[Any] = ["rows", {"sum": "amount"}, {"distinct": "client"}]
        for place, count in enumerate(dice.sample(ways, dice.randint(2, 3)), start=1):
            measure = {"table": "contracts", "count": count}
            name = f"{dice.choice(['I2', 'I3'])}.{place}"
            if count == {"sum": "amount"} and dice.random() < 0.5:
                worth = {"kind": "threshold", "points": "1", "at_least": dice.choice(["5", "3.5"])}
                made.append({"id": name, "measure": measure, "rule": worth})
            else:
                per, partial = dice.choice(["1", "2", "3"]), dice.choice(["none", "share"])
                made.append(_unit(name, measure, "0.6", per, partial=partial, cap="1.7"))
        for _ in range(dice.randint(1, 5)):
            amount = f"{dice.randint(1, 9) / 2:.2f}"
            case.add("contracts", {"amount": amount, "client": dice.choice("UVW")})
    whole_board = sum(max(2, sum(one["id"].startswith(own) for one in made)) for own in _indicators(made))
    edges = sorted(dice.sample(range(1, whole_board * 10 - 2), 3))
    return small(made, None, [format_shortest(Fraction(edge, 10)) for edge in edges]), case


def _indicators(items: list[dict[str, Any]]) -> set[str]:
    return {item["id"].split(".")[0] for item in items}


def scenarios_of(book: ScorecardRulebook, case: Case, folder: Path) -> Scenarios:
    """The audit, read, under any scenario."""
    case.folder = folder
    audit = open_audit(case.write())
    evidence = read_evidence(audit.evidence, BOOK)
    assert isinstance(audit.params, ScorecardParams)
    return Scenarios(book, audit.params, evidence)


@dataclass(frozen=True)
class Plain:
    """The same audit scored by plain loops, without any row that is named."""

    book: ScorecardRulebook
    case: Case

    def rows(self) -> list[Row]:
        """Every row that a verification may reject, by table and key."""
        found = []
        for table in ("activities", "attendance", "contracts", "register", "milestones"):
            for row in self.case.tables.get(table, []):
                found.append((table, "/".join(str(row[name]) for name in BOOK.tables[table].key)))
        return found

    def quantities(self, gone: Iterable[Row] = ()) -> dict[str, Fraction]:
        """How much there is of each item where these rows are rejected."""
        out = set(gone)
        return {item.id: self._quantity(item, out) for item in self.book.items()}

    def score(self, gone: Iterable[Row]) -> Fraction:
        """The board's score where these rows are rejected."""
        return self.points(self.quantities(gone))

    def points(self, value: Mapping[str, Fraction]) -> Fraction:
        """The board's score at these quantities."""
        total = Fraction(0)
        for indicator in self.book.scorecard.boards["b"].indicators():
            points = {}
            for item in indicator.items:
                rule: Any = item.rule
                have, each = value[item.id], Fraction(rule.points)
                if rule.kind == "per_unit":
                    units = have / Fraction(rule.per)
                    each *= units if rule.partial == "share" else int(units)
                elif rule.kind == "milestone":
                    each = each if have else Fraction(0)
                else:
                    gate = rule.only_with is None or value[rule.only_with.item] >= rule.only_with.at_least
                    each = each if have >= rule.at_least and gate else Fraction(0)
                points[item.id] = min(each, Fraction(indicator.cap_of(item)))
            for limit in indicator.limits:
                held = min(sum(points.pop(name) for name in limit.items), Fraction(limit.points))
                points[limit.items[0]] = Fraction(held)
            total += min(sum(points.values(), Fraction(0)), Fraction(indicator.points))
        return total

    def _quantity(self, item: Any, out: set[Row]) -> Fraction:
        measure = item.measure
        if measure.table == "attendance":
            shown = set(self._standing("activities", measure.through.where, out))
            there = [
                row
                for row in self.case.tables.get("attendance", [])
                if row["activity_id"] in shown
                and ("attendance", f"{row['activity_id']}/{row['person_id']}") not in out
            ]
            return Fraction(
                len(there) if measure.count == "rows" else len({row["person_id"] for row in there})
            )
        standing = self._standing(measure.table, measure.where, out)
        if measure.count == "rows":
            return Fraction(len(standing))
        if isinstance(measure.count, Distinct):
            return Fraction(len({row[measure.count.distinct] for row in standing.values()}))
        return sum((Fraction(row["amount"]) for row in standing.values()), Fraction(0))

    def _standing(self, table: str, where: Any, out: set[Row]) -> dict[str, dict[str, Any]]:
        same = {"activities": ("kind", "title", "held_on"), "register": ("kind", "entity_id")}.get(table)
        seen, standing = set(), {}
        (key,) = BOOK.tables[table].key
        for row in sorted(self.case.tables.get(table, []), key=lambda one: str(one[key])):
            if (table, row[key]) in out or any(row[name] not in values for name, values in where.items()):
                continue
            mark = tuple(row[name] for name in same) if same else row[key]
            if mark not in seen:
                seen.add(mark)
                standing[row[key]] = row
        return standing


def smallest(plain_way: Plain, edge: Fraction) -> list[frozenset[Row]]:
    """Every smallest set of rows whose rejection brings the score down to `edge`; none if none does."""
    rows = plain_way.rows()
    for size in range(len(rows) + 1):
        found = [frozenset(one) for one in combinations(rows, size) if plain_way.score(one) <= edge]
        if found:
            return found
    return []
