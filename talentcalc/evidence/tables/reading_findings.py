"""Findings of reading a table's file: unreadable file, refused lines, unread and converted cells, remarks."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce

from talentcalc.core.findings import LISTED, Finding, Location, display_value
from talentcalc.evidence.tables.cells import expected_form
from talentcalc.evidence.tables.column_positions import refused_in_read_columns
from talentcalc.evidence.tables.grid import Refused, Remark, Unreadable
from talentcalc.evidence.tables.header_matching import HeaderMatcher
from talentcalc.evidence.tables.table import Source
from talentcalc.messages.message import Text, message
from talentcalc.rulebook.table import Column, Table


def unread_cells_finding(
    table: str, column_name: str, column: Column, source: Source, rows: tuple[Location, ...]
) -> Finding:
    """Report cells that are no value of their column."""
    return Finding(
        f"{table}.{column_name}.readable",
        "critical",
        table,
        message("evidence.unread_cells.title", column=column.title),
        message("evidence.unread_cells.remedy"),
        column_name,
        column.title,
        expected_form(column),
        source.file,
        rows,
    )


def found_text(column: Column, text: str) -> str | None:
    """A cell's text for a finding; None in a personal column."""
    return None if column.personal else display_value(text)


def conversion_text(text: str, form: str, column: Column) -> str:
    """A cell in a variant form, and what it was read as."""
    return f"{display_value(text)} → {column.choices.get(form, form)}"


def converted_cells_finding(
    table: str, column_name: str, column: Column, source: Source, rows: tuple[Location, ...], count: int
) -> Finding:
    """Report `count` cells that were read from a variant form; `rows` are the first of them."""
    return Finding(
        f"{table}.{column_name}.form",
        "info",
        table,
        message("evidence.converted_cells.title", column=column.title, count=count),
        message("evidence.converted_cells.remedy"),
        column_name,
        column.title,
        expected_form(column) if column.type != "choice" else None,
        source.file,
        rows,
        count if count > len(rows) else None,
    )


def file_findings(
    table: str,
    spec: Table,
    refused: list[Refused],
    remarks: list[Remark],
    positions: dict[str, int],
    source: Source,
) -> Iterator[Finding]:
    """Report what was refused of a file in the columns that are read, and remarks on how it was read."""
    refused = refused_in_read_columns(refused, positions)
    if refused:
        yield refused_lines_finding(table, refused, source)
    matcher = HeaderMatcher(spec)
    for remark in _merged(remarks):
        match = None if remark.column is None else matcher.match(remark.column)
        if remark.column is not None and match is None:  # of a column that is not read
            continue
        parts = (table, remark.kind) if match is None else (table, match.column, remark.kind)
        yield Finding(
            ".".join(parts),
            remark.severity,
            table,
            remark.title,
            remark.remedy,
            None if match is None else match.column,
            None if match is None else spec.columns[match.column].title,
            file=source.file,
            rows=remark.rows[:LISTED],
            count=len(remark.rows) if len(remark.rows) > LISTED else None,
        )


def refused_lines_finding(table: str, refused: list[Refused], source: Source) -> Finding:
    """Report the refused lines and cells of a file."""
    expected = reduce(_both, dict.fromkeys(item.expected for item in refused))
    return Finding(
        f"{table}.shape",
        "critical",
        table,
        message("evidence.refused_lines.title"),
        message("evidence.refused_lines.remedy"),
        expected=expected,
        file=source.file,
        rows=tuple(Location(f"#{item.line}", item.line, item.found) for item in refused),
    )


def _both(first: Text, second: Text) -> Text:
    """Two things that are expected, for one finding."""
    return message("evidence.both_expected", first=first, second=second)


def unreadable_file_finding(table: str, error: Unreadable, file: str) -> Finding:
    """Report a file that is no table at all."""
    title = message("evidence.unreadable_file.title", reason=error.message)
    remedy = message("evidence.unreadable_file.remedy")
    return Finding(f"{table}.readable", "critical", table, title, remedy, file=file)


def _merged(remarks: Iterable[Remark]) -> Iterable[Remark]:
    """The remarks, those of one kind and column merged, with the rows of all."""
    merged: dict[tuple[str, str | None], Remark] = {}
    for remark in remarks:
        first = merged.get((remark.kind, remark.column))
        merged[remark.kind, remark.column] = (
            remark if first is None else replace(first, rows=first.rows + remark.rows)
        )
    return merged.values()
