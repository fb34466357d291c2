"""Which checks are there to run? What every table brings with it, and what the rulebook declares."""

from functools import partial

import pandas as pd

from talentcalc.checks.columns import table_checks
from talentcalc.checks.kinds import KINDS, Setting
from talentcalc.checks.planned import Planned
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.table import Evidence, EvidenceTable
from talentcalc.params import Audit
from talentcalc.rulebook.check import Check, EveryReviewer, NotBefore
from talentcalc.rulebook.score import Graded


def plan(audit: Audit, evidence: Evidence) -> tuple[Planned, ...]:
    """Every check of the audit, in table order; declared ones only of tables without missing columns."""
    book = audit.rulebook
    setting = Setting(
        evidence,
        Span(audit.params.period.start, audit.params.period.end),
        {item.id: item.rule.points for item in book.items() if isinstance(item.rule, Graded)},
    )
    planned: list[Planned] = []
    for name, rows in evidence.tables.items():
        items = tuple(item.id for item in book.items_measured_from(name))
        planned += table_checks(evidence, rows, items)
        for check in book.checks:
            if check.table == name and not rows.missing:
                planned.append(_declared(check, rows, setting, audit))
    return tuple(planned)


def _declared(check: Check, rows: EvidenceTable, setting: Setting, audit: Audit) -> Planned:
    planned = partial(Planned, check.id, check.kind, check.severity, check.title, check.remedy)
    if isinstance(check, EveryReviewer):
        wanted = _marks_wanted(check, rows, audit)
        return planned(wanted, lambda: wanted.frame["marked"].eq(False))
    return planned(
        rows,
        lambda: KINDS[check.kind](check, rows, setting),
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
