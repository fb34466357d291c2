"""References to cells, columns and areas of a sheet, and ranges of rows or columns."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

IndexRange = tuple[int, int]
"""The numbers of the first and the last row or column of a range."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells; rows and columns are numbered from 1."""

    rows: IndexRange
    columns: IndexRange


def area_named(text: str) -> Area:
    """The area of a reference such as A1:B3 or A1."""
    first, _, last = text.partition(":")
    start, end = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if start is None or end is None:
        raise Unreadable(message("evidence.not_an_area", text=text[:40]))
    return Area((int(start[2]), int(end[2])), (column_number(start[1]), column_number(end[1])))


def reference(row: int, column: int) -> str:
    """The reference of a cell, such as C2."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=1 << 15)
def column_number(letters: str) -> int:
    """The number of a column, from 1; 0 if its name is not made of letters."""
    value = 0
    for letter in letters[:8].upper():
        if not "A" <= letter <= "Z":
            return 0
        value = value * 26 + ord(letter) - 64
    return value


def column_letters(column: int) -> str:
    """The letters of a column's number."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def merged_ranges(ranges: Iterable[IndexRange]) -> list[IndexRange]:
    """The ranges in order; those that overlap or touch are merged."""
    merged: list[IndexRange] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


def is_within(value: int, ranges: list[IndexRange]) -> bool:
    """Whether a number is in one of some ranges that `merged_ranges` returned."""
    index = bisect_right(ranges, (value, 1 << 62)) - 1
    return index >= 0 and value <= ranges[index][1]
