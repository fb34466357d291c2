"""Cells, columns and areas of a sheet: their names, and which is within which."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from talentcalc.evidence.tables.grid import Unreadable

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")

Span = tuple[int, int]
"""The first and the last of some rows or columns."""


@dataclass(frozen=True)
class Area:
    """A rectangle of cells: its first and last row and column, from 1."""

    rows: Span
    columns: Span


def area_named(text: str) -> Area:
    """The area of a reference like A1:B3 or A1."""
    first, _, last = text.partition(":")
    start, end = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if start is None or end is None:
        raise Unreadable(f"“{text[:40]}”不是单元格区域；请另存后重新提交")
    return Area((int(start[2]), int(end[2])), (column_number(start[1]), column_number(end[1])))


def reference(row: int, column: int) -> str:
    """A cell's name, as C2."""
    return f"{column_letters(column)}{row}"


@lru_cache(maxsize=1 << 15)
def column_number(letters: str) -> int:
    """A column's number, from 1; 0 of what are no letters."""
    value = 0
    for one in letters[:8].upper():
        if not "A" <= one <= "Z":
            return 0
        value = value * 26 + ord(one) - 64
    return value


def column_letters(column: int) -> str:
    """A column's letters."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch made one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def within(value: int, spans: list[Span]) -> bool:
    """Whether a number lies in one of some `joined` spans."""
    place = bisect_right(spans, (value, 1 << 62)) - 1
    return place >= 0 and value <= spans[place][1]
