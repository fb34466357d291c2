"""Where in a file does its table begin and end? Header, title above it, foot, rows without a value."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from talentcalc.core.findings import LISTED, Location, display_value
from talentcalc.evidence.tables.everyday_forms import plain_form
from talentcalc.evidence.tables.header_names import HeaderNames, foreign_unit_above
from talentcalc.rulebook.table import Column, ColumnType

Cells = list[str | None]
Line = tuple[int, Cells]

HEAD = 10
"""Rows with a value among which the header is."""

MOST_COLUMNS = 1_000
"""Columns of a table: ten times the widest table of any rulebook; each costs a list of its own."""

MOST_EMPTY = 1_000_000
"""Rows without a value, one after another: a spreadsheet's whole sheet; more is a flood."""

_TOTAL = re.compile(r"(合计|总计|小计|共计|累计|总和)[::]?")
_SIGNED = re.compile(
    r"(填表人|制表人|填报人|审核人|复核人|经办人|填表日期|填报日期|制表日期)(\(.*\))?([::].*)?"
)
_REMARKED = re.compile(
    r"(填报单位|单位负责人|负责人|主管领导|联系人|联系电话|审核|复核|制表|日期|注|备注|说明|附注)(\(.*\))?[::].*"
)
_LABELLED = re.compile(r"[:：]")
_NUMBERS: tuple[ColumnType, ...] = ("integer", "number", "money")
_TYPED: tuple[ColumnType, ...] = (*_NUMBERS, "date", "moment", "month", "choice")
_FEW = 2  # cells of a signature with its day: 填表人：某某, 2025-12-31
_FIRST = frozenset("合总小共累填制审复经单负主联日注备说附 \t\v\f\r\n\x1c\x1d\x1e\x1f\x85\xa0\u3000")


class Unreadable(Exception):
    """A file that is no table at all; the message is for the reviewer."""


@dataclass
class Extent:
    """The rows of one table within the lines of its file, found while they are read.

    `titles` are the rows above the header, `foot` those after the last record that are none (合计, 填表人),
    `stray` such rows with records after them, or the header once more; each a line and its cells. `columns`
    are those that the header names, by their places.
    """

    header: Cells
    header_line: int
    titles: list[Line]
    key: list[int]
    columns: Mapping[int, Column] = field(default_factory=dict)
    foot: list[Line] = field(default_factory=list)
    stray: list[Line] = field(default_factory=list)

    def rows(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The rows that may be records: not those without a value, nor the foot, nor the header again."""
        suspect = _FIRST | {(self.header[0] or " ")[0]} if self.header else _FIRST
        empty = 0
        for line in lines:
            cells = line[1]
            first = cells[0] if cells else None
            if first and first[0] not in suspect:  # nearly every row
                empty = 0
            elif is_empty(cells):
                empty += 1
                if empty > MOST_EMPTY:
                    raise Unreadable(f"第 {line[0]} 行之前有 {MOST_EMPTY} 多个空行；请删去空行")
                continue
            else:
                empty = 0
                again = cells[: len(self.header)] == self.header
                if again or self._is_foot(cells):
                    (self.stray if again else self.foot).append(line)
                    if len(self.stray) + len(self.foot) > LISTED:
                        raise Unreadable(f"到第 {line[0]} 行已有 {LISTED} 多行合计或表头；请只保留记录")
                    continue
            if self.foot:
                self.stray += self.foot
                self.foot.clear()
            yield line

    def misplaced(self) -> Iterator[Line]:
        """The rows above the header that look like records: with a key, and wide or with a typed value."""
        for number, cells in self.titles:
            keys = [cells[place] if place < len(cells) else None for place in self.key]
            whole = bool(keys) and not any(_blank(one) or _LABELLED.search(one or "") for one in keys)
            filled = sum(not _blank(cell) for cell in cells)
            wide = filled > 1 and 2 * filled >= sum(not _blank(cell) for cell in self.header)
            if whole and (wide or self._typed(cells, _TYPED)):
                yield number, cells

    def _is_foot(self, cells: Cells) -> bool:
        """Whether a row is no record but one of those that end a sheet; a row with a key never is.

        A total has numbers; where a signature or a remark has them, or a day among other values, it is none.
        """
        if (label := label_of(cells)) is None:
            return False
        keys = [cells[place] for place in self.key if place < len(cells) and not _blank(cells[place])]
        if keys and not any(_strictly(one or "") for one in keys):
            return False
        few = sum(not _blank(cell) for cell in cells) <= _FEW
        typed = self._typed(cells, _NUMBERS if few else _TYPED)
        return _TOTAL.fullmatch(label) is not None or not typed

    def _typed(self, cells: Cells, types: Collection[ColumnType]) -> bool:
        """Whether a column of these types has a value of its type, or a choice's title, in a row."""
        for place, column in self.columns.items():
            text = (cells[place] or "").strip() if place < len(cells) else ""
            if text and column.type in types:
                choice = text in (*column.choices, *column.choices.values())
                if choice or plain_form(column.type, text) is not None:
                    return True
        return False


def label_of(cells: Sequence[str | None]) -> str | None:
    """What the first filled cell of a row says if it ends a sheet: 合计, 填表人; without names."""
    text = _plain(next((one for one in cells if not _blank(one)), None) or "")
    for shape in (_TOTAL, _SIGNED, _REMARKED):
        if (found := shape.fullmatch(text)) is not None:
            return found[1]
    return None


def extent_of(lines: Iterator[Line], names: HeaderNames) -> tuple[Extent, Iterator[Line]]:
    """The table within the lines of a file, and the lines after its header; without lines an empty one.

    Raises:
        Unreadable: none of the first rows is a header, or two together are.
    """
    first = head_of(lines)
    if not first:
        return Extent([], 1, [], []), lines
    known = [names.known(cells) for _, cells in first]
    place = max(range(len(first)), key=lambda n: (len(known[n]), -n))
    if not known[place]:
        raise Unreadable(no_header(first))
    for beside in (place - 1, place + 1):
        if 0 <= beside < len(first) and known[beside] - known[place]:
            one, two = sorted((first[place][0], first[beside][0]))
            raise Unreadable(f"表头分在第 {one}、{two} 两行；请合并为一行")
    number, header = first[place]
    if len(header) > MOST_COLUMNS:
        header = header[:MOST_COLUMNS]
    meant = [names.meant(cell) if cell else None for cell in header]
    columns = {n: names.columns[one.column] for n, one in enumerate(meant) if one is not None}
    key = [n for n, one in enumerate(meant) if one is not None and one.column in names.key]
    found = Extent(header, number, first[:place], key, columns)
    return found, itertools.chain(first[place + 1 :], lines)


def head_of(lines: Iterator[Line]) -> list[Line]:
    """The first rows with a value, among which the header is."""
    first: list[Line] = []
    for empty, (number, cells) in enumerate(lines):
        if empty > MOST_EMPTY:
            raise Unreadable(f"开头有 {MOST_EMPTY} 多个空行；请删去空行")
        if is_empty(cells):
            continue
        if len(cells) > MOST_COLUMNS and any(not _blank(cell) for cell in cells[MOST_COLUMNS:]):
            raise Unreadable(f"第 {number} 行有 {len(cells)} 列，超过 {MOST_COLUMNS} 列；请只保留要填的列")
        first.append((number, cells))
        if len(first) == HEAD:
            break
    return first


def no_header(first: Sequence[Line]) -> str:
    """Why a file is no table: none of its first rows names a column. They may name persons."""
    number, cells = first[0]
    filled = sum(not _blank(cell) for cell in cells)
    return f"前 {HEAD} 行中没有表头，没有一格是已知的列名；第 {number} 行有 {filled} 格，都不是列名"


def is_empty(cells: Sequence[str | None]) -> bool:
    """Whether a row has no value in any cell; white space is none."""
    return not any(cell and not cell.isspace() for cell in cells)


def foreign_unit(extent: Extent) -> tuple[int, str] | None:
    """The line above or below a table that gives another unit for its numbers, and what it says."""
    for number, cells in (*extent.titles, *extent.foot):
        if (found := foreign_unit_above(cells)) is not None:
            return number, display_value(found)
    return None


def places_of(lines: Sequence[Line]) -> tuple[Location, ...]:
    """Where rows are that have no key."""
    return tuple(Location(f"#{number}", number, label_of(cells)) for number, cells in lines)


def _strictly(text: str) -> bool:
    """Whether a cell in a key column cannot be a key: 合计, 填表人, 注：…."""
    plain = _plain(text)
    return any(shape.fullmatch(plain) for shape in (_TOTAL, _SIGNED, _REMARKED))


def _blank(cell: str | None) -> bool:
    return not cell or cell.isspace()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:200]).split())
