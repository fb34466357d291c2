"""What a league's result says of its year: homes, ranks, stars, grants, months, talents, conformity."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from talentcalc.result.model.part import Number, Part, in_order

LEAGUE: Final = "talentcalc/league/1"
"""The name of the form of a league's result."""


class MediaReport(Part):
    """A report of an event: its tier, its points, or why it has none."""

    row: str
    tier: str
    points: int
    why: str | None = None


class TracedEvent(Part):
    """An event with its reports; `why` where it earns nothing."""

    title: str
    points: int
    attendance: int
    media: tuple[MediaReport, ...]
    month: str | None = None
    why: str | None = None


class CountedCheckIns(Part):
    """How many check-ins earn a point, and how many do not, by reason."""

    records: int
    points: int
    set_aside: dict[str, int]


class HomeTrace(Part):
    """Where a home's points come from."""

    events: dict[str, TracedEvent]
    checkins: CountedCheckIns


class SeasonDays(Part):
    """The days on which a home's points count."""

    first: date
    last: date


class CutMargin(Part):
    """Whether a home is inside a cut, and the points to it; null where none change that."""

    inside: bool
    points: int | None


class Conforms(Part):
    """One measure of the conformity table for one home; `reviewer` where one judged it."""

    outcome: Literal["met", "not_met", "not_applicable", "pending"]
    words: str
    reviewer: str | None = None


class HomeResult(Part):
    """One home's year."""

    name: str
    category: str
    type: str
    county: str
    designated_on: date
    payee: str | None
    participates: bool
    opening_points: int
    events: int
    media: int
    checkins: int
    adjustment: int
    points: int
    total: int
    months: dict[str, int]
    stars_before: int
    stars_after: int
    change: Literal["up", "down", "same"]
    why: str
    drops: int
    delisted: bool
    delisted_now: bool
    grant_selection: Number
    grant_top_ceiling: Number
    conformity: dict[str, Conforms]


class ParticipatingHome(HomeResult):
    """A home that takes part: its season, and where its points come from."""

    season: SeasonDays
    trace: HomeTrace


class RankedHome(ParticipatingHome):
    """A home that is ranked: its ranks, also by month, and its margins to the cuts."""

    rank: int
    rank_in_type: int
    rank_in_total: int
    rank_in_months: dict[str, int]
    margins: dict[Literal["up", "down"], CutMargin]


class MonthFirst(Part):
    """The homes with the highest points of a month."""

    first: tuple[str, ...]


class TalentBalance(Part):
    """What a talent earned, spent and has left."""

    earned: int
    spent: int
    balance: int


class RankingCut(Part):
    """The ranks that gain a star and those that lose one, among the homes of a group or all of them."""

    group: str | None
    title: str
    size: int
    up: int
    down: int
    up_words: str
    down_words: str


class Sanction(Part):
    """A decision about a home."""

    home: str
    decided_on: date
    kind: str
    concerns: str
    reason: str


class ConformityMeasure(Part):
    """A line of the conformity table."""

    measure: str
    title: str
    judged: bool


class TitledClause(Part):
    """What a clause gives, and the clause."""

    title: str
    clause: str


class LeagueRules(Part):
    """The regulation's titles and clauses for points and grants, and its codes in words."""

    points: dict[Literal["events", "media", "checkins", "adjustment"], TitledClause]
    clauses: dict[Literal["participation", "ranking", "stars"], str]
    grants: dict[Literal["selection", "top"], TitledClause]
    types: dict[str, str]
    categories: dict[str, str]
    tiers: dict[str, str]


class HomeOrder(Part):
    """The homes best first, the measures and the sanctions in their order."""

    homes: tuple[str, ...]
    conformity: tuple[str, ...]
    sanctions: tuple[str, ...]


class LeaguePart(Part):
    """What was ranked: every home's year, the months, the talents, the cuts."""

    form: Annotated[Literal["talentcalc/league/1"], Field(alias="schema")]
    status: Literal["final", "draft"]
    awaiting: tuple[str, ...]
    homes: dict[str, RankedHome | ParticipatingHome | HomeResult]
    ranked: int
    months: dict[str, MonthFirst]
    first_points: dict[str, int]
    talents: dict[str, TalentBalance]
    cuts: tuple[RankingCut, ...]
    sanctions: dict[str, Sanction]
    conformity: dict[str, ConformityMeasure]
    rules: LeagueRules
    order: HomeOrder

    @property
    def ordered_homes(self) -> Iterator[tuple[str, HomeResult]]:
        """The homes best first."""
        return in_order(self.homes, self.order.homes)

    @property
    def ranked_homes(self) -> list[tuple[str, RankedHome]]:
        """The homes that are ranked, best first."""
        return [(name, home) for name, home in self.ordered_homes if isinstance(home, RankedHome)]

    @property
    def measures(self) -> Iterator[tuple[str, ConformityMeasure]]:
        """The lines of the conformity table in their order."""
        return in_order(self.conformity, self.order.conformity)

    @property
    def ordered_sanctions(self) -> Iterator[tuple[str, Sanction]]:
        """The decisions about homes in their order."""
        return in_order(self.sanctions, self.order.sanctions)
