"""The checks of an audit: those that every table brings with it, and those that the rulebook declares."""

from collections.abc import Iterator

from talentcalc.checks.context import CheckContext
from talentcalc.checks.kinds import class_of
from talentcalc.checks.kinds.filled import FilledCheck
from talentcalc.checks.kinds.in_range import InRangeCheck
from talentcalc.checks.kinds.known import KnownCheck
from talentcalc.checks.kinds.present import PresentCheck
from talentcalc.checks.kinds.references import ReferencesCheck
from talentcalc.checks.kinds.unique import UniqueCheck
from talentcalc.checks.planned_check import PlannedCheck
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.params.audit import Audit


def plan(audit: Audit, evidence: Evidence) -> tuple[PlannedCheck, ...]:
    """Every check of the audit, in table order; declared ones only of tables without missing columns."""
    context = CheckContext(audit, evidence)
    planned: list[PlannedCheck] = []
    for name in audit.rulebook.tables:
        rows = evidence.tables[name] if name in evidence.tables else evidence.stored[name]
        planned += _of_every_table(rows, context)
        if not rows.missing:
            forms = [form for form in audit.rulebook.checks if form.table == name]
            declared = [class_of(type(form))(form, rows, context) for form in forms]
            planned += (check for check in declared if not check.looks_into() & evidence.unread)
    return tuple(planned)


def _of_every_table(rows: EvidenceTable | StoredTable, context: CheckContext) -> Iterator[PlannedCheck]:
    yield PresentCheck(rows)
    if not set(rows.spec.key) & set(rows.missing):
        yield UniqueCheck(rows)
    for name, column in rows.spec.columns.items():
        if name in rows.missing:
            continue
        if not column.optional:
            yield FilledCheck(rows, name)
        if column.type in ("choice", "item"):
            yield KnownCheck(rows, name, context)
        if column.references is not None and column.references not in context.evidence.unread:
            yield ReferencesCheck(rows, name, context)
        if column.minimum is not None or column.maximum is not None:
            yield InRangeCheck(rows, name)
