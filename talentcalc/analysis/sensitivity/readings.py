"""What an audit would come to under another reading of an unclear clause."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from talentcalc.analysis.scenario import Choices, Outcome, Scenario, Scenarios


@dataclass(frozen=True)
class Alternative:
    """The same audit under other `readings`: only those that differ from the ones in force.

    `scores` by board; `shares` of the whole fee by part of the payment; amounts in yuan; `changes` are the
    points that an indicator gains or loses, those that keep theirs left out.
    """

    readings: Choices
    status: Literal["final", "draft"]
    scores: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    entitlement: Fraction
    payable: Fraction
    overpaid: Fraction
    changes: Mapping[str, Fraction]


def alternative(scenarios: Scenarios, readings: Choices) -> Alternative:
    """The audit under the readings in force but for these."""
    outcome = scenarios.outcome(Scenario(readings=readings))
    paid = outcome.paid
    filed, points = _by_indicator(scenarios.filed), _by_indicator(outcome)
    gained = {
        name: points.get(name, Fraction(0)) - filed.get(name, Fraction(0)) for name in {**filed, **points}
    }
    return Alternative(
        dict(readings),
        "draft" if outcome.card.owed else "final",
        outcome.scores,
        {part.part.id: part.share for part in paid.parts},
        paid.entitlement,
        paid.payable,
        paid.overpaid,
        {name: change for name, change in gained.items() if change},
    )


def _by_indicator(outcome: Outcome) -> dict[str, Fraction]:
    return {
        points.indicator.id: points.points
        for board in outcome.card.boards.values()
        for points in board.indicators
    }


def each_other_reading(scenarios: Scenarios) -> tuple[Alternative, ...]:
    """The audit under every choice that is not in force, one at a time, in the order of the rulebook.

    Those of which the params do not say enough are left out.
    """
    left_out = not_computed(scenarios)
    return tuple(
        alternative(scenarios, {name: choice})
        for name, choice in _other_choices(scenarios)
        if (name, choice) not in left_out
    )


def not_computed(scenarios: Scenarios) -> tuple[tuple[str, str], ...]:
    """The readings and choices by which payment would rest on a composite that the params do not weigh."""
    return tuple(
        (name, choice)
        for name, choice in _other_choices(scenarios)
        if not scenarios.payable_by(scenarios.book({name: choice}).scorecard.payment)
    )


def _other_choices(scenarios: Scenarios) -> Iterator[tuple[str, str]]:
    for name, reading in scenarios.file.readings().items():
        yield from ((name, choice) for choice in reading.choices if choice != scenarios.in_force[name])
