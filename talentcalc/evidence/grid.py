"""What a reader hands on: the rows of a file or sheet as text, and the grid of columns made of them."""

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from talentcalc.finding import Place, Severity

Line = tuple[int, list[str | None]]
"""A row's line in the file, the first being 1, and its cells as text; an empty cell is None or ''."""


class Unreadable(Exception):
    """A file that is no table at all; the message is for the reviewer."""


@dataclass(frozen=True)
class Refused:
    """A line, or one cell of it, that no table has; `place` is the cell's column, from 0, None the line."""

    line: int
    found: str
    expected: str
    place: int | None = None


@dataclass(frozen=True)
class Remark:
    """What a reviewer has to know of how a file was read: hidden rows, a converted form.

    `kind` is one of a reader's own words (`hidden`), and ends the name of the finding's check; `column` is
    the header concerned, if it is one column.
    """

    kind: str
    severity: Severity
    title: str
    remedy: str
    column: str | None = None
    rows: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: its title, its rows, and what is refused or remarked of them.

    All rows are as wide as the widest. Reading `lines` raises `Unreadable` if the sheet cannot be opened,
    which says nothing of the others; `refused` and `remarks` are whole once it has been read to its end.
    A hidden sheet is read like any other; `lists` says of it that it only holds what drop-downs offer.
    """

    title: str
    lines: Iterable[Line]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    hidden: bool = False
    lists: bool = False


@dataclass(frozen=True)
class Grid:
    """Headers, one array of text for each, the file's line of each row, what is refused and remarked."""

    headers: list[str]
    columns: list[pa.Array]
    lines: list[int]
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def grid_of(
    lines: Iterator[Line],
    known: Collection[str],
    refused: list[Refused],
    remarks: list[Remark],
) -> Grid:
    """The grid of a file's rows; `known` are the names and titles of the table's columns."""
    header = [(name or "").strip() for name in next(lines, (1, []))[1]]
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    width = len(header)
    for line, row in lines:
        if len(row) != width:
            refused.append(Refused(line, f"{len(row)} 格", f"{width} 格，与表头一致"))
            row = (row + [None] * width)[:width]
        kept.append(row)
        numbers.append(line)
    columns = (
        [pa.array(column, pa.string()) for column in zip(*kept, strict=True)]
        if kept
        else [pa.array([], pa.string()) for _ in header]
    )
    return Grid(header, columns, numbers, refused, remarks)


def grids_of(lines: Iterator[Line], known: Collection[str], most: int | None) -> Iterator[Grid]:
    """The same in parts of at most `most` rows, each with the header; at least one."""
    header = next(lines, (1, []))
    for number in itertools.count():
        part = list(itertools.islice(lines, most))
        if part or number == 0:
            yield grid_of(itertools.chain([header], part), known, [], [])
        if most is None or len(part) < most:
            return
