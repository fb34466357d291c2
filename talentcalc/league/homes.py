"""The homes, and the days whose points belong to each one's year (附件二.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from talentcalc.evidence.evidence import Evidence
from talentcalc.rulebook.league import League


@dataclass(frozen=True)
class Home:
    """One row of the table of homes; stars, drops and opening points as the year begins."""

    id: str
    name: str
    category: str
    type: str
    county: str
    designated_on: date
    stars: int
    drops: int
    opening: int
    delisted_on: date | None
    payee: str | None


@dataclass(frozen=True)
class Season:
    """The days of a home's year, both ends included; `year` names it. Extension days are December's."""

    year: int
    first: date
    last: date

    def month(self, day: date) -> str | None:
        """The month, YYYY-MM, to which points of a day belong; None outside the season."""
        if not self.first <= day <= self.last:
            return None
        return f"{self.year}-{day.month if day.year == self.year else 12:02d}"


def homes_of(evidence: Evidence, league: League) -> tuple[Home, ...]:
    """Every home, by id."""
    stars = league.stars.start
    return tuple(
        Home(
            row.home_id,
            row.name,
            row.category,
            row.type,
            row.county,
            row.designated_on,
            stars if row.stars is None else row.stars,
            row.drops or 0,
            row.opening_points or 0,
            row.delisted_on,
            row.payee,
        )
        for row in evidence["homes"].records()
    )


def extension_days(evidence: Evidence) -> dict[tuple[str, int], int]:
    """The approved extension of each home and year, in days."""
    return {(row.home_id, row.year): row.days for row in evidence["extensions"].records()}


def season_of(
    home: Home, year: int, league: League, extensions: Mapping[tuple[str, int], int]
) -> Season | None:
    """The season of a home; None if it does not take part in the year.

    Its year runs on for its extension days, and begins after those of the year before.
    """
    if league.participation.since == "next_calendar_year":
        entry = date(home.designated_on.year + 1, 1, 1)
    else:
        entry = a_year_after(home.designated_on)
    if entry.year > year or (home.delisted_on is not None and home.delisted_on.year <= year):
        return None
    whole = year_of(home, year, extensions)
    return Season(year, max(entry, whole.first), whole.last)


def year_of(home: Home, year: int, extensions: Mapping[tuple[str, int], int]) -> Season:
    """The days of a home's year, whether or not it takes part in all of them."""
    begins = date(year, 1, 1) + timedelta(extensions.get((home.id, year - 1), 0))
    return Season(year, begins, date(year, 12, 31) + timedelta(extensions.get((home.id, year), 0)))


def a_year_after(day: date) -> date:
    """The same day twelve months on; of 29 February the last of the month."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
