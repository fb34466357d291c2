"""The kinds of checks: for each, which rows fail. Every function answers with a mask of rows."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.checks.kinds.alike import alike
from talentcalc.checks.planned_check import Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import (
    ByReview,
    FileSame,
    FileThere,
    FilledWhen,
    IsWhenFilled,
    LateRush,
    MarksApart,
    NamesOwnRow,
    NotBefore,
    OneValue,
    RowThere,
    SetAside,
    Tallies,
    WithinItem,
)


def filled_when(check: FilledWhen, rows: EvidenceTable, _setting: CheckContext) -> Mask:
    """Missing where other columns have certain values."""
    return rows.frame[check.column].isna() & rows.where(check.where)


def is_when_filled(check: IsWhenFilled, rows: EvidenceTable, _setting: CheckContext) -> Mask:
    """Not the value wanted although another column is filled."""
    holds = (rows.frame[check.column] == check.value).fillna(False).astype(bool)
    return rows.frame[check.when].notna() & ~holds


def not_before(check: NotBefore, rows: EvidenceTable, _setting: CheckContext) -> Mask:
    """A date before another date of the row."""
    return rows.frame[check.column] < rows.frame[check.other]


def within_item(check: WithinItem, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """A mark below 0 or above the points of the item that it judges."""
    return pd.Series(
        [
            mark is not None and not 0 <= mark <= setting.item_points.get(item, mark)
            for item, mark in zip(rows.frame[check.item], rows.frame[check.column], strict=True)
        ],
        index=rows.frame.index,
        dtype=bool,
    )


def row_there(check: RowThere, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """A reference to a row that its table does not hold."""
    tables, ids = rows.frame[check.table_column], rows.frame[check.column]
    fails = pd.Series(False, index=rows.frame.index)
    for name, table in setting.evidence.tables.items():
        own = tables == name
        if own.any() and name not in setting.evidence.unread:
            fails |= own & ids.notna() & ~ids.isin(table.ids.dropna())
    return fails


def file_there(check: FileThere, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """An electronic proof without a file inside the evidence folder."""
    fails = [not setting.evidence.files.exists(path) for path in rows.frame[check.column]]
    return pd.Series(fails, index=rows.frame.index, dtype=bool) & rows.where(check.only)


def file_same(check: FileSame, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """An electronic proof whose file has another sha256 than the one registered."""
    fails = []
    for path, registered in zip(rows.frame[check.path], rows.frame[check.column], strict=True):
        found = None if pd.isna(registered) else setting.evidence.files.sha256(path)
        fails.append(found is not None and found != str(registered).lower())
    return pd.Series(fails, index=rows.frame.index, dtype=bool) & rows.where(check.only)


def set_aside(check: SetAside, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Rows that do not count for one reason, and for none before it; undated rows are not late."""
    fails = pd.Series(setting.reasons(rows.name) == check.reason, index=rows.frame.index, dtype=bool)
    return fails if check.column is None else fails & rows.frame[check.column].notna()


def one_value(check: OneValue, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Rows alike in `per` that differ in `of`, missing values aside."""
    frame = rows.frame
    if check.joined is not None:
        other = setting.evidence[check.joined.table]
        more = other.frame.set_axis(other.keys, axis=0)
        more = more[~more.index.duplicated()].drop(columns=frame.columns, errors="ignore")
        frame = frame.join(more, on=check.joined.column)
    per, of = list(check.per), list(check.of)
    distinct = frame.dropna(subset=per + of).drop_duplicates(per + of)
    several = distinct[distinct.duplicated(per, keep=False)].set_index(per).index
    concerned = frame.set_index(per).index.isin(several) & frame[of].notna().all(axis=1)
    return pd.Series(concerned, index=rows.frame.index, dtype=bool)


def tallies(check: Tallies, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """A declared number that is not the number of another table's rows."""
    named = setting.evidence[check.tallied.table].frame[check.tallied.column]
    tally = rows.keys.map(named.value_counts()).fillna(0).astype("Int64")
    return (rows.frame[check.column] != tally).fillna(False).astype(bool)


def by_review(check: ByReview, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """A date after the review's."""
    return rows.frame[check.column] > pd.Timestamp(setting.reviewed)


def names_own_row(check: NamesOwnRow, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """A row named that is not there, or that belongs to another owner."""
    concerned = pd.Series(rows.where(check.only), index=rows.frame.index)
    tables, ids = rows.frame[check.table_column], rows.frame[check.column]
    own = pd.Series(False, index=rows.frame.index)
    for name, owner in check.among.items():
        here = concerned & (tables == name) & ids.notna()
        if here.any():
            owners = setting.owners(name, owner, ids[here])
            own |= here & (ids.map(owners) == rows.frame[check.owner])
    return concerned & ~own


def late_rush(check: LateRush, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Rows dated in the period's last days, if they are at least a share of the period's rows."""
    inside = setting.span.holds(rows.frame[check.column])
    last = pd.Timestamp(setting.span.end) - pd.Timedelta(days=check.days - 1)
    late = inside & (rows.frame[check.column] >= last)
    rush = int(late.sum()) >= check.share * int(inside.sum())
    return late if rush else late & False


def marks_apart(check: MarksApart, rows: EvidenceTable, setting: CheckContext) -> Mask:
    """Marks of one item further apart than a share of its points."""
    far = {
        item
        for item, marks in rows.frame[check.column].dropna().groupby(rows.frame[check.item])
        if item in setting.item_points and max(marks) - min(marks) > check.share * setting.item_points[item]
    }
    return rows.frame[check.item].isin(far)


KINDS: dict[str, Callable[[Any, EvidenceTable, CheckContext], Mask]] = {
    function.__name__: function
    for function in (
        by_review,
        filled_when,
        is_when_filled,
        not_before,
        within_item,
        row_there,
        file_there,
        file_same,
        set_aside,
        one_value,
        alike,
        tallies,
        late_rush,
        marks_apart,
        names_own_row,
    )
}
