"""Which rows are to be verified: those that decide, those drawn, and those verified already."""

from collections.abc import Mapping
from dataclasses import dataclass

from talentcalc.analysis.sampling.samples import Sample, samples
from talentcalc.core.errors import InputError, Problem
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.verifications import outcomes_of, verifiable
from talentcalc.messages.message import message
from talentcalc.params.audit import Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook


@dataclass(frozen=True)
class SelectedRow:
    """One row to verify: whether it is critical, and the items in whose samples it is.

    A row that is neither has been verified without being asked for.
    """

    table: str
    key: str
    critical: bool
    items: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The samples by item, and every row of the sheet: by table in the rulebook's order, then by key."""

    samples: tuple[Sample, ...]
    rows: tuple[SelectedRow, ...]


def plan(audit: Audit, evidence: Evidence, critical: Mapping[str, tuple[str, ...]]) -> Plan:
    """All critical rows (table to keys), the sample of every item, and all rows that have been verified.

    The samples stay the same whatever has been verified. The rows verified already stand in the plan as the
    sheet takes the place of the table that they are from. Pivotal rows that cannot be verified (marks) are
    left out.

    Raises:
        InputError: not an audit by items, or its rulebook has no verifications.
    """
    book, params = audit.rulebook, audit.params
    if not (isinstance(book, ScorecardRulebook) and isinstance(params, ScorecardParams) and verifiable(book)):
        unfit = message("analysis.nothing_to_verify", rulebook=book.id)
        raise InputError(Problem(audit.file.name, unfit))
    drawn = samples(book, params, evidence)
    items: dict[tuple[str, str], list[str]] = {}
    for sample in drawn:
        for key in sample.drawn:
            items.setdefault((sample.item.measure.table, key), []).append(sample.item.id)
    may_be = verifiable(book)
    decisive = {(table, key) for table, keys in critical.items() for key in keys if table in may_be}
    every = {*items, *decisive, *outcomes_of(evidence)}
    order = {name: place for place, name in enumerate(book.tables)}
    rows = (
        SelectedRow(table, key, (table, key) in decisive, tuple(items.get((table, key), ())))
        for table, key in sorted(every, key=lambda row: (order[row[0]], row[1]))
    )
    return Plan(drawn, tuple(rows))
