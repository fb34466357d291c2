"""Pivotal rows against every subset of rows, each scored by plain loops."""

import random

import pytest

from talentcalc.analysis.critical_evidence.critical_rows import MinimalRejection, critical_evidence
from tests.support.small_cards import Plain, by_chance, scored, smallest


@pytest.mark.parametrize("number", range(40))
def test_the_smallest_sets_are_those_found_by_trying_every_set(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = by_chance(number)
    one = scored(book, case, tmp_path_factory.mktemp("card"))
    plain_way = Plain(book, case)
    assert plain_way.score(()) == one.scores["b"]
    found = critical_evidence(book, one.params, one.card, one.evidence)
    firm = found.parts["p"]
    edge = next(step.above for step in firm.part.bands if firm.part.score <= step.up_to)
    if edge is None:
        assert firm.fall == "lowest"
        return
    sets = smallest(plain_way, edge)
    if not sets:
        assert firm.fall == "marks"
        return
    fall = firm.fall
    assert isinstance(fall, MinimalRejection), fall
    told = frozenset((table, key) for table, keys in fall.told.items() for key in keys)
    assert (fall.edge, fall.rows) == (edge, len(sets[0]))
    assert told in sets
    pivotal_rows = {(name, key) for held in fall.pivotal for name, keys in held.rows.items() for key in keys}
    assert pivotal_rows == frozenset().union(*sets)
    assert fall.after.score == one.without(fall.told)["b"] == plain_way.score(told)
    for held in fall.pivotal:
        rows = {(table, key) for table, keys in held.rows.items() for key in keys}
        numbers = [len(rows & each) for each in sets]
        assert (held.least, held.most) == (min(numbers), max(numbers))


@pytest.mark.parametrize("number", range(6))
def test_a_rejection_by_plain_loops_is_a_rejection_by_a_verification(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    book, case = by_chance(number)
    one, plain_way = scored(book, case, tmp_path_factory.mktemp("card")), Plain(book, case)
    dice, rows = random.Random(number), plain_way.rows()
    for _ in range(8):
        gone = dice.sample(rows, dice.randint(0, len(rows)))
        keys = {table: tuple(key for own, key in gone if own == table) for table, _ in gone}
        assert one.without(keys)["b"] == plain_way.score(gone)
