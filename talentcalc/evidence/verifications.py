"""The outcomes of verifications, and the evidence as it would be with other outcomes."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.evidence.tables.typed_table import empty_table
from talentcalc.rulebook.model import Rulebook

VERIFICATIONS = "verifications"
"""The table of verifications; its column `table` has a choice for each table whose rows may be verified."""

Outcomes = Mapping[tuple[str, str], str]
"""The outcome of each verification by its row: (table, row's key)."""

ChangedCells = Mapping[tuple[str, str], dict[str, Any]]
"""The changed cells of rulings, by column, by the two values of a ruling's key."""


def verifiable(book: Rulebook) -> tuple[str, ...]:
    """The tables whose rows may be verified."""
    return tuple(book.tables[VERIFICATIONS].columns["table"].choices) if VERIFICATIONS in book.tables else ()


def outcomes_of(evidence: Evidence) -> dict[tuple[str, str], str]:
    """The outcome of every verification."""
    if VERIFICATIONS not in evidence.tables:
        return {}
    frame = evidence[VERIFICATIONS].frame
    return dict(zip(zip(frame["table"], frame["row_id"], strict=True), frame["outcome"], strict=True))


def unverified(evidence: Evidence, book: Rulebook) -> Evidence:
    """The evidence without its verifications."""
    no_verifications = empty_table(VERIFICATIONS, book.tables[VERIFICATIONS])
    return dataclasses.replace(evidence, tables={**evidence.tables, VERIFICATIONS: no_verifications})


def verified_otherwise(evidence: Evidence, outcomes: Outcomes) -> Evidence:
    """The evidence with these outcomes of verifications, added for rows that were not verified yet."""
    decided = {row: {"outcome": outcome} for row, outcome in outcomes.items()}
    table = decided_otherwise(evidence[VERIFICATIONS], ("table", "row_id"), decided)
    return dataclasses.replace(evidence, tables={**evidence.tables, VERIFICATIONS: table})


def decided_otherwise(rows: EvidenceTable, key: tuple[str, str], decided: ChangedCells) -> EvidenceTable:
    """A table of rulings with these cells changed; rulings that it lacks are added at the end."""
    frame = rows.frame.copy()
    line_of = dict(zip(zip(*(frame[column] for column in key), strict=True), frame.index, strict=True))
    added = []
    for values, cells in decided.items():
        if values in line_of:
            for column, value in cells.items():
                frame.at[line_of[values], column] = value
        else:
            added.append(dict(zip(key, values, strict=True)) | cells)
    if added:
        last = int(frame.index.max()) if len(frame) else 1
        added_frame = pd.DataFrame(added, index=range(last + 1, last + 1 + len(added)))
        frame = pd.concat([frame, added_frame.reindex(columns=frame.columns).astype(frame.dtypes)])
    # Not `replace`: a table caches the positions of its values.
    return EvidenceTable(rows.name, rows.spec, frame, rows.source, rows.missing)
