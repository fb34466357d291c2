"""Which column of a file is which column of the table, and what has to be said of its header?"""

from collections import Counter
from collections.abc import Callable

from talentcalc.core.findings import Finding, display_value
from talentcalc.evidence.tables.grid import Grid, Refused
from talentcalc.evidence.tables.header_names import HeaderNames, MatchedHeader
from talentcalc.evidence.tables.table import Source
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
    names = HeaderNames(spec)
    meant = [names.meant(header) for header in headers]
    exact = {one.column for one in meant if one is not None and one.exact}
    found = [None if one is None or (not one.exact and one.column in exact) else one for one in meant]
    times = Counter(one.column for one in found if one is not None)
    for column, number in times.items():
        if number > 1:
            findings.append(_twice(name, spec, column, number, source))
    for place, (header, one) in enumerate(zip(headers, found, strict=True)):
        if one is None and (header or not empty(place)):
            findings.append(
                Finding(
                    f"{name}.unknown_column",
                    "info",
                    name,
                    f"未知列“{display_value(header)}”不参与计算",
                    "如系误写请更正列名",
                    file=source.file,
                )
            )
        elif one is not None and not one.exact and times[one.column] == 1:
            findings.append(_otherwise(name, spec, one, header, source))
    return {one.column: n for n, one in enumerate(found) if one is not None}


def refused_where_read(refused: list[Refused], places: dict[str, int]) -> list[Refused]:
    """What is refused of a file, but for cells in columns that are not read."""
    read = set(places.values())
    return [one for one in refused if one.place is None or one.place in read]


def _twice(name: str, spec: Table, column: str, times: int, source: Source) -> Finding:
    title = spec.columns[column].title
    return Finding(
        f"{name}.{column}.once",
        "critical",
        name,
        f"列“{title}”出现 {times} 次",
        "只保留一列",
        column,
        title,
        "每列一次",
        source.file,
    )


def _otherwise(name: str, spec: Table, one: MatchedHeader, header: str, source: Source) -> Finding:
    """A header not in the column's own words: what it was read as, or the unit that it may not have."""
    title = spec.columns[one.column].title
    if one.unit is None:
        kind, expected = "header", None
        severity, said, remedy = "info", f"表头“{display_value(header)}”读作“{title}”", "如不是此列请更正列名"
    else:
        kind, expected = "unit", title
        severity, said = (
            "critical",
            f"表头“{display_value(header)}”的单位“{display_value(one.unit)}”与“{title}”不同",
        )
        remedy = "按规定的单位换算后填写，并更正表头"
    return Finding(
        f"{name}.{one.column}.{kind}",
        severity,  # type: ignore[arg-type]
        name,
        said,
        remedy,
        one.column,
        title,
        expected,
        source.file,
    )
