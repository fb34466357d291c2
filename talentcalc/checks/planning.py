"""Which checks are there to run? What every table brings with it, and what the rulebook declares."""

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.checks.kinds.columns import stored_checks, table_checks
from talentcalc.checks.kinds.patterns import PATTERNS
from talentcalc.checks.kinds.rows import KINDS
from talentcalc.checks.planned_check import PlannedCheck, lines_of
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.params.audit import Audit
from talentcalc.rulebook.check import Check, EveryReviewer, NamesOwnRow, NotBefore, NotListed, SetAside
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.names import LOOKED_UP
from talentcalc.rulebook.score import Graded

if TYPE_CHECKING:
    from talentcalc.evidence.stores.duckdb_table import StoredTable


def plan(audit: Audit, evidence: Evidence) -> tuple[PlannedCheck, ...]:
    """Every check of the audit, in table order; declared ones only of tables without missing columns."""
    book, params = audit.rulebook, audit.params
    setting = CheckContext(
        evidence,
        Span(params.first_day, params.last_day),
        params.review.dated,
        {item.id: item.rule.points for item in book.items() if isinstance(item.rule, Graded)},
    )
    planned: list[PlannedCheck] = []
    for name in book.tables:
        declared = [check for check in book.checks if check.table == name]
        declared = [check for check in declared if not looked_into(check, book) & evidence.unread]
        if name in evidence.tables:
            rows = evidence.tables[name]
            items = tuple(item.id for item in book.items_measured_from(name))
            planned += table_checks(evidence, rows, items)
            planned += (_declared(check, rows, setting, audit) for check in declared if not rows.missing)
        else:
            stored = evidence.stored[name]
            planned += stored_checks(evidence, stored)
            planned += (_in_duckdb(check, stored, setting) for check in declared if not stored.missing)
    return tuple(planned)


def looked_into(check: Check, book: Rulebook) -> set[str]:
    """The other tables that a check looks into: where one of them could not be read, it could say nothing."""
    links = (getattr(check, name, None) for name in ("joined", "tallied", "link"))
    tables = {link.table for link in links if link is not None}
    if isinstance(check, NotListed):
        tables.add(check.listed)
    elif isinstance(check, NamesOwnRow):
        tables |= set(check.among)
    elif isinstance(check, SetAside):
        rules = {condition.rule for condition in book.tables[check.table].counts}
        tables |= {table for rule, table in LOOKED_UP.items() if rule in rules}
    return tables


def _in_duckdb(check: Check, rows: "StoredTable", setting: CheckContext) -> PlannedCheck:
    from talentcalc.checks.engines.duckdb import KINDS_IN_DUCKDB

    return PlannedCheck(
        check.id,
        check.kind,
        check.severity,
        check.title,
        check.remedy,
        rows,
        lambda: KINDS_IN_DUCKDB[check.kind](check, rows, setting),
        check.column,
    )


def _declared(check: Check, rows: EvidenceTable, setting: CheckContext, audit: Audit) -> PlannedCheck:
    planned = partial(PlannedCheck, check.id, check.kind, check.severity, check.title, check.remedy)
    if isinstance(check, EveryReviewer):
        wanted = _marks_wanted(check, rows, audit)
        return planned(wanted, lambda: lines_of(wanted.frame["marked"].eq(False)))
    failing = KINDS[check.kind] if check.kind in KINDS else PATTERNS[check.kind]
    return planned(
        rows,
        lambda: lines_of(failing(check, rows, setting)),
        check.column,
        arguments=(("other", check.other),) if isinstance(check, NotBefore) else (),
    )


def _marks_wanted(check: EveryReviewer, rows: EvidenceTable, audit: Audit) -> EvidenceTable:
    """One row for each mark that a named reviewer owes, and whether it is there."""
    given = set(zip(rows.frame[check.item], rows.frame[check.reviewer], strict=True))
    wanted = [
        (item.id, reviewer)
        for item in audit.rulebook.items_measured_from(rows.name)
        for reviewer in audit.params.review.reviewers
    ]
    frame = pd.DataFrame(
        {
            check.item: [item for item, _ in wanted],
            check.reviewer: [reviewer for _, reviewer in wanted],
            "marked": [pair in given for pair in wanted],
        }
    )
    return EvidenceTable(rows.name, rows.spec, frame, None)
