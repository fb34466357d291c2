"""What a rulebook may say of a league: points, who takes part, ranks, stars, grants, conformity.

The kind itself knows homes, talents, events, media reports, check-ins, adjustments, extensions and
sanctions, and the tables that hold them; how many points, which shares, which tiers is data.
"""

from typing import Annotated, Literal

from pydantic import Field

from talentcalc.core.models import ExactDecimal, StrictModel
from talentcalc.rulebook.table import Where


class EventPoints(StrictModel):
    """For each event that was announced before it started, publicised and attended."""

    title: str
    clause: str
    points: int


class MediaPoints(StrictModel):
    """For each event the highest tier that reported it. `tiers` is points by tier."""

    title: str
    clause: str
    tiers: dict[str, int] = Field(min_length=1)
    without_event: Literal["nothing", "scores"]


class CheckInPoints(StrictModel):
    """For each valid talent checking in, to the home and to the talent; `once` says what is one."""

    title: str
    clause: str
    points: int
    once: Literal["talent_day", "visit_and_event", "every_record"]


class AdjustmentPoints(StrictModel):
    """Once a year, from the survey; its bounds stand with the column."""

    title: str
    clause: str


class Points(StrictModel):
    """What earns points."""

    events: EventPoints
    media: MediaPoints
    checkins: CheckInPoints
    adjustment: AdjustmentPoints


class Participation(StrictModel):
    """From when on a designated home takes part."""

    clause: str
    since: Literal["next_calendar_year", "after_twelve_months"]


class Ranking(StrictModel):
    """The two cuts, as shares of the ranked homes; `categories` are those that are ranked."""

    clause: str
    up: ExactDecimal
    down: ExactDecimal
    rounding: Literal["floor", "half_up", "ceil"]
    within: Literal["overall", "by_type"]
    categories: tuple[str, ...] = Field(min_length=1)
    month_first: Literal["month_points", "standing"]


class Stars(StrictModel):
    """Where stars start, between which bounds they are expected, and when a home is delisted."""

    clause: str
    start: int
    lowest: int
    highest: int
    held_at_highest: bool
    downs_to_delist: int = Field(ge=1)
    sanction_counts_as_down: bool


class Selection(StrictModel):
    """A sum for each home designated in the year, in yuan by category."""

    title: str
    clause: str
    amounts: dict[str, ExactDecimal]


class TopGrant(StrictModel):
    """At most `ceiling` yuan for each home of these categories inside the upper cut."""

    title: str
    clause: str
    categories: tuple[str, ...]
    ceiling: ExactDecimal


class Grants(StrictModel):
    """What the year entitles to; both sums are released by results."""

    selection: Selection
    top: TopGrant


class Line(StrictModel):
    """One line of the conformity table. `only` are the homes it concerns."""

    id: str
    measure: str
    title: str
    only: Where = {}


class Given(Line):
    """The home's own row has a value in `column`."""

    kind: Literal["given"]
    column: str


class HasRows(Line):
    """At least so many rows of `table` belong to the home; `filled` names a column they fill."""

    kind: Literal["has_rows"]
    table: str
    where: Where = {}
    filled: str | None = None
    at_least: int = Field(ge=1)


class HasEach(Line):
    """For each of `values`, by code or title, a row of `table` has it in `column`."""

    kind: Literal["has_each"]
    table: str
    column: str
    where: Where = {}
    values: dict[str, str] = Field(min_length=1)


class EveryEvent(Line):
    """Every event of the year is so."""

    kind: Literal["every_event"]
    where: Where


class FeesCovered(Line):
    """No event of the year took more than it cost."""

    kind: Literal["fees_covered"]


class EachMonth(Line):
    """Each month's plan was uploaded before the month began."""

    kind: Literal["each_month"]


class Judged(Line):
    """A reviewer judges the rest of the measure, with a reason."""

    kind: Literal["judged"]


ConformityLine = Annotated[
    EachMonth | EveryEvent | FeesCovered | Given | HasEach | HasRows | Judged, Field(discriminator="kind")
]


class League(StrictModel):
    """Points, ranks, stars and money of a city's homes in a year."""

    points: Points
    participation: Participation
    ranking: Ranking
    stars: Stars
    sanctions: dict[str, Literal["void", "remind", "star_drop", "delist"]]
    grants: Grants
    conformity: tuple[ConformityLine, ...]
