"""What a rulebook may say of its checks, beyond those that every table brings with it.

Each kind says what it needs; `talentcalc.checks.kinds` says which rows fail it.
"""

from typing import Annotated, Literal

from pydantic import Field

from talentcalc.rulebook.table import Where
from talentcalc.strict import Exact, Strict


class Link(Strict):
    """Another table, and the column that names its key."""

    table: str
    column: str


class Declared(Strict):
    """What every declared check says. `column` is the one that a finding points at."""

    id: str
    title: str
    severity: Literal["critical", "warning"]
    table: str
    remedy: str
    column: str | None = None


class FilledWhen(Declared):
    """`column` is filled where other columns have certain values."""

    kind: Literal["filled_when"]
    column: str
    where: Where


class IsWhenFilled(Declared):
    """`column` has a value where the column `when` is filled."""

    kind: Literal["is_when_filled"]
    column: str
    value: bool | str
    when: str


class NotBefore(Declared):
    """The date in `column` is not before the one in `other`."""

    kind: Literal["not_before"]
    column: str
    other: str


class WithinItem(Declared):
    """The mark in `column` lies between 0 and the points of the item in `item`."""

    kind: Literal["within_item"]
    column: str
    item: str


class RowThere(Declared):
    """The row that `column` names is in the table that `table_column` names."""

    kind: Literal["row_there"]
    column: str
    table_column: str


class FileThere(Declared):
    """The path in `column` leads to a file inside the evidence folder."""

    kind: Literal["file_there"]
    column: str
    only: Where = {}


class FileSame(Declared):
    """The file at `path` has the sha256 in `column`."""

    kind: Literal["file_same"]
    column: str
    path: str
    only: Where = {}


class SetAside(Declared):
    """No row is set aside for `reason`."""

    kind: Literal["set_aside"]
    reason: str


class OneValue(Declared):
    """Rows alike in `per` are alike in `of`; either may name columns of the `joined` table."""

    kind: Literal["one_value"]
    per: tuple[str, ...] = Field(min_length=1)
    of: tuple[str, ...] = Field(min_length=1)
    joined: Link | None = None


class Tallies(Declared):
    """The number in `column` is that of the rows of another table that name this row."""

    kind: Literal["tallies"]
    column: str
    tallied: Link = Field(alias="with")


class LateRush(Declared):
    """Less than `share` of the period's rows fall into its last `days`."""

    kind: Literal["late_rush"]
    column: str
    days: int = Field(ge=1)
    share: Exact


class MarksApart(Declared):
    """Marks of one item are at most `share` of its points apart."""

    kind: Literal["marks_apart"]
    column: str
    item: str
    share: Exact


class EveryReviewer(Declared):
    """Every reviewer that the params name has marked every item."""

    kind: Literal["every_reviewer"]
    item: str
    reviewer: str


Check = Annotated[
    EveryReviewer
    | FileSame
    | FileThere
    | FilledWhen
    | IsWhenFilled
    | LateRush
    | MarksApart
    | NotBefore
    | OneValue
    | RowThere
    | SetAside
    | Tallies
    | WithinItem,
    Field(discriminator="kind"),
]
