"""综合评议: each board's own score weighed with what is common to the boards."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Component, Composite, Payment
from talentcalc.rulebook.weights import BOARDS
from talentcalc.scorecard.counting import Quantity


@dataclass(frozen=True)
class ComponentScore:
    """A component: the scores of its rows, and its weight, None where the params name none."""

    component: Component
    weight: Fraction | None
    rows: Quantity

    @property
    def value(self) -> Fraction | None:
        """The exact mean of the scores that count; None without any row."""
        scores = self.rows.parts
        return sum(scores, Fraction(0)) / len(scores) if scores else None


@dataclass(frozen=True)
class Composed:
    """The components of one audit; `own` is the weight of each board's own score, None without weights."""

    composite: Composite
    own: Fraction | None
    components: tuple[ComponentScore, ...]

    @property
    def lacking(self) -> tuple[str, ...]:
        """The components that have a weight and no row."""
        return tuple(score.component.id for score in self.components if score.weight and score.value is None)

    def of(self, score: Fraction) -> Fraction:
        """A board's composite, exactly, from its own score; what has no row yet counts as nothing."""
        assert self.own is not None  # the params were asked for weights, as the basis of payment needs them
        common = ((score.weight or 0) * (score.value or 0) for score in self.components)
        return self.own * score + sum(common, Fraction(0))


def compose(
    book: ScorecardRulebook, weights: Mapping[str, Decimal] | None, quantities: Mapping[str, Quantity]
) -> Composed | None:
    """The composite from the `quantities` of its components; None where the regulation has none.

    Rulings where article 8 (四) is silent: a component is the plain mean of its rows, each of equal weight,
    and is not rounded. Which of a table's rows count is the table's to say.
    """
    composite = book.scorecard.composite
    if composite is None:
        return None
    weight = {name: Fraction(value) for name, value in (weights or {}).items()}
    return Composed(
        composite,
        weight.get(BOARDS),
        tuple(
            ComponentScore(component, weight.get(component.id), quantities[component.id])
            for component in composite.components
        ),
    )


def owed(payment: Payment, quantities: Mapping[str, Quantity], composed: Composed | None) -> tuple[str, ...]:
    """What the result still waits for: items without any mark, and components that payment rests on."""
    items = tuple(item for item, quantity in quantities.items() if quantity.value is None)
    return items + (composed.lacking if composed and payment.basis == "composite" else ())
