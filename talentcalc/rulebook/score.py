"""What a rulebook may say of a score: how items are measured, what they earn, what is paid."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from talentcalc.rulebook.table import Where
from talentcalc.strict import Exact, Strict

PeriodKind = Literal["annual", "half_year"]


class Distinct(Strict):
    """Count the different values of a column."""

    distinct: str


class Sum(Strict):
    """Add up a column."""

    sum: str


class Mean(Strict):
    """The mean of a column, rounded half-up to 0.01."""

    mean: str


class Median(Strict):
    """The median of a column, of an even number the mean of the middle two, rounded half-up to 0.01."""

    median: str


class TrimmedMean(Strict):
    """The mean of a column without one highest and one lowest, rounded half-up to 0.01.

    With fewer than three nothing would be left, or the one reviewer in the middle decide: the mean of all.
    """

    trimmed_mean: str


Combined = Mean | Median | TrimmedMean
"""Several marks as one."""


class Through(Strict):
    """Rows count through a counted row of another table, which `column` names."""

    table: str
    column: str
    where: Where = {}


class Measure(Strict):
    """From which rows of which table a quantity is taken, and how."""

    table: str
    where: Where = {}
    through: Through | None = None
    count: Literal["rows"] | Distinct | Sum | Combined


class PerUnit(Strict):
    """`points` for each full `per`; what is left over earns nothing or its share."""

    kind: Literal["per_unit"]
    points: Exact
    per: Exact
    partial: Literal["none", "share"] = "none"


class AtLeast(Strict):
    """Another item's quantity that must be reached too."""

    item: str
    at_least: Exact


class Threshold(Strict):
    """All of `points` from `at_least` on, nothing below."""

    kind: Literal["threshold"]
    points: Exact
    at_least: Exact
    only_with: AtLeast | None = None


class Milestone(Strict):
    """All of `points` once it stands."""

    kind: Literal["milestone"]
    points: Exact


class Graded(Strict):
    """A reviewer's mark from 0 to `points`; without any mark the result is a draft."""

    kind: Literal["graded"]
    points: Exact


Rule = Annotated[PerUnit | Threshold | Milestone | Graded, Field(discriminator="kind")]


class Item(Strict):
    """给分要点: the smallest thing that earns points. `quote` is its sentence."""

    id: str
    label: str
    quote: str
    unit: str
    measure: Measure
    rule: Rule
    cap: Exact | None = None


class Limit(Strict):
    """At most `points` for several items of an indicator together."""

    items: tuple[str, ...] = Field(min_length=2)
    points: Exact


class Indicator(Strict):
    """One row of the official table: 年度任务指标, 分值, 给分要点."""

    id: str
    target: str
    points: Exact
    criterion: str
    items: tuple[Item, ...] = Field(min_length=1)
    limits: tuple[Limit, ...] = ()
    caps_differ: str | None = None

    def cap_of(self, item: Item) -> Exact:
        """The most an item may earn: its own cap, its whole points, or the indicator's points."""
        if item.cap is not None:
            return item.cap
        return self.points if isinstance(item.rule, PerUnit) else item.rule.points


class Task(Strict):
    """工作内容."""

    title: str
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class Category(Strict):
    """考核项目."""

    title: str
    tasks: tuple[Task, ...] = Field(min_length=1)

    def indicators(self) -> Iterator[Indicator]:
        """This category's indicators in table order."""
        for task in self.tasks:
            yield from task.indicators


class Board(Strict):
    """板块: one of the official tables."""

    title: str
    points: Exact
    categories: tuple[Category, ...] = Field(min_length=1)

    def indicators(self) -> Iterator[Indicator]:
        """This board's indicators in table order."""
        for category in self.categories:
            yield from category.indicators()


class Band(Strict):
    """Scores up to and including `up_to`, and the share of the fee they earn."""

    up_to: Exact
    share: Exact


class Banded(Strict):
    """A part of the payment whose share depends on the band of a board's score."""

    id: str
    title: str
    board: str
    clause: str
    kind: Literal["banded"]
    bands: tuple[Band, ...] = Field(min_length=1)


class Proportional(Strict):
    """A part of the payment in proportion to a board's score: score ÷ `of` × `share` × fee."""

    id: str
    title: str
    board: str
    clause: str
    kind: Literal["proportional"]
    of: Exact
    share: Exact


class Capped(Strict):
    """Balance: the entitlement, at most `share` of the fee, less what is paid."""

    kind: Literal["capped"]
    share: Exact


class Portion(Strict):
    """Balance: `share` of the entitlement, less what is paid."""

    kind: Literal["portion"]
    share: Exact


class Whole(Strict):
    """Balance: the entitlement less what is paid."""

    kind: Literal["whole"]


class OfRest(Strict):
    """Balance: the share of the fee that is earned, of the fee that is not yet paid."""

    kind: Literal["of_rest"]


BalanceRule = Annotated[Capped | Portion | Whole | OfRest, Field(discriminator="kind")]


class Balance(Strict):
    """What is left to pay in a kind of period."""

    clause: str
    rule: BalanceRule


Basis = Literal["boards", "composite"]


class Payment(Strict):
    """What a score is worth. `near_edge`: a score this close to a band's edge is a finding.

    It rests on each board's own score, or on the board's composite.
    """

    round_to: Exact
    near_edge: Exact
    basis: Basis = "boards"
    parts: tuple[Annotated[Banded | Proportional, Field(discriminator="kind")], ...]
    balance: dict[PeriodKind, Balance] = Field(min_length=2)


class Component(Strict):
    """A part of the composite: the exact mean of `column` over the rows of `table` that count."""

    id: str
    title: str
    table: str
    column: str


class Composite(Strict):
    """综合评议: each board's own score, called `boards`, and the components, weighted by the params.

    All of them are scores from 0 to `scale`.
    """

    clause: str
    scale: Exact
    boards: str
    components: tuple[Component, ...] = Field(min_length=1)


class Scorecard(Strict):
    """Boards of indicators, the composite beside them, and the payment that rests on either."""

    boards: dict[str, Board]
    composite: Composite | None = None
    payment: Payment
