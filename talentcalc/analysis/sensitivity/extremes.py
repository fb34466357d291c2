"""The least and the most that all readings together could make of the payment.

Every combination of choices is taken into account, none is sampled. Most need not be scored one by one:
an indicator sees the readings that act there and no others, so each board is put together indicator by
indicator, and of all combinations that lead to the same score only the one that is reported is kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from talentcalc.analysis.scenario import Choices, Scenarios
from talentcalc.analysis.sensitivity.reading_effects import (
    PAYMENT,
    ReadingEffects,
    RulebookPath,
    indicator_places,
    reading_effects,
)
from talentcalc.analysis.sensitivity.readings import Alternative, alternative
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Payment, Scorecard

ReadingChange = tuple[tuple[int, int], ...]
"""Choices that are not in force, as positions of the reading and of its choice in the rulebook, rising."""

Reached = dict[Fraction, ReadingChange]
"""Every score that can be reached, and the change that is reported of those that reach it."""


@dataclass(frozen=True)
class Extremes:
    """The combinations of readings with the lowest and with the highest payable amount.

    Of several, the one that changes the fewest readings; of several again, the one whose changes come
    first in the rulebook.
    """

    lowest: Alternative
    highest: Alternative


def extremes(scenarios: Scenarios) -> Extremes:
    """The extremes over all combinations of all readings.

    Raises:
        InputError: the rulebook has a reading that changes what is submitted or checked, so that the same
            evidence cannot be scored again.
    """
    found = list(_outcomes(scenarios, reading_effects(scenarios.file)))
    lowest = min(found, key=lambda outcome: (outcome[0], *_reporting_order(outcome[1])))
    highest = min(found, key=lambda outcome: (-outcome[0], *_reporting_order(outcome[1])))
    alternatives = []
    for payable, change in (lowest, highest):
        end = alternative(scenarios, _choices(scenarios, change))
        assert end.payable == payable, change  # put together, and scored as a whole
        alternatives.append(end)
    return Extremes(*alternatives)


def _outcomes(scenarios: Scenarios, where: ReadingEffects) -> Iterator[tuple[Fraction, ReadingChange]]:
    """Every payable amount that can be reached, with the change that is reported of some that reach it."""
    seen = _each_place(scenarios, where)
    for shared in _combinations(scenarios, where.several):
        book = seen.books[_of(scenarios, shared, where.everywhere)]
        composed, reached = (
            scenarios.composed(book),
            _scores(book.scorecard, seen.options(scenarios, where, shared)),
        )
        for payment, payment_change in _different(scenarios, seen.rules(scenarios, where, shared)):
            for ends in product(*(scores.items() for scores in reached.values())):
                scores = {name: score for name, (score, _) in zip(reached, ends, strict=True)}
                change = _together(shared, payment_change, *(board_change for _, board_change in ends))
                yield scenarios.paid(payment, scores, composed).payable, change


@dataclass(frozen=True)
class _Seen:
    """What each place gives under every combination of the readings that act there.

    An indicator gives points, the payment its rules; `books` are rulebooks by what is read everywhere.
    """

    points: dict[RulebookPath, dict[ReadingChange, Fraction]]
    payments: dict[ReadingChange, Payment]
    books: dict[ReadingChange, ScorecardRulebook]

    def options(
        self, scenarios: Scenarios, where: ReadingEffects, shared: ReadingChange
    ) -> dict[RulebookPath, list[tuple[Fraction, ReadingChange]]]:
        """The points that each indicator may have, the readings in several places standing as `shared`."""
        return {  # not every reading knows every indicator
            place: [(points[both], change) for both, change in _apart(scenarios, where, place, shared)]
            for place, points in self.points.items()
            if _of(scenarios, shared, where.seen_from(place)) in points
        }

    def rules(
        self, scenarios: Scenarios, where: ReadingEffects, shared: ReadingChange
    ) -> list[tuple[Payment, ReadingChange]]:
        """The same of the rules of payment."""
        return [(self.payments[both], change) for both, change in _apart(scenarios, where, PAYMENT, shared)]


def _apart(
    scenarios: Scenarios, where: ReadingEffects, place: RulebookPath, shared: ReadingChange
) -> Iterator[tuple[ReadingChange, ReadingChange]]:
    """Every combination at a place, `shared` as it is there; and what of it may be chosen there alone."""
    names, several = where.seen_from(place), where.several
    here = _of(scenarios, shared, names)
    for change in _combinations(scenarios, tuple(name for name in names if name not in several)):
        yield _together(here, change), change


def _each_place(scenarios: Scenarios, where: ReadingEffects) -> _Seen:
    """Every place under every combination of the readings there, from as few rulebooks as may be.

    No place sees what is read at others only, so one rulebook serves many: it takes the next combination
    that is wanted at each place and goes with those already taken. That is hardly more rulebooks than the
    place with the most combinations has.
    """
    everywhere = [
        scenarios.book(_choices(scenarios, one)) for one in _combinations(scenarios, where.everywhere)
    ]
    named = {place: None for book in everywhere for place in indicator_places(book.scorecard).values()}
    sees = {place: where.seen_from(place) for place in (*named, PAYMENT)}
    wanted = {place: list(_combinations(scenarios, names)) for place, names in sees.items()}
    seen = _Seen({}, {}, {})
    while any(wanted.values()):
        taken: dict[str, str] = {}
        for place in sorted(wanted, key=lambda place: -len(wanted[place])):
            chosen = (
                {**_in_force(scenarios, sees[place]), **_choices(scenarios, one)} for one in wanted[place]
            )
            fits = (
                choices
                for choices in chosen
                if all(taken.get(name, choice) == choice for name, choice in choices.items())
            )
            taken |= next(fits, {})
        change = _change(scenarios, taken)
        book = scenarios.book(_choices(scenarios, change))
        here = {place: _of(scenarios, change, names) for place, names in sees.items()}
        stands = indicator_places(book.scorecard)
        for board in scenarios.boards(book).values():
            for indicator in board.indicators:
                place = stands[indicator.indicator.id]
                seen.points.setdefault(place, {})[here[place]] = indicator.points
        seen.payments[here[PAYMENT]] = book.scorecard.payment
        seen.books[_of(scenarios, change, where.everywhere)] = book
        wanted = {
            place: [change for change in changes if change != here[place]]
            for place, changes in wanted.items()
        }
    return seen


def _different(
    scenarios: Scenarios, rules: list[tuple[Payment, ReadingChange]]
) -> list[tuple[Payment, ReadingChange]]:
    """The rules that differ in this kind of period, each with the change that is reported of those alike."""
    different: list[tuple[Payment, ReadingChange]] = []
    period = scenarios.params.period.kind
    rules = [rule for rule in rules if scenarios.payable_by(rule[0])]
    for payment, change in sorted(rules, key=lambda rule: _reporting_order(rule[1])):
        here = payment.model_copy(update={"balance": {period: payment.balance[period]}})
        if all(here != other for other, _ in different):
            different.append((here, change))
    return different


def _scores(
    card: Scorecard, points: Mapping[RulebookPath, list[tuple[Fraction, ReadingChange]]]
) -> dict[str, Reached]:
    """The scores that each board can reach, put together indicator by indicator."""
    reached: dict[str, Reached] = {name: {Fraction(0): ()} for name in card.boards}
    for place, options in points.items():
        board = str(place[2])
        grown: Reached = {}
        for score, before in reached[board].items():
            for more, change in options:
                _keep(grown, score + more, _together(before, change))
        reached[board] = grown
    capped: dict[str, Reached] = {name: {} for name in reached}
    for name, scores in reached.items():
        for score, change in scores.items():
            _keep(capped[name], min(score, Fraction(card.boards[name].points)), change)
    return capped


def _keep(reached: Reached, score: Fraction, change: ReadingChange) -> None:
    """Keep, of the changes that reach a score, the one that is reported.

    This is sound at every step: if of two changes to the same readings one is reported before the other, it
    still is once both are put together with the same changes to other readings. The fewer stay the fewer;
    of equally many, the first place at which they differ stays the first.
    """
    if score not in reached or _reporting_order(change) < _reporting_order(reached[score]):
        reached[score] = change


def _reporting_order(change: ReadingChange) -> tuple[int, ReadingChange]:
    return len(change), change


def _together(*changes: ReadingChange) -> ReadingChange:
    return tuple(sorted(step for change in changes for step in change))


def _combinations(scenarios: Scenarios, names: tuple[str, ...]) -> Iterator[ReadingChange]:
    """Every combination of the choices of some readings, the one in force first."""
    options = []
    for number, (name, reading) in enumerate(scenarios.file.readings().items()):
        if name in names:
            others = [
                ((number, n),)
                for n, choice in enumerate(reading.choices)
                if choice != scenarios.in_force[name]
            ]
            options.append([(), *others])
    return (_together(*changes) for changes in product(*options))


def _of(scenarios: Scenarios, change: ReadingChange, names: tuple[str, ...]) -> ReadingChange:
    """What a change makes of some readings."""
    listed = list(scenarios.file.readings())
    return tuple(step for step in change if listed[step[0]] in names)


def _change(scenarios: Scenarios, chosen: Choices) -> ReadingChange:
    return tuple(
        (number, list(reading.choices).index(chosen[name]))
        for number, (name, reading) in enumerate(scenarios.file.readings().items())
        if chosen.get(name, scenarios.in_force[name]) != scenarios.in_force[name]
    )


def _in_force(scenarios: Scenarios, names: tuple[str, ...]) -> Choices:
    return {name: scenarios.in_force[name] for name in names}


def _choices(scenarios: Scenarios, change: ReadingChange) -> Choices:
    names = list(scenarios.file.readings())
    return {names[r]: list(scenarios.file.readings()[names[r]].choices)[c] for r, c in change}
