"""What a rulebook may say of a score: how items are measured, what they earn, what is paid."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from talentcalc.core.models import ExactDecimal, StrictModel
from talentcalc.rulebook.table import Where

PeriodKind = Literal["annual", "half_year"]


class Distinct(StrictModel):
    """Count the different values of a column."""

    distinct: str


class Sum(StrictModel):
    """Add up a column."""

    sum: str


class Mean(StrictModel):
    """The mean of a column, rounded half-up to 0.01."""

    mean: str


class Median(StrictModel):
    """The median of a column, of an even number the mean of the middle two, rounded half-up to 0.01."""

    median: str


class TrimmedMean(StrictModel):
    """The mean of a column without one highest and one lowest, rounded half-up to 0.01.

    With fewer than three nothing would be left, or the one reviewer in the middle decide: the mean of all.
    """

    trimmed_mean: str


Combined = Mean | Median | TrimmedMean
"""Several marks as one."""


class Through(StrictModel):
    """Rows count through a counted row of another table, which `column` names."""

    table: str
    column: str
    where: Where = {}


class Measure(StrictModel):
    """From which rows of which table a quantity is taken, and how."""

    table: str
    where: Where = {}
    through: Through | None = None
    count: Literal["rows"] | Distinct | Sum | Combined

    @property
    def tables(self) -> tuple[str, ...]:
        """The table that the rows stand in, and the one that they count through."""
        return (self.table, *([self.through.table] if self.through else ()))


class PerUnit(StrictModel):
    """`points` for each full `per`; what is left over earns nothing or its share."""

    kind: Literal["per_unit"]
    points: ExactDecimal
    per: ExactDecimal
    partial: Literal["none", "share"] = "none"


class AtLeast(StrictModel):
    """Another item's quantity that must be reached too."""

    item: str
    at_least: ExactDecimal


class Threshold(StrictModel):
    """All of `points` from `at_least` on, nothing below."""

    kind: Literal["threshold"]
    points: ExactDecimal
    at_least: ExactDecimal
    only_with: AtLeast | None = None


class Milestone(StrictModel):
    """All of `points` once it stands."""

    kind: Literal["milestone"]
    points: ExactDecimal


class Graded(StrictModel):
    """A reviewer's mark from 0 to `points`; without any mark the result is a draft."""

    kind: Literal["graded"]
    points: ExactDecimal


Rule = Annotated[PerUnit | Threshold | Milestone | Graded, Field(discriminator="kind")]


class Item(StrictModel):
    """给分要点: the smallest thing that earns points. `quote` is its sentence."""

    id: str
    label: str
    quote: str
    unit: str
    measure: Measure
    rule: Rule
    cap: ExactDecimal | None = None


class Limit(StrictModel):
    """At most `points` for several items of an indicator together."""

    items: tuple[str, ...] = Field(min_length=2)
    points: ExactDecimal


class Indicator(StrictModel):
    """One row of the official table: 年度任务指标, 分值, 给分要点."""

    id: str
    target: str
    points: ExactDecimal
    criterion: str
    items: tuple[Item, ...] = Field(min_length=1)
    limits: tuple[Limit, ...] = ()
    caps_differ: str | None = None

    def cap_of(self, item: Item) -> ExactDecimal:
        """The most an item may earn: its own cap, its whole points, or the indicator's points."""
        if item.cap is not None:
            return item.cap
        return self.points if isinstance(item.rule, PerUnit) else item.rule.points


class Task(StrictModel):
    """工作内容."""

    title: str
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Category(StrictModel):
    """考核项目."""

    title: str
    tasks: tuple[Task, ...] = Field(min_length=1)

    def indicators(self) -> Iterator[Indicator]:
        """This category's indicators in table order."""
        for task in self.tasks:
            yield from task.indicators


class Board(StrictModel):
    """板块: one of the official tables."""

    title: str
    points: ExactDecimal
    categories: tuple[Category, ...] = Field(min_length=1)

    def indicators(self) -> Iterator[Indicator]:
        """This board's indicators in table order."""
        for category in self.categories:
            yield from category.indicators()


class Band(StrictModel):
    """Scores up to and including `up_to`, and the share of the fee they earn."""

    up_to: ExactDecimal
    share: ExactDecimal


class Banded(StrictModel):
    """A part of the payment whose share depends on the band of a board's score."""

    id: str
    title: str
    board: str
    clause: str
    kind: Literal["banded"]
    bands: tuple[Band, ...] = Field(min_length=1)


class Proportional(StrictModel):
    """A part of the payment in proportion to a board's score: score ÷ `of` × `share` × fee."""

    id: str
    title: str
    board: str
    clause: str
    kind: Literal["proportional"]
    of: ExactDecimal
    share: ExactDecimal


class Capped(StrictModel):
    """Balance: the entitlement, at most `share` of the fee, less what is paid."""

    kind: Literal["capped"]
    share: ExactDecimal


class Portion(StrictModel):
    """Balance: `share` of the entitlement, less what is paid."""

    kind: Literal["portion"]
    share: ExactDecimal


class Whole(StrictModel):
    """Balance: the entitlement less what is paid."""

    kind: Literal["whole"]


class OfRest(StrictModel):
    """Balance: the share of the fee that is earned, of the fee that is not yet paid."""

    kind: Literal["of_rest"]


BalanceRule = Annotated[Capped | Portion | Whole | OfRest, Field(discriminator="kind")]


class Balance(StrictModel):
    """What is left to pay in a kind of period."""

    clause: str
    rule: BalanceRule


Basis = Literal["boards", "composite"]


class Payment(StrictModel):
    """What a score is worth. `near_edge`: a score this close to a band's edge is a finding.

    It rests on each board's own score, or on the board's composite.
    """

    round_to: ExactDecimal
    near_edge: ExactDecimal
    basis: Basis = "boards"
    parts: tuple[Annotated[Banded | Proportional, Field(discriminator="kind")], ...]
    balance: dict[PeriodKind, Balance] = Field(min_length=2)


class Component(StrictModel):
    """A part of the composite: the exact mean of `column` over the rows of `table` that count."""

    id: str
    title: str
    table: str
    column: str


class Composite(StrictModel):
    """综合评议: each board's own score, called `boards`, and the components, weighted by the params.

    All of them are scores from 0 to `scale`.
    """

    clause: str
    scale: ExactDecimal
    boards: str
    components: tuple[Component, ...] = Field(min_length=1)


class Scorecard(StrictModel):
    """Boards of indicators, the composite beside them, and the payment that rests on either."""

    boards: dict[str, Board]
    composite: Composite | None = None
    payment: Payment
