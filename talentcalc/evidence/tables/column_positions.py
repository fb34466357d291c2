"""Finds the position of each of a table's columns in a file, and reports headers that need attention."""

from collections import Counter
from collections.abc import Callable

from talentcalc.core.findings import Finding, display_value
from talentcalc.evidence.tables.grid import Grid, Refused
from talentcalc.evidence.tables.header_matching import HeaderMatcher, MatchedHeader
from talentcalc.evidence.tables.table import Source
from talentcalc.messages.message import message
from talentcalc.rulebook.table import Table


def positions_in_grid(
    name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]
) -> dict[str, int]:
    """The position of each known column in a grid; findings of its headers are added to `findings`."""
    return column_positions(
        name, spec, grid.headers, lambda index: not any(grid.columns[index].to_pylist()), source, findings
    )


def column_positions(
    name: str,
    spec: Table,
    headers: list[str],
    is_empty: Callable[[int], bool],
    source: Source,
    findings: list[Finding],
) -> dict[str, int]:
    """The position of each known column; `is_empty` tells whether a column without a header is empty."""
    matcher = HeaderMatcher(spec)
    candidates = [matcher.match(header) for header in headers]
    exact = {match.column for match in candidates if match is not None and match.exact}
    matches = [
        None if match is None or (not match.exact and match.column in exact) else match
        for match in candidates
    ]
    counts = Counter(match.column for match in matches if match is not None)
    for column, count in counts.items():
        if count > 1:
            findings.append(_repeated_column(name, spec, column, count, source))
    for position, (header, match) in enumerate(zip(headers, matches, strict=True)):
        if match is None and (header or not is_empty(position)):
            findings.append(
                Finding(
                    f"{name}.unknown_column",
                    "info",
                    name,
                    message("evidence.unknown_column.title", header=display_value(header)),
                    message("evidence.unknown_column.remedy"),
                    file=source.file,
                )
            )
        elif match is not None and not match.exact and counts[match.column] == 1:
            findings.append(_inexact_header(name, spec, match, header, source))
    return {match.column: position for position, match in enumerate(matches) if match is not None}


def refused_in_read_columns(refused: list[Refused], positions: dict[str, int]) -> list[Refused]:
    """The refused lines, and the refused cells of columns that are read."""
    read = set(positions.values())
    return [item for item in refused if item.position is None or item.position in read]


def _repeated_column(name: str, spec: Table, column: str, count: int, source: Source) -> Finding:
    title = spec.columns[column].title
    return Finding(
        f"{name}.{column}.once",
        "critical",
        name,
        message("evidence.repeated_column.title", column=title, count=count),
        message("evidence.repeated_column.remedy"),
        column,
        title,
        message("evidence.repeated_column.expected"),
        source.file,
    )


def _inexact_header(name: str, spec: Table, match: MatchedHeader, header: str, source: Source) -> Finding:
    """Report the column that an inexact header was read as, or the unit that it may not have."""
    title = spec.columns[match.column].title
    if match.foreign_unit is None:
        kind, severity, expected = "header", "info", None
        text = message("evidence.inexact_header.title", header=display_value(header), column=title)
        remedy = message("evidence.inexact_header.remedy")
    else:
        kind, severity, expected = "unit", "critical", title
        text = message(
            "evidence.foreign_unit.title",
            header=display_value(header),
            unit=display_value(match.foreign_unit),
            column=title,
        )
        remedy = message("evidence.foreign_unit.remedy")
    return Finding(
        f"{name}.{match.column}.{kind}",
        severity,  # type: ignore[arg-type]
        name,
        text,
        remedy,
        match.column,
        title,
        expected,
        source.file,
    )
