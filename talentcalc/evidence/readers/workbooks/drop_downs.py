"""Which sheet only holds the lists that drop-downs offer?"""

import re
from collections.abc import Iterable

from talentcalc.evidence.readers.workbooks.cell_references import Area, Span, column_number, joined, within

MOST = 1000
"""Different formulas that are looked at, and columns of an area; a template has a dozen."""

_PLACE = r"\$?([A-Z]{1,3})?\$?(\d{1,7})?"
_REFERENCE = re.compile(rf"\$?(?:'((?:[^']|'')+)'|([^'!.\[\]:()]+))[!.]{_PLACE}(?::\.?{_PLACE})?")
_LONGEST = 300  # characters of a reference


def areas_offered(formulas: Iterable[str], names: dict[str, str]) -> dict[str, list[Area]]:
    """The areas, by their sheet, that the formulas of drop-downs stand for; `names` are the defined ones.

    A list chosen by INDIRECT may be any of the names.
    """
    wanted = list(dict.fromkeys(one[:_LONGEST].strip().lstrip("=") for one in formulas))[:MOST]
    if any("INDIRECT(" in one.upper() for one in wanted):
        wanted += list(names.values())[:MOST]
    offered: dict[str, list[Area]] = {}
    for formula in wanted:
        match = _REFERENCE.fullmatch(names.get(formula, formula)[:_LONGEST].strip().lstrip("="))
        if match:
            quoted, plain, column, row, last_column, last_row = match.groups()
            columns = column_number(column or "A"), column_number(last_column or column or "XFD")
            rows = int(row or 1), int(last_row or row or 1 << 20)
            title = (quoted or plain).replace("''", "'").strip()
            offered.setdefault(title, []).append(Area(rows, columns))
    return offered


def holds_only_lists(cells: Iterable[tuple[int, int]], areas: Iterable[Area]) -> bool:
    """Whether each filled cell, by row and column, is offered by a drop-down or heads what is offered."""
    in_column: dict[int, list[Span]] = {}
    for area in areas:
        for column in range(area.columns[0], min(area.columns[1], area.columns[0] + MOST) + 1):
            in_column.setdefault(column, []).append((area.rows[0] - 1, area.rows[1]))
    offered = {column: joined(spans) for column, spans in in_column.items()}
    return bool(offered) and all(within(row, offered.get(column, [])) for row, column in cells)
