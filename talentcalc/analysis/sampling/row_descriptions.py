"""Descriptions of rows for a reader, and where their proofs are kept; nothing personal beyond the keys."""

from fractions import Fraction
from typing import Any

import pandas as pd

from talentcalc.core.decimals import money
from talentcalc.evidence.evidence import Evidence
from talentcalc.params.audit import Audit
from talentcalc.rulebook.check import FileThere, RowThere
from talentcalc.rulebook.table import Column

_LONGEST = 40  # characters of a cell that stands for the row


class RowDescription:
    """What tells a row from others to a reader, without anything personal beyond its key."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._places: dict[str, dict[str, int]] = {}

    def words(self, table: str, key: str, follow: bool = True) -> str:
        """The cells of a row that are neither key nor personal, and those of the rows that it names."""
        rows = self._evidence[table]
        if table not in self._places:
            self._places[table] = {key: position for position, key in enumerate(rows.keys)}
        place = self._places[table].get(key)
        if place is None:
            return ""
        texts = []
        for name, column in rows.spec.columns.items():
            value = rows.frame[name].iloc[place]
            if pd.isna(value):
                continue
            if column.references is not None:
                texts.append(self.words(column.references, str(value), follow=False) if follow else "")
            elif not column.key and not column.personal:
                texts.append(_shown(column, value))
        return "，".join(text for text in texts if text)


def _shown(column: Column, value: Any) -> str:
    if column.type == "boolean":
        return f"{column.title}：{'是' if value else '否'}"
    if column.type == "date":
        return f"{column.title} {value:%Y-%m-%d}"
    if column.type in ("integer", "number", "money"):
        return f"{column.title} {money(Fraction(value)) if column.type == 'money' else value}"
    text = column.choices.get(str(value), str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def proofs_of(audit: Audit, evidence: Evidence) -> dict[tuple[str, str], list[str]]:
    """The proofs of each row, and where those lie that are no files, as the rulebook's checks name them."""
    found: dict[tuple[str, str], list[str]] = {}
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
            where = "电子" if electronic[n] else "" if lies is None or pd.isna(lies.iloc[n]) else lies.iloc[n]
            found.setdefault((table, row), []).append(f"{key}（{where}）" if where else key)
    return found
