"""Which period comes next, and what it is called."""

from datetime import date, timedelta

from talentcalc.core.errors import InputError, Problem
from talentcalc.messages.message import message
from talentcalc.params.form import Period
from talentcalc.rollover.league_year import with_year

_WHOLE_YEAR = {"half-year": "annual", "half_year": "annual", "半年评估": "年度考核", "半年": "年度"}
"""What a name that tells of a half-year says of the year."""


def same_year(period: Period) -> bool:
    """Whether the next period is the year that this one is the first part of (第七条)."""
    return period.kind == "half_year"


def following(period: Period, file: str) -> Period:
    """The period that follows: after a half-year the whole of its year, after a year the next.

    Raises:
        InputError: a half-year that is longer than the year it begins.
    """
    start = period.start if same_year(period) else period.end + timedelta(days=1)
    end = _a_year_after(start) - timedelta(days=1)
    if end < period.end:
        too_long = message("rollover.half_year_too_long", end=period.end, last=end)
        raise InputError(Problem(f"{file}: period", too_long))
    return Period(kind="annual", start=start, end=end)


def named_on(name: str, before: Period, after: Period) -> str:
    """A name of one period for the next: its year replaced, or added where it has none."""
    later = with_year(name, before.end.year, after.end.year)
    if same_year(before):
        word = next((word for word in _WHOLE_YEAR if word in later), None)
        later = later.replace(word, _WHOLE_YEAR[word]) if word else later
    if later != name:
        return later
    return f"{name}-{after.kind}" if same_year(before) else f"{name}-{after.end.year}"


def _a_year_after(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap else day.replace(year=day.year + 1)
