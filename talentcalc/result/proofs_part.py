"""What a result says of proofs: each electronic one's file, and where each other one is kept."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.result.document import Result
from talentcalc.rulebook.check import FileThere, RowThere
from talentcalc.rulebook.model import Rulebook


def proofs_part(book: Rulebook, evidence: Evidence) -> Result:
    """`files`: path to sha256 (null: no such file) of electronic proofs. `paper`: the others, by location.

    The rulebook's checks of files say which rows are electronic, and where the others lie.
    """
    files: dict[str, str | None] = {}
    paper: list[dict[str, str]] = []
    checks = [check for check in book.checks if isinstance(check, FileThere)]
    for check in checks:
        rows = evidence[check.table]
        electronic = rows.where(check.only)
        for path in rows.frame[check.column][electronic].dropna():
            files[path] = evidence.files.sha256(path)
        if check.elsewhere is not None:
            paper += _elsewhere(book, rows, check.elsewhere, ~electronic)
    if not checks:
        return {}
    paper.sort(key=lambda one: (one.get("location", ""), one["proof"]))
    return {"proofs": {"files": files, "paper": paper}}


def _elsewhere(book: Rulebook, rows: EvidenceTable, location: str, chosen: Any) -> Iterator[dict[str, str]]:
    named = {"location": location}
    for check in book.checks:
        if isinstance(check, RowThere) and check.table == rows.name:
            named |= {"table": check.table_column, "row_id": check.column}
    cells = rows.frame.loc[chosen, list(named.values())]
    for key, row in zip(rows.keys[chosen], cells.itertuples(index=False), strict=True):
        said = {name: str(value) for name, value in zip(named, row, strict=True) if not pd.isna(value)}
        yield {"proof": key} | said
