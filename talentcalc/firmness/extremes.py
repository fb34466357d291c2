"""What is the least and the most that the readings together could make of the payment?

Every combination of choices is taken into account, none is sampled. Most need not be scored one by one:
a reading inside one indicator moves that indicator alone, so each board is put together indicator by
indicator, and of all combinations that lead to the same score only the one that is told is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from talentcalc.firmness.places import PAYMENT, Place, Places, indicator_places, places
from talentcalc.firmness.rescoring import Alternative, Choices, Rescoring
from talentcalc.rulebook.score import Payment, Scorecard

Change = tuple[tuple[int, int], ...]
"""Choices that are not in force, as positions of the reading and of its choice in the rulebook, rising."""

Reached = dict[Fraction, Change]
"""Every score that can be reached, and the change that is told of those that reach it."""


@dataclass(frozen=True)
class Extremes:
    """The combinations of readings with the lowest and with the highest payable amount.

    Of several, the one that changes the fewest readings; of several again, the one whose changes come
    first in the rulebook.
    """

    lowest: Alternative
    highest: Alternative


def extremes(again: Rescoring) -> Extremes:
    """The extremes over all combinations of all readings.

    Raises:
        Refusal: the rulebook has a reading under which the same evidence cannot be scored again.
    """
    found = list(_outcomes(again, places(again.file)))
    lowest = min(found, key=lambda one: (one[0], *_told_first(one[1])))
    highest = min(found, key=lambda one: (-one[0], *_told_first(one[1])))
    alternatives = []
    for payable, change in (lowest, highest):
        alternative = again.under(_choices(again, change))
        assert alternative.payable == payable, change  # put together, and scored as a whole
        alternatives.append(alternative)
    return Extremes(*alternatives)


def _outcomes(again: Rescoring, where: Places) -> Iterator[tuple[Fraction, Change]]:
    """Every payable amount that can be reached, with the change that is told of some that reach it."""
    for shared in _combinations(again, where.several):
        rules, points = _each_place(again, where, shared)
        reached = _scores(again.book(_choices(again, shared)).scorecard, points)
        for payment, own in rules:
            for ends in product(*(scores.items() for scores in reached.values())):
                scores = {name: score for name, (score, _) in zip(reached, ends, strict=True)}
                change = _together(shared, own, *(one for _, one in ends))
                yield again.paid(payment, scores).payable, change


def _each_place(
    again: Rescoring, where: Places, shared: Change
) -> tuple[list[tuple[Payment, Change]], dict[Place, list[tuple[Fraction, Change]]]]:
    """The rules of payment, and the points of each indicator, under every combination of the readings there.

    The readings in several places stand as `shared` says. No place sees what is read at another, so one
    rulebook takes the first combination of each place, one the second, and so on: as many rulebooks as the
    place with the most combinations has.
    """
    own = {place: list(_combinations(again, names)) for place, names in where.alone.items()}
    rules: list[tuple[Payment, Change]] = []
    points: dict[Place, list[tuple[Fraction, Change]]] = {}
    for turn in range(max([1, *map(len, own.values())])):
        taken = {place: changes[turn] for place, changes in own.items() if turn < len(changes)}
        book = again.book(_choices(again, _together(shared, *taken.values())))
        if turn == 0 or PAYMENT in taken:
            rules.append((book.scorecard.payment, taken.get(PAYMENT, ())))
        stands = indicator_places(book.scorecard)
        for board in again.boards(book).values():
            for one in board.indicators:
                place = stands[one.indicator.id]
                if turn == 0 or place in taken:
                    points.setdefault(place, []).append((one.points, taken.get(place, ())))
    return _different(again, rules), points


def _different(again: Rescoring, rules: list[tuple[Payment, Change]]) -> list[tuple[Payment, Change]]:
    """The rules that differ in this kind of period, each with the change that is told of those alike."""
    kept: list[tuple[Payment, Change]] = []
    for payment, change in sorted(rules, key=lambda one: _told_first(one[1])):
        here = payment.model_copy(update={"balance": {again.period: payment.balance[again.period]}})
        if all(here != other for other, _ in kept):
            kept.append((here, change))
    return kept


def _scores(card: Scorecard, points: Mapping[Place, list[tuple[Fraction, Change]]]) -> dict[str, Reached]:
    """The scores that each board can reach, put together indicator by indicator."""
    reached: dict[str, Reached] = {name: {Fraction(0): ()} for name in card.boards}
    for place, options in points.items():
        board = str(place[2])
        grown: Reached = {}
        for score, before in reached[board].items():
            for more, own in options:
                _keep(grown, score + more, _together(before, own))
        reached[board] = grown
    capped: dict[str, Reached] = {name: {} for name in reached}
    for name, scores in reached.items():
        for score, change in scores.items():
            _keep(capped[name], min(score, Fraction(card.boards[name].points)), change)
    return capped


def _keep(reached: Reached, score: Fraction, change: Change) -> None:
    """Keep, of the changes that reach a score, the one that is told.

    This is sound at every step: if of two changes to the same readings one is told before the other, it
    still is once both are put together with the same changes to other readings. The fewer stay the fewer;
    of equally many, the first place at which they differ stays the first.
    """
    if score not in reached or _told_first(change) < _told_first(reached[score]):
        reached[score] = change


def _told_first(change: Change) -> tuple[int, Change]:
    return len(change), change


def _together(*changes: Change) -> Change:
    return tuple(sorted(step for change in changes for step in change))


def _combinations(again: Rescoring, names: tuple[str, ...]) -> Iterator[Change]:
    """Every combination of the choices of some readings, the one in force first."""
    options = []
    for number, (name, reading) in enumerate(again.readings.items()):
        if name in names:
            others = [
                ((number, n),) for n, choice in enumerate(reading.choices) if choice != again.in_force[name]
            ]
            options.append([(), *others])
    return (_together(*one) for one in product(*options))


def _choices(again: Rescoring, change: Change) -> Choices:
    names = list(again.readings)
    return {names[r]: list(again.readings[names[r]].choices)[c] for r, c in change}
