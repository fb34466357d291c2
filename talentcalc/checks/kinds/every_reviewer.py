"""Every reviewer that the params name has marked every item."""

import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import EveryReviewer


class EveryReviewerCheck(DeclaredCheck[EveryReviewer]):
    """Marks that a reviewer owes. Its rows are all that are owed, given or not."""

    def __init__(self, form: EveryReviewer, rows: EvidenceTable | StoredTable, context: CheckContext) -> None:
        assert isinstance(rows, EvidenceTable)
        super().__init__(form, _owed(form, rows, context), context)

    def in_memory(self, rows: EvidenceTable) -> Mask:
        return rows.frame["marked"].eq(False)


def _owed(form: EveryReviewer, rows: EvidenceTable, context: CheckContext) -> EvidenceTable:
    given = set(zip(rows.frame[form.item], rows.frame[form.reviewer], strict=True))
    owed = [
        (item, reviewer)
        for item in context.items_measured_from(rows.name)
        for reviewer in context.audit.params.review.reviewers
    ]
    frame = pd.DataFrame(
        {
            form.item: [item for item, _ in owed],
            form.reviewer: [reviewer for _, reviewer in owed],
            "marked": [pair in given for pair in owed],
        }
    )
    return EvidenceTable(rows.name, rows.spec, frame, None)
