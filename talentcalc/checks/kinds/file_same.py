"""An electronic proof is the file whose sha256 was registered."""

import pandas as pd

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import FileSame


class FileSameCheck(DeclaredCheck[FileSame]):
    """Registered hashes that are not those of the files."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        files, fails = self.context.evidence.files, []
        for path, registered in zip(rows.frame[self.form.path], rows.frame[self.form.column], strict=True):
            found = None if pd.isna(registered) else files.sha256(path)
            fails.append(found is not None and found != str(registered).lower())
        return pd.Series(fails, index=rows.frame.index, dtype=bool) & rows.where(self.form.only)
