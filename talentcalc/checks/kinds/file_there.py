"""An electronic proof has a file inside the evidence folder."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import FileThere


class FileThereCheck(DeclaredCheck[FileThere]):
    """Paths without a file inside the evidence folder."""

    names_something = True

    def in_memory(self, rows: EvidenceTable) -> Mask:
        files = self.context.evidence.files
        fails = [not files.exists(path) for path in rows.frame[self.form.column]]
        return pd.Series(fails, index=rows.frame.index, dtype=bool) & rows.where(self.form.only)
