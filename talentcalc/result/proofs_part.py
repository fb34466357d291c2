"""How a result takes in the proofs: each electronic one's file, and where each other one is kept."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.result.model.audit import PaperProof, Proofs
from talentcalc.rulebook.check import FileThere, RowThere
from talentcalc.rulebook.model import Rulebook


def proofs_part(book: Rulebook, evidence: Evidence) -> Proofs | None:
    """The proofs, by the rulebook's checks of files; None where it has none.

    They say which rows are electronic, and where the others lie.
    """
    files: dict[str, str | None] = {}
    paper: list[PaperProof] = []
    checks = [check for check in book.checks if isinstance(check, FileThere)]
    for check in checks:
        rows = evidence[check.table]
        electronic = rows.where(check.only)
        for path in rows.frame[check.column][electronic].dropna():
            files[path] = evidence.files.sha256(path)
        if check.elsewhere is not None:
            paper += _elsewhere(book, rows, check.elsewhere, ~electronic)
    if not checks:
        return None
    paper.sort(key=lambda proof: (proof.location or "", proof.proof))
    return Proofs(files=files, paper=tuple(paper))


def _elsewhere(book: Rulebook, rows: EvidenceTable, location: str, chosen: Any) -> Iterator[PaperProof]:
    named = {"location": location}
    for check in book.checks:
        if isinstance(check, RowThere) and check.table == rows.name:
            named |= {"table": check.table_column, "row_id": check.column}
    cells = rows.frame.loc[chosen, list(named.values())]
    for key, row in zip(rows.keys[chosen], cells.itertuples(index=False), strict=True):
        where = {name: str(value) for name, value in zip(named, row, strict=True) if not pd.isna(value)}
        yield PaperProof(proof=key, **where)
