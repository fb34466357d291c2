"""Which rows were verified with which outcome, and what is the evidence if they had been otherwise?"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.evidence.tables.typed_table import empty_table
from talentcalc.rulebook.model import Rulebook

VERIFICATIONS = "verifications"
"""The table of what reviewers found of single rows; its column `table` names those whose rows may be."""

Outcomes = Mapping[tuple[str, str], str]
"""(table, row's key) to the outcome of its verification."""

Decided = Mapping[tuple[str, str], dict[str, Any]]
"""A ruling's two key values to the cells that it now has."""


def verifiable(book: Rulebook) -> tuple[str, ...]:
    """The tables whose rows may be verified."""
    return tuple(book.tables[VERIFICATIONS].columns["table"].choices) if VERIFICATIONS in book.tables else ()


def outcomes_of(evidence: Evidence) -> dict[tuple[str, str], str]:
    """The verifications there are."""
    if VERIFICATIONS not in evidence.tables:
        return {}
    frame = evidence[VERIFICATIONS].frame
    return dict(zip(zip(frame["table"], frame["row_id"], strict=True), frame["outcome"], strict=True))


def unverified(evidence: Evidence, book: Rulebook) -> Evidence:
    """The same evidence as if nothing had been verified."""
    none = empty_table(VERIFICATIONS, book.tables[VERIFICATIONS])
    return dataclasses.replace(evidence, tables={**evidence.tables, VERIFICATIONS: none})


def verified_otherwise(evidence: Evidence, outcomes: Outcomes) -> Evidence:
    """The same evidence but for these outcomes; rows that were not verified yet are."""
    decided = {row: {"outcome": outcome} for row, outcome in outcomes.items()}
    table = decided_otherwise(evidence[VERIFICATIONS], ("table", "row_id"), decided)
    return dataclasses.replace(evidence, tables={**evidence.tables, VERIFICATIONS: table})


def decided_otherwise(rows: EvidenceTable, key: tuple[str, str], decided: Decided) -> EvidenceTable:
    """A table of rulings with these cells in the rows of these keys; those not there are added at the end."""
    frame = rows.frame.copy()
    line_of = dict(zip(zip(*(frame[column] for column in key), strict=True), frame.index, strict=True))
    added = []
    for named, cells in decided.items():
        if named in line_of:
            for column, value in cells.items():
                frame.at[line_of[named], column] = value
        else:
            added.append(dict(zip(key, named, strict=True)) | cells)
    if added:
        last = int(frame.index.max()) if len(frame) else 1
        more = pd.DataFrame(added, index=range(last + 1, last + 1 + len(added)))
        frame = pd.concat([frame, more.reindex(columns=frame.columns).astype(frame.dtypes)])
    # Not `replace`: a table remembers where the values of its columns are.
    return EvidenceTable(rows.name, rows.spec, frame, rows.source, rows.missing)
