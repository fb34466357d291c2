"""The kinds of checks for the patterns of 恶意刷分, in memory; `in_duckdb` finds the same rows in DuckDB.

A cell that refers to a row that is not there is critical already, and left out here.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import (
    Link,
    MonthEndRush,
    NoCrowd,
    NotListed,
    PlacesApart,
    SameAsLinked,
    SharedByFew,
    WithinHours,
)


def same_as_linked(check: SameAsLinked, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Not what the linked row says."""
    own = _known(rows, check.column, setting)
    there = _linked(rows, check.link, check.column, setting)
    return own.notna() & there.notna() & (own != there)


def within_hours(check: WithinHours, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Outside the hours of the linked row, grace included."""
    grace, at = pd.Timedelta(minutes=check.grace_minutes), rows.frame[check.column]
    starts = _linked(rows, check.link, check.starts, setting)
    ends = _linked(rows, check.link, check.ends, setting)
    return (at < starts - grace) | (at > ends + grace)


def not_listed(check: NotListed, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Listed in the other table with the same values."""
    own = pd.DataFrame({column: _known(rows, column, setting) for column in check.same})
    listed = setting.evidence[check.listed].frame[list(check.same.values())].dropna()
    if listed.empty or own.empty:
        return pd.Series(False, index=rows.frame.index)
    among = pd.MultiIndex.from_frame(own).isin(pd.MultiIndex.from_frame(listed))
    return pd.Series(among, index=rows.frame.index) & own.notna().all(axis=1)


def places_apart(check: PlacesApart, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """At another place too, within so many minutes before or after."""
    stays = pd.DataFrame(
        {
            "who": _known(rows, check.who, setting),
            "place": _known(rows, check.place, setting),
            "at": rows.frame[check.column],
        }
    ).dropna()
    stays = stays.sort_values(["who", "at", "place"], kind="stable")
    alone = pd.Series(False, index=rows.frame.index)
    if stays.empty:
        return alone
    # A stay is a run of rows of one person at one place; the neighbours of a stay are elsewhere.
    new = (stays["who"] != stays["who"].shift()) | (stays["place"] != stays["place"].shift())
    stay = new.cumsum()
    ends = stays.groupby(stay).agg(who=("who", "first"), first=("at", "first"), last=("at", "last"))
    left = ends["last"].shift().where(ends["who"] == ends["who"].shift())
    came = ends["first"].shift(-1).where(ends["who"] == ends["who"].shift(-1))
    within = pd.Timedelta(minutes=check.minutes)
    near = (stays["at"] - stay.map(left) <= within) | (stay.map(came) - stays["at"] <= within)
    return alone | near.reindex(alone.index, fill_value=False)


def no_crowd(check: NoCrowd, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Among more than `most` rows of the place within so many seconds."""
    crowded = pd.Series(False, index=rows.frame.index)
    at, most = rows.frame[check.column].dropna(), check.most
    for _, moments in at.groupby(_known(rows, check.place, setting)):
        moments = moments.sort_values(kind="stable")
        ends = moments.to_numpy()[most:]
        spans = ends - moments.to_numpy()[: len(ends)]
        starts = np.flatnonzero(spans <= np.timedelta64(check.seconds, "s"))
        for start in starts:
            crowded.loc[moments.index[start : start + most + 1]] = True
    return crowded


def shared_by_few(check: SharedByFew, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """On a day when more than `most` have the same."""
    uses = pd.DataFrame(
        {
            "what": rows.frame[check.column],
            "who": _known(rows, check.who, setting),
            "day": rows.frame[check.at].dt.normalize(),
        }
    ).dropna()
    many = uses.groupby(["what", "day"])["who"].transform("nunique") > check.most
    return many.reindex(rows.frame.index, fill_value=False).astype(bool)


def month_end_rush(check: MonthEndRush, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """In the last days of a month that has so large a share there."""
    at = rows.frame[check.column].dropna()
    month = at.dt.to_period("M")
    late = at.dt.day > at.dt.days_in_month - check.days
    place = _known(rows, check.place, setting).reindex(at.index)
    grouped = late.groupby([place, month])
    share = Fraction(check.share)
    rush = grouped.transform("sum") * share.denominator >= share.numerator * grouped.transform("size")
    fails: Mask = (late & rush & place.notna()).reindex(rows.frame.index, fill_value=False)
    return fails.astype(bool)


PATTERNS: dict[str, Callable[[Any, EvidenceTable, CheckContext], Mask]] = {
    function.__name__: function
    for function in (
        month_end_rush,
        no_crowd,
        not_listed,
        places_apart,
        same_as_linked,
        shared_by_few,
        within_hours,
    )
}


def _known(rows: EvidenceTable, column: str, setting: CheckContext) -> "pd.Series[Any]":
    """A column without the cells that refer to a row that is not there."""
    values, table = rows.frame[column], rows.spec.columns[column].references
    if table is None:
        return values
    known: pd.Series[Any] = values.where(values.isin(setting.evidence[table].ids.dropna()))
    return known


def _linked(rows: EvidenceTable, link: Link, column: str, setting: CheckContext) -> "pd.Series[Any]":
    """What stands in a column of the linked rows."""
    other = setting.evidence[link.table]
    if other.frame.empty:
        return pd.Series(None, index=rows.frame.index, dtype=other.frame[column].dtype)
    there = _known(other, column, setting).set_axis(other.keys, axis=0)
    linked: pd.Series[Any] = rows.frame[link.column].map(there[~there.index.duplicated()])
    return linked
