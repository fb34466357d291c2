"""Evidence in which reviewers have decided otherwise: other marks, other verifications."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.verifications import Outcomes, decided_otherwise, verified_otherwise
from talentcalc.rulebook.check import EveryReviewer
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Combined, Graded, Item

ChangedMarks = Mapping[tuple[str, str], Decimal]
"""(item, reviewer) to mark."""


def changed(evidence: Evidence, book: Rulebook, marks: ChangedMarks, outcomes: Outcomes) -> Evidence:
    """The same evidence but for these marks and verifications; those not yet there are added at the end."""
    if not marks:
        return verified_otherwise(evidence, outcomes)
    tables = dict(evidence.tables)
    columns = {
        check.table: (check.item, check.reviewer) for check in book.checks if isinstance(check, EveryReviewer)
    }
    given: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for item in graded_items(book):
        assert isinstance(item.measure.count, Combined)  # lint: marks are what is graded
        (column,) = item.measure.count.model_dump().values()
        for (marked, reviewer), mark in marks.items():
            if marked == item.id:
                cells: dict[str, Any] = {column: mark}
                given.setdefault(item.measure.table, {})[item.id, reviewer] = cells
    for name, decided in given.items():
        tables[name] = decided_otherwise(tables[name], columns[name], decided)
    marked_so = dataclasses.replace(evidence, tables=tables)
    return verified_otherwise(marked_so, outcomes) if outcomes else marked_so


def graded_items(book: Rulebook) -> tuple[Item, ...]:
    """The items that reviewers mark, in the order of the official tables."""
    return tuple(item for item in book.items() if isinstance(item.rule, Graded))
