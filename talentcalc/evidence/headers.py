"""Which column of a file is which column of the table: by its name or its Chinese title."""

from collections import Counter
from collections.abc import Callable

from talentcalc.evidence.grid import Grid
from talentcalc.evidence.table import Source
from talentcalc.finding import Finding, as_found
from talentcalc.rulebook.table import Table


def grid_columns(
    name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]
) -> dict[str, int]:
    """Where each known column of a grid is."""
    return columns_of(
        name, spec, grid.headers, lambda place: not any(grid.columns[place].to_pylist()), source, findings
    )


def columns_of(
    name: str,
    spec: Table,
    headers: list[str],
    empty: Callable[[int], bool],
    source: Source,
    findings: list[Finding],
) -> dict[str, int]:
    """Where each known column is; `empty` says of a place whether a column without a header is empty."""
    titles = {key: column.title for key, column in spec.columns.items()}
    known = [named_by(header, titles) for header in headers]
    for column, times in Counter(known).items():
        if column is not None and times > 1:
            findings.append(
                Finding(
                    f"{name}.{column}.once",
                    "critical",
                    name,
                    f"列“{titles[column]}”出现 {times} 次",
                    "只保留一列",
                    column,
                    titles[column],
                    "每列一次",
                    source.file,
                )
            )
    for place, (header, column) in enumerate(zip(headers, known, strict=True)):
        if column is None and (header or not empty(place)):
            findings.append(
                Finding(
                    f"{name}.unknown_column",
                    "info",
                    name,
                    f"未知列“{as_found(header)}”不参与计算",
                    "如系误写请更正列名",
                    file=source.file,
                )
            )
    return {column: n for n, column in enumerate(known) if column is not None}


def named_by(text: str, titles: dict[str, str]) -> str | None:
    """The name for which `text` stands: the name itself or its Chinese title."""
    if text in titles:
        return text
    return next((name for name, title in titles.items() if title == text), None)
