"""What if one unclear clause were read otherwise?"""

from collections.abc import Iterator

from talentcalc.analysis.sensitivity.rescoring import Alternative, Rescoring


def each_other_reading(again: Rescoring) -> tuple[Alternative, ...]:
    """The audit under every choice that is not in force, one at a time, in the order of the rulebook.

    Those of which the params do not say enough are left out.
    """
    left_out = not_computed(again)
    return tuple(
        again.under({name: choice}) for name, choice in _others(again) if (name, choice) not in left_out
    )


def not_computed(again: Rescoring) -> tuple[tuple[str, str], ...]:
    """The readings and choices by which payment would rest on a composite that the params do not weigh."""
    return tuple(
        (name, choice)
        for name, choice in _others(again)
        if not again.payable_by(again.book({name: choice}).scorecard.payment)
    )


def _others(again: Rescoring) -> Iterator[tuple[str, str]]:
    for name, reading in again.readings.items():
        yield from ((name, choice) for choice in reading.choices if choice != again.in_force[name])
