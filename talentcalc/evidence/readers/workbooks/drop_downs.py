"""Finds the sheets that hold nothing but the values of drop-down lists."""

import re
from collections.abc import Iterable

from talentcalc.evidence.readers.workbooks.cell_references import (
    Area,
    IndexRange,
    column_number,
    is_within,
    merged_ranges,
)

MOST = 1000
"""Distinct formulas that are examined, and columns of an area; a template has a dozen."""

_CELL = r"\$?([A-Z]{1,3})?\$?(\d{1,7})?"
_REFERENCE = re.compile(rf"\$?(?:'((?:[^']|'')+)'|([^'!.\[\]:()]+))[!.]{_CELL}(?::\.?{_CELL})?")
_LONGEST = 300  # characters of a reference


def list_areas(formulas: Iterable[str], names: dict[str, str]) -> dict[str, list[Area]]:
    """The areas of values, by sheet, that the formulas of drop-downs refer to; `names` are the defined names.

    A drop-down that uses INDIRECT may refer to any of the names.
    """
    references = list(dict.fromkeys(formula[:_LONGEST].strip().lstrip("=") for formula in formulas))[:MOST]
    if any("INDIRECT(" in reference.upper() for reference in references):
        references += list(names.values())[:MOST]
    areas: dict[str, list[Area]] = {}
    for reference in references:
        match = _REFERENCE.fullmatch(names.get(reference, reference)[:_LONGEST].strip().lstrip("="))
        if match:
            quoted, unquoted, column, row, last_column, last_row = match.groups()
            columns = column_number(column or "A"), column_number(last_column or column or "XFD")
            rows = int(row or 1), int(last_row or row or 1 << 20)
            title = (quoted or unquoted).replace("''", "'").strip()
            areas.setdefault(title, []).append(Area(rows, columns))
    return areas


def holds_only_lists(cells: Iterable[tuple[int, int]], areas: Iterable[Area]) -> bool:
    """Whether each filled cell, by row and column, is in an area of drop-down values or heads one."""
    ranges: dict[int, list[IndexRange]] = {}
    for area in areas:
        for column in range(area.columns[0], min(area.columns[1], area.columns[0] + MOST) + 1):
            ranges.setdefault(column, []).append((area.rows[0] - 1, area.rows[1]))
    merged = {column: merged_ranges(column_ranges) for column, column_ranges in ranges.items()}
    return bool(merged) and all(is_within(row, merged.get(column, [])) for row, column in cells)
