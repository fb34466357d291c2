"""What a scorecard's result says of the score: boards, indicators, items and what is paid for them."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from talentcalc.result.model.composite import CompositeReview
from talentcalc.result.model.part import Money, Number, Part, TakenRows, in_order
from talentcalc.rulebook.score import Basis

SCORECARD: Final = "talentcalc/result/1"
"""The name of the form of a scorecard's result."""


MarksCombined = Literal["mean", "median", "trimmed_mean"]
"""How several reviewers' marks become one."""


class Gate(Part):
    """Another item that has to reach a quantity first."""

    item: str
    at_least: Number


class RuleNumbers(Part):
    """The numbers of an item's rule, for whoever computes the points again."""

    points: Number
    per: Number | None = None
    partial: Literal["none", "share"] | None = None
    at_least: Number | None = None
    only_with: Gate | None = None


class ItemScore(TakenRows):
    """One item: its rule, its rows, its quantity and its points; `marks` where reviewers give them."""

    label: str
    quote: str
    kind: Literal["per_unit", "threshold", "milestone", "graded"]
    rule: RuleNumbers
    judged: bool
    unit: str
    table: str
    quantity: Number
    points: Number
    cap: Number
    arithmetic: str
    next: str
    marks: tuple[Number, ...] | None = None
    combined: MarksCombined | None = None


class JointLimit(Part):
    """A limit over several items, whether it bites or not."""

    items: tuple[str, ...]
    points: Number


class HeldItems(Part):
    """Items that a joint limit holds: what they earned, and the limit, also in words."""

    items: tuple[str, ...]
    earned: Number
    limit: Number
    words: str


class IndicatorScore(Part):
    """One indicator: its words, its points and its items."""

    target: str
    criterion: str
    points: Number
    max: Number
    items: dict[str, ItemScore]
    joint_limits: tuple[JointLimit, ...] | None = None
    limits: tuple[HeldItems, ...] | None = None
    caps_differ: str | None = None


class TaskRows(Part):
    """A task of the official table, with its indicators."""

    title: str
    indicators: tuple[str, ...]


class CategoryScore(Part):
    """A category of the official table: its points and its tasks."""

    title: str
    points: Number
    max: Number
    tasks: tuple[TaskRows, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators of all its tasks."""
        return tuple(name for task in self.tasks for name in task.indicators)


class BoardScore(Part):
    """One board: its score, and its indicators as the official table groups them."""

    title: str
    score: Number
    max: Number
    categories: tuple[CategoryScore, ...]
    indicators: dict[str, IndicatorScore]

    @property
    def judged(self) -> tuple[Fraction, Fraction]:
        """What the items that are judged earned together, and the most that they could have."""
        items = [item for _, item in self.items if item.judged]
        earned = sum((Fraction(item.points) for item in items), Fraction(0))
        return earned, sum((Fraction(item.cap) for item in items), Fraction(0))

    @property
    def official(self) -> Iterator[tuple[str, IndicatorScore]]:
        """Its indicators as the official table has them."""
        return ((name, self.indicators[name]) for category in self.categories for name in category.indicators)

    @property
    def items(self) -> Iterator[tuple[str, ItemScore]]:
        """Every item of the board, indicator by indicator."""
        for indicator in self.indicators.values():
            yield from indicator.items.items()


class BandAmount(Part):
    """A band of scores, above one and up to another, with its share of the fee and the amount."""

    above: Number | None
    up_to: Number
    share: Number
    amount: Number


class _PaidPart(Part):
    id: str
    title: str
    board: str
    clause: str
    score: Number
    amount: Number


class BandedPart(_PaidPart):
    """A part of the payment whose share of the fee goes by bands of scores."""

    share: Number
    bands: tuple[BandAmount, ...]

    def band_of(self, score: Fraction) -> int:
        """The place of the band in which a score lies: the first whose upper edge it does not pass."""
        return next(n for n, band in enumerate(self.bands) if score <= Fraction(band.up_to))

    @property
    def reached(self) -> int:
        """The place of the band in which the score lies."""
        return self.band_of(Fraction(self.score))


class ProportionalPart(_PaidPart):
    """A part of the payment that goes with the score: a share of the fee, of so many points."""

    share_of_fee: Number
    of: Number


def _amounts_by_part(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What stands a second time beside the parts: `base_amount`, and `base_share` of one with bands."""
    return {
        f"{part.get('id')}_{name}": part[name]
        for part in parts
        for name in ("amount", "share")
        if name in part
    }


class PaymentResult(Money):
    """What is payable, by which parts and which rule of the balance; each part's amount also by its name."""

    model_config = ConfigDict(
        json_schema_extra={"patternProperties": {"^.+_(amount|share)$": {"type": "string"}}}
    )

    basis: Basis
    fee: Number
    entitlement: Number
    paid: Number
    balance_rule: Literal["capped", "portion", "whole", "of_rest"]
    balance_clause: str
    balance_share: Number | None = None
    round_to: Number
    parts: tuple[BandedPart | ProportionalPart, ...]

    @model_validator(mode="before")
    @classmethod
    def _without_amounts(cls, read: Any) -> Any:
        if not isinstance(read, dict):
            return read
        parts = read.get("parts")
        parts = parts if isinstance(parts, list) else ()
        again = _amounts_by_part(part for part in parts if isinstance(part, dict))
        return {key: value for key, value in read.items() if key not in again or again[key] != value}

    @model_serializer(mode="wrap")
    def _with_amounts(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return written | _amounts_by_part(written["parts"])

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that are paid by: those of the parts, then the balance's."""
        return (*(part.clause for part in self.parts), self.balance_clause)

    @property
    def banded(self) -> tuple[BandedPart, ...]:
        """The parts that go by bands."""
        return tuple(part for part in self.parts if isinstance(part, BandedPart))


class BoardOrder(Part):
    """The order of the boards."""

    boards: tuple[str, ...]


class ScorecardPart(Part):
    """What was scored: boards, payment, the composite where the regulation has one, and what is awaited."""

    form: Annotated[Literal["talentcalc/result/1"], Field(alias="schema")]
    status: Literal["final", "draft"]
    boards: dict[str, BoardScore]
    payment: PaymentResult
    awaiting: tuple[str, ...]
    composite: CompositeReview | None = None
    order: BoardOrder

    @property
    def ordered_boards(self) -> Iterator[tuple[str, BoardScore]]:
        """The boards in the regulation's order."""
        return in_order(self.boards, self.order.boards)

    @property
    def paying_composites(self) -> dict[str, str]:
        """The composites by board, in the regulation's order, where payment rests on them."""
        scores = self.composite.scores if self.composite and self.payment.basis == "composite" else None
        return dict(in_order(scores or {}, self.order.boards))

    @property
    def indicators(self) -> Iterator[tuple[str, IndicatorScore]]:
        """Every indicator, board by board."""
        for _, board in self.ordered_boards:
            yield from board.indicators.items()

    @property
    def items(self) -> Iterator[tuple[str, ItemScore]]:
        """Every item, board by board."""
        for _, board in self.ordered_boards:
            yield from board.items
