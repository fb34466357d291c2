"""Whether the weights of a params file fit the composite of its rulebook."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from talentcalc.core.decimals import to_decimal
from talentcalc.core.errors import Problem, quote_value
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
            yield Problem(
                where,
                "no weights, but a payment that rests on the composite",
                f"a weight for each of {', '.join(known)}, 1 together",
                "name the weights, or let payment rest on the boards",
            )
        return
    if not known:
        yield Problem(where, "weights", "none: the rulebook has no composite", "remove them")
    if not known or not isinstance(given, Mapping):
        return
    for unknown in given.keys() - set(known):
        yield Problem(f"{where}.{unknown}", "a weight", f"one of {', '.join(known)}", "remove or rename it")
    for missing in (name for name in known if name not in given):
        yield Problem(f"{where}.{missing}", "nothing", "a weight, 0 if it has none", "add it")
    weights = []
    for key, value in given.items():
        try:
            weights.append(to_decimal(value))
        except ValueError:
            return
        if weights[-1] < 0:
            yield Problem(f"{where}.{key}", quote_value(value), "0 or more", "correct it")
    if (total := sum(weights, Decimal(0))) != 1:
        yield Problem(where, f"weights that add up to {total}", "1", "correct them")
