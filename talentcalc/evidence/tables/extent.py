"""Finds the extent of a table within its file: title rows, header, records, footer rows and empty rows."""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from talentcalc.core.findings import LISTED, Location, display_value
from talentcalc.evidence.tables.canonical_forms import canonical_form
from talentcalc.evidence.tables.header_matching import HeaderMatcher, foreign_unit_in
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Message, Text, message
from talentcalc.rulebook.table import Column, ColumnType

Cells = list[str | None]
"""A row's cells as text; an empty cell is None or ''."""

Line = tuple[int, Cells]
"""A row's line in the file, the first being 1, and its cells."""

HEADER_ROWS = 10
"""The first rows with a value, among which the header must be."""

MOST_COLUMNS = 1_000
"""Columns of a table: ten times the widest table of any rulebook; each takes a list."""

MOST_EMPTY = 1_000_000
"""Consecutive rows without a value: a spreadsheet's whole sheet."""

_TOTAL_LABEL = re.compile(r"(合计|总计|小计|共计|累计|总和)[::]?")
_SIGNATURE_LABEL = re.compile(
    r"(填表人|制表人|填报人|审核人|复核人|经办人|填表日期|填报日期|制表日期)(\(.*\))?([::].*)?"
)
_NOTE_LABEL = re.compile(
    r"(填报单位|单位负责人|负责人|主管领导|联系人|联系电话|审核|复核|制表|日期|注|备注|说明|附注)(\(.*\))?[::].*"
)
_COLON = re.compile(r"[:：]")
_NUMBERS: tuple[ColumnType, ...] = ("integer", "number", "money")
_TYPED: tuple[ColumnType, ...] = (*_NUMBERS, "date", "moment", "month", "choice")
_SIGNATURE_CELLS = 2  # cells of a signature row: 填表人：某某, 2025-12-31
_FOOTER_INITIALS = frozenset(
    "合总小共累填制审复经单负主联日注备说附 \t\v\f\r\n\x1c\x1d\x1e\x1f\x85\xa0\u3000"
)


class Unreadable(Exception):
    """Raised for a file that cannot be read as a table; the message is for the reviewer."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return wording(self.message, PAPERS)


@dataclass
class Extent:
    """The extent of one table within the lines of its file, completed while its records are read.

    `title_rows` are above the header, `footer_rows` after the last record (合计, 填表人); `stray_rows` are
    such rows with records after them, or a repeated header. `key_positions` are the positions of the key's
    columns; `columns` are those that the header names, by position.
    """

    header: Cells
    header_line: int
    title_rows: list[Line]
    key_positions: list[int]
    columns: Mapping[int, Column] = field(default_factory=dict)
    footer_rows: list[Line] = field(default_factory=list)
    stray_rows: list[Line] = field(default_factory=list)

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        """Yield the rows that may be records; leave out empty rows, footer rows and repeated headers."""
        initials = _FOOTER_INITIALS | {(self.header[0] or " ")[0]} if self.header else _FOOTER_INITIALS
        empty = 0
        for line in lines:
            cells = line[1]
            first = cells[0] if cells else None
            if first and first[0] not in initials:  # nearly every row
                empty = 0
            elif is_empty(cells):
                empty += 1
                if empty > MOST_EMPTY:
                    raise Unreadable(message("evidence.empty_rows", line=line[0], most=MOST_EMPTY))
                continue
            else:
                empty = 0
                is_header = cells[: len(self.header)] == self.header
                if is_header or self._is_footer(cells):
                    (self.stray_rows if is_header else self.footer_rows).append(line)
                    if len(self.stray_rows) + len(self.footer_rows) > LISTED:
                        raise Unreadable(message("evidence.many_other_rows", line=line[0], most=LISTED))
                    continue
            if self.footer_rows:
                self.stray_rows += self.footer_rows
                self.footer_rows.clear()
            yield line

    def misplaced_records(self) -> Iterator[Line]:
        """Yield the rows above the header that look like records: with a key, and wide or a typed value."""
        for number, cells in self.title_rows:
            keys = [cells[position] if position < len(cells) else None for position in self.key_positions]
            has_key = bool(keys) and not any(_is_blank(key) or _COLON.search(key or "") for key in keys)
            filled = sum(not _is_blank(cell) for cell in cells)
            wide = filled > 1 and 2 * filled >= sum(not _is_blank(cell) for cell in self.header)
            if has_key and (wide or self._has_value(cells, _TYPED)):
                yield number, cells

    def _is_footer(self, cells: Cells) -> bool:
        """Whether a row is a footer row: a total, a signature or a note; a row with a key never is.

        A total has numbers; a row labelled as a signature or note that has numbers, or a day among other
        values, is a record.
        """
        if (label := footer_label(cells)) is None:
            return False
        keys = [
            cells[position]
            for position in self.key_positions
            if position < len(cells) and not _is_blank(cells[position])
        ]
        if keys and not any(_is_footer_label(key or "") for key in keys):
            return False
        is_short = sum(not _is_blank(cell) for cell in cells) <= _SIGNATURE_CELLS
        typed = self._has_value(cells, _NUMBERS if is_short else _TYPED)
        return _TOTAL_LABEL.fullmatch(label) is not None or not typed

    def _has_value(self, cells: Cells, types: Collection[ColumnType]) -> bool:
        """Whether a row has, in a column of these types, a value of its type or a choice's title."""
        for position, column in self.columns.items():
            text = (cells[position] or "").strip() if position < len(cells) else ""
            if text and column.type in types:
                is_choice = text in (*column.choices, *column.choices.values())
                if is_choice or canonical_form(column.type, text) is not None:
                    return True
        return False


def footer_label(cells: Sequence[str | None]) -> str | None:
    """The footer label in the first filled cell of a row (合计, 填表人), without names; None if none."""
    text = _without_spaces(next((cell for cell in cells if not _is_blank(cell)), None) or "")
    for label in (_TOTAL_LABEL, _SIGNATURE_LABEL, _NOTE_LABEL):
        if (match := label.fullmatch(text)) is not None:
            return match[1]
    return None


def find_extent(lines: Iterator[Line], matcher: HeaderMatcher) -> tuple[Extent, Iterator[Line]]:
    """Find the table within the lines of a file; also return the lines after its header.

    Raises:
        Unreadable: none of the first rows is a header, or the header is split over two.
    """
    rows = first_rows(lines)
    if not rows:
        return Extent([], 1, [], []), lines
    known = [matcher.columns_named(cells) for _, cells in rows]
    index = max(range(len(rows)), key=lambda n: (len(known[n]), -n))
    if not known[index]:
        raise Unreadable(_no_header(rows))
    for neighbour in (index - 1, index + 1):
        if 0 <= neighbour < len(rows) and known[neighbour] - known[index]:
            upper, lower = sorted((rows[index][0], rows[neighbour][0]))
            raise Unreadable(message("evidence.split_header", upper=upper, lower=lower))
    number, header = rows[index]
    if len(header) > MOST_COLUMNS:
        header = header[:MOST_COLUMNS]
    matches = [matcher.match(cell) if cell else None for cell in header]
    columns = {n: matcher.columns[match.column] for n, match in enumerate(matches) if match is not None}
    key = [n for n, match in enumerate(matches) if match is not None and match.column in matcher.key]
    extent = Extent(header, number, rows[:index], key, columns)
    return extent, itertools.chain(rows[index + 1 :], lines)


def first_rows(lines: Iterator[Line]) -> list[Line]:
    """The first rows with a value, among which the header must be."""
    rows: list[Line] = []
    for empty, (number, cells) in enumerate(lines):
        if empty > MOST_EMPTY:
            raise Unreadable(message("evidence.empty_first_rows", most=MOST_EMPTY))
        if is_empty(cells):
            continue
        if len(cells) > MOST_COLUMNS and any(not _is_blank(cell) for cell in cells[MOST_COLUMNS:]):
            raise Unreadable(
                message("evidence.row_too_wide", line=number, count=len(cells), most=MOST_COLUMNS)
            )
        rows.append((number, cells))
        if len(rows) == HEADER_ROWS:
            break
    return rows


def _no_header(rows: Sequence[Line]) -> Message:
    """The message that no header was found; it quotes no cell, as the first rows may name persons."""
    number, cells = rows[0]
    filled = sum(not _is_blank(cell) for cell in cells)
    return message("evidence.no_header", rows=HEADER_ROWS, line=number, cells=filled)


def is_empty(cells: Sequence[str | None]) -> bool:
    """Whether every cell of a row is empty or white space."""
    return not any(cell and not cell.isspace() for cell in cells)


def foreign_unit(extent: Extent) -> tuple[int, str] | None:
    """The line of a title or footer row that gives the numbers another unit, and its text."""
    for number, cells in (*extent.title_rows, *extent.footer_rows):
        if (text := foreign_unit_in(cells)) is not None:
            return number, display_value(text)
    return None


def locations_of(lines: Sequence[Line]) -> tuple[Location, ...]:
    """The locations of rows that have no key."""
    return tuple(Location(f"#{number}", number, footer_label(cells)) for number, cells in lines)


def _is_footer_label(text: str) -> bool:
    """Whether a cell of a key column is a footer label and no key: 合计, 填表人, 注：…."""
    compact = _without_spaces(text)
    return any(label.fullmatch(compact) for label in (_TOTAL_LABEL, _SIGNATURE_LABEL, _NOTE_LABEL))


def _is_blank(cell: str | None) -> bool:
    return not cell or cell.isspace()


def _without_spaces(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text[:200]).split())
