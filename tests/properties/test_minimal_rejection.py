"""Critical rows against every subset of rows, each scored by plain loops."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from talentcalc.analysis.critical_evidence.critical_rows import MinimalRejection, critical_evidence
from talentcalc.analysis.scenario import Scenario
from talentcalc.rulebook.model import ScorecardRulebook
from tests.conftest import Case
from tests.support.small_cards import Plain, by_chance, scenarios_of, shared_by_chance, smallest


@pytest.mark.parametrize("make", [by_chance, shared_by_chance])
@pytest.mark.parametrize("number", range(40))
def test_the_smallest_sets_are_those_found_by_trying_every_set(
    tmp_path_factory: pytest.TempPathFactory,
    number: int,
    make: Callable[[int], tuple[ScorecardRulebook, Case]],
) -> None:
    book, case = make(number)
    compare(book, case, tmp_path_factory.mktemp("card"))


def compare(book: ScorecardRulebook, case: Case, folder: Path) -> None:
    """What lowers a card's band is what trying every set of rows finds."""
    scenarios, plain_way = scenarios_of(book, case, folder), Plain(book, case)
    assert plain_way.score(()) == scenarios.filed.scores["b"]
    band = critical_evidence(scenarios).parts["p"]
    edge = next(step.above for step in band.part.bands if band.part.score <= step.up_to)
    if edge is None:
        assert band.lowered == "lowest"
        return
    sets = smallest(plain_way, edge)
    if not sets:
        assert band.lowered == "marks"
        return
    lowered = band.lowered
    assert isinstance(lowered, MinimalRejection), lowered
    one_set = frozenset((table, key) for table, keys in lowered.one_set.items() for key in keys)
    assert (lowered.edge, lowered.rows) == (edge, len(sets[0]))
    assert one_set in sets
    rows = [{(table, key) for table, keys in part.rows.items() for key in keys} for part in lowered.critical]
    assert frozenset().union(*rows) == frozenset().union(*sets)
    assert lowered.after.scores["b"] == plain_way.score(one_set)
    for part, critical in zip(lowered.critical, rows, strict=True):
        numbers = [len(critical & each) for each in sets]
        assert (part.least, part.most) == (min(numbers), max(numbers))


@pytest.mark.parametrize("number", range(6))
def test_a_rejection_by_plain_loops_is_a_rejection_by_a_verification(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = by_chance(number)
    scenarios, plain_way = scenarios_of(book, case, tmp_path_factory.mktemp("card")), Plain(book, case)
    dice, rows = random.Random(number), plain_way.rows()
    for _ in range(8):
        gone = dice.sample(rows, dice.randint(0, len(rows)))
        rejected = scenarios.outcome(Scenario(rows=dict.fromkeys(gone, "rejected")))
        assert rejected.scores["b"] == plain_way.score(gone)
