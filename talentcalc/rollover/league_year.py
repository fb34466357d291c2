"""A league's following year: its table of homes, from this year's result."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.durable import made_file, making, publish_missing
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.csv_writing import write_rows
from talentcalc.messages.message import message
from talentcalc.params.audit import Audit
from talentcalc.result.model.result import LeagueResult, Result

TABLE = "homes"


def next_year_file(audit: Audit) -> Path:
    """The path of the next year's table of homes: beside this year's evidence, named by the year."""
    year, place = audit.params.last_day.year, evidence_place(audit)
    name = with_year(place.name, year, year + 1)
    return place.with_name(name if name != place.name else f"{name}-{year + 1}") / f"{TABLE}.csv"


def evidence_place(audit: Audit) -> Path:
    """The path of the evidence without a workbook's suffix; the next period's lies beside it.

    Beside a database there is no place: then as if its evidence were files named by the audit.
    """
    evidence = audit.evidence if audit.database is None else audit.root / "evidence" / audit.id
    return evidence.with_suffix("") if evidence.is_file() else evidence


def with_year(name: str, year: int, later: int) -> str:
    """A name with another year in it; the name itself if the year is not in it."""
    return re.sub(rf"(?<!\d){year}(?!\d)", str(later), name)


def write_next_year(audit: Audit, evidence: Evidence, result: Result) -> Path:
    """Write the following year's table of homes; the path of the file.

    Stars, drops and opening points are what the year left; a home delisted by it is delisted on
    its last day, so that it takes no part from the next year on (附件二.3).

    Raises:
        InputError: nothing was ranked, or a file that says something else is there.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    if not isinstance(result, LeagueResult):
        no_league = message("rollover.no_league", rulebook=result.rulebook)
        raise InputError(Problem(f"{audit.file.name}: rulebook", no_league))
    path = next_year_file(audit)
    spec = evidence[TABLE].spec
    written = io.StringIO()
    rows = ([_text(value) for value in _carried(row, result).values()] for row in evidence[TABLE].records())
    write_rows(written, [list(spec.columns), *rows])
    with making(path) as place:
        made = made_file(place / TABLE, written.getvalue().encode())
        publish_missing((made, path))
    return path


def _carried(row: Any, result: LeagueResult) -> dict[str, Any]:
    home = result.homes[row.home_id]
    values: dict[str, Any] = row._asdict()
    values |= {"stars": home.stars_after, "drops": home.drops, "opening_points": home.total}
    last = date(result.year, 12, 31)
    if home.delisted and (row.delisted_on is None or row.delisted_on > last):
        values["delisted_on"] = last
    return values


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
