"""Whether the weights of a params file fit the composite of its rulebook."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from talentcalc.core.decimals import to_decimal
from talentcalc.core.errors import Problem, quote_value
from talentcalc.messages.message import message
from talentcalc.rulebook.model import Rulebook, ScorecardRulebook

BOARDS = "boards"
"""What params call the weight of each board's own score; the others are called as their components."""


def weight_problems(book: Rulebook, given: Any, name: str) -> Iterator[Problem]:
    """Everything wrong with the weights `given`, of which None are needed unless payment rests on them.

    Exactly the components and the boards' own, none below 0, 1 together. What is no mapping of numbers
    the params' own form refuses.
    """
    if not isinstance(book, ScorecardRulebook):
        return
    where, composite = f"{name}: composite", book.scorecard.composite
    known = [BOARDS, *(component.id for component in composite.components)] if composite else []
    if given is None:
        if book.scorecard.payment.basis == "composite":
            yield Problem(where, message("rulebook.no_weights", known=tuple(known)))
        return
    if not known:
        yield Problem(where, message("rulebook.weights_without_composite"))
    if not known or not isinstance(given, Mapping):
        return
    for unknown in given.keys() - set(known):
        yield Problem(f"{where}.{unknown}", message("rulebook.unknown_weight", known=tuple(known)))
    for missing in (name for name in known if name not in given):
        yield Problem(f"{where}.{missing}", message("rulebook.weight_missing"))
    weights = []
    for key, value in given.items():
        try:
            weights.append(to_decimal(value))
        except ValueError:
            return
        if weights[-1] < 0:
            yield Problem(f"{where}.{key}", message("rulebook.weight_below_0", weight=quote_value(value)))
    if (total := sum(weights, Decimal(0))) != 1:
        yield Problem(where, message("rulebook.weights_not_1_together", sum=str(total)))
