"""The rows with which the next period starts, and the proofs that go with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any

import pandas as pd

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.evidence.conditions import Mask, Span, continuing_rows, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.submitted_files import may_be_a_table
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.rulebook.check import FileThere
from talentcalc.rulebook.followups import FOLLOWUPS

Rows = list[list[str]]


@dataclass(frozen=True)
class Carried:
    """The next period's tables as text, files by where they go, and what a person should know of it."""

    tables: Mapping[str, Rows]
    files: Mapping[PurePath, str]
    notes: tuple[Text, ...]


def outlasted(audit: Audit, evidence: Evidence) -> Carried:
    """The rows that outlast this year, without proofs: those have to be submitted again."""
    span = Span(audit.params.first_day, audit.params.last_day)
    tables, notes = dict[str, Rows](), list[Text]()
    for name in audit.rulebook.tables:
        kept = continuing_rows(evidence, name, span)
        tables[name] = rows_of(evidence[name], kept)
        if kept.any():
            counts = pd.Series(first_reasons(evidence, name, span)[kept]).value_counts()
            reasons = audit.rulebook.reasons
            aside = tuple(
                message("rollover.rows_of_reason", reason=reasons[str(reason)], number=int(counts[reason]))
                for reason in sorted(counts.index)
            )
            note = message("rollover.rows_carried", table=evidence[name].spec.title, number=len(tables[name]))
            notes.append(message("rollover.some_not_counted", note=note, rows=aside) if aside else note)
    return Carried(tables, {}, tuple(notes))


def submitted_so_far(audit: Audit, evidence: Evidence) -> Carried:
    """All that was submitted, for the rest of the year, without rulings: those are made again.

    Raises:
        InputError: a proof that would pass for a table there.
    """
    book = audit.rulebook
    rulings = [name for name, table in book.tables.items() if table.ruling]
    tables = {name: [] if name in rulings else rows_of(evidence[name]) for name in book.tables}
    files = dict(_proof_files(audit, evidence))
    total = sum(len(rows) for rows in tables.values())
    notes: list[Text] = [message("rollover.all_carried", rows=total, files=len(files))]
    notes += (
        message("rollover.rulings_left", table=book.tables[name].title, number=len(evidence[name].frame))
        for name in rulings
        if name != FOLLOWUPS and len(evidence[name].frame)
    )
    return Carried(tables, files, tuple(notes))


def rows_of(table: EvidenceTable, kept: Mask | None = None) -> Rows:
    """The rows of a table, by key, cell for cell as in a CSV file; `kept` chooses among them."""
    frame = table.frame if kept is None else table.frame[kept]
    part = EvidenceTable(table.name, table.spec, frame, table.source)
    return [[_text(value) for value in row] for row in part.records()]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)


def _proof_files(audit: Audit, evidence: Evidence) -> Iterator[tuple[PurePath, str]]:
    """Each proof file that a check requires: its new path, and the file itself."""
    source = audit.database  # what was read from one is gone by now, its proofs are where they were
    files = ProofFiles(source.proofs) if source is not None and source.proofs else evidence.files
    problems = []
    for check in audit.rulebook.checks:
        if not isinstance(check, FileThere):
            continue
        rows = evidence[check.table]
        for path in rows.frame[check.column][rows.where(check.only)].dropna().unique():
            file, place = files.real_path(path), files.locate(path).path
            if file is None or place is None:
                continue
            if may_be_a_table(place):
                among_tables = message("rollover.proof_among_tables", path=quote_value(path))
                problems.append(Problem(audit.file.name, among_tables))
            else:
                yield PurePath(place), file
    if problems:
        raise InputError(problems)
