"""What a rulebook may say of its checks, beyond those that every table brings with it.

Each kind says what it needs; its module below `talentcalc.checks.kinds` says which rows fail it.
"""

from typing import Annotated, Literal

from pydantic import Field

from talentcalc.core.models import ExactDecimal, StrictModel
from talentcalc.rulebook.table import Where


class Link(StrictModel):
    """Another table, and the column that names its key."""

    table: str
    column: str


class Declared(StrictModel):
    """What every declared check says. `column` is the one that a finding points at."""

    id: str
    title: str
    severity: Literal["critical", "warning"]
    table: str
    remedy: str
    column: str | None = None


class Owner(StrictModel):
    """The column that names a row's owner: its own, or that of the row that `link` names."""

    column: str
    link: Link | None = None


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
    """The path in `column` leads to a file inside the evidence folder.

    `elsewhere` names the column that says where a row without a file is kept.
    """

    kind: Literal["file_there"]
    column: str
    only: Where = {}
    elsewhere: str | None = None


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


class Alike(Declared):
    """No two rows differ in `same` by white space, width, case or the form of brackets alone."""

    kind: Literal["alike"]
    same: tuple[str, ...] = Field(min_length=1)


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
    share: ExactDecimal


class MarksApart(Declared):
    """Marks of one item are at most `share` of its points apart."""

    kind: Literal["marks_apart"]
    column: str
    item: str
    share: ExactDecimal


class ByReview(Declared):
    """The date in `column` is not after the review's."""

    kind: Literal["by_review"]
    column: str


class NamesOwnRow(Declared):
    """The row that `column` names, in the table that `table_column` names, belongs to the same `owner`.

    `among` are the tables that may be named, each with how its rows name their owner.
    """

    kind: Literal["names_own_row"]
    column: str
    table_column: str
    owner: str
    among: dict[str, Owner] = Field(min_length=1)
    only: Where = {}


class SameAsLinked(Declared):
    """`column` says the same as it does in the row of another table that `link` names."""

    kind: Literal["same_as_linked"]
    column: str
    link: Link


class WithinHours(Declared):
    """The moment in `column` lies between `starts` and `ends` of the row that `link` names."""

    kind: Literal["within_hours"]
    column: str
    link: Link
    starts: str
    ends: str
    grace_minutes: int = Field(ge=0)


class NotListed(Declared):
    """No row of the table `listed` has the same values; `same` maps own columns to its columns."""

    kind: Literal["not_listed"]
    column: str
    listed: str
    same: dict[str, str] = Field(min_length=1)


class PlacesApart(Declared):
    """Whoever is at one place in `column`'s moment is not at another within so many minutes."""

    kind: Literal["places_apart"]
    column: str
    who: str
    place: str
    minutes: int = Field(ge=1)


class NoCrowd(Declared):
    """At most `most` rows of one place lie within so many seconds."""

    kind: Literal["no_crowd"]
    column: str
    place: str
    seconds: int = Field(ge=1)
    most: int = Field(ge=1)


class SharedByFew(Declared):
    """On one day (of the moment `at`), at most `most` have the same in `column`."""

    kind: Literal["shared_by_few"]
    column: str
    who: str
    at: str
    most: int = Field(ge=1)


class MonthEndRush(Declared):
    """Less than `share` of a place's month fall into its last `days`."""

    kind: Literal["month_end_rush"]
    column: str
    place: str
    days: int = Field(ge=1)
    share: ExactDecimal


class EveryReviewer(Declared):
    """Every reviewer that the params name has marked every item."""

    kind: Literal["every_reviewer"]
    item: str
    reviewer: str


Check = Annotated[
    Alike
    | ByReview
    | EveryReviewer
    | FileSame
    | FileThere
    | FilledWhen
    | IsWhenFilled
    | LateRush
    | MarksApart
    | MonthEndRush
    | NamesOwnRow
    | NoCrowd
    | NotBefore
    | NotListed
    | OneValue
    | PlacesApart
    | RowThere
    | SameAsLinked
    | SetAside
    | SharedByFew
    | Tallies
    | WithinHours
    | WithinItem,
    Field(discriminator="kind"),
]

NAMING_COLUMNS = (
    *("column", "other", "when", "item", "reviewer", "path", "table_column"),
    *("owner", "who", "place", "at", "elsewhere"),
)
"""The fields by which checks name columns of their own table."""

ON_LARGE_TABLES = (
    "month_end_rush",
    "no_crowd",
    "not_listed",
    "places_apart",
    "same_as_linked",
    "shared_by_few",
    "within_hours",
)
"""The kinds that a large table may have: those whose class finds its rows in DuckDB too."""
