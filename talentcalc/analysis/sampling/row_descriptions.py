"""Descriptions of rows for a reader, and where their proofs are kept; nothing personal beyond the keys."""

from fractions import Fraction
from typing import Any

import pandas as pd

from talentcalc.core.decimals import money
from talentcalc.evidence.evidence import Evidence
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.rulebook.check import FileThere, RowThere
from talentcalc.rulebook.table import Column

_LONGEST = 40  # characters of a cell that stands for the row


class RowDescription:
    """What tells a row from others to a reader, without anything personal beyond its key."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._places: dict[str, dict[str, int]] = {}

    def cells(self, table: str, key: str, follow: bool = True) -> tuple[Text, ...]:
        """The cells of a row that are neither key nor personal, and those of the rows that it names."""
        rows = self._evidence[table]
        if table not in self._places:
            self._places[table] = {key: position for position, key in enumerate(rows.keys)}
        place = self._places[table].get(key)
        if place is None:
            return ()
        cells: list[Text] = []
        for name, column in rows.spec.columns.items():
            value = rows.frame[name].iloc[place]
            if pd.isna(value):
                continue
            if column.references is not None:
                cells += self.cells(column.references, str(value), follow=False) if follow else ()
            elif not column.key and not column.personal:
                cells.append(_shown(column, value))
        return tuple(cell for cell in cells if cell)


def _shown(column: Column, value: Any) -> Text:
    if column.type == "boolean":
        if value:
            return message("analysis.cell_yes", column=column.title)
        return message("analysis.cell_no", column=column.title)
    if column.type == "date":
        return f"{column.title} {value:%Y-%m-%d}"
    if column.type in ("integer", "number", "money"):
        return f"{column.title} {money(Fraction(value)) if column.type == 'money' else value}"
    text = column.choices.get(str(value), str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def proofs_of(audit: Audit, evidence: Evidence) -> dict[tuple[str, str], list[Text]]:
    """The proofs of each row, and where those lie that are no files, as the rulebook's checks name them."""
    found: dict[tuple[str, str], list[Text]] = {}
    named = {check.table: check for check in audit.rulebook.checks if isinstance(check, FileThere)}
    for check in audit.rulebook.checks:
        if not isinstance(check, RowThere) or check.table not in named:
            continue
        rows, file = evidence[check.table], named[check.table]
        electronic = rows.where(file.only)
        lies = rows.frame[file.elsewhere] if file.elsewhere else None
        for n, (key, table, row) in enumerate(
            zip(rows.keys, rows.frame[check.table_column], rows.frame[check.column], strict=True)
        ):
            proofs = found.setdefault((table, row), [])
            if electronic[n]:
                proofs.append(message("analysis.proof_is_electronic", proof=key))
            elif lies is None or pd.isna(lies.iloc[n]) or not lies.iloc[n]:
                proofs.append(key)
            else:
                proofs.append(message("analysis.proof_lies_at", proof=key, place=lies.iloc[n]))
    return found
