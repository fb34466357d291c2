"""The next band and the units against real rows added and taken away, scored by plain loops."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from pathlib import Path
from typing import Any

import pytest

from talentcalc.analysis.critical_evidence.critical_rows import UpgradeGap, critical_evidence
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.marginal_units import MarginalUnit
from talentcalc.rulebook.model import ScorecardRulebook
from tests.conftest import Case
from tests.support.small_cards import Plain, by_chance, scenarios_of, shared_by_chance

Kind = tuple[str, str]


def kinds(book: ScorecardRulebook, case: Case) -> Iterator[Kind]:
    """Every kind of row that could be added: its table and what it is or where."""
    ids = {item.id for item in book.items()}
    if "I1.1" in ids:
        yield "activities", "policy_training"
        yield "attendance", ""
    if "I2.1" in ids:
        yield from (("contracts", "0.01"), ("contracts", "1000.00"))
    if "I3.1" in ids:
        yield from (("register", "city_talent"), ("register", "city_team"))
        if "milestones" not in case.tables:
            yield "milestones", "B04.1"


def with_rows(case: Case, added: tuple[Kind, ...]) -> Case | None:
    """The audit with further rows of these kinds; None where there is nothing to be present at."""
    more = Case(case.folder, deepcopy(case.tables))
    for number, (table, what) in enumerate(sorted(added)):  # activities before attendance
        if table == "attendance":
            if "activities" not in more.tables:
                return None
            more.attend(more.tables["activities"][0]["activity_id"], [f"新{number}"])
        elif table == "register":
            more.add("register", {"kind": what, "entity_id": f"新{number}"})
        elif table == "milestones":
            more.add("milestones", {"item": what})
        elif table == "contracts":
            more.add("contracts", {"amount": what, "client": f"新{number}"})
        else:
            more.add("activities", {"kind": what, "title": f"新{number}"})
    return more


def lifts(book: ScorecardRulebook, case: Case, added: tuple[Kind, ...], edge: Fraction) -> bool:
    """Whether the score is over the edge with these rows."""
    if added.count(("milestones", "B04.1")) > 1:
        return False
    more = with_rows(case, added)
    return more is not None and Plain(book, more).score(()) > edge


def shown(more: Mapping[str, Fraction]) -> tuple[Kind, ...]:
    """Rows that show what a rise tells: an amount is one contract, which also is one of their number."""
    rows: list[Kind] = []
    tables = {"I1.1": ("activities", "policy_training"), "I1.2": ("attendance", "")}
    tables |= {"I3.1": ("register", "city_talent"), "I3.2": ("register", "city_team")}
    tables |= {"I3.3": ("milestones", "B04.1")}
    for item, number in more.items():
        if item in tables:
            rows += [tables[item]] * int(number)
    contracts = max(int(more.get("I2.1", 0)), int("I2.2" in more))
    return (*rows, *[("contracts", "1000.00" if "I2.2" in more else "0.01")] * contracts)


def gap_and_edge(
    book: ScorecardRulebook, case: Case, folder: Path
) -> tuple[UpgradeGap | NotComputable, Fraction] | None:
    """The gap to the next band and the edge below it; None, which is asserted, in the highest band."""
    band = critical_evidence(scenarios_of(book, case, folder)).parts["p"]
    place = next(n for n, step in enumerate(band.part.bands) if band.part.score <= step.up_to)
    if place == len(band.part.bands) - 1:
        assert band.raised == "highest"
        return None
    assert isinstance(band.raised, UpgradeGap | NotComputable)
    if isinstance(band.raised, UpgradeGap):
        assert band.raised.edge - band.raised.short == band.part.score
    return band.raised, band.part.bands[place].up_to


@pytest.mark.parametrize("number", range(30))
def test_no_fewer_rows_lift_the_score_over_the_edge(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = by_chance(number)
    raised = gap_and_edge(book, case, tmp_path_factory.mktemp("card"))
    if raised is None:
        return
    rise, edge = raised
    assert isinstance(rise, UpgradeGap), rise
    every = list(kinds(book, case))
    if rise.rows is None:
        added = tuple(kind for kind in every for _ in range(1 if kind[0] == "milestones" else 9))
        more = with_rows(case, added)
        assert more is not None and rise.marks == edge - Plain(book, more).score(())
        return
    rows = shown(rise.more)
    if ("attendance", "") in rows and "activities" not in case.tables:
        rows = (*rows, ("activities", "policy_training"))
    assert len(rows) == rise.rows
    assert lifts(book, case, rows, edge)
    if rise.rows <= 5:
        fewer = combinations_with_replacement(every, rise.rows - 1)
        assert not any(lifts(book, case, added, edge) for added in fewer)


@pytest.mark.parametrize("number", range(30))
def test_so_many_rows_that_serve_several_items_lift_the_score_and_no_fewer(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = shared_by_chance(number)
    raised = gap_and_edge(book, case, tmp_path_factory.mktemp("card"))
    if raised is None:
        return
    rise, edge = raised
    if isinstance(rise, NotComputable):  # of an amount that earns its share, there is no next step
        assert "按金额的比例计分" in str(rise)
        return
    assert isinstance(rise, UpgradeGap), rise
    every = [("contracts", "1000.00")] if "contracts" in case.tables else []
    if "activities" in case.tables:
        every += [("activities", "policy_training"), ("activities", "exchange"), ("attendance", "")]
    if rise.rows is None:
        more = with_rows(case, tuple(every * 9))
        assert more is not None and rise.marks == edge - Plain(book, more).score(())
        return
    assert rise.after is not None and rise.after.scores["b"] > edge
    for rows in range(min(rise.rows, 5) + 1):
        lifting = any(lifts(book, case, added, edge) for added in combinations_with_replacement(every, rows))
        assert lifting == (rows == rise.rows)


@pytest.mark.parametrize("number", range(20))
def test_the_last_and_the_next_unit_change_the_points_and_one_less_does_not(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = by_chance(number)
    scenarios, plain_way = scenarios_of(book, case, tmp_path_factory.mktemp("card")), Plain(book, case)
    now, have = scenarios.filed.scores["b"], plain_way.quantities()
    for name, found in critical_evidence(scenarios).units.items():
        for unit, sign in ((found.last, -1), (found.next, 1)):
            every: Any = range(1, 12) if name != "I2.2" else [Fraction(n, 100) for n in range(1, 2500, 7)]
            if not isinstance(unit, MarginalUnit):
                ways = [have | {name: max(Fraction(0), have[name] + sign * n)} for n in every]
                assert all(plain_way.points(value) == now for value in ways), (name, unit)
                continue
            little = Fraction(1, 1000) if name == "I2.2" else Fraction(1)
            beyond = little if unit.strictly else Fraction(0)
            changed = plain_way.points(have | {name: have[name] + sign * (unit.quantity + beyond)})
            less = have | {name: have[name] + sign * (unit.quantity - (0 if unit.strictly else little))}
            assert abs(changed - now) == unit.points > 0
            assert plain_way.points(less) == now
            assert unit.paid == scenarios.paid(book.scorecard.payment, {"b": changed}, None)
            if sign < 0:
                assert unit.rows == _fewest(plain_way, name, have[name] - unit.quantity, unit.strictly)


def _fewest(plain_way: Plain, item: str, to: Fraction, strictly: bool) -> int:
    """The fewest rows whose rejection brings a quantity down so far, by trying every set."""
    rows = plain_way.rows()
    return next(
        size
        for size in range(len(rows) + 1)
        for gone in combinations(rows, size)
        if (value := plain_way.quantities(gone)[item]) < to or (value == to and not strictly)
    )
