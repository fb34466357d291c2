"""What if one unclear clause were read otherwise?"""

from talentcalc.firmness.rescoring import Alternative, Rescoring


def each_alternative(again: Rescoring) -> tuple[Alternative, ...]:
    """The audit under every choice that is not in force, one at a time, in the order of the rulebook."""
    return tuple(
        again.under({name: choice})
        for name, reading in again.readings.items()
        for choice in reading.choices
        if choice != again.in_force[name]
    )
